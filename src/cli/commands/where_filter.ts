/** `--where`: the matches that fulfil conditions. Loaded on demand. */
import { Charset } from "../../charset/charset.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { parseSelector } from "../../identifier/selector.ts";
import type { ConditionText } from "../../plan/condition_text.ts";
import { Condition } from "../../plan/where.ts";

/** A test that holds where all conditions do. Throws `UsageError` for an attribute that does not exist. */
export function filterOf(
  texts: readonly ConditionText[],
  dictionary: Dictionary,
): (match: { readonly dataset: Dataset }) => boolean {
  const conditions = texts.map((text) =>
    new Condition(parseSelector(text.attribute, dictionary), text)
  );
  return ({ dataset }) => {
    const charset = charsetOf(dataset, Charset.ascii);
    return conditions.every((condition) => condition.holds(dataset, charset));
  };
}
