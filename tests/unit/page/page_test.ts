import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { csvOf } from "../../../page/csv.ts";
import { bucketsOf } from "../../../page/months.ts";
import { Rows } from "../../../page/rows.ts";
import {
  decodeState,
  EMPTY_STATE,
  encodeState,
  sortedBy,
  toggled,
} from "../../../page/state.ts";
import {
  commonText,
  entriesOf,
  isTree,
  leafOf,
  levelsOf,
  type TreeGroup,
} from "../../../page/tree.ts";
import {
  histogramOf,
  pageView,
  tilesOf,
  type View,
} from "../../../page/view.ts";
import type {
  PageColumn,
  PageColumnKind,
  PageRow,
} from "../../../src/output/page_data.ts";

function column(label: string, kind: PageColumnKind = "text"): PageColumn {
  return { label, heading: label, kind };
}

const COLUMNS = [
  column("PatientID", "identifier"),
  column("PatientName", "name"),
  column("StudyDate", "date"),
  column("ModalitiesInStudy", "code"),
  column("NumberOfStudyRelatedSeries", "number"),
];

const ROWS: readonly PageRow[] = [
  ["1", "Doe, John", "2020-01-15", ["CT", "SR"], "2"],
  ["1", "Doe, John", "2020-03-01", "CT", "10"],
  ["2", "Roe, Jane", "2020-03-31", "MR", "1", 1],
  ["3", "", "", "", ""],
];

const rows = new Rows(COLUMNS, ROWS);
const buckets = histogramOf(rows);
const MODALITY = 3;

function view(state: Partial<typeof EMPTY_STATE>): View {
  return pageView(rows, { ...EMPTY_STATE, ...state }, [MODALITY], buckets);
}

function counts(one: View): Record<string, number> {
  return Object.fromEntries(one.facets.get(MODALITY)!);
}

describe("viewOf()", () => {
  test("shows everything, in order, and counts each value of a match", () => {
    const all = view({});
    assert.deepEqual(all.matches, [0, 1, 2, 3]);
    assert.deepEqual(counts(all), { CT: 2, SR: 1, MR: 1, "": 1 });
    assert.deepEqual(buckets.keys, ["2020-01", "2020-02", "2020-03"]);
    assert.deepEqual(all.buckets, [1, 0, 2]);
  });

  test("searches for words wherever they are", () => {
    assert.deepEqual(view({ search: "doe 2020-03" }).matches, [1]);
    assert.deepEqual(counts(view({ search: "DOE" })), { CT: 2, SR: 1 });
    assert.deepEqual(view({ search: "nobody" }).matches, []);
  });

  test("lets filters follow each other, but none follow itself", () => {
    const picked = new Map([["ModalitiesInStudy", new Set(["CT"])]]);
    const one = view({ picked });
    assert.deepEqual(one.matches, [0, 1]);
    assert.deepEqual(counts(one), { CT: 2, SR: 1, MR: 1, "": 1 });
    assert.deepEqual(one.buckets, [1, 0, 1]);
    const two = view({ picked, span: { from: "2020-03", to: "2020-03" } });
    assert.deepEqual(two.matches, [1]);
    assert.deepEqual(counts(two), { CT: 1, MR: 1 });
    assert.deepEqual(two.buckets, [1, 0, 1]);
    const either = new Map([["ModalitiesInStudy", new Set(["SR", ""])]]);
    assert.deepEqual(view({ picked: either }).matches, [0, 3]);
  });

  test("sorts by several columns, numbers by value, absent ones last", () => {
    const sort = (...keys: string[]) =>
      view({
        sort: keys.map((key) => ({
          label: key.replace(/^-/, ""),
          descending: key.startsWith("-"),
        })),
      }).matches;
    assert.deepEqual(sort("NumberOfStudyRelatedSeries"), [2, 0, 1, 3]);
    assert.deepEqual(sort("-NumberOfStudyRelatedSeries"), [1, 0, 2, 3]);
    assert.deepEqual(sort("PatientID", "-StudyDate"), [1, 0, 2, 3]);
    assert.deepEqual(sort("-PatientName", "StudyDate"), [2, 0, 1, 3]);
  });

  test("answers for any columns as the filters say, one by one", () => {
    const value = fc.constantFrom("", "a", "b", ["a", "b"]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { maxLength: 20 }),
        fc.subarray(["", "a", "b"]),
        fc.subarray(["", "a", "b"]),
        (cells, first, second) => {
          const some = new Rows([column("A"), column("B")], cells);
          const picked = new Map([
            ...first.length > 0 ? [["A", new Set(first)] as const] : [],
            ...second.length > 0 ? [["B", new Set(second)] as const] : [],
          ]);
          const { matches: shown, facets } = pageView(
            some,
            { ...EMPTY_STATE, picked },
            [0, 1],
            histogramOf(some),
          );
          const has = (cell: string | string[], values: string[]) =>
            values.length === 0 ||
            [cell].flat().some((one) => values.includes(one));
          const both = cells.flatMap(([a, b], row) =>
            has(a, first) && has(b, second) ? [row] : []
          );
          assert.deepEqual(shown, both);
          for (const value of ["", "a", "b"]) {
            const expected = cells.filter(([a, b]) =>
              has(a, [value]) && has(b, second)
            ).length;
            assert.equal(facets.get(0)!.get(value) ?? 0, expected);
          }
        },
      ),
    );
  });
});

