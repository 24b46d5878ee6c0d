/** What `findscu help TOPIC` prints: a subject that several options have to do with, or an option alone. Prints nothing itself. */
import { nearestWords } from "../../dictionary/nearest.ts";
import { SHORT_NAMES } from "../../dictionary/dictionary.ts";
import { UsageError } from "../../errors.ts";
import { EXIT_CODES } from "../exit_code.ts";
import { entry, optionLines, wrap } from "./help.ts";
import type { OptionRow } from "./options/row.ts";
import { TLS_GROUP } from "./options/tls.ts";
import { FOREIGN_OPTIONS } from "./foreign_options.ts";
import { spellingsOf } from "./parse.ts";

/** A part of a topic: a sentence or more, or something with what it means. */
type Part = string | readonly [head: string, text: string];

interface Topic {
  readonly name: string;
  readonly short: string;
  readonly parts: readonly Part[];
  /** Options that belong to it. */
  readonly options?: (row: OptionRow) => boolean;
}

const TOPICS: readonly Topic[] = [
  {
    name: "keys",
    short: "what to request, and by what",
    parts: [
      "A key names an attribute by its DICOM keyword or tag, and what it has to match. With an ADDRESS it is -q, together with PEER and PORT -k.",
      ["PatientID", "is to be returned"],
      ["PatientID=123", "has to match, and is returned"],
      ["PatientName=Doe*", "* matches any text, ? for one character"],
      ["StudyDate=20260101-20260131", "a range; see also findscu help dates"],
      ["StudyInstanceUID=1.2\\1.3", "any of these UIDs"],
      ["0010,0020=123", "the same by tag, also as (0010,0020)"],
      [
        "RequestAttributesSequence.AccessionNumber=A1",
        "an attribute in the item of a sequence",
      ],
      ['"ACME 1.1":0009,xx01', "a private attribute of a creator"],
      "With an ADDRESS keywords may be in any case, and these are short names for the worklist:",
      ...Object.entries(SHORT_NAMES),
      [
        "sps.StartDate=today",
        "after sps, ScheduledProcedureStep and Scheduled may be left out: sps.StartTime, sps.Modality, sps.StationAETitle, sps.Description, sps.PerformingPhysicianName, …",
      ],
      "As long as all keys have values, or there are none, the attributes that people usually want at that level are requested and shown as a table. --columns and --sort request what they name.",
    ],
    options: ({ subgroup }) => subgroup === "matching keys",
  },
  {
    name: "dates",
    short: "days and ranges as people say them",
    parts: [
      "With an ADDRESS a key that is a date understands, besides YYYYMMDD and YYYYMMDD-YYYYMMDD:",
      ["today, yesterday, tomorrow", "that day where findscu runs"],
      [
        "-7d -2w -3m -1y",
        "from so many days, weeks, months or years ago until today",
      ],
      ["2025  2025-03  2025-03-14", "a year, a month, a day"],
      ["2025-01..today", "from one to the other, both included"],
      ["2025-01..  ..yesterday", "open at one end"],
      'What is sent is shown by -v. Examples: -q StudyDate=today, -q "StudyDate=-7d", -q PatientBirthDate=..1950, -q sps.StartDate=tomorrow.',
    ],
    options: ({ id }) =>
      id === "dates" || id === "datetime" || id === "timezoneAdjust",
  },
  {
    name: "lists",
    short: "many queries, and answers beyond a peer's limit",
    parts: [
      [
        "--each cohort.csv",
        "a query for each row; a column named like an attribute is a key",
      ],
      [
        "--each ids.txt:PatientID",
        "plain lines, and the key that they are",
      ],
      [
        '--each cohort.csv -q "PatientID={MRN}"',
        "a column that fills the value of a key",
      ],
      [
        "--output result.csv --resume",
        "go on where an earlier run of the same command ended",
      ],
      "A row without a match is a line too, with the status not found. A UID key may have several values at once, separated by a backslash. A query file is a query of its own, several are sent one after another.",
    ],
    options: ({ subgroup, id }) =>
      subgroup === "lists" ||
      ["split", "splitBy", "peerLimit", "queryFile", "maxResults"].includes(id),
  },
  {
    name: "connections",
    short: "names for addresses",
    parts: [
      [
        "findscu config add prod AE@HOST:PORT",
        "save it, with the options that follow",
      ],
      ["findscu prod -q StudyDate=today", "use it"],
      ["findscu config", "the file, and what is saved in it"],
      ["findscu config check", "an echo to each"],
      ["findscu config remove prod", "forget it"],
      "The file is TOML: a table [peers.NAME] with address and any option by its long name, [defaults] for all of them. What is typed wins. Passwords are named by their variable or file. FINDSCU_CONFIG names another file.",
    ],
  },
  {
    name: "tls",
    short: "encrypted connections and certificates",
    parts: [
      ["dicoms://AE@HOST[:PORT]", "TLS, port 2762 if none is given"],
      ["+cf ca.pem", "trust this authority; --system-ca those of the system"],
      ["+tls key.pem cert.pem", "show a certificate of ours, or --pkcs12 FILE"],
      ["findscu echo -v dicoms://…", "what was negotiated, or why not"],
      "The peer's certificate must verify, and with dicoms:// it must name the host.",
    ],
    options: ({ group }) => group === TLS_GROUP,
  },
  {
    name: "exit-codes",
    short: "how a script learns what happened",
    parts: EXIT_CODES.map(({ exit, meaning }) =>
      [String(exit), meaning] as const
    ),
  },
  {
    name: "formats",
    short: "what matches are printed as",
    parts: [
      ["text", "for people, one attribute per line"],
      ["table", "for people; --wide shortens nothing"],
      ["json, jsonl", "keywords and values; one array, or one object per line"],
      ["dicom-json, dicom-jsonl", "the DICOM JSON model (PS3.18 F)"],
      [
        "csv, tsv",
        "for spreadsheets and databases; --bom and --csv-safe for Excel",
      ],
      ["xlsx", "a workbook: identifiers are text, dates are dates"],
      ["xml", "the native DICOM model (PS3.19 A)"],
      ["dcmtk", "the lines of DCMTK's findscu"],
      "--csv is short for --format csv, and so on. --output studies.csv takes the format from the name; --html FILE writes a page to sort and filter in a browser, -X a DICOM file per match.",
    ],
    options: ({ subgroup }) => subgroup === "formats",
  },
];

