/**
 * One matching or return key, `path[=value]`, as typed after `-k` or `-q` or in a query file, and its effect on a dataset.
 * Reading needs no dataset; the VR of private attributes is found when the key is applied.
 */
import { charsetOf } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import {
  creatorIn,
  ensureItem,
  ensureSequence,
  reserve,
  type Selector,
} from "../dataset/path.ts";
import type { Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { FindscuError } from "../errors.ts";
import { type Fail, failIn, type TermSource } from "./mistake.ts";
import { parsePath, type TextSpan } from "./selector.ts";
import {
  chooseVr,
  elementFromText,
  type ValueOptions,
  type VrChoice,
} from "./values.ts";

/** How keys are read and applied. */
export interface KeyOptions extends ValueOptions {
  /** Names and VRs; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
}

/** A key as it was read. */
export interface Assignment {
  /** The text it came from. */
  readonly source: TermSource;
  /** The attribute, or the item. */
  readonly selector: Selector;
  /** The position of each step in the text. */
  readonly spans: readonly TextSpan[];
  /** The value, verbatim; empty when there is none. */
  readonly value: string;
  /** Offset of the value in the text. */
  readonly valueStart: number;
}

/**
 * Reads a key. The value begins after the first `=`. An empty text is not a key (undefined), as in DCMTK. Throws `UsageError`,
 * or `InputError` when the text is a line of a file, with a caret at the place.
 */
export function parseKey(
  term: string | TermSource,
  dictionary: Dictionary = Dictionary.standard,
): Assignment | undefined {
  const source = typeof term === "string" ? { text: term } : term;
  const { text } = source;
  if (text === "") return undefined;
  const fail = failIn(source);
  const { selector, spans, end } = parsePath(text, dictionary, fail);
  const value = text.slice(end + 1);
  return { source, selector, spans, value, valueStart: end + 1 };
}

/** Sets one key, given as text, in a dataset, creating sequences and items on the way. Throws `UsageError`. */
export function applyKey(
  dataset: Dataset,
  term: string,
  options: KeyOptions = {},
): void {
  const assignment = parseKey(term, options.dictionary);
  if (assignment !== undefined) applyAssignment(dataset, assignment, options);
}

/** Sets a key that was read before. Throws as `parseKey` does. */
export function applyAssignment(
  dataset: Dataset,
  assignment: Assignment,
  options: KeyOptions = {},
): void {
  const { dictionary = Dictionary.standard } = options;
  const { selector, spans, source, value, valueStart } = assignment;
  const fail = failIn(source);
  let current = dataset;
  let charset = options.charset;
  selector.forEach((step, index) => {
    const { start, end } = spans[index]!;
    const tag = inPlace(() => reserve(current, step), start, end, fail);
    const choice = choiceIn(current, tag, dictionary);
    if (step.item !== undefined) {
      if (!mayHaveItems(choice, dictionary.entry(tag) !== undefined)) {
        const name = source.text.slice(start, end);
        fail(
          start,
          end,
          `"${name}" is not a sequence but has VR ${choice.vr}`,
        );
      }
      if (index === selector.length - 1 && value !== "") {
        fail(
          valueStart,
          source.text.length,
          "an item cannot have a value",
          "Name an attribute of the item: Sequence[0].Attribute=value",
        );
      }
      const parent = current;
      const { item } = step;
      current = inPlace(() => ensureItem(parent, tag, item), start, end, fail);
      // Items may declare a character set of their own (PS3.5 6.1.2.5.2).
      if (charset !== undefined) charset = charsetOf(current, charset);
      return;
    }
    if (choice.vr === "SQ" && value === "") {
      inPlace(() => ensureSequence(current, tag), start, end, fail);
      return;
    }
    current.set(elementFromText(
      tag,
      choice,
      value,
      charset === undefined ? options : { ...options, charset },
      (from, to, reason, hint) =>
        fail(valueStart + from, valueStart + to, reason, hint),
    ));
  });
}

/** The VR of an attribute in this dataset: private ones depend on the creators that are set there. */
function choiceIn(
  dataset: Dataset,
  tag: Tag,
  dictionary: Dictionary,
): VrChoice {
  return chooseVr(
    dictionary.entry(tag, creatorIn(dataset, tag)),
    dataset.get(tag)?.vr,
  );
}

/** Sequences, and attributes that no dictionary knows. */
function mayHaveItems(choice: VrChoice, isKnown: boolean): boolean {
  return choice.vr === "SQ" || (choice.vr === "UN" && !isKnown);
}

/** Runs a change of the dataset; its errors are reported at the place in the text. */
function inPlace<T>(
  change: () => T,
  start: number,
  end: number,
  fail: Fail,
): T {
  try {
    return change();
  } catch (error) {
    if (error instanceof FindscuError) return fail(start, end, error.message);
    throw error;
  }
}
