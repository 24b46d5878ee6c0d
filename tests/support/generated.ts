/**
 * Datasets made up by fast-check: every VR, several character sets, nested items. Values are in the one form that writers leave
 * as it is (no padding to lose, numbers as short as they get), so that what comes back can be compared byte for byte.
 */
import fc from "fast-check";
import { Charset } from "../../src/charset/charset.ts";
import {
  numberElement,
  rawElement,
  tagElement,
  textElement,
} from "../../src/codec/values.ts";
import { Dataset, type Element, sequence } from "../../src/dataset/dataset.ts";
import type { Tag } from "../../src/dataset/tag.ts";
import { type Vr, vrInfo } from "../../src/dataset/vr.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";

/** The values of an attribute before they are bytes. */
type Content =
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "numbers"; readonly numbers: readonly (number | bigint)[] }
  | { readonly kind: "tags"; readonly tags: readonly Tag[] }
  | { readonly kind: "bytes"; readonly bytes: string }
  | { readonly kind: "items"; readonly items: readonly Attribute[][] };

interface Attribute {
  readonly tag: Tag;
  readonly vr: Vr;
  readonly content: Content;
}

/** One attribute for every VR, all of which may have several values if the VR allows it (Selector … Value, PS3.3 C.23.4). */
const SELECTORS: readonly Tag[] = Array.from(
  { length: 0x26 },
  (_, at) => 0x0072005e + at,
).filter((tag) => Dictionary.standard.entry(tag) !== undefined);

/** Attributes that queries request. */
const COMMON = [
  "StudyDate",
  "StudyTime",
  "AccessionNumber",
  "Modality",
  "ModalitiesInStudy",
  "ReferringPhysicianName",
  "StudyDescription",
  "PatientName",
  "PatientID",
  "PatientBirthDate",
  "PatientSize",
  "StudyInstanceUID",
  "NumberOfStudyRelatedInstances",
  "PixelSpacing",
  "Rows",
  "ScheduledProcedureStepSequence",
  "RequestAttributesSequence",
].map((keyword) => Dictionary.standard.byKeyword(keyword)!.tag);

const TAGS = [...new Set([...SELECTORS, ...COMMON])];

/** Character sets, and characters that each of them has. */
const CHARSETS: readonly (readonly [terms: string, characters: string])[] = [
  ["", "aZ09 .,'<>&\"-"],
  ["ISO_IR 100", "a Z9äöüßé<&\u00a0"],
  ["ISO_IR 144", "a Z9ЖяЁ\u045f"],
  ["ISO_IR 126", "a Z9Ωάλ"],
  ["\\ISO 2022 IR 87", "a Z9山田太郎やま"],
  ["\\ISO 2022 IR 149", "a Z9홍길동洪"],
  ["ISO_IR 192", "a Z9é山🙂\u202e\u2028\ufffd"],
  ["GB18030", "a Z9王小东é"],
];

const DIGIT = fc.constantFrom(..."0123456789");

function texts(unit: fc.Arbitrary<string>, max: number) {
  return fc.string({ unit, minLength: 1, maxLength: max })
    .map((text) => text.replace(/^[ \0]+|[ \0]+$/g, ""))
    .filter((text) => text !== "");
}

/** Text of a VR; none that padding or its own rules would change. */
function textOf(vr: Vr, unit: fc.Arbitrary<string>): fc.Arbitrary<string> {
  switch (vr) {
    case "PN":
      return fc.array(
        fc.array(texts(unit, 5), { minLength: 1, maxLength: 3 })
          .map((components) => components.join("^")),
        { minLength: 1, maxLength: 3 },
      ).map((groups) => groups.join("="));
    case "DA":
    case "TM":
    case "DT":
    case "AS":
      return fc.string({ unit: DIGIT, minLength: 4, maxLength: 8 });
    case "UI":
      return fc.array(fc.integer({ min: 0, max: 99999 }), {
        minLength: 2,
        maxLength: 6,
      }).map((parts) => parts.join("."));
    case "IS":
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String);
    case "DS":
      return fc.oneof(
        fc.integer({ min: -99999, max: 99999 }).map((whole) =>
          String(whole / 1000)
        ),
        fc.constantFrom("0.1234567890123456", "not a number"),
      );
    case "AE":
    case "CS":
    case "UR":
      return texts(fc.constantFrom(..."ABZ09_ -"), 12);
    case "LT":
    case "ST":
    case "UT":
      return texts(fc.oneof(unit, fc.constantFrom("\\", "\r\n", "\t")), 30);
    default:
      return texts(unit, 12);
  }
}

