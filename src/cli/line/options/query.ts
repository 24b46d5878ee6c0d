/** Option rows about the query: keys, query files, model, character set; and the value of `--model`. */
import {
  CHARSET_TERMS,
  choice,
  CONDITION,
  integer,
  LEVEL,
  PATH,
  text,
  type ValueKind,
} from "../value.ts";
import { INPUT_KINDS } from "../../../identifier/kinds.ts";
import { section } from "./row.ts";
import { uidByKeyword, uidName } from "../../../dictionary/uids.ts";
import { nearestWords } from "../../../dictionary/nearest.ts";
import {
  FIND_MODELS,
  type FindModel,
  findModel,
} from "../../../find/models.ts";

const NAMES = FIND_MODELS.map((model) => model.name);

/** The value of `--model`: a name of the table of models, a keyword of the UID registry, or a UID (PS3.5 9.1). */
export const MODEL: ValueKind<FindModel> = {
  metavar: "name|uid",
  choices: NAMES,
  read(text) {
    const named = findModel(text.toLowerCase());
    if (named !== undefined) return { ok: true, value: named };
    const uid = isUid(text) ? text : uidByKeyword(text);
    if (uid !== undefined) {
      const title = uidName(uid) ?? uid;
      const value = findModel(uid) ?? { name: uid, title, uid, levels: [] };
      return { ok: true, value };
    }
    const near = nearestWords(text, NAMES, 2);
    const hint = near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : `Give a SOP class UID or one of ${NAMES.join(", ")}`;
    return { ok: false, mistake: { reason: "invalid", hint, isOurs: true } };
  },
};

/** Components of digits without leading zeros, separated by points, 64 characters at most (PS3.5 9.1). */
function isUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}

