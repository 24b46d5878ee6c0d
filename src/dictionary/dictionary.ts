/**
 * The data dictionary: the properties of an attribute by its tag or its keyword (PS3.6, PS3.7 Annex E), and the entries that a
 * caller adds to it. The table stays one text that is searched in place, so that start-up costs nothing and a short run reads
 * only the rows it looks up. Does not know datasets or where additional entries come from.
 */
import {
  elementOf,
  formatTagBare,
  groupOf,
  isGroupLength,
  isPrivate,
  isPrivateCreator,
  type Tag,
  tagOf,
} from "../dataset/tag.ts";
import type { Vr } from "../dataset/vr.ts";
import { ELEMENT_ROWS, REPEATING_ROWS } from "./elements_data.ts";
import { nearestWords } from "./nearest.ts";

/** The dictionary's entry for one attribute. */
export interface DictionaryEntry {
  /** The tag; of a repeating group the first, `(6000,3000)` for `(60xx,3000)`. */
  readonly tag: Tag;
  /** Keyword, such as `PatientName`; unique among the standard attributes. */
  readonly keyword: string;
  /** Name in words, such as `Patient's Name`. */
  readonly name: string;
  /** Value representation; the first if the standard leaves a choice, UN if it names none (items and delimiters). */
  readonly vr: Vr;
  /** All value representations that the standard allows, in its order. */
  readonly vrs: readonly Vr[];
  /** Value multiplicity as written in PS3.6: `1`, `1-n`, `2-2n`. */
  readonly vm: string;
  /** Retired from the standard. */
  readonly retired: boolean;
}

/** A span of group or element numbers, both ends included. */
export interface NumberRange {
  /** The smallest. */
  readonly first: number;
  /** The largest. */
  readonly last: number;
  /** Which numbers of the span count. */
  readonly only: "any" | "even" | "odd";
}

/** An entry that a caller adds: a private attribute (with `creator`) or a further standard one (without). */
export interface PrivateEntry {
  /** Private creator that reserves the block (PS3.5 7.8.1); undefined for standard attributes. */
  readonly creator?: string | undefined;
  /** Group numbers. */
  readonly groups: NumberRange;
  /** Element numbers; with a creator only their low byte, 0x00..0xFF, the block being chosen by each dataset. */
  readonly elements: NumberRange;
  /** Keyword, as in `PatientName`. */
  readonly keyword: string;
  /** Name in words; the keyword when absent. */
  readonly name?: string | undefined;
  /** Value representations, at least one, the usual one first. */
  readonly vrs: readonly [Vr, ...Vr[]];
  /** Value multiplicity; `1` when absent. */
  readonly vm?: string | undefined;
  /** Whether the standard has given it up. */
  readonly retired?: boolean | undefined;
}

/** A data dictionary. Immutable: `withEntries` makes another one. */
export class Dictionary {
  /** The dictionary of the standard alone. */
  static readonly standard: Dictionary = new Dictionary([]);

  /** Entries in the order they were added: a later one overrides an earlier one. */
  readonly #entries: readonly PrivateEntry[];
  #addedIndex: AddedIndex | undefined;
  /** Rows already read, by tag; only hits, so that its size is bounded by the table. */
  readonly #byTag = new Map<Tag, DictionaryEntry>();
  readonly #byKeyword = new Map<string, DictionaryEntry>();

  /** Whether keywords are accepted in any case, and short names for those of the worklist. */
  readonly #isLenient: boolean;

  private constructor(entries: readonly PrivateEntry[], isLenient = false) {
    this.#entries = entries;
    this.#isLenient = isLenient;
  }

