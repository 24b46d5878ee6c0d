import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keywordsWhere } from "../../support/keyword_lines.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { applyKey } from "../../../src/identifier/key.ts";
import {
  levelOf,
  LEVELS,
  UNIQUE_KEYS,
} from "../../../src/identifier/levels.ts";
import type { QueryModel } from "../../../src/identifier/levels.ts";
import { lintIdentifier } from "../../../src/identifier/lint.ts";

function lint(model: QueryModel, keys: readonly string[]): string[] {
  const dataset = new Dataset();
  for (const key of keys) applyKey(dataset, key);
  return lintIdentifier(dataset, model, Dictionary.standard);
}

const STUDY = "0008,0052=STUDY";
const SERIES = "0008,0052=SERIES";
const IMAGE = "0008,0052=IMAGE";
const STEP = "ScheduledProcedureStepSequence.Modality=CT";

/** Keys that cannot match, and a word of what is said. */
const CANNOT_MATCH: readonly [key: string, warning: RegExp][] = [
  ["StudyDate=20200231", /StudyDate: 20200231 does not exist/],
  ["StudyDate=20210101-20200101", /the range ends before it begins/],
  ["StudyTime=12-08", /the range "12-08" begins after its end/],
  ["AccessionNumber=A1\\A2", /AccessionNumber has 2 values/],
  ["StudyInstanceUID=1.2.3,1.2.4", /separate UIDs with a backslash/],
  ["StudyInstanceUID=1.2.x", /"1\.2\.x" is not a UID/],
  ["TimezoneOffsetFromUTC", /TimezoneOffsetFromUTC is empty/],
  ['PatientName="Doe*"', /has quotes in its value, "Doe\*"/],
  [
    "ScheduledStationAETitle=CT1",
    /belongs in ScheduledProcedureStepSequence of a worklist query/,
  ],
];

for (const [key, warning] of CANNOT_MATCH) {
  test(`lintIdentifier() doubts ${key}`, () => {
    const warnings = lint("study", [STUDY, key]);
    assert.equal(warnings.length, 1, warnings.join());
    assert.match(warnings[0]!, warning);
  });
}

for (
  const key of [
    "StudyDate=20200101-20201231",
    "StudyDate=2020.01.01",
    "StudyTime=08-12",
    "StudyTime=1000-10",
    "StudyInstanceUID=1.2.3\\1.2.4",
    "ModalitiesInStudy=CT",
  ]
) {
  test(`lintIdentifier() lets ${key} pass`, () => {
    assert.deepEqual(lint("study", [STUDY, key]), []);
  });
}

test("lintIdentifier() names the place of a key of the scheduled step", () => {
  const warnings = lint("worklist", [STEP, "ScheduledStationAETitle=CT1"]);
  assert.match(
    warnings.join(),
    /write ScheduledProcedureStepSequence\.ScheduledStationAETitle/,
  );
});

