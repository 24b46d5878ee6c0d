/**
 * What DCMTK's findscu says when something fails, and what ours says with --raw-text: the same. Exit codes differ on purpose if
 * DCMTK calls a failure a success or has one code for many.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePdu } from "../../src/pdu/encode.ts";
import type { AssociateRq } from "../../src/pdu/types.ts";
import {
  answerAllContexts,
  cmd,
  match,
  pdata,
  response,
  type ScriptOptions,
  type Step,
  success,
} from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";
import { execute, freePort } from "./support/process.ts";
import { DCMTK_FINDSCU, ours } from "./support/runners.ts";

interface Case {
  readonly name: string;
  readonly steps?: readonly Step[];
  readonly options?: ScriptOptions;
  readonly args?: readonly string[];
  /** Exit codes of DCMTK's and of ours. */
  readonly codes: readonly [theirs: number, ours: number];
}

const SILENCE: ScriptOptions = { onRequest: () => new Uint8Array(0) };

const CASES: readonly Case[] = [
  {
    name: "rejection by the user",
    options: { onRequest: () => rejection(1, 1, 7) },
    codes: [2, 62],
  },
  {
    name: "rejection for the calling title",
    options: { onRequest: () => rejection(1, 1, 3) },
    codes: [2, 62],
  },
  {
    name: "rejection by the provider",
    options: { onRequest: () => rejection(2, 3, 2) },
    codes: [2, 62],
  },
  {
    name: "no accepted context",
    options: { onRequest: (request) => acceptance(request, 3) },
    codes: [2, 63],
  },
  {
    name: "no accepted context, in detail",
    options: { onRequest: (request) => acceptance(request, 4) },
    args: ["-d"],
    codes: [2, 63],
  },
  {
    name: "A-ABORT instead of an answer",
    options: { onRequest: () => abortion() },
    codes: [2, 64],
  },
  { name: "silence", options: SILENCE, args: ["-ta", "1"], codes: [2, 66] },
  {
    name: "A-ABORT before a response",
    steps: [{ send: abortion() }],
    codes: [0, 64],
  },
  {
    name: "A-ABORT after a response",
    steps: [{ send: match("ONE") }, { send: abortion() }],
    args: ["-v"],
    codes: [0, 64],
  },
  {
    name: "a connection that closes",
    steps: [{ send: match("ONE") }, { close: true }],
    args: ["-v"],
    codes: [0, 65],
  },
  {
    name: "no response",
    steps: [{ await: 2 }],
    args: ["-v", "-td", "1"],
    codes: [0, 66],
  },
  {
    name: "no answer to the release",
    steps: [{ send: success() }],
    options: { answerRelease: false },
    args: ["-v", "-ta", "1"],
    codes: [2, 66],
  },
  ...[0x0110, 0x0122, 0xa700, 0xa701, 0xa900, 0xa901, 0xc001, 0xd000].flatMap(
    (status) =>
      ["-v", "-d"].map((verbosity): Case => ({
        name: `status ${status.toString(16)} with ${verbosity}`,
        steps: [{ send: success(status) }],
        args: [verbosity],
        codes: [0, 80],
      })),
  ),
  {
    name: "the end after a cancel",
    steps: [{ send: match("ONE") }, { await: 1 }, { send: success(0xfe00) }],
    args: ["-v", "--cancel", "1"],
    codes: [0, 0],
  },
  {
    name: "the end after a cancel, in detail",
    steps: [{ send: match("ONE") }, { await: 1 }, { send: success(0xfe00) }],
    args: ["-d", "--cancel", "1"],
    codes: [0, 0],
  },
  {
    name: "a status with its details",
    steps: [{
      send: pdata(cmd(response(0xa900, false, {
        offendingElements: [0x00100010, 0x00100020],
        errorComment: "too much",
        errorId: 7,
      }))),
    }],
    args: ["-d"],
    codes: [0, 80],
  },
  {
    name: "a warning status",
    steps: [{ send: success(0xb001) }],
    args: ["-d"],
    codes: [0, 82],
  },
  {
    name: "unsupported optional keys",
    steps: [{ send: match("ONE", 0xff01) }, { send: success() }],
    args: ["-d"],
    codes: [0, 0],
  },
  {
    name: "unsupported optional keys, in short",
    steps: [{ send: match("ONE", 0xff01) }, { send: success() }],
    args: ["-v", "-sr"],
    codes: [0, 0],
  },
];

const skip = DCMTK_FINDSCU === undefined
  ? "DCMTK's findscu not installed here"
  : false;

for (const { name, steps = [], options = {}, args = [], codes } of CASES) {
  test(`findscu meets ${name}`, { skip }, async () => {
    await withScriptedServer(steps, options, async (port) => {
      await compare([...args, ...QUERY, "127.0.0.1", String(port)], codes);
    });
  });
}

test("findscu meets a refused connection", { skip }, async () => {
  const port = String(await freePort());
  await compare([...QUERY, "127.0.0.1", port], [2, 60]);
  await compare(["-v", ...QUERY, "127.0.0.1", port], [2, 60]);
});

test(
  "findscu meets an unknown host",
  { skip },
  () => compare([...QUERY, "nosuch.invalid", "104"], [2, 60]),
);

test(
  "findscu meets a missing output directory",
  { skip },
  () =>
    compare(["-X", "-od", "/nonexistent", ...QUERY, "host", "104"], [1, 45]),
);

for (const line of ["", "host", "host 0 -k A", "host 104", "@ 104"]) {
  test(
    `findscu meets the arguments ${JSON.stringify(line)}`,
    { skip },
    () => compare(["-S", ...line.split(" ").filter(Boolean)], [1, 1]),
  );
}

const QUERY = ["-S", "-k", "QueryRetrieveLevel=STUDY"];

async function compare(
  args: readonly string[],
  codes: Case["codes"],
): Promise<void> {
  const theirs = await execute(DCMTK_FINDSCU!, args);
  const exact = await ours(["--raw-text", ...args]);
  assert.equal(comparable(exact.stderr), comparable(theirs.stderr));
  assert.deepEqual([theirs.code, exact.code], codes);
}

/** Output without what names the program. */
function comparable(output: Uint8Array): string {
  return new TextDecoder("latin1").decode(output)
    .replace(/^(.: |)\$.*\$$/m, "$1version")
    .replace(/^.: DcmDataDictionary: Loading file: .*\n/gm, "")
    .replace(/^.: Our Implementation .*\n/gm, "");
}

function rejection(result: number, source: number, reason: number) {
  return encodePdu({ type: "associate-rj", result, source, reason });
}

function abortion() {
  return encodePdu({ type: "abort", source: 0, reason: 0 });
}

/** An A-ASSOCIATE-AC that has the same result for every context. */
function acceptance(request: AssociateRq, result: number): Uint8Array {
  return answerAllContexts(
    request,
    { result, transferSyntax: "1.2.840.10008.1.2" },
    () => ({ userInformation: { maxPduLength: 0 } }),
  );
}
