/** `--each` with `--resume` where the process is killed: the files on a real disk are good at any moment. The rest is in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { findscu, runCommand } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";

const DIRECTORY = mkdtempSync(join(tmpdir(), "findscu-lists-"));
after(() => rmSync(DIRECTORY, { recursive: true }));

let files = 0;

/** A file of this content; its path. */
function file(content: string | Uint8Array, ending = ".csv"): string {
  const path = join(DIRECTORY, `list${++files}${ending}`);
  writeFileSync(path, content);
  return path;
}

const read = (path: string) => readFileSync(path, "utf8");

/** The studies of the demonstration archive, as JSON lines. */
const { stdout: STUDIES } = await findscu([
  "mock:demo",
  ..."-q PatientID -q StudyInstanceUID -q StudyDate --format jsonl".split(" "),
]);
const SERIES = "--level series -q SeriesInstanceUID -q Modality".split(" ");

describe("--resume", () => {
  const list = file(STUDIES.split("\n").slice(0, 60).join("\n"), ".jsonl");
  // One format on each runtime: what is killed is the same code.
  const format = process.versions["bun"] === undefined ? "csv" : "dicom-jsonl";
  test(`makes the same ${format} as an undisturbed run, however often it is killed`, async () => {
    await withServe(["demo"], async (port) => {
      const output = (name: string) => join(DIRECTORY, `${name}.${format}`);
      const run = (name: string, kill?: number) =>
        findscu(
          [
            `dicom://127.0.0.1:${port}`,
            "--each",
            list,
            ...SERIES,
            ..."--rate 25 --associations 2 --resume --format".split(" "),
            format,
            "--output",
            output(name),
          ],
          {
            ...kill !== undefined && {
              onStart: (end) => {
                setTimeout(() => {
                  try {
                    end("SIGKILL");
                  } catch {
                    // It had ended by itself.
                  }
                }, kill);
              },
            },
          },
        );
      const whole = run("whole");
      let kills = 0;
      while (!existsSync(output("killed")) && kills < 8) {
        kills++;
        await run("killed", 700 + Math.random() * 900);
      }
      const last = await run("killed");
      assert.equal(last.code, 0, last.stderr);
      assert.match(last.stderr, /^60 rows: 60 found/m);
      assert.equal((await whole).code, 0);
      assert.equal(read(output("killed")), read(output("whole")));
      assert.ok(!existsSync(`${output("killed")}.journal`));
      assert.ok(!existsSync(`${output("killed")}.incomplete`));
    });
  });

  const few = file(STUDIES.split("\n").slice(0, 10).join("\n"), ".jsonl");

  test("one run at a time writes a result", async () => {
    const output = join(DIRECTORY, "locked.csv");
    const args = ["--each", few, ...SERIES, "--resume", "--output", output];
    await withServe(["demo", "--latency", "0.05"], async (port) => {
      let second: Promise<void> | undefined;
      const again = async () => {
        const { code, stderr } = await findscu(["mock:demo", ...args]);
        assert.equal(code, 40, stderr);
        assert.match(
          stderr,
          /Another run \(process \d+\) is writing the same result[^]*Hint: .*locked\.csv\.lock/,
        );
      };
      const first = await findscu(
        [`dicom://127.0.0.1:${port}`, ...args, "-v"],
        {
          onOutput: (said) => {
            if (said.includes("(MsgID 3)")) second ??= again();
          },
        },
      );
      assert.equal(first.code, 0, first.stderr);
      await second;
    });
    assert.equal(read(output).trim().split("\n").length > 10, true);
    assert.ok(!existsSync(`${output}.lock`));
  });

  test("takes the place of a run that is gone, and of no other", async () => {
    const output = join(DIRECTORY, "stale.csv");
    const lock = `${output}.lock`;
    const args = ["mock:demo", "--each", few, ...SERIES, "--resume"];
    const gone = 2 ** 22 - 1;
    const here = hostname();
    for (
      const [content, isTaken] of [
        [`${gone} ${here} x\n`, false],
        ["", true],
        [`${process.pid} ${here} x\n`, true],
        [`${gone} elsewhere x\n`, true],
        ["not a lock", true],
      ] as const
    ) {
      writeFileSync(lock, content);
      const { code, stderr } = await findscu([...args, "--output", output]);
      assert.equal(code, isTaken ? 40 : 0, content + stderr);
      assert.equal(existsSync(lock), isTaken, content);
    }
  });

  test("takes the place of no pipe or device", {
    skip: process.platform === "win32",
  }, async () => {
    const pipe = join(DIRECTORY, "pipe.csv");
    await runCommand(["mkfifo", pipe]);
    const args = ["mock:demo", "--each", few, ...SERIES, "--resume"];
    const { code, stderr } = await findscu([...args, "--output", pipe]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /cannot continue ".*pipe\.csv": it is a device or a pipe/,
    );
    assert.ok(statSync(pipe).isFIFO());
    assert.ok(!existsSync(`${pipe}.incomplete`));
  });
});
