/** The meaning of a list's columns: which are keys, and which fill `{Column}` in the value of a key. Does not depend on any row. */
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import { UsageError } from "../../errors.ts";

/** A key whose value comes from the list. */
export interface ListKey {
  /** The key that it sets, as typed before `=`. */
  readonly path: string;
  /** The pieces of its value: texts, and columns by index. */
  readonly pieces: readonly (string | number)[];
}

/** The keys that a list fills. */
export interface ListColumns {
  /** The keys that have a value of the list in them. */
  readonly keys: readonly ListKey[];
  /** All keys in the order of the query: as typed, or the place of one in `keys`. */
  readonly order: readonly (string | number)[];
  /** Columns that are keys themselves, by index, with the attribute that they name. */
  readonly direct: ReadonlyMap<number, string>;
}

/** Facts about a list before its rows. */
export interface ColumnsInput {
  /** The name of the list in messages. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns that were named after the file. */
  readonly requestedColumns: readonly string[];
  /** Keys as typed. */
  readonly terms: readonly string[];
  readonly dictionary: Dictionary;
}

/** The attribute that a column is named like, as a path of keywords; undefined for any other name. */
export function attributeNamed(
  name: string,
  dictionary: Dictionary,
): string | undefined {
  const tag = /^\(?([0-9a-f]{4}),?([0-9a-f]{4})\)?$/i.exec(name.trim());
  if (tag !== null) {
    return dictionary.entry(parseInt(tag[1]! + tag[2]!, 16))?.keyword;
  }
  const lenient = dictionary.lenient();
  const words = name.replaceAll(/[ _]/g, "").split(".");
  const keywords: string[] = [];
  for (const word of words) {
    const keyword = /^[a-z]\w*$/i.test(word)
      ? lenient.byKeyword(word)?.keyword
      : undefined;
    // Short names are for people who type: a column called "date" may be any date.
    if (keyword?.toLowerCase() !== word.toLowerCase()) return undefined;
    keywords.push(keyword);
  }
  const [first = ""] = keywords;
  return CONTENT.includes(first) ? undefined : keywords.join(".");
}

/** Attributes of content items of reports (PS3.3 C.17.3), which no query requests and whose keywords are everyday words. */
const CONTENT: readonly string[] = [
  "DateTime",
  "Date",
  "Time",
  "PersonName",
  "UID",
];

/** The column of a name as typed: the same, or the same except for case and blanks, or the same attribute; -1 if there is none. */
export function findColumn(
  columns: readonly string[],
  columnName: string,
  dictionary: Dictionary,
): number {
  const exact = columns.indexOf(columnName);
  if (exact >= 0) return exact;
  const plain = (name: string) => name.trim().toLowerCase();
  const similar = columns.findIndex((name) =>
    plain(name) === plain(columnName)
  );
  if (similar >= 0) return similar;
  const attribute = attributeNamed(columnName, dictionary);
  return attribute === undefined
    ? -1
    : columns.findIndex((name) =>
      attributeNamed(name, dictionary) === attribute
    );
}

/** If a list has one of these, it says which entity is meant, and the other attributes beside it do not narrow the query. */
const UIDS = [
  "StudyInstanceUID",
  "SeriesInstanceUID",
  "SOPInstanceUID",
] as const;

