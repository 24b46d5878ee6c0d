import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { comparison, type Identified } from "../../../src/output/comparison.ts";
import {
  comparisonJson,
  comparisonRows,
} from "../../../src/output/comparison_writer.ts";
import { resultWriter } from "../../../src/output/formats.ts";

const { standard } = Dictionary;
const COLUMNS = parseColumns(
  "StudyInstanceUID,PatientName,ModalitiesInStudy,NumberOfStudyRelatedSeries",
  standard,
);

type Values = Readonly<Record<string, string>>;

function entity(uid: string, values: Values, terms = "ISO_IR 192"): Identified {
  const charset = Charset.of([terms]);
  const dataset = Dataset.of(
    textElement(0x00080005, "CS", terms),
    ...Object.entries({ StudyInstanceUID: uid, ...values }).map(
      ([keyword, value]) => {
        const { tag } = standard.byKeyword(keyword)!;
        return textElement(tag, standard.vr(tag), value, charset);
      },
    ),
  );
  const record = { number: 1, status: 0xff00, dataset, syntax: EXPLICIT_LE };
  return { identity: uid, record };
}

const compare = (a: readonly Identified[], b: readonly Identified[]) =>
  comparison(a, b, COLUMNS);

describe("comparison()", () => {
  test("finds what one has alone, and what differs", () => {
    const { differences, same } = compare([
      entity("1", { PatientName: "Doe^Jane" }),
      entity("2", { PatientName: "Roe^Richard" }),
      entity("3", { PatientName: "Poe" }),
    ], [
      entity("4", {}),
      entity("3", { PatientName: "Poe" }),
      entity("2", { PatientName: "Roe^Rich" }),
    ]);
    assert.equal(same, 1);
    assert.deepEqual(
      differences.map((one) =>
        one.kind === "different"
          ? one.deviations.map(({ column, first, second }) =>
            `${column.label}: ${first} | ${second}`
          ).join()
          : one.kind
      ),
      ["first", "PatientName: Roe^Richard | Roe^Rich", "second"],
    );
  });

  const alike: readonly (readonly [string, Values, Values, string?])[] = [
    ["character sets", { PatientName: "Müller" }, { PatientName: "Müller" }],
    ["padding of names", { PatientName: "Doe^Jane^^^" }, {
      PatientName: "Doe^Jane",
    }],
    ["forms of numbers", { NumberOfStudyRelatedSeries: "007" }, {
      NumberOfStudyRelatedSeries: "+7",
    }],
    ["the order of codes", { ModalitiesInStudy: "CT\\SR" }, {
      ModalitiesInStudy: "SR\\CT",
    }],
    ["empty and absent", { PatientName: "" }, {}],
  ];
  for (const [what, first, second] of alike) {
    test(`takes for the same: ${what}`, () => {
      const { differences } = compare([entity("1", first)], [
        entity("1", second, "ISO_IR 100"),
      ]);
      assert.deepEqual(differences, []);
    });
  }

  test("counts what comes more than once, of which the first counts", () => {
    const { same, repeated, differences } = compare(
      [entity("1", {}), entity("1", { PatientName: "Other" })],
      [entity("1", {})],
    );
    assert.deepEqual([same, repeated, differences.length], [1, 1, 0]);
  });

  test("is the same both ways round", () => {
    const a = [entity("1", { PatientName: "A" }), entity("2", {})];
    const b = [entity("1", { PatientName: "B" }), entity("3", {})];
    const kinds = (one: typeof a, other: typeof a) =>
      compare(one, other).differences.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds(a, b), ["different", "first", "second"]);
    assert.deepEqual(kinds(b, a), ["different", "first", "second"]);
  });
});

describe("a comparison as a document", () => {
  const compared = compare([
    entity("1", { PatientName: "Doe^Jane", ModalitiesInStudy: "CT" }),
    entity("2", { PatientName: "Roe" }),
    entity("5", {}),
  ], [
    entity("1", { PatientName: "Do", ModalitiesInStudy: "CT\\SR" }),
    entity("4", {}),
    entity("5", {}),
  ]);
  const options = {
    peers: ["prod", "old"] as const,
    columns: parseColumns("StudyInstanceUID,PatientName", standard),
  };

  test("is a row per entity that one has alone, and per attribute that differs", () => {
    const csv = comparisonRows(
      compared,
      options,
      (columns) => resultWriter("csv", { columns }),
      (writer) => writer.end({ matches: 4, elapsed: 0 }),
    );
    assert.deepEqual(csv.split("\r\n"), [
      "difference,StudyInstanceUID,PatientName,attribute,prod,old",
      "different,1,Doe^Jane,PatientName,Doe^Jane,Do",
      "different,1,Doe^Jane,ModalitiesInStudy,CT,CT\\SR",
      "only in prod,2,Roe,,,",
      "only in old,4,,,,",
      "",
    ]);
  });

  test("is one object in JSON", () => {
    assert.deepEqual(JSON.parse(comparisonJson(compared, options)), {
      a: "prod",
      b: "old",
      onlyInA: [{ PatientName: "Roe", StudyInstanceUID: "2" }],
      onlyInB: [{ StudyInstanceUID: "4" }],
      different: [{
        PatientName: "Doe^Jane",
        StudyInstanceUID: "1",
        differences: {
          PatientName: { a: "Doe^Jane", b: "Do" },
          ModalitiesInStudy: { a: "CT", b: "CT\\SR" },
        },
      }],
      same: 1,
    });
  });
});
