/** Option rows about lists: a query for each row, and how the archive is spared. Data only. */
import { FILE, integer, RATE, text } from "../value.ts";
import { formatsWith } from "../../../output/format_names.ts";
import { section } from "./row.ts";

const group = "query options";

const RESUMABLE = formatsWith("resume").join(", ");

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const LIST_OPTIONS = [
  ...section([group, "lists"], { commands: ["find"] }, {
    list: { spellings: ["--each"], metavars: ["file[:column,…]"], value: text({ min: 1 }),
      short: "query once for each row of a list",
      long: 'The list is CSV with a header line (separated by , ; or tab), plain lines (FILE:PatientID names the key), JSON lines, or a JSON array of objects such as findscu writes; - is standard input. The keys are the columns named after an attribute, or those listed after the file name; any other column fills {Column} in the value of a key: -q "PatientID={MRN}". If the list has UIDs of studies, series or instances, only these are keys. The output has the columns of the list, the requested attributes and a status: found, not found, ambiguous (more than one patient), blank, wildcard, incomplete or failed.',
      isCommon: true, forbids: [["maxResults"], ["cancelAfter"], ["repeat"], ["writeQuery"]], complete: "file" },
    onlyFound: { spellings: ["--only-found"], short: "leave out rows without a match", requires: [["list"]] },
    eachWildcards: { spellings: ["--each-wildcards"],
      short: "send list values that contain wildcards or ranges",
      long: "Otherwise they are not sent, because they would match more than the row means; their status is wildcard.",
      requires: [["list"]] },
    batch: { spellings: ["--batch"], value: integer({ min: 1, max: 1000 }),
      short: "query this many UIDs of the list at once",
      long: "Only if the key of the list is a UID. A peer that turns out not to support lists of UIDs is queried row by row.",
      default: "1", requires: [["list"]] },
    resume: { spellings: ["--resume"],
      short: "continue where an earlier run of the same command ended",
      long: `Requires --output and one of the formats ${RESUMABLE}. The result grows in FILE.incomplete, next to a journal, FILE.journal; however the run ends, the same command continues after the last row that both contain.`,
      isCommon: true, requires: [["list"], ["outputFile"]], forbids: [["sort"], ["count"], ["html"]] },
    todo: { spellings: ["--todo"], value: FILE,
      short: "write the unanswered rows to a CSV file",
      long: "The file can be used as a list for --each. If every row was answered, no file is written.",
      requires: [["list"]], writes: true },
    associations: { spellings: ["--associations"], value: integer({ min: 1, max: 16 }),
      short: "use this many associations at once",
      long: "Queries the rows of a list, or query files, in parallel. The output keeps their order.", default: "1",
      forbids: [["cancelAfter"]] },
    rate: { spellings: ["--rate"], value: RATE, short: "send at most this many queries per second", forbids: [["cancelAfter"]] },
    retries: { spellings: ["--retry"], value: integer({ min: 0, max: 100 }),
      short: "repeat a query up to this often if it fails for a temporary reason",
      long: "Temporary reasons are a refused or lost connection, a transient rejection, an abort and a time-out; a permanent rejection or a failure status never is. Pauses grow from one second to one minute.",
      default: "0, with --each 2", forbids: [["cancelAfter"]] },
  }),
] as const;
