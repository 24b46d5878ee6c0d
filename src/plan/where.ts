/**
 * Conditions on matches that no server evaluates: `Keyword OPERATOR value`, compared by the kind of the attribute (`--where`).
 * Knows no peer; a condition is read once and tested on every match.
 */
import { Charset } from "../charset/charset.ts";
import { bigintsOf, charsetOf, numbersOf, stringsOf } from "../codec/values.ts";
import {
  type Dataset,
  type Element,
  type Holder,
  isSequence,
} from "../dataset/dataset.ts";
import { locate, type Selector } from "../dataset/path.ts";
import { parseDate, parseDateTime, parseTime } from "../matching/temporal.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import {
  BAD_CONDITION,
  type ConditionText,
  type Operator,
} from "./condition_text.ts";
import { UsageError } from "../errors.ts";
import { parseSelector } from "../identifier/selector.ts";

/** The type by which one value of an attribute is compared: a number, a point in time, or text. */
type Comparable = number | bigint | string;

/** A condition that can be tested. */
export class WhereCondition {
  readonly #selector: Selector;
  readonly #operator: Operator;
  readonly #value: string;
  #isTested = false;
  #hasSeen = false;

  /** `selector` is the attribute that the condition names. */
  constructor(selector: Selector, { operator, value }: ConditionText) {
    this.#selector = selector;
    this.#operator = operator;
    this.#value = value;
  }

  /**
   * Whether the condition holds: for an attribute with several values, or in several items, when one of them fulfils it, but `!=`
   * only when all do. An absent or empty attribute equals the empty text and fulfils no comparison of size.
   */
  holds(dataset: Holder, charset: Charset): boolean {
    const values = valuesAt(dataset, this.#selector, charset);
    this.#isTested = true;
    this.#hasSeen ||= values.length > 0;
    const fulfils = (value: Shown) => this.#fulfils(value);
    const all = values.length === 0 ? [EMPTY] : values;
    return this.#operator === "!=" ? all.every(fulfils) : all.some(fulfils);
  }

  /** Whether it was tested, and never on a match that has a value of the attribute. */
  get isVain(): boolean {
    return this.#isTested && !this.#hasSeen;
  }

  #fulfils(cell: Shown): boolean {
    switch (this.#operator) {
      case "~":
        return cell.text.toLowerCase().includes(this.#value.toLowerCase());
      case "=":
        return this.#order(cell) === 0;
      case "!=":
        return this.#order(cell) !== 0;
      case "<":
        return this.#isOrdered(cell, (order) => order < 0);
      case "<=":
        return this.#isOrdered(cell, (order) => order <= 0);
      case ">":
        return this.#isOrdered(cell, (order) => order > 0);
      case ">=":
        return this.#isOrdered(cell, (order) => order >= 0);
    }
  }

  #isOrdered(cell: Shown, test: (order: number) => boolean): boolean {
    return cell.text !== "" && test(this.#order(cell));
  }

  /** Below 0 if the attribute's value is less than that of the condition. */
  #order(cell: Shown): number {
    const operand = comparable(this.#value, cell.kind);
    const value = comparable(cell.text, cell.kind);
    if (typeof operand !== typeof value) {
      return compare(cell.text, this.#value);
    }
    return compare(value, operand);
  }
}

/** How the kinds of values that are compared by size are written. */
const FORMS: Readonly<Record<string, string>> = {
  number: "a decimal number",
  DA: "YYYYMMDD or YYYY-MM-DD",
  TM: "HHMM or HH:MM:SS",
  DT: "YYYYMMDDHHMMSS",
  AS: "three digits and D, W, M or Y, such as 045Y",
};

/** How a value is written that an attribute of this VR can be compared with; undefined if this one is. */
function neededForm(
  { operator, value }: ConditionText,
  vr: Element["vr"],
): string | undefined {
  const kind = kindOf(vr);
  if (operator === "~" || value === "" || kind === "text") return undefined;
  return typeof comparable(value, kind) === "string" ? FORMS[kind] : undefined;
}

/** A value as text, with how it is compared. */
interface Shown {
  readonly text: string;
  readonly kind: "number" | "AS" | "DA" | "TM" | "DT" | "text";
}

const EMPTY: Shown = { text: "", kind: "text" };

function compare(a: Comparable, b: Comparable): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparable(text: string, kind: Shown["kind"]): Comparable {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim())
        ? Number(text)
        : text;
    case "AS":
      return daysOf(text) ?? text;
    case "DA":
      return parseDate(withoutHyphens(text))?.from ?? text;
    case "TM":
      return parseTime(text.replaceAll(":", ""))?.from ?? text;
    case "DT":
      return parseDateTime(text)?.from ?? text;
  }
}

