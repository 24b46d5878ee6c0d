/** The VR of an element that is encoded without one (PS3.5 A.1). */
import { latin1 } from "../bytes/latin1.ts";
import { type Dataset, plainValue } from "../dataset/dataset.ts";
import {
  isGroupLength,
  isPrivateCreator,
  privateCreatorOf,
  type Tag,
} from "../dataset/tag.ts";
import type { Vr } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";

const PIXEL_REPRESENTATION: Tag = 0x00280103;

/** The VR that the dictionary gives, made definite where it offers several; `dataset` holds what comes before the element. */
export function implicitVr(
  tag: Tag,
  dataset: Dataset,
  dictionary: Dictionary,
): Vr {
  if (isGroupLength(tag)) return "UL";
  if (isPrivateCreator(tag)) return "LO";
  const creatorTag = privateCreatorOf(tag);
  const creator = creatorTag === undefined
    ? undefined
    : plainValue(dataset.get(creatorTag));
  const entry = dictionary.entry(
    tag,
    creator === undefined ? undefined : latin1(creator).trim(),
  );
  if (entry === undefined) return "UN";
  if (entry.vrs.length < 2) return entry.vr;
  if (entry.vrs.includes("OW")) return "OW";
  if (entry.vrs.includes("SS")) {
    return plainValue(dataset.get(PIXEL_REPRESENTATION))?.[0] === 1
      ? "SS"
      : "US";
  }
  return entry.vr;
}
