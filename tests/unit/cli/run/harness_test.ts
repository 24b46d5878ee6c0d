/** The harness of the command line itself: no test may hang, and none may wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cli, withPeer } from "../../../support/cli.ts";

test("a run that waits for what never comes is ended, with what it printed", async () => {
  await withPeer([{ await: 9 }], {}, async (port) => {
    const query = ["-S", "-v", "-k", "PatientID", "127.0.0.1", String(port)];
    await assert.rejects(
      cli([...query, "--socket-timeout", "0"]),
      /waits for what never comes[^]*stderr: [^]*Sending Find Request/,
    );
  });
});

test("time-outs come when everything is idle", async () => {
  await withPeer([{ await: 9 }], {}, async (port) => {
    const query = [`127.0.0.1:${port}`, "-q", "PatientID"];
    const { code, elapsed } = await cli(query);
    assert.equal(code, 66);
    assert.ok(elapsed >= 300_000, `${elapsed} ms`);
  });
});

test("Ctrl-C comes at its time, in silence too", async () => {
  await withPeer([{ await: 9 }], {}, async (port) => {
    const query = [`127.0.0.1:${port}`, "-q", "PatientID"];
    const { code, elapsed } = await cli(query, { interruptAfter: 90_000 });
    assert.equal(code, 130);
    assert.ok(elapsed >= 90_000 && elapsed < 100_000, `${elapsed} ms`);
  });
});

test("one run sees the files of another", async () => {
  const first = await cli(["mock:demo", "--count", "--output", "count.txt"]);
  assert.equal(first.stdout, "");
  const { files } = first;
  const second = await cli(["mock:demo", "--count"], { files });
  assert.equal(files.text("count.txt"), second.stdout);
});
