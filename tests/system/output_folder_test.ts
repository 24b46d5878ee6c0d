/** Many files in one folder: each is complete, and what was there before is treated as for a single one. */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { findscu } from "../support/process.ts";
import { concat, match, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const skip = process.platform === "win32";
const COUNT = 150;

const nameOf = (number: number) => `rsp${String(number).padStart(4, "0")}.dcm`;

/** Writes the matches P1, P2 … to a folder that has some files, and looks at it. */
async function extracting(
  prepare: (folder: string) => void,
  check: (
    folder: string,
    outcome: { readonly code: number | null; readonly stderr: string },
  ) => void,
): Promise<void> {
  const outer = mkdtempSync(`${tmpdir()}/findscu-folder-`);
  const folder = `${outer}/out`;
  mkdirSync(folder);
  try {
    prepare(folder);
    const matches = Array.from(
      { length: COUNT },
      (_, index) => match(`P${index + 1}`),
    );
    await withScriptedServer(
      [{ send: concat(...matches, success()) }],
      {},
      async (port) => {
        const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];
        const args = ["-S", "-X", "-od", folder, ...keys, "127.0.0.1"];
        check(folder, await findscu([...args, String(port)]));
      },
    );
  } finally {
    chmodSync(folder, 0o777);
    rmSync(outer, { recursive: true, force: true });
  }
}

/** The files hold the matches, but for these numbers; nothing else is there. */
function assertWritten(folder: string, except: readonly number[] = []): void {
  const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
  assert.deepEqual(readdirSync(folder).sort(), numbers.map(nameOf));
  for (const number of numbers) {
    if (except.includes(number)) continue;
    const path = `${folder}/${nameOf(number)}`;
    assert.ok(lstatSync(path).isFile(), path);
    assert.ok(readFileSync(path, "latin1").includes(`P${number}`), path);
  }
}

/** Of the first files, and of those after many. */
const NUMBERS = [1, 64, 65, 66, 140];

test("files are replaced, and keep their mode", { skip }, () =>
  extracting(
    (folder) => {
      for (const number of NUMBERS) {
        writeFileSync(`${folder}/${nameOf(number)}`, "old");
        chmodSync(`${folder}/${nameOf(number)}`, 0o640);
      }
    },
    (folder, { code, stderr }) => {
      assert.equal(stderr, "");
      assert.equal(code, 0);
      assertWritten(folder);
      for (const number of NUMBERS) {
        const { mode } = statSync(`${folder}/${nameOf(number)}`);
        assert.equal(mode & 0o777, 0o640, nameOf(number));
      }
    },
  ));

test(
  "links are replaced, and nothing is written through them",
  { skip },
  () =>
    extracting(
      (folder) => {
        writeFileSync(`${folder}/../victim`, "precious");
        for (const number of NUMBERS) {
          const target = number % 2 === 0 ? "../victim" : "../nothing";
          symlinkSync(target, `${folder}/${nameOf(number)}`);
        }
      },
      (folder, { code, stderr }) => {
        assert.equal(stderr, "");
        assert.equal(code, 0);
        assertWritten(folder);
        assert.deepEqual(readdirSync(`${folder}/..`).sort(), ["out", "victim"]);
        assert.equal(readFileSync(`${folder}/../victim`, "utf8"), "precious");
      },
    ),
);

test("a file that cannot be written does not keep others from it", () =>
  extracting(
    (folder) => {
      for (const number of NUMBERS) mkdirSync(`${folder}/${nameOf(number)}`);
    },
    (folder, { code, stderr }) => {
      assert.equal(code, 40);
      assert.equal(stderr.match(/Writing file: Cannot write/g)?.length, 5);
      assert.match(stderr, /5 responses could not be written/);
      assertWritten(folder, NUMBERS);
    },
  ));

test(
  "a folder that may not be listed takes files",
  { skip: skip || process.getuid?.() === 0 },
  () =>
    extracting(
      (folder) => chmodSync(folder, 0o300),
      (folder, { code, stderr }) => {
        assert.equal(stderr, "");
        assert.equal(code, 0);
        chmodSync(folder, 0o700);
        assertWritten(folder);
      },
    ),
);
