/** Complete, or said not to be: exit code, file name, closing line and messages agree on what is there. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { encodePdu } from "../../src/pdu/encode.ts";
import { findscu, type Finished } from "../support/process.ts";
import { concat, match, type Step, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const KEYS = ["-q", "QueryRetrieveLevel=STUDY", "-q", "PatientID"];

/** Runs a query in the ADDRESS form against a peer that plays the steps. */
async function asked(
  steps: readonly Step[],
  ...options: string[]
): Promise<Finished> {
  let finished: Finished | undefined;
  await withScriptedServer(steps, {}, async (port) => {
    finished = await findscu([...KEYS, ...options, `127.0.0.1:${port}`]);
  });
  return finished!;
}

async function withFolder(body: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(`${tmpdir()}/findscu-truth-`);
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TEN = concat(...Array.from({ length: 10 }, (_, n) => match(`P${n}`)));

describe("the end behind our own cancel is a success", () => {
  const ends: [string, Uint8Array][] = [
    ["FE00", success(0xfe00)],
    ["A700", success(0xa700)],
  ];
  for (const [name, end] of ends) {
    for (const option of ["--cancel", "--max-results"]) {
      test(`${option}, ${name}`, async () => {
        const steps = [{ send: TEN }, { await: 1 }, { send: end }];
        const { code, stdout, stderr } = await asked(
          steps,
          option,
          "10",
          "--count",
        );
        assert.equal(stderr, "");
        assert.equal(stdout, "10\n");
        assert.equal(code, 0);
      });
    }
  }

  test("--max-results, A700 before the cancel could be sent", async () => {
    const { code, stdout, stderr } = await asked(
      [{ send: concat(TEN, success(0xa700)) }],
      "--max-results",
      "10",
      "--count",
    );
    assert.deepEqual([code, stdout, stderr], [0, "10\n", ""]);
  });

  test("--max-results, and the peer hangs up", async () => {
    for (
      const end of [
        { send: encodePdu({ type: "abort", source: 0, reason: 0 }) },
        { close: true } as const,
      ]
    ) {
      const { code, stdout, stderr } = await asked(
        [{ send: TEN }, { await: 1 }, end],
        "--max-results",
        "10",
        "--count",
      );
      assert.deepEqual([code, stdout, stderr], [0, "10\n", ""]);
    }
  });

  test("in DCMTK's form, too", async () => {
    await withScriptedServer(
      [{ send: TEN }, { await: 1 }, { send: success(0xfe00) }],
      {},
      async (port) => {
        const { code, stderr } = await findscu([
          "-S",
          "-k",
          "PatientID",
          "--cancel",
          "10",
          "127.0.0.1",
          String(port),
        ]);
        assert.doesNotMatch(stderr, /^E:/m);
        assert.equal(code, 0);
      },
    );
  });
});

test("an end that nobody asked for is told from one that was", async () => {
  const { code, stderr } = await asked([{
    send: concat(match("P1"), success(0xfe00)),
  }]);
  assert.equal(code, 81);
  assert.match(stderr, /cancelled/);
});

describe("a warning status makes the answer incomplete", () => {
  for (const status of [0xb001, 0x0107]) {
    const shown = `0x${status.toString(16).padStart(4, "0")}`;
    test(shown, () =>
      withFolder(async (folder) => {
        const steps = [{ send: concat(TEN, success(status)) }];
        const { code, stdout, stderr } = await asked(
          steps,
          "--format",
          "table",
        );
        assert.equal(code, 82);
        assert.match(
          stdout,
          new RegExp(`10 matches in .*incomplete.*${shown}`),
        );
        // One message for one fault.
        assert.equal(stderr.match(new RegExp(shown, "g"))?.length, 1, stderr);
        const file = await asked(
          steps,
          "--format",
          "json",
          "--output",
          `${folder}/result.json`,
        );
        assert.equal(file.code, 82);
        assert.deepEqual(readdirSync(folder), ["result.json.incomplete"]);
        const counted = await asked(steps, "--count");
        // The number is not known.
        assert.deepEqual([counted.code, counted.stdout], [82, ""]);
      }));
  }

  test("but not where fewer were wanted", async () => {
    const { code } = await asked(
      [{ send: concat(TEN, success(0xb001)) }],
      "--max-results",
      "10",
    );
    assert.equal(code, 0);
  });

  test("that a limit of our own did not reach", async () => {
    const { code } = await asked(
      [{ send: concat(TEN, success(0xb001)) }],
      "--max-results",
      "11",
    );
    assert.equal(code, 82);
  });

  test("and a failure status stays one", async () => {
    const { code } = await asked([{ send: concat(TEN, success(0xa700)) }]);
    assert.equal(code, 80);
  });
});
