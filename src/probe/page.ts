/** The report of a probe as one page that needs nothing else: findings with their evidence folded below them. No script at all. */
import { quantity } from "../errors.ts";
import { htmlText } from "../output/html.ts";
import {
  type Exchange,
  type Finding,
  headingLine,
  type ProbeReport,
  type ReportHeading,
  type ShownKeys,
  type VerdictRow,
} from "./report.ts";
import { sectionsOf, SIGNS } from "./sections.ts";

/** Hash of `REPORT_STYLE`, by which the page's content security policy admits it and nothing else; a test recomputes it. */
export const REPORT_STYLE_HASH =
  "sha256-TeSuRNdJ+FpVWbPts6bi2SKacyoN8eNus2m2+20t1KU=";

/** Content of the style element. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;--line:#8883}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.5rem 2rem;max-width:80rem;font:15px/1.45 system-ui,sans-serif}
h1{margin:0;font-size:1.4rem}
h2{margin:1.4rem 0 .4rem;font-size:1.1rem}
h3{margin:.8rem 0 .3rem;font-size:1rem}
header p{margin:.3rem 0;opacity:.75}
.alert{opacity:1;padding:.5rem .8rem;border:1px solid #d29922;border-left-width:.4rem;border-radius:.4rem}
table{border-collapse:collapse;width:100%}
th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td:nth-child(1),td:nth-child(4){overflow-wrap:normal}
th{white-space:nowrap}
td:nth-child(1){white-space:nowrap}
td:nth-child(3){min-width:14rem}
summary{cursor:pointer;padding:.15rem .3rem;overflow-wrap:anywhere}
summary:hover{background:#8882}
details details,details>p,details>dl{margin:.2rem 0 .2rem 1.6rem}
summary b{display:inline-block;width:1.2rem;text-align:center}
summary span{display:inline-block;min-width:17rem;font-weight:600}
.works{color:#1a7f37}
.partly{color:#9a6700}
.fails{color:#cf222e}
.unknown{color:#6e7781}
.exchange{font-size:.92em}
.warning{color:#9a6700}
dl{margin:.2rem 0}
dt{font-weight:600}
dd{margin:0 0 0 1rem;overflow-wrap:anywhere}
`;

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
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${REPORT_STYLE_HASH}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${htmlText(title)}</h1>
<p>${htmlText(headingLine(heading))}</p>
<p>${report.queries} of ${quantity(heading.budget, "query", "queries")} in ${
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
  const exchangesShown = evidence.flatMap((number) =>
    exchanges.get(number) ?? []
  );
  return `<details><summary>${head}</summary>\n${help}${
    exchangesShown.map(exchangeHtml).join("")
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
