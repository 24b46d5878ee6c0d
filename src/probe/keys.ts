/** Identifiers of a probe from paths and values, and values out of responses. Does not depend on the meaning of attributes. */
import { Charset } from "../charset/charset.ts";
import { charsetOf, stringsOf, withKnownVr } from "../codec/values.ts";
import { Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import { formatTag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { declareCharset } from "../identifier/charset_choice.ts";
import { applyKey } from "../identifier/key.ts";
import { UsageError } from "../errors.ts";

/** Paths of attributes, such as `ScheduledProcedureStepSequence.Modality`, and the values sent for them; empty is a return key. */
export type ProbeKeys = Readonly<Record<string, string>>;

const DICTIONARY = Dictionary.standard;

/** The tag of a keyword. Throws for one that is none: a mistake of ours. */
export function keywordTag(keyword: string): Tag {
  let tag = TAGS.get(keyword);
  if (tag === undefined) {
    tag = DICTIONARY.byKeyword(keyword)?.tag;
    if (tag === undefined) throw new UsageError(`No attribute "${keyword}"`);
    TAGS.set(keyword, tag);
  }
  return tag;
}

/** The dictionary is a text that is searched; the same few keywords are looked up in every match. */
const TAGS = new Map<string, Tag>();

/** The identifier; its text is in `charset`, which is declared unless all of it is ASCII. */
export function probeIdentifier(keys: ProbeKeys, charset?: Charset): Dataset {
  const dataset = new Dataset();
  for (const [path, value] of Object.entries(keys)) {
    applyKey(dataset, `${path}=${value}`, {
      dictionary: DICTIONARY,
      unknown: "text",
      ...(charset && { charset }),
    });
  }
  if (charset !== undefined) {
    applyKey(dataset, `SpecificCharacterSet=${charset.terms.join("\\")}`);
  }
  declareCharset(dataset);
  return dataset;
}

/** The element at a path, in the first item of sequences, with its VR of the dictionary; undefined if there is none. */
export function elementAt(
  dataset: Dataset,
  path: string,
): { readonly element: Element; readonly charset: Charset } | undefined {
  let current = dataset;
  let charset = charsetOf(dataset, Charset.ascii);
  const steps = path.split(".");
  for (const [at, keyword] of steps.entries()) {
    const part = current.get(keywordTag(keyword));
    const element = part && withKnownVr(part, DICTIONARY);
    if (element === undefined) return undefined;
    if (at === steps.length - 1) return { element, charset };
    const item = isSequence(element) ? element.items[0] : undefined;
    if (item === undefined) return undefined;
    current = item.dataset;
    charset = charsetOf(current, charset);
  }
  return undefined;
}

/** All values at a path, joined by backslashes; empty if there is none. */
export function textAt(dataset: Dataset, path: string): string {
  const located = elementAt(dataset, path);
  return located === undefined
    ? ""
    : stringsOf(located.element, located.charset).join("\\");
}

/** The attribute that a path ends in. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Keyword of a tag, or the tag itself. */
export function nameOfTag(tag: Tag): string {
  return DICTIONARY.keyword(tag) ?? formatTag(tag);
}
