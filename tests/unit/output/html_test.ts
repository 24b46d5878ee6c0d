import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import type { About } from "../../../src/output/about.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { htmlText, HtmlWriter } from "../../../src/output/html.ts";
import {
  PAGE_SCRIPT,
  PAGE_SCRIPT_HASH,
  PAGE_STYLE,
  PAGE_STYLE_HASH,
} from "../../../src/output/page_assets_data.ts";
import { HOSTILE, record, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);
const COLUMNS = parseColumns(
  "PatientBirthDate,PatientName,StudyDate,ModalitiesInStudy,ScheduledProcedureStepSequence.Modality",
  Dictionary.standard,
);

function about(text: string): About {
  return {
    queries: [[{ label: "PatientName", value: text }, {
      label: text,
      value: "",
    }]],
    list: undefined,
    conditions: [],
    model: text,
    peer: text,
    time: new Date(2026, 0, 31, 9, 5),
    program: text,
  };
}

function study(name: string, day: string, modalities: string[]): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", day),
    textElement(0x00080061, "CS", modalities),
    textElement(0x00100010, "PN", name, UTF_8),
    textElement(0x00100030, "DA", "19700101"),
  );
}

/** What a block of data of a page holds. */
function dataOf(page: string, id: string) {
  const open = `<script type="application/json" id="${id}">`;
  const start = page.indexOf(open) + open.length;
  return JSON.parse(page.slice(start, page.indexOf("</script>", start)));
}

/** The hash of an inline element in the form of a content security policy. */
async function policyHash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

describe("HtmlWriter", () => {
  test("carries one row per match, each value for itself", () => {
    const items = sequence(0x00400100, [
      Dataset.of(textElement(0x00080060, "CS", "CT")),
      Dataset.of(),
      Dataset.of(textElement(0x00080060, "CS", "MR")),
    ]);
    const page = written(new HtmlWriter({ columns: COLUMNS }), [
      study("Doe^John", "20200102", ["CT"]),
      study("Roe^Jane", "20200101", ["CT", "MR"]),
      Dataset.of(items),
    ]);
    assert.deepEqual(dataOf(page, "rows"), [
      ["1970-01-01", "Doe, John", "2020-01-02", "CT", ""],
      ["1970-01-01", "Roe, Jane", "2020-01-01", ["CT", "MR"], ""],
      ["", "", "", "", ["CT", "MR"]],
    ]);
    const { columns } = dataOf(page, "head");
    assert.deepEqual(columns[0], {
      label: "PatientBirthDate",
      heading: "Born",
      kind: "date",
    });
    assert.equal(
      columns[4].label,
      "ScheduledProcedureStepSequence.Modality",
    );
    assert.match(page, /3 matches in 1\.50 s/);
  });

  test("says what was queried, of whom and when", () => {
    const page = written(new HtmlWriter({ about: about("A") }), []);
    assert.match(page, /<h1>PatientName=A<\/h1>/);
    assert.match(page, /A, queried from A on 2026-01-31 09:05/);
    assert.doesNotMatch(page, /id="alert"/);
  });

  test("marks what is incomplete", () => {
    const writer = new HtmlWriter({ columns: COLUMNS.slice(0, 1) });
    const page = writer.begin() +
      writer.match({
        ...record(study("A", "20200101", [])),
        isIncomplete: true,
      }) +
      writer.end({
        matches: 1,
        damaged: 1,
        elapsed: 1,
        incomplete: "status A700",
      });
    assert.deepEqual(dataOf(page, "rows"), [["1970-01-01", 1]]);
    assert.match(
      page,
      /role="alert">Incomplete: 1 of 1 match is incomplete; status A700</,
    );
  });

  test("needs nothing from elsewhere and admits only its own script", async () => {
    const page = written(new HtmlWriter(), [study("A", "20200101", [])]);
    assert.doesNotMatch(
      page.replaceAll("http://www.w3.org/2000/svg", ""),
      /https?:|src=|href=|url\(|@import/,
    );
    assert.equal(PAGE_STYLE_HASH, await policyHash(PAGE_STYLE));
    assert.equal(PAGE_SCRIPT_HASH, await policyHash(PAGE_SCRIPT));
    assert.ok(page.includes(`<script>${PAGE_SCRIPT}</script>`));
    assert.ok(page.includes(`<style>${PAGE_STYLE}</style>`));
    assert.doesNotMatch(PAGE_SCRIPT, /innerHTML|insertAdjacentHTML|eval\(/);
  });

  test("is a whole page without matches, and without columns", () => {
    for (const columns of [COLUMNS, []]) {
      const page = written(new HtmlWriter({ columns }), []);
      assert.match(page, /^<!DOCTYPE html>/);
      assert.deepEqual(dataOf(page, "rows"), []);
      assert.equal(dataOf(page, "head").columns.length, columns.length);
      assert.match(page, /<\/html>\n$/);
    }
  });

  test("lets no markup out of a value", () => {
    const tags = (html: string) => html.match(/<[!/a-z]+/gi);
    const pageOf = (text: string, value: string) =>
      written(
        new HtmlWriter({ columns: COLUMNS, about: about(text) }),
        [study(text, "20200101", [value])],
      );
    const plain = tags(pageOf("x", "x"));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.string({
            unit: fc.constantFrom("<", ">", '"', "'", "&", "a", "/", "!", "-"),
          }),
          fc.constant(HOSTILE),
          fc.constant("</script><script>alert(1)</script><!--"),
        ),
        (text) => {
          // An empty name is a return key, not a matching key.
          const page = pageOf(`x${text}`, text.replaceAll("\\", ""));
          assert.deepEqual(tags(page), plain);
        },
      ),
    );
  });
});

test("htmlText() escapes the five characters and shows controls", () => {
  assert.equal(
    htmlText(`<a href="x" title='y'>&\x1b`),
    "&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;&#60;U+001B&#62;",
  );
});
