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
import { decodeFile } from "../../src/file/part10.ts";
import { stringsOf } from "../../src/codec/values.ts";
import { findscu, type Finished } from "../support/process.ts";
import { concat, match, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const skip = process.platform === "win32";
/** Few enough for one thread, and many enough for two if these pay. */
const COUNTS = [150, 1500];

const nameOf = (number: number) => `rsp${String(number).padStart(4, "0")}.dcm`;

type Prepare = (folder: string, count: number) => void;
type Check = (folder: string, outcome: Finished, count: number) => void;

/** Writes few matches, then many. */
async function extracting(prepare: Prepare, check: Check): Promise<void> {
  for (const count of COUNTS) await extractingSome(count, prepare, check);
}

/** Writes the matches P1, P2 … to a folder that has some files, and looks at it. */
async function extractingSome(
  count: number,
  prepare: Prepare,
  check: Check,
  onStart: (folder: string, kill: () => void) => void = () => {},
): Promise<void> {
  const outer = mkdtempSync(`${tmpdir()}/findscu-folder-`);
  const folder = `${outer}/out`;
  mkdirSync(folder);
  try {
    prepare(folder, count);
    const matches = Array.from(
      { length: count },
      (_, index) => match(`P${index + 1}`),
    );
    await withScriptedServer(
      [{ send: concat(...matches, success()) }],
      {},
      async (port) => {
        const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];
        const args = ["-S", "-X", "-od", folder, ...keys, "127.0.0.1"];
        const outcome = await findscu([...args, String(port)], {
          onStart: (kill) => onStart(folder, () => kill("SIGKILL")),
        });
        check(folder, outcome, count);
      },
    );
  } finally {
    chmodSync(folder, 0o777);
    rmSync(outer, { recursive: true, force: true });
  }
}

/** The files hold the matches, but for these numbers; nothing else is there. */
function assertWritten(
  folder: string,
  count: number,
  except: readonly number[] = [],
): void {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  assert.deepEqual(readdirSync(folder).sort(), numbers.map(nameOf));
  for (const number of numbers) {
    if (except.includes(number)) continue;
    const path = `${folder}/${nameOf(number)}`;
    assert.ok(lstatSync(path).isFile(), path);
    assert.ok(readFileSync(path, "latin1").includes(`P${number}`), path);
  }
}

/** Of the first files, and of those after many. */
const NUMBERS = [1, 64, 65, 66, 140, 700, 701, 1111, 1500];

/** Those that there are when so many are written. */
function numbersOf(count: number): number[] {
  return NUMBERS.filter((number) => number <= count);
}

test("files are replaced, and keep their mode", { skip }, () =>
  extracting(
    (folder, count) => {
      for (const number of numbersOf(count)) {
        writeFileSync(`${folder}/${nameOf(number)}`, "old");
        chmodSync(`${folder}/${nameOf(number)}`, 0o640);
      }
    },
    (folder, { code, stderr }, count) => {
      assert.equal(stderr, "");
      assert.equal(code, 0);
      assertWritten(folder, count);
      for (const number of numbersOf(count)) {
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
      (folder, count) => {
        writeFileSync(`${folder}/../victim`, "precious");
        for (const number of numbersOf(count)) {
          const target = number % 2 === 0 ? "../victim" : "../nothing";
          symlinkSync(target, `${folder}/${nameOf(number)}`);
        }
      },
      (folder, { code, stderr }, count) => {
        assert.equal(stderr, "");
        assert.equal(code, 0);
        assertWritten(folder, count);
        assert.deepEqual(readdirSync(`${folder}/..`).sort(), ["out", "victim"]);
        assert.equal(readFileSync(`${folder}/../victim`, "utf8"), "precious");
      },
    ),
);

test("a file that cannot be written does not keep others from it", () =>
  extracting(
    (folder, count) => {
      for (const number of numbersOf(count)) {
        mkdirSync(`${folder}/${nameOf(number)}`);
      }
    },
    (folder, { code, stderr }, count) => {
      const numbers = numbersOf(count);
      assert.equal(code, 40);
      assert.deepEqual(
        stderr.match(/(?<=Writing file: Cannot write .*)rsp\d+\.dcm/g),
        numbers.map(nameOf),
      );
      assert.ok(
        stderr.includes(`${numbers.length} responses could not be written`),
      );
      assertWritten(folder, count, numbers);
    },
  ));

test(
  "a folder that may not be listed takes files",
  { skip: skip || process.getuid?.() === 0 },
  () =>
    extracting(
      (folder) => chmodSync(folder, 0o300),
      (folder, { code, stderr }, count) => {
        assert.equal(stderr, "");
        assert.equal(code, 0);
        chmodSync(folder, 0o700);
        assertWritten(folder, count);
      },
    ),
);

/** The files that have their names. */
function namesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("rsp"));
}

test("whatever kills the program, a file with its name is whole", async () => {
  let look: ReturnType<typeof setInterval> | undefined;
  try {
    await extractingSome(
      20_000,
      () => {},
      (folder) => {
        const names = namesIn(folder);
        assert.ok(names.length >= 1000, String(names.length));
        for (const name of names) {
          const { dataset } = decodeFile(readFileSync(`${folder}/${name}`));
          const [id] = stringsOf(dataset.get(0x00100020)!);
          assert.equal(id, `P${Number(/\d+/.exec(name)![0])}`);
        }
      },
      (folder, kill) => {
        look = setInterval(() => {
          if (namesIn(folder).length >= 1000) kill();
        }, 1);
      },
    );
  } finally {
    clearInterval(look);
  }
});
