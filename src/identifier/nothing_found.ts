/**
 * Why a query may have found nothing though it was answered in order: keys that servers need not know at the level of the query,
 * text that they may hold in other bytes, names without a wildcard (PS3.4 C.2.2.2, C.4.1). Guesses from the identifier alone.
 */
import { Charset } from "../charset/charset.ts";
import { charsetOf, isEmpty, stringsOf } from "../codec/values.ts";
import { type Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import {
  formatTag,
  isPrivate,
  isPrivateCreator,
  NEVER_MATCHED,
  QUERY_RETRIEVE_LEVEL,
  type Tag,
} from "../dataset/tag.ts";
import { vrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { hasOnlyAscii } from "./charset_choice.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
  type QueryModel,
  UNIQUE_KEYS,
} from "./levels.ts";
import { advise, type Hint } from "../errors.ts";

const MODALITY: Tag = 0x00080060;

/** Possible reasons, one phrase each; none if nothing is conspicuous. */
export function reasonsForNothing(
  dataset: Dataset,
  model: QueryModel,
  dictionary: Dictionary,
): Hint[] {
  return [
    ...foreignKeys(dataset, model, dictionary),
    ...foreignText(dataset),
    ...bareNames(dataset, dictionary),
  ];
}

/** Keys with a value that the level does not have. */
function foreignKeys(
  dataset: Dataset,
  model: QueryModel,
  dictionary: Dictionary,
): string[] {
  if (model === "worklist" || model === "other") return [];
  const [levelText = ""] = stringsOf(
    dataset.get(QUERY_RETRIEVE_LEVEL) ?? EMPTY_LEVEL,
  );
  const level = MODEL_LEVELS[model].find((one) => one === levelText);
  if (level === undefined) return [];
  const rank = LEVELS.indexOf(level);
  return [...dataset].flatMap((element) => {
    const { tag } = element;
    if (
      NEVER_MATCHED.has(tag) || isPrivateCreator(tag) || isUniversal(element)
    ) {
      return [];
    }
    const name = dictionary.keyword(tag) ?? formatTag(tag);
    const own = levelOf(tag, model);
    if (own === level) return [];
    if (own === undefined) {
      return [
        isPrivate(tag)
          ? `${name} is private, and few servers match by private attributes`
          : `${name} is not a usual key at level ${level}, and servers need not match by it`,
      ];
    }
    // Unique keys of the levels above are required.
    if (LEVELS.indexOf(own) < rank && UNIQUE_KEYS[own] === tag) return [];
    const instead = tag === MODALITY && level === "STUDY"
      ? ": at level STUDY it is ModalitiesInStudy"
      : "";
    return [`${name} belongs to level ${own}, not ${level}${instead}`];
  });
}

const EMPTY_LEVEL: Element = {
  tag: QUERY_RETRIEVE_LEVEL,
  vr: "CS",
  value: new Uint8Array(0),
};

/** Whether a key matches everything. */
function isUniversal(element: Element): boolean {
  if (isSequence(element)) {
    return element.items.every(({ dataset }) =>
      [...dataset].every(isUniversal)
    );
  }
  return isEmpty(element) ||
    stringsOf(element).every((value) => /^\**$/.test(value));
}

/** Peers that compare bytes find text in their own character set alone. */
function foreignText(dataset: Dataset): Hint[] {
  if (hasOnlyAscii(dataset)) return [];
  const terms = charsetOf(dataset, Charset.ascii).terms.join("\\");
  const charsetText = terms === "" ? "without a character set" : `in ${terms}`;
  const text = textIn(dataset, charsetOf(dataset, Charset.ascii));
  const other = CHARSETS.find((one) =>
    one !== terms && Charset.of(one.split("\\")).canEncode(text)
  );
  const reason =
    `the keys have letters outside ASCII, sent ${charsetText}, and servers that compare bytes only find them in their own character set: try ? or * instead of these letters`;
  return [
    other === undefined
      ? reason
      : advise(`${reason}, or another character set`, "charset", other),
  ];
}

/** The encodings in which archives most often store text. */
const CHARSETS: readonly string[] = [
  "ISO_IR 192",
  "ISO_IR 100",
  "ISO_IR 101",
  "ISO_IR 144",
  "ISO_IR 126",
  "\\ISO 2022 IR 87",
  "\\ISO 2022 IR 149",
  "GB18030",
];

/** All text of a dataset, at any depth. */
function textIn(dataset: Dataset, charset: Charset): string {
  return [...dataset].map((element) =>
    isSequence(element)
      ? element.items.map((item) =>
        textIn(item.dataset, charsetOf(item.dataset, charset))
      ).join("")
      : vrInfo(element.vr).charset
      ? stringsOf(element, charset).join("")
      : ""
  ).join("");
}

/** A family name alone is not the whole name that a server compares it with. */
function bareNames(dataset: Dataset, dictionary: Dictionary): string[] {
  return [...dataset].flatMap((element) => {
    if (isSequence(element)) {
      return element.items.flatMap((item) =>
        bareNames(item.dataset, dictionary)
      );
    }
    if (element.vr !== "PN" || isEmpty(element)) return [];
    const [value = ""] = stringsOf(element, charsetOf(dataset, Charset.ascii));
    if (/[*?^=]/.test(value) || value === '""') return [];
    const name = dictionary.keyword(element.tag) ?? formatTag(element.tag);
    return [
      `${name} "${value}" is compared with whole names: use "${value}*" to also find "${value}^…"`,
    ];
  });
}
