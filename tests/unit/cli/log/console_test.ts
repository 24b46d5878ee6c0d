import assert from "node:assert/strict";
import { test } from "node:test";
import { Console } from "../../../../src/cli/log/console.ts";
import { FakeHost } from "../../../support/fake_host.ts";

function made() {
  const host = new FakeHost();
  const output = new Console(host, {
    level: "info",
    responses: true,
    forcesResponses: false,
    keepsStdout: false,
    settings: undefined,
    argumentsLine: undefined,
  });
  return { host, output };
}

test("Console writes its messages when the run waits, without a flush", async () => {
  const { host, output } = made();
  output.log.info("one");
  output.own.warn("two");
  assert.equal(host.messages.text, "");
  await host.clock.pass(0);
  assert.equal(host.messages.text, "I: one\nW: two\n");
  output.note("three");
  await host.clock.pass(0);
  assert.match(host.messages.text, /two\nthree\n$/);
});

test("Console keeps the order of messages, whoever flushes", async () => {
  const { host, output } = made();
  output.log.info("one");
  const first = output.flush();
  output.log.info("two");
  const second = output.flush();
  output.log.info("three");
  await Promise.all([first, second, host.clock.pass(0)]);
  assert.equal(host.messages.text, "I: one\nI: two\nI: three\n");
});

test("Console keeps still while something else has the terminal", async () => {
  const { host, output } = made();
  output.isHeld = true;
  output.log.info("one");
  await host.clock.pass(0);
  assert.equal(host.messages.text, "");
  output.isHeld = false;
  await output.flush();
  assert.equal(host.messages.text, "I: one\n");
});

test("Console returns the bytes of responses, written or not", async () => {
  const { host, output } = made();
  for (const isHeld of [false, true]) {
    output.isHeld = isHeld;
    for (const text of ["one\n", "two\n"]) {
      const bytes = new TextEncoder().encode(text);
      await output.responses(bytes);
      bytes.fill(0);
    }
  }
  assert.equal(host.messages.text, "one\ntwo\n");
  output.isHeld = false;
  await output.flush();
  assert.equal(host.messages.text, "one\ntwo\n".repeat(2));
});
