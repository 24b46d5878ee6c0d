/** What an anonymous recording hides, and what it keeps. */
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
import { maskDatasetBytes } from "../../../../src/scp/recording/masking.ts";
import { maskPduBytes } from "../../../../src/scp/recording/pdu_masking.ts";
import { recorder } from "../../../../src/scp/recording/recorder.ts";
import {
  formatHeader,
  parseRecording,
} from "../../../../src/scp/recording/recording.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { conversation, keyedHash, record } from "./recorded.ts";

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

test("maskPduBytes() covers titles and user identity", () => {
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
  maskPduBytes(bytes, decodePdu(bytes));
  const text = String.fromCharCode(...bytes);
  for (const word of ["WARD", "PACS", "nurse", "hunter"]) {
    assert.ok(!text.includes(word), word);
  }
  const masked = decodePdu(bytes);
  assert.ok(masked.type === "associate-rq");
  assert.equal(masked.calledAeTitle, "XXXX");
  assert.equal(masked.callingAeTitle, "XXXX X");
});
