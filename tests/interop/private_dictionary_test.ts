/** Dictionaries named by DCMDICTPATH: what is sent with them is what DCMTK's findscu sends, and answers show their names. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { messagesOf } from "./support/relay.ts";
import { DCMTK_FINDSCU, dcmtkFind, ourFind, PORT } from "./support/runners.ts";
import { DCMQRSCP, withPeer } from "./support/servers.ts";

const PRIVATE_DICTIONARY = readdirSync("/usr/share")
  .filter((name) => name.startsWith("libdcmtk"))
  .map((name) => `/usr/share/${name}/private.dic`)
  .find((path) => existsSync(path));

const CSA = "(0029,0010)=SIEMENS CSA HEADER";

/** Keys that need the private dictionary, or must do well without. */
const KEYS: readonly (readonly string[])[] = [
  [CSA, "(0029,1008)=IMAGE NUM 4"],
  [CSA, "(0029,1009)=20240101"],
  [CSA, "(0029,1010)=01\\02\\03"],
  [CSA, "(0029,1008)"],
  ["(0019,0010)=SIEMENS CT VA0  COAD", "(0019,1010)=1", "(0019,1011)=2\\3"],
  ["(0019,0012)=SIEMENS CT VA0  COAD", "(0019,1210)=7"],
  ["(0009,0010)=GEMS_IDEN_01", "(0009,1002)=X", "(0009,1030)=Y"],
  ["(0009,0010)=NOBODY KNOWS", "(0009,1002)=01\\02"],
  ["PatientName=A*", "(0029,0011)=SIEMENS CSA HEADER", "(0029,1108)=B"],
];

const skip = DCMQRSCP.missing ??
  (DCMTK_FINDSCU === undefined || PRIVATE_DICTIONARY === undefined
    ? "DCMTK's findscu or its private dictionary not installed here"
    : false);

test(
  "private keys are sent as DCMTK's findscu sends them",
  { skip },
  (t) =>
    withPeer(DCMQRSCP, async ({ port }) => {
      for (const keys of KEYS) {
        await t.test(keys.join(" "), async () => {
          const args = [
            ...["-S", "-v", "-aec", "QRSCP", "127.0.0.1", PORT],
            ...["-k", "QueryRetrieveLevel=STUDY"],
            ...keys.flatMap((key) => ["-k", key]),
          ];
          // DCMTK's findscu has its dictionaries anyhow.
          const theirs = await dcmtkFind(args, port);
          const run = await ourFind(args, port);
          assert.deepEqual(
            messagesOf(run.wire.sent).map(({ dataset }) => dataset),
            messagesOf(theirs.wire.sent).map(({ dataset }) => dataset),
          );
          const shown = (text: string) =>
            text.split("\n").filter((line) => /^I: \(00[012]9,/.test(line));
          assert.deepEqual(
            shown(run.stderr.toString("latin1")),
            shown(theirs.stderr.toString("latin1")),
          );
        });
      }

      await t.test("a dictionary that cannot be read", async () => {
        const run = await ourFind(
          ["-S", "127.0.0.1", PORT, "-k", "PatientName"],
          port,
          { env: { DCMDICTPATH: `${PRIVATE_DICTIONARY}:/nowhere/my.dic` } },
        );
        assert.equal(run.code, 20);
        assert.match(run.stderr.toString(), /^E: .*\/nowhere\/my\.dic$/m);
        assert.equal(run.wire.sent.length, 0);
      });
    }),
);
