/**
 * `--help` and `--version` as text, rendered from the option table in the layout of DCMTK's tools. Prints nothing itself.
 */

import { EXIT_CODES } from "../exit_code.ts";
import type { VersionFacts } from "../host.ts";
import type { CommandRow } from "./options.ts";
import {
  belongsTo,
  type CommandName,
  nameOf,
  type OptionRow,
} from "./options/row.ts";
import { bannerLine, TITLE_LINE } from "./usage_error.ts";

/** Width that every terminal has. */
const WIDTH = 80;
/** Column where descriptions begin. */
const TEXT_COLUMN = 32;

/** The data for a help text. */
export interface HelpRequest {
  readonly rows: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
  readonly version: VersionFacts;
  /** The requested command. */
  readonly command: CommandName;
  /** All options and all there is to say of them, instead of a line for each that most people need. */
  readonly long: boolean;
}

/** The help text, with its last line end. */
export function helpText(request: HelpRequest): string {
  const { command, commands, version, long } = request;
  const rows = request.rows.filter((row) =>
    belongsTo(row, command) && (long || row.isCommon)
  );
  const lines = [
    bannerLine(version),
    "",
    TITLE_LINE,
    "",
    ...(command === "find" ? exampleLines() : []),
    ...usageLines(command, commands),
    "",
    ...(command === "find" ? parameterLines() : []),
    ...(command === "serve" ? sourceLines() : []),
    ...(command === "config" ? actionLines() : []),
    ...optionLines(rows, long),
    "",
  ];
  if (command === "find" && commands.length > 0) {
    lines.push("commands, as first word:");
    for (const { name, parameters, short } of commands) {
      lines.push(...entry(`  ${name} ${parameters}`.trimEnd(), [short]));
    }
    lines.push("");
  }
  if (long) {
    lines.push("exit codes:");
    for (const { exit, meaning } of EXIT_CODES) {
      lines.push(...entry(`  ${exit}`, [meaning]));
    }
    lines.push("");
  } else {
    const name = command === "find" ? "findscu" : `findscu ${command}`;
    lines.push(`All options: ${name} --help. The manual: findscu man.`, "");
  }
  return lines.join("\n");
}

/** The output of `--version`. */
export function versionText(version: VersionFacts): string {
  const lines = [bannerLine(version), "", TITLE_LINE, ""];
  if (version.commit !== undefined) lines.push(`Commit: ${version.commit}`);
  lines.push(`Platform: ${version.platform}`, `Runtime: ${version.runtime}`);
  if (version.libraries.length > 0) {
    lines.push("", "Libraries:");
    lines.push(...version.libraries.map((library) => `- ${library}`));
  }
  return `${lines.join("\n")}\n`;
}

function usageLines(
  command: CommandName,
  commands: readonly CommandRow[],
): string[] {
  const own = commands.find((row) => row.name === command);
  if (own !== undefined) {
    return [`usage: findscu ${own.name} [options] ${own.parameters}`.trimEnd()];
  }
  return [
    "usage: findscu [options] peer port [dcmfile-in...]",
    "       findscu [options] address [dcmfile-in...]",
  ];
}

function sourceLines(): string[] {
  return [
    "parameters:",
    ...entry("  source", [
      "demo (default), a folder of DICOM or worklist files, a DICOM JSON file, or a recording to replay",
    ]),
    "",
  ];
}

function actionLines(): string[] {
  return [
    "actions:",
    ...entry("  show", [
      "print the path of the file and the saved connections (default)",
    ]),
    ...entry("  add NAME ADDRESS", [
      "save a connection, with the options that follow; findscu NAME then uses them",
    ]),
    ...entry("  remove NAME", ["forget a connection"]),
    ...entry("  check [NAME...]", [
      "send an echo to these, or to all; the exit code is that of the first failure",
    ]),
    ...entry("  names", ["print the names, one per line"]),
    "",
  ];
}

