/** Matches as plain lists of "path: value", from DCMTK's XML and files and from DICOM JSON, so that two programs' results can be compared. */

import { Charset } from "../../../src/charset/charset.ts";
import {
  charsetOf,
  rawStringOf,
  stringsOf,
} from "../../../src/codec/values.ts";
import { type Dataset, isSequence } from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";
import { vrInfo } from "../../../src/dataset/vr.ts";
import { decodeFile } from "../../../src/file/part10.ts";

/** One match: `(0010,0010)`, or `(0040,0100)[0].(0008,0060)`, to its value; several values joined by backslashes. */
export type MatchValues = Readonly<Record<string, string>>;

/** The matches in a document of DCMTK's `-Xs` (dcm2xml.dtd), whose text is UTF-8. */
export function valuesOfDcmtkXml(xml: string): MatchValues[] {
  const matches: Record<string, string>[] = [];
  const path: string[] = [];
  const items: number[] = [];
  const pattern =
    /<(\/?)(data-set|element|sequence|item)\b([^>]*)>(?:([^<]*)<\/element>)?/g;
  for (
    const [, close, name, attributes = "", text = ""] of xml.matchAll(pattern)
  ) {
    const tag = `(${/tag="([^"]*)"/.exec(attributes)?.[1]})`;
    switch (`${close}${name}`) {
      case "data-set":
        matches.push({});
        break;
      case "element":
        matches.at(-1)![[...path, tag].join(".")] = unescaped(text);
        break;
      case "sequence":
        matches.at(-1)![[...path, tag].join(".")] = "sequence";
        path.push(tag);
        items.push(0);
        break;
      case "item":
        path.push(
          `${
            path.pop()!.replace(/\[\d+\]$/, "")
          }[${items[items.length - 1]!++}]`,
        );
        break;
      case "/sequence":
        path.pop();
        items.pop();
    }
  }
  return matches;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&apos;", "'")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll("&amp;", "&");
}

/** An attribute of the DICOM JSON Model (PS3.18 F.2.2). */
interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
}

/** The matches in an array of DICOM JSON objects. */
export function valuesOfDicomJson(json: string): MatchValues[] {
  return (JSON.parse(json) as Record<string, JsonAttribute>[])
    .map((dataset) => {
      const match: Record<string, string> = {};
      flatten(dataset, "", match);
      return match;
    });
}

function flatten(
  dataset: Readonly<Record<string, JsonAttribute>>,
  prefix: string,
  match: Record<string, string>,
): void {
  for (const [key, { vr, Value = [] }] of Object.entries(dataset)) {
    const path = `${prefix}(${key.slice(0, 4)},${key.slice(4)})`.toLowerCase();
    if (vr === "SQ") {
      match[path] = "sequence";
      Value.forEach((item, index) =>
        flatten(
          item as Record<string, JsonAttribute>,
          `${path}[${index}].`,
          match,
        )
      );
    } else match[path] = Value.map(textOf).join("\\");
  }
}

function textOf(value: unknown): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = value as Record<
    string,
    string
  >;
  return [Alphabetic, Ideographic, Phonetic].join("=").replace(/=+$/, "");
}

/** One match as DCMTK's `-X` writes it to a file, its text decoded as it declares. */
export function valuesOfFile(bytes: Uint8Array): MatchValues {
  const match: Record<string, string> = {};
  collect(decodeFile(bytes).dataset, Charset.ascii, "", match);
  return match;
}

function collect(
  dataset: Dataset,
  inherited: Charset,
  prefix: string,
  match: Record<string, string>,
): void {
  const charset = charsetOf(dataset, inherited);
  for (const element of dataset) {
    const path = `${prefix}${formatTag(element.tag)}`;
    if (isSequence(element)) {
      match[path] = "sequence";
      element.items.forEach((item, index) =>
        collect(item.dataset, charset, `${path}[${index}].`, match)
      );
    } else {
      match[path] = vrInfo(element.vr).kind === "text"
        ? stringsOf(element, charset).join("\\")
        : rawStringOf(element);
    }
  }
}

/** Matches in an order of their own, without their character set, which the two programs may request differently. */
export function comparable(matches: readonly MatchValues[]): MatchValues[] {
  return matches
    .map((match) =>
      Object.fromEntries(
        Object.entries(match).filter(([path]) => !path.endsWith("(0008,0005)"))
          .sort(([a], [b]) => a < b ? -1 : 1),
      )
    )
    .sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}
