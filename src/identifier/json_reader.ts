/**
 * Objects of the DICOM JSON model (PS3.18 Annex F) as datasets; for a query also the natural values that `--format json` writes.
 * Reads inline values only; a value stored elsewhere (BulkDataURI) is refused, or left out of an archive.
 */
import { Charset } from "../charset/charset.ts";
import {
  charsetOf,
  emptyElement,
  numberElement,
  padded,
  SPECIFIC_CHARACTER_SET,
  tagElement,
  textElement,
} from "../codec/values.ts";
import { Dataset, type Element, sequence } from "../dataset/dataset.ts";
import { creatorIn, type PathStep, reserve } from "../dataset/path.ts";
import { NAME_GROUPS } from "../dataset/person_name.ts";
import { groupOf, isGroupLength, type Tag, tagOf } from "../dataset/tag.ts";
import { isVr, isWords, type Vr, vrInfo } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { FindscuError, InputError } from "../errors.ts";
import { parseExactly, repeatedMember } from "./json_pieces.ts";
import { MAX_STEPS } from "./selector.ts";

/** How JSON is read. */
export interface JsonOptions {
  /** VRs if an object leaves them out, and keywords; the standard dictionary when absent. */
  readonly dictionary?: Dictionary;
  /** Called for oddities that are readable. */
  readonly warn?: (text: string) => void;
}

type JsonObject = Readonly<Record<string, unknown>>;

const MEMBERS: ReadonlySet<string> = new Set([
  "vr",
  "Value",
  "InlineBinary",
  "BulkDataURI",
]);

const ASCII_WITHOUT_ESCAPES = /^[\x00-\x5b\x5d-\x7f]*$/;

const MAX_TAGS = 10_000;

/** Reads the objects of one file, for a query or an archive. */
export class JsonReader {
  readonly #name: string;
  readonly #dictionary: Dictionary;
  readonly #purpose: "query" | "archive";
  readonly #warn: (text: string) => void;
  /** The tags of names that were met, which are the same in every dataset. */
  readonly #tags = new Map<string, Tag>();

  constructor(
    name: string,
    purpose: "query" | "archive",
    { dictionary = Dictionary.standard, warn = () => {} }: JsonOptions,
  ) {
    this.#name = name;
    this.#dictionary = dictionary;
    this.#purpose = purpose;
    this.#warn = warn;
  }

  /** The value of a JSON text. That of a query has no member twice: only the last one would count. */
  parse(text: string, place: string): unknown {
    let value: unknown;
    try {
      value = parseExactly(text);
    } catch (cause) {
      const { message } = cause as Error;
      this.fail(place, `not valid JSON: ${message}`, undefined, cause);
    }
    const member = this.#purpose === "query" ? repeatedMember(text) : undefined;
    if (member !== undefined) {
      const name = JSON.stringify(member);
      this.fail(place, `the member ${name} occurs twice in one object`);
    }
    return value;
  }

