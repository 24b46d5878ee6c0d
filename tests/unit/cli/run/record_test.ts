/** Recordings from the command line: complete however the run ends, replayed, and without a trace of a patient on request. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import {
  type DataEntry,
  parseRecording,
  type Recording,
} from "../../../../src/scp/recording/recording.ts";
import { cliOn, withServer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const disk = new FakeFiles();

const findscu = cliOn(disk);

const QUERY = ["-q", "PatientName=Ya*", "-q", "StudyDate"];

describe("--record", () => {
  const folder = disk.newFolder();
  const place = (name: string) => `${folder}/${name}`;

  function recordingIn(name: string): Recording {
    return parseRecording(disk.text(place(name)));
  }

  function dataOf(recording: Recording): DataEntry[] {
    return recording.entries.filter((entry) => entry.kind === "data");
  }

  test("is replayed to a reader who wants less than was recorded", async () => {
    const file = place("early.rec");
    const query = [...QUERY, "--format", "jsonl"];
    const whole = await findscu(["mock:demo", ...query, "--record", file]);
    assert.equal(whole.code, 0, whole.stderr);
    const first = await findscu([
      `mock:${file}`,
      ...query,
      "--max-results",
      "1",
    ]);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, `${whole.stdout.split("\n", 1)[0]}\n`);
  });

  test("does so in DCMTK's form and for echo", async () => {
    await withServer([], async (port) => {
      const dcmtk = await findscu([
        "-S",
        "-k",
        "QueryRetrieveLevel=STUDY",
        "-k",
        "PatientName=Doe*",
        "--record",
        place("dcmtk.rec"),
        "127.0.0.1",
        String(port),
      ]);
      assert.equal(dcmtk.code, 0, dcmtk.stderr);
      const echo = await findscu([
        "echo",
        `127.0.0.1:${port}`,
        "--record",
        place("echo.rec"),
      ]);
      assert.equal(echo.code, 0, echo.stderr);
    });
    assert.match(dataOf(recordingIn("dcmtk.rec"))[2]!.note!, /C-FIND-RQ/);
    assert.match(dataOf(recordingIn("echo.rec"))[2]!.note!, /C-ECHO-RQ/);
    const again = await findscu(["echo", `mock:${place("echo.rec")}`]);
    assert.equal(again.code, 0, again.stderr);
  });

  test("each connection of a run has a file of its own", async () => {
    const list = place("list.csv");
    disk.put(list, "PatientID\nA\nB\n");
    const path = place("two.rec");
    const { code, stderr } = await findscu([
      ...["mock:demo", "-q", "PatientID", "--each", list],
      ...["--associations", "2", "--record", path],
    ]);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /W: Connection 2 of the run is recorded in ".*two\.rec\.2"/,
    );
    const queries = ["two.rec", "two.rec.2"].map((name) =>
      dataOf(recordingIn(name))
        .filter(({ note }) => /C-FIND-RQ/.test(note ?? "")).length
    );
    assert.deepEqual(queries, [1, 1]);
  });

  test("a client that sends something else gets a report of the difference", async () => {
    await findscu(["mock:demo", ...QUERY, "--record", place("one.rec")]);
    const source = `mock:${place("one.rec")}`;
    const other = await findscu([
      source,
      "-q",
      "PatientName=Yo*",
      "-q",
      "PatientID",
    ]);
    assert.equal(other.code, 67);
    assert.match(
      other.stderr,
      /^E: Replay: identifier differs from the recording at \(0008,0020\) StudyDate.*\nE: Hint: Repeat the query/,
    );
    const model = await findscu([source, "-W", "-q", "PatientName"]);
    assert.match(
      model.stderr,
      /Replay: association request differs from the recording/,
    );
  });

  test("?realtime keeps the pauses of the recording", async () => {
    await findscu([
      "mock:demo?latency=120",
      ...QUERY,
      "--record",
      place("slow.rec"),
    ]);
    const timed = async (source: string) => {
      const { code, stderr, elapsed } = await findscu([source, ...QUERY]);
      assert.equal(code, 0, stderr);
      return elapsed;
    };
    const source = `mock:${place("slow.rec")}`;
    const atOnce = await timed(source);
    // Three answers, each there and back.
    assert.ok(await timed(`${source}?realtime`) > atOnce + 500);
  });

  test("is complete when the query fails", async () => {
    const { code } = await findscu([
      "mock:demo?fault=abort",
      ...QUERY,
      "--record",
      place("failed.rec"),
    ]);
    assert.equal(code, 64);
    const { entries } = recordingIn("failed.rec");
    assert.equal(entries.at(-1)?.kind, "end");
    assert.equal(dataOf(recordingIn("failed.rec")).at(-1)?.note, "A-ABORT");
    const replayed = await findscu([
      `mock:${place("failed.rec")}`,
      ...QUERY,
    ]);
    assert.equal(replayed.code, 64);
  });

  test(
    "is complete when the run is interrupted",
    async () => {
      let isInterrupted = false;
      const { code } = await findscu([
        "mock:demo?fault=slow",
        "-q",
        "StudyInstanceUID",
        "--format",
        "jsonl",
        "--record",
        place("interrupted.rec"),
      ], {
        onOutput: (_, interrupt) => {
          // A second one would end it at once.
          if (!isInterrupted) interrupt();
          isInterrupted = true;
        },
      });
      assert.equal(code, 130);
      const { entries } = recordingIn("interrupted.rec");
      assert.equal(entries.at(-1)?.kind, "end");
      const notes = dataOf(recordingIn("interrupted.rec"))
        .map(({ note }) => note ?? "").join();
      assert.match(notes, /C-FIND-RSP 1 0xff00.*C-CANCEL-RQ/);
    },
  );

  test("says that the file cannot be written, before anything is sent", async () => {
    const { code, stderr } = await findscu([
      "mock:demo",
      ...QUERY,
      "--record",
      place("missing/x.rec"),
    ]);
    assert.equal(code, 45);
    assert.match(stderr, /^E: Cannot write ".*x\.rec": /);
    const alone = await findscu(["mock:demo", ...QUERY, "--record-anonymous"]);
    assert.equal(alone.code, 1);
    assert.match(alone.stderr, /--record-anonymous only allowed with --record/);
  });
});

/** One match as `--format json` prints it. */
type Match = Record<string, unknown>;

