/** `--where` as written: an attribute, an operator, a value. Apart from the test, so that reading a command line loads no more. */

/** The comparisons; `~` is "contains, without regard to case". */
export const OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "~"] as const;
/** One of them. */
export type Operator = (typeof OPERATORS)[number];

/** A condition as written, before the attribute is looked up. */
export interface ConditionText {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Splits `Keyword>=value` at its operator; undefined when there is none. */
export function parseCondition(text: string): ConditionText | undefined {
  const match = /^([^=!<>~]+)(!=|<=|>=|=|<|>|~)(.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, attribute = "", operator, value = ""] = match;
  return {
    attribute: attribute.trim(),
    operator: operator as Operator,
    value: value.trim(),
  };
}
