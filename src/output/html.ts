/**
 * `--html`: the result as one page that needs nothing else, no network, no server: a table that sorts and filters, bars per day
 * and per modality. Every value is escaped, and the page's own policy lets no script run but the one it comes with.
 */
import type { Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { CellReader, readableCell } from "./cells.ts";
import { closingLine, damageText } from "./closing.ts";
import { type Column, columnsOf } from "./columns.ts";
import {
  HTML_SCRIPT,
  HTML_SCRIPT_HASH,
  HTML_STYLE,
  HTML_STYLE_HASH,
} from "./html_assets.ts";
import { sanitize } from "./sanitize.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "./writer.ts";

/** What the page shows. */
export interface HtmlOptions extends TextOptions {
  /** The columns; those of the first match when absent or empty. */
  readonly columns?: readonly Column[] | undefined;
  /** Heading and title of the page. */
  readonly title?: string;
  /** One line below the heading: whom was asked, what and when. */
  readonly subtitle?: string;
}

const PATIENT_BIRTH_DATE: Tag = 0x00100030;
const MODALITY: Tag = 0x00080060;
const MODALITIES_IN_STUDY: Tag = 0x00080061;

/** Bars of one kind: how often each value occurs. */
interface Chart {
  readonly title: string;
  readonly column: number;
  readonly counts: Map<string, number>;
  /** Days are shown in their order, everything else by frequency. */
  readonly chronological: boolean;
}

/** A chart has this many bars at most; what is rarer is summed up. */
const MOST_BARS = 31;
const BETWEEN_ITEMS = " | ";

/** Writes the page. Rows stream; of the matches only the counts for the bars are kept. */
export class HtmlWriter implements ResultWriter {
  readonly #options: HtmlOptions;
  readonly #dictionary: Dictionary;
  readonly #reader: CellReader;
  #columns: readonly Column[];
  #charts: Chart[] = [];
  #headed = false;

  constructor(options: HtmlOptions = {}) {
    this.#options = options;
    this.#dictionary = options.dictionary ?? Dictionary.standard;
    this.#reader = new CellReader(options);
    this.#columns = options.columns ?? [];
  }

  begin(): string {
    const title = htmlText(this.#options.title ?? "Query result");
    const { subtitle } = this.#options;
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${HTML_STYLE_HASH}'; script-src '${HTML_SCRIPT_HASH}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${subtitle === undefined ? "" : `<p>${htmlText(subtitle)}</p>\n`}</header>
<main>
<div class="tools"><input id="filter" type="search" placeholder="Filter" aria-label="Filter rows" autocomplete="off"><output id="shown"></output></div>
<div class="scroll"><table id="matches">
${this.#columns.length > 0 ? this.#heading() : ""}`;
  }

  match(record: MatchRecord): string {
    if (this.#columns.length === 0) {
      this.#columns = columnsOf(record.dataset, this.#dictionary);
    }
    const heading = this.#headed ? "" : this.#heading();
    const values = this.#reader.cells(record.dataset, this.#columns).map((
      cells,
    ) => cells.map(readableCell));
    for (const chart of this.#charts) count(chart, values[chart.column]!);
    const cells = values.map((texts) =>
      `<td>${htmlText(texts.join(BETWEEN_ITEMS))}</td>`
    );
    const row = record.isIncomplete === true
      ? '<tr class="incomplete" title="Attributes of this match could not be read">'
      : "<tr>";
    return `${heading}${row}${cells.join("")}</tr>\n`;
  }

  end(summary: Summary): string {
    const alert = [damageText(summary), summary.incomplete]
      .filter((text) => text !== undefined).join("; ");
    return `${this.#headed ? "" : this.#heading()}</tbody>
</table></div>
<p class="closing">${htmlText(closingLine(summary))}</p>
</main>
<aside>
${this.#charts.map(chartHtml).join("")}</aside>
${
      alert === ""
        ? ""
        : `<p class="alert" role="alert">${htmlText(alert)}</p>\n`
    }<script>${HTML_SCRIPT}</script>
</body>
</html>
`;
  }

  #heading(): string {
    this.#headed = true;
    this.#charts = chartsOf(this.#columns, this.#dictionary);
    const cells = this.#columns.map((column) =>
      `<th scope="col"><button type="button">${
        breakable(htmlText(column.label))
      }</button></th>`
    );
    return `<thead><tr>${cells.join("")}</tr></thead>\n<tbody>\n`;
  }
}

/** A label, as HTML, that may be broken between the words of its keywords. */
function breakable(label: string): string {
  return label.replace(/(?<=[a-z.])(?=[A-Z])/g, "<wbr>");
}

/** Text as content or as a quoted attribute value; controls become visible. */
export function htmlText(text: string): string {
  return sanitize(text).replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/** A chart of days for the first date that is not a birth date, and one of modalities. */
function chartsOf(
  columns: readonly Column[],
  dictionary: Dictionary,
): Chart[] {
  const tags = columns.map((column) => column.path[column.path.length - 1]!);
  const day = tags.findIndex((tag) =>
    dictionary.vr(tag) === "DA" && tag !== PATIENT_BIRTH_DATE
  );
  const modality = tags.findIndex((tag) =>
    tag === MODALITY || tag === MODALITIES_IN_STUDY
  );
  const chart = (title: string, column: number, chronological: boolean) =>
    column < 0
      ? []
      : [{ title, column, chronological, counts: new Map<string, number>() }];
  return [
    ...chart("Per day", day, true),
    ...chart("Per modality", modality, false),
  ];
}

/** Counts each value of a match once, several values of one attribute separately. */
function count(chart: Chart, texts: readonly string[]): void {
  const values = new Set(
    texts.flatMap((text) => text.split(", ")).filter((value) => value !== ""),
  );
  for (const value of values) {
    chart.counts.set(value, (chart.counts.get(value) ?? 0) + 1);
  }
}

function chartHtml(chart: Chart): string {
  if (chart.counts.size === 0) return "";
  const { title, counts } = chart.chronological ? perPeriod(chart) : chart;
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  const shown = byCount.slice(0, MOST_BARS);
  const rest = byCount.slice(MOST_BARS).reduce((sum, [, n]) => sum + n, 0);
  if (chart.chronological) shown.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const most = byCount[0]![1];
  const bars = shown.map(([value, n]) => {
    const text = htmlText(value);
    return `<li><button type="button" aria-pressed="false" data-column="${chart.column}" data-value="${text}"><span>${text}</span><meter min="0" max="${most}" value="${n}"></meter><b>${n}</b></button></li>\n`;
  });
  const others = rest === 0
    ? ""
    : `<li><span>others</span><b>${rest}</b></li>\n`;
  return `<section><h2>${title}</h2><ul>\n${
    bars.join("")
  }${others}</ul></section>\n`;
}

/** Days where there are few enough of them, else months, else years. Values that are no dates count on their own. */
function perPeriod({ title, counts }: Chart): Pick<Chart, "title" | "counts"> {
  for (const [length, name] of [[10, title], [7, "Per month"]] as const) {
    const shorter = shortened(counts, length);
    if (shorter.size <= MOST_BARS) return { title: name, counts: shorter };
  }
  return { title: "Per year", counts: shortened(counts, 4) };
}

/** The counts of dates by their first characters. */
function shortened(
  counts: ReadonlyMap<string, number>,
  length: number,
): Map<string, number> {
  const result = new Map<string, number>();
  for (const [value, count] of counts) {
    const key = /^\d{4}-\d\d-\d\d$/.test(value)
      ? value.slice(0, length)
      : value;
    result.set(key, (result.get(key) ?? 0) + count);
  }
  return result;
}