/** All texts in a value. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) yield* textsIn(inner);
  }
}

/** What is no value of a person, place or time: codes, levels, counts, UIDs of the standard, modalities. */
const HARMLESS: ReadonlySet<string> = new Set([
  "SpecificCharacterSet",
  "QueryRetrieveLevel",
  "ModalitiesInStudy",
  "Modality",
  "PatientSex",
  "SOPClassUID",
  "NumberOfStudyRelatedInstances",
  "ScheduledProcedureStepStatus",
]);

const KEYS = [
  "PatientName",
  "PatientID",
  "IssuerOfPatientID",
  "PatientBirthDate",
  "PatientSex",
  "OtherPatientIDs",
  "PatientAge",
  "PatientComments",
  "AccessionNumber",
  "StudyInstanceUID",
  "StudyDate",
  "StudyTime",
  "StudyDescription",
  "ReferringPhysicianName",
  "NameOfPhysiciansReadingStudy",
  "ModalitiesInStudy",
  "NumberOfStudyRelatedInstances",
  "ProcedureCodeSequence.CodeMeaning",
];
const WORKLIST_KEYS = [
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientWeight",
  "MedicalAlerts",
  "AccessionNumber",
  "StudyInstanceUID",
  "RequestingPhysician",
  "RequestedProcedureDescription",
  "RequestedProcedureID",
  "AdmissionID",
  "CurrentPatientLocation",
  "ScheduledProcedureStepSequence.Modality",
  "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate",
  "ScheduledProcedureStepSequence.ScheduledPerformingPhysicianName",
  "ScheduledProcedureStepSequence.ScheduledStationAETitle",
  "ScheduledProcedureStepSequence.ScheduledProcedureStepDescription",
];