  /** The dataset of a parsed object; `text` is its source. */
  read(object: unknown, path = "", text?: string): Dataset {
    if (!isObject(object)) {
      this.fail(path, "valid JSON, but not an object of DICOM attributes");
    }
    const isDeclared = "00080005" in object || "SpecificCharacterSet" in object;
    const needsNone = isDeclared ||
      (text !== undefined && ASCII_WITHOUT_ESCAPES.test(text)) ||
      /^\p{ASCII}*$/u.test(JSON.stringify(object));
    const dataset = new Dataset();
    let charset = Charset.ascii;
    if (!needsNone) {
      dataset.set(textElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192"));
      charset = charsetOf(dataset, charset);
    }
    this.#fill(dataset, object, charset, path, 0);
    return dataset;
  }

  /** Throws `InputError` about a place in the file, or about all of it. */
  fail(path: string, reason: string, hint?: string, cause?: unknown): never {
    const place = path === "" ? "" : `, ${path}`;
    throw new InputError(
      "input-invalid",
      `Bad ${this.#purpose} file "${this.#name}"${place}: ${reason}`,
      { ...(hint !== undefined && { hint }), cause },
    );
  }

  #fill(
    dataset: Dataset,
    object: JsonObject,
    inherited: Charset,
    path: string,
    depth: number,
  ): void {
    if (depth > MAX_STEPS) this.fail(path, `nested deeper than ${MAX_STEPS}`);
    const members = Object.keys(object).map((key) => {
      const place = path === "" ? key : `${path}.${key}`;
      const value = object[key];
      const step = privateStep(key);
      const tag = step === undefined ? this.#tag(key, place) : step.tag;
      return { place, value, tag, step };
    });
    // In tag order: character set and private creators come before the elements that depend on them, and those with a block before
    // those without.
    members.sort((a, b) =>
      Number(a.step !== undefined) - Number(b.step !== undefined) ||
      a.tag - b.tag
    );
    let charset = inherited;
    for (const { place, value, tag: memberTag, step } of members) {
      const tag = step === undefined ? memberTag : reserve(dataset, step);
      if (this.#purpose === "archive" && isLeftOut(tag, value)) continue;
      if (dataset.has(tag) && tag !== SPECIFIC_CHARACTER_SET) {
        this.fail(place, "the attribute occurs twice");
      }
      const object = this.#modelled(dataset, tag, value, place);
      try {
        dataset.set(this.#element(dataset, tag, object, charset, place, depth));
      } catch (error) {
        if (error instanceof InputError || !(error instanceof FindscuError)) {
          throw error;
        }
        this.fail(place, error.message, error.hint);
      }
      if (tag === SPECIFIC_CHARACTER_SET) charset = charsetOf(dataset, charset);
    }
  }

  /** A member as the DICOM JSON model has it, also if it is a natural value as of `--format json`. */
  #modelled(
    dataset: Dataset,
    tag: Tag,
    value: unknown,
    path: string,
  ): JsonObject {
    const names = isObject(value) ? Object.keys(value) : [];
    if (names.some((name) => MEMBERS.has(name))) return value as JsonObject;
    const vr = this.#dictionary.vr(tag, creatorIn(dataset, tag));
    if (isObject(value)) {
      if (names.length === 0 ? vr !== "SQ" : vr !== "SQ" && vr !== "PN") {
        return value;
      }
      return { vr, Value: [value] };
    }
    if (this.#purpose === "archive") {
      this.fail(path, "not an object with vr and Value");
    }
    const list = value === null ? [] : Array.isArray(value) ? value : [value];
    // Our output joins several values of an attribute that may have one.
    const values = list.flatMap((one): unknown[] =>
      vrInfo(vr).kind === "number" && typeof one === "string"
        ? one.split("\\")
        : [one]
    );
    const isBinary = vrInfo(vr).kind === "bytes" && !isWords(vr) &&
      typeof values[0] === "string";
    return isBinary ? { vr, InlineBinary: values[0] } : { vr, Value: values };
  }

  #tag(key: string, path: string): Tag {
    const cachedTag = this.#tags.get(key);
    if (cachedTag !== undefined) return cachedTag;
    const tag = this.#namedTag(key, path);
    if (this.#tags.size < MAX_TAGS) this.#tags.set(key, tag);
    return tag;
  }

  #namedTag(key: string, path: string): Tag {
    const tag = /^[0-9a-f]{8}$/i.test(key)
      ? parseInt(key, 16)
      : this.#dictionary.byKeyword(key)?.tag;
    if (tag === undefined) {
      return this.fail(
        path,
        "not an attribute",
        "Members are named by keyword or by tag: PatientID, 00100020; attributes of items are members of objects in an array",
      );
    }
    const group = groupOf(tag);
    if (
      this.#purpose === "query" &&
      (group === 0x0000 || group === 0x0002 || group === 0xfffe ||
        isGroupLength(tag))
    ) {
      this.fail(path, "this attribute cannot be part of a query");
    }
    return tag;
  }

