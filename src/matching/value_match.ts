/**
 * Tests of stored values against the values of a plain key, by their VR (PS3.4 C.2.2.2). Each stored value is read once, however many
 * values the key has. Does not depend on tags, sequences or datasets.
 */
import type { Charset } from "../charset/charset.ts";
import {
  bigintsOf,
  numbersOf,
  rawStringOf,
  stringsOf,
  tagsOf,
} from "../codec/values.ts";
import type { Element } from "../dataset/dataset.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { parseKeySpan, parseStored, type Span, within } from "./temporal.ts";
import {
  type ComparableName,
  comparableName,
  hasWildcard,
  nameTest,
  normal,
  textTest,
} from "./text_match.ts";

/** Options of comparing values. */
export interface ValueOptions {
  /** Person names without regard to case, accents and width. */
  readonly fuzzy?: boolean;
  /** All of several key values must be present (C.2.2.2.8). Otherwise any one of them suffices. */
  readonly multipleValue?: boolean;
}

/** VRs with wild card matching (PS3.4 C.2.2.2.4). */
export const WILDCARD_VRS: ReadonlySet<Vr> = new Set<Vr>([
  "AE",
  "CS",
  "LO",
  "LT",
  "PN",
  "SH",
  "ST",
  "UC",
  "UR",
  "UT",
]);

/** VRs with multiple value matching (PS3.4 C.2.2.2.8). */
const MULTIPLE_VALUE_VRS: ReadonlySet<Vr> = new Set<Vr>([
  "AE",
  "AS",
  "AT",
  "CS",
  "LO",
  "PN",
  "SH",
  "UC",
]);

/** Tests a stored element; `offset` is the one that its dataset declares for its dates and times. */
export type ValueTest = (
  element: Element,
  charset: Charset,
  offset: number | undefined,
) => boolean;

/** A number of IS or DS text, undefined when it is none. */
function decimal(text: string): number | undefined {
  const number = text.trim();
  if (number === "") return undefined;
  const value = Number(number);
  return /^[-+.\deE]+$/.test(number) && Number.isFinite(value)
    ? value
    : undefined;
}

function binaryTest(key: Element, values: (element: Element) => unknown[]) {
  const operands = values(key);
  return (element: Element) =>
    values(element).some((value) => operands.includes(value));
}

/** How the values of a VR are compared with keys. A stored value is prepared once, however many keys there are. */
interface Comparison<T> {
  prepare(text: string, storedOffset: number | undefined): T;
  test(key: string): (value: T) => boolean;
}

/** Single values of IS and DS are compared as numbers: `1` and `1.0` are the same. */
const DECIMALS: Comparison<{ text: string; number: number | undefined }> = {
  prepare: (text) => ({ text: text.trim(), number: decimal(text) }),
  test(key) {
    const keyNumber = decimal(key);
    return keyNumber === undefined
      ? ({ text }) => text === key
      : ({ number }) => number === keyNumber;
  },
};

/**
 * Keys of DA, TM or DT: single values or ranges. A key that is neither is compared as text. If only one side has an offset from UTC,
 * it holds for the other one, too.
 */
function temporalComparison(
  vr: "DA" | "TM" | "DT",
  offset: number | undefined,
): Comparison<{ text: string; moment: Span | undefined; zone: number }> {
  return {
    prepare: (text, storedOffset) => ({
      text,
      moment: parseStored(vr, text, storedOffset ?? offset ?? 0),
      zone: offset ?? storedOffset ?? 0,
    }),
    test(key) {
      const spans = new Map<number, Span | undefined>();
      const spanAt = (zone: number) => {
        if (!spans.has(zone)) spans.set(zone, parseKeySpan(vr, key, zone));
        return spans.get(zone);
      };
      return ({ text, moment, zone }) => {
        const span = spanAt(zone);
        return moment === undefined || span === undefined
          ? text === key
          : within(moment, span);
      };
    },
  };
}

function nameComparison(lenient: boolean): Comparison<ComparableName> {
  return {
    prepare: (text) => comparableName(text, lenient),
    test: (key) => nameTest(key, lenient),
  };
}

function textComparison(vr: Vr): Comparison<string> {
  return {
    prepare: normal,
    test(key) {
      const keyText = normal(key);
      return WILDCARD_VRS.has(vr)
        ? textTest(keyText)
        : (text: string) => text === keyText;
    },
  };
}

/** The test of the key values of a text VR: any of them will do, or `all` must. */
function textValuesTest(
  vr: Vr,
  keys: readonly string[],
  options: ValueOptions,
  offset: number | undefined,
  all: boolean,
): ValueTest {
  if (vr === "DA" || vr === "TM" || vr === "DT") {
    return valuesTest(keys, temporalComparison(vr, offset), all);
  }
  if (vr === "PN") {
    return valuesTest(keys, nameComparison(options.fuzzy === true), all);
  }
  return vr === "IS" || vr === "DS"
    ? valuesTest(keys, DECIMALS, all)
    : valuesTest(keys, textComparison(vr), all);
}

function valuesTest<T>(
  keys: readonly string[],
  { prepare, test }: Comparison<T>,
  all: boolean,
): ValueTest {
  const tests = keys.map(test);
  const [only] = tests;
  if (tests.length === 1) {
    return (element, charset, zone) =>
      stringsOf(element, charset).some((text) => only!(prepare(text, zone)));
  }
  return (element, charset, zone) => {
    const values = stringsOf(element, charset)
      .map((text) => prepare(text, zone));
    return all
      ? tests.every((test) => values.some(test))
      : tests.some((test) => values.some(test));
  };
}

/** The key values that mean anything: empty ones among several do not. */
export function keyValues(key: Element, charset: Charset): string[] {
  return stringsOf(key, charset).filter((value) => value !== "");
}

/** The test of a plain key, or undefined when it matches everything. */
export function plainTest(
  key: Element,
  charset: Charset,
  options: ValueOptions,
  offset: number | undefined,
): ValueTest | undefined {
  const kind = vrInfo(key.vr).kind;
  if (kind === "tags") {
    const keyTags = tagsOf(key);
    if (options.multipleValue === true) {
      return (element) => {
        const tags = tagsOf(element);
        return keyTags.every((tag) => tags.includes(tag));
      };
    }
    return binaryTest(key, tagsOf);
  }
  if (kind === "number") {
    return binaryTest(
      key,
      key.vr === "SV" || key.vr === "UV" ? bigintsOf : numbersOf,
    );
  }
  if (kind === "bytes") {
    const keyText = rawStringOf(key);
    return (element) => rawStringOf(element) === keyText;
  }
  const values = keyValues(key, charset);
  if (values.length === 0) return undefined;
  if (WILDCARD_VRS.has(key.vr) && values.some((value) => /^\*+$/.test(value))) {
    return undefined;
  }
  const all = options.multipleValue === true &&
    MULTIPLE_VALUE_VRS.has(key.vr) && !values.some(hasWildcard);
  return textValuesTest(key.vr, values, options, offset, all);
}
