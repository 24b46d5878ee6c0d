/** Asks the archive and the naive matcher the same made-up queries, and reports the first where they differ, made small. */
import { Charset } from "../../../src/charset/charset.ts";
import {
  charsetOf,
  numberElement,
  numbersOf,
  stringsOf,
  tagElement,
  tagsOf,
  textElement,
} from "../../../src/codec/values.ts";
import {
  Dataset,
  type Element,
  isSequence,
  sequence,
} from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { findModel } from "../../../src/find/models.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import { answerQuery } from "../../../src/scp/archive/query.ts";
import { Cases } from "./cases.ts";
import type { Plain, PlainKeys, PlainQuery } from "./catalogue.ts";
import { naiveAnswer, type Shown } from "./naive.ts";

const dictionary = Dictionary.standard;

function elementOf(
  keyword: string,
  value: string | readonly string[] | readonly Dataset[],
  charset: Charset,
): Element {
  const { tag, vr } = dictionary.byKeyword(keyword)!;
  if (vr === "SQ") {
    return sequence(tag, value === "" ? [] : value as readonly Dataset[]);
  }
  const texts = typeof value === "string"
    ? value === "" ? [] : value.split("\\")
    : value as readonly string[];
  if (vr === "US") return numberElement(tag, vr, texts.map(Number));
  if (vr === "AT") return tagElement(tag, texts.map(Number));
  return textElement(
    tag,
    vr,
    typeof value === "string" ? value : texts.join("\\"),
    charset,
  );
}

/** A record as a dataset in the character set that it declares. */
function datasetOf(record: Plain, inherited: Charset): Dataset {
  const terms = record.get("SpecificCharacterSet") as string[] | undefined;
  const charset = terms === undefined ? inherited : Charset.of(terms);
  return Dataset.of(...Array.from(record, ([keyword, value]) =>
    elementOf(
      keyword,
      value.some((one) => typeof one !== "string")
        ? (value as Plain[]).map((item) => datasetOf(item, charset))
        : value as string[],
      charset,
    )));
}

function identifierOf(keys: PlainKeys, charset: Charset): Dataset {
  return Dataset.of(
    ...Array.from(keys, ([keyword, key]) =>
      elementOf(
        keyword,
        typeof key === "string" ? key : [identifierOf(key, charset)],
        charset,
      )),
  );
}

const UTF_8 = "ISO_IR 192";

function shown(dataset: Dataset, inherited: Charset): Shown {
  const charset = charsetOf(dataset, inherited);
  const values: Shown = {};
  for (const element of dataset) {
    const keyword = dictionary.keyword(element.tag)!;
    if (LEFT_OUT.includes(keyword)) continue;
    values[keyword] = isSequence(element)
      ? element.items.map((item) => shown(item.dataset, charset))
      : element.vr === "US"
      ? numbersOf(element).join("\\")
      : element.vr === "AT"
      ? tagsOf(element).join("\\")
      : stringsOf(element, charset).join("\\");
  }
  return values;
}

/** What says how the answer is to be read. */
const LEFT_OUT = ["SpecificCharacterSet", "QueryRetrieveLevel"];

/** Each match as a line of text with its attributes in order. */
function lines(
  matches: readonly { status: number; values: Shown }[],
): string[] {
  return matches.map(({ status, values }) =>
    `${status.toString(16)} ${
      JSON.stringify(values, (_, value) =>
        value !== null && typeof value === "object" && !Array.isArray(value)
          ? Object.fromEntries(
            Object.entries(value).toSorted(([a], [b]) =>
              a < b ? -1 : 1
            ),
          )
          : value)
    }`
  ).toSorted();
}

