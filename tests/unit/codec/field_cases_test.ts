/**
 * Inputs that real systems send or people hand over, reduced to what matters (`tests/fixtures/cases`): what can be read is read, what
 * cannot is a loss, each irregularity is one warning. Each is an example of a kind; if that is cheap, others of the kind follow.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { buildIdentifier } from "../../../src/identifier/build.ts";
import { readQueryInput } from "../../../src/identifier/detect.ts";
import { columnsOf } from "../../../src/output/columns.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import { withRemedy } from "../../../src/cli/line/remedies.ts";
import type { Warn } from "../../../src/charset/charset.ts";

const CASES = new URL("../../fixtures/cases/", import.meta.url);

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, CASES)));
}

/** What became of a response. */
interface Read {
  readonly dataset: Dataset;
  /** The object of format `jsonl`. */
  readonly json: Record<string, unknown>;
  readonly warnings: string[];
  readonly losses: string[];
  /** Warnings of text. */
  readonly texts: string[];
}

function read(bytes: Uint8Array, syntax: TransferSyntax = EXPLICIT_LE): Read {
  const warnings: string[] = [];
  const losses: string[] = [];
  const texts: string[] = [];
  const dataset = decodeDataset(bytes, syntax, {
    warn: (text) => warnings.push(text),
    lost: (text) => losses.push(text),
  });
  const warn: Warn = (text, _, remedy) => texts.push(withRemedy(text, remedy));
  const writer = resultWriter("jsonl", { charsets: { warn } });
  const text = writer.begin() +
    writer.match({ number: 1, status: 0xff00, dataset, syntax });
  return { dataset, json: JSON.parse(text), warnings, losses, texts };
}

const UID = { StudyInstanceUID: "1.2.3.4" };

describe("a response of the field", () => {
  const rows: [
    name: string,
    expected: Record<string, unknown>,
    warnings: number,
    losses: number,
    syntax?: TransferSyntax,
  ][] = [
    ["vr-dashes", { ...UID, AdditionalPatientHistory: "G0000" }, 1, 0],
    ["vr-blanks", { ...UID, StudyDescription: "Thorax" }, 1, 0],
    ["vr-ox-long", UID, 1, 0],
    ["vr-question-marks-in-private-sq", UID, 2, 0],
    [
      "item-length-too-short",
      {
        ...UID,
        ReferencedStudySequence: [{ ReferencedSOPInstanceUID: "1.2.34" }],
      },
      1,
      0,
    ],
    [
      "neither-un-sq-explicit-items",
      {
        ...UID,
        PatientSpeciesCodeSequence: [{ CodeValue: "T-1234" }],
      },
      0,
      0,
    ],
    [
      "neither-sq-without-delimiter",
      { ...UID, SeriesDescription: "Series" },
      1,
      0,
    ],
    ["explicit-under-implicit", UID, 1, 0, IMPLICIT_LE],
    ["value-too-long", { ...UID, PatientName: "Doe^J" }, 0, 1],
    ["trailing-nuls", UID, 1, 0],
    [
      "un-sequence-implicit-items",
      {
        ...UID,
        RequestAttributesSequence: [{ ScheduledProcedureStepID: "SPS001" }],
      },
      0,
      0,
    ],
    [
      "un-sequence-explicit-items",
      {
        ...UID,
        RequestAttributesSequence: [{ ScheduledProcedureStepID: "SPS001" }],
      },
      0,
      0,
    ],
    [
      "pn-surplus-parts",
      {
        ReferringPhysicianName: "A^B=C=D=E",
        PatientName: "Adams^John^^Rev.^B.A.^M.Div.",
      },
      0,
      0,
    ],
    ["name-one", { PatientName: "Doe^John" }, 0, 0],
    ["name-two", { PatientName: "Yamada^T=山田^太郎" }, 0, 0],
    ["utf8-declared-both", { PatientName: "Müller" }, 0, 0],
  ];
  for (const [name, expected, warnings, losses, syntax] of rows) {
    test(name, () => {
      const found = read(bytesOf(`${name}.bin`), syntax);
      for (const [keyword, value] of Object.entries(expected)) {
        assert.deepEqual(found.json[keyword], value, keyword);
      }
      assert.equal(found.losses.length, losses, found.losses.join("\n"));
      assert.equal(found.warnings.length, warnings, found.warnings.join("\n"));
    });
  }

  for (const name of ["utf8-declared-latin1", "utf8-declared-silent"]) {
    test(name, () => {
      const { texts } = read(bytesOf(`${name}.bin`));
      assert.equal(texts.length, 1);
      assert.match(texts[0]!, /--charset-map "ISO_IR 100=ISO_IR 192"/);
    });
  }

  test("sequence-items: every item keeps its place", () => {
    const { dataset } = read(bytesOf("sequence-items.bin"));
    const writer = resultWriter("csv", {
      columns: columnsOf(dataset, Dictionary.standard),
    });
    const record = { number: 1, status: 0xff00, dataset, syntax: EXPLICIT_LE };
    const text = writer.begin() + writer.match(record);
    assert.match(text, /CT1 \| MR1/);
    assert.match(text, /(^|,) \| MR(,|\r)/m);
  });
});

