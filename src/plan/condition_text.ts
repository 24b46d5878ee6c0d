/** `--where` as written: an attribute, an operator, a value. Apart from the test, so that reading a command line loads no more. */

/** The comparisons; `~` is "contains, without regard to case". */
export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "~"] as const;
/** One of them. */
export type Operator = (typeof OPERATORS)[number];

/** How messages about a mistake in a condition begin. */
export const BAD_CONDITION = "Bad condition";

/** A condition as written, before the attribute is looked up. */
export interface ConditionText {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Splits `Keyword>=value` at its operator; undefined if there is none, or no value to compare by size or contents with. */
export function parseCondition(text: string): ConditionText | undefined {
  const match = /^([^=!<>~]+)(!=|<=|>=|=|<|>|~)(.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, attribute = "", operator, value = ""] = match;
  if (value.trim() === "" && operator !== "=" && operator !== "!=") {
    return undefined;
  }
  return {
    attribute: attribute.trim(),
    operator: operator as Operator,
    value: value.trim(),
  };
}
