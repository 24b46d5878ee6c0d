/** The npm package: the bundle with its manifest, for `npx findscu` on Node.js. */
import { OLDEST_NODE, PROJECT } from "./project.ts";

/** Name of the bundle in the package. */
export const ENTRY = "findscu.mjs";

/** The manifest of the package. It has no dependencies: everything is in the bundle. */
export function npmManifest(version: string): string {
  const manifest = {
    name: PROJECT.name,
    version,
    description: PROJECT.summary,
    keywords: PROJECT.keywords,
    homepage: PROJECT.homepage,
    repository: { type: "git", url: `git+${PROJECT.homepage}.git` },
    license: PROJECT.license,
    type: "module",
    bin: { [PROJECT.name]: ENTRY },
    man: ["./findscu.1"],
    engines: { node: `>=${OLDEST_NODE}` },
    files: [ENTRY, "findscu.1", "completions", "THIRD-PARTY-NOTICES.txt"],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The bundle as a program that the shell can start. */
export function npmEntry(bundle: string): string {
  return `#!/usr/bin/env node\n${bundle.replace(/^#!.*\n/, "")}`;
}

/** The README as the package's page shows it: its own command, nothing about the source, links that lead to the project. */
export function npmReadme(readme: string): string {
  return readme
    .replaceAll(/npx --yes deno@\S+ run -A cli\.ts/g, "npx findscu")
    .replace(/ Who has Deno or Bun\s[\s\S]*?\n(?=\n)/, "\n")
    .replaceAll(
      /## (?:As a library|Build and test)\n[\s\S]*?\n(?=## )/g,
      "",
    )
    .replaceAll(
      /\]\((?![a-z]+:|#)([^)]+)\)/g,
      (_, path: string) => `](${PROJECT.homepage}/blob/main/${path})`,
    );
}
