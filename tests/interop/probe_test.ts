/** `findscu probe` against other makers' servers: each line of its report is what is known of the server. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { FIND_MODELS } from "../../src/find/models.ts";
import { findscu } from "../support/process.ts";
import { CHROMIUM, withPage } from "./support/browser.ts";
import {
  DCMQRSCP,
  ORTHANC,
  type Peer,
  withPeer,
  WLMSCPFS,
} from "./support/servers.ts";

type Outcome = "works" | "partly" | "fails" | "unknown" | "fact";

interface Report {
  readonly complete: boolean;
  readonly findings: readonly {
    readonly section: string;
    readonly id: string;
    readonly model?: string;
    readonly level?: string;
    readonly outcome: Outcome;
    readonly text: string;
  }[];
}

/** What is known of a server. */
interface Known {
  readonly peer: Peer;
  /** Information models that it accepts. */
  readonly models: readonly string[];
  /** Questions by where they belong and what the answer comes to: every line but those that depend on time. */
  readonly lines: Readonly<Record<string, Partial<Record<Outcome, string>>>>;
  /** What some lines say. */
  readonly texts:
    readonly (readonly [where: string, id: string, text: RegExp])[];
}

/** Depends on how fast the machine is. */
const TIMED = ["cancel", "speed"];

const STEP = "ScheduledProcedureStepSequence.";

