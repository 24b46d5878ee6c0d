/** The report of a probe as text for a terminal. */
import { BOLD, styled } from "../output/style.ts";
import { headingLine, type ReportHeading } from "./heading.ts";
import { type Group, groupsOf } from "./groups.ts";
import type { ProbeReport, VerdictRow } from "./report.ts";
import { LEGEND, sectionsOf, SIGNS } from "./sections.ts";

/** Where texts begin beside titles. */
const TITLE_WIDTH = 30;

/** The report, with its last line end. Everything in it that came from the peer is harmless already. */
export function probeText(
  report: ProbeReport,
  heading: ReportHeading,
  color: boolean,
): string {
  const title = (text: string) => styled(text, BOLD, color);
  const { rely, doNotRely, unknown } = report.verdict;
  const lines = [
    title(`Probe of ${headingLine(heading)}`),
    `${report.queries} of ${heading.budget} queries in ${
      (heading.elapsed / 1000).toFixed(1)
    } s. ${LEGEND}`,
    ...(report.incomplete === undefined
      ? []
      : [`Incomplete: ${report.incomplete}`]),
    ...sectionsOf(report.findings).flatMap(({ title: name, findings }) => [
      "",
      title(name),
      ...groupsOf(findings).map(groupLine),
    ]),
    "",
    title("Verdict"),
    ...table("You can rely on", rely),
    ...table("You cannot rely on", doNotRely),
    ...table("Not found out", unknown),
  ];
  return `${lines.join("\n")}\n`;
}

function groupLine({ first, title, evidence }: Group): string {
  const from = evidence.length === 0 ? "" : ` [${evidence.join(", ")}]`;
  const gap = title.length > TITLE_WIDTH ? `${title}:` : title;
  return `${SIGNS[first.outcome]} ${
    gap.padEnd(TITLE_WIDTH)
  } ${first.text}${from}`;
}

function table(title: string, rows: readonly VerdictRow[]): string[] {
  if (rows.length === 0) return [];
  return [
    `  ${title}:`,
    ...rows.map(({ scope, what, why, options }) => {
      const place = scope === "" ? "" : `${scope}: `;
      const reason = why === "" ? "" : ` (${why})`;
      const help = options.length === 0 ? "" : ` => ${options.join(", ")}`;
      return `    ${place}${what}${reason}${help}`;
    }),
  ];
}