function parameterLines(): string[] {
  return [
    "parameters:",
    ...entry("  peer", ["host name or IP address of the DICOM peer"]),
    ...entry("  port", ["its TCP port"]),
    ...entry("  address", [
      "[AE@]HOST:PORT, dicom://[AE@]HOST[:PORT], dicoms://[AE@]HOST[:PORT] (TLS), mock:NAME, or the name of a saved connection",
    ]),
    ...entry("  dcmfile-in", ["query file; one query each"]),
    "",
  ];
}

function exampleLines(): string[] {
  return [
    "examples:",
    ...EXAMPLES.flatMap(([wish, line]) => [`  # ${wish}`, `  ${line}`]),
    "",
  ];
}

/** Options with their descriptions, below the headings of their groups; all there is to say of them, or a line for each. */
export function optionLines(
  rows: readonly OptionRow[],
  long: boolean,
): string[] {
  const lines: string[] = [];
  let group: string | undefined;
  let subgroup: string | undefined;
  for (const row of rows) {
    if (row.group !== group) lines.push(`${row.group}:`);
    if (long && row.subgroup !== undefined && row.subgroup !== subgroup) {
      lines.push(`  ${row.subgroup}:`);
    }
    group = row.group;
    subgroup = row.subgroup;
    lines.push(...entry(headOf(row, long), descriptionOf(row, long)));
  }
  return lines;
}

/** Short and long spelling in their columns, set in below a heading, then the names of the values. */
function headOf(row: OptionRow, hasHeadings: boolean): string {
  const indent = hasHeadings && row.subgroup !== undefined ? 4 : 2;
  const long = nameOf(row);
  const short = row.spellings[0] === long ? "" : row.spellings[0];
  const values = (row.metavars ?? []).map((name) => ` ${name.toUpperCase()}`);
  return " ".repeat(indent) + short.padEnd(10 - indent) + long +
    values.join("");
}

function descriptionOf(row: OptionRow, long: boolean): string[] {
  const paragraphs = [
    row.default === undefined || !long
      ? row.short
      : `${row.short} (default: ${row.default})`,
  ];
  const { choices } = row.value ?? {};
  if (choices !== undefined) paragraphs.push(`one of: ${choices.join(", ")}`);
  if (!long) return paragraphs;
  if (row.long !== undefined) paragraphs.push(row.long);
  const synonyms = row.spellings.slice(row.spellings.indexOf(nameOf(row)) + 1);
  if (synonyms.length > 0) paragraphs.push(`also: ${synonyms.join(", ")}`);
  return paragraphs;
}

/** A head and its description beside it, or below if the head is too long. */
export function entry(head: string, paragraphs: readonly string[]): string[] {
  const texts = paragraphs.flatMap((text) => wrap(text, WIDTH - TEXT_COLUMN));
  const isWide = head.length > TEXT_COLUMN - 2;
  const lines = isWide ? [head] : [];
  texts.forEach((text, index) => {
    const heading = index === 0 && !isWide ? head : "";
    lines.push(heading.padEnd(TEXT_COLUMN) + text);
  });
  return lines;
}

/** A text in lines of at most this many characters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

// deno-fmt-ignore
/** A purpose, and the command for it. Short enough for a terminal of 80 columns. */
export const EXAMPLES: readonly (readonly [wish: string, commandLine: string])[] = [
  ["today's studies", "findscu PACS@host:104 -q StudyDate=today"],
  ["the studies of a patient, into a spreadsheet", 'findscu PACS@host:104 -q "PatientName=Doe*" --output studies.xlsx'],
  ["today's worklist of a CT", "findscu RIS@host:104 -W -q sps.Modality=CT -q sps.StartDate=today"],
  ["exactly these attributes, for a program", "findscu PACS@host:104 -q PatientID=123 -q StudyInstanceUID --json"],
  ["as DCMTK's findscu is called", 'findscu -S -k QueryRetrieveLevel=STUDY -k "PatientName=Doe*" host 104'],
  ["try it without a network", 'findscu mock:demo -q "PatientName=Ya*"'],
];
