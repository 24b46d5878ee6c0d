/** What the demonstration archive promises: size, variety, readable names in fitting character sets, unique UIDs, sameness. */
import { Buffer } from "node:buffer";
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Charset } from "../../../../src/charset/charset.ts";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import { charsetOf, stringsOf } from "../../../../src/codec/values.ts";
import { type Dataset, isSequence } from "../../../../src/dataset/dataset.ts";
import { vrInfo } from "../../../../src/dataset/vr.ts";
import {
  DEMO_UID_ROOT,
  demoArchive,
} from "../../../../src/scp/archive/demo.ts";
import { DEMO_GROUPS } from "../../../../src/scp/archive/demo_data.ts";
import { DEMO_ENCODED } from "../../../../src/scp/archive/demo_encoded.ts";
import { LEVELS } from "../../../../src/scp/archive/levels.ts";
import { parseDate, parseTime } from "../../../../src/matching/temporal.ts";

const archive = demoArchive();

function* datasets(): Generator<Dataset> {
  for (const level of LEVELS) {
    for (const entity of archive.entities(level)) yield entity.record.dataset;
  }
  for (const item of archive.worklist) yield item.dataset;
}

/** Every element with its VR, nested ones too, and the text it holds. */
function* texts(
  dataset: Dataset,
  inherited = Charset.ascii,
): Generator<[vr: string, values: string[], bytes: number]> {
  const charset = charsetOf(dataset, inherited);
  for (const element of dataset) {
    if (isSequence(element)) {
      for (const item of element.items) yield* texts(item.dataset, charset);
    } else if ("value" in element && vrInfo(element.vr).kind === "text") {
      yield [element.vr, stringsOf(element, charset), element.value.length];
    }
  }
}

test("is large enough to be interesting", () => {
  const { patients, studies, series, instances, worklistItems } =
    archive.counts;
  assert.ok(patients >= 60, `${patients} patients`);
  assert.ok(studies >= patients * 3, `${studies} studies`);
  assert.ok(series >= studies * 2, `${series} series`);
  assert.ok(instances >= 2000, `${instances} instances`);
  assert.ok(worklistItems >= 40, `${worklistItems} worklist items`);
  for (const patient of archive.patients) {
    assert.ok(patient.children.length >= 2);
  }
});

test("has the texts of slow encodings as our encoders write them", () => {
  const lines = DEMO_ENCODED.trim().split("\n");
  assert.ok(lines.length > 30);
  for (const line of lines) {
    const [terms = "", text = "", hex] = line.split("\t");
    const kind = text.includes("^") ? "PN" : "multiple";
    const bytes = Charset.of(terms.split("\\")).encode(text, kind);
    assert.equal(Buffer.from(bytes).toString("hex"), hex, text);
  }
});

test("needs no encoder for the slow encodings", () => {
  const slow = DEMO_GROUPS.filter(({ charset }) =>
    /IR 87|149|58|GB/.test(charset)
  );
  for (
    const { charset, people, physicians, institution, description } of slow
  ) {
    const names = people.map((line) => line.slice(0, line.lastIndexOf("/")));
    for (const text of [...names, ...physicians, institution, description]) {
      assert.ok(
        DEMO_ENCODED.includes(`\n${charset}\t${text}\t`),
        `${text} is missing: deno task demo`,
      );
    }
  }
});

test("has many modalities and years", () => {
  const modalities = new Set<string>();
  const years = new Set<string>();
  for (const series of archive.entities("SERIES")) {
    modalities.add(stringsOf(series.record.get(0x00080060)!)[0]!);
    years.add(stringsOf(series.record.get(0x00080021)!)[0]!.slice(0, 4));
  }
  assert.ok(modalities.size >= 20, [...modalities].join(" "));
  assert.ok(years.size >= 20);
});

test("has names in many scripts", () => {
  const scripts = {
    Latin: /[À-ž]/,
    Cyrillic: /\p{Script=Cyrillic}/u,
    Greek: /\p{Script=Greek}/u,
    Arabic: /\p{Script=Arabic}/u,
    Hebrew: /\p{Script=Hebrew}/u,
    Thai: /\p{Script=Thai}/u,
    Hiragana: /\p{Script=Hiragana}/u,
    Katakana: /\p{Script=Katakana}/u,
    Hangul: /\p{Script=Hangul}/u,
    Han: /\p{Script=Han}/u,
  };
  const names = archive.patients.map((patient) =>
    stringsOf(patient.record.get(0x00100010)!, patient.record.charset)[0]!
  );
  for (const [script, pattern] of Object.entries(scripts)) {
    assert.ok(names.filter((name) => pattern.test(name)).length >= 2, script);
  }
  assert.ok(names.some((name) => name.split("=").length === 3));
});

