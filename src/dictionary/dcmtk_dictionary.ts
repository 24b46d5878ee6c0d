/**
 * Reads the text of a DCMTK dictionary file (`dicom.dic`, `private.dic`, what DCMDICTPATH names) into entries for
 * `Dictionary.withEntries`. Does not depend on files: a line that it cannot read becomes a problem for the caller to report, the
 * rest counts.
 */
import { isVr, type Vr } from "../dataset/vr.ts";
import {
  type NumberRange,
  type PrivateEntry,
  RETIRED_PREFIX,
} from "./dictionary.ts";

/** A line that is not an entry. */
export interface DictionaryProblem {
  /** Line number, from 1. */
  readonly line: number;
  /** The mistake, without final period. */
  readonly text: string;
}

/** The contents of a dictionary file. */
export interface DcmtkDictionary {
  readonly entries: readonly PrivateEntry[];
  readonly problems: readonly DictionaryProblem[];
}

/**
 * Parses a dictionary file. A line is `(gggg,eeee)`, VR, keyword and, optionally, VM and version, separated by tabs; `#` in the
 * first column begins a comment. The tag may have ranges, `(6000-60ff,0010)` for the even numbers, `-o-` for the odd and `-u-`
 * for all of them, and a private creator, `(0029,"CREATOR",08)`.
 */
export function parseDcmtkDictionary(text: string): DcmtkDictionary {
  const entries: PrivateEntry[] = [];
  const problems: DictionaryProblem[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith("#") || line.trim() === "") continue;
    const entry = parseLine(line);
    if (typeof entry === "string") {
      problems.push({ line: index + 1, text: entry });
    } else {
      entries.push(entry);
    }
  }
  return { entries, problems };
}

/** The entry of one line, or its mistake. */
function parseLine(line: string): PrivateEntry | string {
  const fields = line.split("\t").map((field) => field.trim());
  if (fields.length < 3 || fields.length > 5) {
    return `Expected 3 to 5 fields separated by tabs, found ${fields.length}`;
  }
  const [tagText = "", vrText = "", word = "", vm = "1", version = ""] = fields;
  const tag = parseTag(tagText);
  if (tag === undefined) return `Tag is not valid: "${tagText}"`;
  const vrs = vrsOf(vrText);
  if (vrs === undefined) return `VR is not known: "${vrText}"`;
  if (word === "") return "Keyword is empty";
  if (!VM_PATTERN.test(vm)) return `VM is not valid: "${vm}"`;
  const hasPrefix = word.startsWith(RETIRED_PREFIX);
  return {
    ...tag,
    keyword: hasPrefix ? word.slice(RETIRED_PREFIX.length) : word,
    vrs,
    vm,
    retired: hasPrefix || /retired/i.test(version),
  };
}

const VM_PATTERN = /^(?:\d+|n|\d+n|\d+-(?:\d+|\d*n))$/;

const TAG_PATTERN =
  /^\((?<groups>[^,"]+),(?:"(?<creator>[^"]+)",)?(?<elements>[^,"]+)\)$/;

function parseTag(
  text: string,
): Pick<PrivateEntry, "creator" | "groups" | "elements"> | undefined {
  const parts = TAG_PATTERN.exec(text)?.groups;
  const groups = parseRange(parts?.["groups"] ?? "");
  const elements = parseRange(parts?.["elements"] ?? "");
  const creator = parts?.["creator"];
  if (groups === undefined || elements === undefined) return undefined;
  if (creator === undefined) return { groups, elements };
  // DCMTK's own private.dic has elements with a block number, such as 1060: any block will do, the creator reserves it.
  const { first, last, only } = elements;
  return first >>> 8 === last >>> 8
    ? {
      creator,
      groups,
      elements: { first: first & 0xff, last: last & 0xff, only },
    }
    : undefined;
}

const RANGE_PATTERN = /^([0-9a-f]{1,4})(?:-(?:([oue])-)?([0-9a-f]{1,4}))?$/i;

const RESTRICTIONS = new Map<string, NumberRange["only"]>([
  ["o", "odd"],
  ["u", "any"],
  ["e", "even"],
]);

function parseRange(text: string): NumberRange | undefined {
  const match = RANGE_PATTERN.exec(text.trim());
  if (match === null) return undefined;
  const [, from = "", restriction = "e", to] = match;
  const first = parseInt(from, 16);
  if (to === undefined) return { first, last: first, only: "any" };
  const last = parseInt(to, 16);
  const only = RESTRICTIONS.get(restriction.toLowerCase()) ?? "even";
  return first <= last ? { first, last, only } : undefined;
}

/** Names that DCMTK gives to a choice of VRs, or to the absence of one. */
const PSEUDO_VRS = new Map<string, readonly [Vr, ...Vr[]]>([
  ["xs", ["US", "SS"]],
  ["lt", ["US", "SS", "OW"]],
  ["ox", ["OB", "OW"]],
  ["px", ["OB", "OW"]],
  ["up", ["UL"]],
  ["na", ["UN"]],
  ["??", ["UN"]],
]);

function vrsOf(text: string): readonly [Vr, ...Vr[]] | undefined {
  return isVr(text) ? [text] : PSEUDO_VRS.get(text);
}
