/** Files of DICOM JSON (PS3.18 Annex F) as datasets: one object, an array, or one object per line. */
import type { Dataset } from "../dataset/dataset.ts";
import { jsonPieces, JsonSyntaxError } from "./json_pieces.ts";
import { type JsonOptions, JsonReader } from "./json_reader.ts";

/**
 * Reads the queries of a JSON text: one object, an array of objects, or an object per line, each in the DICOM JSON model or keyed
 * by keyword as `--format json` writes it. Text is encoded in the Specific Character Set that the object declares; when it declares
 * none and has text outside ASCII, ISO_IR 192 (UTF-8) is declared. Throws `InputError` naming the attribute.
 */
export function parseJsonQueries(
  text: string,
  name: string,
  options: JsonOptions = {},
): Dataset[] {
  const reader = new JsonReader(name, "query", options);
  const lines = jsonLines(text);
  if (lines !== undefined) {
    return lines.map(({ line, number }) =>
      reader.read(reader.parse(line, `line ${number}`), `line ${number}`)
    );
  }
  return queriesOfJson(parseJson(text, reader), name, options);
}

/** Datasets of queries from objects of the DICOM JSON model, as another format made them. Throws as `parseJsonQueries` does. */
export function queriesOfJson(
  objects: readonly unknown[],
  name: string,
  options: JsonOptions = {},
): Dataset[] {
  const reader = new JsonReader(name, "query", options);
  return objects.map((object, index) =>
    reader.read(object, objects.length === 1 ? "" : `[${index}]`)
  );
}

/** One dataset of a DICOM JSON text: reading it throws `InputError` that names the attribute. */
export type DatasetReader = () => Dataset;

/**
 * Reads DICOM JSON for an archive: one object, an array of any number, or an object per line, in UTF-8 and in pieces of any size.
 * Each dataset comes as a function that reads it, so that a bad one spoils none of the others. File meta information and values
 * stored elsewhere are left out. Throws `InputError` if the text is not such JSON.
 */
export function* readDicomJsonArchive(
  bytes: Iterable<Uint8Array>,
  name: string,
): Generator<DatasetReader> {
  const reader = new JsonReader(name, "archive", {});
  try {
    for (const { text, place } of jsonPieces(bytes)) {
      if (place.startsWith("line")) {
        yield () => reader.read(reader.parse(text, place), place, text);
        continue;
      }
      // Without valid JSON here the start of the next value cannot be found.
      const value = reader.parse(text, place);
      yield () => reader.read(value, place === "" ? "[0]" : place, text);
    }
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    reader.fail(cause.place, `not valid JSON: ${cause.message}`);
  }
}

/** The lines of a text with an object on each, as `--format dicom-jsonl` writes it; undefined when it is one JSON value. */
function jsonLines(
  text: string,
): { readonly line: string; readonly number: number }[] | undefined {
  const second = /^\uFEFF?\s*\{[^\n]*\}[ \t\r]*\n\s*\{/.test(text);
  if (!second) return undefined;
  return text.replace(/^\uFEFF/, "").split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "");
}

function parseJson(text: string, reader: JsonReader): unknown[] {
  const value = reader.parse(text, "");
  return Array.isArray(value) ? value : [value];
}
