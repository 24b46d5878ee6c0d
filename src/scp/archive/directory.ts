/**
 * The records of a DICOMDIR (PS3.3 F.3, PS3.10 8.6) as datasets for an archive: each lowest record with the attributes of the
 * records above it. Records are read in the order of the file, in which writers put each below the one it belongs to. Does not
 * depend on files.
 */
import { stringsOf } from "../../codec/values.ts";
import { Dataset } from "../../dataset/dataset.ts";
import { groupOf, type Tag } from "../../dataset/tag.ts";
import { LEVELS, UNIQUE_KEYS } from "./levels.ts";

const DIRECTORY_RECORD_SEQUENCE: Tag = 0x00041220;
const DIRECTORY_RECORD_TYPE: Tag = 0x00041430;
const REFERENCED_SOP_CLASS_UID_IN_FILE: Tag = 0x00041510;
const REFERENCED_SOP_INSTANCE_UID_IN_FILE: Tag = 0x00041511;
const SOP_CLASS_UID: Tag = 0x00080016;

/** The datasets that a directory describes, in its order: instances, and records of a higher level that have nothing below. */
export function directoryDatasets(directory: Dataset): Dataset[] {
  const datasets: Dataset[] = [];
  /** The record of each level that is open, from the patient down. */
  const ancestors: { readonly record: Dataset; hasChildren: boolean }[] = [];
  const close = (depth: number) => {
    while (ancestors.length > depth) {
      const last = ancestors.pop()!;
      if (last.hasChildren) continue;
      datasets.push(
        mergedRecord([...ancestors.map(({ record }) => record), last.record]),
      );
    }
  };
  for (
    const { dataset: record } of directory.items(DIRECTORY_RECORD_SEQUENCE)
  ) {
    const depth = depthOf(record);
    // Records below a missing one have no parent.
    if (depth > ancestors.length) continue;
    close(depth);
    const above = ancestors.at(-1);
    if (above !== undefined) above.hasChildren = true;
    ancestors.push({ record: describing(record, depth), hasChildren: false });
  }
  close(0);
  return datasets;
}

/** Everything that is neither patient, study nor series is an instance. */
function depthOf(record: Dataset): number {
  const type = record.get(DIRECTORY_RECORD_TYPE);
  const name = type === undefined ? "" : stringsOf(type)[0];
  const depth = LEVELS.findIndex((level) => level === name);
  return depth < 0 ? LEVELS.length - 1 : depth;
}

/** A record as a dataset of the object it refers to: without the attributes of the directory itself. */
function describing(record: Dataset, depth: number): Dataset {
  const dataset = new Dataset();
  for (const element of record) {
    if (groupOf(element.tag) !== 0x0004) dataset.set(element);
  }
  if (depth < LEVELS.length - 1) return dataset;
  for (
    const [from, to] of [
      [REFERENCED_SOP_CLASS_UID_IN_FILE, SOP_CLASS_UID],
      [REFERENCED_SOP_INSTANCE_UID_IN_FILE, UNIQUE_KEYS.IMAGE],
    ] as const
  ) {
    const element = record.get(from);
    if (element !== undefined && "value" in element) {
      dataset.set({ ...element, tag: to });
    }
  }
  return dataset;
}

function mergedRecord(records: readonly Dataset[]): Dataset {
  const dataset = new Dataset();
  for (const record of records) {
    for (const element of record) dataset.set(element);
  }
  return dataset;
}