describe("--record-anonymous", () => {
  const folder = disk.newFolder();

  const asked = (keys: readonly string[]) => keys.flatMap((key) => ["-q", key]);

  for (
    const [what, args] of [
      ["studies", asked(KEYS)],
      ["a worklist", ["-W", ...asked(WORKLIST_KEYS)]],
      [
        "keys with values",
        asked([
          "PatientName=Yamada^Tarou*",
          "PatientID=DEMO-0043",
          "StudyDate=20000101-20261231",
          ...KEYS.filter((key) =>
            !/^(PatientName|PatientID|StudyDate)$/.test(key)
          ),
        ]),
      ],
    ] as const
  ) {
    test(`leaves no value of ${what} in the file`, async () => {
      const path = `${folder}/anonymous.rec`;
      const titles = ["-aet", "SECRETSCU", "-aec", "SECRETSCP"];
      const options = ["--format", "jsonl", ...titles];
      const plain = `${folder}/plain.rec`;
      await findscu(["mock:demo", ...args, ...options, "--record", plain]);
      const { code, stdout, stderr } = await findscu([
        "mock:demo",
        ...args,
        ...options,
        "--record",
        path,
        "--record-anonymous",
      ]);
      assert.equal(code, 0, stderr);
      const matches = stdout.trimEnd().split("\n")
        .map((line) => JSON.parse(line) as Match);
      assert.ok(matches.length > 0);

      const text = disk.text(path);
      const recording = parseRecording(text);
      const bytes = latin1Of(recording);
      const original = latin1Of(parseRecording(disk.text(plain)));
      const values = new Set(["SECRETSCU", "SECRETSCP"]);
      for (const match of matches) collect(match, values);
      let found = 0;
      for (const value of values) {
        // As bytes; what is not ASCII is looked for in UTF-8, and in all encodings by the next check.
        const wire = Buffer.from(value).toString("latin1");
        if (original.includes(wire)) found++;
        assert.ok(!holds(bytes, wire), `"${value}" is in the recording`);
        assert.ok(!text.includes(value), `"${value}" is in the file`);
      }
      assert.ok(found > values.size / 2, "the plain recording was searched");
      assert.deepEqual(highBytes(bytes), [], "letters outside ASCII are left");
      assert.equal(recording.header.anonymous, true);
      assert.equal(recording.header.peer, "masked");
      assert.ok(recording.header.masked!.length > 5);

      // What it is for: the same number of answers to the same question.
      const replayed = await findscu([`mock:${path}`, ...args, ...options]);
      assert.equal(replayed.code, 0, replayed.stderr);
      assert.equal(
        replayed.stdout.trimEnd().split("\n").length,
        matches.length,
      );
    });
  }

  function collect(match: Match, values: Set<string>): void {
    for (const [key, value] of Object.entries(match)) {
      if (HARMLESS.has(key)) continue;
      if (Array.isArray(value)) {
        for (const item of value) {
          if (typeof item === "object" && item !== null) {
            collect(item as Match, values);
          } else for (const one of textsIn(item)) values.add(one);
        }
      } else for (const one of textsIn(value)) values.add(one);
    }
    // Short texts, as `1` or `BED`, occur anywhere.
    for (const value of values) if (value.length < 4) values.delete(value);
  }

  function latin1Of({ entries }: Recording): string {
    return entries.map((entry) =>
      entry.kind === "data" ? Buffer.from(entry.bytes).toString("latin1") : ""
    ).join("");
  }

  /** Whether a value is in there; digits within longer runs of digits, as masked UIDs have, are not one. */
  function holds(bytes: string, value: string): boolean {
    const pattern = value.replace(/[^\w]/g, "\\$&");
    return new RegExp(
      /^\d+$/.test(value) ? `(?<![\\d.])${pattern}(?![\\d.])` : pattern,
    ).test(bytes);
  }

  /** Letters outside ASCII in names and texts: pairs of bytes that no length or tag has. */
  function highBytes(bytes: string): string[] {
    return bytes.match(/[\x80-\xfe]{3,}|\x1b\$/g) ?? [];
  }
});
