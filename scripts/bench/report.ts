/** Figures as a Markdown table and as a picture. Measures nothing, writes nothing. */
import type { Figure } from "./measure.ts";

/** `0.145 s`, `16 ms`. */
function timeText(seconds: number): string {
  return seconds < 0.0995
    ? `${(seconds * 1000).toFixed(0)} ms`
    : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** The table of all figures. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ cell, seconds, ratio, megabytes }) => [
    cell.name,
    cell.by,
    timeText(seconds),
    ratio === undefined ? "" : ratio.toFixed(2),
    cell.aim === undefined ? "" : cell.aim.toFixed(2),
    megabytes === undefined ? "" : megabytes.toFixed(0),
  ]);
  return markdown(
    ["Work", "Program", "Time", "Ratio", "Aim", "MB"],
    rows,
    2,
  );
}

/** The table of the micro-benchmarks. */
export function microTable(figures: readonly (readonly [string, number])[]) {
  return markdown(
    ["Work", "ns an element"],
    figures.map(([name, spent]) => [name, String(spent)]),
    1,
  );
}

/** A table as `deno fmt` has it; columns from `numbers` on are aligned to the right. */
function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: number,
): string {
  const widths = head.map((title, column) =>
    Math.max(
      ...[title, ...rows.map((row) => row[column]!)].map((text) => text.length),
      3,
    )
  );
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((text, column) =>
        column < numbers
          ? text.padEnd(widths[column]!)
          : text.padStart(widths[column]!)
      ).join(" | ")
    } |\n`;
  const rule = widths.map((width, column) =>
    column < numbers ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return line(head) + line(rule) + rows.map(line).join("");
}

const LABEL_WIDTH = 330;
const BAR_WIDTH = 420;
const ROW_HEIGHT = 22;

/** Ratios as bars beside their aims; 1 is what it is compared with. */
export function plot(figures: readonly Figure[], title: string): string {
  const shown = figures.filter(({ ratio }) => ratio !== undefined);
  const most = Math.max(1, ...shown.map(({ ratio }) => ratio!));
  const x = (ratio: number) =>
    (LABEL_WIDTH + ratio / most * BAR_WIDTH).toFixed(1);
  const height = ROW_HEIGHT * (shown.length + 2);
  const rows = shown.map(({ cell, ratio }, index) => {
    const top = ROW_HEIGHT * (index + 1) + 8;
    const isMet = cell.aim === undefined || ratio! <= cell.aim;
    const width = (ratio! / most * BAR_WIDTH).toFixed(1);
    const aim = cell.aim === undefined
      ? ""
      : `<path d="M${x(cell.aim)} ${top - 2}v18" stroke="#222"/>`;
    return `<text x="${LABEL_WIDTH - 8}" y="${top + 11}" text-anchor="end">${
      escaped(`${cell.name}, ${cell.by}`)
    }</text><rect x="${LABEL_WIDTH}" y="${top}" width="${width}" height="14" fill="${
      isMet ? "#3a7d44" : "#c8742b"
    }"/>${aim}<text x="${(Number(x(ratio!)) + 6).toFixed(1)}" y="${top + 11}">${
      ratio!.toFixed(2)
    }</text>\n`;
  });
  const width = LABEL_WIDTH + BAR_WIDTH + 60;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${
    escaped(title)
  }">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="8" y="16" font-weight="bold">${escaped(title)}</text>
<path d="M${x(1)} ${ROW_HEIGHT}V${
    height - 8
  }" stroke="#999" stroke-dasharray="3"/>
${rows.join("")}</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

/** A document with other text in one of its measured parts. Throws if it has no such part. */
export function withPart(document: string, name: string, text: string): string {
  const begin = `<!-- ${name}: measured by \`deno task bench\` -->\n`;
  const start = document.indexOf(begin);
  const end = document.indexOf("<!-- end -->", start);
  if (start < 0 || end < 0) {
    throw new TypeError(`The document has no part "${name}"`);
  }
  return `${document.slice(0, start)}${begin}\n${text}\n${document.slice(end)}`;
}
