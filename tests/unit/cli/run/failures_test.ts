/** Every way to fail that a user meets on the first day: its sentence on stderr, nothing on stdout, an exit code of its own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import {
  answerAllContexts,
  match,
  type ScriptOptions,
  type Step,
  success,
} from "../../../support/scripted_peer.ts";
import { cli, withPeer } from "../../../support/cli.ts";

const KEYS = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];

/** What DCMTK's tools print above an error in the command line. */
const BANNER = "\\$findscu: findscu v\\S+( \\S+)? \\$\n\n" +
  "findscu: DICOM query \\(C-FIND\\) SCU\n";

/** Runs a command line; checks its exit code and what it says. */
async function fails(
  args: readonly string[],
  code: number,
  message: RegExp,
): Promise<void> {
  const finished = await cli(args);
  assert.match(finished.stderr, message);
  assert.equal(finished.code, code);
  assert.equal(finished.stdout, "");
}

/** The same in a wrong command line of DCMTK's form. */
function isMistake(args: readonly string[], error: string): Promise<void> {
  const text = `^${BANNER}error: ${error}\n(hint: .*\\.\n)?$`;
  return fails(args, 1, new RegExp(text));
}

test("an unknown option", () =>
  isMistake(["--foo", "host", "104"], "Unknown option --foo"));

test("a missing port", () =>
  isMistake(["-S", ...KEYS, "host"], "Missing parameter port"));

test("a port out of range", async () => {
  await isMistake(
    ["-S", ...KEYS, "host", "65536"],
    "Invalid parameter value 65536 \\(overflow\\)",
  );
  await fails(["-S", "host:65536"], 1, /^findscu: .*65536/);
});

test("a key that names no attribute", () =>
  fails(
    ["-S", "-k", "PatientNam=X", "127.0.0.1", "1"],
    1,
    /PatientNam.*PatientName/s,
  ));

/** Runs a query against a scripted peer. */
async function failsAgainst(
  steps: readonly Step[],
  options: ScriptOptions,
  code: number,
  message: RegExp,
  ...more: string[]
): Promise<void> {
  await withPeer(steps, options, (port) => {
    const args = ["-S", ...KEYS, ...more, "127.0.0.1", String(port)];
    return fails(args, code, message);
  });
}

test("a rejected association", async () => {
  const rejection = encodePdu({
    type: "associate-rj",
    result: 1,
    source: 1,
    reason: 7,
  });
  await failsAgainst(
    [],
    { onRequest: () => rejection },
    62,
    /^E: Association Rejected:\nE: Result: Rejected Permanent, Source: Service User\nE: Reason: Called AE Title Not Recognized\nE: .*\n(E: Hint: .*\n)?$/,
  );
});

test("no accepted presentation context", () =>
  failsAgainst(
    [],
    {
      // Abstract syntax not supported.
      onRequest: (request) =>
        answerAllContexts(request, { result: 3, transferSyntax: undefined }),
    },
    63,
    /^E: No Acceptable Presentation Contexts\nE: The peer does not accept .*\n(E: Hint: .*\n)?$/,
  ));

test("an association that the peer aborts", () =>
  failsAgainst(
    [{ send: encodePdu({ type: "abort", source: 0, reason: 0 }) }],
    {},
    64,
    /^E: Find Failed/,
  ));

test("a connection that the peer closes early", () =>
  failsAgainst(
    [{ close: true }],
    {},
    65,
    /^E: Find Failed[^]*closed the connection/,
  ));

test("a peer that never answers", async () => {
  const silence = new Uint8Array(0);
  await failsAgainst(
    [{ await: 9 }],
    {},
    66,
    /^E: Find Failed[^]*Timed out/,
    "-td",
    "1",
  );
  await failsAgainst(
    [],
    { onRequest: () => silence },
    66,
    /^E: Association Request Failed: .*\nE: Timed out/,
    "-ta",
    "1",
  );
});

test("bytes that are no PDU", () =>
  failsAgainst(
    [{ send: new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n") }],
    {},
    67,
    /^E: Find Failed/,
  ));

test("a failure status", async () => {
  const { received } = await withPeer(
    [{ send: success(0xa700) }],
    {},
    (port) =>
      fails(
        ["-S", ...KEYS, "127.0.0.1", String(port)],
        80,
        /^E: Find Failed[^]*0xa700.*out of resources/,
      ),
  );
  assert.deepEqual(received.map((pdu) => pdu.type), [
    "associate-rq",
    "p-data-tf",
    "p-data-tf",
    "release-rq",
  ]);
});

test("a query that the peer cancels before its end", async () => {
  await withPeer(
    [{ send: match("ONE") }, { send: success(0xfe00) }],
    {},
    async (port) => {
      const finished = await cli(
        ["-S", ...KEYS, "127.0.0.1", String(port)],
      );
      assert.match(finished.stderr, /\[ONE \][^]*E: .*cancelled/);
      assert.equal(finished.code, 81);
    },
  );
});
