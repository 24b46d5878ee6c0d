/** The logger settings that Debian's DCMTK installs, read by DCMTK's findscu and by ours: the same lines in the same places. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { DCMTK_FINDSCU, dcmtkFind, ourFind, PORT } from "./support/runners.ts";
import { DCMQRSCP, withFolder, withPeer } from "./support/servers.ts";

const SETTINGS = ["/etc/dcmtk/logger.cfg", "/etc/dcmtk/filelog.cfg"];
const skip = DCMQRSCP.missing ??
  (DCMTK_FINDSCU !== undefined && SETTINGS.every((path) => existsSync(path))
    ? false
    : "DCMTK's logger settings not installed here");

test(
  "DCMTK's own logger settings work",
  { skip },
  (t) =>
    withPeer(DCMQRSCP, async ({ port }) => {
      for (const settings of SETTINGS) {
        await t.test(settings, () =>
          withFolder(async (folder) => {
            const args = [
              ..."-S -k QueryRetrieveLevel=STUDY -k PatientName=HEWETT* -aec QRSCP"
                .split(" "),
              "-lc",
              settings,
              "127.0.0.1",
              PORT,
            ];
            const run = async (name: "ours" | "theirs") => {
              const cwd = `${folder}/${name}`;
              mkdirSync(cwd);
              const outcome = name === "ours"
                ? await ourFind([...args, "--raw-text"], port, { cwd })
                : await dcmtkFind(args, port, { cwd });
              return {
                code: outcome.code,
                console: comparable(outcome.stderr),
                log: comparable(readFileSync(`${cwd}/findscu.log`)),
              };
            };
            const theirs = await run("theirs");
            assert.ok(theirs.log.includes("Releasing Association"));
            assert.deepEqual(await run("ours"), theirs);
          }));
      }
    }),
);

/** Output without times, and without what names the program. */
function comparable(output: Uint8Array): string {
  return new TextDecoder("latin1").decode(output)
    .replace(/^\d\d\d\d-\d\d-\d\d /gm, "")
    .replace(/^\d\d:\d\d:\d\d(\.\d\d\d)? /gm, "TIME ")
    .replace(/\$.*\$$/m, "version")
    .replace(/^.*DcmDataDictionary: Loading file: .*\n/gm, "")
    .replace(/^.*Our Implementation .*\n/gm, "");
}
