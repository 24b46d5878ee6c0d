/**
 * Measures the archive of `serve` with many studies, without a network: loading from JSON lines, memory, queries by index and whole scans.
 * Prints milliseconds of real time, medians of several runs, and of processor time, in case the machine was busy with other things.
 *
 *   deno run -A scripts/bench/archive.ts                     a million studies, on Deno
 *   bun scripts/bench/archive.ts --studies 100000            fewer, on Bun
 */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { findModel } from "../../src/find/models.ts";
import { readDicomJsonArchive } from "../../src/identifier/json_file.ts";
import { type Archive, ArchiveBuilder } from "../../src/scp/archive/archive.ts";
import { answerQuery } from "../../src/scp/archive/query.ts";

const { values: options } = parseArgs({
  options: {
    studies: { type: "string", default: "1000000" },
    runs: { type: "string", default: "21" },
  },
});
const STUDIES = Number(options.studies);
const RUNS = Number(options.runs);

const FAMILIES = ["Müller", "Smith", "Yamada", "García", "Ivanov", "Doe"];
const FIRST_DAY = Date.UTC(1995, 0, 1);

/** A study of every second day or so, two of three patients with one more. */
function study(at: number): Record<string, string | string[]> {
  const patient = Math.floor(at / 1.5);
  const day = new Date(FIRST_DAY + at * 7919 % 11_000 * 86_400_000);
  return {
    SpecificCharacterSet: "ISO_IR 192",
    StudyDate: day.toISOString().slice(0, 10).replaceAll("-", ""),
    StudyTime: String(100000 + at % 100000),
    AccessionNumber: `ACC${String(at).padStart(8, "0")}`,
    ModalitiesInStudy: ["CT", "SR"],
    ReferringPhysicianName: `Referrer^${at % 500}`,
    StudyDescription: `Thorax with contrast ${at % 100}`,
    PatientName: `${FAMILIES[patient % FAMILIES.length]}^Jane ${patient}`,
    PatientID: `PID${patient}`,
    PatientBirthDate: `19${40 + patient % 60}0101`,
    PatientSex: "F",
    StudyInstanceUID: `1.2.826.0.1.3680043.10.1338.${at}`,
    StudyID: `S${at}`,
    NumberOfStudyRelatedSeries: "3",
    NumberOfStudyRelatedInstances: String(300 + at % 1000),
  };
}

const dictionary = Dictionary.standard;

function jsonLine(at: number): string {
  return JSON.stringify(Object.fromEntries(
    Object.entries(study(at)).map(([keyword, value]) => {
      const { tag, vr } = dictionary.byKeyword(keyword)!;
      const values = [value].flat();
      return [tag.toString(16).padStart(8, "0").toUpperCase(), {
        vr,
        Value: vr === "PN"
          ? values.map((Alphabetic) => ({ Alphabetic }))
          : values,
      }];
    }),
  ));
}

function writeLines(path: string): void {
  const file = openSync(path, "w");
  let lines: string[] = [];
  const flush = () => {
    writeSync(file, lines.join(""));
    lines = [];
  };
  for (let at = 0; at < STUDIES; at++) {
    lines.push(`${jsonLine(at)}\n`);
    if (lines.length === 1000) flush();
  }
  flush();
  closeSync(file);
}

function* pieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  const buffer = new Uint8Array(1 << 20);
  for (
    let count;
    (count = readSync(file, buffer, 0, buffer.length, null)) > 0;
  ) {
    yield buffer.subarray(0, count);
  }
  closeSync(file);
}

/** Memory of this process, in MB: now, and the most so far. */
function memory(): { now: number; peak: number } {
  const status = readFileSync("/proc/self/status", "utf8");
  const mb = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024 / 1e6;
  return { now: mb("VmRSS"), peak: mb("VmHWM") };
}

/** Milliseconds of processor time. */
function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function identifier(keys: Record<string, string>): Dataset {
  return Dataset.of(
    ...Object.entries({
      SpecificCharacterSet: "ISO_IR 192",
      QueryRetrieveLevel: "STUDY",
      PatientName: "",
      PatientID: "",
      StudyDate: "",
      StudyInstanceUID: "",
      ...keys,
    }).map(([keyword, value]) => {
      const { tag, vr } = dictionary.byKeyword(keyword)!;
      return textElement(tag, vr, value);
    }),
  );
}

