/** Option rows about the output of responses. Data only. */

import {
  CHARSET_NAMES,
  CHARSET_SUBSTITUTION,
  choice,
  DIRECTORY,
  FILE,
  integer,
  LIST,
  PATH,
} from "../value.ts";
import {
  FORMAT_TABLE,
  formatsWith,
  RESULT_FORMATS,
} from "../../../output/format_names.ts";
import { section } from "./row.ts";

const group = "output options";

const extracts = ["extract", "extractXml", "extractXmlSingle"] as const;

/** `--csv` and the like. */
const SWITCHES: Record<string, string> = {};
for (const format of RESULT_FORMATS) SWITCHES[`--${format}`] = format;

const COUNTING = formatsWith("count").join(", ");
const EXTENSIONS = FORMAT_TABLE.flatMap(({ endings }) => endings)
  .map((ending) => `.${ending}`).join(", ");

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const OUTPUT_OPTIONS = [
  ...section([group, "general"], { commands: ["find"], origin: "dcmtk" }, {
    extractDirectory: { spellings: ["-od", "--output-directory"], value: DIRECTORY,
      short: "directory for the files of -X, -Xx and -Xs; must exist", default: ".", writes: true },
  }),
  ...section([group, "automatic data correction"], { commands: ["find"], origin: "dcmtk", exclusive: "correction" }, {
    enableCorrection: { spellings: ["+dc", "--enable-correction"], short: "remove padding and correct obvious errors" },
    disableCorrection: { spellings: ["-dc", "--disable-correction"], short: "leave data as it is (default)" },
  }),
  ...section([group, "C-FIND responses"], { commands: ["find"], origin: "dcmtk", exclusive: "responses" }, {
    showResponses: { spellings: ["+sr", "--show-responses"], short: "always print the responses" },
    hideResponses: { spellings: ["-sr", "--hide-responses"], short: "do not print the responses" },
  }),
  ...section([group, "C-FIND responses"], { commands: ["find"], origin: "dcmtk", exclusive: "extract" }, {
    extract: { spellings: ["-X", "--extract"],
      short: "write each response to a DICOM file (rsp0001.dcm…)", isCommon: true },
    extractXml: { spellings: ["-Xx", "--extract-xml"], short: "write each response to an XML file (rsp0001.xml…)" },
    extractXmlSingle: { spellings: ["-Xs", "--extract-xml-single"], value: PATH,
      short: "write all responses to one XML file", writes: true },
  }),
  ...section([group, "C-FIND responses"], { commands: ["find"], origin: "dcmtk" }, {
    extractLimit: { spellings: ["-Xlo", "--limit-output"], value: integer({ min: 1, isUnsigned: true }),
      short: "write only responses up to this number", default: "unlimited", requires: [extracts] },
  }),
  ...section([group, "formats"], { commands: ["find"] }, {
    format: { spellings: ["--format"], switches: SWITCHES, metavars: ["name"], value: choice(RESULT_FORMATS),
      short: "print the matches on stdout in this format",
      long: "Each format is also an option of its own: --csv, --json. xlsx is binary and needs a file (--output) or a pipe.",
      default: "by the file name of --output; otherwise text, or table if no attribute is requested by name; with PEER and PORT dcmtk, which prints to stderr",
      isCommon: true },
    outputFile: { spellings: ["--output"], value: PATH,
      short: "write the matches to this file instead of stdout",
      long: `The extension selects the format: ${EXTENSIONS}, .html for the page, .dcm for a DICOM file per match (x.dcm becomes x0001.dcm). The file gets this name once the result is complete; an interrupted run leaves its matches in FILE.incomplete. - is stdout.`,
      isCommon: true, writes: true },
    html: { spellings: ["--html"], value: FILE,
      short: "also write an HTML page to view in a browser", isCommon: true, writes: true },
    columns: { spellings: ["--columns"], value: LIST,
      short: "attributes to show, separated by commas", default: "the requested keys", isCommon: true,
      complete: "columns" },
    sort: { spellings: ["--sort"], value: LIST,
      short: "sort by these; a leading - reverses",
      long: "The matches are held in memory until the last one has arrived.", isCommon: true, complete: "sort" },
    count: { spellings: ["--count"], short: "print only the number of matches", isCommon: true },
    countBy: { spellings: ["--count-by"], value: LIST,
      short: "print the number of matches for each value of an attribute",
      long: `Works with the formats ${COUNTING}; the most frequent value comes first. Several attributes, separated by commas, are counted in combination. The values of an attribute count as one: CT\\SR differs from CT. The attributes are requested automatically.`,
      needsAddress: true, forbids: [["columns", "sort", "count", "html"]] },
    wide: { spellings: ["--wide"], short: "show keywords and values in tables in full, however wide" },
    color: { spellings: ["--color"], metavars: ["when"], value: choice(["auto", "always", "never"]),
      short: "use colours", default: "auto: on a terminal, unless NO_COLOR is set or TERM is dumb",
      commands: ["find", "probe"] },
    noPager: { spellings: ["--no-pager"],
      short: "never show text and tables in a pager",
      long: "On a terminal, output longer than the screen is shown by the program named in PAGER, or by less -R." },
    progress: { spellings: ["--progress"], short: "show progress even if stderr is not a terminal", exclusive: "progress" },
    noProgress: { spellings: ["--no-progress"], short: "never show progress", exclusive: "progress" },
    bom: { spellings: ["--bom"], short: "begin with a byte order mark, for Excel" },
    csvSafe: { spellings: ["--csv-safe"],
      short: "disarm cells that spreadsheets would run as formulas, whatever separator they use" },
    dates: { spellings: ["--dates"], metavars: ["form"], value: choice(["stored", "iso"]),
      short: "write dates and times in json and csv as stored (default) or iso",
      long: "iso writes 2026-01-31 and 10:30:05, as spreadsheets and databases read them." },
    names: { spellings: ["--names"], metavars: ["form"], value: choice(["string", "object"]),
      short: "write person names in json as a string (default) or an object",
      long: "The object has the members Alphabetic, Ideographic and Phonetic, if present." },
    allAttributes: { spellings: ["--all-attributes"],
      short: "also show the attributes that only serve the query",
      long: "These are SpecificCharacterSet, RetrieveAETitle and QueryRetrieveLevel, which text and json show only if a key names them; in tables and csv they become columns." },
  }),
  ...section([group, "character sets"], { commands: ["find"] }, {
    rawText: { spellings: ["--raw-text"], short: "print text bytes as received, in the dcmtk format" },
    assumeCharset: { spellings: ["--assume-charset"], value: CHARSET_NAMES,
      short: "character set of responses that declare none" },
    charsetMap: { spellings: ["--charset-map"], value: CHARSET_SUBSTITUTION,
      short: "actual character set of a wrongly declared one", repeats: true },
  }),
] as const;