function askedOf(archive: Archive, query: PlainQuery): string[] {
  const { root, level, keys, ...options } = query;
  const identifier = identifierOf(
    new Map([
      ["SpecificCharacterSet", UTF_8],
      ["QueryRetrieveLevel", level],
      ...keys,
    ]),
    Charset.of([UTF_8]),
  );
  const answers = [
    ...answerQuery(archive, {
      model: findModel(root)!,
      identifier,
      ...options,
    }),
  ];
  const final = answers.pop()!;
  if (final.status !== 0) return [`refused ${final.status.toString(16)}`];
  return lines(
    answers.map(({ status, dataset }) => ({
      status,
      values: shown(dataset!, Charset.ascii),
    })),
  );
}

function expectedOf(records: readonly Plain[], query: PlainQuery): string[] {
  const expected = naiveAnswer(records, query);
  return expected.refused ? ["refused a900"] : lines(expected.matches);
}

function differ(
  records: readonly Plain[],
  query: PlainQuery,
): { found: string[]; expected: string[] } | undefined {
  const found = askedOf(archiveOf(records), query);
  const expected = expectedOf(records, query);
  return found.join("\n") === expected.join("\n")
    ? undefined
    : { found, expected };
}

const archiveOf = (records: readonly Plain[]) =>
  Archive.fromDatasets(
    records.map((record) => datasetOf(record, Charset.ascii)),
  );

/** The same with fewer records, attributes and keys, as long as the answers differ. */
function smaller(
  records: readonly Plain[],
  query: PlainQuery,
): [readonly Plain[], PlainQuery] {
  for (let at = 0; at < records.length; at++) {
    const fewer = records.toSpliced(at, 1);
    if (differ(fewer, query) !== undefined) return smaller(fewer, query);
  }
  for (const [keyword, key] of query.keys) {
    const keys = new Map(query.keys);
    keys.delete(keyword);
    if (differ(records, { ...query, keys }) !== undefined) {
      return smaller(records, { ...query, keys });
    }
    for (const nested of typeof key === "string" ? [] : key.keys()) {
      const rest = new Map(key as PlainKeys);
      rest.delete(nested);
      const less = { ...query, keys: new Map(query.keys).set(keyword, rest) };
      if (rest.size > 0 && differ(records, less) !== undefined) {
        return smaller(records, less);
      }
    }
  }
  for (const [at, record] of records.entries()) {
    for (const keyword of record.keys()) {
      if (keyword === "SpecificCharacterSet") continue;
      const less = new Map(record);
      less.delete(keyword);
      const fewer = records.with(at, less);
      if (differ(fewer, query) !== undefined) return smaller(fewer, query);
    }
  }
  return [records, query];
}

const text = (value: unknown) =>
  JSON.stringify(
    value,
    (_, one) => one instanceof Map ? Object.fromEntries(one) : one,
    1,
  );

/** What a comparison came to. */
export interface Comparison {
  readonly queries: number;
  /** Queries with at least one match. */
  readonly answered: number;
  readonly refused: number;
  /** The first difference, for a person to read. */
  readonly difference?: string;
}

/** Queries on one archive before the next is made. */
const PER_ARCHIVE = 25;

/** Compares so many queries from one seed. */
export function compareMatching(seed: number, queries: number): Comparison {
  const cases = new Cases(seed);
  let answered = 0;
  let refused = 0;
  for (let done = 0; done < queries;) {
    const records = cases.archive();
    const archive = archiveOf(records);
    for (let one = 0; one < PER_ARCHIVE && done < queries; one++, done++) {
      const query = cases.query(records);
      const found = askedOf(archive, query);
      if (found[0]?.startsWith("refused")) refused++;
      else if (found.length > 0) answered++;
      if (found.join("\n") === expectedOf(records, query).join("\n")) continue;
      const [fewer, less] = smaller(records, query);
      const { found: is, expected } = differ(fewer, less)!;
      return {
        queries: done + 1,
        answered,
        refused,
        difference: `seed ${seed}, query ${done}: ${text(less)}\non ${
          text(fewer)
        }\ngave\n${is.join("\n")}\ninstead of\n${expected.join("\n")}`,
      };
    }
  }
  return { queries, answered, refused };
}
