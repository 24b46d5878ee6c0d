/** `--where`: the matches that fulfil conditions. Loaded on demand. */
import { Charset } from "../../charset/charset.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { parseSelector } from "../../identifier/selector.ts";
import type { ConditionText } from "../../plan/condition_text.ts";
import { Condition, neededForm } from "../../plan/where.ts";
import { UsageError } from "../../errors.ts";

/** A test that holds where all conditions do. Throws `UsageError` for an attribute that does not exist, and for a value of another type. */
export function filterOf(
  texts: readonly ConditionText[],
  dictionary: Dictionary,
): (match: { readonly dataset: Dataset }) => boolean {
  const conditions = texts.map((text) => {
    const selector = parseSelector(text.attribute, dictionary);
    const vr = dictionary.vr(selector.at(-1)!.tag);
    const form = neededForm(text, vr);
    if (form !== undefined) {
      throw new UsageError(
        `"${text.value}" is nothing that ${text.attribute} (VR ${vr}) can be compared with`,
        { hint: `Write ${form}` },
      );
    }
    return new Condition(selector, text);
  });
  return ({ dataset }) => {
    const charset = charsetOf(dataset, Charset.ascii);
    return conditions.every((condition) => condition.holds(dataset, charset));
  };
}