  #element(
    dataset: Dataset,
    tag: Tag,
    object: JsonObject,
    charset: Charset,
    path: string,
    depth: number,
  ): Element {
    for (const member of Object.keys(object)) {
      if (!MEMBERS.has(member)) this.fail(path, `unknown member "${member}"`);
    }
    const vr = this.#vr(dataset, tag, object.vr, path);
    if (object.BulkDataURI !== undefined) {
      this.fail(
        path,
        "the value is stored elsewhere (BulkDataURI) and is not fetched",
        "Write the value in the file as InlineBinary or Value",
      );
    }
    if (object.InlineBinary !== undefined) {
      return this.#inline(tag, vr, object, path);
    }
    const values = this.#values(object.Value, path);
    if (vr === "SQ") {
      return this.#sequence(tag, values, charset, path, depth);
    }
    return this.#plain(tag, vr, values, charset, path);
  }

  #values(value: unknown, path: string): unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.#warn(`${path}: Value is not an array: read as one value`);
    return [value];
  }

  #vr(dataset: Dataset, tag: Tag, vrValue: unknown, path: string): Vr {
    // Some writers leave the VR empty if they do not know it.
    if (vrValue === undefined || vrValue === "") {
      return this.#dictionary.vr(tag, creatorIn(dataset, tag));
    }
    if (typeof vrValue !== "string" || !isVr(vrValue)) {
      return this.fail(path, `unknown VR ${JSON.stringify(vrValue)}`);
    }
    return vrValue;
  }

  #inline(tag: Tag, vr: Vr, object: JsonObject, path: string): Element {
    const { InlineBinary: base64Text } = object;
    if (object.Value !== undefined) {
      this.fail(path, "both Value and InlineBinary");
    }
    if (vr === "SQ" || vrInfo(vr).kind !== "bytes") {
      return this.fail(path, `InlineBinary in an attribute of VR ${vr}`);
    }
    if (typeof base64Text !== "string") {
      return this.fail(path, "InlineBinary is not a string");
    }
    let binary: string;
    try {
      binary = atob(base64Text);
    } catch {
      return this.fail(path, "InlineBinary is not base64");
    }
    const bytes = Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
    return { tag, vr, value: padded(bytes, vr) };
  }

  #sequence(
    tag: Tag,
    values: unknown[],
    charset: Charset,
    path: string,
    depth: number,
  ): Element {
    return sequence(
      tag,
      values.map((value, index) => {
        const item = new Dataset();
        const place = `${path}[${index}]`;
        if (value !== null) {
          if (!isObject(value)) this.fail(place, "an item is not an object");
          this.#fill(item, value, charset, place, depth + 1);
        }
        return item;
      }),
    );
  }

  #plain(
    tag: Tag,
    vr: Exclude<Vr, "SQ">,
    values: unknown[],
    charset: Charset,
    path: string,
  ): Element {
    if (values.length === 0) return emptyElement(tag, vr);
    switch (vrInfo(vr).kind) {
      case "text":
        return textElement(
          tag,
          vr,
          values.map((value) => this.#text(vr, value, path)),
          charset,
        );
      case "tags":
        return tagElement(
          tag,
          values.map((value) =>
            typeof value === "string" && /^[0-9a-f]{8}$/i.test(value)
              ? parseInt(value, 16)
              : this.fail(path, `${JSON.stringify(value)} is not a tag`)
          ),
        );
      case "number":
        return numberElement(
          tag,
          vr,
          values.map((value) => this.#number(vr, value, path)),
        );
      default:
        if (isWords(vr)) {
          return numberElement(
            tag,
            vr,
            values.map((value) => this.#number(vr, value, path)),
          );
        }
        return this.fail(
          path,
          `VR ${vr} needs InlineBinary, not Value`,
        );
    }
  }

  #text(vr: Vr, value: unknown, path: string): string {
    if (value === null) return "";
    if (vr === "PN" && isObject(value)) {
      return this.#personName(value, path);
    }
    if (typeof value === "number" && (vr === "IS" || vr === "DS")) {
      return String(value);
    }
    if (typeof value !== "string") {
      return this.fail(
        path,
        `${JSON.stringify(value)} is not a string, which VR ${vr} requires`,
      );
    }
    return value;
  }

  #personName(object: JsonObject, path: string): string {
    for (const [group, text] of Object.entries(object)) {
      if (!NAME_GROUPS.includes(group)) {
        this.fail(path, `unknown member "${group}" in a person name`);
      }
      if (typeof text !== "string") this.fail(path, `${group} is not a string`);
    }
    return NAME_GROUPS.map((group) => object[group] ?? "").join("=")
      .replace(/=+$/, "");
  }

  #number(vr: Vr, value: unknown, path: string): number | bigint {
    const isFloat = vr === "FL" || vr === "FD" || vr === "OF" || vr === "OD";
    if (Number.isFinite(value)) return value as number;
    if (typeof value === "string") {
      // Annex F writes NaN and infinities, and 64-bit numbers beyond 2^53, as text.
      if (isFloat && /^(NaN|-?Infinity|-?inf)$/.test(value)) {
        return Number(value.replace(/inf$/, "Infinity"));
      }
      if (/^-?[0-9]+$/.test(value)) return BigInt(value);
      if (isFloat && value.trim() !== "" && Number.isFinite(Number(value))) {
        return Number(value);
      }
    }
    const shown = typeof value === "number" ? value : JSON.stringify(value);
    return this.fail(path, `${shown} is not a number`);
  }
}

/** The creator and attribute of `SIEMENS CSA HEADER:0029xx08`, the name of a private attribute in our outputs. */
function privateStep(key: string): PathStep | undefined {
  if (!key.includes(":")) return undefined;
  const parts = /^(.+):([0-9a-f]{4})xx([0-9a-f]{2})$/i.exec(key);
  if (parts === null) return undefined;
  const [, creator = "", group = "", element = ""] = parts;
  return { tag: tagOf(parseInt(group, 16), parseInt(element, 16)), creator };
}

/** Attributes that an archive does not use. */
function isLeftOut(tag: Tag, value: unknown): boolean {
  return groupOf(tag) < 0x0008 || groupOf(tag) === 0xfffe ||
    isGroupLength(tag) ||
    (isObject(value) && value.BulkDataURI !== undefined);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
