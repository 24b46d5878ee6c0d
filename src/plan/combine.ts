/** Datasets made one, though their text may be in different character sets. Does not depend on any peer. */
import { Charset, type CharsetOptions } from "../charset/charset.ts";
import {
  isEmpty,
  rawStringOf,
  SPECIFIC_CHARACTER_SET,
  textElement,
} from "../codec/values.ts";
import { Dataset } from "../dataset/dataset.ts";
import { isPrivate, type Tag } from "../dataset/tag.ts";
import {
  isInvariantText,
  recodedDataset,
} from "../identifier/charset_choice.ts";

/** Query/Retrieve Level and Retrieve AE Title: they speak of the entity itself, never of those above. */
const OWN: ReadonlySet<Tag> = new Set<Tag>([0x00080052, 0x00080054]);

/**
 * The attributes of several datasets in one; the later one counts, unless it is empty there. Bytes stay as they are if one
 * character set holds for all text; otherwise all of it is in UTF-8. Private attributes, Query/Retrieve Level and Retrieve AE Title
 * are those of the last dataset. `undeclared` and `options` say how text is read.
 */
export function combined(
  datasets: readonly Dataset[],
  undeclared: Charset = Charset.ascii,
  options?: CharsetOptions,
): Dataset {
  const last = datasets[datasets.length - 1]!;
  const textDatasets = datasets.filter((dataset) => !isInvariantText(dataset));
  const terms = new Set(textDatasets.map(declared));
  const isMixed = terms.size > 1;
  const result = new Dataset();
  for (const dataset of datasets) {
    const readable = isMixed
      ? recodedDataset(dataset, undeclared, UTF8, options)
      : dataset;
    for (const element of readable) {
      const { tag } = element;
      if (tag === SPECIFIC_CHARACTER_SET) continue;
      if (dataset !== last && (isPrivate(tag) || OWN.has(tag))) continue;
      if (isEmpty(element) && result.has(tag)) continue;
      result.set(element);
    }
  }
  const charset = isMixed
    ? textElement(SPECIFIC_CHARACTER_SET, "CS", UTF8.terms)
    : (textDatasets[0] ?? last).get(SPECIFIC_CHARACTER_SET);
  if (charset !== undefined) result.set(charset);
  return result;
}

const UTF8 = Charset.of(["ISO_IR 192"]);

function declared(dataset: Dataset): string {
  const element = dataset.get(SPECIFIC_CHARACTER_SET);
  return element === undefined ? "" : rawStringOf(element).trim();
}
