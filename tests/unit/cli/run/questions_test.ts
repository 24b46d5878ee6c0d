/** Questions that were not meant: what is wrong is said, whatever the grammar, and however quiet the run is to be. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cliOn } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const folder = files.newFolder();

/** A file with this text. */
function file(name: string, text: string): string {
  files.put(`${folder}/${name}`, text);
  return `${folder}/${name}`;
}

/** Nobody listens there: what is refused is refused before. */
const PEER = ["127.0.0.1", "1"];

describe("an input that holds nothing is an error, in both forms", () => {
  const inputs = [
    file("empty.dcm", ""),
    file("comments.txt", "# nothing\n\n# at all\n"),
    file("empty.json", "{}"),
    file("none.json", "[]"),
    "-",
  ];
  for (const input of inputs) {
    test(input.slice(input.lastIndexOf("/") + 1), async () => {
      for (
        const args of [["mock:demo"], ["-S", ...PEER], ["-q", "-S", ...PEER]]
      ) {
        const isQuietForm = args[0] === "-q";
        const { code, stderr } = await findscu([...args, input]);
        assert.equal(code, 22, args.join(" "));
        assert.match(stderr, /holds no keys/, `${args} ${isQuietForm}`);
      }
    });
  }
});

describe("no mistake is silent", () => {
  const rows: [args: string[], exit: number, said: RegExp][] = [
    [["-S", ...PEER, "-k", "Nonsense=1"], 1, /Nonsense/],
    [["-S", ...PEER, file("bad.json", "{")], 22, /bad\.json/],
    [["-S", ...PEER, "-k", "StudyDate", "--columns", "Nope"], 1, /Nope/],
    [["-S", ...PEER, "nofile.dcm"], 20, /nofile\.dcm/],
    [["mock:demo", "-q", "Nonsense=1"], 1, /Nonsense/],
    [["mock:demo", "-q", "StudyDate=20260231"], 1, /20260231/],
    [["mock:demo", "-q", "PatientID", "--where", "Nope>1"], 1, /Nope/],
    [["mock:nofile.json", "-q", "PatientID"], 20, /nofile\.json/],
  ];
  for (const [args, exit, said] of rows) {
    for (const quiet of [["--quiet"], ["--log-level", "fatal"], []]) {
      test([...args.slice(0, 4), ...quiet].join(" "), async () => {
        const { code, stderr } = await findscu([...args, ...quiet]);
        assert.equal(code, exit, stderr);
        assert.match(stderr, said);
      });
    }
  }
});

describe("-q with PEER and PORT", () => {
  for (const key of ["PatientName=Smith*", "PatientName"]) {
    test(`${key} is a mistake with a hint`, async () => {
      const { code, stderr } = await findscu([...PEER, "-q", key]);
      assert.equal(code, 20);
      assert.ok(stderr.includes(`hint: Write -k "${key}"`), stderr);
    });
  }
});

test("an AE title and a host without a port", async () => {
  for (const args of [["A@host"], ["A@host", "-q", "PatientID"]]) {
    const { code, stderr } = await findscu(args);
    assert.equal(code, 1);
    assert.match(stderr, /A@host:104/);
  }
});

describe("the same key twice", () => {
  const rows = [["PatientID=1", "PatientID=2"], ["PatientID=1", "0010,0020=2"]];
  for (const keys of rows) {
    test(keys.join(" "), async () => {
      const typed = (option: string) => keys.flatMap((key) => [option, key]);
      const ours = await findscu(["mock:demo", ...typed("-q")]);
      assert.equal(ours.code, 1);
      for (const key of keys) assert.ok(ours.stderr.includes(`"${key}"`));
      const theirs = await findscu(["-S", ...PEER, ...typed("-k")]);
      assert.equal(theirs.code, 60);
      assert.match(theirs.stderr, /the last one counts/);
    });
  }
});

test("an empty key is no question for everything", async () => {
  const { code, stderr } = await findscu(["mock:demo", "--count", "-q", ""]);
  assert.equal(code, 1);
  assert.match(stderr, /A key is empty/);
});

describe("keys that cannot match are warned of, and sent", () => {
  const rows: [key: string, said: RegExp][] = [
    ["PatientID=1\\2", /several|2 values/],
    ["StudyInstanceUID=1.2,1.3", /separate UIDs with a backslash/],
    ["StudyInstanceUID=1..2", /is not a UID/],
    ["TimezoneOffsetFromUTC=", /is empty/],
    ["StudyTime=1200-1100", /begins after its end/],
    ["StudyTime=2500", /not a time/],
    ["PatientSex=female", /lower-case letters/],
    ["PatientAge=45", /045Y/],
    ["PatientID=  ", /blank value/],
    ['PatientName="Doe*"', /quotes/],
    [
      "ScheduledStationAETitle=CT1",
      /belongs in ScheduledProcedureStepSequence/,
    ],
  ];
  for (const [key, said] of rows) {
    test(key, async () => {
      const { code, stderr } = await findscu([
        ...["mock:demo", "--count", "-q", key],
      ]);
      assert.equal(code, 0);
      assert.match(stderr, new RegExp(`^W: .*${said.source}`, "m"));
    });
  }
});
