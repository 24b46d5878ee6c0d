/**
 * The manual page as text for man(1), rendered from the option table, the table of commands and the table of exit codes. Uses the
 * classic man macros alone, which every formatter knows. Prints nothing itself.
 */
import { EXAMPLES } from "./help.ts";
import { EXIT_CODES } from "../exit_code.ts";
import type { VersionFacts } from "../host.ts";
import type { CommandRow } from "./options.ts";
import { nameOf, type OptionRow } from "./options/row.ts";

/** The data for a manual page. */
export interface ManRequest {
  readonly rows: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
  readonly version: VersionFacts;
}

/** The manual page, with its last line end. */
export function manText({ rows, commands, version }: ManRequest): string {
  const lines = [
    `.TH FINDSCU 1 "${version.date ?? ""}" "findscu ${
      plain(version.version)
    }" "User Commands"`,
    ".nh",
    ".ad l",
    ...section("NAME"),
    plain("findscu - DICOM query (C-FIND) SCU"),
    ...section("SYNOPSIS"),
    ...synopsis(commands),
    ...section("DESCRIPTION"),
    ...DESCRIPTION.flatMap(paragraph),
    ...section("PARAMETERS"),
    ...PARAMETERS.flatMap(([name, text]) => tagged(italic(name), [text])),
    ...section("KEYS"),
    ...KEYS.flatMap(([key, text]) => tagged(bold(key), [text])),
    ...section("OPTIONS"),
    ...paragraph(
      "Of two contradicting options the last one counts. A value can also be given as --name=value. " +
        "An argument @FILE is replaced by the arguments in that file.",
    ),
    ...options(rows),
    ...(commands.length === 0 ? [] : section("COMMANDS")),
    ...commands.flatMap(({ name, parameters, short }) =>
      tagged([bold(name), plain(parameters)].join(" ").trim(), [
        sentence(short),
      ])
    ),
    ...section("EXIT STATUS"),
    ...EXIT_CODES.flatMap(({ exit, meaning }) =>
      tagged(bold(String(exit)), [sentence(meaning)])
    ),
    ...section("ENVIRONMENT"),
    ...ENVIRONMENT.flatMap(([name, text]) => tagged(bold(name), [text])),
    ...section("EXAMPLES"),
    ...EXAMPLES.flatMap(([wish, command]) => [
      ...paragraph(`${wish[0]!.toUpperCase()}${wish.slice(1)}:`),
      ".PP",
      ".nf",
      `.RS 4`,
      line(plain(command)),
      ".RE",
      ".fi",
    ]),
    ...section("STANDARDS"),
    ...paragraph(
      "DICOM PS3.4 (Query/Retrieve and worklist service classes), PS3.5 (data structures and encoding), " +
        "PS3.7 (message exchange), PS3.8 (network communication), PS3.15 (secure transport connection profiles).",
    ),
  ];
  // A heading begins a paragraph of its own.
  const text = lines.filter((line, at) =>
    line !== ".PP" || !/^\.S[HS]\b/.test(lines[at - 1] ?? "")
  );
  return `${text.join("\n")}\n`;
}

const DESCRIPTION: readonly string[] = [
  "findscu queries DICOM archives (PACS), worklist servers and other C-FIND SCPs, and prints the matches.",
  "It has two command-line forms. With PEER and PORT it works like DCMTK's findscu: it queries the worklist, " +
  "adds nothing to the query, and prints matches as log lines on stderr. With an ADDRESS it works like dicom-rs's dicom-findscu: " +
  "it queries the study root, adds QueryRetrieveLevel if it is missing, and prints matches as text on stdout.",
  "With an ADDRESS keywords can be in any case, and if all keys have values, or there are no keys, findscu also requests the attributes that people " +
  "usually want and shows a table. findscu help TOPIC explains keys, dates, lists, connections, tls, exit-codes and formats.",
  "Ctrl-C cancels a query and prints the matches received so far; a second Ctrl-C ends the program at once.",
];

const PARAMETERS: readonly (readonly [name: string, text: string])[] = [
  ["peer", "Host name or IP address of the DICOM peer."],
  ["port", "Its TCP port."],
  [
    "address",
    "[AE@]HOST:PORT, dicom://[AE@]HOST[:PORT] (port 104), dicoms://[AE@]HOST[:PORT] (TLS, port 2762), or mock:NAME, " +
    "an archive inside the program, or the name of a connection that findscu config add has saved. Put IPv6 addresses in brackets.",
  ],
  [
    "dcmfile-in",
    "A file with a query: DICOM, text dump, DICOM JSON, or one key per line. Each is one query.",
  ],
];

