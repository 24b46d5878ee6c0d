/**
 * Puts a release together in `dist/release`, from executables that `deno task compile` made: an archive per target and runtime, sums, bill
 * of materials, manifests for package managers, and in `dist/npm` the npm package. Executables that are not there are left out, and
 * said so; with `--strict` they are failures.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { machineHost } from "../../host/machine.ts";
import { VERSION } from "../../src/version.ts";
import { completionsText } from "../../src/cli/line/completions.ts";
import { GRAMMAR } from "../../src/cli/config/config.ts";
import { manText } from "../../src/cli/line/man.ts";
import {
  buildFacts,
  BUN_VERSION,
  type Bundle,
  dist,
  makeBundle,
  root,
} from "../compile_steps.ts";
import { executableName, type Target, TARGETS } from "../compile_targets.ts";
import { type ArchiveFile, tarGz, zip } from "./archive.ts";
import {
  homebrewFormula,
  scoopManifest,
  wingetManifests,
} from "./manifests.ts";
import { type Noticed, noticesText, RUNTIMES } from "./notices.ts";
import { makePackage } from "../build_package.ts";
import {
  archiveName,
  archiveStem,
  type Artifact,
  type Release,
  RELEASED_RUNTIMES,
  type ReleasedRuntime,
} from "./project.ts";
import { type Component, sbomText } from "./sbom.ts";

const encoder = new TextEncoder();
const out = `${dist}/release`;

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Names and texts of what comes with every form of the program. */
function companions(date: string): [path: string, text: string][] {
  const { rows, commands } = GRAMMAR;
  const version = { ...machineHost().version, date };
  const completions = (shell: string) =>
    completionsText(shell, { rows, commands });
  return [
    ["findscu.1", manText({ rows, commands, version })],
    ["completions/findscu.bash", completions("bash")],
    ["completions/_findscu", completions("zsh")],
    ["completions/findscu.fish", completions("fish")],
    ["completions/findscu.ps1", completions("powershell")],
    ["LICENSE", readFileSync(`${root}LICENSE`, "utf8")],
  ];
}

/** The packages of a bundle, with what their own files and the lock file say of them. */
function packagesOf(bundle: Bundle): Noticed[] {
  const lock = readFileSync(`${root}bun.lock`, "utf8");
  return bundle.packages.map((text) => {
    const [name = "", version = ""] = text.split(" ");
    const folder = `${root}node_modules/${name}`;
    const { license } = JSON.parse(
      readFileSync(`${folder}/package.json`, "utf8"),
    ) as { license: string };
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const entry = lock.split("\n").find((line) =>
      line.includes(`["${name}@${version}"`)
    );
    return {
      name,
      version,
      license: license.replace(/^\((.*)\)$/, "$1"),
      kind: "library",
      integrity: /"(sha512-[^"]+)"/.exec(entry ?? "")?.[1],
      licenseText: file === undefined
        ? undefined
        : readFileSync(`${folder}/${file}`, "utf8"),
    };
  });
}

function makeArchive(
  target: Target,
  runtime: ReleasedRuntime,
  executable: Uint8Array,
  others: readonly [path: string, text: string][],
  date: string,
): Artifact {
  const stem = archiveStem(VERSION, target, runtime);
  const files: ArchiveFile[] = [
    {
      path: `${stem}/${executableName(target)}`,
      bytes: executable,
      isExecutable: true,
    },
    ...others.map(([path, text]) => ({
      path: `${stem}/${path}`,
      bytes: encoder.encode(text),
    })),
  ];
  const file = archiveName(VERSION, target, runtime);
  const bytes = file.endsWith(".zip") ? zip(files, date) : tarGz(files, date);
  write(`${out}/${file}`, bytes);
  return { target, file, sha256: sha256(bytes) };
}

function main(): number {
  const { values } = parseArgs({
    options: { strict: { type: "boolean", default: false } },
  });
  const { date = new Date().toISOString().slice(0, 10) } = buildFacts();
  const bundle = makeBundle();
  const packages = packagesOf(bundle);
  const others = companions(date);
  const notices = (runtime: keyof typeof RUNTIMES | undefined) =>
    ["THIRD-PARTY-NOTICES.txt", noticesText(runtime, packages)] as [
      string,
      string,
    ];
  rmSync(out, { recursive: true, force: true });

  const made: Record<ReleasedRuntime, Artifact[]> = { bun: [], deno: [] };
  let missing = 0;
  for (const runtime of RELEASED_RUNTIMES) {
    for (const target of TARGETS.filter((one) => one[runtime] !== undefined)) {
      const path = `${dist}/${runtime}-${target.name}/${
        executableName(target)
      }`;
      if (!existsSync(path)) {
        console.log(`No executable for ${target.name} by ${runtime}: left out`);
        missing++;
        continue;
      }
      const content = [...others, notices(runtime)];
      made[runtime].push(
        makeArchive(target, runtime, readFileSync(path), content, date),
      );
    }
  }
  makePackage(`${dist}/npm`, [...others, notices(undefined)]);

  const versions = { bun: BUN_VERSION, deno: process.versions["deno"] ?? "" };
  const components: Component[] = [
    ...packages,
    ...RELEASED_RUNTIMES.filter((name) => made[name].length > 0)
      .map((name): Component => ({
        name,
        version: versions[name],
        license: RUNTIMES[name].license,
        kind: "platform",
      })),
  ];
  const bill = `findscu-${VERSION}.cdx.json`;
  write(`${out}/${bill}`, sbomText(VERSION, date, components));
  // Package managers get the usual executables.
  if (made.bun.length === TARGETS.length) {
    const release: Release = { version: VERSION, date, artifacts: made.bun };
    write(`${out}/packages/findscu.rb`, homebrewFormula(release));
    write(`${out}/packages/findscu.json`, scoopManifest(release));
    for (const [name, text] of wingetManifests(release)) {
      write(`${out}/packages/winget/${name}`, text);
    }
  } else console.log("No manifests for package managers: archives are missing");
  for (const script of ["install.sh", "install.ps1"]) {
    write(`${out}/${script}`, readFileSync(`${root}${script}`));
  }
  const sums = readdirSync(out, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${sha256(readFileSync(`${out}/${name}`))}  ${name}\n`)
    .toSorted((a, b) => a.slice(66) < b.slice(66) ? -1 : 1);
  write(`${out}/SHA256SUMS`, sums.join(""));
  console.log(sums.join("").trimEnd());
  return values.strict && missing > 0 ? 1 : 0;
}

process.exitCode = main();
