/** The report of a probe as one page that needs nothing else: findings with their evidence folded below them. No script at all. */
import { htmlText } from "../output/html.ts";
import { headingLine, type ReportHeading } from "./heading.ts";
import { PAGE_STYLE, PAGE_STYLE_HASH } from "./page_style.ts";
import type {
  Exchange,
  Finding,
  ProbeReport,
  ShownKeys,
  VerdictRow,
} from "./report.ts";
import { sectionsOf, SIGNS } from "./sections.ts";

/** The page. Every text in it is escaped, and its own policy lets no script run and nothing be fetched. */
export function probePage(report: ProbeReport, heading: ReportHeading): string {
  const exchanges = new Map(
    report.exchanges.map((exchange) => [exchange.number, exchange]),
  );
  const { rely, doNotRely, unknown } = report.verdict;
  const title = `Probe of ${heading.peer}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${PAGE_STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${htmlText(title)}</h1>
<p>${htmlText(headingLine(heading))}</p>
<p>${report.queries} of ${heading.budget} queries in ${
    (heading.elapsed / 1000).toFixed(1)
  } s. ${
    heading.isMasked
      ? "Patient values are masked."
      : "Patient values are shown: handle this page accordingly."
  }</p>
${
    report.incomplete === undefined
      ? ""
      : `<p class="alert" role="alert">Incomplete: ${
        htmlText(report.incomplete)
      }</p>\n`
  }</header>
<main>
<section><h2>Verdict</h2>
${verdictTable("You cannot rely on", doNotRely)}${
    verdictTable("You can rely on", rely)
  }${verdictTable("Unknown", unknown)}</section>
${
    sectionsOf(report.findings).map(({ title, findings }) =>
      `<section><h2>${htmlText(title)}</h2>\n${
        findings.map((finding) => findingHtml(finding, exchanges)).join("")
      }</section>\n`
    ).join("")
  }<section><h2>What was done</h2><ul>
${report.plan.map((line) => `<li>${htmlText(line)}</li>\n`).join("")}</ul>
${report.exchanges.map(exchangeHtml).join("")}</section>
</main>
</body>
</html>
`;
}

function verdictTable(title: string, rows: readonly VerdictRow[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(({ scope, what, why, options }) =>
    `<tr><td>${htmlText(scope)}</td><td>${htmlText(what)}</td><td>${
      htmlText(why)
    }</td><td>${
      options.map((option) => `<code>${htmlText(option)}</code>`).join(" ")
    }</td></tr>\n`
  );
  return `<h3>${
    htmlText(title)
  }</h3>\n<table><thead><tr><th scope="col">Where</th><th scope="col">What</th><th scope="col">Why</th><th scope="col">What helps</th></tr></thead><tbody>\n${
    lines.join("")
  }</tbody></table>\n`;
}

function findingHtml(
  finding: Finding,
  exchanges: ReadonlyMap<number, Exchange>,
): string {
  const { outcome, title, text, advice, evidence } = finding;
  const head = `<b class="${outcome}" title="${outcome}">${
    htmlText(SIGNS[outcome])
  }</b> <span>${htmlText(title)}</span> ${htmlText(text)}`;
  const help = advice.map(({ option, why }) =>
    `<p><code>${htmlText(option)}</code> ${htmlText(why)}</p>\n`
  ).join("");
  const shown = evidence.flatMap((number) => exchanges.get(number) ?? []);
  return `<details><summary>${head}</summary>\n${help}${
    shown.map(exchangeHtml).join("")
  }</details>\n`;
}

function exchangeHtml(exchange: Exchange): string {
  const { number, purpose, sent, came, time, samples = [], warnings } =
    exchange;
  const model = exchange.model === undefined ? "" : ` (${exchange.model})`;
  return `<details class="exchange"><summary>${number}. ${
    htmlText(purpose + model)
  }: ${htmlText(came)}, ${time} ms</summary>
${keysHtml("Sent", sent)}${
    samples.map((sample, at) => keysHtml(`Match ${at + 1}`, sample)).join("")
  }${
    warnings.map((text) => `<p class="warning">${htmlText(text)}</p>\n`).join(
      "",
    )
  }</details>
`;
}

function keysHtml(title: string, keys: ShownKeys): string {
  const entries = Object.entries(keys);
  if (entries.length === 0) return "";
  return `<dl><dt>${htmlText(title)}</dt>${
    entries.map(([key, value]) =>
      `<dd><code>${htmlText(key)}</code> ${htmlText(value)}</dd>`
    ).join("")
  }</dl>\n`;
}