test("tilesOf() counts entities once", () => {
  const tiles = (shown: number[]) =>
    tilesOf(rows, shown).map(({ title, text }) => `${title}: ${text}`);
  assert.deepEqual(tiles([0, 1, 2, 3]), [
    "Matches: 4",
    "Patients: 3",
    "Series: 13",
    "From – to: 2020-01-15 – 2020-03-31",
  ]);
  const series = new Rows([
    column("StudyInstanceUID", "uid"),
    column("SeriesInstanceUID", "uid"),
    column("NumberOfStudyRelatedInstances", "number"),
  ], [["1", "1.1", "40"], ["1", "1.2", "40"], ["2", "2.1", "2"]]);
  assert.deepEqual(
    tilesOf(series, [0, 1, 2]).map(({ title, text }) => `${title} ${text}`),
    ["Matches 3", "Studies 2", "Series 3", "Images 42"],
  );
});

test("bucketsOf() has days, months or years, without gaps", () => {
  assert.deepEqual(bucketsOf(["2020-02-28", "2020-03-01", "x"]), {
    unit: 10,
    keys: ["2020-02-28", "2020-02-29", "2020-03-01"],
  });
  const months = bucketsOf(["2019-12-31", "2020-03-05"]);
  assert.deepEqual(months.keys, ["2019-12", "2020-01", "2020-02", "2020-03"]);
  const years = bucketsOf(["1900-01-01", "2020-03-01 10:30:05"]);
  assert.equal(years.unit, 4);
  assert.equal(years.keys.length, 121);
  assert.deepEqual(bucketsOf([]).keys, []);
});

describe("the state in the address", () => {
  const labels = COLUMNS.map(({ label }) => label);

  test("reads back equal", () => {
    const label = fc.constantFrom(...labels);
    const labelSet = fc.uniqueArray(label);
    fc.assert(
      fc.property(
        fc.record({
          search: fc.string({ unit: "grapheme" }),
          picked: fc.uniqueArray(
            fc.tuple(label, fc.uniqueArray(fc.string(), { minLength: 1 })),
            { selector: ([name]) => name },
          ),
          sort: fc.uniqueArray(
            fc.tuple(label, fc.boolean()).map(([label, descending]) => ({
              label,
              descending,
            })),
            { selector: (key) => key.label },
          ),
          hidden: labelSet,
          isGrouped: fc.constantFrom(true, false, undefined),
          facets: labelSet,
          span: fc.option(
            fc.constant({ from: "2020-01", to: "2020-03" }),
            { nil: undefined },
          ),
        }),
        ({ picked, hidden, ...rest }) => {
          const state = {
            ...rest,
            picked: new Map(
              picked.map(([name, values]) => [name, new Set(values)] as const),
            ),
            hidden: new Set(hidden),
          };
          assert.deepEqual(decodeState(encodeState(state), labels), state);
        },
      ),
    );
  });

  test("leaves out what the page has not", () => {
    const text =
      "is.Nothing=1&sort=Nothing&hide=Nothing&facet=x&from=2020&to=yes&a=b";
    assert.deepEqual(decodeState(text, labels), EMPTY_STATE);
    assert.deepEqual(decodeState("%", labels), EMPTY_STATE);
  });
});

