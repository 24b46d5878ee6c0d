/** Format `xlsx` in LibreOffice: every cell is what `csv` has, dates and times are such, and nothing becomes a formula. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Charset } from "../../src/charset/charset.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { parseCsv } from "../support/csv.ts";
import {
  cmd,
  concat,
  data,
  pdata,
  response,
  success,
} from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";
import { execute, installed } from "./support/process.ts";
import { ours } from "./support/runners.ts";
import { withFolder } from "./support/servers.ts";

const LIBREOFFICE = installed("soffice") ?? installed("libreoffice");
const skip = LIBREOFFICE === undefined
  ? "LibreOffice not installed here"
  : false;

const UTF_8 = Charset.of(["ISO_IR 192"]);

/** Texts that a spreadsheet would like to be something else. */
const TEMPTING = [
  "=1+1",
  "+1",
  "-1+2",
  "@SUM(A1)",
  "=cmd|' /C calc'!A0",
  "000123",
  "12345678901234567890",
  "1E5",
  "20260131",
  "2026-01-31",
  "1/2",
  "TRUE",
  "#N/A",
  "'quoted",
  " blank before and after, two  between ",
  'a,"b";c',
  "<b>&amp;</b>]]>",
  "_x0041_",
  "two\r\nlines",
  "Müller 山田 \u{1f600} \u202ex",
];

function study(text: string, number: number): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", `202401${String(10 + number)}`),
    textElement(0x00080030, "TM", "103005"),
    textElement(0x00104000, "LT", text, UTF_8),
    textElement(0x0020000d, "UI", `1.2.840.${"9".repeat(40)}.${number}`),
    textElement(0x00201206, "IS", String(number)),
  );
}

const KEYS = [
  "StudyDate",
  "StudyTime",
  "PatientComments",
  "StudyInstanceUID",
  "NumberOfStudyRelatedSeries",
].flatMap((key) => ["-q", key]);

/** Our output in a format, for a server that answers the same each time. */
async function output(
  format: string,
  file: string,
  datasets: readonly Dataset[],
  more: readonly string[] = [],
): Promise<void> {
  const steps = [{
    send: concat(
      ...datasets.flatMap((dataset) => [
        pdata(cmd(response(0xff00, true))),
        pdata(data(encodeDataset(dataset, EXPLICIT_LE))),
      ]),
      success(),
    ),
  }];
  await withScriptedServer(steps, {}, async (port) => {
    const run = await ours([
      `127.0.0.1:${port}`,
      ...KEYS,
      ...["--format", format, "--output", file, ...more],
    ]);
    assert.equal(String(run.stderr), "");
    assert.equal(run.code, 0);
  });
}

/** The sheets of a workbook as LibreOffice shows them, in the order of the names given. */
async function sheets(
  folder: string,
  file: string,
  names: readonly string[],
): Promise<string[][][]> {
  const filter = "csv:Text - txt - csv (StarCalc):" +
    "44,34,76,1,,1033,false,true,true,false,false,-1";
  const run = await execute(LIBREOFFICE!, [
    `-env:UserInstallation=file://${folder}/profile`,
    ...["--headless", "--convert-to", filter, "--outdir", folder, file],
  ]);
  assert.equal(run.code, 0, String(run.stderr));
  const stem = file.slice(0, -".xlsx".length);
  return names.map((name) =>
    parseCsv(readFileSync(`${stem}-${name}.csv`, "utf8"), ",", "\n")
  );
}

test(
  "LibreOffice shows what csv has, cell by cell",
  { skip },
  () =>
    withFolder(async (folder) => {
      const datasets = TEMPTING.map(study);
      await output("csv", `${folder}/a.csv`, datasets, ["--dates", "iso"]);
      await output("xlsx", `${folder}/a.xlsx`, datasets);
      const [matches, about] = await sheets(folder, `${folder}/a.xlsx`, [
        "Matches",
        "Query",
      ]);
      const expected = parseCsv(readFileSync(`${folder}/a.csv`, "utf8"));
      // A carriage return is the one thing that LibreOffice drops.
      const unified = expected.map((row) =>
        row.map((text) => text.replaceAll("\r\n", "\n"))
      );
      assert.equal(matches!.length, TEMPTING.length + 1);
      assert.deepEqual(matches, unified);
      assert.deepEqual(about!.slice(0, 2), [
        ["Result", "complete"],
        ["Matches", String(TEMPTING.length)],
      ]);
    }),
);

test(
  "LibreOffice takes dates, times and numbers as such",
  { skip },
  () =>
    withFolder(async (folder) => {
      await output("xlsx", `${folder}/a.xlsx`, TEMPTING.map(study));
      const run = await execute(LIBREOFFICE!, [
        `-env:UserInstallation=file://${folder}/profile`,
        ...["--headless", "--convert-to", "fods", "--outdir", folder],
        `${folder}/a.xlsx`,
      ]);
      assert.equal(run.code, 0, String(run.stderr));
      const xml = readFileSync(`${folder}/a.fods`, "utf8");
      assert.doesNotMatch(xml, /table:formula=/);
      const typed = (type: string) =>
        xml.match(new RegExp(`office:value-type="${type}"`, "g"))?.length;
      assert.equal(typed("time"), TEMPTING.length);
      assert.match(xml, /office:date-value="2024-01-10"/);
      assert.match(xml, /office:time-value="PT10H30M05/);
      assert.match(xml, /table:display-filter-buttons="true"/);
    }),
);
