/** The form of recordings, what an anonymous one hides, and replays that notice when the requestor says something else. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../../src/charset/charset.ts";
import { decodeDataset } from "../../../../src/codec/decode.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import {
  numberElement,
  rawElement,
  rawStringOf,
  textElement,
} from "../../../../src/codec/values.ts";
import {
  Dataset,
  isSequence,
  sequence,
} from "../../../../src/dataset/dataset.ts";
import { DecodeError, InputError } from "../../../../src/errors.ts";
import { demoArchive } from "../../../../src/scp/archive/demo.ts";
import {
  maskAssociationBytes,
  maskDatasetBytes,
} from "../../../../src/scp/recording/masking.ts";
import {
  recorder,
  type RecorderOptions,
} from "../../../../src/scp/recording/recorder.ts";
import {
  formatEntry,
  formatHeader,
  isRecording,
  parseRecording,
  type Recording,
} from "../../../../src/scp/recording/recording.ts";
import { Replay } from "../../../../src/scp/recording/replay.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { converse, type Outcome } from "../../../support/mock_conversation.ts";

const archive = demoArchive();

/** Stands in for a keyed hash: the same for the same bytes and key, and spread over all of them. */
function keyedHash(key: string): (data: Uint8Array) => Uint8Array {
  return (data) => {
    let state = 0x811c9dc5;
    const mix = (code: number) => {
      state = Math.imul(state ^ code, 0x01000193) >>> 0;
    };
    for (const letter of key) mix(letter.charCodeAt(0));
    for (const byte of data) mix(byte);
    return Uint8Array.from({ length: 32 }, (_, at) => {
      mix(at);
      return state >>> 16;
    });
  };
}

function identifier(name = "M*"): Dataset {
  return Dataset.of(
    rawElement(0x00080052, "CS", "PATIENT"),
    rawElement(0x00100010, "PN", name),
    rawElement(0x00100020, "LO", ""),
    rawElement(0x00100030, "DA", "19000101-"),
  );
}

function conversation(name?: string): Outcome {
  return converse({ archive, model: "patient", identifier: identifier(name) });
}

/** The text of a recording of an outcome, one millisecond per chunk. */
function record(
  outcome: Outcome,
  options: Partial<RecorderOptions> = {},
): string {
  const made = recorder({
    header: { model: "patient", peer: "pacs.example:104" },
    ...options,
  });
  let text = made.begin();
  for (const [time, { from, bytes }] of outcome.log.entries()) {
    text += made.data(time, from, bytes);
  }
  return text + made.end(outcome.log.length, "requestor");
}

