/**
 * Formats `json` and `jsonl`: objects keyed by keyword with natural values, made for `jq` and the like. Not the DICOM JSON model,
 * which is `dicom_json.ts`.
 *
 * - Keys as `attributeKey` makes them; attributes in tag order.
 * - An attribute has one shape in all matches: one that may have several values by its VM is always an array, any other a single
 *   value; empty: `[]` and `null`. If it may have one value and has more, they are one string, with backslashes between as stored.
 * - Text, dates and times are strings as in DICOM, IS and DS numbers if they are valid, 64-bit integers beyond 2^53 strings,
 *   NaN and infinities strings. PN is a string as stored, or with `names: "object"` always an object of its groups.
 * - AT is `GGGGEEEE`; bytes (OB, UN, OW) are Base64; OF OD OL OV arrays of numbers; SQ an array of objects.
 */
import type { Charset } from "../charset/charset.ts";
import { charsetOf } from "../codec/values.ts";
import {
  type Element,
  type Holder,
  isFragments,
  isSequence,
} from "../dataset/dataset.ts";
import { formatTagBare, isPrivate, type Tag } from "../dataset/tag.ts";
import { isWords, type Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import {
  attributeKey,
  isMultiple,
  isStructural,
  knownElement,
} from "./attributes.ts";
import {
  base64,
  isJsonInteger,
  type JsonFraming,
  JsonStream,
  jsonString,
  jsonValues,
  type JsonValueStyle,
  nameObject,
  stringOrNull,
} from "./json_text.ts";
import { type Elements, elementsOf, PlainTexts } from "./plain_text.ts";
import { dicomText, isoText, leaveOutFragments } from "./value_text.ts";
import {
  type ResultWriter,
  type TextOptions,
  undeclaredCharset,
} from "./writer.ts";

/** The writer of format `json` (framing `array`) or `jsonl` (`lines`). */
export function jsonWriter(
  framing: JsonFraming,
  options: TextOptions = {},
): ResultWriter {
  const objects = new JsonObjects(options);
  return new JsonStream(
    framing,
    (record) => objects.object(elementsOf(record)),
  );
}

/** The facts about an attribute that are the same in every dataset. */
interface JsonKey {
  /** `"PatientName":` */
  readonly key: string;
  readonly multiple: boolean;
}

/** Renders datasets as JSON objects keyed by keyword. */
export class JsonObjects {
  readonly #dictionary: Dictionary;
  readonly #options: TextOptions;
  readonly #undeclared: Charset;
  readonly #keys = new Map<Tag, JsonKey>();
  readonly #plain = new PlainTexts('"');
  readonly #style: JsonValueStyle;

  constructor(options: TextOptions = {}) {
    this.#options = options;
    this.#style = {
      special: (value) => `"${value}"`,
      personName: options.names === "object" ? nameObject : stringOrNull,
      ...(options.dates === "iso" && { temporal: isoText }),
    };
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#undeclared = undeclaredCharset(options);
  }

  /** The object of a dataset on one line; `inherited` is the character set around an item. */
  object(elements: Elements, inherited?: Charset): string {
    this.#plain.renew();
    return this.#object(elements, inherited);
  }

  #object(elements: Elements, inherited?: Charset): string {
    const charset = charsetOf(
      elements,
      inherited ?? this.#undeclared,
      this.#options.charsets,
    );
    const hidden = inherited === undefined ? this.#options.hidden : undefined;
    let keys: Set<string> | undefined;
    let text = "{";
    for (let index = 0; index < elements.size; index++) {
      const tag = elements.tag(index);
      if (isStructural(tag) || hidden?.has(tag) === true) continue;
      const { key, multiple } = this.#keyOf(
        elements,
        tag,
        isPrivate(tag) ? keys ??= new Set() : undefined,
      );
      const plain = this.#plainText(
        elements.vr(index),
        this.#plain.at(elements, index),
      );
      text += (text === "{" ? "" : ",") + key +
        (plain === undefined
          ? this.#value(elements, elements.at(index), multiple, charset)
          : multiple
          ? `[${plain}]`
          : plain);
    }
    return `${text}}`;
  }

  /** The key of an attribute; of a private one in an object that has these private keys already. */
  #keyOf(
    dataset: Holder,
    tag: Tag,
    privateKeys: Set<string> | undefined,
  ): JsonKey {
    const cachedKey = this.#keys.get(tag);
    if (cachedKey !== undefined) return cachedKey;
    let key = `${jsonString(attributeKey(dataset, tag, this.#dictionary))}:`;
    const multiple = isMultiple(dataset, tag, this.#dictionary);
    if (privateKeys !== undefined) {
      // Two blocks of one creator would give the same key, against PS3.5 7.8.1, yet seen: the later one goes by its tag.
      if (privateKeys.has(key)) key = `"${formatTagBare(tag)}":`;
      privateKeys.add(key);
      return { key, multiple };
    }
    const jsonKey = { key, multiple };
    this.#keys.set(tag, jsonKey);
    return jsonKey;
  }

  /** The JSON text of a single value that needs no care; undefined for any other. */
  #plainText(vr: Vr, text: string | undefined): string | undefined {
    if (text === undefined || text === "") return undefined;
    switch (vr) {
      case "IS":
      case "DS":
        return isJsonInteger(text) ? text : undefined;
      case "PN":
        return this.#options.names === "object" ? undefined : `"${text}"`;
      case "DA":
      case "TM":
      case "DT":
        return this.#options.dates === "iso" ? undefined : `"${text}"`;
      default:
        return `"${text}"`;
    }
  }

  #value(
    dataset: Holder,
    receivedElement: Element,
    multiple: boolean,
    charset: Charset,
  ): string {
    // A known sequence may come as UN, too.
    const element = knownElement(dataset, receivedElement, this.#dictionary);
    if (isSequence(element)) {
      return `[${
        element.items.map((item) => this.#object(item.dataset, charset)).join(
          ",",
        )
      }]`;
    }
    if (isFragments(element)) {
      leaveOutFragments(element, charset);
      return "null";
    }
    const plain = this.#plainText(element.vr, this.#plain.of(element));
    if (plain !== undefined) return multiple ? `[${plain}]` : plain;
    if (element.vr === "OB" || element.vr === "UN" || element.vr === "OW") {
      return element.value.length === 0 ? "null" : `"${base64(element.value)}"`;
    }
    const values = jsonValues(element, charset, this.#style);
    if (multiple || isWords(element.vr)) return `[${values.join(",")}]`;
    if (values.length < 2) return values[0] ?? "null";
    return jsonString(dicomText(element, charset, this.#options.dates));
  }
}
