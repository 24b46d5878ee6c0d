/** Complete, or said not to be: exit code, file name, closing line and messages agree on what is there. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { hex } from "../../../support/hex.ts";
import {
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  type Step,
  success,
} from "../../../support/scripted_peer.ts";
import { cliOn, type CliRun, withPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const KEYS = ["-q", "QueryRetrieveLevel=STUDY", "-q", "PatientID"];

/** Runs a query in the ADDRESS form against a peer that plays the steps. */
async function asked(
  steps: readonly Step[],
  ...options: string[]
): Promise<CliRun> {
  let finished: CliRun | undefined;
  await withPeer(steps, {}, async (port) => {
    finished = await findscu([...KEYS, ...options, `127.0.0.1:${port}`]);
  });
  return finished!;
}

async function withFolder(body: (folder: string) => Promise<void>) {
  await body(files.newFolder());
}

const TEN = concat(...Array.from({ length: 10 }, (_, n) => match(`P${n}`)));

describe("the end after our own cancel is a success", () => {
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
    await withPeer(
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

test("an end that was not requested is not taken for one that was", async () => {
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
        assert.deepEqual(files.list(folder), ["result.json.incomplete"]);
        const counted = await asked(steps, "--count");
        // The number is not known.
        assert.deepEqual([counted.code, counted.stdout], [82, ""]);
      }));
  }

  test("but not if fewer were requested", async () => {
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

  test("and so does a limit that comes before --max-results", async () => {
    for (const status of [0xa700, 0xa701]) {
      const { code, stderr } = await asked(
        [{ send: concat(TEN, success(status)) }],
        "--max-results",
        "11",
      );
      assert.equal(code, 82);
      assert.match(stderr, /limit was reached before --max-results/);
    }
  });

  test("but not a refusal before any match", async () => {
    const steps = [{ send: success(0xa700) }];
    const { code } = await asked(steps, "--max-results", "11");
    assert.equal(code, 80);
  });

  test("and a failure status stays one", async () => {
    const { code } = await asked([{ send: concat(TEN, success(0xa700)) }]);
    assert.equal(code, 80);
  });
});

describe("a match that lost attributes", () => {
  /** PatientID, and StudyInstanceUID with a length that leaves the dataset. */
  const damaged = concat(
    identifier("P2"),
    hex(`20 00 0d 00 "UI" 40 00 "1.2.3."`),
  );
  const steps = [{
    send: concat(
      match("P1"),
      pdata(cmd(response(0xff00, true))),
      pdata(data(damaged)),
      match("P3"),
      success(),
    ),
  }];
  const SAID = "1 of 3 matches is incomplete";

  test("is shown, marked, and ends in 67", async () => {
    const table = await asked(steps, "--format", "table");
    assert.equal(table.code, 67);
    assert.match(table.stdout, /^P1\nP2 +!\nP3\n/m);
    assert.match(table.stdout, new RegExp(`3 matches in .*${SAID}`));
    assert.match(table.stderr, /Match 2: .*\(0020,000d\)/);
    assert.match(table.stderr, new RegExp(`^E: ${SAID}`, "m"));
    const text = await asked(steps, "--format", "text");
    assert.equal(text.code, 67);
    assert.match(text.stdout, /Match 2 \(incomplete\)\n/);
    assert.doesNotMatch(text.stdout, /Match [13] \(incomplete/);
  });

  for (const format of ["json", "csv", "dicom-jsonl", "xml"]) {
    test(`is named on stderr in format ${format}`, async () => {
      const { code, stdout, stderr } = await asked(steps, "--format", format);
      assert.equal(code, 67);
      for (const id of ["P1", "P2", "P3"]) assert.match(stdout, RegExp(id));
      assert.match(stderr, new RegExp(`^E: ${SAID}`, "m"));
    });
  }

  test("counts", async () => {
    const { code, stdout, stderr } = await asked(steps, "--count");
    assert.deepEqual([code, stdout], [67, "3\n"]);
    assert.match(stderr, new RegExp(`^E: ${SAID}`, "m"));
  });

  test("leaves a file FILE.incomplete, and a page that says so at its top", () =>
    withFolder(async (folder) => {
      const { code } = await asked(
        steps,
        "--format",
        "csv",
        "--output",
        `${folder}/result.csv`,
        "--html",
        `${folder}/page.html`,
      );
      assert.equal(code, 67);
      assert.deepEqual(files.list(folder), [
        "page.html.incomplete",
        "result.csv.incomplete",
      ]);
      const page = files.text(`${folder}/page.html.incomplete`);
      assert.match(
        page,
        new RegExp(`<p id="alert" role="alert">Incomplete: ${SAID}`),
      );
      assert.equal(page.match(/^\[.*,1\],?$/gm)?.length, 1);
    }));

  test("is written by -X, and its file is named", () =>
    withFolder(async (folder) => {
      const { code, stderr } = await asked(steps, "-X", "-od", folder);
      assert.equal(code, 67);
      assert.deepEqual(files.list(folder), [
        "rsp0001.dcm",
        "rsp0002.dcm",
        "rsp0003.dcm",
      ]);
      assert.match(stderr, /incomplete.*rsp0002\.dcm/);
      assert.doesNotMatch(stderr, /incomplete.*rsp000[13]\.dcm/);
    }));
});
