/** The VR of an element that is encoded without one (PS3.5 A.1). */
import { latin1 } from "../bytes/latin1.ts";
import { type Dataset, plainValue } from "../dataset/dataset.ts";
import {
  isGroupLength,
  isPrivate,
  isPrivateCreator,
  privateCreatorOf,
  type Tag,
} from "../dataset/tag.ts";
import type { Vr } from "../dataset/vr.ts";
import type { Dictionary, DictionaryEntry } from "../dictionary/dictionary.ts";

const PIXEL_REPRESENTATION: Tag = 0x00280103;

/** The VR that the dictionary gives, made definite if it offers several; `dataset` holds the elements before it. */
export function implicitVr(
  tag: Tag,
  dataset: Dataset,
  dictionary: Dictionary,
): Vr {
  if (isGroupLength(tag)) return "UL";
  const entry = isPrivate(tag)
    ? privateEntry(tag, dataset, dictionary)
    : dictionary.entry(tag);
  if (entry === undefined) return isPrivateCreator(tag) ? "LO" : "UN";
  if (entry.vrs.length < 2) return entry.vr;
  if (entry.vrs.includes("OW")) return "OW";
  if (entry.vrs.includes("SS")) {
    return plainValue(dataset.get(PIXEL_REPRESENTATION))?.[0] === 1
      ? "SS"
      : "US";
  }
  return entry.vr;
}

function privateEntry(
  tag: Tag,
  dataset: Dataset,
  dictionary: Dictionary,
): DictionaryEntry | undefined {
  const creatorTag = privateCreatorOf(tag);
  if (creatorTag === undefined) return undefined;
  const creator = plainValue(dataset.get(creatorTag));
  return dictionary.entry(tag, creator && latin1(creator).trim());
}
