/** Responses against the keys that they answer: fulfilled, contradicted, or nothing said. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { numberElement, rawElement } from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  sequence,
} from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";
import { KeyCheck } from "../../../src/matching/key_check.ts";
import { elementsOf } from "../../support/plain_elements.ts";

const SEX = 0x00100040;
const NAME = 0x00100010;
const STEP = 0x00400100;

/** `(gggg,eeee)` of the deviating attributes, with `?` if nothing is said; the same if the response is read where it lies. */
function deviations(keys: Element[], response: Element[]): string[] {
  const check = new KeyCheck(Dataset.of(...keys));
  const dataset = Dataset.of(...response);
  const bytes = encodeDataset(dataset, EXPLICIT_LE);
  const [found, foundUndecoded] = [dataset, elementsOf(bytes, EXPLICIT_LE)!]
    .map((holder) =>
      check.deviations(holder, Charset.ascii).map(({ path, kind }) =>
        path.map(formatTag).join(".") + (kind === "lacks" ? "?" : "")
      )
    );
  assert.deepEqual(foundUndecoded, found);
  return found!;
}

const sex = (value: string) => rawElement(SEX, "CS", value);
const name = (value: string) => rawElement(NAME, "PN", value);
const uid = (value: string) => rawElement(0x0020000d, "UI", value);
const date = (value: string) => rawElement(0x00080020, "DA", value);
const step = (...items: Dataset[]) => sequence(STEP, items);
const modality = (value: string) => rawElement(0x00080060, "CS", value);
const station = (value: string) => rawElement(0x00400001, "AE", value);

describe("a response", () => {
  const rows: [string, Element[], Element[], string[]][] = [
    ["fulfils a value", [sex("M")], [sex("M ")], []],
    ["contradicts a value", [sex("M")], [sex("F")], ["(0010,0040)"]],
    ["lacks an attribute", [sex("M")], [name("A")], ["(0010,0040)?"]],
    ["has it empty", [sex("M")], [sex("")], ["(0010,0040)?"]],
    ["fulfils a return key", [sex("")], [sex("F")], []],
    ["fulfils a lone asterisk", [name("*")], [], []],
    ["fulfils a wildcard", [name("Do?^*")], [name("Doe^Jane")], []],
    ["has a name in other case", [name("doe*")], [name("DOE^JANE")], []],
    ["contradicts a wildcard", [name("Doe*")], [name("Roe^Jane")], [
      "(0010,0010)",
    ]],
    ["has one of several UIDs", [uid("1.2\\1.3")], [uid("1.3")], []],
    ["has another UID", [uid("1.2\\1.3")], [uid("1.4")], ["(0020,000d)"]],
    ["is in a range", [date("20260101-20260131")], [date("20260131")], []],
    ["is out of a range", [date("20260101-")], [date("20251231")], [
      "(0008,0020)",
    ]],
    [
      "is not compared by level and character set",
      [
        rawElement(0x00080005, "CS", "ISO_IR 192"),
        rawElement(0x00080052, "CS", "STUDY"),
      ],
      [rawElement(0x00080052, "CS", "SERIES")],
      [],
    ],
    ["is empty, as asked for", [sex('""')], [sex("")], []],
    ["is absent, as asked for", [sex('""')], [], []],
    [
      "has a number",
      [numberElement(0x00280010, "US", [512])],
      [numberElement(0x00280010, "US", [256])],
      ["(0028,0010)"],
    ],
    [
      "has an item that fulfils all",
      [step(Dataset.of(modality("MR"), station("A")))],
      [
        step(
          Dataset.of(modality("CT")),
          Dataset.of(modality("MR"), station("A")),
        ),
      ],
      [],
    ],
    [
      "has no item that fulfils a key",
      [step(Dataset.of(modality("MR"), station("A")))],
      [step(Dataset.of(modality("CT"), station("A")))],
      ["(0040,0100).(0008,0060)"],
    ],
    [
      "has items of which each fulfils a part",
      [step(Dataset.of(modality("MR"), station("A")))],
      [
        step(
          Dataset.of(modality("CT"), station("A")),
          Dataset.of(modality("MR"), station("B")),
        ),
      ],
      ["(0040,0100).(0008,0060)", "(0040,0100).(0040,0001)"],
    ],
    [
      "has items that say nothing",
      [step(Dataset.of(modality("MR"), station("A")))],
      [step(Dataset.of(station("A")))],
      ["(0040,0100).(0008,0060)?"],
    ],
    [
      "lacks the sequence",
      [step(Dataset.of(modality("MR")))],
      [],
      ["(0040,0100).(0008,0060)?"],
    ],
  ];
  for (const [title, keys, response, expected] of rows) {
    test(title, () => assert.deepEqual(deviations(keys, response), expected));
  }

  test("may keep a private attribute in another block", () => {
    const keys = [
      rawElement(0x00290010, "LO", "ACME"),
      rawElement(0x00291008, "CS", "IMAGE"),
    ];
    const answer = (value: string) => [
      rawElement(0x00290010, "LO", "OTHER"),
      rawElement(0x00290011, "LO", "ACME"),
      rawElement(0x00291008, "CS", "NOT THIS"),
      rawElement(0x00291108, "CS", value),
    ];
    assert.deepEqual(deviations(keys, answer("IMAGE")), []);
    assert.deepEqual(deviations(keys, answer("REPORT")), ["(0029,1008)"]);
  });

  test("is read in its own character set, keys in theirs", () => {
    const keys = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 192"),
      rawElement(NAME, "PN", "M\xc3\xbcller*"),
    );
    const answer = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 100"),
      rawElement(NAME, "PN", "M\xfcller^Eva"),
    );
    assert.deepEqual(new KeyCheck(keys).deviations(answer), []);
  });
});

test("the keys that matches are found by have paths", () => {
  const check = new KeyCheck(Dataset.of(
    sex(""),
    name("A*"),
    rawElement(0x00080052, "CS", "STUDY"),
    step(Dataset.of(modality("MR"), station(""))),
  ));
  assert.deepEqual(
    check.paths.map((path) => path.map(formatTag).join(".")),
    ["(0010,0010)", "(0040,0100).(0008,0060)"],
  );
});
