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
