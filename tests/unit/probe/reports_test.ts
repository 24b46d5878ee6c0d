import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { ReportHeading } from "../../../src/probe/report.ts";
import { probeJson } from "../../../src/probe/json.ts";
import {
  probePage,
  REPORT_STYLE,
  REPORT_STYLE_HASH,
} from "../../../src/probe/page.ts";
import { probeText } from "../../../src/probe/text.ts";
import { FIND_MODELS } from "../../../src/find/models.ts";
import { probed, smallArchive } from "./simulated_peer.ts";

const HEADING: ReportHeading = {
  peer: "pacs:104",
  callingAeTitle: "FIND-SCU",
  calledAeTitle: "PACS",
  time: "2026-01-02T03:04:05Z",
  elapsed: 1234,
  version: "0.0.0",
  budget: 60,
  isMasked: false,
};

/** Text of a peer that would be markup, or an escape sequence of a terminal. */
const EVIL = `</summary><script>alert("1")</script>\x1b[31m`;

const { report } = probed(smallArchive(), {
  open: () => ({ warnings: [EVIL] }),
  find: (_, { status }) => ({
    warnings: [EVIL],
    ...(status !== 0 && { comment: EVIL }),
  }),
});

describe("the page of a probe", () => {
  const page = probePage(report, HEADING);

  test("escapes what comes from a peer, and holds no script", () => {
    assert.doesNotMatch(page, /<script/i);
    assert.ok(!page.includes("\x1b"));
    assert.match(page, /&#60;script&#62;alert/);
  });

  test("admits its own style alone", async () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(page)?.[1];
    const bytes = new TextEncoder().encode(REPORT_STYLE);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const text = btoa(String.fromCharCode(...hash));
    assert.equal(REPORT_STYLE_HASH, `sha256-${text}`);
    assert.match(policy ?? "", /^default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(page, / style=|\bon\w+=|https?:/);
  });

  test("folds the evidence below each finding", () => {
    const line =
      /<details><summary>.*Matches PatientName[^]*?<\/details>\n<\/details>/
        .exec(page)?.[0] ?? "";
    assert.match(line, /<code>PatientName<\/code> FINDSCU\^NOBODY/);
    assert.match(line, /0 matches, status 0000/);
  });
});

test("the JSON names its schema and keeps every finding and exchange", () => {
  const json = JSON.parse(probeJson(report, HEADING));
  assert.equal(json.schema, "findscu-probe/1");
  assert.equal(json.complete, true);
  assert.equal(json.masked, false);
  assert.equal(json.findings.length, report.findings.length);
  assert.equal(json.exchanges.length, report.exchanges.length);
});

test("the text has the sections, the verdict and no escape sequence", () => {
  const text = probeText(report, HEADING, { color: false });
  assert.match(text, /^Association$/m);
  assert.match(text, /^Query behaviour: Study Root Query\/Retrieve, STUDY$/m);
  assert.match(text, /^ {2}You can rely on:$/m);
  assert.ok(!text.includes("\x1b"));
  assert.match(probeText(report, HEADING, { color: true }), /\x1b\[1mVerdict/);
});

test("the text in full, on a terminal, when the budget ended the probe", () => {
  const some = ["worklist", "patient", "study", "ups-pull", "psonly"];
  const { report } = probed(smallArchive(), {}, {
    budget: 40,
    models: FIND_MODELS.filter(({ name }) => some.includes(name)),
  });
  const text = probeText(
    { ...report, incomplete: "The run took longer than 3 s" },
    { ...HEADING, budget: 40 },
    { color: false, width: 100 },
  );
  const path = new URL("../../fixtures/probe/report.txt", import.meta.url);
  assert.deepEqual(
    text.split("\n"),
    readFileSync(path, "utf8").split("\n"),
  );
});

test("the page says first what made the probe incomplete", () => {
  const incomplete = "The run took <longer> than 3 s";
  assert.match(
    probePage({ ...report, incomplete }, HEADING),
    /<\/p>\n<p class="alert" role="alert">Incomplete: The run took &#60;longer&#62; than 3 s<\/p>\n/,
  );
  assert.doesNotMatch(probePage(report, HEADING), /role="alert"/);
});

test("the JSON says what made the probe incomplete", () => {
  const { complete, incomplete, milliseconds, findscu, budget, queries } = JSON
    .parse(probeJson({ ...report, incomplete: "Timed out" }, HEADING));
  assert.deepEqual(
    { complete, incomplete, milliseconds, findscu, budget, queries },
    {
      complete: false,
      incomplete: "Timed out",
      milliseconds: 1234,
      findscu: "0.0.0",
      budget: 60,
      queries: report.queries,
    },
  );
});
