/**
 * The columns of tabular formats: paths to attributes, taken from the identifier that was sent or named by the user. Knows no
 * format, and no values.
 */
import { SPECIFIC_CHARACTER_SET } from "../codec/values.ts";
import { Dataset, isSequence } from "../dataset/dataset.ts";
import { type Selector, tagsAt } from "../dataset/path.ts";
import { isPrivateCreator, type Tag, tagOf } from "../dataset/tag.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { UsageError } from "../errors.ts";
import { attributeKey, isStructural } from "./attributes.ts";
import type { Provenance } from "./writer.ts";

/** Query/Retrieve Level (PS3.4 C.4.1.1.3.1). */
const QUERY_RETRIEVE_LEVEL: Tag = 0x00080052;

/** One column. */
export interface Column {
  /** Tags from the outside in: sequences first, then the attribute. */
  readonly path: readonly Tag[];
  /** Keywords of the path joined by dots: `ScheduledProcedureStepSequence.Modality`. */
  readonly label: string;
  /** The value of a column that is no attribute of the match; its path is `NO_ATTRIBUTE`. */
  readonly textOf?: (source: Provenance) => string;
}

/** The path of columns that are no attributes: item delimiters are in no dataset. */
export const NO_ATTRIBUTE: readonly Tag[] = [0xfffee00d];

/**
 * One column per key of an identifier, nested keys included: first the attributes at the `selectors`, in their order, then the
 * others in that of the identifier. What steers the query instead of asking for data (Specific Character Set, Query/Retrieve
 * Level, private creators) has no column unless `parseColumns` names it.
 */
export function columnsOf(
  identifier: Dataset,
  dictionary: Dictionary,
  selectors: readonly Selector[] = [],
): Column[] {
  const columns = new Map<string, Column>();
  collect(identifier, [], "", dictionary, columns);
  const outer = selectors.map((selector) => tagsAt(identifier, selector));
  const rank = ({ path }: Column) => {
    const at = outer.findIndex((tags) => tags && startsWith(path, tags));
    return at < 0 ? outer.length : at;
  };
  return [...columns.values()].sort((a, b) => rank(a) - rank(b));
}

/** Whether a path is this one, or leads on from it. */
export function startsWith(
  path: readonly Tag[],
  outer: readonly Tag[],
): boolean {
  return outer.every((tag, depth) => path[depth] === tag);
}

function collect(
  dataset: Dataset,
  outer: readonly Tag[],
  prefix: string,
  dictionary: Dictionary,
  columns: Map<string, Column>,
): void {
  for (const element of dataset) {
    const { tag } = element;
    if (
      tag === SPECIFIC_CHARACTER_SET || tag === QUERY_RETRIEVE_LEVEL ||
      isStructural(tag) || isPrivateCreator(tag)
    ) continue;
    const path = [...outer, tag];
    const label = prefix + attributeKey(dataset, tag, dictionary);
    const inner = isSequence(element) ? element.items : [];
    // A sequence without items asks for all of it: it is one column itself.
    if (inner.every((item) => item.dataset.size === 0)) {
      columns.set(path.join("."), { path, label });
    }
    for (const item of inner) {
      collect(item.dataset, path, `${label}.`, dictionary, columns);
    }
  }
}

const STEP =
  /\s*(?:\(([0-9a-f]{4}),([0-9a-f]{4})\)|([0-9a-f]{4}),?([0-9a-f]{4})(?!\w)|([a-z]\w*))\s*/iy;

/**
 * Columns by name, separated by commas: `PatientName,ScheduledProcedureStepSequence.Modality,0010,0020`. A tag may be written
 * `(gggg,eeee)`, `gggg,eeee` or `ggggeeee`. Throws `UsageError` naming what is not known.
 */
export function parseColumns(text: string, dictionary: Dictionary): Column[] {
  return parseList(text, dictionary, "columns").map(({ column }) => column);
}

/** What to order matches by. */
export interface SortKey {
  readonly column: Column;
  readonly descending: boolean;
}

/** Sort keys, written as columns are, with `-` before one for descending order: `-StudyDate,PatientName`. */
export function parseSortKeys(text: string, dictionary: Dictionary): SortKey[] {
  return parseList(text, dictionary, "sort keys");
}

function parseList(
  text: string,
  dictionary: Dictionary,
  what: "columns" | "sort keys",
): SortKey[] {
  const keys: SortKey[] = [];
  let path: Tag[] = [];
  let sequence: string | undefined;
  let descending = false;
  let at = 0;
  while (true) {
    if (what === "sort keys" && path.length === 0) {
      descending = text[at] === "-";
      if (descending || text[at] === "+") at++;
    }
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (match === null) throw listError(text, at, what);
    path.push(stepTag(match, sequence, dictionary, what));
    sequence = match[5];
    at = STEP.lastIndex;
    const delimiter = text[at];
    if (delimiter !== ".") {
      const column = { path, label: labelOf(path, dictionary) };
      keys.push({ column, descending });
      path = [];
      sequence = undefined;
    }
    if (delimiter === undefined) return keys;
    if (delimiter !== "." && delimiter !== ",") {
      throw listError(text, at, what);
    }
    at++;
  }
}

function listError(text: string, at: number, what: string): UsageError {
  const rest = at < text.length
    ? `not understood at "${text.slice(at)}"`
    : "an attribute is missing at the end";
  return new UsageError(`Invalid ${what} "${text}": ${rest}`, {
    hint: "Name attributes by keyword or tag, separated by commas.",
  });
}

function stepTag(
  match: RegExpExecArray,
  sequence: string | undefined,
  dictionary: Dictionary,
  what: string,
): Tag {
  const group = match[1] ?? match[3];
  const element = match[2] ?? match[4];
  if (group !== undefined && element !== undefined) {
    return tagOf(parseInt(group, 16), parseInt(element, 16));
  }
  const keyword = match[5]!;
  const entry = dictionary.byKeyword(keyword, sequence);
  if (entry !== undefined) return entry.tag;
  const [nearest] = dictionary.suggest(keyword, 1);
  throw new UsageError(
    `Unknown attribute "${keyword}" in the ${what}`,
    nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` },
  );
}

function labelOf(path: readonly Tag[], dictionary: Dictionary): string {
  const nowhere = new Dataset();
  return path.map((tag) => attributeKey(nowhere, tag, dictionary)).join(".");
}

/**
 * The part of a dataset that the columns name, with what is needed to read it: character sets and private creators. For formats
 * that have no columns.
 */
export function projected(
  dataset: Dataset,
  columns: readonly Column[],
): Dataset {
  return project(dataset, columns.map((column) => column.path), 0);
}

function project(
  dataset: Dataset,
  paths: readonly (readonly Tag[])[],
  depth: number,
): Dataset {
  const result = new Dataset();
  for (const element of dataset) {
    const { tag } = element;
    if (tag === SPECIFIC_CHARACTER_SET || isPrivateCreator(tag)) {
      result.set(element);
      continue;
    }
    const through = paths.filter((path) => path[depth] === tag);
    if (through.length === 0) continue;
    const whole = through.some((path) => path.length === depth + 1);
    result.set(
      whole || !isSequence(element) ? element : {
        ...element,
        items: element.items.map((item) => ({
          ...item,
          dataset: project(item.dataset, through, depth + 1),
        })),
      },
    );
  }
  return result;
}
