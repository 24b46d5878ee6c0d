/** Datasets as lines that people can compare: `Keyword VR value`, the values of items indented below. */
import { Charset } from "../../src/charset/charset.ts";
import { charsetOf, numbersOf, stringsOf } from "../../src/codec/values.ts";
import {
  type Dataset,
  type Element,
  isSequence,
} from "../../src/dataset/dataset.ts";
import { formatTag, type Tag } from "../../src/dataset/tag.ts";
import { vrInfo } from "../../src/dataset/vr.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { ELEMENT_ROWS } from "../../src/dictionary/elements_data.ts";

/** One line for each element, in order; values of text and numbers only. */
export function keywordLines(
  dataset: Dataset,
  inherited = Charset.ascii,
  indent = "",
): string[] {
  const charset = charsetOf(dataset, inherited);
  return [...dataset].flatMap((element) => {
    const name = Dictionary.standard.keyword(element.tag) ??
      formatTag(element.tag);
    if (!isSequence(element)) {
      return [
        `${indent}${name} ${element.vr} ${valuesOf(element, charset)}`
          .trimEnd(),
      ];
    }
    return [
      `${indent}${name} SQ ${element.items.length}`,
      ...element.items.flatMap((item) =>
        keywordLines(item.dataset, charset, `${indent}  `)
      ),
    ];
  });
}

function valuesOf(element: Element, charset: Charset): string {
  const values = vrInfo(element.vr).kind === "text"
    ? stringsOf(element, charset)
    : numbersOf(element).map(String);
  return values.join("\\");
}

/** The keywords of all attributes of the standard, retired ones too, for whose tag this holds, in order of tags. */
export function keywordsWhere(holds: (tag: Tag) => boolean): string[] {
  return Array.from(
    ELEMENT_ROWS.matchAll(/^([0-9a-f]{8}) \S+ [^\t\n]+\t(\w+)/gim),
    ([, tag = "", keyword = ""]) => ({ tag: parseInt(tag, 16), keyword }),
  ).filter(({ tag }) => holds(tag)).map(({ keyword }) => keyword);
}
