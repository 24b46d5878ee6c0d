import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../../src/output/columns.ts";
import { htmlText, HtmlWriter } from "../../../src/output/html.ts";
import {
  HTML_SCRIPT,
  HTML_SCRIPT_HASH,
  HTML_STYLE,
  HTML_STYLE_HASH,
} from "../../../src/output/html_assets.ts";
import { HOSTILE, written } from "./support.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);
const COLUMNS = parseColumns(
  "PatientBirthDate,PatientName,StudyDate,ModalitiesInStudy",
  Dictionary.standard,
);

function study(name: string, day: string, modalities: string[]): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", day),
    textElement(0x00080061, "CS", modalities),
    textElement(0x00100010, "PN", name, UTF_8),
    textElement(0x00100030, "DA", "19700101"),
  );
}

/** The hash of an inline element in the form of a content security policy. */
async function policyHash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

describe("HtmlWriter", () => {
  test("writes one row per match and bars per day and modality", () => {
    const page = written(new HtmlWriter({ columns: COLUMNS }), [
      study("Doe^John", "20200102", ["CT"]),
      study("Roe^Jane", "20200101", ["CT", "MR"]),
      study("Poe^E", "20200102", ["CT"]),
    ]);
    assert.match(
      page,
      /<tr><td>1970-01-01<\/td><td>Doe, John<\/td><td>2020-01-02<\/td><td>CT<\/td><\/tr>/,
    );
    const bars = Array.from(
      page.matchAll(/data-value="([^"]*)".*value="(\d+)"/g),
      ([, value, count]) => [value, count],
    );
    assert.deepEqual(bars, [
      ["2020-01-01", "1"],
      ["2020-01-02", "2"],
      ["CT", "3"],
      ["MR", "1"],
    ]);
    assert.match(page, /3 matches in 1\.50 s/);
  });

  test("needs nothing from elsewhere and admits only its own script", async () => {
    const page = written(new HtmlWriter(), [study("A", "20200101", [])]);
    assert.doesNotMatch(page, /https?:|src=|href=|url\(|@import/);
    assert.equal(HTML_STYLE_HASH, await policyHash(HTML_STYLE));
    assert.equal(HTML_SCRIPT_HASH, await policyHash(HTML_SCRIPT));
    assert.ok(page.includes(`<script>${HTML_SCRIPT}</script>`));
    assert.ok(page.includes(`<style>${HTML_STYLE}</style>`));
    assert.ok(!HTML_SCRIPT.includes("</"));
  });

  test("sums days up where there are many", () => {
    const days = (count: number, step: number) =>
      Array.from({ length: count }, (_, index) => {
        const day = new Date(Date.UTC(2020, 0, 1 + index * step));
        const text = day.toISOString().slice(0, 10).replaceAll("-", "");
        return Dataset.of(textElement(0x00080020, "DA", text));
      });
    const titles = (datasets: Dataset[]) =>
      written(new HtmlWriter(), datasets).match(/<h2>.*?<\/h2>/g);
    assert.deepEqual(titles(days(31, 1)), ["<h2>Per day</h2>"]);
    assert.deepEqual(titles(days(32, 1)), ["<h2>Per month</h2>"]);
    assert.deepEqual(titles(days(100, 30)), ["<h2>Per year</h2>"]);
    const page = written(new HtmlWriter(), days(60, 1));
    assert.match(page, /data-value="2020-01".*value="31"/);
    assert.match(page, /data-value="2020-02".*value="29"/);
  });

  test("is a whole page without matches", () => {
    const page = written(new HtmlWriter({ columns: COLUMNS }), []);
    assert.match(page, /^<!DOCTYPE html>/);
    assert.match(page, /<tbody>\n<\/tbody>/);
    assert.match(page, /<\/html>\n$/);
  });

  test("lets no markup out of a value", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "grapheme" }),
          fc.string({
            unit: fc.constantFrom("<", ">", '"', "'", "&", "a", "/"),
          }),
          fc.constant(HOSTILE),
        ),
        (text) => {
          const page = written(
            new HtmlWriter({
              columns: COLUMNS,
              title: text,
              subtitle: text,
            }),
            [study(text, "20200101", [text.replaceAll("\\", "")])],
          );
          const plain = written(
            new HtmlWriter({
              columns: COLUMNS,
              title: "x",
              subtitle: "x",
            }),
            [study("x", "20200101", ["x"])],
          );
          const tags = (html: string) =>
            html.match(/<\/?[a-z]+/gi)!.filter((tag) =>
              !/meter|span|li|button|^<\/?b$|section|^<\/?h$|ul/.test(tag)
            );
          assert.deepEqual(tags(page), tags(plain));
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
