/**
 * The columns of tabular formats: paths to attributes, from the identifier that was sent or named by the user. Does not
 * depend on any format or and no values.
 */
import { SPECIFIC_CHARACTER_SET } from "../codec/values.ts";
import {
  Dataset,
  type Holder,
  isSequence,
  mapItems,
} from "../dataset/dataset.ts";
import { creatorIn, locate, type Selector, tagsAt } from "../dataset/path.ts";
import {
  elementOf,
  groupOf,
  isPrivateCreator,
  QUERY_RETRIEVE_LEVEL,
  type Tag,
  tagOf,
} from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { type PrivateName, privateNameAt } from "../dictionary/private_text.ts";
import { UsageError } from "../errors.ts";
import { attributeKey, isStructural, privateKey } from "./attributes.ts";
import type { Provenance } from "./writer.ts";

/** Query/Retrieve Level (PS3.4 C.4.1.1.3.1). */

/** One column. */
export interface Column {
  /** Tags from the outside in: sequences first, then the attribute. */
  readonly path: readonly Tag[];
  /** Keywords of the path joined by dots: `ScheduledProcedureStepSequence.Modality`. */
  readonly label: string;
  /**
   * Of a path that leads through private blocks: its steps, which every dataset may keep in another block (PS3.5 7.8.1).
   * @internal
   */
  readonly steps?: readonly ColumnStep[];
  /** The value of a column that is not an attribute of the match; its path is `NO_ATTRIBUTE`. */
  readonly textOf?: (source: Provenance) => string;
}

/** One step of a path through private blocks. */
export interface ColumnStep {
  /** Its part of the label. */
  readonly name: string;
  /** Whose block the attribute is in; the tag of the path leaves the block open then. */
  readonly creator?: string | undefined;
}

/** The parts of a column's label: creators may hold points. */
export function namesOf({ label, steps }: Column): string[] {
  return steps?.map(({ name }) => name) ?? label.split(".");
}

/** The tag that a step of a column has in a dataset; undefined if its creator has no block there. */
export function tagIn(
  dataset: Holder,
  { path, steps }: Column,
  depth: number,
): Tag | undefined {
  const tag = path[depth];
  const creator = steps?.[depth]?.creator;
  return creator === undefined || tag === undefined
    ? tag
    : locate(dataset, { tag, creator });
}

/** A column of steps; `tags` may name blocks. */
function columnOf(tags: readonly Tag[], steps: readonly ColumnStep[]): Column {
  const label = steps.map(({ name }) => name).join(".");
  if (steps.every(({ creator }) => creator === undefined)) {
    return { path: tags, label };
  }
  return {
    path: tags.map((tag, depth) =>
      steps[depth]!.creator === undefined
        ? tag
        : tagOf(groupOf(tag), elementOf(tag) & 0xff)
    ),
    label,
    steps,
  };
}

/** The path of columns that are not attributes: item delimiters are in no dataset. */
export const NO_ATTRIBUTE: readonly Tag[] = [0xfffee00d];

/**
 * One column per key of an identifier, nested keys included: first the attributes at the `selectors`, in their order, then the
 * others in that of the identifier. Attributes that control the query instead of requesting data (Specific Character Set,
 * Query/Retrieve Level, private creators) has no column unless `parseColumns` names it.
 */
export function columnsOf(
  identifier: Dataset,
  dictionary: Dictionary,
  selectors: readonly Selector[] = [],
): Column[] {
  const columns = new Map<string, Column>();
  const outer = selectors.map((selector) => tagsAt(identifier, selector));
  const ranks = new Map<Column, number>();
  collect(identifier, [], [], dictionary, (path, steps) => {
    const column = columnOf(path, steps);
    if (columns.has(column.label)) return;
    columns.set(column.label, column);
    const at = outer.findIndex((tags) => tags && startsWith(path, tags));
    ranks.set(column, at < 0 ? outer.length : at);
  });
  return [...columns.values()].sort((a, b) => ranks.get(a)! - ranks.get(b)!);
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
  steps: readonly ColumnStep[],
  dictionary: Dictionary,
  take: (path: readonly Tag[], steps: readonly ColumnStep[]) => void,
): void {
  for (const element of dataset) {
    const { tag } = element;
    if (
      tag === SPECIFIC_CHARACTER_SET || tag === QUERY_RETRIEVE_LEVEL ||
      isStructural(tag) || isPrivateCreator(tag)
    ) continue;
    const path = [...outer, tag];
    const name = attributeKey(dataset, tag, dictionary);
    const along = [...steps, { name, creator: creatorIn(dataset, tag) }];
    const inner = isSequence(element) ? element.items : [];
    // A sequence without items requests all of it: it is one column itself.
    if (inner.every((item) => item.dataset.size === 0)) {
      take(path, along);
    }
    for (const item of inner) {
      collect(item.dataset, path, along, dictionary, take);
    }
  }
}

