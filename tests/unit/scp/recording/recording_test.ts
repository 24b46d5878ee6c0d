/** The form of recordings, and how they are made. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { InputError } from "../../../../src/errors.ts";
import { recorder } from "../../../../src/scp/recording/recorder.ts";
import {
  formatEntry,
  formatHeader,
  isRecording,
  parseRecording,
} from "../../../../src/scp/recording/recording.ts";
import { conversation, record } from "./recorded.ts";

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
  test("is distinguished from other JSON", () => {
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
