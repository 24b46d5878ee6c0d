/** Ctrl-C in a running query: the query is cancelled, results so far are printed, the exit code says what happened. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { C_CANCEL_RQ } from "../../../../src/dimse/commands.ts";
import { commandsOf, match, success } from "../../../support/scripted_peer.ts";
import { cli, type CliOptions, withPeer } from "../../../support/cli.ts";

const KEYS = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];

const interruptAtMatch: CliOptions = {
  onOutput: (text, interrupt) => {
    if (text.includes("Find Response")) interrupt();
  },
};

test(
  "Ctrl-C aborts when the peer does not heed the cancel",
  async () => {
    const { received } = await withPeer(
      [{ send: match("ONE") }, { await: 2 }],
      {},
      async (port) => {
        const finished = await cli(
          [...KEYS, "127.0.0.1", String(port)],
          interruptAtMatch,
        );
        assert.match(finished.stderr, /\[ONE \][^]*E: .*Interrupted/);
        assert.equal(finished.code, 130);
      },
    );
    assert.equal(commandsOf(received).at(-1), C_CANCEL_RQ);
    assert.equal(received.at(-1)?.type, "abort");
  },
);

test(
  "Ctrl-C before the association is there ends at once",
  async () => {
    await withPeer(
      [],
      { onRequest: () => new Uint8Array(0) },
      async (port) => {
        const finished = await cli(
          [...KEYS, "-v", "127.0.0.1", String(port)],
          {
            onOutput: (text, interrupt) => {
              if (text.includes("Requesting")) interrupt();
            },
          },
        );
        assert.match(finished.stderr, /E: .*Interrupted/);
        assert.equal(finished.code, 130);
      },
    );
  },
);

test("what is being waited for is on the screen while it is waited for", async () => {
  let seen: number | undefined;
  const { received } = await withPeer(
    [{ send: success() }],
    { answerRelease: false },
    async (port) => {
      const { code, elapsed } = await cli(
        ["-S", "-v", "-k", "PatientID", "127.0.0.1", String(port)],
        {
          onOutput: (text, _, time) => {
            if (text.includes("Releasing Association")) seen ??= time;
          },
        },
      );
      assert.equal(code, 66);
      assert.ok(elapsed >= 10_000, `${elapsed} ms`);
      assert.ok(seen !== undefined && seen < 1_000, `after ${seen} ms`);
    },
  );
  assert.equal(received.at(-1)?.type, "abort");
});
