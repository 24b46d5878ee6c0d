/** The texts of the npm package: the bundle for `npx findscu`, and the library. */
import { BUNDLE_ENTRY, BUNDLE_PARTS } from "../compile_steps.ts";
import { OLDEST_NODE, PROJECT } from "./project.ts";

/** The manifest of the package. The command line needs no packages; the library has these dependencies. */
export function npmManifest(
  version: string,
  dependencies: Readonly<Record<string, string>> = {},
): string {
  const manifest = {
    name: PROJECT.name,
    version,
    description: PROJECT.summary,
    keywords: PROJECT.keywords,
    homepage: PROJECT.homepage,
    repository: { type: "git", url: `git+${PROJECT.homepage}.git` },
    license: PROJECT.license,
    type: "module",
    types: "./lib/mod.d.ts",
    exports: {
      ".": { types: "./lib/mod.d.ts", default: "./lib/mod.js" },
      "./testing": {
        types: "./lib/testing/mod.d.ts",
        default: "./lib/testing/mod.js",
      },
      "./package.json": "./package.json",
    },
    dependencies,
    bin: { [PROJECT.name]: BUNDLE_ENTRY },
    man: ["./findscu.1"],
    engines: { node: `>=${OLDEST_NODE}` },
    files: [
      BUNDLE_ENTRY,
      BUNDLE_PARTS,
      "lib",
      "findscu.1",
      "completions",
      "THIRD-PARTY-NOTICES.txt",
    ],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The texts of a bundle's files by their names, with the one to start as a program that the shell can start. */
export function npmProgram(
  texts: readonly (readonly [name: string, text: string])[],
): (readonly [name: string, text: string])[] {
  return texts.map(([name, text]) => [
    name,
    name === BUNDLE_ENTRY
      ? `#!/usr/bin/env node\n${text.replace(/^#!.*\n/, "")}`
      : text,
  ]);
}

/** The README as the package's page shows it: its own command, nothing about the source, links that lead to the project. */
export function npmReadme(readme: string): string {
  return readme
    .replaceAll(/npx --yes deno@\S+ run -A cli\.ts/g, "npx findscu")
    .replace("In a clone of this repository, query", "Query")
    .replace(/ If you have Deno or Bun,\s[\s\S]*?\n(?=\n)/, "\n")
    .replaceAll(/## Build and test\n[\s\S]*?\n(?=## )/g, "")
    .replaceAll(
      /(!\[[^\]]*\]\()(?![a-z]+:)/g,
      `$1${PROJECT.homepage}/raw/main/`,
    )
    .replaceAll(
      /\]\((?![a-z]+:|#)([^)]+)\)/g,
      (_, path: string) => `](${PROJECT.homepage}/blob/main/${path})`,
    );
}
