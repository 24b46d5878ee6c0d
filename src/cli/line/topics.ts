/** The text of `findscu help TOPIC`: a subject shared by several options, or a single option. Prints nothing itself. */
import { nearestWords } from "../../dictionary/nearest.ts";
import { SHORT_NAMES } from "../../dictionary/dictionary.ts";
import { UsageError } from "../../errors.ts";
import { FORMAT_TABLE } from "../../output/format_names.ts";
import { EXIT_CODES } from "../exit_code.ts";
import { entry, optionLines, wrap } from "./help.ts";
import type { OptionRow } from "./options/row.ts";
import { TLS_GROUP } from "./options/tls.ts";
import { foreignOptions } from "./foreign_options.ts";
import { spellingsOf } from "./parse.ts";

/** A part of a topic: one or more sentences, or a term with its meaning. */
type Part = string | readonly [head: string, text: string];

interface Topic {
  readonly name: string;
  readonly short: string;
  readonly parts: readonly Part[];
  /** Options that belong to it. */
  readonly options?: (row: OptionRow) => boolean;
}

// deno-fmt-ignore
const TOPICS: readonly Topic[] = [
  { name: "keys", short: "attributes to request and values to match",
    parts: [
      "A key names an attribute by its DICOM keyword or tag, and the value to match. Use -q with an ADDRESS and -k with PEER and PORT.",
      ["PatientID", "returns the attribute"],
      ["PatientID=123", "matches the value, and returns the attribute"],
      ["PatientName=Doe*", "* matches any text, ? for one character"],
      ["StudyDate=20260101-20260131", "a range; see also findscu help dates"],
      ["StudyInstanceUID=1.2\\1.3", "any of these UIDs"],
      ["0010,0020=123", "the same by tag, also as (0010,0020)"],
      ["RequestAttributesSequence.AccessionNumber=A1", "an attribute in the item of a sequence"],
      ['"ACME 1.1":0009,xx01', "a private attribute of a creator"],
      "With an ADDRESS keywords can be in any case, and the worklist has these short names:",
      ...Object.entries(SHORT_NAMES),
      ["sps.StartDate=today", "after sps, ScheduledProcedureStep and Scheduled can be left out: sps.StartTime, sps.Modality, sps.StationAETitle, sps.Description, sps.PerformingPhysicianName, …"],
      "If all keys have values, or there are no keys, findscu also requests the attributes that people usually want at that level and shows a table. --columns and --sort also request the attributes that they name.",
    ],
    options: ({ subgroup }) => subgroup === "matching keys" },
  { name: "dates", short: "dates and ranges in everyday words",
    parts: [
      "With an ADDRESS the value of a date key can be, besides YYYYMMDD and YYYYMMDD-YYYYMMDD:",
      ["today, yesterday, tomorrow", "that day in the local time zone"],
      ["-7d -2w -3m -1y", "from that many days, weeks, months or years ago until today"],
      ["2025  2025-03  2025-03-14", "a year, a month, a day"],
      ["2025-01..today", "from one to the other, inclusive"],
      ["2025-01..  ..yesterday", "open at one end"],
      '-v shows the value that is sent. Examples: -q StudyDate=today, -q "StudyDate=-7d", -q PatientBirthDate=..1950, -q sps.StartDate=tomorrow.',
    ],
    options: ({ id }) => id === "dates" || id === "datetime" || id === "timezoneAdjust" },
  { name: "lists", short: "many queries, and answers larger than a peer's limit",
    parts: [
      ["--each cohort.csv", "one query per row; a column named like an attribute is a key"],
      ["--each ids.txt:PatientID", "plain lines, with the key that they are values of"],
      ['--each cohort.csv -q "PatientID={MRN}"', "a column that fills the value of a key"],
      ["--output result.csv --resume", "continue where an earlier run of the same command stopped"],
      "A row without a match also gives a line, with the status not found. A UID key can have several values, separated by a backslash. Each query file is one query; several are sent one after another.",
    ],
    options: ({ subgroup, id }) => subgroup === "lists" || ["split", "splitBy", "peerLimit", "queryFile", "maxResults"].includes(id) },
  { name: "connections", short: "names for addresses",
    parts: [
      ["findscu config add prod AE@HOST:PORT", "save an address with the options that follow"],
      ["findscu prod -q StudyDate=today", "use it"],
      ["findscu config", "show the file and its contents"],
      ["findscu config check", "an echo to each"],
      ["findscu config remove prod", "forget it"],
      "The file is TOML: a table [peers.NAME] with an address and any option by its long name, and [defaults] for all connections. Options on the command line take precedence. For a password, name its environment variable or file. FINDSCU_CONFIG names another file.",
    ] },
  { name: "tls", short: "encrypted connections and certificates",
    parts: [
      ["dicoms://AE@HOST[:PORT]", "TLS, port 2762 if none is given"],
      ["+cf ca.pem", "trust this authority; --system-ca trusts those of the system"],
      ["+tls key.pem cert.pem", "present a client certificate; or use --pkcs12 FILE"],
      ["findscu echo -v dicoms://…", "show what was negotiated, or why it failed"],
      "The peer's certificate must verify, and with dicoms:// it must name the host.",
    ],
    options: ({ group }) => group === TLS_GROUP },
  { name: "exit-codes", short: "how a script finds out what happened",
    parts: EXIT_CODES.map(({ exit, meaning }) => [String(exit), meaning] as const) },
  { name: "formats", short: "output formats",
    parts: [
      ...FORMAT_TABLE.map(({ name, about }) => [name, about] as const),
      "--csv is short for --format csv, and so on. --output studies.csv derives the format from the name; --html FILE writes a page to sort and filter in a browser, -X one DICOM file per match.",
    ],
    options: ({ subgroup }) => subgroup === "formats" },
];

/** The topics, with their subjects. */
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
  const spellings = spellingsOf(rows, "address");
  const row = spellings.get(spelling) ??
    spellingsOf(rows, "dcmtk").get(spelling);
  if (row !== undefined) return `${optionLines([row], true).join("\n")}\n`;
  const words = word === spelling ? [...spellings.keys()] : [
    ...TOPICS.map((one) => one.name),
    ...[...spellings.keys()].filter((one) => one.startsWith("--"))
      .map((one) => one.slice(2)),
  ];
  const near = nearestWords(word, words, 1)[0] ??
    foreignOptions().get(spelling);
  throw new UsageError(`No help on "${word}"`, {
    hint: near === undefined
      ? `Topics are ${
        TOPICS.map((one) => one.name).join(", ")
      }; you can also name a command or an option`
      : `Did you mean ${near}?`,
  });
}

function textOf(
  { name, short, parts, options }: Topic,
  rows: readonly OptionRow[],
): string {
  const topicRows = rows.filter((row) => options?.(row));
  const lines = [`${name}: ${short}`, ""];
  let wasPair = false;
  for (const part of parts) {
    const isPair = typeof part !== "string";
    if (lines.length > 2 && !(isPair && wasPair)) lines.push("");
    lines.push(...isPair ? entry(`  ${part[0]}`, [part[1]]) : wrap(part, 80));
    wasPair = isPair;
  }
  if (topicRows.length > 0) lines.push("", ...optionLines(topicRows, false));
  return `${lines.join("\n")}\n`;
}
