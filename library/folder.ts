/** An archive from a folder of files, on the `node:` modules that all runtimes share. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../src/dataset/dataset.ts";
import { FindscuError, InputError, messageOf } from "../src/errors.ts";
import { decodeFile } from "../src/file/part10.ts";
import { readDicomJsonArchive } from "../src/identifier/json_file.ts";
import { Archive } from "../src/scp/archive/archive.ts";

/** How a folder is read. */
export interface FolderOptions {
  /** Told of each file or dataset that is left out, and why. */
  readonly warn?: (text: string) => void;
}

/**
 * An archive of all DICOM files and DICOM JSON files (`.json`, `.jsonl`) below a folder: instances, records of a higher level,
 * worklist items. Throws `InputError` when the folder cannot be read.
 */
export function archiveFromFolder(
  folder: string,
  options: FolderOptions = {},
): Archive {
  const { warn = () => {} } = options;
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (cause) {
    const what = messageOf(cause);
    throw new InputError(
      "input-unreadable",
      `Cannot read the folder "${folder}": ${what}`,
      { cause },
    );
  }
  return Archive.fromDatasets(datasetsOf(names, warn), { warn });
}

/** An archive of the datasets of DICOM JSON, parsed or as text: an array, an object, or an object per line. Throws `InputError`. */
export function archiveFromJson(json: string | object): Archive {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  const bytes = new TextEncoder().encode(text);
  return Archive.fromDatasets(
    [...readDicomJsonArchive([bytes], "JSON")].map((read) => read()),
  );
}

function* datasetsOf(
  names: readonly string[],
  warn: (text: string) => void,
): Generator<Dataset> {
  for (const name of names) {
    try {
      const bytes = readFileSync(name);
      if (/\.jsonl?$/i.test(name)) {
        for (const read of readDicomJsonArchive([bytes], name)) yield read();
      } else yield decodeFile(bytes).dataset;
    } catch (error) {
      const isForeign = !(error instanceof FindscuError) &&
        typeof (error as { code?: unknown }).code !== "string";
      if (isForeign) throw error;
      warn(`${name}: ${(error as Error).message}`);
    }
  }
}