const DAYS: Readonly<Record<string, number>> = {
  D: 1,
  W: 7,
  M: 365.25 / 12,
  Y: 365.25,
};

/** Days of an age (PS3.5 6.2), on the average of years and months; undefined for a text that is none. */
function daysOf(age: string): number | undefined {
  const [, count, unit] = /^(\d{3})([DWMY])$/.exec(age.trim()) ?? [];
  return unit === undefined ? undefined : Number(count) * DAYS[unit]!;
}

/** Dates may be written as people do, with hyphens. */
function withoutHyphens(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.replaceAll("-", "") : text;
}

/** All values of an attribute, in all items if its path names none. */
function valuesAt(
  dataset: Holder,
  selector: Selector,
  charset: Charset,
): Shown[] {
  const [step, ...rest] = selector;
  const tag = step && locate(dataset, step);
  const element = tag === undefined ? undefined : dataset.get(tag);
  if (element === undefined) return [];
  if (rest.length === 0) return shownValues(element, charset);
  if (!isSequence(element)) return [];
  return element.items.flatMap((item) => valuesAt(item.dataset, rest, charset));
}

function shownValues(element: Element, charset: Charset): Shown[] {
  const kind = kindOf(element.vr);
  const texts = kind === "number" && element.vr !== "DS" && element.vr !== "IS"
    ? [...numbersOf(element), ...bigintsOf(element)].map(String)
    : stringsOf(element, charset);
  return texts.map((text) => ({ text: text.trim(), kind }));
}

const NUMERIC: ReadonlySet<string> = new Set(
  ["DS", "IS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD"],
);

function kindOf(vr: Element["vr"]): Shown["kind"] {
  if (vr === "AS" || vr === "DA" || vr === "TM" || vr === "DT") return vr;
  return NUMERIC.has(vr) ? "number" : "text";
}

/** The match that conditions are tested on. */
interface TestedMatch {
  readonly dataset: Dataset;
  /** The same where it lies, if that is possible: it need not be decoded then. */
  readonly elements?: Holder | undefined;
}

/** Conditions, all of which a match has to fulfil. */
export interface Where {
  readonly holds: (match: TestedMatch) => boolean;
  /** The attributes of which no tested match had a value, as typed. */
  readonly absent: () => readonly string[];
}

/** Conditions as a test. Throws `UsageError` for an attribute that does not exist, and for a value of another type. */
export function whereOf(
  texts: readonly ConditionText[],
  dictionary: Dictionary,
): Where {
  const conditions = texts.map((text) => {
    const { attribute, value } = text;
    const selector = parseSelector(attribute, dictionary, BAD_CONDITION);
    const vr = dictionary.vr(selector.at(-1)!.tag);
    // Groups of a name may begin so: "=Yamada" is an ideographic one.
    if (value.startsWith("=") && vr !== "PN") {
      throw new UsageError(`"${attribute}=${value}" has two equal signs`, {
        hint: "Write one, for equal",
      });
    }
    const form = neededForm(text, vr);
    if (form !== undefined) {
      throw new UsageError(
        `"${value}" is nothing that ${attribute} (VR ${vr}) can be compared with`,
        { hint: `Write ${form}` },
      );
    }
    return { attribute, condition: new WhereCondition(selector, text) };
  });
  return {
    holds(match) {
      const holder = match.elements ?? match.dataset;
      const charset = charsetOf(holder, Charset.ascii);
      return conditions.every(({ condition }) =>
        condition.holds(holder, charset)
      );
    },
    absent: () =>
      conditions.filter(({ condition }) => condition.isVain)
        .map(({ attribute }) => attribute),
  };
}
