/**
 * A second C-FIND on an archive, written from PS3.4 C.2.2.2 and C.4.1.3 with nothing in mind but being right: no index, no early end, no
 * code of `src`. It reads the plain form of records and queries. If the standard leaves something open it does what CONFORMANCE.md says.
 */
import {
  type Attribute,
  ATTRIBUTES,
  COMPUTED,
  type Level,
  LEVELS,
  type Plain,
  type PlainKeys,
  type PlainQuery,
  UNIQUE,
} from "./catalogue.ts";
import { date, minutes, range, time } from "./naive_times.ts";
import { recordInZone } from "./naive_zone.ts";
import {
  clean,
  fulfilled,
  hasWildcard,
  isCondition,
  itemFulfils,
  split,
  type Zones,
} from "./naive_values.ts";

/** What a query is answered with: a status that refuses it, or a list of matches. */
export type NaiveAnswer =
  | { readonly refused: true }
  | { readonly refused: false; readonly matches: readonly NaiveMatch[] };

/** The status of a pending response and its attributes, as text. */
export interface NaiveMatch {
  readonly status: number;
  readonly values: Shown;
}

/** Attributes for comparison: values with backslashes between, or items. */
export interface Shown {
  [keyword: string]: string | Shown[];
}

interface Node {
  readonly level: Level;
  readonly id: string;
  readonly parent: Node | undefined;
  readonly children: Node[];
  own: Plain | undefined;
}

const depth = (level: Level) => LEVELS.indexOf(level);

const BY_KEYWORD = new Map(
  [...ATTRIBUTES, ...COMPUTED, ...Object.values(UNIQUE)]
    .map((attribute) => [attribute.keyword, attribute]),
);
const IS_COMPUTED = new Set(COMPUTED.map(({ keyword }) => keyword));

function first(record: Plain, keyword: string): string {
  return ((record.get(keyword) ?? []) as string[])[0]?.trim() ?? "";
}

/** The patients of an archive of records: each belongs to the lowest level whose unique key it has. */
function patientsOf(
  records: readonly Plain[],
  read: (record: Plain) => Plain,
): Node[] {
  const patients = new Map<string, Node>();
  for (const record of records) {
    const ids = LEVELS.map((level) => first(record, UNIQUE[level].keyword));
    let lowest = 3;
    while (lowest > 0 && ids[lowest] === "") lowest--;
    if (ids.slice(1, lowest).includes("")) continue;
    if (lowest === 0 && ids[0] === "" && !record.has("PatientName")) continue;
    const who = ids[0] !== ""
      ? `id ${ids[0]}`
      : `name ${first(record, "PatientName")} ${
        first(record, "PatientBirthDate")
      }`;
    let node = patients.get(who);
    if (node === undefined) {
      node = {
        level: "PATIENT",
        id: ids[0]!,
        parent: undefined,
        children: [],
        own: undefined,
      };
      patients.set(who, node);
    }
    for (let at = 1; at <= lowest; at++) {
      const parent: Node = node!;
      node = parent.children.find(({ id }) => id === ids[at]);
      if (node === undefined) {
        node = {
          level: LEVELS[at]!,
          id: ids[at]!,
          parent,
          children: [],
          own: undefined,
        };
        parent.children.push(node);
      }
    }
    node!.own ??= read(record);
  }
  return [...patients.values()];
}

function below(node: Node, level: Level): Node[] {
  return node.level === level
    ? [node]
    : node.children.flatMap((child) => below(child, level));
}

/** The records that know an entity: its own alone, else those below in the order of their instance numbers. */
function records(node: Node): Plain[] {
  if (node.own !== undefined) return [node.own];
  const number = (record: Plain) => {
    const text = first(record, "InstanceNumber");
    return text === "" || Number.isNaN(Number(text)) ? Infinity : Number(text);
  };
  return node.children.flatMap(records).map((record, at) => ({ record, at }))
    .sort((a, b) =>
      number(a.record) === number(b.record)
        ? a.at - b.at
        : number(a.record) - number(b.record)
    )
    .map(({ record }) => record);
}

/** The value of an attribute of one entity: the first that has any, else an empty one, else that of a record above. */
type Values = string[] | Plain[];

function valueOf(
  node: Node,
  keyword: string,
  level: Level | undefined,
): Values | undefined {
  return foundIn(node, keyword, level)?.get(keyword);
}

/** The record that an attribute of an entity is taken from. */
function foundIn(
  node: Node,
  keyword: string,
  level: Level | undefined,
): Plain | undefined {
  const here = records(node).filter((record) => record.has(keyword));
  const full = here.find((record) => {
    const values = record.get(keyword)!;
    return values.length > 1 || (values.length === 1 && values[0] !== "");
  });
  const record = full ?? here[0];
  if (record !== undefined || level === undefined) return record;
  for (let above = node.parent; above !== undefined; above = above.parent) {
    if (depth(level) > depth(above.level)) return undefined;
    if (above.own?.has(keyword)) return above.own;
  }
  return undefined;
}

