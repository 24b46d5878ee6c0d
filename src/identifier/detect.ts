/**
 * Query input of any kind: DICOM (part 10 or bare), DCMTK's text dump, query text, JSON, XML. The kind is detected from the content
 * unless it is given. Takes bytes; does not depend on the file system.
 */
import { hex } from "../bytes/hex.ts";
import { latin1 } from "../bytes/latin1.ts";
import { asUtf8, textFromFile } from "../bytes/typed_text.ts";
import type { TransferSyntax } from "../codec/transfer_syntax.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { FindscuError, InputError } from "../errors.ts";
import { decodeFile, isPart10 } from "../file/part10.ts";
import { parseDump } from "./dump_file.ts";
import type { TermSource } from "./mistake.ts";
import { parseJsonQueries, queriesOfJson } from "./json_file.ts";
import type { InputKind } from "./kinds.ts";
import { nativeModelAsJson } from "./xml_file.ts";

/** The contents of a query input. */
export type QueryInput =
  | {
    readonly kind: "dicom";
    readonly dataset: Dataset;
    /** Its encoding. */
    readonly syntax: TransferSyntax;
  }
  | { readonly kind: "dump" | "json" | "xml"; readonly dataset: Dataset }
  | { readonly kind: "keys"; readonly terms: readonly TermSource[] };

/** How query input is read. */
export interface DetectOptions {
  /** The kind, when the content shall not decide. */
  readonly kind?: InputKind;
  /** Names and VRs; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
  /** Receives oddities that are readable. */
  readonly warn?: (text: string) => void;
}

/**
 * The queries of an input, at least one: JSON and XML may hold several. `name` is shown in messages. Throws `InputError` with code
 * `input-invalid`, also for an input that holds nothing.
 */
export function readQueryInput(
  bytes: Uint8Array,
  name: string,
  options: DetectOptions = {},
): QueryInput[] {
  const inputs = readInputs(bytes, name, options);
  if (inputs.length > 0 && !inputs.some(isEmpty)) return inputs;
  throw new InputError("input-invalid", `"${name}" holds no keys`, {
    hint:
      "Name at least one attribute; a query without keys matches everything",
  });
}

function isEmpty(input: QueryInput): boolean {
  return input.kind === "keys"
    ? input.terms.length === 0
    : input.dataset.size === 0;
}

function readInputs(
  bytes: Uint8Array,
  name: string,
  options: DetectOptions,
): QueryInput[] {
  const kind = options.kind ?? detectKind(bytes);
  switch (kind) {
    case "dicom":
      return [{ kind, ...dicomDataset(bytes, name, options) }];
    case "dump":
      return [{ kind, dataset: parseDump(asUtf8(bytes), name, options) }];
    case "json":
      return parseJsonQueries(textOf(bytes, name), name, options)
        .map((dataset) => ({ kind, dataset }));
    case "xml":
      return queriesOfJson(
        nativeModelAsJson(xmlDocument(bytes, name), name),
        name,
        options,
      )
        .map((dataset) => ({ kind, dataset }));
    case "keys":
      // Bytes that are not UTF-8 are judged key by key, as in arguments.
      return [{
        kind,
        terms: parseQueryText(textFromFile(bytes), name),
      }];
  }
}

/** The kind of query input that the content shows. */
export function detectKind(bytes: Uint8Array): InputKind {
  if (isPart10(bytes)) return "dicom";
  const utf8 = asUtf8(bytes);
  // Every binary encoding of a first tag has a zero byte or a control character in its group, text has neither.
  if (utf8.subarray(0, 8).some(isBinary)) return "dicom";
  const lines = latin1(utf8).split(/\r\n|\n|\r/);
  const first = lines.map((line) => line.replace(/^[DI]: ?/, "").trim()).find(
    (line) => line !== "" && !line.startsWith("#"),
  );
  if (first === undefined) return "keys";
  if (/^(\{|\[\s*(\{|\]|$))/.test(first)) return "json";
  if (first.startsWith("<")) return "xml";
  return first.startsWith("(") && lines.some(isDumpLine) ? "dump" : "keys";
}

/** `(gggg,eeee)` and then something that cannot follow it in a key: there only `=`, `.`, `[n]` or the end can. */
function isDumpLine(line: string): boolean {
  return /^(?:[DI]: ?)?\s*\([0-9a-f\s]+,[0-9a-f\s]+\)\s*(?![\s=.]|$|\[[\s0-9]*\])/i
    .test(line);
}

function isBinary(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
}

function dicomDataset(
  bytes: Uint8Array,
  name: string,
  options: DetectOptions,
): { dataset: Dataset; syntax: TransferSyntax } {
  try {
    const { dataset, syntax } = decodeFile(bytes, options);
    return { dataset, syntax };
  } catch (cause) {
    if (!(cause instanceof FindscuError)) throw cause;
    throw new InputError(
      "input-invalid",
      `Bad DICOM file: ${name}: ${cause.message}`,
      { cause },
    );
  }
}

/** Throws `InputError` for bytes that are not UTF-8: nothing else would be sent than what they stand for. */
function textOf(bytes: Uint8Array, name: string): string {
  const text = textFromFile(bytes);
  const before = text.match(/^[^\udc80-\udcff]*/u)![0];
  if (before.length === text.length) return text;
  const byte = hex(text.charCodeAt(before.length) & 0xff, 2).toUpperCase();
  const line = before.split("\n").length;
  throw new InputError(
    "input-invalid",
    `Bad query file "${name}", line ${line}: the byte ${byte} is not UTF-8`,
    { hint: "Save the file as UTF-8" },
  );
}

/** The text of a document in UTF-8, or in the encoding that it declares (XML 1.0, 4.3.3). */
function xmlDocument(bytes: Uint8Array, name: string): string {
  const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/
    .exec(latin1(bytes.subarray(0, 200)))?.[1];
  if (declared === undefined || /^utf-?8$/i.test(declared)) {
    return textOf(bytes, name);
  }
  try {
    return new TextDecoder(declared, { fatal: true }).decode(bytes);
  } catch (cause) {
    const reason = cause instanceof RangeError
      ? `the encoding "${declared}" is unknown`
      : `text that is not "${declared}", the encoding that it declares`;
    throw new InputError(
      "input-invalid",
      `Bad query file "${name}": ${reason}`,
      { cause, hint: "Save the file as UTF-8" },
    );
  }
}

/** The keys of a query text file, in order. Blanks around a line mean nothing. */
export function parseQueryText(text: string, name: string): TermSource[] {
  const terms: TermSource[] = [];
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const term = line.trim();
    if (term === "" || term.startsWith("#")) return;
    const column = line.length - line.trimStart().length + 1;
    terms.push({ text: term, file: { name, line: index + 1, column } });
  });
  return terms;
}
