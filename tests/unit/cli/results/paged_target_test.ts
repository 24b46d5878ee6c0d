import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Host } from "../../../../src/cli/host.ts";
import type { Console } from "../../../../src/cli/log/console.ts";
import { PagedTarget } from "../../../../src/cli/results/paged_target.ts";
import { FakeStream } from "../../../support/fake_stream.ts";

const ENCODER = new TextEncoder();

/** A target for a screen of five lines, and what became of what was written. */
function paged(hasPager = true) {
  const stream = new FakeStream({ isTerminal: true, columns: 10 });
  const output = { isHeld: false } as Console;
  const pager = { command: "", text: "", isClosed: false, isRead: true };
  const host = {
    openPager(command: string) {
      pager.command = command;
      return Promise.resolve(
        hasPager
          ? {
            write(bytes: Uint8Array) {
              pager.text += new TextDecoder().decode(bytes);
              return Promise.resolve(pager.isRead);
            },
            close() {
              pager.isClosed = true;
              return Promise.resolve();
            },
          }
          : undefined,
      );
    },
  } as unknown as Host;
  const target = new PagedTarget(stream, 5, "less -R", host, output);
  const write = async (text: string) => {
    const bytes = ENCODER.encode(text);
    const isRead = await target.write(bytes);
    // They are ours again.
    bytes.fill(0);
    return isRead;
  };
  return { target, write, stream, pager, output };
}

describe("PagedTarget", () => {
  test("shows what fits on the screen without a pager", async () => {
    const { target, write, stream, pager } = paged();
    await write("1\n2\n");
    assert.ok(target.isHolding);
    assert.equal(stream.text, "");
    await write("3\n4\n");
    await target.end();
    assert.equal(stream.text, "1\n2\n3\n4\n");
    assert.equal(pager.command, "");
  });

  test("gives the pager what is longer, and the terminal until it ends", async () => {
    const { target, write, stream, pager, output } = paged();
    await write("1\n2\n3\n4\n");
    await write("5\n");
    assert.equal(pager.command, "less -R");
    assert.ok(output.isHeld);
    await write("6\n");
    assert.equal(pager.text, "1\n2\n3\n4\n5\n6\n");
    await target.end();
    assert.ok(pager.isClosed);
    assert.ok(!output.isHeld);
    assert.equal(stream.text, "");
  });

  test("counts the lines that a long one takes, and no colours", async () => {
    const { write, pager } = paged();
    await write(`${"x".repeat(40)}\n`);
    assert.equal(pager.text, "");
    await write(`\x1b[1m${"y".repeat(10)}\x1b[0m\n`);
    assert.notEqual(pager.text, "");
  });

  test("shows what comes slowly at once, and goes on so", async () => {
    const { target, write, stream, pager } = paged();
    await write("1\n");
    await target.release();
    assert.equal(stream.text, "1\n");
    assert.ok(!target.isHolding);
    await write("2\n3\n4\n5\n6\n");
    assert.equal(stream.text, "1\n2\n3\n4\n5\n6\n");
    assert.equal(pager.text, "");
  });

  test("does without a pager that is not there", async () => {
    const { write, stream, output } = paged(false);
    await write("1\n2\n3\n4\n5\n");
    assert.equal(stream.text, "1\n2\n3\n4\n5\n");
    assert.ok(!output.isHeld);
  });

  test("says when the person has left", async () => {
    const { write, pager } = paged();
    await write("1\n2\n3\n4\n5\n");
    pager.isRead = false;
    assert.equal(await write("6\n"), false);
  });
});