  /** A dictionary that also knows keywords as people type them: in any case, and by the short names of `SHORT_NAMES`. */
  lenient(): Dictionary {
    return new Dictionary(this.#entries, true);
  }

  /** A dictionary with further entries, which override earlier ones. */
  withEntries(entries: readonly PrivateEntry[]): Dictionary {
    return new Dictionary([...this.#entries, ...entries], this.#isLenient);
  }

  /**
   * The entry of a tag, or undefined. Tags of repeating groups (PS3.5 7.6) are resolved, private ones need the value of their
   * private creator; private creators and group lengths have an entry of their own.
   */
  entry(tag: Tag, creator?: string): DictionaryEntry | undefined {
    const entry = this.#byTag.get(tag);
    if (entry !== undefined) return entry;
    if (isPrivate(tag)) return this.#privateEntry(tag, creator);
    const index = this.#entries.length === 0 ? undefined : this.#index();
    const single = index?.byTag.get(tag) ?? standardEntry(tag);
    if (single !== undefined) {
      this.#byTag.set(tag, single);
      return single;
    }
    const ranged = index?.ranges.findLast((one) => covers(one, tag));
    if (ranged !== undefined) return entryOf(ranged, tag);
    const row = repeatingRows().find((row) =>
      ((tag & row.mask) >>> 0) === row.entry.tag
    );
    return row?.entry ?? (isGroupLength(tag) ? groupLength(tag) : undefined);
  }

  /**
   * The standard (or added standard) entry of a keyword, exact in case, or undefined. Also knows the form that DCMTK gives to
   * retired attributes, `RETIRED_OverlayFormat`. `sequence`: how the sequence that it is in was named, for short names.
   */
  byKeyword(keyword: string, sequence?: string): DictionaryEntry | undefined {
    if (!this.#isLenient) return this.#exactly(keyword);
    return this.#shortened(keyword, sequence) ?? this.#exactly(keyword) ??
      this.#inAnyCase(keyword);
  }

  /** The path that a short name abbreviates. */
  #shortened(name: string, sequence?: string): DictionaryEntry | undefined {
    const lower = name.toLowerCase();
    if (Object.hasOwn(SHORT_NAMES, lower)) {
      return this.#exactly(SHORT_NAMES[lower]!);
    }
    if (sequence?.toLowerCase() !== SCHEDULED_PROCEDURE_STEP) return undefined;
    for (const prefix of STEP_PREFIXES) {
      const entry = this.#inAnyCase(prefix + name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  #inAnyCase(name: string): DictionaryEntry | undefined {
    if (!/^[a-z][a-z0-9]*$/i.test(name)) return undefined;
    const keyword = keywordInAnyCase(name) ??
      this.#addedKeywords().find((one) =>
        one.toLowerCase() === name.toLowerCase()
      );
    return keyword === undefined ? undefined : this.#exactly(keyword);
  }

  #addedKeywords(): string[] {
    return this.#entries.filter(({ creator }) => creator === undefined)
      .map(({ keyword }) => keyword);
  }

  #exactly(keyword: string): DictionaryEntry | undefined {
    const cachedEntry = this.#byKeyword.get(keyword);
    if (cachedEntry !== undefined) return cachedEntry;
    if (keyword.startsWith(RETIRED_PREFIX)) {
      const entry = this.#exactly(keyword.slice(RETIRED_PREFIX.length));
      return entry?.retired === true ? entry : undefined;
    }
    const addedEntry = this.#entries.length === 0
      ? undefined
      : this.#index().byKeyword.get(keyword);
    const entry = addedEntry ?? standardKeyword(keyword);
    if (entry !== undefined) this.#byKeyword.set(keyword, entry);
    return entry;
  }

  /** The keywords that begin like this, in any case, in alphabetical order: those in use that may be part of a dataset. */
  keywords(start = ""): string[] {
    const rows = (ELEMENT_ROWS + REPEATING_ROWS).matchAll(
      /^(?!0000|0002|fffe)\S+ \S+ [^\t\n!]+\t([^\t\n]+)/gim,
    );
    const lower = start.toLowerCase();
    return [...Array.from(rows, (match) => match[1]!), ...this.#addedKeywords()]
      .filter((keyword) => keyword.toLowerCase().startsWith(lower)).sort();
  }

  /** The private attributes that added entries call by this name, each creator once; their tags leave the block open. */
  privateByKeyword(keyword: string): { creator: string; tag: Tag }[] {
    const tags = new Map<string, { creator: string; tag: Tag }>();
    for (const entry of this.#entries) {
      const { creator, groups, elements } = entry;
      if (creator === undefined || entry.keyword !== keyword) continue;
      const tag = tagOf(groups.first, elements.first & 0xff);
      tags.set(`${tag} ${creator}`, { creator, tag });
    }
    return [...tags.values()];
  }

  /** The keywords most like a word, best first: equal except for case, then by edit distance. Empty when none is near. */
  suggest(word: string, max = 3): string[] {
    const rows = (ELEMENT_ROWS + REPEATING_ROWS).matchAll(
      /^[^\t\n]+\t([^\t\n]+)/gm,
    );
    const keywords = Array.from(rows, (match) => match[1]!);
    keywords.push(...this.#addedKeywords());
    return nearestWords(word, keywords, max);
  }

  /** The value representation of a tag: UN when unknown, LO for private creators, UL for group lengths. */
  vr(tag: Tag, creator?: string): Vr {
    return this.entry(tag, creator)?.vr ?? "UN";
  }

  /** The keyword of a tag, or undefined. */
  keyword(tag: Tag, creator?: string): string | undefined {
    return this.entry(tag, creator)?.keyword;
  }

  #privateEntry(tag: Tag, creator?: string): DictionaryEntry | undefined {
    if (isGroupLength(tag)) return groupLength(tag);
    if (isPrivateCreator(tag)) return privateCreator(tag);
    if (this.#entries.length === 0 || creator === undefined) return undefined;
    const key = privateKey(creator, elementOf(tag) & 0xff);
    const privateEntry = this.#index().byCreator.get(key)?.findLast((
      privateEntry,
    ) => contains(privateEntry.groups, groupOf(tag)));
    return privateEntry === undefined ? undefined : entryOf(privateEntry, tag);
  }

  #index(): AddedIndex {
    this.#addedIndex ??= indexAdded(this.#entries);
    return this.#addedIndex;
  }
}