const COUNTS: Record<string, Level> = {
  NumberOfPatientRelatedStudies: "STUDY",
  NumberOfPatientRelatedSeries: "SERIES",
  NumberOfPatientRelatedInstances: "IMAGE",
  NumberOfStudyRelatedSeries: "SERIES",
  NumberOfStudyRelatedInstances: "IMAGE",
  NumberOfSeriesRelatedInstances: "IMAGE",
};

function computed(node: Node, keyword: string): string[] {
  const counted = COUNTS[keyword];
  if (counted !== undefined) return [String(below(node, counted).length)];
  const [level, source] = keyword === "ModalitiesInStudy"
    ? ["SERIES", "Modality"] as const
    : ["IMAGE", "SOPClassUID"] as const;
  const vr = BY_KEYWORD.get(source)!.vr;
  const all = below(node, level).flatMap((one) =>
    clean(vr, (valueOf(one, source, level) ?? []) as string[])
  );
  return [...new Set(all.filter((value) => value !== ""))];
}

function ancestor(node: Node, level: Level): Node {
  let at = node;
  while (at.level !== level && at.parent !== undefined) at = at.parent;
  return at;
}

const ROOTS: Record<PlainQuery["root"], readonly Level[]> = {
  patient: LEVELS,
  study: ["STUDY", "SERIES", "IMAGE"],
  psonly: ["PATIENT", "STUDY"],
};

/** Answers a query on an archive of these records. */
export function naiveAnswer(
  stored: readonly Plain[],
  query: PlainQuery,
): NaiveAnswer {
  const askedZone = query.keys.get("TimezoneOffsetFromUTC") as
    | string
    | undefined;
  const zone = query.timezoneAdjustment ? askedZone : undefined;
  const read = (record: Plain) =>
    zone === undefined ? record : recordInZone(record, zone);
  const levels = ROOTS[query.root];
  const { level, keys } = query;
  if (!query.relational) {
    // Each unique key above the level has one value (C.4.1.3.1.1).
    for (const above of levels.slice(0, levels.indexOf(level))) {
      const key = (keys.get(UNIQUE[above].keyword) ?? "") as string;
      if (split(UNIQUE[above].vr, key).length !== 1 || hasWildcard(key)) {
        return { refused: true };
      }
    }
  }
  /** In the study root the study has the attributes of its patient, too (C.6.2.1). */
  const ownerOf = (attribute: Attribute): Level =>
    depth(attribute.level) < depth(levels[0]!) ? levels[0]! : attribute.level;
  const asked = [...keys].filter(([keyword]) => BY_KEYWORD.has(keyword))
    .map(([keyword, key]) => ({ attribute: BY_KEYWORD.get(keyword)!, key }));
  const here = asked.filter(({ attribute }) =>
    depth(ownerOf(attribute)) <= depth(level)
  );
  const lower = asked.filter(({ attribute }) =>
    depth(ownerOf(attribute)) > depth(level)
  );

  const lookUp = (node: Node, attribute: Attribute) => {
    const owner = ancestor(node, ownerOf(attribute));
    return IS_COMPUTED.has(attribute.keyword)
      ? computedOf(ancestor(node, attribute.level), attribute.keyword)
      : valueOf(owner, attribute.keyword, attribute.level);
  };
  const computedOf = (node: Node, keyword: string) => {
    const stored = records(node)[0]?.get(keyword);
    return node.children.length === 0 && stored !== undefined
      ? stored
      : computed(node, keyword);
  };
  const keyZone = keys.get("TimezoneOffsetFromUTC") as string | undefined;
  /** An offset holds for both sides if only one has it. */
  const zonesOf = (node: Node, attribute: Attribute): Zones => {
    const owner = ancestor(node, ownerOf(attribute));
    const record = foundIn(owner, attribute.keyword, attribute.level);
    const declared =
      ((record?.get("TimezoneOffsetFromUTC") ?? []) as string[])[0];
    const stored = declared !== undefined && minutes(declared) !== undefined
      ? declared
      : undefined;
    return {
      key: keyZone ?? stored ?? "+0000",
      stored: stored ?? keyZone ?? "+0000",
    };
  };
  const holds = (node: Node, { attribute, key }: (typeof asked)[number]) => {
    return fulfilled(
      attribute,
      key,
      lookUp(node, attribute),
      query,
      zonesOf(node, attribute),
    );
  };
  const pair = combinedPairs(query);
  const plain = (list: typeof asked) =>
    list.filter(({ attribute }) => !pair.has(attribute.keyword));
  const combined = (list: typeof asked) =>
    list.flatMap(({ attribute }) =>
      pair.get(attribute.keyword) === undefined
        ? []
        : [{ attribute, time: pair.get(attribute.keyword)! }]
    );
  const allHold = (node: Node, list: typeof asked) =>
    plain(list).every((one) => holds(node, one)) &&
    combined(list).filter(({ time }) => time !== "").every((
      { attribute, time },
    ) =>
      combinedMatches(
        keys.get(attribute.keyword) as string,
        keys.get(time) as string,
        (lookUp(node, attribute) ?? []) as string[],
        (lookUp(node, BY_KEYWORD.get(time)!) ?? []) as string[],
      )
    );
  /** Some line of entities below fulfils what is asked of their levels. */
  const lineBelow = (node: Node): boolean => {
    const left = lower.filter(({ attribute }) =>
      depth(ownerOf(attribute)) > depth(node.level)
    );
    if (
      !left.some(({ attribute, key }) => isCondition(attribute, key, query))
    ) return true;
    return node.children.some((child) =>
      allHold(
        child,
        lower.filter(({ attribute }) => ownerOf(attribute) === child.level),
      ) && lineBelow(child)
    );
  };

  const matches = patientsOf(stored, read).flatMap((patient) =>
    below(patient, level)
  )
    .filter((node) =>
      allHold(node, here) && (!query.relational || lineBelow(node))
    );
  return {
    refused: false,
    matches: matches.map((node) => {
      const values: Shown = {};
      for (const { attribute, key } of here) {
        values[attribute.keyword] = shown(
          attribute,
          key,
          lookUp(node, attribute),
          query,
          zonesOf(node, attribute),
        );
      }
      if (askedZone !== undefined) {
        const own = valueOf(node, "TimezoneOffsetFromUTC", undefined) ?? [];
        values["TimezoneOffsetFromUTC"] = zone ?? own.join("\\");
      }
      return { status: lower.length > 0 ? 0xff01 : 0xff00, values };
    }),
  };
}

