/** The bar for work with a known end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgressBar } from "../../../../src/cli/results/progress.ts";
import { FakeStream } from "../../../support/fake_stream.ts";

test("ProgressBar shows how far it is, within the line, and goes away", async () => {
  const terminal = new FakeStream({ isTerminal: true, columns: 60 });
  const bar = new ProgressBar(terminal, "Reading a folder of a long name", 200);
  await bar.show(50);
  assert.equal(
    terminal.text,
    "\r\x1b[K[######------------------] 50/200 Reading a folder of a lon",
  );
  terminal.text = "";
  await bar.end();
  await bar.end();
  assert.equal(terminal.text, "\r\x1b[K");
});

test("ProgressBar says nothing if no person is looking", async () => {
  const file = new FakeStream();
  const bar = new ProgressBar(file, "Reading", 10);
  await bar.show(5);
  await bar.end();
  assert.equal(file.text, "");
});