/** Determines the meaning of the columns. Throws `UsageError`. */
export function listColumns(input: ColumnsInput): ListColumns {
  const { name, columns, requestedColumns, terms, dictionary } = input;
  const keys: ListKey[] = [];
  const order: (string | number)[] = [];
  const filled = new Set<number>();
  for (const term of terms) {
    const pieces = piecesOf(term, input);
    const [path, value] = splitTerm(term);
    if (pieces === undefined) {
      order.push(value === undefined ? path : `${path}=${unescaped(value)}`);
    } else {
      order.push(keys.push({ path, pieces }) - 1);
      for (const piece of pieces) {
        if (typeof piece === "number") filled.add(piece);
      }
    }
  }
  const direct = new Map<number, string>();
  for (const column of requestedColumns) {
    const index = findColumn(columns, column, dictionary);
    if (index < 0) throw noColumn(column, input);
    const attribute = attributeNamed(columns[index]!, dictionary);
    if (attribute !== undefined) direct.set(index, attribute);
    else if (!filled.has(index)) {
      throw new UsageError(
        `The column "${
          columns[index]
        }" of the list ${name} is not named after an attribute`,
        {
          hint: `Use it as the value of a key, as in -q "PatientID={${
            columns[index]
          }}"`,
        },
      );
    }
  }
  if (requestedColumns.length === 0) {
    columns.forEach((column, index) => {
      const attribute = attributeNamed(column, dictionary);
      if (attribute !== undefined && !filled.has(index)) {
        direct.set(index, attribute);
      }
    });
    const attributes = [...direct.values()];
    if (UIDS.some((uid) => attributes.includes(uid))) {
      const isUid = (attribute: string) =>
        (UIDS as readonly string[]).includes(attribute);
      for (const [index, attribute] of direct) {
        if (!isUid(attribute)) direct.delete(index);
      }
    }
  }
  if (keys.length === 0 && direct.size === 0) {
    throw new UsageError(
      `No column of the list ${name} is named after an attribute, and no key uses one in its value; ${
        namesOf(columns)
      }`,
      {
        hint: `Use a column as the value of a key, as in -q "PatientID={${
          columns[0]
        }}"`,
      },
    );
  }
  for (const [index, path] of direct) {
    order.push(keys.push({ path, pieces: [index] }) - 1);
  }
  return { keys, order: withoutDoubles(order, direct, dictionary), direct };
}

/** Return keys for attributes of the list have nothing to add; a value of their own contradicts. */
function withoutDoubles(
  order: readonly (string | number)[],
  direct: ReadonlyMap<number, string>,
  dictionary: Dictionary,
): (string | number)[] {
  const attributes = new Set(direct.values());
  return order.filter((term) => {
    if (typeof term === "number") return true;
    const [path, value] = splitTerm(term);
    const attribute = attributeNamed(path, dictionary);
    if (attribute === undefined || !attributes.has(attribute)) return true;
    if (value === undefined || value === "") return false;
    throw new UsageError(
      `"${term}" and the column ${attribute} of the list set the same attribute`,
      {
        hint:
          "Remove the value of the key, or name the columns of the list that are keys",
      },
    );
  });
}

function splitTerm(term: string): [path: string, value: string | undefined] {
  const at = term.indexOf("=");
  return at < 0 ? [term, undefined] : [term.slice(0, at), term.slice(at + 1)];
}

const PLACEHOLDER = /\{\{|\}\}|\{([^{}]*)\}/g;

/** The pieces of a value with placeholders; undefined if it has none. `{{` and `}}` are braces. */
function piecesOf(
  term: string,
  input: ColumnsInput,
): (string | number)[] | undefined {
  const [, value] = splitTerm(term);
  if (value === undefined) return undefined;
  const pieces: (string | number)[] = [];
  let at = 0;
  let text = "";
  for (const match of value.matchAll(PLACEHOLDER)) {
    text += value.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[1] === undefined) {
      text += match[0][0];
      continue;
    }
    const index = findColumn(input.columns, match[1], input.dictionary);
    if (index < 0) throw noColumn(match[1], input);
    pieces.push(text, index);
    text = "";
  }
  return pieces.length === 0 ? undefined : [...pieces, text + value.slice(at)];
}

function unescaped(value: string): string {
  return value.replaceAll("{{", "{").replaceAll("}}", "}");
}

function noColumn(column: string, { name, columns }: ColumnsInput): UsageError {
  const [nearest] = nearestWords(column, columns, 1);
  return new UsageError(
    `The list ${name} has no column "${column}"; ${namesOf(columns)}`,
    nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` },
  );
}

/** Most names in one message. */
const MOST_NAMES = 30;

function namesOf(columns: readonly string[]): string {
  const names = columns.slice(0, MOST_NAMES).join(", ");
  const more = columns.length - MOST_NAMES;
  return `its columns are ${names}${more > 0 ? ` and ${more} more` : ""}`;
}
