/** Differences of two peers as a table, CSV or JSON. Does not depend on any peer. */
import { Dictionary } from "../dictionary/dictionary.ts";
import { type Column, NO_ATTRIBUTE, projected } from "./columns.ts";
import type {
  AttributeDifference,
  Comparison,
  Difference,
} from "./comparison.ts";
import { JsonObjects } from "./json.ts";
import { jsonString } from "./json_text.ts";
import type { MatchRecord, ResultWriter, TextOptions } from "./writer.ts";

/** How differences are written. */
export interface ComparisonOptions extends TextOptions {
  /** The two peers. */
  readonly peers: readonly [first: string, second: string];
  /** The attributes shown of an entity, beginning with its unique key. */
  readonly columns: readonly Column[];
}

/**
 * One row per entity that one peer has alone, and one per attribute that differs. `table` makes the writer of the rows, given their
 * columns; `end` what closes it.
 */
export function comparisonRows(
  { differences }: Comparison,
  { peers, columns }: ComparisonOptions,
  table: (columns: readonly Column[]) => ResultWriter,
  end: (writer: ResultWriter) => string,
): string {
  let now: {
    difference: Difference;
    deviation?: AttributeDifference | undefined;
  };
  const [first, second] = peers;
  const extra = (label: string, textOf: () => string): Column => ({
    path: NO_ATTRIBUTE,
    label,
    textOf,
  });
  const writer = table([
    extra("difference", () => kindText(now.difference, peers)),
    ...columns,
    extra("attribute", () => now.deviation?.column.label ?? ""),
    extra(first, () => now.deviation?.first ?? ""),
    extra(second, () => now.deviation?.second ?? ""),
  ]);
  let text = writer.begin();
  for (const difference of differences) {
    const deviations = difference.kind === "different"
      ? difference.deviations
      : [undefined];
    for (const deviation of deviations) {
      now = { difference, deviation };
      text += writer.match(plain(difference.record));
    }
  }
  return text + end(writer);
}

function plain({ number, status, dataset, syntax }: MatchRecord): MatchRecord {
  return { number, status, dataset, syntax };
}

function kindText(
  { kind }: Difference,
  [first, second]: readonly [string, string],
): string {
  switch (kind) {
    case "first":
      return `only in ${first}`;
    case "second":
      return `only in ${second}`;
    case "different":
      return "different";
  }
}

/**
 * One object: `a` and `b` are the names of the peers, `onlyInA` and `onlyInB` arrays of entities that only one has, `different` one
 * of entities with `differences`, by attribute the values `a` and `b` as stored, and `same` the number of the others.
 */
export function comparisonJson(
  { differences, same }: Comparison,
  { peers, columns, ...options }: ComparisonOptions,
): string {
  const objects = new JsonObjects({
    ...options,
    dictionary: options.dictionary ?? Dictionary.standard,
    hidden: new Set([0x00080005]),
  });
  const object = ({ dataset }: MatchRecord) =>
    objects.object(projected(dataset, columns));
  const list = (kind: Difference["kind"]) =>
    `[${
      differences.filter((one) => one.kind === kind).map((one) => {
        const text = object(one.record);
        if (one.kind !== "different") return `\n  ${text}`;
        const members = one.deviations.map(({ column, first, second }) =>
          `${jsonString(column.label)}:{"a":${jsonString(first)},"b":${
            jsonString(second)
          }}`
        );
        return `\n  ${text.slice(0, -1)}${
          text === "{}" ? "" : ","
        }"differences":{${members.join(",")}}}`;
      }).join(",")
    }]`;
  const [a, b] = peers;
  return `{
"a":${jsonString(a)},
"b":${jsonString(b)},
"onlyInA":${list("first")},
"onlyInB":${list("second")},
"different":${list("different")},
"same":${same}
}
`;
}
