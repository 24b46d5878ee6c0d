/** Ctrl-C in a running query: the peer is told, results so far are printed, the exit code says what happened. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { decodeCommand } from "../../src/dimse/command_codec.ts";
import { C_CANCEL_RQ } from "../../src/dimse/commands.ts";
import type { Pdu } from "../../src/pdu/types.ts";
import { findscu, type RunOptions } from "../support/process.ts";
import { match, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const KEYS = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];

/** Windows cannot send a process an interrupt without ending it. */
const skip = process.platform === "win32";

const interruptAtMatch: RunOptions = {
  onOutput: (text, kill) => {
    if (text.includes("Find Response")) kill("SIGINT");
  },
};

function commandsOf(pdus: readonly Pdu[]): number[] {
  return pdus.flatMap((pdu) => pdu.type === "p-data-tf" ? pdu.pdvs : [])
    .filter((pdv) => pdv.isCommand)
    .map((pdv) => decodeCommand(pdv.data).commandField);
}

test(
  "Ctrl-C cancels the query and releases the association",
  { skip },
  async () => {
    const { received } = await withScriptedServer(
      [{ send: match("ONE") }, { await: 1 }, { send: success(0xfe00) }],
      {},
      async (port) => {
        const finished = await findscu(
          [...KEYS, "127.0.0.1", String(port)],
          interruptAtMatch,
        );
        assert.match(finished.stderr, /\[ONE \][^]*E: .*Interrupted/);
        assert.equal(finished.code, 130);
      },
    );
    assert.equal(commandsOf(received).at(-1), C_CANCEL_RQ);
    assert.equal(received.at(-1)?.type, "release-rq");
  },
);
