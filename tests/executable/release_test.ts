/** Archives in real unpackers, the install script in a real shell, the npm package under npm. Each is skipped if that is missing. */

import { once } from "node:events";
import {
  createServer as createHttpServer,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  BUNDLE_PARTS,
  bundleTexts,
  makeBundle,
  root,
} from "../../scripts/compile_steps.ts";
import { hostTarget } from "../../scripts/compile_targets.ts";
import { type ArchiveFile, tarGz, zip } from "../../scripts/release/archive.ts";
import {
  npmManifest,
  npmProgram,
  npmReadme,
} from "../../scripts/release/npm.ts";
import {
  archiveName,
  archiveStem,
  PROJECT,
  RELEASED_RUNTIMES,
  type ReleasedRuntime,
} from "../../scripts/release/project.ts";
import { testCredentials } from "../support/tls.ts";
import { type Finished, runCommand } from "../support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "findscu-release-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const DATE = "2030-01-31";
const encoder = new TextEncoder();

function missing(program: string, ...args: string[]): string | false {
  const { error } = spawnSync(program, args, { stdio: "ignore" });
  if (error === undefined) return false;
  console.log(`SKIPPED: ${program} is not installed`);
  return `${program} is not installed`;
}

const FILES: readonly ArchiveFile[] = [
  { path: "a/run", bytes: encoder.encode("#!/bin/sh\n"), isExecutable: true },
  { path: "a/ü.txt", bytes: encoder.encode("text\n".repeat(300)) },
];

test(
  "tar unpacks our tar.gz",
  { skip: missing("tar", "--version") },
  async () => {
    const archive = join(folder, "a.tar.gz");
    writeFileSync(archive, tarGz(FILES, DATE));
    const { code, stdout, stderr } = await runCommand(
      ["tar", "-tvzf", archive],
      {
        env: { TZ: "UTC", LC_ALL: "C.UTF-8" },
      },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^-rwxr-xr-x .*2030.* a\/run$/m);
    assert.match(stdout, /^-rw-r--r-- .* 1500 .* a\//m);
  },
);

test(
  "Python unpacks our zip",
  { skip: missing("python3", "--version") },
  async () => {
    const archive = join(folder, "a.zip");
    writeFileSync(archive, zip(FILES, DATE));
    const { code, stdout, stderr } = await runCommand([
      "python3",
      "-c",
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.read('a/ü.txt')))",
      archive,
    ], { env: { PYTHONIOENCODING: "utf-8", PYTHONUTF8: "1" } });
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim(), "None 1500");
  },
);

const target = hostTarget();
const skipInstall = process.platform === "win32" || target === undefined
  ? "the script is for Linux and macOS"
  : missing("curl", "--version");

