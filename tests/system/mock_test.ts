/** Folders for `mock:` on a real disk, with links. The rest of `mock:` is in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import {
  checkMixed,
  COLUMNS,
  file,
  image,
  writeFolder,
} from "../support/mock_folder.ts";
import { findscu } from "../support/process.ts";

const skip = process.platform === "win32";

describe("mock:", () => {
  let folder: string;
  const place = (name: string) => join(folder, name);
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(place(name), content);
    return place(name);
  };
  const ask = (source: string, ...args: readonly string[]) =>
    findscu([`mock:${source}`, ...args]);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "findscu-mock-"));
    mkdirSync(place("mixed/deep/deeper"), { recursive: true });
    mkdirSync(place("mixed/.hidden"));
    mkdirSync(place("text"));
    mkdirSync(place("broken"));
    writeFolder(write);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("DIR serves what is good in a folder, and warns of the rest", async () => {
    checkMixed(await ask(place("mixed"), ...COLUMNS));
  });

  test(
    "DIR visits every place once, wherever links lead",
    { skip },
    async () => {
      const root = place("linked");
      mkdirSync(join(root, "inner"), { recursive: true });
      writeFileSync(join(root, "inner/a.dcm"), file(image(1)));
      for (const name of ["one", "two", "three"]) {
        symlinkSync(".", join(root, name));
        symlinkSync("..", join(root, "inner", name));
      }
      symlinkSync("inner/a.dcm", join(root, "same.dcm"));
      symlinkSync("nowhere", join(root, "dangling.dcm"));
      symlinkSync(place("mixed/deep"), join(root, "elsewhere"));
      const { code, stdout, stderr } = await ask(root, ...COLUMNS);
      assert.equal(stderr, "");
      assert.equal(code, 0);
      assert.equal(stdout.split("\r\n").length, 5, stdout);
    },
  );
});