const STEP =
  /\s*(?:\(([0-9a-f]{4}),([0-9a-f]{4})\)|([0-9a-f]{4}),?([0-9a-f]{4})(?!\w)|([a-z]\w*))\s*/iy;

/**
 * Columns by name, separated by commas: `PatientName,ScheduledProcedureStepSequence.Modality,0010,0020`. A tag may be written
 * `(gggg,eeee)`, `gggg,eeee` or `ggggeeee`. Throws a `UsageError` that names the unknown part.
 */
export function parseColumns(
  text: string,
  dictionary: Dictionary = Dictionary.standard,
): Column[] {
  return parseList(text, dictionary, "columns").map(({ column }) => column);
}

/** A sort key for matches. */
export interface SortKey {
  /** Whose values are compared. */
  readonly column: Column;
  /** From the largest to the smallest. */
  readonly descending: boolean;
}

/** Sort keys, written as columns are, with `-` before one for descending order: `-StudyDate,PatientName`. */
export function parseSortKeys(
  text: string,
  dictionary: Dictionary = Dictionary.standard,
): SortKey[] {
  return parseList(text, dictionary, "sort keys");
}

function parseList(
  text: string,
  dictionary: Dictionary,
  what: "columns" | "sort keys",
): SortKey[] {
  const keys: SortKey[] = [];
  let path: Tag[] = [];
  let steps: ColumnStep[] = [];
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
    const own = match?.[5] !== undefined &&
        dictionary.byKeyword(match[5], sequence) !== undefined
      ? undefined
      : privateStep(text, at, match, dictionary);
    if (own !== undefined) {
      const { tag, creator, end } = own;
      path.push(tag);
      steps.push({ name: privateKey(creator, tag), creator });
      sequence = undefined;
      at = end;
    } else {
      if (match === null) throw listError(text, at, what);
      const tag = stepTag(match, sequence, dictionary, what);
      path.push(tag);
      steps.push({ name: attributeKey(NOWHERE, tag, dictionary) });
      sequence = match[5];
      at = STEP.lastIndex;
    }
    const delimiter = text[at];
    if (delimiter !== ".") {
      keys.push({ column: columnOf(path, steps), descending });
      path = [];
      steps = [];
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
    hint: "Name attributes by keyword or tag, separated by commas",
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
  // Elements of commands are in no dataset.
  if (entry !== undefined && groupOf(entry.tag) !== 0) return entry.tag;
  const [nearest] = entry === undefined ? dictionary.suggest(keyword, 1) : [];
  const hint = /^(peer|status)$/i.test(keyword)
    ? "This column is no attribute and is shown without being named"
    : nearest && `Did you mean ${nearest}?`;
  throw new UsageError(
    `Unknown attribute "${keyword}" in the ${what}`,
    hint === undefined ? {} : { hint },
  );
}

const NOWHERE = new Dataset();

/** A private attribute at an offset: by creator and tag, or by a name that only one creator has. */
function privateStep(
  text: string,
  at: number,
  match: RegExpExecArray | null,
  dictionary: Dictionary,
): PrivateName | undefined {
  const own = privateNameAt(text, at);
  if (own !== undefined) return own;
  const privateTag = match?.[5] === undefined
    ? []
    : dictionary.privateByKeyword(match[5]);
  if (privateTag.length > 1) {
    throw new UsageError(
      `"${match![5]}" is the name of ${privateTag.length} private attributes`,
      {
        hint: `Write ${
          privateTag.slice(0, 3).map((one) => privateKey(one.creator, one.tag))
            .join(" or ")
        }${privateTag.length > 3 ? ", for example" : ""}`,
      },
    );
  }
  return privateTag.length === 1
    ? { ...privateTag[0]!, end: STEP.lastIndex }
    : undefined;
}

/**
 * The part of a dataset that the columns name, with everything needed to read it: character sets and private creators. For formats
 * that have no columns.
 */
export function projected(
  dataset: Dataset,
  columns: readonly Column[],
): Dataset {
  return project(dataset, columns, 0);
}

function project(
  dataset: Dataset,
  columns: readonly Column[],
  depth: number,
): Dataset {
  const result = new Dataset();
  const tags = columns.map((column) => tagIn(dataset, column, depth));
  for (const element of dataset) {
    const { tag } = element;
    if (tag === SPECIFIC_CHARACTER_SET || isPrivateCreator(tag)) {
      result.set(element);
      continue;
    }
    const through = columns.filter((_, index) => tags[index] === tag);
    if (through.length === 0) continue;
    const whole = through.some(({ path }) => path.length === depth + 1);
    result.set(
      whole || !isSequence(element) ? element : mapItems(
        element,
        (dataset) => project(dataset, through, depth + 1),
      ),
    );
  }
  return result;
}
