import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import {
  charsetOf,
  rawElement,
  stringsOf,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { combined } from "../../../src/plan/combine.ts";

const CHARSET = 0x00080005;
const NAME = 0x00100010;
const DESCRIPTION = 0x0008103e;

function spoken(terms: string, ...texts: [tag: number, text: string][]) {
  const charset = Charset.of(terms.split("\\"));
  return Dataset.of(
    ...terms === "" ? [] : [textElement(CHARSET, "CS", terms)],
    ...texts.map(([tag, text]) =>
      textElement(tag, tag === NAME ? "PN" : "LO", text, charset)
    ),
  );
}

function textsOf(dataset: Dataset): Record<string, string> {
  const charset = charsetOf(dataset, Charset.ascii);
  return Object.fromEntries(
    [...dataset].map((element) => [
      element.tag.toString(16).padStart(8, "0"),
      stringsOf(element, charset).join("\\"),
    ]),
  );
}

describe("combined()", () => {
  test("lets the lower level count, unless it is empty", () => {
    const upper = Dataset.of(
      rawElement(0x00080052, "CS", "STUDY"),
      rawElement(0x00080054, "AE", "ONE"),
      rawElement(0x00100020, "LO", "4711"),
      rawElement(0x0020000d, "UI", "1.2"),
    );
    const lower = Dataset.of(
      rawElement(0x00080052, "CS", "SERIES"),
      rawElement(0x00100020, "LO", ""),
      rawElement(0x0020000d, "UI", "1.2.0"),
    );
    assert.deepEqual(textsOf(combined([upper, lower])), {
      "00080052": "SERIES",
      "00100020": "4711",
      "0020000d": "1.2.0",
    });
  });

  test("leaves bytes alone if one character set holds for all", () => {
    const upper = spoken("ISO_IR 100", [NAME, "Müller"]);
    const lower = spoken("", [DESCRIPTION, "plain"]);
    const all = combined([upper, lower]);
    assert.equal(all.get(NAME), upper.get(NAME));
    assert.deepEqual(textsOf(all), {
      "00080005": "ISO_IR 100",
      "0008103e": "plain",
      "00100010": "Müller",
    });
  });

  test("brings text of several character sets into UTF-8", () => {
    const all = combined([
      spoken("ISO 2022 IR 6\\ISO 2022 IR 87", [NAME, "山田"]),
      spoken("ISO_IR 144", [DESCRIPTION, "Грудь"]),
    ]);
    assert.deepEqual(textsOf(all), {
      "00080005": "ISO_IR 192",
      "0008103e": "Грудь",
      "00100010": "山田",
    });
  });

  test("reads what declares nothing in the given character set", () => {
    const options = { assume: ["ISO_IR 100"] };
    const upper = Dataset.of(rawElement(NAME, "PN", "M\xfcller"));
    const all = combined(
      [upper, spoken("ISO_IR 144", [DESCRIPTION, "Грудь"])],
      Charset.of([], options),
      options,
    );
    assert.equal(textsOf(all)["00100010"], "Müller");
  });
});
