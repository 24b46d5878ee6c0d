/** `--expand` and `--fill-counts` against real archives: what comes of it equals what a query for each study gives. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { encodeFile } from "../../src/file/part10.ts";
import { executeWell } from "./support/process.ts";
import { ours } from "./support/runners.ts";
import { DCMQRSCP, ORTHANC, withFolder, withPeer } from "./support/servers.ts";

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const ROOT = "1.2.826.0.1.3680043.9.7100";
const STUDIES = 66;

/** An image as a file; studies have one to three series, series one to four images. */
function imageFile(study: number, series: number, image: number): Uint8Array {
  const sop = `${ROOT}.${study}.${series}.${image}`;
  const values: Readonly<Record<string, string>> = {
    SpecificCharacterSet: "ISO_IR 100",
    SOPClassUID: SECONDARY_CAPTURE,
    SOPInstanceUID: sop,
    StudyDate: `2026${String(1 + study % 12).padStart(2, "0")}11`,
    StudyTime: "120000",
    AccessionNumber: `LEVELS${study}`,
    Modality: ["CT", "MR", "SR"][(study + series) % 3]!,
    PatientName: `Level^Number${study % 7}`,
    PatientID: `LEVEL-${study % 7}`,
    StudyInstanceUID: `${ROOT}.${study}`,
    SeriesInstanceUID: `${ROOT}.${study}.${series}`,
    StudyID: String(study),
    SeriesNumber: String(series),
    InstanceNumber: String(image),
  };
  const { standard } = Dictionary;
  const dataset = Dataset.of(
    ...Object.entries(values).map(([keyword, value]) => {
      const { tag } = standard.byKeyword(keyword)!;
      return textElement(tag, standard.vr(tag), value);
    }),
  );
  return encodeFile(dataset, EXPLICIT_LE, {
    sopClassUid: SECONDARY_CAPTURE,
    sopInstanceUid: sop,
    implementationClassUid: `${ROOT}.9999`,
  });
}

async function store(folder: string, aeTitle: string, port: number) {
  mkdirSync(folder);
  for (let study = 1; study <= STUDIES; study++) {
    for (let series = 1; series <= 1 + study % 3; series++) {
      for (let image = 1; image <= 1 + (study + series) % 4; image++) {
        writeFileSync(
          `${folder}/${study}-${series}-${image}.dcm`,
          imageFile(study, series, image),
        );
      }
    }
  }
  await executeWell("storescu", [
    "+sd",
    "-aec",
    aeTitle,
    "127.0.0.1",
    String(port),
    folder,
  ]);
}

const SERIES_KEYS = ["SeriesInstanceUID", "Modality", "SeriesNumber"]
  .flatMap((key) => ["-q", key]);

for (const peer of [DCMQRSCP, ORTHANC]) {
  test(
    `series of 66 studies of ${peer.name}`,
    { skip: peer.missing ?? false },
    (t) =>
      withPeer(peer, ({ port }) =>
        withFolder(async (folder) => {
          await store(`${folder}/images`, peer.aeTitle, port);
          const address = `${peer.aeTitle}@127.0.0.1:${port}`;
          const find = async (...args: readonly string[]) => {
            const run = await ours([address, ...args]);
            assert.equal(run.code, 0, String(run.stderr));
            return String(run.stdout);
          };
          const expand = ["-q", "AccessionNumber=LEVELS*", "--expand"];

          await t.test("equal what 66 single queries give", async () => {
            const csv = ["--format", "csv", "--columns"];
            const columns =
              "StudyInstanceUID,SeriesInstanceUID,Modality,SeriesNumber";
            const expanded = await find(
              ...expand,
              "series",
              "-q",
              "StudyInstanceUID",
              ...SERIES_KEYS,
              ...csv,
              columns,
            );
            const files = Array.from({ length: STUDIES }, (_, index) => {
              const path = `${folder}/study${index + 1}.txt`;
              const keys = `StudyInstanceUID=${ROOT}.${index + 1}\n`;
              writeFileSync(path, keys + "QueryRetrieveLevel=SERIES\n");
              return path;
            });
            const single = await find(
              ...files,
              ...SERIES_KEYS,
              ...csv,
              columns,
            );
            const lines = (text: string) => text.trim().split("\r\n").sort();
            assert.deepEqual(lines(expanded), lines(single));
            assert.equal(lines(single).length, 1 + 132);
          });

          await t.test("and their images, nested", async () => {
            const found = JSON.parse(
              await find(
                ...expand,
                "image",
                "-q",
                "StudyID",
                "-q",
                "Modality=CT",
                "-q",
                "InstanceNumber",
                "--format",
                "json",
              ),
            ) as { StudyID: string; series: { images: unknown[] }[] }[];
            for (const { StudyID, series } of found) {
              const study = Number(StudyID);
              const wanted = [1, 2, 3].slice(0, 1 + study % 3)
                .filter((number) => (study + number) % 3 === 0)
                .map((number) => 1 + (study + number) % 4);
              assert.deepEqual(
                series.map(({ images }) => images.length).sort(),
                wanted.sort(),
                `study ${StudyID}`,
              );
            }
            assert.equal(found.length, 44);
          });

          await t.test("are counted if it leaves them empty", async () => {
            const text = await find(
              "-q",
              "AccessionNumber=LEVELS*",
              "--fill-counts",
              ...[
                "StudyID",
                "ModalitiesInStudy",
                "NumberOfStudyRelatedSeries",
                "NumberOfStudyRelatedInstances",
              ].flatMap((key) => ["-q", key]),
              "--format",
              "jsonl",
            );
            const found = text.trim().split("\n").map((line) =>
              JSON.parse(line)
            );
            assert.equal(found.length, STUDIES);
            for (const match of found) {
              const study = Number(match.StudyID);
              const series = [1, 2, 3].slice(0, 1 + study % 3);
              assert.equal(match.NumberOfStudyRelatedSeries, series.length);
              assert.equal(
                match.NumberOfStudyRelatedInstances,
                series.reduce((sum, one) => sum + 1 + (study + one) % 4, 0),
              );
              assert.deepEqual(
                [...match.ModalitiesInStudy].sort(),
                [
                  ...new Set(
                    series.map((one) => ["CT", "MR", "SR"][(study + one) % 3]),
                  ),
                ].sort(),
              );
            }
          });

          await t.test("follow their patients in the patient root", async () => {
            const text = await find(
              "-P",
              "-q",
              "PatientID=LEVEL-*",
              "--expand",
              "series",
              "-q",
              "SeriesNumber",
              "--count",
            );
            assert.equal(text, "132\n");
          });
        })),
  );
}
