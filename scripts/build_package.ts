/**
 * The library as it goes into the npm package: JavaScript and types of `mod.ts` and `testing/mod.ts`, and of what they import, below
 * `dist/npm/lib`; and, run by itself, the whole package there, ready for `npm pack`:
 *
 *   deno run -A scripts/build_package.ts
 *
 * Deno does the work: `deno pack` strips types and writes declarations, as it does for JSR.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import process from "node:process";
import { VERSION } from "../src/version.ts";
import { bundleTexts, dist, makeBundle, root } from "./compile_steps.ts";
import { npmManifest, npmProgram, npmReadme } from "./release/npm.ts";

/** What others import, by the name after the package's: the modules they lead to. */
const ENTRY_POINTS = { ".": "mod", "./testing": "testing/mod" } as const;

/** Folder of the library in the package. */
const LIB = "lib";

/** Packages by the names that the source has for them. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^@std\//, "deno-std/"],
];

/** An import of a module by a literal: static, dynamic, or in a type. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g;

/** An import of a module of Node.js. */
const NODE_IMPORT = /\bfrom "node:/;

/** What the library needs of others. */
export interface Library {
  /** Packages with their exact versions. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The files, relative to the package. */
  readonly files: readonly string[];
}

/** Writes the library below a folder. Throws when `deno pack` reports an error, or a type that others need is not there. */
function makeLibrary(folder: string): Library {
  const scratch = mkdtempSync(join(tmpdir(), "findscu-package-"));
  try {
    const tarball = join(scratch, "package.tgz");
    execute(process.execPath, [
      "pack",
      "--quiet",
      "--allow-dirty",
      "--no-source-maps",
      `--output=${tarball}`,
    ]);
    execute("tar", ["-xzf", tarball, "-C", scratch]);
    return copyLibrary(join(scratch, "package"), folder);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Copies the modules that the entry points lead to, with the names of packages as npm knows them. */
function copyLibrary(from: string, folder: string): Library {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const waiting = Object.values(ENTRY_POINTS)
    .flatMap((module) => [`${module}.js`, `${module}.d.ts`]);
  for (let file; (file = waiting.pop()) !== undefined;) {
    if (seen.has(file)) continue;
    seen.add(file);
    const isTypes = file.endsWith(".d.ts");
    if (!existsSync(join(from, file))) {
      throw new Error(`The library needs "${file}", which deno pack left out`);
    }
    const place = posix.dirname(file);
    const text = withImports(
      readFileSync(join(from, file), "utf8"),
      (whole, before, quote, specifier) => {
        if (specifier.startsWith(".")) {
          const target = posix.join(place, specifier);
          waiting.push(isTypes ? target.replace(/\.js$/, ".d.ts") : target);
          return whole;
        }
        const name = renamed(specifier);
        const isBuiltIn = name.startsWith("node:");
        // If types of Node.js are needed, they come along.
        if (!isBuiltIn) packages.add(packageOf(name));
        else if (isTypes) packages.add("@types/node");
        return `${before}${quote}${name}${quote}`;
      },
    );
    const path = join(folder, LIB, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, isTypes ? withLibraries(file, text) : text);
  }
  return {
    dependencies: versionsOf([...packages].toSorted()),
    files: [...seen].map((file) => `${LIB}/${file}`).toSorted(),
  };
}

/** A text with its imports changed; examples in comments stay. */
function withImports(
  text: string,
  change: (
    whole: string,
    before: string,
    quote: string,
    specifier: string,
  ) => string,
): string {
  return text.split("\n").map((line) =>
    /^\s*\*(?!\/)/.test(line) ? line : line.replaceAll(IMPORT, change)
  ).join("\n");
}

/** Types of the language and of Node.js that not every project has switched on. */
function withLibraries(file: string, text: string): string {
  const references = [
    ...(file === "mod.d.ts"
      ? ['/// <reference lib="esnext.disposable" />']
      : []),
    ...(NODE_IMPORT.test(text) ? ['/// <reference types="node" />'] : []),
  ];
  return [...references, text].join("\n");
}

function renamed(specifier: string): string {
  return RENAMED.reduce(
    (name, [pattern, other]) => name.replace(pattern, other),
    specifier.replace(/^npm:\/?/, ""),
  );
}

function packageOf(specifier: string): string {
  const [first = "", second] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** The versions that are pinned for the project itself. */
function versionsOf(names: readonly string[]): Record<string, string> {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const pinned = { ...manifest.devDependencies, ...manifest.dependencies };
  return Object.fromEntries(names.map((name) => {
    const version = pinned[name];
    if (version === undefined) {
      throw new Error(
        `The library imports "${name}", which is not a dependency`,
      );
    }
    return [name, version];
  }));
}

function execute(program: string, args: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  if (status === 0) return;
  throw new Error(`${program} ${args[0]}: ${error ?? `${stdout}${stderr}`}`);
}

/** Writes the package: the command line, the library, the texts. */
export function makePackage(
  folder: string,
  others: readonly (readonly [path: string, text: string])[] = [],
): void {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const { dependencies } = makeLibrary(folder);
  write("package.json", npmManifest(VERSION, dependencies));
  for (const [path, text] of npmProgram(bundleTexts(makeBundle()))) {
    write(path, text);
  }
  write("README.md", npmReadme(readFileSync(`${root}README.md`, "utf8")));
  write("LICENSE", readFileSync(`${root}LICENSE`, "utf8"));
  for (const [path, text] of others) write(path, text);
}

if (import.meta.main) {
  makePackage(`${dist}/npm`);
  console.log(`${dist}/npm`);
}