const ROWS: readonly [
  model: QueryModel,
  keys: readonly string[],
  warnings: readonly string[],
][] = [
  ["study", [], ["The identifier has no attributes; most servers refuse it"]],
  [
    "study",
    [STUDY, "PatientName=A*", "ModalitiesInStudy", "StudyInstanceUID"],
    [],
  ],
  ["patient", ["0008,0052=PATIENT", "PatientName=A*"], []],
  ["patient", [STUDY, "PatientID=1", "StudyDate=20200101-"], []],
  ["study", [
    SERIES,
    "StudyInstanceUID=1.2",
    "Modality=CT",
    "SeriesInstanceUID",
  ], []],
  ["study", [SERIES, "StudyInstanceUID=1.2", "PatientID=1", "PatientName"], []],
  ["study", ["PatientName"], [
    "QueryRetrieveLevel is missing, which most servers refuse: add one of STUDY, SERIES, IMAGE",
  ]],
  ["patient", ["PatientName"], [
    "QueryRetrieveLevel is missing, which most servers refuse: add one of PATIENT, STUDY, SERIES, IMAGE",
  ]],
  ["psonly", ["PatientName", "QueryRetrieveLevel"], [
    "QueryRetrieveLevel is empty, which most servers refuse: add one of PATIENT, STUDY",
  ]],
  ["study", ["0008,0052=PATIENT"], [
    'QueryRetrieveLevel "PATIENT" does not exist in this model, which has STUDY, SERIES, IMAGE',
  ]],
  ["psonly", [SERIES], [
    'QueryRetrieveLevel "SERIES" does not exist in this model, which has PATIENT, STUDY',
  ]],
  ["study", ["0008,0052=study"], [
    'QueryRetrieveLevel "study" does not exist in this model, which has STUDY, SERIES, IMAGE',
  ]],
  ["patient", [STUDY], [
    "PatientID is missing: a query at level STUDY needs a single value, unless the server supports relational queries",
  ]],
  ["study", [SERIES, "StudyInstanceUID"], [
    "StudyInstanceUID is empty: a query at level SERIES needs a single value, unless the server supports relational queries",
  ]],
  ["study", [SERIES, "StudyInstanceUID=1.2\\1.3"], [
    "StudyInstanceUID has 2 values: a query at level SERIES needs a single value, unless the server supports relational queries",
  ]],
  ["patient", [STUDY, "PatientID=A*"], [
    'PatientID has the wildcard value "A*": a query at level STUDY needs a single value, unless the server supports relational queries',
  ]],
  ["study", [IMAGE], [
    "StudyInstanceUID is missing: a query at level IMAGE needs a single value, unless the server supports relational queries",
    "SeriesInstanceUID is missing: a query at level IMAGE needs a single value, unless the server supports relational queries",
  ]],
  ["study", [STUDY, "Modality=CT"], [
    "Modality belongs to level SERIES, below the level STUDY of this query: servers ignore or refuse it",
  ]],
  ["study", [STUDY, "SOPInstanceUID"], [
    "SOPInstanceUID belongs to level IMAGE, below the level STUDY of this query: servers ignore or refuse it",
  ]],
  ["patient", ["0008,0052=PATIENT", "StudyDate=20200101"], [
    "StudyDate belongs to level STUDY, below the level PATIENT of this query: servers ignore or refuse it",
  ]],
  ["study", [SERIES, "StudyInstanceUID=1.2", "StudyDate=20200101"], [
    "StudyDate belongs to level STUDY, above the level SERIES of this query: only servers that support relational queries match by it",
  ]],
  ["study", [SERIES, "StudyInstanceUID=1.2", "PatientName=A*"], [
    "PatientName belongs to level STUDY, above the level SERIES of this query: only servers that support relational queries match by it",
  ]],
  ["study", [STUDY, "StudyInstanceUID=1.2*"], [
    'Wildcards have no meaning in StudyInstanceUID (VR UI): "1.2*" matches only itself or is refused',
  ]],
  ["study", [STUDY, "StudyDate=2020*"], [
    'Wildcards have no meaning in StudyDate (VR DA): "2020*" matches only itself or is refused',
  ]],
  ["study", [STUDY, "StudyTime=10?0"], [
    'Wildcards have no meaning in StudyTime (VR TM): "10?0" matches only itself or is refused',
  ]],
  ["study", [STUDY, "StudyDate=notadate"], [
    'StudyDate: "notadate" is neither a date nor a range of dates',
  ]],
  ["study", [STUDY, "StudyDate=2020-01-01"], [
    'StudyDate: "2020-01-01" is neither a date nor a range of dates',
  ]],
  ["study", [STUDY, "StudyDate=-20200101"], []],
  ["study", [STUDY, "StudyDate=20200101-20201231"], []],
  ["study", [STUDY, "StudyDate=2020.01.01"], []],
  ["worklist", [STEP], []],
  ["worklist", ["ScheduledProcedureStepSequence"], []],
  ["worklist", ["PatientName"], [
    "A worklist query without ScheduledProcedureStepSequence returns no scheduled steps from most servers",
  ]],
  ["worklist", [STEP, STUDY], [
    "A worklist query has no QueryRetrieveLevel: leave it out, or choose the patient or study root model",
  ]],
  ["worklist", [STEP, "ScheduledProcedureStepSequence[1]"], [
    "ScheduledProcedureStepSequence has 2 items; a query may have only one",
  ]],
  ["worklist", [
    "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=today",
  ], [
    'ScheduledProcedureStepStartDate: "today" is neither a date nor a range of dates',
  ]],
  ["other", ["PatientName"], []],
  ["other", ["PatientBirthDate=*"], [
    'Wildcards have no meaning in PatientBirthDate (VR DA): "*" matches only itself or is refused',
  ]],
  ["study", [STUDY, "PatientName=ü"], [
    "The keys have characters outside ASCII but SpecificCharacterSet is missing: add SpecificCharacterSet=ISO_IR 192 for UTF-8",
  ]],
  ["study", [STUDY, "PatientName=\udcfc"], [
    "The keys have characters outside ASCII but SpecificCharacterSet is missing: add their character set, such as SpecificCharacterSet=ISO_IR 100 for Latin-1",
  ]],
  ["study", [STUDY, "PatientName=ü", "SpecificCharacterSet"], [
    "The keys have characters outside ASCII but SpecificCharacterSet is empty: add SpecificCharacterSet=ISO_IR 192 for UTF-8",
  ]],
  ["study", [STUDY, "PatientName=ü", "SpecificCharacterSet=ISO_IR 192"], []],
  ["study", [STUDY, "PatientName=ü", "SpecificCharacterSet=ISO_IR 100"], [
    'The keys look like UTF-8 but SpecificCharacterSet is "ISO_IR 100": add SpecificCharacterSet=ISO_IR 192 for UTF-8',
  ]],
];

