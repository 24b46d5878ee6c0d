/** An archive of two patients, and queries to it. */
import assert from "node:assert/strict";
import { Charset } from "../../../../src/charset/charset.ts";
import {
  charsetOf,
  stringsOf,
  textElement,
} from "../../../../src/codec/values.ts";
import { Dataset, type Element } from "../../../../src/dataset/dataset.ts";
import type { Tag } from "../../../../src/dataset/tag.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import {
  answerQuery,
  type FindQuery,
  type QueryResponse,
} from "../../../../src/scp/archive/query.ts";

/** Names and VRs. */
export const dictionary = Dictionary.standard;

/** The tag of a keyword. */
export function tagOf(keyword: string): Tag {
  const entry = dictionary.byKeyword(keyword);
  assert.ok(entry, keyword);
  return entry.tag;
}

/** Elements from keywords, in UTF-8 by default. */
export function attributes(
  values: Record<string, string>,
  charset = Charset.of(["ISO_IR 192"]),
): Element[] {
  return Object.entries(values).map(([keyword, value]) => {
    const tag = tagOf(keyword);
    return textElement(tag, dictionary.vr(tag), value, charset);
  });
}

/** A dataset of elements from keywords. */
export function dataset(values: Record<string, string>): Dataset {
  return Dataset.of(...attributes(values));
}

/** Two patients: P1 with studies 1.1 (CT: 3 instances, SR: 1) and 1.2 (MR: 2), P2 with study 2.1 (CT: 1). */
export function instances(): Dataset[] {
  const rows: [string, string, string, string, string, string, number][] = [
    // patient, name, study, study date, series, modality, instances
    ["P1", "Doe^Jane", "1.1", "20200101", "1.1.1", "CT", 3],
    ["P1", "Doe^Jane", "1.1", "20200101", "1.1.2", "SR", 1],
    ["P1", "Doe^Jane", "1.2", "20210601", "1.2.1", "MR", 2],
    ["P2", "Müller^Jörg", "2.1", "20210701", "2.1.1", "CT", 1],
  ];
  return rows.flatMap(([id, name, study, date, series, modality, count]) =>
    Array.from({ length: count }, (_, index) =>
      dataset({
        ...(name.startsWith("M") ? { SpecificCharacterSet: "ISO_IR 192" } : {}),
        PatientID: id,
        PatientName: name,
        StudyInstanceUID: study,
        StudyDate: date,
        StudyID: `S${study}`,
        SeriesInstanceUID: series,
        SeriesNumber: series.slice(-1),
        Modality: modality,
        SOPInstanceUID: `${series}.${index + 1}`,
        SOPClassUID: `1.2.840.10008.5.1.4.1.1.${modality}`,
        InstanceNumber: String(index + 1),
      }))
  );
}

/** The archive. */
export const archive = Archive.fromDatasets(instances());

/** Queries the archive: the matches, their statuses, and the final answer. */
export function run(
  model: string,
  identifier: Dataset,
  options: Partial<FindQuery> = {},
): { matches: Dataset[]; statuses: number[]; final: QueryResponse } {
  const answers = Array.from(
    answerQuery(archive, { model: findModel(model)!, identifier, ...options }),
  );
  const final = answers.pop()!;
  assert.equal(final.dataset, undefined);
  return {
    matches: answers.map((one) => one.dataset!),
    statuses: answers.map(({ status }) => status),
    final,
  };
}

/** The value of an attribute of a match, which must have it. */
export function value(found: Dataset | undefined, keyword: string): string {
  const element = found?.get(tagOf(keyword));
  assert.ok(found && element, `no ${keyword}`);
  return stringsOf(element, charsetOf(found, Charset.ascii)).join("\\");
}

/** The value of an attribute of each match. */
export function all(found: readonly Dataset[], keyword: string): string[] {
  return found.map((one) => value(one, keyword));
}