describe("the tree", () => {
  const some = new Rows([
    column("PatientID", "identifier"),
    column("StudyInstanceUID", "uid"),
    column("SeriesInstanceUID", "uid"),
    column("Modality", "code"),
  ], [
    ["1", "1.1", "1.1.1", "CT"],
    ["2", "2.1", "2.1.1", "MR"],
    ["1", "1.1", "1.1.2", "CT"],
    ["1", "1.2", "1.2.1", "SR"],
  ]);
  const levels = levelsOf(some);
  const lines = (shown: number[], isOpen: (key: string) => boolean) =>
    entriesOf(some, shown, levels, isOpen).map((entry) =>
      typeof entry === "number" ? entry : `${entry.depth} ${entry.content}`
    );

  test("has the levels above the lowest one", () => {
    assert.deepEqual(levels.map(({ title }) => title), ["Patient", "Study"]);
    assert.deepEqual(leafOf(levels), { title: "Series", depth: 2 });
    assert.ok(isTree(some));
    assert.ok(!isTree(rows));
    assert.deepEqual(levelsOf(rows), []);
    assert.deepEqual(levelsOf(new Rows([], [])), []);
  });

  test("opens patients to studies, and those to series", () => {
    assert.deepEqual(lines([0, 1, 2, 3], () => false), [
      "0 2 studies",
      "0 1 study",
    ]);
    assert.deepEqual(lines([0, 1, 2, 3], () => true), [
      ...["0 2 studies", "1 2 series", 0, 2, "1 1 series", 3],
      ...["0 1 study", "1 1 series", 1],
    ]);
    assert.deepEqual(lines([1], () => true), ["0 1 study", "1 1 series", 1]);
  });

  test("says of a group what its matches have in common", () => {
    const [group] = entriesOf(some, [0, 1, 2, 3], levels, () => false);
    const common = [0, 1, 2, 3].map((column) =>
      commonText(some, group as TreeGroup, column)
    );
    assert.deepEqual(common, ["1", undefined, undefined, undefined]);
  });

  test("keys of different groups differ, whatever is in them", () => {
    const odd = new Rows([
      column("PatientID", "identifier"),
      column("IssuerOfPatientID"),
      column("StudyInstanceUID", "uid"),
      column("SeriesInstanceUID", "uid"),
    ], [["1", "2", "3", "a"], ["1", "", "3", "b"], ["", "1", "3", "c"]]);
    const keys = entriesOf(odd, [0, 1, 2], levelsOf(odd), () => true)
      .flatMap((entry) => typeof entry === "number" ? [] : [entry.key]);
    assert.equal(new Set(keys).size, 6);
  });
});

test("sortedBy() goes up, down and off, alone or with others", () => {
  const up = { label: "A", descending: false };
  const down = { label: "A", descending: true };
  const other = { label: "B", descending: false };
  assert.deepEqual(sortedBy([other], "A", false), [up]);
  assert.deepEqual(sortedBy([up, other], "A", false), [down]);
  assert.deepEqual(sortedBy([down], "A", false), []);
  assert.deepEqual(sortedBy([other], "A", true), [other, up]);
  assert.deepEqual(sortedBy([up, other], "A", true), [down, other]);
  assert.deepEqual(sortedBy([down, other], "A", true), [other]);
});

test("toggled() picks and no longer picks", () => {
  const one = toggled(EMPTY_STATE, "A", "x");
  assert.deepEqual(one.picked, new Map([["A", new Set(["x"])]]));
  assert.deepEqual(toggled(one, "A", "x").picked, new Map());
  assert.equal(EMPTY_STATE.picked.size, 0);
});

test("csvOf() quotes, and runs nothing in a spreadsheet", () => {
  const some = new Rows([column("A"), column("B", "name")], [
    ['say "hi"', ["Doe, J", "Roe, J"]],
    ["=1+1", "-5"],
  ]);
  assert.equal(
    csvOf(some, [1, 0], [0, 1]),
    '\ufeffA,B\r\n\'=1+1,-5\r\n"say ""hi""","Doe, J; Roe, J"\r\n',
  );
});
