/**
 * The pictures of the README: a terminal session as an animated SVG, and a page of `--html` as PNG. Both come from real runs against the
 * demonstration archive; the page needs Chromium.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { displayWidth } from "../src/output/width.ts";
import { withPage } from "../tests/interop/support/browser.ts";
import { ours } from "../tests/interop/support/runners.ts";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));

/** What is typed, as words; the picture shows it as a shell takes it. */
const SESSION: readonly (readonly string[])[] = [
  ["mock:demo", "-q", "PatientName=Doe*"],
  [
    "mock:demo",
    ...["-q", "PatientID=DEMO-0001", "-q", "StudyDate=2000.."],
    ...["-q", "Modality", "-q", "SeriesDescription"],
    ...["--expand", "series", "--format", "tree"],
  ],
  ["mock:demo", "-q", "StudyDate=2020..", "--count-by", "ModalitiesInStudy"],
];

/** The query of the page. */
const PAGE = [
  "mock:demo",
  ...["-q", "StudyDate=2015..", "-q", "ModalitiesInStudy"],
  ...["-q", "StudyDescription", "-q", "PatientName", "-q", "PatientID"],
  ...["-q", "NumberOfStudyRelatedInstances", "-q", "StudyInstanceUID"],
];

const COLUMNS = 124;
const CELL = 8.43;
const LINE = 19;
const MARGIN = 16;
/** Seconds: for one typed character, and between the lines of a result. */
const TYPING = 0.04;
const PAUSE = 1.5;

/** Colours of SGR parameters. */
const STYLES: Readonly<Record<string, string>> = {
  "1": "b",
  "2": "d",
  "31": "r",
  "32": "g",
  "33": "y",
};

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A line with SGR sequences as text elements: each run of words is at the column where a terminal has it. */
function lineSvg(line: string, y: number): string {
  const parts: string[] = [];
  let style = "";
  let column = 0;
  for (const piece of line.split(/(\x1b\[[\d;]*m)/)) {
    if (piece.startsWith("\x1b")) {
      style = STYLES[piece.slice(2, -1)] ?? "";
      continue;
    }
    for (const words of piece.split(/( {2,})/)) {
      if (words.trim() !== "") {
        const x = (MARGIN + column * CELL).toFixed(1);
        const kind = style === "" ? "" : ` class="${style}"`;
        parts.push(`<text x="${x}" y="${y}"${kind}>${xml(words)}</text>`);
      }
      column += displayWidth(words);
    }
  }
  return parts.join("");
}

function shellWord(word: string): string {
  return /[ *?&=]/.test(word) && /[*?&]/.test(word) ? `"${word}"` : word;
}

/** The session as an SVG that types and answers once, and then stays; it does not move for those who prefer that. */
async function terminal(): Promise<string> {
  const body: string[] = [];
  let y = MARGIN + 34;
  let at = 0.5;
  const shown = (content: string) =>
    body.push(`<g style="animation-delay:${at.toFixed(2)}s">${content}</g>`);
  for (const words of SESSION) {
    const command = ["findscu", ...words.map(shellWord)].join(" ");
    const typed = `$ ${command}`;
    const steps = typed.length;
    body.push(
      `<text x="${MARGIN}" y="${y}" class="c" style="--n:${steps};animation-duration:${
        (steps * TYPING).toFixed(2)
      }s;animation-delay:${at.toFixed(2)}s">${xml(typed)}</text>`,
    );
    at += steps * TYPING + 0.3;
    y += LINE;
    const { stdout, stderr } = await ours([...words, "--color", "always"], {
      env: { COLUMNS: String(COLUMNS), NO_COLOR: undefined },
    });
    const lines = `${stderr}${stdout}`.trimEnd().split("\n");
    const first = y;
    shown(
      lines.map((line, index) => lineSvg(line, first + index * LINE))
        .join(""),
    );
    y += lines.length * LINE + LINE / 2;
    at += PAUSE;
  }
  const width = Math.ceil(COLUMNS * CELL + 2 * MARGIN);
  const height = Math.ceil(y);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Three queries of the demonstration archive in a terminal">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d0d7de;white-space:pre}
.b{font-weight:700}.d{fill:#8b949e}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#e3b341}.c{fill:#79c0ff}
@media (prefers-reduced-motion:no-preference){
g{animation:show 0s both}
.c{animation:type both steps(var(--n))}
@keyframes show{from{visibility:hidden}to{visibility:visible}}
@keyframes type{from{clip-path:inset(-4px 100% -4px 0)}to{clip-path:inset(-4px 0 -4px 0)}}
}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="18" r="6" fill="#ff5f57"/><circle cx="40" cy="18" r="6" fill="#febc2e"/><circle cx="60" cy="18" r="6" fill="#28c840"/>
${body.join("\n")}
</svg>
`;
}

async function page(file: string): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/findscu-pictures-`);
  try {
    const html = `${folder}/studies.html`;
    await ours([...PAGE, "--html", html, "--count"]);
    await withPage(pathToFileURL(html).href, async (page) => {
      await page.screenshot({ path: file });
    }, { viewport: { width: 1280, height: 720 }, colorScheme: "light" });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

mkdirSync(FOLDER, { recursive: true });
writeFileSync(`${FOLDER}terminal.svg`, await terminal());
await page(`${FOLDER}page.png`);