/** A requested attribute: of a sequence the matching items, with what is asked of them (C.2.2.2.6). */
function shown(
  attribute: Attribute,
  key: string | PlainKeys,
  stored: string[] | Plain[] | undefined,
  query: PlainQuery,
  zones: Zones,
): string | Shown[] {
  if (attribute.items === undefined) {
    return clean(attribute.vr, (stored ?? []) as string[]).join("\\");
  }
  const items = (stored ?? []) as Plain[];
  const whole = typeof key === "string";
  const wanted = whole
    ? items
    : items.filter((item) =>
      itemFulfils(attribute.items!, key, item, query, zones)
    );
  return wanted.map((item) => {
    const values: Shown = {};
    for (const one of attribute.items!) {
      if (whole ? !item.has(one.keyword) : !key.has(one.keyword)) continue;
      values[one.keyword] = shown(
        one,
        whole ? "" : key.get(one.keyword)!,
        item.get(one.keyword),
        query,
        zones,
      );
    }
    return values;
  });
}

const PAIRS: readonly (readonly [string, string])[] = [
  ["PatientBirthDate", "PatientBirthTime"],
  ["StudyDate", "StudyTime"],
  ["SeriesDate", "SeriesTime"],
  ["ContentDate", "ContentTime"],
];

/** Date keywords whose range goes together with that of the time key, and that key's keyword; under the time keyword nothing. */
function combinedPairs(
  { combinedDateTime, keys }: PlainQuery,
): Map<string, string> {
  const pairs = new Map<string, string>();
  if (!combinedDateTime) return pairs;
  for (const [date, time] of PAIRS) {
    const dates = range(
      "DA",
      split("DA", (keys.get(date) ?? "") as string)[0] ?? "",
      "+0000",
    );
    const times = range(
      "TM",
      split("TM", (keys.get(time) ?? "") as string)[0] ?? "",
      "+0000",
    );
    if (dates === undefined || times === undefined) continue;
    if (
      (dates[0] === "") !== (times[0] === "") ||
      (dates[1] === "") !== (times[1] === "")
    ) continue;
    pairs.set(date, time).set(time, "");
  }
  return pairs;
}

/** Both as one (C.2.2.2.5.4): the day decides, on the first and last day the time. A missing time is midnight. */
function combinedMatches(
  dateKey: string,
  timeKey: string,
  dates: string[],
  times: string[],
): boolean {
  const [fromDay, toDay] = range("DA", split("DA", dateKey)[0]!, "+0000")!;
  const [fromTime, toTime] = range("TM", split("TM", timeKey)[0]!, "+0000")!;
  const day = date(clean("DA", dates)[0] ?? "")?.[0];
  if (day === undefined) return false;
  const at = time(clean("TM", times)[0] ?? "")?.[0] ?? 0;
  if (fromDay !== "") {
    const limit = date(fromDay)![0];
    if (day < limit || (day === limit && at < time(fromTime)![0])) return false;
  }
  if (toDay !== "") {
    const limit = date(toDay)![0];
    if (day > limit || (day === limit && at > time(toTime)![1])) return false;
  }
  return true;
}
