/** What is timed: queries as people make them, by DCMTK, dicom-rs and our own forms. Starts nothing. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { encodeFile } from "../../src/file/part10.ts";
import { DENO_PERMISSIONS } from "../compile_steps.ts";
import type { Cell } from "./measure.ts";

/** How much is timed. */
export interface Extent {
  /** Many matches, several, and one. */
  readonly many: number;
  readonly several: number;
  readonly few: number;
  /** Query files on one association. */
  readonly files: number;
  /** Processes one after the other, and four at a time. */
  readonly processes: number;
}

/** What is there to be timed. */
export interface Programs {
  /** The Bun executable. */
  readonly own: readonly string[];
  /** The source on Deno, and the bundle of executables and npm package. */
  readonly source: readonly string[];
  readonly bundle: readonly string[];
  /** DCMTK's findscu with its version; undefined if it is not installed. */
  readonly dcmtk: string | undefined;
  readonly dicomRs: boolean;
}

/** The programs of this machine, with the paths of the executable and of the bundle. */
export function programs(own: string, bundle: string): Programs {
  const deno = [Deno.execPath(), "run", ...DENO_PERMISSIONS, "--no-check"];
  const said = (name: string) =>
    spawnSync(name, ["--version"], { encoding: "utf8" }).stdout ?? "";
  return {
    own: [own],
    source: [...deno, "cli.ts"],
    bundle: [...deno, bundle],
    dcmtk: /dcmtk: findscu v(\S+)/.exec(said("findscu"))?.[1],
    dicomRs: /dicom-findscu/.test(said("dicom-findscu")),
  };
}

/** Formats with the part of DCMTK's time that they should take at most. */
const FORMATS: readonly (readonly [name: string, aim: number])[] = [
  ["text", 0.2],
  ["jsonl", 0.12],
  ["dicom-jsonl", 0.15],
  ["csv", 0.06],
  ["xml", 0.3],
  ["table", 0.1],
];