/** The topics, with what they are about. */
export const TOPIC_NAMES: readonly (readonly [name: string, short: string])[] =
  TOPICS.map(({ name, short }) => [name, short]);

/** The text of a topic, or of an option by any of its spellings, with its last line end. Throws `UsageError` for anything else. */
export function topicText(word: string, rows: readonly OptionRow[]): string {
  const name = word.toLowerCase();
  const topic = TOPICS.find((one) => one.name === name);
  if (topic !== undefined) return textOf(topic, rows);
  const spelling = word.startsWith("-") || word.startsWith("+")
    ? word
    : `--${word}`;
  const known = spellingsOf(rows, "address");
  const row = known.get(spelling) ?? spellingsOf(rows, "dcmtk").get(spelling);
  if (row !== undefined) return `${optionLines([row], true).join("\n")}\n`;
  const words = word === spelling ? [...known.keys()] : [
    ...TOPICS.map((one) => one.name),
    ...[...known.keys()].filter((one) => one.startsWith("--"))
      .map((one) => one.slice(2)),
  ];
  const near = nearestWords(word, words, 1)[0] ??
    FOREIGN_OPTIONS.get(spelling);
  throw new UsageError(`There is no help on "${word}"`, {
    hint: near === undefined
      ? `Topics are ${
        TOPICS.map((one) => one.name).join(", ")
      }; commands and options have help, too`
      : `Did you mean ${near}?`,
  });
}

function textOf(
  { name, short, parts, options }: Topic,
  rows: readonly OptionRow[],
): string {
  const shown = rows.filter((row) => options?.(row));
  const lines = [`${name}: ${short}`, ""];
  let wasPair = false;
  for (const part of parts) {
    const isPair = typeof part !== "string";
    if (lines.length > 2 && !(isPair && wasPair)) lines.push("");
    lines.push(...isPair ? entry(`  ${part[0]}`, [part[1]]) : wrap(part, 80));
    wasPair = isPair;
  }
  if (shown.length > 0) lines.push("", ...optionLines(shown, false));
  return `${lines.join("\n")}\n`;
}
