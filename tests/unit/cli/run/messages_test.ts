/** Messages look at what happened: what was sent, received and already answered. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../../../support/answering_server.ts";
import { hex } from "../../../support/hex.ts";
import { concat, identifier } from "../../../support/scripted_peer.ts";
import { cliOn, type CliRun, withAnsweringPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

/** Sends queries from files, and ends with what the peer makes of the last ones. */
async function asked(
  count: number,
  answer: (query: number) => Answer,
  ...options: string[]
): Promise<CliRun> {
  const folder = files.newFolder();
  const queries = Array.from(
    { length: count },
    (_, n) => `${folder}/q${n + 1}.txt`,
  );
  for (const file of queries) {
    files.put(file, "QueryRetrieveLevel=STUDY\nPatientID\n");
  }
  let finished: CliRun | undefined;
  await withAnsweringPeer(answer, async (port) => {
    finished = await findscu([`127.0.0.1:${port}`, ...options, ...queries]);
  });
  return finished!;
}

const GOOD: Answer = { status: 0 };
const last = (count: number, end: Answer) => (query: number) =>
  query < count ? GOOD : end;

describe("a run of several queries that breaks off", () => {
  const ends: [Answer, exit: number][] = [["close", 65], ["abort", 64]];
  for (const [end, exit] of ends) {
    test(`names the query, and not the AE title: ${String(end)}`, async () => {
      const { code, stderr } = await asked(9, last(7, end));
      assert.equal(code, exit);
      assert.match(stderr, /^E: Query 7 of 9, .*q7\.txt: The peer/m);
      assert.match(stderr, /Hint: It had answered 6 requests/);
      assert.doesNotMatch(stderr, /AE title|-aet/);
      assert.equal(stderr.match(/^E: (?!Hint)/gm)?.length, 1, stderr);
    });
  }

  test("names the query of a time-out", async () => {
    const { code, stderr } = await asked(3, last(3, "silence"), "-td", "1");
    assert.equal(code, 66);
    assert.match(stderr, /^E: Query 3 of 3, .*q3\.txt: Timed out/m);
    assert.match(stderr, /Hint: It had answered 2 requests/);
  });

  test("names the query of a failure status", async () => {
    const { code, stderr } = await asked(3, last(2, { status: 0xa700 }));
    assert.equal(code, 80);
    assert.match(stderr, /^E: Query 2 of 3, .*q2\.txt: C-FIND failed.*0xa700/m);
  });

  test("suspects the AE title if nothing was answered", async () => {
    for (const end of ["close", "abort"] as const) {
      const { stderr } = await asked(2, () => end);
      assert.match(stderr, /Hint: .*-aet/);
    }
  });
});

test("warnings of several queries name them, the hint comes once", async () => {
  const { code, stderr } = await asked(
    4,
    (query) => ({ status: query > 2 ? 0xb001 : 0 }),
  );
  assert.equal(code, 82);
  assert.match(
    stderr,
    /^W: Query 3 of 4, .*q3\.txt: The query ended .*0xb001/m,
  );
  assert.match(
    stderr,
    /^W: Query 4 of 4, .*q4\.txt: The query ended .*0xb001/m,
  );
  assert.equal(stderr.match(/Hint/g)?.length, 1);
});

test("warnings of matches name the query", async () => {
  const damaged = concat(
    identifier("P2"),
    hex(`20 00 0d 00 "UI" 40 00 "1.2.3."`),
  );
  const { code, stderr } = await asked(
    2,
    (query) => ({
      status: 0,
      matches: query === 2 ? [identifier("P1"), damaged] : [],
    }),
  );
  assert.equal(code, 67);
  assert.match(stderr, /^W: Query 2 of 2, .*q2\.txt: Match 2: /m);
});

test("a warning status is reported with the peer's words, or else with its meaning", async () => {
  const silent = await asked(1, () => ({ status: 0xb001 }));
  assert.match(silent.stderr, /ended with status 0xb001[^:]*: \S/);
  const spoken = await asked(1, () => ({
    status: 0xb001,
    changes: { errorComment: "Only 100 delivered" },
  }));
  assert.match(spoken.stderr, /status 0xb001[^:]*: Only 100 delivered/);
});

test("one query has no number", async () => {
  const { stderr } = await asked(1, () => ({ status: 0xa700 }));
  assert.match(stderr, /^E: C-FIND failed/m);
});

describe("a failure status", () => {
  /** One query of keys. */
  async function failed(answer: Answer, ...args: string[]): Promise<string> {
    let stderr = "";
    await withAnsweringPeer(() => answer, async (port) => {
      ({ stderr } = await findscu([`127.0.0.1:${port}`, ...args]));
    });
    return stderr;
  }
  const STUDY = ["-q", "QueryRetrieveLevel=STUDY", "-q", "PatientID"];

  test("A900 with an offending element names it", async () => {
    const stderr = await failed({
      status: 0xa900,
      changes: { offendingElements: [0x00100020] },
    }, ...STUDY);
    assert.match(
      stderr,
      /Hint: The peer rejects PatientID \(0010,0020\)/,
    );
  });

  test("A900 without one speaks of none", async () => {
    const stderr = await failed({ status: 0xa900 }, ...STUDY);
    assert.match(stderr, /Hint: Check the query level/);
    assert.doesNotMatch(stderr, /offending|fault/);
  });

  test("A900 in a worklist speaks of no levels", async () => {
    const key = "ScheduledProcedureStepSequence.Modality=CT";
    const stderr = await failed({ status: 0xa900 }, "-W", "-q", key);
    assert.doesNotMatch(stderr, /level/);
  });

  test("C000 after a warning of ours refers to it", async () => {
    const stderr = await failed(
      { status: 0xc000 },
      ...["-q", "QueryRetrieveLevel=STUDY", "-q", "Modality=CT"],
    );
    assert.match(
      stderr,
      /^E: Hint: An earlier warning may explain this: Modality/m,
    );
  });

  test("C000 otherwise refers to the peer's log", async () => {
    const stderr = await failed({ status: 0xc000 }, ...STUDY);
    assert.match(stderr, /^E: Hint: Check the peer's log/m);
  });

  test("the comment of a success is shown at -v", async () => {
    const answer = {
      status: 0,
      changes: { errorComment: "Nur 100 geliefert" },
    };
    const said = /^I: The peer says "Nur 100 geliefert"$/m;
    assert.match(await failed(answer, ...STUDY, "-v"), said);
    assert.doesNotMatch(await failed(answer, ...STUDY), said);
  });
});
