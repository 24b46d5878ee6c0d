/** What a plan adds to one C-FIND: `--split` gets past a limit, `--where` filters. Real queries to the built-in archive. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cli, withPeer } from "../../../support/cli.ts";
import { cmd, pdata, response } from "../../../support/scripted_peer.ts";

const STUDIES = ["-q", "StudyDate", "-q", "PatientName", "--format", "jsonl"];

/** The lines of a result, in no order. */
function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "").sort();
}

/** The bytes of the datasets that a query sends, one character each; the peer finds nothing. */
async function sent(...args: string[]): Promise<string> {
  const steps = [{ send: pdata(cmd(response(0, false))) }];
  const { received } = await withPeer(steps, {}, async (port) => {
    const { code, stderr } = await cli([`127.0.0.1:${port}`, ...args]);
    assert.equal(code, 0, stderr);
  });
  return received.flatMap((pdu) => pdu.type === "p-data-tf" ? pdu.pdvs : [])
    .filter(({ isCommand }) => !isCommand)
    .map(({ data }) => String.fromCharCode(...data))
    .join("");
}

describe("--split", () => {
  test("sends what one query would, with --disable-new-vr in VRs of 1993 alone", async () => {
    const keys = ["-q", "StudyDate=20250101-", "-q", "LongCodeValue=ABCD"];
    const LONG_CODE_VALUE = "\x08\x00\x19\x01";
    for (const options of [[], ["--disable-new-vr"]]) {
      const whole = await sent(...keys, ...options);
      const vr = options.length === 0 ? "UC" : "OB";
      assert.ok(whole.includes(LONG_CODE_VALUE + vr), options.join());
      assert.equal(await sent(...keys, ...options, "--split"), whole);
    }
  });

  test("finds what an archive without a limit finds, each study once", async () => {
    const all = await cli([
      "mock:demo",
      ...STUDIES,
      "-q",
      "StudyInstanceUID",
    ]);
    for (const limit of [7, 50, 200]) {
      const split = await cli([
        `mock:demo?limit=${limit}`,
        ...STUDIES,
        "-q",
        "StudyInstanceUID",
        "--split",
      ]);
      assert.equal(split.code, 0, split.stderr);
      const uids = (text: string) =>
        lines(text).map((line) => JSON.parse(line).StudyInstanceUID).sort();
      assert.deepEqual(uids(split.stdout), uids(all.stdout));
      assert.match(
        split.stderr,
        /Ranges do not find entities without StudyDate/,
      );
    }
  });

  test("stays within the requested range", async () => {
    const range = "StudyDate=20250101-20251231";
    const all = await cli(["mock:demo", "-q", range, "--count"]);
    const split = await cli([
      "mock:demo?limit=5",
      "-q",
      range,
      "--split",
      "--count",
    ]);
    assert.deepEqual([split.code, split.stdout], [0, all.stdout]);
  });

  test("works for a worklist", async () => {
    const keys = [
      "-W",
      "-q",
      "ScheduledProcedureStepSequence.Modality",
      "--count",
    ];
    const all = await cli(["mock:demo", ...keys]);
    const split = await cli(["mock:demo?limit=3", ...keys, "--split"]);
    assert.deepEqual([split.code, split.stdout], [0, all.stdout]);
  });

  test("does not ask if there is nothing to split by", async () => {
    const { code, stderr } = await cli([
      "127.0.0.1:1",
      "-q",
      "QueryRetrieveLevel=SERIES",
      "-q",
      "StudyInstanceUID=1.2",
      "--split",
    ]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /This level has no date by which a query can be split/,
    );
  });

  test("stops when enough matches are there", async () => {
    const { code, stdout } = await cli([
      "mock:demo?limit=20",
      ...STUDIES,
      "--split",
      "--max-results",
      "33",
    ]);
    assert.equal(code, 0);
    assert.equal(lines(stdout).length, 33);
  });
});

describe("--where", () => {
  test("keeps the matches that fulfil every condition, and requests what they need", async () => {
    const { code, stdout, stderr } = await cli([
      "mock:demo",
      "-q",
      "PatientName",
      "--where",
      "NumberOfStudyRelatedSeries>=3",
      "--where",
      "StudyDate>=2025-01-01",
      "--format",
      "jsonl",
      "-v",
    ]);
    assert.equal(code, 0, stderr);
    const matches = lines(stdout).map((line) => JSON.parse(line));
    assert.ok(matches.length > 0);
    for (const match of matches) {
      assert.ok(match.NumberOfStudyRelatedSeries >= 3);
      assert.ok(match.StudyDate >= "20250101");
    }
    assert.match(stderr, /\d+ of 262 matches do not meet --where/);
  });

  test("names an attribute that does not exist, and what is not a condition", async () => {
    for (const condition of ["Foo>1", "PatientName"]) {
      const { code, stderr } = await cli([
        "mock:demo",
        "-q",
        "PatientName",
        "--where",
        condition,
      ]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /unknown keyword "Foo"|--where/,
      );
    }
  });
});