const group = "query options";

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const QUERY_OPTIONS = [
  ...section([group, "matching keys"], { commands: ["find"] }, {
    key: { spellings: ["-k", "--key"], metavars: ["key"], value: text(),
      short: "return an attribute, or match Keyword=VALUE",
      long: 'TAG=VALUE, Keyword=VALUE or a path like "Sequence[0].Keyword=VALUE"; without a value the attribute is only requested.',
      isCommon: true, repeats: true, origin: "dcmtk", complete: "keys" },
    query: { spellings: ["-q", "--query"], onlyIn: { "-q": "address" }, metavars: ["key"], value: text(),
      short: "the same; -q only with an ADDRESS",
      long: "With an ADDRESS keywords may be in any case, and sps is short for ScheduledProcedureStepSequence, as in sps.Modality and sps.StartDate; see findscu help keys. If every key has a value, the usual attributes are requested as well.",
      isCommon: true, repeats: true, complete: "keys" },
    queryFile: { spellings: ["--query-file"], value: PATH,
      short: "read keys from a text file, one per line",
      long: "Empty lines and lines that begin with # are skipped.", isCommon: true, repeats: true },
    queryKind: { spellings: ["--query-kind"], metavars: ["kind"], value: choice(INPUT_KINDS),
      short: "read every query file as this kind",
      long: "Otherwise the kind is detected from the content." },
    writeQuery: { spellings: ["--write-query"], value: PATH,
      short: "write the query to a file instead of sending it", writes: true,
      forbids: [["outputFile"], ["html"], ["record"], ["extract"], ["extractXml"], ["extractXmlSingle"]] },
    charset: { spellings: ["--charset"], value: CHARSET_TERMS,
      short: "encode the keys in this character set",
      long: "Defined terms of SpecificCharacterSet, separated by backslashes. By default the smallest set that fits is used; with PEER and PORT the keys are sent as typed." },
  }),
  ...section([group, "query information model"], { commands: ["find", "probe"], origin: "dcmtk", exclusive: "model" }, {
    worklist: { spellings: ["-W", "--worklist", "--mwl"],
      short: "query the modality worklist", default: "with PEER and PORT", isCommon: true },
    patient: { spellings: ["-P", "--patient"], short: "query the patient root model", isCommon: true },
    study: { spellings: ["-S", "--study"],
      short: "query the study root model", default: "with an ADDRESS", isCommon: true },
    psonly: { spellings: ["-O", "--psonly"], short: "query the patient/study only model (retired)" },
    model: { spellings: ["--model"], value: MODEL, short: "query another model, by name or SOP class UID", origin: "ours" },
  }),
  ...section([group, "query information model"], { commands: ["find"] }, {
    level: { spellings: ["--level"], value: LEVEL,
      short: "query level: patient, study, series or image",
      long: "Only with an ADDRESS. A missing unique key of a higher level is an error, unless --expand or --relational is given.",
      default: "the lowest level of the keys", needsAddress: true },
  }),
  ...section([group, "extended negotiation"], { commands: ["find"] }, {
    relational: { spellings: ["--relational"], short: "request relational queries" },
    datetime: { spellings: ["--datetime"], short: "request combined matching of date and time" },
    fuzzy: { spellings: ["--fuzzy"], short: "request fuzzy matching of person names" },
    timezoneAdjust: { spellings: ["--timezone-adjust"], short: "request time zone adjustment" },
    enhanced: { spellings: ["--enhanced"], short: "request the enhanced multi-frame conversion view" },
  }),
  ...section([group, "request"], { commands: ["find"] }, {
    priority: { spellings: ["--priority"], metavars: ["level"], value: choice(["low", "medium", "high"]),
      short: "priority of the request", default: "medium" },
    where: { spellings: ["--where"], value: CONDITION,
      short: 'keep only matches that fulfil "Keyword>=value"; may be repeated',
      long: "The operators are = != < <= > >= and ~ (contains). Numbers, dates, times and ages are compared as such. Useful for attributes that no server matches, such as NumberOfStudyRelatedSeries; the attribute is requested automatically. If repeated, all conditions must hold.",
      repeats: true, complete: "columns" },
    enforce: { spellings: ["--enforce"],
      short: "leave out matches that do not fulfil the keys",
      long: "Not every server matches every key. Responses are matched again locally, by the rules of the standard; a match in which a key's attribute is absent or empty is left out as well. The number left out is reported. Person names are matched regardless of case and accents." },
    split: { spellings: ["--split"],
      short: "get past the peer's match limit by querying ranges of dates",
      long: "If a result is truncated, or looks like it, the range of StudyDate (for the worklist ScheduledProcedureStepStartDate) is divided, down to one minute, until every part is complete. Each match is shown once. Parts that remain incomplete are reported, with exit code 82.",
      forbids: [["cancelAfter"]] },
    splitBy: { spellings: ["--split-by"], metavars: ["keyword"], value: text({ min: 1 }),
      short: "split by another date, such as SeriesDate", requires: [["split"]], complete: "columns" },
    peerLimit: { spellings: ["--peer-limit"], value: integer({ min: 1 }),
      short: "with --split: the most matches that the peer returns",
      long: "By default the limit is detected from the status or by one more query.", requires: [["split"]] },
    expand: { spellings: ["--expand"], value: LEVEL,
      short: "also query below each match, down to series or image",
      long: "Each key is used at the level it belongs to; the studies are queried, then the series of each study, then the images of each series, all on one association. The result has a line per entity of the lowest level, with the attributes of all levels; json is nested, and --format tree is easiest to read. Entities without a match below them are left out. If a query of a lower level fails, the rest is kept, with exit code 82.",
      needsAddress: true, forbids: [["cancelAfter", "writeQuery"]] },
    fillCounts: { spellings: ["--fill-counts"],
      short: "fill in counts that the peer leaves empty by querying below",
      long: "Applies to NumberOfStudyRelatedSeries and similar counts, and to ModalitiesInStudy, if they are requested.",
      needsAddress: true, forbids: [["cancelAfter"]] },
    also: { spellings: ["--also"], metavars: ["address"], value: text({ min: 1 }),
      short: "query another peer in parallel; may be repeated",
      long: "An ADDRESS or the name of a saved connection. The column peer shows where each match comes from. If a peer fails, it is reported and the others continue, with exit code 82; if all fail, the exit code is that of the first.",
      repeats: true, needsAddress: true, forbids: [["list", "record", "writeQuery", "cancelAfter"]], complete: "peers" },
    unique: { spellings: ["--unique"],
      short: "with --also: show an entity once, with all its peers",
      long: "Entities are the same if their unique keys are equal: StudyInstanceUID for studies, and so on. The attributes are those from the first peer. Matches are shown once all peers have answered.",
      requires: [["also"]], needsAddress: true },
    maxResults: { spellings: ["--max-results"], value: integer({ min: 1 }),
      short: "cancel the query after this many matches",
      long: "This counts as success. The matches are the first to arrive: --sort orders only those. --cancel, by contrast, counts responses and keeps reading.",
      isCommon: true },
    strict: { spellings: ["--strict"], short: "treat every warning about the query as an error" },
  }),
] as const;
