/**
 * Checks what the compiler cannot: generated files are fresh, links between the documents lead somewhere, files named in
 * documents and comments exist, walks through the code stay short, its maps are complete, formats and exit codes are explained,
 * tests load ahead what is loaded on demand, what others import is documented with all of its types, lock files carry no address
 * of a registry and no path of a machine.
 */
import { staleDocs } from "./build_docs.ts";
import { pageAssets } from "./build_page.ts";
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path/posix";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { generatedDictionaryFiles } from "./build_dictionary.ts";
import { EXIT_CODES, EXIT_SUCCESS } from "../src/cli/exit_code.ts";
import { formatsWith, RESULT_FORMATS } from "../src/output/format_names.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Every check: its complaints, one sentence each. */
const CHECKS: readonly (() => string[])[] = [
  staleFiles,
  deadLinks,
  missingFiles,
  longWalks,
  unmappedFiles,
  unnamedFormats,
  unexplainedExitCodes,
  lateModules,
  undocumentedExports,
  machineTraces,
];

function staleFiles(): string[] {
  return [
    ...generatedDictionaryFiles()
      .filter(({ path, text }) => readText(path) !== text)
      .map(({ path }) => `${path} is stale: run \`deno task dictionary\``),
    ...[pageAssets()].filter(({ path, text }) => readText(path) !== text)
      .map(({ path }) => `${path} is stale: run \`deno task page\``),
    ...staleDocs().map((path) => `${path} is stale: run \`deno task docs\``),
  ];
}

/** Relative links of the documents, with their anchors. */
function deadLinks(): string[] {
  const complaints: string[] = [];
  const documents = ["", "docs/"].flatMap((folder) =>
    readdirSync(root + folder).filter((name) => name.endsWith(".md"))
      .map((name) => folder + name)
  );
  for (const document of documents) {
    const text = withoutCode(readText(document));
    const folder = document.slice(0, document.lastIndexOf("/") + 1);
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : join(folder, path);
      if (!existsSync(root + file)) {
        complaints.push(`${document} links to a missing file: "${target}"`);
      } else if (anchor !== undefined && !anchorsOf(file).has(anchor)) {
        complaints.push(`${document} links to a missing heading: "${target}"`);
      }
    }
  }
  return complaints;
}

/** Files that documents and comments name between backquotes, and that do not exist under that name. */
function missingFiles(): string[] {
  const paths = filesOf("").filter((path) => /\.\w+$/.test(path));
  return paths.filter((path) =>
    /\.(ts|md)$/.test(path) && !path.startsWith("tests/fixtures/") &&
    path !== "CHANGELOG.md"
  ).flatMap((path) => {
    const names = readText(path).matchAll(/`([\w./-]+\.(?:ts|md|tsv|sh))`/g);
    return Array.from(names, ([, name = ""]) => name.replace(/^(\.\.?\/)+/, ""))
      .filter((name) => !paths.some((path) => `/${path}`.endsWith(`/${name}`)))
      .map((name) => `${path} names a file that does not exist: "${name}"`);
  });
}

/** The most files that a reader may have to open, by the heading of the list in the document on architecture. */
const LONGEST_WALKS = {
  "The walk of a response": 29,
  "The walk of a key": 27,
};