/** Keywords of retired attributes begin with it in DCMTK's dictionaries. */
export const RETIRED_PREFIX = "RETIRED_";

/** Short names of the sequences of a worklist (PS3.4 K.6.1.2.2), in lower case. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  sps: "ScheduledProcedureStepSequence",
  spc: "ScheduledProtocolCodeSequence",
  rpc: "RequestedProcedureCodeSequence",
};

const SCHEDULED_PROCEDURE_STEP = "sps";

/** The prefix of a scheduled procedure step's keywords, which may be left out after its short name: `sps.StartDate`. */
const STEP_PREFIXES = ["ScheduledProcedureStep", "Scheduled"] as const;

/** The standard's own spelling of a keyword. */
function keywordInAnyCase(keyword: string): string | undefined {
  const row = new RegExp(`\\t(${keyword})(?=[\\t\\n])`, "i");
  return row.exec(ELEMENT_ROWS)?.[1] ?? row.exec(REPEATING_ROWS)?.[1];
}

/** Added entries, by the key of their lookup. */
interface AddedIndex {
  readonly byTag: ReadonlyMap<Tag, DictionaryEntry>;
  readonly ranges: readonly PrivateEntry[];
  readonly byKeyword: ReadonlyMap<string, DictionaryEntry>;
  readonly byCreator: ReadonlyMap<string, readonly PrivateEntry[]>;
}

function indexAdded(entries: readonly PrivateEntry[]): AddedIndex {
  const byTag = new Map<Tag, DictionaryEntry>();
  const ranges: PrivateEntry[] = [];
  const byKeyword = new Map<string, DictionaryEntry>();
  const byCreator = new Map<string, PrivateEntry[]>();
  for (const privateEntry of entries) {
    const { creator, groups, elements } = privateEntry;
    if (creator !== undefined) {
      for (let low = elements.first; low <= elements.last; low++) {
        if (!contains(elements, low)) continue;
        const key = privateKey(creator, low);
        byCreator.set(key, [...byCreator.get(key) ?? [], privateEntry]);
      }
      continue;
    }
    const entry = entryOf(privateEntry, tagOf(groups.first, elements.first));
    byKeyword.set(entry.keyword, entry);
    if (groups.first === groups.last && elements.first === elements.last) {
      byTag.set(entry.tag, entry);
    } else {
      ranges.push(privateEntry);
    }
  }
  return { byTag, ranges, byKeyword, byCreator };
}

/** Creators are compared without the blanks that pad them. */
function privateKey(creator: string, low: number): string {
  return `${low} ${creator.trim()}`;
}

function covers(range: PrivateEntry, tag: Tag): boolean {
  return contains(range.groups, groupOf(tag)) &&
    contains(range.elements, elementOf(tag));
}

function contains(range: NumberRange, value: number): boolean {
  return value >= range.first && value <= range.last &&
    (range.only === "any" || (value % 2 === 0) === (range.only === "even"));
}

function entryOf(privateEntry: PrivateEntry, tag: Tag): DictionaryEntry {
  return {
    tag,
    keyword: privateEntry.keyword,
    name: privateEntry.name ?? privateEntry.keyword,
    vr: privateEntry.vrs[0],
    vrs: privateEntry.vrs,
    vm: privateEntry.vm ?? "1",
    retired: privateEntry.retired ?? false,
  };
}

