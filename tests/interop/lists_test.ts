/** Lists against other makers' servers: what `--each` gives is what single queries give. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printed } from "./support/runners.ts";
import { PEERS, withPeer } from "./support/servers.ts";

const SERIES = "--level series -q SeriesInstanceUID -q Modality".split(" ");

for (const peer of PEERS) {
  test(
    `lists and ${peer.name}`,
    { skip: peer.missing ?? false },
    (t) =>
      withPeer(peer, async ({ port }) => {
        const address = `${peer.aeTitle}@127.0.0.1:${port}`;
        const run = async (args: readonly string[], input = "") => {
          const result = await printed([address, ...args], { input });
          assert.equal(result.code, 0, result.stderr);
          return result;
        };
        if (peer.isArchive) {
          const { stdout: studies } = await run(
            "-q PatientID -q StudyInstanceUID --format jsonl".split(" "),
          );
          await t.test("the series of all studies", async () => {
            const single: string[] = [];
            for (const line of studies.trim().split("\n")) {
              const { StudyInstanceUID } = JSON.parse(line);
              const { stdout } = await run([
                ...SERIES,
                "-q",
                `StudyInstanceUID=${StudyInstanceUID}`,
                "--format",
                "jsonl",
              ]);
              single.push(...seriesOf(stdout));
            }
            assert.ok(single.length > 0);
            for (
              const more of ["", "--batch 3", "--associations 2 --batch 2"]
            ) {
              const { stdout, stderr } = await run([
                "--each",
                "-",
                ...SERIES,
                ..."--format jsonl --only-found".split(" "),
                ...more.split(" ").filter((word) => word !== ""),
              ], studies);
              assert.deepEqual(seriesOf(stdout), single, `${more}\n${stderr}`);
            }
          });
          await t.test("patients, one of whom is unknown", async () => {
            const ids = new Set(
              studies.trim().split("\n").map((line) =>
                JSON.parse(line).PatientID
              ),
            );
            const list = `PatientID\nNOBODY\n${[...ids].join("\n")}\n*\n`;
            const { stderr } = await run(
              "--each - -q StudyInstanceUID --csv".split(" "),
              list,
            );
            assert.match(stderr, /1 not found, 1 wildcard/);
            assert.doesNotMatch(stderr, /failed|incomplete/);
          });
        }
        if (peer.isWorklist) {
          await t.test("a worklist", async () => {
            const { stdout } = await run(
              "--worklist -q PatientID --csv".split(" "),
            );
            const [, ...ids] = stdout.trim().split("\r\n");
            assert.ok(ids.length > 0);
            const { stderr } = await run([
              ..."--worklist --each -:PatientID -q PatientName --csv".split(
                " ",
              ),
            ], `${[...new Set(ids)].join("\n")}\nNOBODY\n`);
            assert.match(stderr, /\d+ found .*1 not found/);
          });
        }
      }),
  );
}

function seriesOf(text: string): string[] {
  return text.trim().split("\n").map((line) =>
    JSON.parse(line).SeriesInstanceUID
  )
    .filter((uid) => uid !== undefined);
}
