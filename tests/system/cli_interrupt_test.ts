/** Ctrl-C in a running query: the query is cancelled, results so far are printed, the exit code says what happened. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { C_CANCEL_RQ } from "../../src/dimse/commands.ts";
import {
  findscu,
  runCommand,
  type RunOptions,
  scriptCommand,
} from "../support/process.ts";
import {
  commandsOf,
  concat,
  match,
  success,
} from "../support/scripted_peer.ts";
import { withServe } from "../support/serve_process.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const KEYS = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];

/** Windows cannot send a process an interrupt without ending it. */
const skip = process.platform === "win32";

const interruptAtMatch: RunOptions = {
  onOutput: (text, kill) => {
    if (text.includes("Find Response")) kill("SIGINT");
  },
};

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

test(
  "an interruption after the last match finds the answer complete",
  { skip },
  async () => {
    const folder = mkdtempSync(`${tmpdir()}/findscu-interrupt-`);
    try {
      // More text than a pipe holds, of matches that come with the end in one piece.
      const count = 390;
      const all = concat(
        ...Array.from({ length: count }, (_, index) => match(`N${index}`)),
        success(),
      );
      await withScriptedServer([{ send: all }], {}, async (port) => {
        // The first byte is out when the program has all of them and writes.
        const finished = await runCommand([
          "sh",
          "-c",
          `mkfifo "$0/pipe"; "$@" >"$0/pipe" & pid=$!; exec 3<"$0/pipe"
          dd bs=1 count=1 <&3 >"$0/out" 2>/dev/null; kill -TERM $pid; sleep 0.3
          cat <&3 >>"$0/out"; wait $pid`,
          folder,
          ...scriptCommand(new URL("../../cli.ts", import.meta.url).pathname),
          `127.0.0.1:${port}`,
          ...["-q", "PatientID", "--level", "study", "--format", "xml"],
        ]);
        assert.equal(finished.code, 0, finished.stderr);
        assert.doesNotMatch(finished.stderr, /interrupt/i);
        const text = readFileSync(`${folder}/out`, "utf8");
        assert.equal(text.split("</NativeDicomModel>").length, count + 1);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("an interruption of the goodbye leaves the answer complete", {
  skip,
}, async () => {
  for (const form of [[], ["-S", "-k", "QueryRetrieveLevel=STUDY"]]) {
    const steps = [{ send: match("ONE") }, { send: success() }];
    let interrupt = () => {};
    const options = { answerRelease: false, onRelease: () => interrupt() };
    await withScriptedServer(steps, options, async (port) => {
      const place = form.length === 0
        ? [`127.0.0.1:${port}`, "-q", "PatientID"]
        : ["-k", "PatientID", "127.0.0.1", String(port)];
      const finished = await findscu([...form, ...place], {
        onStart: (kill) => {
          interrupt = () => kill("SIGINT");
        },
      });
      assert.equal(finished.code, 0, finished.stderr);
      assert.doesNotMatch(finished.stderr, /E: /);
    });
  }
});

for (
  const plan of [
    ["--expand", "series"],
    ["-q", "StudyDate=19990101-20251231", "--split"],
    ["-q", "StudyDate=19990101-20251231", "--split", "--associations", "2"],
  ]
) {
  test(`Ctrl-C ends what takes several queries: ${plan.join(" ")}`, {
    skip,
  }, async () => {
    await withServe(["demo", "--latency", "0.01"], async (port) => {
      let isSent = false;
      const { code, stderr } = await findscu([
        `127.0.0.1:${port}`,
        ...["-q", "StudyInstanceUID", ...plan, "-v", "--csv"],
      ], {
        onOutput: (text, kill) => {
          if (isSent || !text.includes("Find Response 5 ")) return;
          isSent = true;
          kill("SIGINT");
        },
      });
      assert.equal(code, 130, stderr.slice(-1000));
      const sent = stderr.match(/Sending Find Request/g)?.length ?? 0;
      assert.ok(sent < 3, `${sent} requests were sent`);
    });
  });
}
