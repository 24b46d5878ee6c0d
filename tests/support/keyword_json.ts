/** Reads the format `json` back: the proof that nothing is lost in it. Private attributes, which it names by creator, are not read. */
import { Charset } from "../../src/charset/charset.ts";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../src/codec/values.ts";
import { Dataset, type Element, sequence } from "../../src/dataset/dataset.ts";
import { type Vr, vrInfo } from "../../src/dataset/vr.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";

type Json = Readonly<Record<string, unknown>>;

/** The dataset that an object of format `json` was made from, in the character set that it declares. */
export function datasetOfJson(
  object: Json,
  inherited: Charset = Charset.ascii,
): Dataset {
  const terms = object["SpecificCharacterSet"] as string[] | undefined;
  const charset = terms === undefined
    ? inherited
    : Charset.of(terms.map((term) => term ?? ""));
  const dataset = new Dataset();
  for (const [keyword, value] of Object.entries(object)) {
    const { tag, vr } = Dictionary.standard.byKeyword(keyword)!;
    const list = value === null ? [] : Array.isArray(value) ? value : [value];
    // Several values of an attribute with one are one string.
    const values = list.flatMap((one) =>
      vrInfo(vr).multiple && vr !== "PN" && typeof one === "string"
        ? one.split("\\")
        : [one]
    );
    dataset.set(element(tag, vr, values, charset));
  }
  return dataset;
}

function element(
  tag: number,
  vr: Vr,
  values: readonly unknown[],
  charset: Charset,
): Element {
  if (vr === "SQ") {
    return sequence(
      tag,
      values.map((item) => datasetOfJson(item as Json, charset)),
    );
  }
  if (vr === "AT") {
    return tagElement(tag, values.map((value) => parseInt(String(value), 16)));
  }
  if (vr === "OB" || vr === "OW" || vr === "UN") {
    return rawElement(tag, vr, atob(String(values[0] ?? "")));
  }
  if (vrInfo(vr).kind !== "text") {
    return numberElement(tag, vr, values.map((value) => number(value, vr)));
  }
  return textElement(tag, vr, values.map(text), charset);
}

function number(value: unknown, vr: Vr): number | bigint {
  return typeof value === "string" && /^-?\d+$/.test(value) && vr.endsWith("V")
    ? BigInt(value)
    : Number(value);
}

function text(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = value as Record<
    string,
    string
  >;
  return [Alphabetic, Ideographic, Phonetic].join("=").replace(/=+$/, "");
}
