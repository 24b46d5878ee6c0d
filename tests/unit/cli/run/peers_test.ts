/** `--also`: several archives side by side, some of which fail. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cliOn } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const disk = new FakeFiles();

const findscu = cliOn(disk);

const KEYS = ["-q", "PatientID=DEMO-0001", "-q", "StudyDate"];
const SAME = "mock:demo?latency=1";

/** The records of a CSV, without its heading, as fields. */
function records(csv: string): string[][] {
  return csv.trim().split("\r\n").slice(1).map((line) => line.split(","));
}

describe("--also", () => {
  test("says of each match which peer it is from", async () => {
    const { code, stdout } = await findscu([
      "mock:demo",
      "--also",
      SAME,
      ...KEYS,
      "--format",
      "csv",
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^peer,PatientID,StudyDate\r\n/);
    const from = (peer: string) =>
      records(stdout).filter(([name]) => name === peer).map((one) => one[2]);
    assert.equal(from("mock:demo").length, 6);
    assert.deepEqual(from(SAME).sort(), from("mock:demo").sort());
    const json = await findscu([
      "mock:demo",
      "--also",
      SAME,
      ...KEYS,
      "--format",
      "json",
    ]);
    const peers = JSON.parse(json.stdout).map((one: { peer: string }) =>
      one.peer
    );
    assert.deepEqual(new Set(peers), new Set(["mock:demo", SAME]));
  });

  test("goes on when one is down, and is incomplete", async () => {
    const { code, stdout, stderr } = await findscu([
      "127.0.0.1:1",
      "--also",
      "mock:demo",
      "--also",
      "mock:demo?fault=fail-a900",
      ...KEYS,
      "--format",
      "csv",
    ]);
    assert.equal(code, 82);
    assert.equal(records(stdout).length, 6);
    assert.match(stderr, /^E: 127\.0\.0\.1:1: Cannot connect/m);
    assert.match(stderr, /^E: mock:demo\?fault=fail-a900: C-FIND failed/m);
  });

  test("fails as the first when all do", async () => {
    const { code, stdout } = await findscu([
      "mock:demo?fault=fail-a900",
      "--also",
      "127.0.0.1:1",
      ...KEYS,
      "--count",
    ]);
    assert.deepEqual([code, stdout], [80, ""]);
  });

  test("waits for one that is slow", async () => {
    const { code, stdout } = await findscu([
      "mock:demo",
      "--also",
      "mock:demo?latency=700",
      ...KEYS,
      "--count",
    ]);
    assert.deepEqual([code, stdout], [0, "12\n"]);
  });

  test("stops all at --max-results", async () => {
    const { code, stdout } = await findscu([
      "mock:demo",
      "--also",
      SAME,
      "-q",
      "PatientID",
      "--max-results",
      "4",
      "--format",
      "csv",
    ]);
    assert.deepEqual([code, records(stdout).length], [0, 4]);
  });

  test("shows an entity once with --unique, with all that have it", async () => {
    const limited = "mock:demo?limit=3";
    const { code, stdout } = await findscu([
      "mock:demo",
      "--also",
      limited,
      "--unique",
      ...KEYS,
      "--format",
      "csv",
    ]);
    assert.equal(code, 82);
    const peers = records(stdout).map(([peer]) => peer);
    assert.equal(peers.length, 6);
    assert.equal(
      peers.filter((peer) => peer === `mock:demo | ${limited}`).length,
      3,
    );
  });

  test("follows matches down in each", async () => {
    const { code, stdout } = await findscu([
      "mock:demo",
      "--also",
      SAME,
      "--unique",
      "-q",
      "PatientID=DEMO-0001",
      "--expand",
      "series",
      "-q",
      "Modality",
      "--format",
      "jsonl",
    ]);
    assert.equal(code, 0);
    const lines = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(lines.length, 12);
    for (const { peer } of lines) assert.deepEqual(peer, ["mock:demo", SAME]);
  });

  for (const args of [["-X", "-od", "out"], ["-Xs", "out/all.xml"]]) {
    test(`${args[0]} writes the files of a single peer, byte for byte`, async () => {
      const filesOf = async (...more: string[]) => {
        const disk = new FakeFiles({ "out/": "" });
        const keys = ["-q", "StudyInstanceUID", "-q", "PatientName"];
        const call = ["mock:demo", ...keys, ...KEYS, ...args, ...more];
        assert.equal((await cliOn(disk)(call)).code, 0);
        return disk.list("out").map((name) => disk.read(`out/${name}`));
      };
      const files = await filesOf();
      assert.equal(files.length, args[0] === "-X" ? 6 : 1);
      assert.deepEqual(await filesOf("--also", SAME, "--unique"), files);
    });
  }

  const refused: readonly (readonly [string[], RegExp])[] = [
    [["--also", "127.0.0.1:1"], /127\.0\.0\.1:1 is named twice/],
    [["--also", "ANY-SCP@127.0.0.1:1"], /are the same peer/],
    [["--unique"], /--unique only allowed with --also/],
    [["--also", "x:1", "--record", "x"], /--also not allowed with/],
    [["--also", "no such"], /neither an address nor a saved connection/],
  ];
  for (const [args, message] of refused) {
    test(`refuses ${args.join(" ")}`, async () => {
      const { code, stderr } = await findscu(["127.0.0.1:1", ...KEYS, ...args]);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });
  }
});