function ask(archive: Archive, keys: Record<string, string>): number {
  const model = findModel("study")!;
  let matches = -1;
  for (
    const _ of answerQuery(archive, { model, identifier: identifier(keys) })
  ) {
    matches++;
  }
  return matches;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function row(name: string, ...figures: string[]): void {
  console.log(`${name.padEnd(44)} ${figures.join(", ")}`);
}

function timed(
  archive: Archive,
  name: string,
  keysOf: (run: number) => Record<string, string>,
  runs = RUNS,
): void {
  const times: number[] = [];
  const processorTimes: number[] = [];
  let matches = 0;
  for (let run = 0; run < runs; run++) {
    const [begin, used] = [performance.now(), processor()];
    matches = ask(archive, keysOf(run));
    times.push(performance.now() - begin);
    processorTimes.push(processor() - used);
  }
  row(
    name,
    `${median(times).toFixed(1)} ms`,
    `first ${times[0]!.toFixed(1)} ms`,
    `processor ${median(processorTimes).toFixed(1)} ms`,
    `${matches} matches`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "findscu-bench-"));
try {
  const path = join(folder, "archive.jsonl");
  writeLines(path);
  const before = memory();
  const [begin, used] = [performance.now(), processor()];
  const builder = new ArchiveBuilder();
  for (const read of readDicomJsonArchive(pieces(path), path)) {
    builder.add(read());
  }
  const archive = builder.build();
  row(
    `loading ${STUDIES} studies, ${(statSync(path).size / 1e6).toFixed(0)} MB`,
    `${((performance.now() - begin) / 1000).toFixed(1)} s`,
    `processor ${((processor() - used) / 1000).toFixed(1)} s`,
  );
  const after = memory();
  row(
    "memory",
    `${after.now.toFixed(0)} MB`,
    `${after.peak.toFixed(0)} MB at most`,
    `${((after.now - before.now) * 1e6 / STUDIES).toFixed(0)} bytes a study`,
  );
  const some = (run: number) => Math.floor(STUDIES / RUNS * run);
  const uid = (at: number) => study(at)["StudyInstanceUID"] as string;
  timed(archive, "StudyInstanceUID", (run) => ({
    StudyInstanceUID: uid(some(run)),
  }));
  timed(archive, "StudyInstanceUID, a list of 100", (run) => ({
    StudyInstanceUID: Array.from(
      { length: 100 },
      (_, at) => uid((some(run) + 97 * at) % STUDIES),
    ).join("\\"),
  }));
  timed(archive, "PatientID", (run) => ({
    PatientID: study(some(run))["PatientID"] as string,
  }));
  timed(archive, "AccessionNumber", (run) => ({
    AccessionNumber: study(some(run))["AccessionNumber"] as string,
  }));
  timed(archive, "StudyDate, one day", (run) => ({
    StudyDate: study(some(run))["StudyDate"] as string,
  }));
  timed(archive, "StudyDate, one day, and a wildcard name", (run) => ({
    StudyDate: study(some(run))["StudyDate"] as string,
    PatientName: "*ane 1*",
  }));
  timed(archive, "StudyDate, a week, that AccessionNumber", (run) => ({
    StudyDate: "20100101-20100107",
    AccessionNumber: study(some(run))["AccessionNumber"] as string,
  }));
  timed(archive, "nobody: PatientID", () => ({ PatientID: "NOBODY" }));
  const scans = Math.min(RUNS, 5);
  timed(archive, "scan: PatientName=*nobody*", () => ({
    PatientName: "*nobody*",
  }), scans);
  timed(archive, "scan: PatientName=*Jane 12345", () => ({
    PatientName: "*Jane 12345",
  }), scans);
  timed(archive, "scan: PatientID=*99999", () => ({
    PatientID: "*99999",
  }), scans);
  timed(archive, "scan: StudyDescription=*contrast 7", () => ({
    StudyDescription: "*contrast 7x",
  }), scans);
  row(
    "memory",
    `${memory().now.toFixed(0)} MB`,
    `${memory().peak.toFixed(0)} MB at most`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