const KNOWN: readonly Known[] = [
  {
    peer: DCMQRSCP,
    models: ["patient", "study", "psonly"],
    lines: {
      "association": {
        works: "connect associate echo release several",
        fact:
          "implementation max-pdu extended.patient extended.study extended.psonly calling-title " +
          "called-title user",
      },
      "study STUDY": {
        works:
          "return.StudyInstanceUID return.StudyDate return.StudyTime return.AccessionNumber return.StudyID " +
          "return.PatientName return.PatientID return.StudyDescription return.ReferringPhysicianName " +
          "return.PatientBirthDate return.PatientSex return.RetrieveAETitle pending match.StudyInstanceUID " +
          "match.PatientName match.PatientID match.StudyDate match.AccessionNumber wildcard.many range.date " +
          "range.date-open uid-list uid-list.length wildcard.one charset.own charset.ISO_IR_192 " +
          "charset.ISO_IR_100 range.time match.StudyTime match.StudyDescription " +
          "match.ReferringPhysicianName match.PatientBirthDate match.StudyID match.PatientSex",
        partly: "return.IssuerOfPatientID",
        fails:
          "return.ModalitiesInStudy return.NumberOfStudyRelatedSeries return.NumberOfStudyRelatedInstances " +
          "return.InstanceAvailability return.TimezoneOffsetFromUTC match.ModalitiesInStudy",
        unknown: "range.date-time",
        fact:
          "start case.name charset.answers case.id accents family-name groups blanks.trailing " +
          "blanks.leading value-list",
      },
      "limits": {
        works:
          "limit duplicates repetition attributes.extra values.invalid uid-padding packing statuses " +
          "protocol release.queries",
        partly: "wrong.level-missing wrong.level-unknown",
        fact: "order charset.declared",
      },
      "study SERIES": {
        works:
          "return.SeriesInstanceUID return.Modality return.SeriesNumber pending match.Modality " +
          "match.SeriesInstanceUID match.SeriesNumber",
        fails:
          "return.SeriesDescription return.BodyPartExamined return.SeriesDate " +
          "return.NumberOfSeriesRelatedInstances match.SeriesDescription",
        unknown: "relational",
        fact: "start hierarchy",
      },
      "patient PATIENT": {
        works:
          "return.PatientID return.PatientName return.PatientBirthDate return.PatientSex pending " +
          "match.PatientID match.PatientName match.PatientBirthDate match.PatientSex",
        partly: "return.IssuerOfPatientID",
        fails: "return.NumberOfPatientRelatedStudies",
        fact: "start",
      },
      "study IMAGE": {
        works:
          "return.SOPInstanceUID return.InstanceNumber pending match.SOPInstanceUID match.InstanceNumber",
        fails:
          "return.SOPClassUID return.Rows return.Columns match.SOPClassUID",
        fact: "start",
      },
      "patient STUDY": {
        fact: "hierarchy",
      },
      "psonly": {
        works: "answers",
      },
    },
    texts: [
      ["association", "implementation", /OFFIS_DCMTK_\d+".*DCMTK/],
      ["association", "called-title", /^checked: .*does not recognise/],
      ["association", "calling-title", /^not checked/],
      ["association", "max-pdu", /^16384 bytes$/],
      ["study STUDY", "match.ModalitiesInStudy", /^ignored/],
      ["study STUDY", "case.name", /^matters$/],
      ["study STUDY", "charset.answers", /^that of the query/],
      ["limits", "wrong.level-missing", /A900.*without an offending element/],
      ["limits", "order", /^by PatientID, ascending/],
    ],
  },
  {
    peer: WLMSCPFS,
    models: ["worklist"],
    lines: {
      "association": {
        works: "connect associate echo release",
        fails: "several",
        fact:
          "implementation max-pdu extended.worklist calling-title called-title user",
      },
      "worklist": {
        works:
          "return.PatientID return.AccessionNumber return.StudyInstanceUID " +
          "return.SPS.ScheduledProcedureStepID return.PatientName return.RequestedProcedureID " +
          "return.SPS.Modality return.SPS.ScheduledStationAETitle " +
          "return.SPS.ScheduledProcedureStepStartDate return.SPS.ScheduledProcedureStepStartTime " +
          "return.SPS.ScheduledProcedureStepDescription return.PatientBirthDate return.PatientSex " +
          "return.RequestedProcedureDescription return.SPS.ScheduledPerformingPhysicianName " +
          "return.SPS.ScheduledStationName pending match.SPS.Modality " +
          "match.SPS.ScheduledProcedureStepStartDate match.SPS.ScheduledStationAETitle match.PatientID " +
          "range.date sequence.empty match.PatientName match.AccessionNumber " +
          "match.SPS.ScheduledProcedureStepStartTime match.SPS.ScheduledPerformingPhysicianName " +
          "match.RequestedProcedureID range.date-open range.time wildcard.many wildcard.one",
        partly: "return.ReferringPhysicianName",
        unknown: "range.date-time",
        fact:
          "start case.id accents family-name groups blanks.trailing blanks.leading case.name",
      },
      "limits": {
        works:
          "attributes.extra values.invalid uid-padding packing statuses protocol release.queries",
        fact: "charset.declared",
      },
    },
    texts: [
      ["association", "several", /^1 at once/],
      ["association", "called-title", /^checked/],
      ["worklist", "blanks.leading", /^do not matter/],
      ["worklist", "case.name", /^matters$/],
    ],
  },
  {
    peer: ORTHANC,
    models: ["patient", "study", "worklist"],
    lines: {
      "association": {
        works: "connect associate echo release several",
        fact:
          "implementation max-pdu extended.patient extended.study extended.worklist calling-title " +
          "called-title user",
      },
      "study STUDY": {
        works:
          "return.StudyInstanceUID return.StudyDate return.StudyTime return.AccessionNumber return.StudyID " +
          "return.PatientName return.PatientID return.ModalitiesInStudy return.StudyDescription " +
          "return.ReferringPhysicianName return.PatientBirthDate return.PatientSex " +
          "return.NumberOfStudyRelatedSeries return.NumberOfStudyRelatedInstances pending " +
          "match.StudyInstanceUID match.PatientName match.PatientID match.StudyDate match.AccessionNumber " +
          "match.ModalitiesInStudy wildcard.many range.date range.date-open uid-list uid-list.length " +
          "wildcard.one charset.own charset.ISO_IR_192 charset.ISO_IR_100 range.time match.StudyTime " +
          "match.StudyDescription match.PatientBirthDate match.StudyID match.PatientSex",
        partly:
          "return.IssuerOfPatientID return.InstanceAvailability return.RetrieveAETitle " +
          "return.TimezoneOffsetFromUTC",
        unknown: "range.date-time match.ReferringPhysicianName",
        fact:
          "start case.name charset.answers case.id accents family-name groups blanks.trailing " +
          "blanks.leading value-list",
      },
      "worklist": {
        works:
          "return.PatientID return.AccessionNumber return.StudyInstanceUID " +
          "return.SPS.ScheduledProcedureStepID return.PatientName return.RequestedProcedureID " +
          "return.SPS.Modality return.SPS.ScheduledStationAETitle " +
          "return.SPS.ScheduledProcedureStepStartDate return.SPS.ScheduledProcedureStepStartTime " +
          "return.SPS.ScheduledProcedureStepDescription return.PatientBirthDate return.PatientSex " +
          "return.RequestedProcedureDescription return.SPS.ScheduledPerformingPhysicianName " +
          "return.SPS.ScheduledStationName pending match.SPS.Modality " +
          "match.SPS.ScheduledProcedureStepStartDate match.SPS.ScheduledStationAETitle match.PatientID " +
          "range.date sequence.empty match.PatientName match.AccessionNumber " +
          "match.SPS.ScheduledProcedureStepStartTime match.SPS.ScheduledPerformingPhysicianName " +
          "match.RequestedProcedureID range.date-open range.time wildcard.many wildcard.one",
        fails: "return.ReferringPhysicianName",
        unknown: "range.date-time",
        fact:
          "start case.id accents family-name groups blanks.trailing blanks.leading case.name",
      },
      "limits": {
        works:
          "limit duplicates repetition attributes.extra values.invalid uid-padding packing statuses " +
          "protocol release.queries",
        partly: "wrong.level-missing wrong.level-unknown",
        fact: "order charset.declared",
      },
      "study SERIES": {
        works:
          "return.SeriesInstanceUID return.Modality return.SeriesNumber return.SeriesDescription " +
          "return.BodyPartExamined return.NumberOfSeriesRelatedInstances pending match.Modality " +
          "match.SeriesInstanceUID match.SeriesNumber match.SeriesDescription",
        partly: "return.SeriesDate",
        unknown: "relational",
        fact: "start hierarchy",
      },
      "patient PATIENT": {
        works:
          "return.PatientID return.PatientName return.PatientBirthDate return.PatientSex " +
          "return.NumberOfPatientRelatedStudies pending match.PatientID match.PatientName " +
          "match.PatientBirthDate match.PatientSex",
        partly: "return.IssuerOfPatientID",
        fact: "start",
      },
      "study IMAGE": {
        works:
          "return.SOPInstanceUID return.InstanceNumber return.SOPClassUID return.Rows return.Columns " +
          "pending match.SOPInstanceUID match.InstanceNumber match.SOPClassUID",
        fact: "start",
      },
      "patient STUDY": {
        fact: "hierarchy",
      },
    },
    texts: [
      ["association", "called-title", /^not checked/],
      ["study STUDY", "case.name", /^does not matter$/],
      ["study STUDY", "charset.answers", /^always ISO_IR 192/],
      ["study STUDY", "value-list", /^one of two values finds it/],
      ["limits", "wrong.level-missing", /C000/],
      ["limits", "charset.declared", /^ISO_IR 192$/],
    ],
  },
];

for (const { peer, models, lines, texts } of KNOWN) {
  test(
    `a probe of ${peer.name}`,
    { skip: peer.missing ?? false },
    () =>
      withPeer(peer, async ({ port }) => {
        const { complete, findings } = await report(peer, port);
        assert.equal(complete, true);
        const accepted = findings.filter(({ id, outcome }) =>
          id.startsWith("context.") && outcome === "works"
        );
        assert.deepEqual(accepted.map(({ model }) => model), models);
        const contexts = findings.filter(({ id }) => id.startsWith("context."));
        assert.equal(contexts.length, FIND_MODELS.length);
        assert.deepEqual(linesOf(findings), wordsOf(lines));
        for (const [where, id, text] of texts) {
          const found = findings.filter((one) =>
            one.id === id && placeOf(one) === where
          );
          assert.equal(found.length, 1, `${where} ${id}`);
          assert.match(found[0]!.text, text);
        }
      }),
  );
}

async function report(peer: Peer, port: number): Promise<Report> {
  const run = await findscu([
    "probe",
    `${peer.aeTitle}@127.0.0.1:${port}`,
    ...["--budget", "1000", "--format", "json", "--quiet", "-ta", "2"],
  ]);
  assert.equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout) as Report;
}