describe("the form", () => {
  const bytes = Uint8Array.of(0, 1, 0xfe, 0xff);
  test("is one JSON object per line", () => {
    const text = formatHeader({ model: "study", peer: "h:1" }) +
      formatEntry({
        kind: "data",
        time: 1.23456,
        from: "requestor",
        bytes,
        note: "A",
      }) +
      formatEntry({ kind: "end", time: 2, by: "acceptor" });
    assert.equal(
      text,
      '{"format":"findscu-recording","version":1,"model":"study","peer":"h:1"}\n' +
        '{"t":1.235,"dir":">","note":"A","hex":"0001feff"}\n' +
        '{"t":2,"end":"closed by the acceptor"}\n',
    );
    assert.equal(isRecording(text), true);
    const recording = parseRecording(text);
    assert.deepEqual(recording.header, { model: "study", peer: "h:1" });
    assert.deepEqual(recording.entries, [
      { kind: "data", time: 1.235, from: "requestor", bytes, note: "A" },
      { kind: "end", time: 2, by: "acceptor" },
    ]);
  });
  test("is told from other JSON", () => {
    for (const text of ["", "[]", '{"00100010":{}}', '[{"format":1}]']) {
      assert.equal(isRecording(text), false);
    }
  });
  test("survives blank lines, CR LF, unknown members and a byte order mark", () => {
    const recording = parseRecording(
      '\uFEFF{"format":"findscu-recording","version":1,"new":[1]}\r\n\r\n' +
        '{"t":0,"dir":"<","hex":"","more":true}\r\n',
    );
    assert.equal(recording.entries.length, 1);
  });

  const head = '{"format":"findscu-recording","version":1}\n';
  const broken: [name: string, text: string, message: RegExp][] = [
    ["nothing", "", /line 1: the file is empty/],
    ["no JSON", "hello", /line 1: not a JSON object/],
    ["an array", "[]", /line 1: not a JSON object/],
    ["another format", '{"format":"har"}', /line 1: not the header/],
    ["no version", '{"format":"findscu-recording"}', /line 1: no version/],
    [
      "a later version",
      '{"format":"findscu-recording","version":2}',
      /version 2, this program supports up to 1/,
    ],
    ["a cut line", `${head}{"t":0,"dir":">","he`, /line 2: .*cut off/],
    ["no time", `${head}{"dir":">","hex":""}`, /line 2: no time/],
    ["no direction", `${head}{"t":0,"hex":""}`, /line 2: no direction/],
    ["no hex", `${head}{"t":0,"dir":">"}`, /line 2: "hex"/],
    ["odd hex", `${head}{"t":0,"dir":">","hex":"0"}`, /line 2: "hex"/],
    ["foreign hex", `${head}{"t":0,"dir":">","hex":"zz"}`, /line 2: "hex"/],
    [
      "time running backwards",
      `${head}{"t":5,"dir":">","hex":""}\n{"t":4,"dir":">","hex":""}`,
      /line 3: time runs backwards/,
    ],
  ];
  for (const [name, text, message] of broken) {
    test(`refuses ${name}`, () => {
      assert.throws(() => parseRecording(text), (error: unknown) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe("recorder()", () => {
  test("keeps the bytes as they passed, with notes", () => {
    const outcome = conversation();
    const { header, entries } = parseRecording(record(outcome));
    assert.equal(header.anonymous, false);
    assert.equal(header.peer, "pacs.example:104");
    const data = entries.filter((entry) => entry.kind === "data");
    assert.deepEqual(
      data.map(({ from, bytes }) => ({ from, bytes })),
      outcome.log.map(({ from, bytes }) => ({ from, bytes })),
    );
    const notes = data.map(({ note }) => note).join("\n");
    assert.match(notes, /A-ASSOCIATE-RQ/);
    assert.match(notes, /C-FIND-RQ 1/);
    assert.match(notes, /C-FIND-RSP 1 /);
    assert.match(notes, /A-RELEASE-RP/);
    assert.deepEqual(entries.at(-1)?.kind, "end");
  });
  test("records what is not DICOM, and says so", () => {
    const made = recorder({ header: {} });
    const line = made.data(0, "acceptor", new TextEncoder().encode("HTTP/1.1"));
    assert.match(line, /not readable/);
    assert.match(line, /485454502f312e31/);
  });
});

describe("an anonymous recording", () => {
  const outcome = conversation("Müs*");
  const text = record(outcome, { anonymousBy: keyedHash("pepper") });
  const { header, entries } = parseRecording(text);
  const bytes = entries.flatMap((entry) =>
    entry.kind === "data" ? [...entry.bytes] : []
  );
  const latin1 = String.fromCharCode(...bytes);

  test("says what it masks, and not who the peer was", () => {
    assert.equal(header.anonymous, true);
    assert.ok((header.masked?.length ?? 0) >= 6);
    assert.equal(header.peer, "masked");
    assert.ok(!text.includes("pacs.example"));
  });
  test("holds no titles, names, IDs or birth dates", () => {
    const plain = String.fromCharCode(
      ...conversation("*").log.flatMap(({ bytes }) => [...bytes]),
    );
    const secrets = ["TESTER", "DEMO", "stermann", "Doe", "Jane"];
    for (const secret of secrets) {
      assert.ok(!latin1.includes(secret), secret);
      if (!secret.startsWith("stermann")) assert.ok(plain.includes(secret));
    }
    const date = /(^|\D)(19|20)\d{6}(\D|$)/;
    assert.ok(date.test(plain));
    assert.ok(!date.test(latin1));
  });
  test("keeps the length of everything", () => {
    const total = outcome.log.reduce((sum, one) => sum + one.bytes.length, 0);
    assert.equal(bytes.length, total);
  });
  test("keeps what is needed to understand it", () => {
    assert.ok(latin1.includes("PATIENT"));
    assert.ok(latin1.includes("1.2.840.10008.5.1.4.1.2.1.1"));
  });
  test("is the same however the bytes came", () => {
    const made = recorder({
      header: { model: "patient", peer: "pacs.example:104" },
      anonymousBy: keyedHash("pepper"),
    });
    let dripped = made.begin();
    for (const [time, one] of outcome.log.entries()) {
      for (const byte of one.bytes) {
        dripped += made.data(time, one.from, Uint8Array.of(byte));
      }
    }
    dripped += made.end(outcome.log.length, "requestor");
    assert.equal(dripped, text);
  });
  test("blanks messages that never end, and drops PDUs that never end", () => {
    const made = recorder({ header: {}, anonymousBy: keyedHash("x") });
    const part = encodePdu({
      type: "p-data-tf",
      pdvs: [{
        contextId: 1,
        isCommand: false,
        isLast: false,
        data: new TextEncoder().encode("SECRET"),
      }],
    });
    assert.equal(made.data(0, "acceptor", part), "");
    assert.equal(made.data(1, "acceptor", part.subarray(0, 14)), "");
    const rest = parseRecording(formatHeader({}) + made.end(2, "acceptor"));
    const [entry] = rest.entries;
    assert.ok(entry?.kind === "data");
    assert.deepEqual([...entry.bytes.subarray(12)], [0, 0, 0, 0, 0, 0]);
    assert.equal(rest.entries.length, 2);
  });
  test("blanks what is not DICOM", () => {
    const made = recorder({ header: {}, anonymousBy: keyedHash("x") });
    const line = made.data(
      0,
      "acceptor",
      new TextEncoder().encode("HTTP/1.1 200 for Doe^Jane"),
    );
    assert.match(line, /blanked/);
    assert.match(line, /"hex":"(00)+"/);
  });
});

describe("maskDatasetBytes()", () => {
  const latin = Charset.of(["ISO_IR 100"]);
  const japanese = Charset.of(["", "ISO 2022 IR 87"]);
  const dataset = Dataset.of(
    rawElement(0x00080005, "CS", "ISO_IR 100"),
    rawElement(0x00080018, "UI", "1.2.33.4"),
    rawElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
    rawElement(0x00080020, "DA", "20200101-20201231"),
    rawElement(0x00080030, "TM", "1030"),
    rawElement(0x00080060, "CS", "CT"),
    textElement(0x00081030, "LO", "Schädel*", latin),
    rawElement(0x00100010, "PN", "Doe^Jane=Roe"),
    rawElement(0x00100020, "LO", "12345 "),
    rawElement(0x00100040, "CS", "F "),
    rawElement(0x00101030, "DS", "70.5"),
    textElement(0x00102160, "SH", "山^田", japanese),
    rawElement(0x00200011, "IS", "7 "),
    numberElement(0x00280010, "US", [512]),
    sequence(0x00081032, [
      Dataset.of(
        rawElement(0x00080100, "SH", "CODE"),
        rawElement(0x00080104, "LO", "Text"),
      ),
    ]),
    { tag: 0x00091001, vr: "UN", value: new TextEncoder().encode("secret") },
  );
  for (const syntax of [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE]) {
    test(syntax.name, () => {
      const bytes = encodeDataset(dataset, syntax).slice();
      const length = bytes.length;
      assert.equal(
        maskDatasetBytes(bytes, syntax, { hash: keyedHash("s") }),
        true,
      );
      assert.equal(bytes.length, length);
      const masked = decodeDataset(bytes, syntax);
      const text = (tag: number) => rawStringOf(masked.get(tag)!);
      assert.equal(text(0x00080005), "ISO_IR 100");
      assert.match(text(0x00080018), /^[1-9]\.[1-9]\.[1-9]{2}\.[1-9]$/);
      assert.equal(text(0x00080016), "1.2.840.10008.5.1.4.1.1.2\0");
      assert.equal(text(0x00080020), "11111111-11111111 ");
      assert.equal(text(0x00080030), "1111");
      assert.equal(text(0x00080060), "CT");
      assert.equal(text(0x00081030), "XXXXXXX*");
      assert.equal(text(0x00100010), "XXX^XXXX=XXX");
      assert.equal(text(0x00100020), "XXXXX ");
      assert.equal(text(0x00100040), "F ");
      assert.equal(text(0x00101030), "11.1");
      assert.match(text(0x00102160), /^X+ ?$/);
      assert.equal(text(0x00200011), "7 ");
      assert.equal(text(0x00091001), "XXXXXX");
      const codes = masked.get(0x00081032)!;
      assert.ok(isSequence(codes));
      const code = codes.items[0]!.dataset;
      assert.equal(rawStringOf(code.get(0x00080100)!), "XXXX");
      assert.equal(rawStringOf(code.get(0x00080104)!), "XXXX");
    });
  }
  test("leaves no code or number of a person, or of a private attribute", () => {
    const item = Dataset.of(
      rawElement(0x00080100, "SH", "4711"),
      rawElement(0x00080102, "SH", "STAFF "),
    );
    const bytes = encodeDataset(
      Dataset.of(
        sequence(0x00080082, [item]),
        numberElement(0x00100000, "UL", [26]),
        rawElement(0x00100022, "CS", "TEXT"),
        sequence(0x00100101, [item]),
        rawElement(0x001021a0, "CS", "YES "),
        numberElement(0x001021c0, "US", [4]),
        rawElement(0x00291001, "CS", "NAME"),
        rawElement(0x00291002, "IS", "1234"),
        numberElement(0x00291003, "UL", [1234]),
        sequence(0x00291004, [item]),
        sequence(0x00401101, [item]),
        sequence(0x00400260, [item]),
      ),
      EXPLICIT_LE,
    ).slice();
    maskDatasetBytes(bytes, EXPLICIT_LE, { hash: keyedHash("s") });
    const masked = decodeDataset(bytes, EXPLICIT_LE);
    const hexOf = (tag: number) => {
      const element = masked.get(tag)!;
      assert.ok("value" in element);
      return Array.from(element.value, (byte) => byte.toString(16)).join(" ");
    };
    assert.notEqual(hexOf(0x00100000), "0 0 0 0");
    assert.equal(hexOf(0x00100022), "58 58 58 58");
    assert.equal(hexOf(0x001021a0), "58 58 58 20");
    assert.equal(hexOf(0x001021c0), "0 0");
    assert.equal(hexOf(0x00291001), "58 58 58 58");
    assert.equal(hexOf(0x00291002), "58 58 58 58");
    assert.equal(hexOf(0x00291003), "58 58 0 0");
    const codeOf = (tag: number) => {
      const element = masked.get(tag)!;
      assert.ok(isSequence(element));
      return rawStringOf(element.items[0]!.dataset.get(0x00080100)!);
    };
    for (
      const tag of [0x00080082, 0x00100101, 0x00291004, 0x00401101, 0x00400260]
    ) assert.equal(codeOf(tag), "XXXX", tag.toString(16));
  });
  test("blanks a sequence that came as unknown", () => {
    const bytes = encodeDataset(
      Dataset.of({
        tag: 0x00081110,
        vr: "UN",
        value: encodeDataset(dataset, IMPLICIT_LE),
      }),
      EXPLICIT_LE,
    ).slice();
    maskDatasetBytes(bytes, EXPLICIT_LE, { hash: keyedHash("s") });
    assert.ok(!String.fromCharCode(...bytes).includes("Doe"));
  });
  test("blanks what is deflated or broken", () => {
    for (
      const bytes of [
        encodeDataset(dataset, DEFLATED_LE).slice(),
        Uint8Array.of(1, 2, 3),
      ]
    ) {
      assert.equal(
        maskDatasetBytes(bytes, DEFLATED_LE, { hash: keyedHash("") }),
        false,
      );
      assert.ok(bytes.every((byte) => byte === 0));
    }
  });
  test("one UID has one mask within a recording, another under another key", () => {
    const mask = (uid: string, salt: string) => {
      const bytes = encodeDataset(
        Dataset.of(rawElement(0x0020000d, "UI", uid)),
        EXPLICIT_LE,
      ).slice();
      maskDatasetBytes(bytes, EXPLICIT_LE, { hash: keyedHash(salt) });
      return rawStringOf(decodeDataset(bytes, EXPLICIT_LE).get(0x0020000d)!);
    };
    const uid = "2.25.1234567890123456";
    assert.equal(mask(uid, "a"), mask(uid, "a"));
    assert.notEqual(mask(uid, "a"), mask(uid, "b"));
    assert.notEqual(mask(uid, "a"), mask("2.25.1234567890123457", "a"));
    assert.equal(mask(uid, "a").length, uid.length + uid.length % 2);
  });
});

test("maskAssociationBytes() covers titles and user identity", () => {
  const secret = new TextEncoder().encode("hunter2!");
  const bytes = encodePdu({
    type: "associate-rq",
    protocolVersion: 1,
    callingAeTitle: "WARD 7",
    calledAeTitle: "PACS",
    applicationContext: "1.2.840.10008.3.1.1.1",
    contexts: [],
    unknownItems: [],
    userInformation: {
      maxPduLength: 16384,
      userIdentity: {
        identityType: 2,
        responseRequested: false,
        primary: new TextEncoder().encode("nurse"),
        secondary: secret,
      },
    },
  });
  maskAssociationBytes(bytes, decodePdu(bytes));
  const text = String.fromCharCode(...bytes);
  for (const word of ["WARD", "PACS", "nurse", "hunter"]) {
    assert.ok(!text.includes(word), word);
  }
  const masked = decodePdu(bytes);
  assert.ok(masked.type === "associate-rq");
  assert.equal(masked.calledAeTitle, "XXXX");
  assert.equal(masked.callingAeTitle, "XXXX X");
});

describe("Replay", () => {
  const outcome = conversation();
  const recording = parseRecording(record(outcome));

  /** Plays the requestor's part from another outcome; answers all that the replay sends. */
  function play(replay: Replay, requestor: Outcome, size = Infinity): number {
    const said = requestor.log.filter(({ from }) => from === "requestor");
    let sent = 0;
    for (;;) {
      const step = replay.next();
      if (step.type === "send") sent += step.bytes.length;
      else if (step.type === "await") {
        const next = said.shift();
        assert.ok(next, `the replay waits for ${step.what}`);
        for (let at = 0; at < next.bytes.length; at += size) {
          replay.hear(next.bytes.subarray(at, at + size));
        }
      } else return sent;
    }
  }

  const answered = outcome.log.filter(({ from }) => from === "acceptor")
    .reduce((sum, { bytes }) => sum + bytes.length, 0);

  test("says all that the acceptor said", () => {
    assert.equal(play(new Replay(recording), outcome), answered);
  });
  test("does not mind how the requestor's bytes are cut", () => {
    assert.equal(play(new Replay(recording), conversation(), 1), answered);
  });
  test("does not mind other titles", () => {
    const log = outcome.log.map((one, index) => {
      if (index > 0) return one;
      const bytes = one.bytes.slice();
      bytes.set(new TextEncoder().encode("OTHER"), 26);
      return { ...one, bytes };
    });
    assert.equal(play(new Replay(recording), { ...outcome, log }), answered);
  });
  test("does not mind another version of the requestor", () => {
    const [first, ...rest] = outcome.log;
    const pdu = decodePdu(first!.bytes);
    assert.ok(pdu.type === "associate-rq");
    const { userInformation: ours, ...others } = pdu;
    for (const implementationVersionName of ["FINDSCU_0_1", undefined]) {
      const { implementationVersionName: _, ...left } = ours;
      const userInformation = {
        ...left,
        ...implementationVersionName && { implementationVersionName },
      };
      const bytes = encodePdu({ ...others, userInformation });
      const log = [{ ...first!, bytes }, ...rest];
      assert.equal(play(new Replay(recording), { ...outcome, log }), answered);
    }
  });
  test("notices another key, and names the attribute", () => {
    assert.throws(
      () => play(new Replay(recording), conversation("N*")),
      (error: unknown) => {
        assert.ok(error instanceof DecodeError);
        assert.match(
          error.message,
          /identifier differs.*\(0010,0010\) PatientName/,
        );
        assert.ok((error.offset ?? 0) > 0);
        assert.match(error.hint ?? "", /record again/);
        return true;
      },
    );
  });
  test("notices another model", () => {
    const other = converse({
      archive,
      model: "study",
      identifier: identifier(),
    });
    assert.throws(
      () => play(new Replay(recording), other),
      /association request differs/,
    );
  });
  test("notices a release where a query was recorded", () => {
    const replay = new Replay(recording);
    replay.hear(outcome.log[0]!.bytes);
    assert.throws(
      () => replay.hear(encodePdu({ type: "release-rq" })),
      /sends release request where the recording has command/,
    );
  });
  test("notices more than was recorded", () => {
    const replay = new Replay(recording);
    play(replay, outcome);
    assert.equal(replay.next().type, "done");
    assert.throws(
      () => replay.hear(encodePdu({ type: "release-rq" })),
      /where the recording has ended/,
    );
  });
  test("an anonymous recording accepts any value where it was masked", () => {
    const text = record(outcome, { anonymousBy: keyedHash("s") });
    const anonymous = parseRecording(text);
    assert.equal(play(new Replay(anonymous), conversation("N*")), answered);
    const level = converse({
      archive,
      model: "patient",
      identifier: Dataset.of(
        ...identifier(),
        rawElement(0x00100040, "CS", "M"),
      ),
    });
    assert.throws(
      () => play(new Replay(anonymous), level),
      /\(0010,0040\) PatientSex/,
    );
  });
  test("an anonymous recording accepts any code of a person", () => {
    const talk = (code: string) =>
      converse({
        archive,
        model: "patient",
        identifier: Dataset.of(
          ...identifier(),
          rawElement(0x001021a0, "CS", code),
          sequence(0x00100101, [
            Dataset.of(rawElement(0x00080100, "SH", code)),
          ]),
        ),
      });
    const text = record(talk("YES "), { anonymousBy: keyedHash("s") });
    play(new Replay(parseRecording(text)), talk("NO"));
  });
  test("closes where the acceptor closed", () => {
    const closing: Recording = {
      header: {},
      entries: [{ kind: "end", time: 7, by: "acceptor" }],
    };
    const replay = new Replay(closing);
    assert.deepEqual(replay.next(), { type: "close", pause: 0 });
    assert.deepEqual(replay.next(), {
      type: "done",
      isClosedByRequestor: false,
    });
  });
});

describe("sums of a recording", () => {
  const text = record(conversation());
  const lines = text.trimEnd().split("\n");
  const edited = (changed: readonly string[]) =>
    parseRecording(changed.join("\n")).edited;

  test("fit as long as nothing was touched", () => {
    assert.match(lines[0]!, /,"sum":"[0-9a-f]{8}"\}$/);
    assert.equal(edited(lines), undefined);
  });
  test("name the line that was changed", () => {
    const changed = lines.with(2, lines[2]!.replace('"t":', '"t":0'));
    assert.deepEqual(
      edited(changed.with(2, lines[2]!.replace("note", "Note"))),
      [3],
    );
  });
  test("name the line after one that was removed", () => {
    assert.deepEqual(edited(lines.toSpliced(2, 1)), [3]);
  });
  test("name a line without a sum", () => {
    const bare = lines[1]!.replace(/,"sum":"\w+"/, "");
    assert.equal(edited(lines.with(1, bare))?.[0], 2);
  });
  test("may be absent altogether", () => {
    const bare = lines.map((line) => line.replace(/,"sum":"\w+"/, ""));
    assert.equal(edited(bare), undefined);
  });
});

test("a loose replay answers other keys of the same level, and says so", () => {
  const outcome = conversation("M*");
  const recording = parseRecording(record(outcome));
  const replay = new Replay(recording, true);
  const other = conversation("Y*");
  for (const { from, bytes } of other.log) {
    if (from === "requestor") replay.hear(bytes);
  }
  assert.deepEqual(replay.takeNotices(), [
    "The identifier differs from the recording at (0010,0010) PatientName: answered as recorded",
  ]);
});
