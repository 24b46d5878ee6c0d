/** A range of dates and one of times as a single range (PS3.4 C.2.2.2.5.4), if that is negotiated. */
import { stringsOf } from "../codec/values.ts";
import type { Element } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { Condition } from "./attribute.ts";
import {
  combinedMoment,
  combinedSpan,
  parseKeySpan,
  type Span,
  within,
} from "./temporal.ts";

/** Date attributes and the time attributes that belong to them. */
export const DATE_TIME_PAIRS: ReadonlyMap<Tag, Tag> = new Map<Tag, Tag>([
  [0x00080012, 0x00080013], // InstanceCreation
  [0x00080020, 0x00080030], // Study
  [0x00080021, 0x00080031], // Series
  [0x00080022, 0x00080032], // Acquisition
  [0x00080023, 0x00080033], // Content
  [0x00100030, 0x00100032], // PatientBirth
  [0x00380020, 0x00380021], // Admitting
  [0x00400002, 0x00400003], // ScheduledProcedureStepStart
  [0x00400004, 0x00400005], // ScheduledProcedureStepEnd
  [0x00400244, 0x00400245], // PerformedProcedureStepStart
  [0x00400250, 0x00400251], // PerformedProcedureStepEnd
]);

/** The conditions of date and time keys that are ranges of the same form, under both tags of each pair. */
export function combinedPairs(keys: readonly Element[]): Map<Tag, Condition> {
  const byTag = new Map(keys.map((key) => [key.tag, key]));
  const pairs = new Map<Tag, Condition>();
  for (const [dateTag, timeTag] of DATE_TIME_PAIRS) {
    const date = byTag.get(dateTag);
    const time = byTag.get(timeTag);
    if (date === undefined || time === undefined) continue;
    const span = combinedSpan(firstText(date), firstText(time));
    if (span === undefined) continue;
    const condition = {
      ...combinedCondition(date, timeTag, span),
      days: [parseKeySpan("DA", firstText(date))!],
    };
    pairs.set(dateTag, condition).set(timeTag, condition);
  }
  return pairs;
}

function combinedCondition(date: Element, timeTag: Tag, span: Span): Condition {
  return {
    tag: date.tag,
    key: date,
    test(lookup) {
      const day = lookup(date.tag);
      if (day === undefined) return false;
      const time = lookup(timeTag);
      const moment = combinedMoment(
        firstText(day.element),
        time === undefined ? "" : firstText(time.element),
      );
      return moment !== undefined && within(moment, span);
    },
  };
}

function firstText(element: Element): string {
  return stringsOf(element)[0] ?? "";
}
