/** Files by two threads: each is written once, by either of them, and those that could not be are known. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { SecondWriter } from "../../host/second_writer.ts";

/** Batches of files until one of the second thread is among them: it starts when it does. */
const MOST_BATCHES = 2000;
const SIZE = 100;

async function inFolder(use: (folder: string) => void | Promise<void>) {
  const folder = mkdtempSync(`${tmpdir()}/findscu-writer-`);
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesOf(batch: number) {
  return Array.from({ length: SIZE }, (_, index) => ({
    name: `${batch}-${index}`,
    bytes: new TextEncoder().encode(`${batch}/${index};`.repeat(1 + index)),
  }));
}

function assertWhole(folder: string, { name, bytes }: {
  readonly name: string;
  readonly bytes: Uint8Array;
}): void {
  const path = `${folder}/${name}`;
  assert.deepEqual(new Uint8Array(readFileSync(path)), bytes, name);
}

/** Lets what the system has begun go on. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

test("both threads write, and each says which files it could not write", () =>
  inFolder(async (folder) => {
    // Whatever the second one takes fails.
    const writer = new SecondWriter(`${folder}/`, [
      `${folder}/.own.part`,
      `${folder}/nothing/.second.part`,
    ]);
    // Either of them may be so quick that it takes a whole batch.
    const isOver = () => taken > 0 && readdirSync(folder).length > 0;
    let taken = 0;
    for (let batch = 0; batch < MOST_BATCHES && !isOver(); batch++) {
      const files = filesOf(batch);
      const failed = new Set(writer.write(files));
      taken += failed.size;
      for (const file of files) {
        if (!failed.has(file)) assertWhole(folder, file);
        else assert.ok(!existsSync(`${folder}/${file.name}`));
      }
      await turn();
    }
    assert.ok(taken > 0);
    assert.ok(readdirSync(folder).length > 0);
  }));

test("all files are whole when one thread is in the way of the other", () =>
  inFolder(async (folder) => {
    const writer = new SecondWriter(`${folder}/`, [
      `${folder}/.own.part`,
      `${folder}/.second.part`,
    ]);
    mkdirSync(`${folder}/7-77`);
    for (let batch = 0; batch < 50; batch++) {
      const files = filesOf(batch);
      const failed = writer.write(files);
      assert.deepEqual(
        failed.map(({ name }) => name),
        batch === 7 ? ["7-77"] : [],
      );
      await turn();
    }
    assert.equal(readdirSync(folder).length, 50 * SIZE);
    for (let batch = 0; batch < 50; batch++) {
      for (const file of filesOf(batch)) {
        if (file.name !== "7-77") assertWhole(folder, file);
      }
    }
  }));