describe("install.sh", { skip: skipInstall }, () => {
  /** A release with a script in place of the executable. */
  function fakeRelease(name: string, damage = (bytes: Uint8Array) => bytes) {
    const at = join(folder, name);
    mkdirSync(at);
    const sums = RELEASED_RUNTIMES.map((runtime) => {
      const { file, bytes } = fakeArchive(runtime);
      const sum = createHash("sha256").update(bytes).digest("hex");
      writeFileSync(join(at, file), damage(bytes));
      return `${sum}  ${file}\n`;
    });
    writeFileSync(join(at, "SHA256SUMS"), sums.join(""));
    return pathToFileURL(at).href;
  }

  function fakeArchive(runtime: ReleasedRuntime) {
    const stem = archiveStem("9.8.7", target!, runtime);
    const file = archiveName("9.8.7", target!, runtime);
    const texts: Record<string, string> = {
      "findscu": `#!/bin/sh\necho made up by ${runtime}: $@\n`,
      "findscu.1": ".TH FINDSCU 1\n",
      "completions/findscu.bash": "#\n",
      "completions/_findscu": "#\n",
      "completions/findscu.fish": "#\n",
      "LICENSE": "MIT\n",
      "THIRD-PARTY-NOTICES.txt": "None\n",
    };
    const bytes = tarGz(
      Object.entries(texts).map(([path, text]) => ({
        path: `${stem}/${path}`,
        bytes: encoder.encode(text),
        isExecutable: path === "findscu",
      })),
      DATE,
    );
    return { file, bytes };
  }

  const install = (
    source: string,
    prefix: string,
    env: Record<string, string> = {},
    args: readonly string[] = [],
  ): Promise<Finished> =>
    runCommand(["sh", `${root}install.sh`, ...args], {
      env: { FINDSCU_SOURCE: source, FINDSCU_PREFIX: prefix, ...env },
    });

  test("fetches from the project's page", () => {
    const repository = PROJECT.homepage.replace("https://github.com/", "");
    for (const script of ["install.sh", "install.ps1"]) {
      const text = readFileSync(`${root}${script}`, "utf8");
      assert.ok(text.includes(repository), script);
    }
  });

  test("installs executable, manual page and completions", async () => {
    const prefix = join(folder, "good");
    const { code, stdout, stderr } = await install(fakeRelease("r1"), prefix);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Installed /);
    assert.ok(existsSync(join(prefix, "share/man/man1/findscu.1")));
    assert.ok(
      existsSync(join(prefix, "share/bash-completion/completions/findscu")),
    );
    const run = await runCommand([join(prefix, "bin/findscu"), "hello"]);
    assert.equal(run.stdout, "made up by bun: hello\n");
  });

  test("installs the executable of the requested runtime", async () => {
    const source = fakeRelease("runtimes");
    for (
      const [args, runtime] of [
        [["--runtime", "deno"], "deno"],
        [["--runtime=deno"], "deno"],
        [["--runtime", "bun"], "bun"],
      ] as const
    ) {
      const prefix = join(folder, "runtime", args.join(""));
      const { code, stderr } = await install(source, prefix, {}, args);
      assert.equal(code, 0, stderr);
      const { stdout } = await runCommand([join(prefix, "bin/findscu")]);
      assert.equal(stdout, `made up by ${runtime}:\n`);
    }
    const nowhere = join(folder, "runtime", "none");
    for (
      const [args, message] of [
        [["--runtime"], /--runtime needs bun or deno/],
        [["--runtime", "node"], /unknown runtime node: there are bun and deno/],
        [["deno"], /unknown argument deno/],
      ] as const
    ) {
      const { code, stderr } = await install(source, nowhere, {}, args);
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.ok(!existsSync(nowhere));
    }
  });

  test("needs no program for networks if the release is in a folder", async () => {
    const tools = join(folder, "tools");
    mkdirSync(tools);
    const names = "sh uname ldd grep mktemp rm sha256sum cut tar gzip " +
      "dirname mkdir cp chmod mv cat";
    for (const name of names.split(" ")) {
      const { stdout } = await runCommand(["sh", "-c", `command -v ${name}`]);
      if (stdout !== "") symlinkSync(stdout.trim(), join(tools, name));
    }
    const prefix = join(folder, "offline");
    const { code, stderr } = await install(fakeRelease("r4"), prefix, {
      PATH: tools,
    });
    assert.equal(code, 0, stderr);
    assert.ok(existsSync(join(prefix, "bin/findscu")));
  });

  test("installs nothing when the sum is wrong", async () => {
    const prefix = join(folder, "bad");
    const source = fakeRelease(
      "r2",
      (bytes) => bytes.map((byte, at) => at === 100 ? byte ^ 1 : byte),
    );
    const { code, stderr } = await install(source, prefix);
    assert.equal(code, 1);
    assert.match(stderr, /the sum of .* is [0-9a-f]{64}, not [0-9a-f]{64}/);
    assert.ok(!existsSync(prefix));
  });

  /** A folder of programs that goes before PATH. */
  function programs(name: string, scripts: Record<string, string>): string {
    const at = join(folder, name);
    mkdirSync(at);
    for (const [program, text] of Object.entries(scripts)) {
      writeFileSync(join(at, program), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return `${at}:${process.env["PATH"]}`;
  }

  for (const verifier of ["gh", "cosign"]) {
    test(`has ${verifier} say who built it`, async () => {
      const source = fakeRelease(`origin-${verifier}`);
      const prefix = join(folder, `origin-${verifier}-prefix`);
      const said = join(folder, `${verifier}.said`);
      const good = programs(`good-${verifier}`, {
        [verifier]: `printf '%s ' "$@" >"${said}"`,
      });
      const bad = programs(`bad-${verifier}`, {
        [verifier]: "echo forged; exit 1",
      });
      const none = await install(source, prefix, { PATH: good });
      assert.equal(none.code, 0, none.stderr);
      assert.match(none.stdout, /not checked: there is no findscu-provenance/);
      rmSync(prefix, { recursive: true });
      const at = new URL(`${source}/findscu-provenance.sigstore.json`);
      writeFileSync(at, "{}");
      const known = await install(source, prefix, { PATH: good });
      assert.equal(known.code, 0, known.stderr);
      assert.match(known.stdout, new RegExp(`built it, says ${verifier}`));
      assert.match(
        readFileSync(said, "utf8"),
        /findscu\/findscu.*\.tar\.gz|\.tar\.gz.*findscu\/findscu/,
      );
      rmSync(prefix, { recursive: true });
      const forged = await install(source, prefix, { PATH: bad });
      assert.equal(forged.code, 1);
      assert.match(forged.stderr, /forged\n.*does not confirm.*nothing was/);
      assert.ok(!existsSync(prefix));
      const waived = await install(source, prefix, {
        PATH: bad,
        FINDSCU_ORIGIN: "unchecked",
      });
      assert.equal(waived.code, 0, waived.stderr);
      assert.match(waived.stdout, /not checked, as FINDSCU_ORIGIN asks/);
    });
  }

  for (const program of ["curl", "wget"]) {
    test(
      `${program} is led nowhere but to https`,
      { skip: missing(program, "--version") },
      async () => {
        const pki = await testCredentials();
        let asked = 0;
        const answer = (_: unknown, response: ServerResponse) => {
          asked++;
          response.writeHead(302, { location: `http://${plain}/SHA256SUMS` });
          response.end();
        };
        let fetched = 0;
        const open = createHttpServer((_, response) => {
          fetched++;
          response.end("");
        }).listen(0, "127.0.0.1");
        await once(open, "listening");
        const plain = `127.0.0.1:${(open.address() as AddressInfo).port}`;
        const server = createHttpsServer({
          key: readFileSync(pki.path("server.key")),
          cert: readFileSync(pki.path("server.pem")),
        }, answer).listen(0, "localhost");
        await once(server, "listening");
        const { port } = server.address() as AddressInfo;
        const ca = pki.path("ca.pem");
        const env = {
          PATH: program === "curl" ? process.env["PATH"]! : withoutCurl(),
          CURL_CA_BUNDLE: ca,
          WGETRC: join(pki.directory, "wgetrc"),
        };
        writeFileSync(env.WGETRC, `ca_certificate = ${ca}\n`);
        try {
          const prefix = join(folder, `led-${program}`);
          for (
            const source of [`https://localhost:${port}`, `http://${plain}`]
          ) {
            const { code, stderr } = await install(source, prefix, env);
            assert.equal(code, 1);
            assert.match(
              stderr,
              /which is not https|is not https:|Protocol "http"/,
            );
          }
          assert.equal(asked, 1);
          assert.equal(fetched, 0);
        } finally {
          server.close();
          open.close();
          pki.dispose();
        }
      },
    );
  }

  /** A PATH on which there is no curl. */
  function withoutCurl(): string {
    const at = join(folder, "without-curl");
    mkdirSync(at);
    const names = "sh uname ldd grep mktemp rm sha256sum cut tar gzip dirname" +
      " mkdir cp chmod mv cat wget sed tail tr";
    for (const name of names.split(" ")) {
      const { stdout } = spawnSync("sh", ["-c", `command -v ${name}`], {
        encoding: "utf8",
      });
      if (stdout !== "") symlinkSync(stdout.trim(), join(at, name));
    }
    return at;
  }

  test("says so when the release has no such version", async () => {
    const prefix = join(folder, "none");
    const { code, stderr } = await install(fakeRelease("r3"), prefix, {
      FINDSCU_VERSION: "1.0.0",
    });
    assert.equal(code, 1);
    assert.match(stderr, /no archive by bun for/);
    assert.ok(!existsSync(prefix));
  });
});

test("the npm package's page names its own command, and no file it lacks", () => {
  const readme = new URL("../../README.md", import.meta.url);
  const page = npmReadme(readFileSync(readme, "utf8"));
  assert.match(page, /^npx findscu mock:demo /m);
  assert.doesNotMatch(page, /cli\.ts|mod\.ts|task ci/);
  assert.doesNotMatch(page, /\]\((?!https:|#)/);
  assert.match(page, /^## Exit codes$/m);
});

test("npm packs the package, and what it packs runs", {
  skip: process.platform === "win32" ? "npm is a script" : missing("npm", "-v"),
}, async () => {
  const source = join(folder, "npm");
  mkdirSync(source);
  writeFileSync(join(source, "package.json"), npmManifest("9.8.7"));
  mkdirSync(join(source, BUNDLE_PARTS));
  for (const [name, text] of npmProgram(bundleTexts(makeBundle()))) {
    writeFileSync(join(source, name), text);
  }
  const packed = await runCommand(["npm", "pack", "--json"], { cwd: source });
  assert.equal(packed.code, 0, packed.stderr);
  const [{ filename }] = JSON.parse(packed.stdout);
  const home = join(folder, "home");
  mkdirSync(home);
  const installed = await runCommand([
    "npm",
    "install",
    "--offline",
    "--no-audit",
    "--no-fund",
    "--prefix",
    home,
    join(source, filename),
  ]);
  assert.equal(installed.code, 0, installed.stderr);
  const { code, stdout, stderr } = await runCommand([
    join(home, "node_modules/.bin/findscu"),
    "mock:demo",
    "-q",
    "PatientName=Doe^Jane",
    "--format",
    "csv",
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Doe\^Jane/);
});
