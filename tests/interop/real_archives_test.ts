/** The main job against other makers' servers: the matches are those that DCMTK's findscu gets, value for value. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  comparable,
  valuesOfDcmtkXml,
  valuesOfDicomJson,
} from "./support/values.ts";
import { DCMTK_FINDSCU, dcmtkFind, ourFind, PORT } from "./support/runners.ts";
import { PEERS, withFolder, withPeer } from "./support/servers.ts";

const STUDY_KEYS = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];

for (const peer of PEERS) {
  const skip = peer.missing ??
    (DCMTK_FINDSCU === undefined
      ? "DCMTK's findscu not installed here"
      : false);
  test(
    `findscu and ${peer.name}`,
    { skip },
    (t) =>
      withPeer(peer, async ({ port }) => {
        const call = ["-aec", peer.aeTitle, "127.0.0.1", PORT];
        if (peer.isArchive) {
          await t.test("a study query in DCMTK's form", async () => {
            await comparePrinted(["-S", ...STUDY_KEYS, ...call], port, 6);
          });
          await t.test("a study query in the ADDRESS form", async () => {
            await compare(
              [
                "-S",
                "-k",
                "QueryRetrieveLevel=STUDY",
                "-k",
                "AccessionNumber=A123",
                "-k",
                "PatientID",
                ...call,
              ],
              [
                `${peer.aeTitle}@127.0.0.1:${PORT}`,
                "--study",
                "-q",
                "AccessionNumber=A123",
                // As long as nothing is requested by name, more is.
                "-q",
                "PatientID",
              ],
              port,
              1,
            );
          });
        }
        if (peer.isWorklist) {
          await t.test("a worklist query in both forms", async () => {
            const keys = ["PatientName", "(0040,0100)[0].Modality=CT"];
            const theirs = [
              "-W",
              ...keys.flatMap((key) => ["-k", key]),
              ...call,
            ];
            await comparePrinted(theirs, port, 2);
            await compare(
              theirs,
              [
                `${peer.aeTitle}@127.0.0.1:${PORT}`,
                "-W",
                "-q",
                "PatientName",
                "-q",
                "ScheduledProcedureStepSequence.Modality=CT",
              ],
              port,
              2,
            );
          });
        }
      }),
  );
}

/** Both runs get the same matches, `count` of them, and print them alike. */
async function comparePrinted(
  args: readonly string[],
  port: number,
  count: number,
): Promise<void> {
  const theirs = await dcmtkFind(args, port);
  const ours = await ourFind([...args, "--raw-text"], port);
  assert.equal(
    ours.stderr.toString("latin1"),
    theirs.stderr.toString("latin1"),
  );
  const matches = theirs.stderr.toString("latin1").match(/Find Response: /g);
  assert.equal(matches?.length, count);
  assert.equal(ours.code, 0);
  assert.equal(String(ours.stdout), "");
}

/** Both runs get the same values, `count` matches of them; DCMTK's come decoded from its XML. */
async function compare(
  theirArgs: readonly string[],
  ourArgs: readonly string[],
  port: number,
  count: number,
): Promise<void> {
  const expected = await withFolder(async (folder) => {
    const run = await dcmtkFind(
      [...theirArgs, "-Xs", "all.xml", "-od", folder],
      port,
    );
    assert.equal(run.code, 0, String(run.stderr));
    return valuesOfDcmtkXml(readFileSync(`${folder}/all.xml`, "utf8"));
  });
  const run = await ourFind([...ourArgs, "--format", "dicom-json"], port);
  assert.equal(run.code, 0, String(run.stderr));
  const found = valuesOfDicomJson(String(run.stdout));
  assert.equal(found.length, count);
  assert.deepEqual(comparable(found), comparable(expected));
}