test("stores each name in its group's character set, as the table says", () => {
  const expected = DEMO_GROUPS.flatMap(({ charset, people }) =>
    people.map((person) => [charset, person.slice(0, person.lastIndexOf("/"))])
  );
  const stored = archive.patients.map(({ record: { dataset, charset } }) => {
    const declared = dataset.get(0x00080005);
    const terms = declared === undefined ? [] : stringsOf(declared);
    return [
      terms.join("\\"),
      stringsOf(dataset.get(0x00100010)!, charset)[0],
    ];
  });
  assert.deepEqual(stored, expected);
});

test("has only values that decode and fit their VR", () => {
  for (const dataset of datasets()) {
    for (const [vr, values, length] of texts(dataset)) {
      assert.equal(length % 2, 0);
      for (const value of values) {
        assert.ok(!value.includes("\ufffd"), `${vr} ${value}`);
        if (value === "") continue;
        if (vr === "DA") assert.ok(parseDate(value), value);
        if (vr === "TM") assert.ok(parseTime(value), value);
        if (vr === "UI") assert.match(value, /^[12](\.(0|[1-9]\d*))+$/);
        if (vr === "UI") assert.ok(value.length <= 64);
        if (vr === "CS") assert.match(value, /^[A-Z0-9 _]{1,16}$/);
        if (vr === "SH") assert.ok(Array.from(value).length <= 16, value);
        if (vr === "LO") assert.ok(Array.from(value).length <= 64, value);
        if (vr === "AS") assert.match(value, /^\d{3}[DWMY]$/);
        if (vr === "IS") assert.match(value, /^-?\d{1,12}$/);
        if (vr === "PN") {
          for (const group of value.split("=")) {
            assert.ok(group.length <= 64);
            assert.ok(group.split("^").length <= 5);
          }
        }
      }
    }
  }
});

test("has UIDs of its own root, each once", () => {
  const seen = new Set<string>();
  for (const level of ["STUDY", "SERIES", "IMAGE"] as const) {
    for (const { id } of archive.entities(level)) {
      assert.ok(id.startsWith(DEMO_UID_ROOT), id);
      // An arc below 2.25 is a 128 bit number.
      assert.ok(BigInt(id.slice("2.25.".length)) < 2n ** 128n);
      assert.ok(!seen.has(id), id);
      seen.add(id);
    }
  }
  const patients = new Set(archive.patients.map(({ id }) => id));
  assert.equal(patients.size, archive.patients.length);
});

describe("worklist items", () => {
  test("have one full scheduled procedure step", () => {
    const required = [
      0x00080060, // Modality
      0x00400001, // ScheduledStationAETitle
      0x00400002, // ScheduledProcedureStepStartDate
      0x00400003, // ScheduledProcedureStepStartTime
      0x00400006, // ScheduledPerformingPhysicianName
      0x00400007, // ScheduledProcedureStepDescription
      0x00400008, // ScheduledProtocolCodeSequence
      0x00400009, // ScheduledProcedureStepID
      0x00400010, // ScheduledStationName
      0x00400011, // ScheduledProcedureStepLocation
    ];
    for (const { dataset } of archive.worklist) {
      const step = dataset.get(0x00400100);
      assert.ok(isSequence(step));
      assert.equal(step.items.length, 1);
      for (const tag of required) {
        assert.ok(step.items[0]!.dataset.has(tag), tag.toString(16));
      }
      for (
        const tag of [
          0x00080050,
          0x00100010,
          0x00100020,
          0x0020000d,
          0x00321060,
          0x00401001,
        ]
      ) assert.ok(dataset.has(tag), tag.toString(16));
    }
  });
  test("have accession numbers and study UIDs of their own", () => {
    for (const tag of [0x00080050, 0x0020000d]) {
      const values = archive.worklist.map(({ dataset }) =>
        stringsOf(dataset.get(tag)!)[0]
      );
      assert.equal(new Set(values).size, values.length);
    }
  });
});

test("is the same on every run", () => {
  const first = Array.from(datasets());
  const again = demoArchive();
  const second: Dataset[] = [];
  for (const level of LEVELS) {
    for (const entity of again.entities(level)) {
      second.push(entity.record.dataset);
    }
  }
  for (const item of again.worklist) second.push(item.dataset);
  assert.equal(first.length, second.length);
  for (const [index, dataset] of first.entries()) {
    assert.deepEqual(
      encodeDataset(dataset, EXPLICIT_LE),
      encodeDataset(second[index]!, EXPLICIT_LE),
    );
  }
});
