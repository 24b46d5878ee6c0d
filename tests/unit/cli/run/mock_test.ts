/** What may follow `mock:`: folders, files, options, and everything that can be wrong with them. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { cliOn } from "../../../support/cli.ts";
import {
  checkMixed,
  COLUMNS,
  file,
  image,
  ROOT,
  writeFolder,
} from "../../../support/mock_folder.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const disk = new FakeFiles();

const findscu = cliOn(disk);

const JSON_ITEM = {
  "00100020": { vr: "LO", Value: ["J1"] },
  "00100010": { vr: "PN", Value: [{ Alphabetic: "J\u00f6son^Jason" }] },
  "0020000D": { vr: "UI", Value: [`${ROOT}.77`] },
  "7FE00010": { vr: "OW", BulkDataURI: "http://pacs.example.org/7" },
};

describe("mock:", () => {
  let folder: string;
  const place = (name: string) => `${folder}/${name}`;
  const write = (name: string, content: string | Uint8Array) => {
    disk.put(place(name), content);
    return place(name);
  };
  const ask = (source: string, ...args: readonly string[]) =>
    findscu([`mock:${source}`, ...args]);

  before(() => {
    folder = disk.newFolder();
    void disk.makeDirectory(place("empty"));
    writeFolder(write);
  });

  test("DIR serves what is good in a folder, and warns of the rest", async () => {
    checkMixed(await ask(place("mixed"), ...COLUMNS));
  });

  test("DIR follows folders however deep they are", async () => {
    const deep = [place("deep"), ..."x".repeat(60)].join("/");
    disk.put(`${deep}/a.dcm`, file(image(1)));
    const { code, stdout, stderr } = await ask(place("deep"), ...COLUMNS);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /S1/);
  });

  test("DIR counts what is not DICOM data at --verbose", async () => {
    const { stderr } = await ask(place("mixed"), ...COLUMNS, "-v");
    assert.match(stderr, /^I: 3 files are not DICOM data$/m);
  });

  test("DIR serves worklist files, too", async () => {
    const { stdout } = await ask(place("mixed"), "-W", ...COLUMNS, "--quiet");
    assert.match(stdout, /^Waiting\^Walter,W1\r$/m);
  });

  test("FILE serves one DICOM or worklist file", async () => {
    const one = await ask(place("mixed/b"), ...COLUMNS);
    assert.match(one.stdout, /^Sample\^Number 1,S1\r$/m);
    const step = await ask(place("mixed/deep/step.wl"), "-W", ...COLUMNS);
    assert.match(step.stdout, /,W1\r$/m);
  });

  test("FILE serves a DICOM JSON object or array, but for bad datasets", async () => {
    const object = write("object.json", JSON.stringify(JSON_ITEM));
    const single = await ask(object, ...COLUMNS);
    assert.equal(single.code, 0, single.stderr);
    assert.match(single.stdout, /^J\u00f6son\^Jason,J1\r$/m);
    const array = write(
      "array.json",
      JSON.stringify([{ Nonsense: {} }, JSON_ITEM, {}]),
    );
    const several = await ask(array, ...COLUMNS);
    assert.equal(several.code, 0, several.stderr);
    assert.match(several.stdout, /,J1\r$/m);
    assert.match(several.stderr, /\[0\]\.Nonsense: not an attribute/);
    assert.match(
      several.stderr,
      /array\.json\[2\]": Dataset without any identifying attribute left out/,
    );
  });

  test("serves again what --format dicom-json printed", async () => {
    const keys = ["-q", "PatientID=DEMO-004*", "-q", "PatientName"];
    const query = [...keys, "-q", "StudyInstanceUID", "--format", "dicom-json"];
    const first = await ask("demo", ...query);
    const again = await ask(write("demo.json", first.stdout), ...query);
    assert.equal(again.stdout, first.stdout);
  });

  test("takes a query that matches nothing for a success", async () => {
    const { code, stdout, stderr } = await ask(
      place("mixed/b"),
      "-q",
      "PatientID=NOBODY",
      "--format",
      "json",
    );
    assert.deepEqual([code, stdout, stderr], [0, "[]\n", ""]);
  });

  const MISTAKES: readonly [
    what: string,
    source: () => string,
    code: number,
    message: RegExp,
  ][] = [
    [
      "a path that does not exist",
      () => place("nowhere"),
      20,
      /^E: Cannot read ".*nowhere": no such file or folder\nE: Hint: Give demo, a folder/,
    ],
    [
      "an empty folder",
      () => place("empty"),
      22,
      /^E: No DICOM file in ".*empty"\nE: Hint: The folder is empty\.$/m,
    ],
    [
      "a folder without DICOM",
      () => place("text"),
      22,
      /^E: No DICOM file in ".*text"\nE: Hint: It holds 1 other file/,
    ],
    [
      "a folder of broken files",
      () => place("broken"),
      22,
      /^W: .*cut\.dcm" is ignored: [^]*\nE: No readable DICOM file in/,
    ],
    [
      "a broken file",
      () => place("broken/cut.dcm"),
      22,
      /^E: Cannot read ".*cut\.dcm": /,
    ],
    [
      "a file that is nothing of use",
      () => place("text/README.txt"),
      22,
      /neither DICOM, DICOM JSON nor a recording/,
    ],
    [
      "JSON that is none",
      () => write("bad.json", '[{"00100020": '),
      22,
      /^E: Bad archive file ".*bad\.json", \[0\]: not valid JSON/,
    ],
    [
      "JSON that is not DICOM",
      () => write("other.json", '{"name": "x"}'),
      22,
      /".*other\.json", \[0\]\.name: not an attribute/,
    ],
    [
      "a recording of the future",
      () => write("new.rec", '{"format":"findscu-recording","version":99}\n'),
      22,
      /^E: ".*new\.rec": Cannot read the recording: line 1: version 99, this program supports up to 1/,
    ],
    [
      "a recording that is cut off",
      () =>
        write(
          "cut.rec",
          '{"format":"findscu-recording","version":1}\n{"t":1,"dir":">","he',
        ),
      22,
      /^E: ".*cut\.rec": Cannot read the recording: line 2: not a JSON object/,
    ],
    [
      "a recording whose requestor does not speak DICOM",
      () =>
        write(
          "http.rec",
          '{"format":"findscu-recording","version":1}\n{"t":1,"dir":">","hex":"474554202f20485454502f312e31"}\n',
        ),
      22,
      /^E: ".*http\.rec": Cannot read the requestor's messages in the recording: /,
    ],
    [
      "an unknown fault",
      () => "demo?fault=slwo",
      1,
      /^E: Unknown fault "slwo"\nE: Hint: Did you mean slow\?/,
    ],
    [
      "an unknown option",
      () => "demo?latencies=5",
      1,
      /^E: Unknown mock option "latencies"\nE: Hint: Did you mean latency\?/,
    ],
  ];
  for (const [what, source, code, message] of MISTAKES) {
    test(`says what is wrong with ${what}`, async () => {
      const finished = await ask(source(), "-q", "PatientName");
      assert.match(finished.stderr, message);
      assert.deepEqual([finished.code, finished.stdout], [code, ""]);
    });
  }

  test("takes latency and chunk size, which change no answer", async () => {
    const query = ["-q", "PatientName=Doe*", "--format", "json"];
    const expected = (await ask("demo", ...query)).stdout;
    const slow = await ask("demo?latency=60&chunk=3", ...query);
    assert.equal(slow.stdout, expected);
    // Request, answer, query, matches, release and its answer.
    assert.ok(slow.elapsed > 300);
  });

  test("cuts the connection after so many bytes", async () => {
    const { code, stdout, stderr } = await ask(
      "demo?cut=5000",
      "-q",
      "StudyInstanceUID",
      "--format",
      "jsonl",
    );
    assert.equal(code, 65);
    assert.match(stderr, /closed the connection before its final response/);
    assert.ok(stdout.split("\n").length > 10);
  });

  test("limits the matches", async () => {
    const { code, stdout, stderr } = await ask(
      "demo?limit=2",
      "-q",
      "StudyInstanceUID",
      "--format",
      "jsonl",
    );
    assert.equal(code, 80);
    assert.match(stderr, /0xa700.*More than 2 matches/);
    assert.equal(stdout.trimEnd().split("\n").length, 2);
  });
});
