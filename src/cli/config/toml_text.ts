/**
 * The text of a TOML file as its author wrote it: on which line something is, and how a table is added or taken out without
 * touching the rest, comments included. The file's meaning is the parser's affair; the editing code compares both meanings
 * afterwards.
 */

/** The head of a table or of an array of tables, or a key with its value. */
export interface TomlEntry {
  readonly kind: "table" | "array" | "key";
  /** Names from the outermost table on; those of a key end with it. */
  readonly path: readonly string[];
  /** Line where it begins, from 1. */
  readonly line: number;
}

const NAME = String.raw`(?:[\w-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const PATH = String.raw`${NAME}(?:\s*\.\s*${NAME})*`;
const HEAD = String.raw`^\s*\[(\[?)\s*(${PATH})\s*\]`;
const KEY = String.raw`^\s*(${PATH})\s*=`;

/** The heads and keys of a file, from top to bottom. Unreadable lines are skipped. */
export function tomlEntries(text: string): TomlEntry[] {
  const headPattern = new RegExp(HEAD);
  const keyPattern = new RegExp(KEY);
  const entries: TomlEntry[] = [];
  const value = new ValueScanner();
  let table: readonly string[] = [];
  text.split("\n").forEach((line, index) => {
    if (value.isOpen) return value.read(line);
    const head = headPattern.exec(line);
    if (head !== null) {
      table = namesOf(head[2]!);
      const kind = head[1] === "" ? "table" : "array";
      entries.push({ kind, path: table, line: index + 1 });
      return;
    }
    const key = keyPattern.exec(line);
    if (key === null) return;
    const path = [...table, ...namesOf(key[1]!)];
    entries.push({ kind: "key", path, line: index + 1 });
    value.read(line.slice(key[0].length));
  });
  return entries;
}

/** The line of a table or a key; undefined if the file has it in no form that is known here. */
export function tomlLine(
  entries: readonly TomlEntry[],
  path: readonly string[],
): number | undefined {
  return entries.find((entry) => isSame(entry.path, path))?.line;
}

/** The first table or key that is repeated, or below a value, which TOML forbids, with both lines. */
export function tomlDuplicate(
  entries: readonly TomlEntry[],
): { readonly name: string; readonly lines: [number, number] } | undefined {
  const entriesByPath = new Map<string, TomlEntry>();
  const arrays = new Set<string>();
  for (const entry of entries) {
    const { kind, path, line } = entry;
    if (kind === "array") arrays.add(path[0]!);
    if (arrays.has(path[0]!)) continue;
    for (let length = 1; length <= path.length; length++) {
      const key = JSON.stringify(path.slice(0, length));
      const first = entriesByPath.get(key);
      if (
        first !== undefined && (length === path.length || first.kind === "key")
      ) {
        return { name: first.path.join("."), lines: [first.line, line] };
      }
    }
    entriesByPath.set(JSON.stringify(path), entry);
  }
  return undefined;
}

/** The possible values of a key: the kinds of values that options have. */
export type TomlValue = boolean | number | string | readonly string[];

/** The text with one more table at its end. */
export function withTable(
  text: string,
  path: readonly string[],
  values: ReadonlyMap<string, TomlValue>,
): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = [
    `[${path.map(nameText).join(".")}]`,
    ...[...values].map(([key, value]) =>
      `${nameText(key)} = ${valueText(value)}`
    ),
  ];
  const before = text === "" || /\n$/.test(text) ? text : text + end;
  const separator = before === "" || /\n\r?\n$/.test(before) ? "" : end;
  return before + separator + lines.map((line) => line + end).join("");
}

/**
 * The text without a table: its lines, those of the tables below it, and the comment right above its head. Undefined if it has no
 * head of its own.
 */
export function withoutTable(
  text: string,
  path: readonly string[],
): string | undefined {
  const lines = text.split("\n");
  const isComment = (index: number) => /^\s*#/.test(lines[index] ?? "");
  // A comment belongs to the head below it, also to that of an array of tables.
  const beginOf = (index: number) => {
    while (isComment(index - 1)) index--;
    return index;
  };
  const heads = tomlEntries(text).filter(({ kind }) => kind !== "key");
  const isBelow = (head: TomlEntry) =>
    path.every((name, index) => head.path[index] === name);
  if (!heads.some((head) => isSame(head.path, path))) return undefined;
  const removed = new Set<number>();
  heads.forEach((head, index) => {
    if (!isBelow(head)) return;
    const after = heads[index + 1];
    const end = after === undefined ? lines.length : beginOf(after.line - 1);
    for (let at = beginOf(head.line - 1); at < end; at++) removed.add(at);
  });
  const remainder = lines.filter((_, index) => !removed.has(index)).join("\n");
  return remainder.endsWith("\n") || remainder === ""
    ? remainder
    : `${remainder}\n`;
}

/** Follows a value over its lines: strings of several lines, arrays, inline tables. */
class ValueScanner {
  #quote = "";
  #depth = 0;

  /** Whether the value continues on the next line. */
  get isOpen(): boolean {
    return this.#depth > 0 || this.#quote.length === 3;
  }

  read(line: string): void {
    let at = 0;
    while (at < line.length) {
      if (this.#quote !== "") {
        at = this.#readString(line, at);
        continue;
      }
      const character = line[at]!;
      if (character === "#") break;
      if (character === '"' || character === "'") {
        const three = character.repeat(3);
        this.#quote = line.startsWith(three, at) ? three : character;
        at += this.#quote.length;
        continue;
      }
      if (character === "[" || character === "{") this.#depth++;
      if (character === "]" || character === "}") this.#depth--;
      at++;
    }
    if (this.#quote.length === 1) this.#quote = "";
  }

  #readString(line: string, at: number): number {
    if (this.#quote[0] === '"' && line[at] === "\\") return at + 2;
    if (!line.startsWith(this.#quote, at)) return at + 1;
    at += this.#quote.length;
    this.#quote = "";
    return at;
  }
}

function namesOf(path: string): string[] {
  return [...path.matchAll(new RegExp(NAME, "g"))].map(([name]) => {
    if (name.startsWith("'")) return name.slice(1, -1);
    if (!name.startsWith('"')) return name;
    try {
      return String(JSON.parse(name));
    } catch {
      return name.slice(1, -1); // An escape that JSON does not have.
    }
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}

function nameText(name: string): string {
  return /^[\w-]+$/.test(name) ? name : stringText(name);
}

function valueText(value: TomlValue): string {
  if (typeof value === "string") return stringText(value);
  if (typeof value === "object") return `[${value.map(stringText).join(", ")}]`;
  return String(value);
}

/** A basic string. JSON escapes all that TOML wants escaped, except for DEL. */
function stringText(text: string): string {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007F");
}
