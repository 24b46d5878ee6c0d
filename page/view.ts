/**
 * The matches that are shown, and how many there would be: each filter's counts follow all others, and not itself. Does not
 * depend on any document.
 */
import { bucketOf, type Buckets, bucketsOf } from "./months.ts";
import { distinct, type Rows } from "./rows.ts";
import type { PageState } from "./state.ts";

/** The outcome of a state. */
export interface View {
  /** Numbers of the matches that are shown, in their order. */
  readonly matches: readonly number[];
  /** By column: how many matches have each value. */
  readonly facets: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** Matches in each bucket. */
  readonly buckets: readonly number[];
}

/** Dates of the matches themselves, the most telling first. */
const DATES = [
  "StudyDate",
  "ScheduledProcedureStepStartDate",
  "SeriesDate",
  "PerformedProcedureStepStartDate",
  "ContentDate",
  "AcquisitionDate",
];

/** The column that the histogram counts; -1 if there is none. */
function dateColumn(rows: Rows): number {
  const column = rows.columnOf(...DATES);
  return column >= 0
    ? column
    : rows.columns.findIndex(({ kind, label }) =>
      kind === "date" && !label.endsWith("PatientBirthDate")
    );
}

/** The buckets of a histogram of all matches. */
export function histogramOf(rows: Rows): Buckets {
  const column = dateColumn(rows);
  return column < 0
    ? { unit: 7, keys: [] }
    : bucketsOf(rows.totals(column).keys());
}

/** Applies a state; `facets` are the columns whose values are counted. */
export function pageView(
  rows: Rows,
  state: PageState,
  facets: readonly number[],
  { unit, keys }: Buckets,
): View {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  const picked = [...state.picked].map(([label, values]) => ({
    column: rows.columnOf(label),
    values,
  })).filter(({ column }) => column >= 0);
  const date = dateColumn(rows);
  const { span } = state;
  const counts = new Map(
    facets.map((column) => [column, new Map<string, number>()]),
  );
  const places = new Map(keys.map((key, at) => [key, at]));
  const buckets = keys.map(() => 0);
  const matches: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    if (!rows.hasWords(row, words)) continue;
    // The one filter that the match fails: only that one counts it.
    let failed: number | "span" | undefined;
    let failures = 0;
    for (const { column, values } of picked) {
      if (distinct(rows.values(row, column)).some((one) => values.has(one))) {
        continue;
      }
      failed = column;
      failures++;
    }
    const day = date < 0 ? "" : rows.values(row, date)[0] ?? "";
    if (span !== undefined && !isWithin(day, span.from, span.to)) {
      failed = "span";
      failures++;
    }
    if (failures > 1) continue;
    for (const [column, values] of counts) {
      if (failures > 0 && failed !== column) continue;
      for (const value of distinct(rows.values(row, column))) {
        values.set(value, (values.get(value) ?? 0) + 1);
      }
    }
    if (failures === 0 || failed === "span") {
      const place = places.get(bucketOf(day, unit) ?? "");
      if (place !== undefined) buckets[place]! += 1;
    }
    if (failures === 0) matches.push(row);
  }
  return { matches: sorted(rows, matches, state), facets: counts, buckets };
}

function isWithin(day: string, from: string, to: string): boolean {
  return day.slice(0, from.length) >= from && day !== "" &&
    day.slice(0, to.length) <= to;
}

/** Absent values come last in either direction; equal matches stay in the order they came in. */
function sorted(rows: Rows, matches: number[], { sort }: PageState): number[] {
  const keys = sort.map(({ label, descending }) => ({
    ranks: rows.ranks(rows.columnOf(label)),
    descending,
  }));
  if (keys.length === 0) return matches;
  return matches.sort((a, b) => {
    for (const { ranks, descending } of keys) {
      const [x, y] = [ranks[a]!, ranks[b]!];
      if (x === y) continue;
      if (x === 0 || y === 0) return x === 0 ? 1 : -1;
      return descending ? y - x : x - y;
    }
    return a - b;
  });
}

/** One figure of what is shown. */
export interface Tile {
  readonly title: string;
  readonly text: string;
}

/** How many there are of what, from when to when, as far as the columns say. */
export function tilesOf(rows: Rows, matches: readonly number[]): Tile[] {
  const number = (count: number) => count.toLocaleString("en");
  const entities = (title: string, label: string, issuer = -1): Tile[] => {
    const column = rows.columnOf(label);
    if (column < 0) return [];
    const seen = new Set<string>();
    for (const row of matches) {
      const text = rows.text(row, column);
      if (text === "") continue;
      seen.add(issuer < 0 ? text : `${text}\n${rows.text(row, issuer)}`);
    }
    return [{ title, text: number(seen.size) }];
  };
  const sums = (title: string, label: string, entity: string): Tile[] => {
    const column = rows.columnOf(label);
    if (column < 0) return [];
    // Several matches may be of one entity, whose number counts once.
    const key = rows.columnOf(entity);
    const seen = new Set<string>();
    let sum = 0;
    for (const row of matches) {
      const of = key < 0 ? String(row) : rows.text(row, key);
      if (!seen.has(of)) sum += Number(rows.text(row, column)) || 0;
      seen.add(of);
    }
    return [{ title, text: number(sum) }];
  };
  const first = (...tiles: Tile[][]) =>
    tiles.find((tile) => tile.length > 0) ?? [];
  const issuer = rows.columnOf("IssuerOfPatientID");
  return [
    { title: "Matches", text: number(matches.length) },
    ...entities("Patients", "PatientID", issuer),
    ...first(
      entities("Studies", "StudyInstanceUID"),
      sums("Studies", "NumberOfPatientRelatedStudies", "PatientID"),
    ),
    ...first(
      entities("Series", "SeriesInstanceUID"),
      sums("Series", "NumberOfStudyRelatedSeries", "StudyInstanceUID"),
      sums("Series", "NumberOfPatientRelatedSeries", "PatientID"),
    ),
    ...first(
      entities("Images", "SOPInstanceUID"),
      sums("Images", "NumberOfSeriesRelatedInstances", "SeriesInstanceUID"),
      sums("Images", "NumberOfStudyRelatedInstances", "StudyInstanceUID"),
      sums("Images", "NumberOfPatientRelatedInstances", "PatientID"),
    ),
    ...spanTile(rows, matches),
  ];
}

function spanTile(rows: Rows, matches: readonly number[]): Tile[] {
  const column = dateColumn(rows);
  if (column < 0) return [];
  let first = "";
  let last = "";
  for (const row of matches) {
    const day = bucketOf(rows.values(row, column)[0] ?? "", 10);
    if (day === undefined) continue;
    if (first === "" || day < first) first = day;
    if (day > last) last = day;
  }
  if (first === "") return [];
  return [{
    title: "From – to",
    text: first === last ? first : `${first} – ${last}`,
  }];
}
