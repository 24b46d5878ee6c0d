/** `--each` with `--resume` where the process is killed: the files on a real disk are good at any moment. The rest is in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { findscu } from "../support/process.ts";
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
});
