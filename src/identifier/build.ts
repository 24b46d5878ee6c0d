/**
 * The identifier of a C-FIND request: base dataset, then query text, then keys, each overriding earlier ones. Adds whatever the
 * form of the command line adds, encodes text, and warns of probable mistakes. Does not depend on options or network.
 */
import { SPECIFIC_CHARACTER_SET } from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import type { Selector } from "../dataset/path.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import {
  type CharsetChoice,
  declareCharset,
  encodeBase,
} from "./charset_choice.ts";
import { UsageError } from "../errors.ts";
import { type Day, dicomDates } from "./date_words.ts";
import { dateMistake } from "./value_lint.ts";
import { failIn, type TermSource } from "./mistake.ts";
import { applyAssignment, type Assignment, parseKey } from "./key.ts";
import type { QueryLevel, QueryModel } from "./levels.ts";
import { settleLevel } from "./level_choice.ts";
import { lintIdentifier } from "./lint.ts";

/** The sources of an identifier. */
export interface IdentifierParts {
  /**
   * `dcmtk` sends exactly what was given; `address` adds QueryRetrieveLevel and SpecificCharacterSet if absent, and takes
   * values of attributes it does not know as text.
   */
  readonly form: "dcmtk" | "address";
  /** The information model of the query. */
  readonly model: QueryModel;
  /** Makes the query relational: keys of any level can be combined. */
  readonly relational?: boolean;
  /** In form `address` the level, if no key says it; the lowest level of the keys when absent. */
  readonly level?: QueryLevel | undefined;
  /** In form `address` the level that matches will be followed down to: keys of the levels between go together, too. */
  readonly expand?: QueryLevel | undefined;
  /** Dataset to start from; it is not changed. */
  readonly base?: Dataset;
  /** Keys of a query text file. */
  readonly terms?: readonly TermSource[];
  /** Keys of the command line, from left to right. */
  readonly keys?: readonly string[];
  /** How typed text is encoded; `as-typed` in form `dcmtk` and `fit` in form `address` when absent. */
  readonly charset?: CharsetChoice;
  /** Names and VRs; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
  /** Returns today's date: form `address` reads dates as people say them, `today` or `-7d`. Without it they are mistakes. */
  readonly today?: () => Day;
}

/** An identifier, ready to be sent. */
export interface BuiltIdentifier {
  /** The attributes. */
  readonly dataset: Dataset;
  /** The attributes that keys named, in the order typed, once each. */
  readonly selectors: readonly Selector[];
  /** Probable mistakes, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Builds an identifier. Throws `UsageError` for a mistake in a key, `InputError` for one in the query text; both show the key and
 * point at the place.
 */
export function buildIdentifier(parts: IdentifierParts): BuiltIdentifier {
  const { form, model, dictionary = Dictionary.standard } = parts;
  const { today } = parts;
  const assignments = [...parts.terms ?? [], ...parts.keys ?? []].flatMap(
    (term) => parseKey(term, dictionary) ?? [],
  ).map((assignment) =>
    form === "address" && today !== undefined
      ? withDicomDates(assignment, dictionary, today)
      : assignment
  );
  if (form === "address" && parts.keys?.some((key) => key.trim() === "")) {
    throw new UsageError("A key is empty", {
      hint: "Name an attribute; an empty shell variable may be the reason",
    });
  }
  const warnings: string[] = [];
  const typedKeys = assignments.filter(({ source }) =>
    source.file === undefined
  );
  for (const [first, second] of contradictions(typedKeys)) {
    const text =
      `"${first.source.text}" and "${second.source.text}" set the same attribute`;
    if (form === "address") {
      throw new UsageError(text, {
        hint: "Give each key once; for several UIDs separate them by \\",
      });
    }
    warnings.push(`${text}: the last one counts`);
  }
  if (form === "address") {
    for (const assignment of assignments) checkDate(assignment, dictionary);
  }
  const { dataset, charset } = encodeBase(
    parts.base ?? new Dataset(),
    {
      text: assignments.map(({ value }) => value).join(""),
      // Without a value it is a return key, and declares nothing.
      declared: assignments.filter(setsCharset).pop()?.value || undefined,
    },
    parts.charset ?? (form === "address" ? "fit" : "as-typed"),
    (text) => warnings.push(text),
  );
  for (const assignment of assignments) {
    // A character set chosen by name is kept: text is encoded in it, whatever a key declares.
    if (charset !== undefined && setsCharset(assignment)) continue;
    applyAssignment(dataset, assignment, {
      dictionary,
      unknown: form === "address" ? "text" : "hex",
      ...(charset === undefined ? {} : { charset }),
    });
  }
  if (form === "address") {
    const { level, expand, relational = false } = parts;
    settleLevel(dataset, { model, level, expand, relational, dictionary });
    declareCharset(dataset);
  }
  return {
    dataset,
    selectors: distinct(assignments.map(({ selector }) => selector)),
    warnings: [
      ...warnings,
      ...lintIdentifier(
        dataset,
        model,
        dictionary,
        parts.relational || parts.expand !== undefined,
      ),
    ],
  };
}

/** Keys that name an attribute which an earlier key set to something else: one of them would be lost. */
function contradictions(
  assignments: readonly Assignment[],
): [Assignment, Assignment][] {
  const pairs: [Assignment, Assignment][] = [];
  const earlier = new Map<string, Assignment>();
  for (const assignment of assignments) {
    // A step that names an item, or an empty key, leads to others or requests the value: only values contradict.
    const key = JSON.stringify(assignment.selector);
    const first = earlier.get(key);
    if (first !== undefined && first.value !== assignment.value) {
      pairs.push([first, assignment]);
    }
    earlier.set(key, assignment);
  }
  return pairs;
}

/** The attribute that a key with a value names, if that is a date. */
function isDate({ selector, value }: Assignment, dictionary: Dictionary) {
  const last = selector[selector.length - 1];
  return last !== undefined && last.item === undefined && value !== "" &&
    dictionary.entry(last.tag)?.vr === "DA";
}

/** A key whose dates are given in words, with their meaning. */
function withDicomDates(
  assignment: Assignment,
  dictionary: Dictionary,
  today: () => Day,
): Assignment {
  if (!isDate(assignment, dictionary)) return assignment;
  const value = dicomDates(assignment.value, today);
  return value === undefined ? assignment : { ...assignment, value };
}

/** Refuses a value of a date attribute that is neither a date nor a range of dates (PS3.5 6.2, PS3.4 C.2.2.2.5). */
function checkDate(assignment: Assignment, dictionary: Dictionary): void {
  const { source, value, valueStart } = assignment;
  if (!isDate(assignment, dictionary) || value === '""') return;
  const mistake = dateMistake(value);
  if (mistake === undefined) return;
  failIn(source)(
    valueStart,
    source.text.length,
    mistake,
    "Write YYYYMMDD, a range YYYYMMDD-YYYYMMDD, or words such as today, -7d, 2026-03, 2026-01..today",
  );
}

function setsCharset({ selector }: Assignment): boolean {
  return selector.length === 1 && selector[0]!.tag === SPECIFIC_CHARACTER_SET;
}

function distinct(selectors: readonly Selector[]): Selector[] {
  const paths = new Set<string>();
  return selectors.filter((selector) => {
    const path = JSON.stringify(selector);
    if (paths.has(path)) return false;
    paths.add(path);
    return true;
  });
}
