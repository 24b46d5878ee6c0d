/**
 * JSON objects as rows: keyed by keyword, or in the DICOM JSON model (PS3.18 Annex F), whose tags are columns, too. Does not
 * depend on any list.
 */
import { InputError } from "../../errors.ts";

/** An object of JSON. */
type Members = Record<string, unknown>;

/** Information about a list in our own output is not a column of the next one. */
const OWN = "list";

/** The members that can be columns: those with one value, or none. */
export function columnsOfObject(object: Members): string[] {
  return Object.keys(object).filter((name) =>
    name !== OWN && cellOf(object[name]) !== undefined
  );
}

/** The cells of the columns; empty if the object has no such value. */
export function cellsOf(object: Members, columns: readonly string[]): string[] {
  return columns.map((name) => cellOf(object[name]) ?? "");
}

/** The text of a value; undefined if it is not a single value. */
function cellOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return "";
  if (Array.isArray(value)) {
    return value.length === 0
      ? ""
      : value.length === 1
      ? cellOf(value[0])
      : undefined;
  }
  const members = value as Members;
  if (typeof members["vr"] === "string") {
    return "Value" in members ? cellOf(members["Value"]) : "";
  }
  return personName(members);
}

/** A person name as an object of its groups, as both kinds of JSON have it. */
function personName(members: Members): string | undefined {
  const group = (name: string) => {
    const key = Object.keys(members).find((one) => one.toLowerCase() === name);
    const value = key === undefined ? "" : members[key];
    return typeof value === "string" ? value : undefined;
  };
  const names = Object.keys(members).map((name) => name.toLowerCase());
  const groups = ["alphabetic", "ideographic", "phonetic"];
  if (names.length === 0 || !names.every((name) => groups.includes(name))) {
    return undefined;
  }
  const texts = groups.map(group);
  return texts.includes(undefined)
    ? undefined
    : texts.join("=").replace(/=+$/, "");
}

/** The objects of an array, one after the other: the text is cut between them, and each is parsed by the runtime. */
export async function* arrayElements(
  pieces: AsyncIterable<string>,
  name: string,
): AsyncGenerator<Members> {
  let element = "";
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isOver = false;
  let number = 0;
  const mistake = (what: string, cause?: unknown) =>
    new InputError(
      "input-invalid",
      `The list ${name} is not a JSON array of objects: ${what}`,
      cause === undefined ? {} : { cause },
    );
  const parsed = (): Members => {
    number++;
    let value: unknown;
    try {
      value = JSON.parse(element);
    } catch (cause) {
      throw mistake(`element ${number} is not JSON`, cause);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw mistake(`element ${number} is not an object`);
    }
    element = "";
    return value as Members;
  };
  for await (const piece of pieces) {
    // Start of the part of this piece that belongs to the element.
    let begin = 0;
    for (let at = 0; at < piece.length; at++) {
      const character = piece[at]!;
      if (isString) {
        if (isEscaped) isEscaped = false;
        else if (character === "\\") isEscaped = true;
        else if (character === '"') isString = false;
        continue;
      }
      if (isOver && character.trim() !== "") {
        throw mistake("it has text after its end");
      }
      if (character === '"') isString = true;
      else if (character === "[" || character === "{") {
        if (depth++ === 0) begin = at + 1;
      } else if (character === "]" || character === "}") depth--;
      else if (character !== "," || depth !== 1) continue;
      else {
        element += piece.slice(begin, at);
        begin = at + 1;
        yield parsed();
        continue;
      }
      if (depth > 0 || isOver) continue;
      isOver = true;
      element += piece.slice(begin, at);
      begin = at + 1;
      if (element.trim() !== "") yield parsed();
      else if (number > 0) throw mistake("it has a comma before its end");
    }
    if (!isOver && depth > 0) element += piece.slice(begin);
  }
  if (!isOver) throw mistake("it has no end");
}