/** The groups of cells that take turns with each other. `folder` is a place for files, in memory if possible. */
export function groups(
  { own, source, bundle, dcmtk, dicomRs }: Programs,
  { many, several, few, files, processes }: Extent,
  port: string,
  folder: string,
): Cell[][] {
  const title = (count: number) => ["-aec", `N${count}`];
  const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];
  const peer = ["127.0.0.1", port];
  const form = (
    count: number,
    ...more: string[]
  ) => ["-S", ...title(count), ...more, ...keys, ...peer];
  const address = (
    count: number,
    ...more: string[]
  ) => [`N${count}@127.0.0.1:${port}`, "-q", "PatientName", ...more];
  const cell = (
    name: string,
    by: string,
    command: readonly string[],
    more: Partial<Cell> = {},
  ): Cell => ({ name, by, commands: [command], ...more });
  const byDcmtk = (name: string, ...args: string[]): Cell | undefined =>
    dcmtk === undefined
      ? undefined
      : cell(name, `DCMTK ${dcmtk}`, ["findscu", ...args]);
  const present = (cells: readonly (Cell | undefined)[]): Cell[] =>
    cells.filter((each) => each !== undefined);

  const number = (count: number) => count.toLocaleString("en");

  const hidden = (count: number, aim: number, denoAim?: number): Cell[] => {
    const name = `${number(count)} hidden`;
    const reference = byDcmtk(name, ...form(count, "-sr"));
    return present([
      reference,
      cell(name, "Bun executable", [...own, ...form(count, "-sr")], {
        reference,
        aim,
      }),
      cell(name, "Deno, source", [...source, ...form(count, "-sr")], {
        reference,
        aim: denoAim,
      }),
      cell(name, "Deno, bundle", [...bundle, ...form(count, "-sr")], {
        reference,
      }),
    ]);
  };
  const printed = (
    count: number,
    aim: number,
  ): [reference: Cell | undefined, own: Cell] => {
    const name = `${number(count)} printed as DCMTK`;
    const reference = byDcmtk(name, ...form(count));
    const command = [...own, ...form(count)];
    return [
      reference,
      cell(name, "Bun executable", command, { reference, aim }),
    ];
  };
  const [reference, asDcmtk] = printed(many, 0.15);
  const manyHidden = hidden(many, 0.08, 0.12);
  const formats = present([
    reference,
    asDcmtk,
    ...FORMATS.map(([name, aim]) =>
      cell(`${number(many)} as ${name}`, "Bun executable", [
        ...own,
        ...address(many, "--format", name),
      ], { reference, aim })
    ),
    cell(`${number(many)} as text`, "Deno, source", [
      ...source,
      ...address(many, "--format", "text"),
    ], { reference, aim: 0.2 }),
    dicomRs
      ? cell(`${number(many)} printed`, "dicom-findscu", [
        "dicom-findscu",
        ...["--called-ae-title", `N${many}`, "-S", "-q", "PatientName"],
        `127.0.0.1:${port}`,
      ], { reference })
      : undefined,
  ]);
  const hiddenByUs = manyHidden.find(({ by }) => by === "Bun executable");
  const count = cell(
    `${number(many)} --count, beside our hidden`,
    "Bun executable",
    [...own, ...form(many, "--count")],
    { reference: hiddenByUs, aim: 1.3 },
  );

  const out = `${folder}/out`;
  const tidy = () => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
  };
  const extracting = (aim: number, ...args: string[]): Cell[] => {
    const name = `${number(several)} ${args[0]}`;
    const all = form(several, "-sr", ...args, "-od", out);
    const reference = dcmtk === undefined
      ? undefined
      : cell(name, `DCMTK ${dcmtk}`, ["findscu", ...all], { tidy });
    return present([
      reference,
      cell(name, "Bun executable", [...own, ...all], { reference, aim, tidy }),
    ]);
  };

  const queries = queryFiles(folder, files);
  const inOne = [...form(1, "-sr"), ...queries];
  const filed = `${number(files)} query files on one association`;
  const filedByDcmtk = byDcmtk(filed, ...inOne);
  const repeated = (
    name: string,
    by: string,
    command: readonly string[],
    sideBySide: number,
    reference?: Cell,
  ): Cell => ({
    name,
    by,
    commands: Array.from({ length: processes }, () => command),
    sideBySide,
    reference,
  });
  const separate = (name: string, sideBySide: number): Cell[] => {
    const args = form(1, "-sr");
    const reference = dcmtk === undefined
      ? undefined
      : repeated(name, `DCMTK ${dcmtk}`, ["findscu", ...args], sideBySide);
    return present([
      reference,
      repeated(
        name,
        "Bun executable",
        [...own, ...args],
        sideBySide,
        reference,
      ),
    ]);
  };
  return [
    hidden(1, 0.25, 0.6),
    hidden(few, 0.25),
    [...manyHidden, count],
    present(printed(several, 0.25)),
    formats,
    extracting(0.5, "-X"),
    extracting(0.3, "-Xs", "all.xml"),
    present([
      filedByDcmtk,
      cell(filed, "Bun executable", [...own, ...inOne], {
        reference: filedByDcmtk,
      }),
    ]),
    separate(`${processes} processes one after the other`, 1),
    separate(`${processes} processes, 4 at a time`, 4),
  ];
}

/** Query files, each for another patient. */
function queryFiles(folder: string, count: number): string[] {
  for (let number = 1; number <= count; number++) {
    const dataset = Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00100020, "LO", `PID-${number}`),
    );
    writeFileSync(
      `${folder}/query${number}.dcm`,
      encodeFile(dataset, EXPLICIT_LE, {
        sopClassUid: "1.2.276.0.7230010.3.1.0.1",
        sopInstanceUid: `1.2.3.${number}`,
        implementationClassUid: "1.2.3",
      }),
    );
  }
  return readdirSync(folder).filter((name) => name.endsWith(".dcm"))
    .map((name) => `${folder}/${name}`);
}