const ENVIRONMENT: readonly (readonly [name: string, text: string])[] = [
  [
    "FINDSCU_CONFIG",
    "The file of saved connections, instead of config.toml in the system's settings folder.",
  ],
  [
    "DCMDICTPATH",
    "Further dictionary files, in DCMTK's format.",
  ],
  ["PAGER", "The program that shows text longer than the screen."],
  ["NO_COLOR", "Any value turns colours off."],
];

// deno-fmt-ignore
const KEYS: readonly (readonly [key: string, text: string])[] = [
  ["PatientName=Doe*", "A keyword of the DICOM dictionary and the value to match."],
  ["0010,0010=Doe*", "The same by its tag, also as (0010,0010)."],
  ["StudyDate=20260101-20260131",
    "A range of dates; with an ADDRESS also today, yesterday, -7d, 2026-03 or 2026-01..today."],
  ["StudyInstanceUID", "Without a value: matches anything, and returns the attribute."],
  ["ScheduledProcedureStepSequence[0].Modality=CT",
    "An attribute inside the item of a sequence; with an ADDRESS sps.Modality=CT is short for it."],
];

function synopsis(commands: readonly CommandRow[]): string[] {
  const options = `[${italic("options")}]`;
  const files = `[${italic("dcmfile\\-in")} ...]`;
  const name = bold("findscu");
  const lines = [
    `${name} ${options} ${italic("peer")} ${italic("port")} ${files}`,
    `${name} ${options} ${italic("address")} ${files}`,
    ...commands.map(({ name: command, parameters }) =>
      `${name} ${bold(command)} ${options} ${plain(parameters)}`.trimEnd()
    ),
  ];
  return lines.flatMap((text, index) => index === 0 ? [text] : [".br", text]);
}

function options(rows: readonly OptionRow[]): string[] {
  const lines: string[] = [];
  let group: string | undefined;
  let subgroup: string | undefined;
  for (const row of rows) {
    if (row.group !== group) {
      lines.push(`.SS ${plain(capitalised(row.group))}`);
      subgroup = undefined;
    }
    if (row.subgroup !== undefined && row.subgroup !== subgroup) {
      lines.push(".PP", italic(capitalised(row.subgroup)));
    }
    group = row.group;
    subgroup = row.subgroup;
    lines.push(...tagged(headOf(row), descriptionOf(row)));
  }
  return lines;
}

/** All spellings, then the names of the values. */
function headOf(row: OptionRow): string {
  const values = (row.metavars ?? []).map((name) =>
    ` ${italic(name.toUpperCase())}`
  );
  return row.spellings.map(bold).join(", ") + values.join("");
}

function descriptionOf(row: OptionRow): string[] {
  const name = nameOf(row);
  const start = row.default === undefined
    ? row.short
    : `${row.short} (default: ${row.default})`;
  const { choices } = row.value ?? {};
  return [
    sentence(start),
    ...(choices === undefined ? [] : [`One of: ${choices.join(", ")}.`]),
    ...(row.long === undefined ? [] : [row.long]),
    ...Object.entries(row.onlyIn ?? {}).map(([spelling, form]) =>
      `${spelling} means ${name} only with ${
        form === "dcmtk" ? "PEER and PORT" : "an ADDRESS"
      }.`
    ),
    ...(row.repeats ? ["May be given several times."] : []),
  ];
}

function section(title: string): string[] {
  return [`.SH ${title}`];
}

function paragraph(text: string): string[] {
  return [".PP", line(plain(text))];
}

/** A head with an indented text below it, in several paragraphs. `head` is roff already. */
function tagged(head: string, texts: readonly string[]): string[] {
  return [
    ".TP",
    line(head),
    ...texts.flatMap((text, index) =>
      index === 0 ? [line(plain(text))] : [".IP", line(plain(text))]
    ),
  ];
}

function bold(text: string): string {
  return `\\fB${plain(text)}\\fR`;
}

/** Its argument may be roff already: an escaped hyphen stays one. */
function italic(text: string): string {
  return `\\fI${plain(text.replaceAll("\\-", "-"))}\\fR`;
}

/** Text that roff shows as it is: hyphens stay ASCII, so that options can be copied and searched for. */
function plain(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq").replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replaceAll("…", "...");
}

/** A line of text, kept from being read as a request. */
function line(text: string): string {
  return /^[.']/.test(text) ? `\\&${text}` : text;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A short description as a sentence. */
function sentence(text: string): string {
  const start = /^[a-z]+\b(?![-.:@/\d])/.test(text) ? capitalised(text) : text;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
