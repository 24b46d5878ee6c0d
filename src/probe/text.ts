/** The report of a probe as text for a terminal. */
import { quantity } from "../errors.ts";
import { BOLD, styled } from "../output/style.ts";
import {
  headingLine,
  type ProbeReport,
  type ReportHeading,
  type VerdictRow,
} from "./report.ts";
import { type AttributeGroup, attributeGroups } from "./groups.ts";
import { LEGEND, sectionsOf, SIGNS } from "./sections.ts";

/** The column where texts begin beside titles. */
const TITLE_WIDTH = 30;

/** How the text is to look. */
export interface TextLook {
  readonly color: boolean;
  /** Columns of the terminal; lines are not broken if it is undefined. */
  readonly width?: number | undefined;
}

/** The report, with its last line end. Everything in it that came from the peer is harmless already. */
export function probeText(
  report: ProbeReport,
  heading: ReportHeading,
  { color, width = Infinity }: TextLook,
): string {
  const title = (text: string) => styled(text, BOLD, color);
  const { rely, doNotRely, unknown } = report.verdict;
  const lines = [
    title(`Probe of ${headingLine(heading)}`),
    `${report.queries} of ${quantity(heading.budget, "query", "queries")} in ${
      (heading.elapsed / 1000).toFixed(1)
    } s. ${LEGEND}`,
    ...(report.incomplete === undefined
      ? []
      : [`Incomplete: ${report.incomplete}`]),
    ...sectionsOf(report.findings).flatMap(({ title: name, findings }) => [
      "",
      title(name),
      ...attributeGroups(findings).map(groupLine),
    ]),
    "",
    title("Verdict"),
    ...table("You can rely on", rely),
    ...table("You cannot rely on", doNotRely),
    ...table("Unknown", unknown),
  ];
  return `${lines.map((line) => wrapped(line, width)).join("\n")}\n`;
}

/** A line, broken between words; further lines are indented. */
function wrapped(line: string, width: number): string {
  if (line.length <= width) return line;
  const indent = line.startsWith(" ".repeat(4)) ? 6 : 4;
  const parts: string[] = [];
  let current = "";
  for (const word of line.split(/(?<=\S) (?=\S)/)) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && longer.length > width) {
      parts.push(current);
      current = " ".repeat(indent) + word;
    } else current = longer;
  }
  return [...parts, current].join("\n");
}

function groupLine({ first, title, evidence }: AttributeGroup): string {
  const from = evidence.length === 0 ? "" : ` [${evidence.join(", ")}]`;
  const label = title.length > TITLE_WIDTH ? `${title}:` : title;
  return `${SIGNS[first.outcome]} ${
    label.padEnd(TITLE_WIDTH)
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