describe("lintIdentifier()", () => {
  for (const [model, keys, warnings] of ROWS) {
    test(`${model}: ${keys.join(" ")}`, () => {
      assert.deepEqual(lint(model, keys), warnings);
    });
  }
});

describe("levelOf()", () => {
  test("knows the unique key of every level", () => {
    for (const level of LEVELS) {
      assert.equal(levelOf(UNIQUE_KEYS[level], "patient"), level);
    }
  });

  test("puts patient attributes at the study level of the study root model", () => {
    assert.equal(levelOf(0x00100010, "study"), "STUDY");
    assert.equal(levelOf(0x00100010, "psonly"), "PATIENT");
  });

  test("knows no level of attributes that fit any", () => {
    assert.equal(levelOf(0x00080005, "study"), undefined);
    assert.equal(levelOf(0x00080052, "study"), undefined);
  });
});

test("keys of a scheduled step are expected in its sequence, and nowhere else", () => {
  const warned = keywordsWhere((tag) =>
    tag >>> 16 === 0x0040 && (tag & 0xffff) < 0x30
  )
    .filter((keyword) =>
      lint("worklist", [STEP, keyword]).some((text) =>
        text.includes(`write ScheduledProcedureStepSequence.${keyword}`)
      )
    );
  assert.deepEqual(warned, [
    "ScheduledStationAETitle",
    "ScheduledProcedureStepStartDate",
    "ScheduledProcedureStepStartTime",
    "ScheduledProcedureStepEndDate",
    "ScheduledProcedureStepEndTime",
    "ScheduledPerformingPhysicianName",
    "ScheduledProcedureStepDescription",
    "ScheduledProtocolCodeSequence",
    "ScheduledProcedureStepID",
    "ScheduledStationName",
    "ScheduledProcedureStepLocation",
    "ScheduledProcedureStepStatus",
  ]);
});
