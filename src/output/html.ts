/**
 * `--html`: the result as one page that needs nothing else, no network, no server. The matches are data in it, and a script of its
 * own (`page`, by way of `page_assets_data.ts`) shows them. Every value is escaped, and the page's policy lets nothing run but that
 * script.
 */
import { Dictionary } from "../dictionary/dictionary.ts";
import { type About, dateAndTime, keyTexts } from "./about.ts";
import { CellReader } from "./cells.ts";
import {
  closingLine,
  damageText,
  type MatchRecord,
  type ResultWriter,
  type Summary,
  type TextOptions,
} from "./writer.ts";
import { type Column, columnsOf } from "./columns.ts";
import { headingsOf } from "./headings.ts";
import {
  PAGE_SCRIPT,
  PAGE_SCRIPT_HASH,
  PAGE_STYLE,
  PAGE_STYLE_HASH,
} from "./page_assets_data.ts";
import type {
  PageCell,
  PageColumn,
  PageColumnKind,
  PageHead,
} from "./page_data.ts";
import { sanitize } from "./sanitize.ts";
import { IDENTIFIER, NUMBERS } from "./table_layout.ts";
import { readableValues } from "./value_text.ts";

/** The contents of the page. */
export interface HtmlOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** The contents of the page's head. */
  readonly about?: About;
}

/** Writes the page. Rows stream; none is kept. */
export class HtmlWriter implements ResultWriter {
  readonly #options: HtmlOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  #columns: readonly Column[];
  #headed = false;
  #rows = 0;

  constructor(options: HtmlOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#columns = options.columns ?? [];
  }

  begin(): string {
    const { about } = this.#options;
    const title = htmlText(about === undefined ? "Matches" : titleOf(about));
    const origin = about === undefined ? "" : `<p id="about">${
      htmlText(
        `${about.model}, queried from ${about.peer} on ${
          dateAndTime(about.time)
        }`,
      )
    }</p>${questionHtml(about)}`;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${PAGE_STYLE_HASH}'; script-src '${PAGE_SCRIPT_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${origin || '<p id="about"></p>'}
</header>
<noscript><p>The matches are in this page, but showing them takes JavaScript, which is off here.</p></noscript>
<div id="layout">
<aside aria-label="Filters"><details id="filters" open><summary>Filters</summary><div id="facets"></div><select id="add" aria-label="Filter by another column"></select></details></aside>
<main>
<dl id="tiles"></dl>
<div class="tools"><input id="search" type="search" placeholder="Search" aria-label="Search in all columns" autocomplete="off"><output id="shown"></output><button id="reset" type="button" hidden>Show all</button><button id="group" type="button" aria-pressed="false" hidden>Group</button><button id="open" type="button" hidden>Open all</button><details id="picker"><summary>Columns</summary><div id="columns" role="group" aria-label="Columns that are shown"></div></details><button id="csv" type="button">Download CSV</button></div>
<div id="scroll" tabindex="0" role="region" aria-label="Table of matches"></div>
<p id="status" class="unseen" role="status"></p>
</main>
</div>
${this.#columns.length > 0 ? this.#heading() : ""}`;
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      this.#columns = columnsOf(record.dataset, this.#dictionary);
    }
    const heading = this.#headed ? "" : this.#heading();
    const cells = this.#reader.cells(record, this.#columns)
      .map((cells): PageCell => {
        const values = cells.flatMap((cell) =>
          cell === undefined
            ? []
            : readableValues(cell.element, cell.charset).map(sanitize)
        ).filter((value) => value !== "");
        return values.length === 1
          ? values[0]!
          : values.length === 0
          ? ""
          : values;
      });
    const row = record.isIncomplete === true ? [...cells, 1] : cells;
    return `${heading}${this.#rows++ === 0 ? "" : ",\n"}${jsonText(row)}`;
  }

  end(summary: Summary): string {
    const alert = [damageText(summary), summary.incomplete]
      .filter((text) => text !== undefined).join("; ");
    return `${this.#headed ? "" : this.#heading()}]</script>
<p id="closing">${htmlText(closingLine(summary, this.#options.words))}${
      htmlText(
        this.#options.about === undefined
          ? ""
          : `, ${this.#options.about.program}`,
      )
    }</p>
${
      alert === ""
        ? ""
        : `<p id="alert" role="alert">Incomplete: ${htmlText(alert)}</p>\n`
    }<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
  }

  #heading(): string {
    this.#headed = true;
    const headings = headingsOf(this.#columns, true);
    const head: PageHead = {
      columns: this.#columns.map((column, index): PageColumn => ({
        label: sanitize(column.label),
        heading: headings[index]!,
        kind: this.#kindOf(column),
      })),
      file: "matches",
    };
    return `<script type="application/json" id="head">${jsonText(head)}</script>
<script type="application/json" id="rows">[`;
  }

  #kindOf({ path, label }: Column): PageColumnKind {
    const vr = this.#dictionary.vr(path[path.length - 1]!);
    if (NUMBERS.has(vr)) return "number";
    switch (vr) {
      case "DA":
      case "DT":
        return "date";
      case "TM":
        return "time";
      case "UI":
        return "uid";
      case "PN":
        return "name";
      case "CS":
        return "code";
      default:
        return IDENTIFIER.test(label) ? "identifier" : "text";
    }
  }
}

/** The query, in a line. */
function titleOf(about: About): string {
  const keys = about.queries.length === 1
    ? keyTexts(about.queries[0]!, "matching")
      .filter((text) => !text.startsWith("QueryRetrieveLevel="))
    : [`${about.queries.length} queries`];
  const texts = [
    ...about.list === undefined ? [] : [`Each row of ${about.list}`],
    ...keys,
    ...about.conditions,
  ];
  return texts.length === 0 ? "All matches" : texts.join(", ");
}

/** All keys of the query, to be expanded. */
function questionHtml({ queries, conditions }: About): string {
  const lines = queries.map((keys) =>
    [...keyTexts(keys, "matching"), ...keyTexts(keys, "returned")].join(", ")
  );
  const items = [...lines, ...conditions.map((text) => `Filtered: ${text}`)];
  return `<details><summary>Query</summary>${
    items.map((text) => `<p>${htmlText(text)}</p>`).join("")
  }</details>`;
}

/** A value as JSON inside an element of script, which no text in it can end. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** Text as content or as a quoted attribute value; controls become visible. */
export function htmlText(text: string): string {
  return sanitize(text).replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}