describe("others of the kind", () => {
  const uid = rawElement(0x0020000d, "UI", "1.2.3.4");
  const whole = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY"),
    rawElement(0x00081030, "LO", "Thorax"),
    rawElement(0x00100010, "PN", "Doe^Jane"),
    uid,
  );
  const syntaxes = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE];
  for (const real of syntaxes) {
    for (const agreed of syntaxes) {
      test(`${real.name} under ${agreed.name}`, () => {
        const found = read(encodeDataset(whole, real), agreed);
        assert.equal(found.json["StudyInstanceUID"], "1.2.3.4");
        assert.equal(found.json["StudyDescription"], "Thorax");
        assert.equal(found.warnings.length, real === agreed ? 0 : 1);
        assert.deepEqual(found.losses, []);
      });
    }
  }

  for (const vr of ["--", "  ", "\0\0", "??", "ox", "Zz", "11"]) {
    test(`VR ${JSON.stringify(vr)}`, () => {
      const bytes = encodeDataset(whole, EXPLICIT_LE);
      const at = Array.from(bytes).findIndex((_, n) =>
        bytes[n] === 0x4c && bytes[n + 1] === 0x4f
      );
      for (let n = 0; n < 2; n++) bytes[at + n] = vr.charCodeAt(n);
      const found = read(bytes);
      assert.equal(found.json["StudyInstanceUID"], "1.2.3.4");
      assert.equal(found.json["PatientName"], "Doe^Jane");
      assert.deepEqual(found.losses, []);
      assert.equal(found.warnings.length, 1, found.warnings.join("\n"));
    });
  }

  test("a known sequence sent as UN is one in items, too", () => {
    const code = encodeDataset(
      Dataset.of(rawElement(0x00080100, "SH", "T-A0100")),
      IMPLICIT_LE,
    );
    const item = new Uint8Array(8 + code.length);
    item.set([0xfe, 0xff, 0x00, 0xe0, code.length]);
    item.set(code, 8);
    const inner = Dataset.of({ tag: 0x00400008, vr: "UN", value: item });
    const { json } = read(
      encodeDataset(Dataset.of(sequence(0x00400100, [inner])), EXPLICIT_LE),
    );
    assert.deepEqual(json["ScheduledProcedureStepSequence"], [
      { ScheduledProtocolCodeSequence: [{ CodeValue: "T-A0100" }] },
    ]);
  });
});

describe("a query of the field", () => {
  /** The keywords of what would be sent, a line a query. */
  function queries(name: string): { keys: string[]; warnings: string[] } {
    const warnings: string[] = [];
    const inputs = readQueryInput(bytesOf(name), name, {
      dictionary: Dictionary.standard,
      warn: (text) => warnings.push(text),
    });
    const keys = inputs.map((input) => {
      const { dataset } = buildIdentifier({
        form: "dcmtk",
        model: "study",
        ...(input.kind === "keys"
          ? { terms: input.terms }
          : { base: input.dataset }),
      });
      return [...dataset].map(({ tag }) =>
        Dictionary.standard.keyword(tag) ?? tag.toString(16)
      ).join(" ");
    });
    return { keys, warnings };
  }

  const rows: [name: string, keys: string[], warnings: number][] = [
    ["dcm4che.xml", ["QueryRetrieveLevel PatientName"], 0],
    ["own.jsonl", [
      "QueryRetrieveLevel StudyInstanceUID",
      "QueryRetrieveLevel StudyInstanceUID",
    ], 0],
    ["scalar-value.json", ["QueryRetrieveLevel PatientID"], 1],
    ["keyword.json", ["StudyDate QueryRetrieveLevel PatientName"], 0],
  ];
  for (const [name, keys, warnings] of rows) {
    test(name, () => {
      const found = queries(name);
      assert.deepEqual(found.keys, keys);
      assert.equal(found.warnings.length, warnings, found.warnings.join("\n"));
    });
  }

  test("trailing-nuls-query.dcm: padding is never sent", () => {
    const { keys, warnings } = queries("trailing-nuls-query.dcm");
    assert.deepEqual(keys, ["QueryRetrieveLevel PatientName"]);
    assert.equal(warnings.length, 1, warnings.join("\n"));
  });
});