/** Lists of files that have become longer. That their files exist is a matter of links. */
function longWalks(): string[] {
  return Object.entries(LONGEST_WALKS).flatMap(([heading, most]) => {
    const section = sectionOf("ARCHITECTURE.md", heading);
    const files = section.match(/^\d+\. \[/gm) ?? [];
    return files.length > 0 && files.length <= most ? [] : [
      `ARCHITECTURE.md, ${heading}, has ${files.length} files, not 1 to ${most}: join layers that only pass something on`,
    ];
  });
}

/** Files that the maps in the document on architecture leave out. */
function unmappedFiles(): string[] {
  const document = "ARCHITECTURE.md";
  const words = new Set(readText(document).match(/\w+/g));
  return ["src/cli/commands", "tests/support"].flatMap(filesOf)
    .filter((path) =>
      !path.startsWith("tests/support/certificates/") &&
      !path.startsWith("tests/support/matching/") &&
      !words.has(basename(path, ".ts"))
    )
    .map((path) => `${document} does not name "${path}"`);
}

/** Output formats that the documents on conformance and on lists say nothing of. */
function unnamedFormats(): string[] {
  return [
    ...unnamedIn("CONFORMANCE.md", "Formats", RESULT_FORMATS),
    ...unnamedIn(
      "docs/lists.md",
      "Continue an interrupted run",
      formatsWith("resume"),
    ),
  ];
}

function unnamedIn(
  document: string,
  heading: string,
  formats: readonly string[],
): string[] {
  const section = sectionOf(document, heading);
  return formats.filter((name) => !section.includes(`\`${name}\``))
    .map((name) => `${document}, ${heading}, lacks the format "${name}"`);
}

/** Exit codes that the document on troubleshooting says nothing of. */
function unexplainedExitCodes(): string[] {
  const section = sectionOf("docs/troubleshooting.md", "By exit code");
  const explained = [...section.matchAll(/^\| ([\d, ]+?) *\|/gm)]
    .flatMap(([, codes = ""]) => codes.split(", ").map(Number));
  return EXIT_CODES.map(({ exit }) => exit)
    .filter((exit) => exit !== EXIT_SUCCESS && !explained.includes(exit))
    .map((exit) =>
      `docs/troubleshooting.md, By exit code, lacks the exit code ${exit}`
    );
}

/**
 * Modules that the sources load on demand and the unit tests of the command line do not load ahead: while the disk is read, the
 * clock of a test would move on. And those that are loaded ahead without need.
 */
function lateModules(): string[] {
  const list = "tests/support/cli_modules.ts";
  const ahead = importsOf(list, /^import "([^"]+)"/gm);
  const onDemand = new Set(
    filesOf("src").filter((path) => path.endsWith(".ts"))
      .flatMap((path) => importsOf(path, /\bimport\(\s*"([^"]+)"/g))
      .filter((path) => !path.startsWith("node:")),
  );
  return [
    ...[...onDemand].filter((path) => !ahead.includes(path))
      .map((path) => `${list} lacks "${path}", which is loaded on demand`),
    ...ahead.filter((path) => !onDemand.has(path))
      .map((path) => `${list} has "${path}", which is not loaded on demand`),
  ];
}

/** What a file imports in a certain way: paths from the root, or packages as they are written. */
function importsOf(path: string, pattern: RegExp): string[] {
  return Array.from(
    readText(path).matchAll(pattern),
    ([, name = ""]) => name.startsWith(".") ? join(path, "..", name) : name,
  );
}

/** What `deno doc` finds in the modules that others import: no documentation, or a type that they cannot name. */
function undocumentedExports(): string[] {
  const { exports } = JSON.parse(readText("deno.json")) as {
    exports: Readonly<Record<string, string>>;
  };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["doc", "--quiet", "--lint", ...Object.values(exports)],
    { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  if (status === 0) return [];
  const findings = [...`${stdout}${stderr}`.matchAll(
    /^error\[[\w-]+\]: (.+)\n\s*--> (.+)$/gm,
  )].map(([, what = "", place = ""]) =>
    `${place.replace(root, "")}: ${what}; see \`deno doc --lint\``
  );
  return findings.length > 0 ? findings : [stderr.trim()];
}

/** The text below a heading of the second level. */
function sectionOf(document: string, heading: string): string {
  const [, section = ""] = readText(document).split(`\n## ${heading}\n`);
  return section.split("\n## ")[0]!;
}

/** The anchors that renderers of Markdown give to the headings of a document. */
function anchorsOf(document: string): Set<string> {
  const headings = withoutCode(readText(document)).matchAll(/^#+ +(.+)$/gm);
  return new Set(
    Array.from(headings, ([, heading = ""]) =>
      heading.trim().toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-")),
  );
}

/** Markdown without its fenced blocks, in which nothing is a link or a heading. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```[^]*?^```$/gm, "");
}

/** Lock files have to be the same for everybody, wherever the packages came from. */
function machineTraces(): string[] {
  return ["deno.lock", "bun.lock"].flatMap((path) => {
    const text = readText(path);
    if (text === "") return [`${path} is missing`];
    const trace = /https?:\/\/[^"\s]+|"(?:file:|\/)[^"]*"/.exec(text)?.[0];
    return trace === undefined
      ? []
      : [`${path} has an address or a path in it: ${trace}`];
  });
}

/** The files below a folder that belong to the project. */
function filesOf(folder: string): string[] {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap(
    (entry) => {
      const { name } = entry;
      if (/^(\.git|node_modules|dist|coverage)$/.test(name)) return [];
      const path = join(folder, name);
      return entry.isDirectory() ? filesOf(path) : [path];
    },
  );
}

function readText(path: string): string {
  return existsSync(root + path) ? readFileSync(root + path, "utf8") : "";
}

const complaints = CHECKS.flatMap((check) => check());
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;