/** Group lengths are retired except for groups 0000 and 0002, whose own rows come first (PS3.5 7.2). */
function groupLength(tag: Tag): DictionaryEntry {
  return fixedEntry(tag, "GenericGroupLength", "UL", true);
}

function privateCreator(tag: Tag): DictionaryEntry {
  return fixedEntry(tag, "PrivateCreator", "LO", false);
}

function fixedEntry(
  tag: Tag,
  keyword: string,
  vr: Vr,
  retired: boolean,
): DictionaryEntry {
  const name = nameOfKeyword(keyword);
  return { tag, keyword, name, vr, vrs: [vr], vm: "1", retired };
}

/** Binary search for the line that begins with the tag: lines are sorted, and every line follows a line feed. */
function standardEntry(tag: Tag): DictionaryEntry | undefined {
  const digits = formatTagBare(tag);
  let low = 0; // line feed before the first candidate
  let high = ELEMENT_ROWS.length - 1; // line feed after the last candidate
  while (low < high) {
    const start = ELEMENT_ROWS.lastIndexOf("\n", (low + high - 1) >> 1);
    const rowDigits = ELEMENT_ROWS.slice(start + 1, start + 9);
    if (rowDigits === digits) return parseRow(lineAt(ELEMENT_ROWS, start + 1));
    if (rowDigits < digits) low = ELEMENT_ROWS.indexOf("\n", start + 1);
    else high = start;
  }
  return undefined;
}

/** The standard's entry of a keyword. */
function standardKeyword(keyword: string): DictionaryEntry | undefined {
  // A tag, most likely, which is not worth a search of the whole table.
  if (!/^[a-z]/i.test(keyword)) return undefined;
  return entryWithKeyword(ELEMENT_ROWS, keyword) ??
    repeatingRows().find((row) => row.entry.keyword === keyword)?.entry;
}

function entryWithKeyword(
  rows: string,
  keyword: string,
): DictionaryEntry | undefined {
  const cell = `\t${keyword}`;
  let at = rows.indexOf(cell);
  for (; at >= 0; at = rows.indexOf(cell, at + 1)) {
    const entry = parseRow(lineAt(rows, rows.lastIndexOf("\n", at) + 1));
    if (entry.keyword === keyword) return entry;
  }
  return undefined;
}

function lineAt(rows: string, start: number): string {
  return rows.slice(start, rows.indexOf("\n", start));
}

interface RepeatingRow {
  /** Ones if the tag is fixed. */
  readonly mask: number;
  readonly entry: DictionaryEntry;
}

let parsedRepeatingRows: readonly RepeatingRow[] | undefined;

function repeatingRows(): readonly RepeatingRow[] {
  parsedRepeatingRows ??= REPEATING_ROWS.trim().split("\n").map((line) => ({
    mask: parseInt(
      line.slice(0, 8).replace(/[^x]/g, "F").replaceAll("x", "0"),
      16,
    ),
    entry: parseRow(line),
  }));
  return parsedRepeatingRows;
}

/** One line of the table, see `elements_data.ts`. */
function parseRow(line: string): DictionaryEntry {
  const [fixed = "", keyword = "", name] = line.split("\t");
  const [tag = "", vrText = "", vmText = ""] = fixed.split(" ");
  const retired = vmText.endsWith("!");
  const vrs = vrText === "-" ? ["UN"] : vrText.split("/");
  return {
    tag: parseInt(tag.replaceAll("x", "0"), 16),
    keyword,
    name: name ?? nameOfKeyword(keyword),
    vr: vrs[0] as Vr, // the generator has checked every VR of the table
    vrs: vrs as Vr[],
    vm: retired ? vmText.slice(0, -1) : vmText,
    retired,
  };
}

/** Words that PS3.6 leaves in lower case inside a name. */
const SMALL_WORDS =
  /(?<= )(?:A|And|As|At|By|For|From|In|Of|On|Or|Per|The|To|With)(?= )/g;

/**
 * The name that a keyword (PS3.6, "spelled as one word") most likely represents: `StudyInstanceUID` gives
 * `Study Instance UID`, `SpecificCharacterSetOfFileSetDescriptorFile` gives a name that only the table can correct.
 */
export function nameOfKeyword(keyword: string): string {
  return keyword
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .replace(SMALL_WORDS, (word) => word.toLowerCase());
}