function placeOf(
  { section, model, level }: Report["findings"][number],
): string {
  return section === "query"
    ? [model, level].filter((part) => part !== undefined).join(" ")
    : section;
}

/** The findings in the form of the tables: place, outcome, ids in order of the alphabet. */
function linesOf(findings: Report["findings"]): Record<string, string[]> {
  const lines: Record<string, string[]> = {};
  for (const finding of findings) {
    const { id, outcome } = finding;
    if (id.startsWith("context.") || TIMED.includes(id)) continue;
    (lines[`${placeOf(finding)}: ${outcome}`] ??= []).push(id);
  }
  for (const ids of Object.values(lines)) ids.sort();
  return lines;
}

function wordsOf(lines: Known["lines"]): Record<string, string[]> {
  const words: Record<string, string[]> = {};
  for (const [place, outcomes] of Object.entries(lines)) {
    for (const [outcome, ids] of Object.entries(outcomes)) {
      words[`${place}: ${outcome}`] = ids.replaceAll("SPS.", STEP).split(" ")
        .sort();
    }
  }
  return words;
}

test(
  "the page of a probe in a browser",
  { skip: CHROMIUM === undefined ? "Chromium not installed here" : false },
  async () => {
    const folder = mkdtempSync(`${tmpdir()}/findscu-page-`);
    try {
      const file = `${folder}/report.html`;
      const run = await findscu([
        ...["probe", "mock:demo", "-S", "--budget", "12", "--quiet"],
        ...["--format", "html", "--output", file],
      ]);
      assert.equal(run.code, 0, run.stderr);
      const url = pathToFileURL(file).href;
      await withPage(url, async (page, traces) => {
        assert.deepEqual(traces.complaints, []);
        assert.deepEqual(traces.requests, [url]);
        const shown = await page.evaluate(
          "[...document.querySelectorAll('h2')].map((one) => one.textContent)",
        ) as string[];
        assert.equal(shown[0], "Verdict");
        assert.ok(shown.includes("Association"));
        // Evidence is folded, and opens.
        const open = "document.querySelectorAll('details[open]').length";
        assert.equal(await page.evaluate(open), 0);
        await page.evaluate("document.querySelector('summary').click()");
        assert.equal(await page.evaluate(open), 1);
        const style = "getComputedStyle(document.body).maxWidth";
        assert.notEqual(await page.evaluate(style), "none");
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
