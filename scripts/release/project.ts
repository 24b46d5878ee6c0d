/** What every package manifest, notice and bill of materials says of the project, said once; and what a release consists of. */
import type { Target } from "../compile_targets.ts";

/** The project. */
export const PROJECT = {
  name: "findscu",
  title: "findscu",
  summary: "DICOM query (C-FIND) SCU",
  description:
    "Asks a DICOM archive (PACS), a worklist server or any other C-FIND SCP what it holds. Takes the command lines of DCMTK's findscu and of dicom-rs's dicom-findscu.",
  license: "MIT",
  publisher: "findscu authors",
  /** The project's page; the install scripts name it too. */
  homepage: "https://github.com/findscu/findscu",
  keywords: ["dicom", "pacs", "c-find", "worklist", "medical-imaging"],
} as const;

/** Oldest Node.js that the npm package is made for. */
export const OLDEST_NODE = 22;

/** Where the files of a release are. */
export function downloadUrl(version: string, file: string): string {
  return `${PROJECT.homepage}/releases/download/v${version}/${file}`;
}

/** One archive of a release. */
export interface Artifact {
  readonly target: Target;
  /** Name of the archive. */
  readonly file: string;
  /** SHA-256 of the archive, lower-case hex. */
  readonly sha256: string;
}

/** A release, as the manifests need it. */
export interface Release {
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly artifacts: readonly Artifact[];
}

/** The runtimes that executables are made with; the first one is the default. */
export const RELEASED_RUNTIMES = ["bun", "deno"] as const;

/** A runtime that executables are made with. */
export type ReleasedRuntime = (typeof RELEASED_RUNTIMES)[number];

/** Name of a target's archive, without the ending; the install scripts know it too. */
export function archiveStem(
  version: string,
  target: Target,
  runtime: ReleasedRuntime = "bun",
): string {
  const name = runtime === "bun" ? PROJECT.name : `${PROJECT.name}-${runtime}`;
  return `${name}-${version}-${target.name}`;
}

/** Name of a target's archive: zip on Windows, where tar is young. */
export function archiveName(
  version: string,
  target: Target,
  runtime: ReleasedRuntime = "bun",
): string {
  const ending = target.system === "windows" ? "zip" : "tar.gz";
  return `${archiveStem(version, target, runtime)}.${ending}`;
}

/** The archive of a target by name. Throws if the release has none. */
export function artifactOf(release: Release, name: string): Artifact {
  const found = release.artifacts.find(({ target }) => target.name === name);
  if (found === undefined) {
    throw new Error(`The release has no archive for ${name}`);
  }
  return found;
}
