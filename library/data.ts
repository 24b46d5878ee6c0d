/** Datasets from and to JSON and query files. Reads no file: bytes come in, datasets go out. */
import { Dataset } from "../src/dataset/dataset.ts";
import type { DicomJson } from "../src/client/operation.ts";
import { readQueryInput } from "../src/identifier/detect.ts";
import { queriesOfJson } from "../src/identifier/json_file.ts";
import { applyAssignment, parseKey } from "../src/identifier/key.ts";
import { dicomJson } from "../src/output/dicom_json.ts";
import { JsonObjects } from "../src/output/json.ts";
import type { TextOptions } from "../src/output/writer.ts";

/** A dataset as an object of the DICOM JSON model (PS3.18 Annex F), text as Unicode. */
export function toDicomJson(
  dataset: Dataset,
  options: TextOptions = {},
): DicomJson {
  return JSON.parse(dicomJson(dataset, options)) as DicomJson;
}

/** A dataset as an object keyed by keyword with natural values, as `--format json` writes it. */
export function toKeywordJson(
  dataset: Dataset,
  options: TextOptions = {},
): Record<string, unknown> {
  const text = new JsonObjects(options).object(dataset);
  return JSON.parse(text) as Record<string, unknown>;
}

/**
 * A dataset from an object of the DICOM JSON model, or one keyed by keyword. Text is encoded in the Specific Character Set that the
 * object declares, in UTF-8 if it declares none. Throws `InputError` naming the attribute.
 */
export function fromJson(object: object): Dataset {
  return queriesOfJson([object], "object")[0]!;
}

/**
 * The datasets of a query file of any kind that the command line reads: DICOM, a text dump, DICOM JSON, XML, or keys one per line.
 * `name` is shown in messages. Throws `InputError`.
 */
export function readQueryFile(bytes: Uint8Array, name = "query"): Dataset[] {
  return readQueryInput(bytes, name).map((input) => {
    if (input.kind !== "keys") return input.dataset;
    const dataset = new Dataset();
    for (const term of input.terms) {
      const assignment = parseKey(term);
      if (assignment !== undefined) applyAssignment(dataset, assignment);
    }
    return dataset;
  });
}