/** Values that may follow each other; an empty one among them counts, at the end too. */
function several(vr: Vr, unit: fc.Arbitrary<string>) {
  const text = textOf(vr, unit);
  return vrInfo(vr).multiple
    ? fc.array(fc.oneof({ weight: 5, arbitrary: text }, fc.constant("")), {
      maxLength: 4,
    }).filter((all) => all.length !== 1 || all[0] !== "")
    : fc.array(text, { maxLength: 1 });
}

const INTEGERS: Partial<Record<Vr, fc.Arbitrary<number | bigint>>> = {
  US: fc.integer({ min: 0, max: 0xffff }),
  SS: fc.integer({ min: -0x8000, max: 0x7fff }),
  UL: fc.integer({ min: 0, max: 0xffffffff }),
  SL: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  OL: fc.integer({ min: 0, max: 0xffffffff }),
  UV: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  SV: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  OV: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  FL: fc.float(),
  OF: fc.float(),
  FD: fc.double(),
  OD: fc.double(),
};

function content(
  vr: Vr,
  unit: fc.Arbitrary<string>,
  depth: number,
): fc.Arbitrary<Content> {
  if (vr === "SQ") {
    return fc.array(attributes(unit, depth + 1), { maxLength: 2 })
      .map((items) => ({ kind: "items", items }));
  }
  if (vr === "AT") {
    return fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 3 })
      .map((tags) => ({ kind: "tags", tags }));
  }
  const number = INTEGERS[vr];
  if (number !== undefined) {
    return fc.array(number, { maxLength: 3 })
      .map((numbers) => ({ kind: "numbers", numbers }));
  }
  if (vrInfo(vr).kind === "bytes") {
    return fc.uint8Array({ maxLength: 9 }).map((bytes) => ({
      kind: "bytes",
      bytes: String.fromCharCode(
        ...bytes.subarray(0, bytes.length - bytes.length % 2),
      ),
    }));
  }
  return several(vr, unit).map((texts) => ({ kind: "texts", texts }));
}

function attributes(
  unit: fc.Arbitrary<string>,
  depth: number,
): fc.Arbitrary<Attribute[]> {
  const tags = depth < 3
    ? TAGS
    : TAGS.filter((tag) => Dictionary.standard.vr(tag) !== "SQ");
  return fc.uniqueArray(fc.constantFrom(...tags), {
    maxLength: depth === 0 ? 12 : 4,
  }).chain((chosen) =>
    fc.tuple(...chosen.map((tag) => {
      const vr = Dictionary.standard.vr(tag);
      return content(vr, unit, depth).map((content) => ({ tag, vr, content }));
    }))
  );
}

/** The element in a character set. */
function elementOf({ tag, vr, content }: Attribute, charset: Charset): Element {
  switch (content.kind) {
    case "texts":
      return textElement(tag, vr, content.texts, charset);
    case "numbers":
      return numberElement(tag, vr, content.numbers);
    case "tags":
      return tagElement(tag, content.tags);
    case "bytes":
      return rawElement(tag, vr, content.bytes);
    case "items":
      return sequence(
        tag,
        content.items.map((item) => datasetOf(item, charset)),
      );
  }
}

function datasetOf(all: readonly Attribute[], charset: Charset): Dataset {
  return Dataset.of(...all.map((one) => elementOf(one, charset)));
}

/** One dataset twice: as a peer would send it, and the same with its text in UTF-8. */
export interface Generated {
  readonly dataset: Dataset;
  readonly inUtf8: Dataset;
}

/** Datasets of all kinds. */
export function generatedDatasets(): fc.Arbitrary<Generated> {
  return fc.constantFrom(...CHARSETS).chain(([terms, characters]) =>
    attributes(fc.constantFrom(...characters), 0).map((all) => {
      const made = (declared: string) => {
        const charset = Charset.of(declared.split("\\"));
        const dataset = datasetOf(all, charset);
        if (declared !== "") {
          dataset.set(textElement(0x00080005, "CS", declared));
        }
        return dataset;
      };
      return {
        dataset: made(terms),
        inUtf8: made(terms === "" ? "" : "ISO_IR 192"),
      };
    })
  );
}

/** A dataset as something that `deepEqual` compares and shows well. */
export function plain(dataset: Dataset): unknown[] {
  return [...dataset].map((element) =>
    "items" in element
      ? [element.tag, element.items.map((item) => plain(item.dataset))]
      : "value" in element
      ? [element.tag, element.vr, String.fromCharCode(...element.value)]
      : [element.tag, "fragments"]
  );
}
