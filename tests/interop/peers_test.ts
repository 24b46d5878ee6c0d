/** `--also`, `--unique` and `compare` with two makers' archives that hold the same images and answer in different character sets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ours } from "./support/runners.ts";
import { DCMQRSCP, ORTHANC, withPeer } from "./support/servers.ts";

const KEYS = [
  "-q",
  "PatientName",
  "-q",
  "PatientID=PAT*",
  "-q",
  "StudyDate",
  "-q",
  "StudyInstanceUID",
];

test(
  "dcmqrscp and Orthanc side by side",
  { skip: DCMQRSCP.missing ?? ORTHANC.missing ?? false },
  (t) =>
    withPeer(DCMQRSCP, (dcmqrscp) =>
      withPeer(ORTHANC, async (orthanc) => {
        const first = `${DCMQRSCP.aeTitle}@127.0.0.1:${dcmqrscp.port}`;
        const second = `${ORTHANC.aeTitle}@127.0.0.1:${orthanc.port}`;

        await t.test("each study once, with both peers", async () => {
          const { code, stdout, stderr } = await ours([
            first,
            "--also",
            second,
            "--unique",
            ...KEYS,
            "--format",
            "jsonl",
          ]);
          assert.equal(code, 0, String(stderr));
          const lines = String(stdout).trim().split("\n")
            .map((line) => JSON.parse(line));
          assert.equal(lines.length, 6);
          for (const { peer } of lines) assert.deepEqual(peer, [first, second]);
        });

        await t.test("the same, whatever the character set", async () => {
          const { code, stdout, stderr } = await ours([
            "compare",
            first,
            second,
            ...KEYS,
            "--format",
            "json",
          ]);
          assert.equal(code, 0, String(stderr) + stdout);
          assert.equal(JSON.parse(String(stdout)).same, 6);
        });

        await t.test("one that goes away leaves the other", async () => {
          await orthanc.stop();
          const { code, stdout } = await ours([
            first,
            "--also",
            second,
            ...KEYS,
            "--format",
            "csv",
          ]);
          assert.equal(code, 82);
          assert.equal(String(stdout).trim().split("\r\n").length, 7);
        });
      })),
);
