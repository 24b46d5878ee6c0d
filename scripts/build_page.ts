/**
 * Builds the script and the style of the page of `--html` into `src/output/page_assets_data.ts`, with the hashes by which the page's
 * policy admits them.
 *
 *   deno task page           write it
 *   deno task page --check   only compare
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { bun, root } from "./compile_steps.ts";

const PATH = "src/output/page_assets_data.ts";

/** The style without what only people need. */
function style(): string {
  const lines = readFileSync(`${root}page/style.css`, "utf8").split("\n");
  return checked(lines.map((line) => line.trim()).join(""), "page/style.css");
}

/** One script of all modules. */
function script(): string {
  const entry = "./page/main.ts";
  const [program = "", ...args] = bun();
  const { status, stdout, stderr } = spawnSync(program, [
    ...args,
    "build",
    "--minify",
    "--target=browser",
    entry,
  ], { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  if (status !== 0) throw new Error(`Cannot build ${entry}: ${stderr}`);
  return checked(`"use strict";(()=>{${stdout.trim()}})();`, entry);
}

/** The text, unless it would end its element of HTML too early. */
function checked(text: string, name: string): string {
  if (/<\/(?:script|style)|<!--/i.test(text)) {
    throw new Error(`"${name}" would end its own element`);
  }
  return text;
}

function constants(name: string, what: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("base64");
  return `/** ${what}. */
export const PAGE_${name} = ${JSON.stringify(text)};
/** Hash of it, in the form of the page's policy. */
export const PAGE_${name}_HASH = "sha256-${hash}";
`;
}

/** The file and the content that it has to have. */
export function pageAssets(): { readonly path: string; readonly text: string } {
  return { path: PATH, text: assetsText() };
}

function assetsText(): string {
  return `// deno-fmt-ignore-file
// deno-lint-ignore-file
/** Made by \`deno task page\` from the folder page: do not edit. */

${constants("STYLE", "Content of the style element", style())}
${constants("SCRIPT", "Content of the script element", script())}`;
}

/** Writes the file; with `--check` answers 1 when it is stale. */
export function main(args: readonly string[]): number {
  const { text } = pageAssets();
  if (!args.includes("--check")) {
    writeFileSync(root + PATH, text);
    return 0;
  }
  if (readFileSync(root + PATH, "utf8") === text) return 0;
  console.error(`${PATH} is stale: run "deno task page"`);
  return 1;
}

if (import.meta.main) process.exit(main(process.argv.slice(2)));
