/**
 * The npm package as others use it: packed, installed into an empty folder, its types checked strictly, every example of
 * docs/library.md run on Node.js, Bun and Deno, and the transport suite by each test runner.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { makePackage } from "../../scripts/build_package.ts";
import { bun, root } from "../../scripts/compile_steps.ts";
import { runCommand } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { testCredentials } from "../support/tls.ts";

/** What the examples are checked and run with, besides what is here. */
const TOOLS = ["typescript@7.0.2", "node@22.23.3"] as const;

const examples = [
  ...readFileSync(`${root}docs/library.md`, "utf8")
    .matchAll(/^## (.*)$|```ts\n([\s\S]*?)```/gm),
].reduce<{ name: string; code: string }[]>((found, [, heading, code]) => {
  if (heading !== undefined) found.push({ name: heading, code: "" });
  else if (code !== undefined) {
    const last = found[found.length - 1]!;
    last.code = code;
  }
  return found;
}, []).filter(({ code }) => code !== "");

let folder: string;
/** Why the package cannot be installed here: no registry. */
let missing: string | undefined;
let pki: Awaited<ReturnType<typeof testCredentials>>;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "findscu-package-"));
  pki = await testCredentials();
  makePackage(join(folder, "package"));
  const packed = await runCommand(["npm", "pack", "--silent"], {
    cwd: join(folder, "package"),
  });
  assert.equal(packed.code, 0, packed.stderr);
  mkdirSync(join(folder, "app"));
  writeFileSync(
    join(folder, "app", "package.json"),
    '{ "private": true, "type": "module" }',
  );
  const tarball = join(folder, "package", packed.stdout.trim());
  const installed = await runCommand([
    "npm",
    "install",
    "--silent",
    "--no-audit",
    "--no-fund",
    tarball,
    ...TOOLS,
  ], { cwd: join(folder, "app") });
  if (installed.code !== 0) missing = "the packages cannot be installed here";
  examples.forEach(({ code }, index) =>
    writeFileSync(join(folder, "app", `example${index}.ts`), code)
  );
  writeFileSync(
    join(folder, "app", "suite.test.ts"),
    /```ts\n([\s\S]*?)```/.exec(
      readFileSync(`${root}testing/mod.ts`, "utf8"),
    )![1]!.replaceAll(/^ \* ?/gm, ""),
  );
});
after(() => {
  pki?.dispose();
  rmSync(folder, { recursive: true });
});

/** The words that run a file of the folder, by the name of the runtime. */
function commands(): Readonly<
  Record<string, { run: readonly string[]; test: readonly string[] }>
> {
  const node = [
    join(folder, "app", "node_modules", ".bin", "node"),
    "--experimental-strip-types",
    "--disable-warning=ExperimentalWarning",
  ];
  const deno = process.versions["deno"] === undefined
    ? "deno"
    : process.execPath;
  return {
    "Node.js 22": { run: node, test: [...node, "--test"] },
    Bun: { run: bun(), test: [...bun(), "test"] },
    Deno: {
      run: [deno, "run", "-A", "--no-lock", "--no-check"],
      test: [deno, "test", "-A", "--no-lock", "--no-check"],
    },
  };
}

const skip = spawnSync("npm", ["--version"]).status === 0
  ? false
  : "npm is not installed here";

describe("the npm package", { skip }, () => {
  test("has types that a strict project takes", async (context) => {
    if (missing !== undefined) return context.skip(missing);
    writeFileSync(
      join(folder, "app", "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noEmit: true,
          module: "nodenext",
          target: "es2022",
          lib: ["es2024", "dom"],
          types: [],
        },
        include: ["*.ts"],
      }),
    );
    const { code, stdout } = await runCommand([
      join(folder, "app", "node_modules", ".bin", "tsc"),
      "-p",
      ".",
    ], { cwd: join(folder, "app") });
    assert.equal(code, 0, stdout);
  });

  test("has a command", async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const { code, stdout } = await runCommand([
      join(folder, "app", "node_modules", ".bin", "findscu"),
      "mock:demo",
      "-q",
      "PatientName=Doe*",
      "--count",
    ], { cwd: join(folder, "app") });
    assert.equal(code, 0);
    assert.equal(stdout, "9\n");
  });

  for (const runtime of ["Node.js 22", "Bun", "Deno"]) {
    for (const [index, { name, code }] of examples.entries()) {
      test(`runs "${name}" of docs/library.md on ${runtime}`, async (context) => {
        if (missing !== undefined) return context.skip(missing);
        const run = async (file: string) => {
          const command = [...commands()[runtime]!.run, file];
          const finished = await runCommand(command, {
            cwd: join(folder, "app"),
          });
          assert.equal(finished.code, 0, finished.stderr);
          assert.notEqual(finished.stdout, "");
          assert.doesNotMatch(finished.stdout, /^false|undefined/m);
        };
        if (!code.includes("dicoms://")) return await run(`example${index}.ts`);
        const key = ["server.key", "server.pem"].map((one) => pki.path(one));
        await withServe(["demo", "+tls", ...key], async (port) => {
          const file = `secure_${runtime.slice(0, 3)}.ts`;
          writeFileSync(
            join(folder, "app", file),
            code.replace("pacs.example.org:2762", `localhost:${port}`)
              .replace("ca.pem", pki.path("ca.pem")),
          );
          await run(file);
        });
      });
    }

    test(`has a transport suite that runs on ${runtime}`, async (context) => {
      if (missing !== undefined) return context.skip(missing);
      const { code, stdout, stderr } = await runCommand([
        ...commands()[runtime]!.test,
        "./suite.test.ts",
      ], { cwd: join(folder, "app") });
      assert.equal(code, 0, stdout + stderr);
    });
  }

  test("holds nothing that is not reached, and no test", () => {
    const files = readdirSync(join(folder, "package", "lib"), {
      recursive: true,
    }).map(String);
    assert.ok(files.includes("mod.d.ts"));
    assert.equal(
      files.some((file) => /_test\.|src\/cli\/commands/.test(file)),
      false,
    );
  });
});

test("JSR would take the library as it is", async () => {
  const { code, stderr } = await runCommand([
    process.execPath,
    "publish",
    "--dry-run",
    "--allow-dirty",
  ], { cwd: root });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /Dry run complete/);
  // No test, script or page goes along.
  assert.doesNotMatch(stderr, /\/(?:tests|scripts|page)\//);
});
