/**
 * The same end-to-end suite on every form of the program: source on Bun, the bundle on Node.js
 * and, with the permissions of its executable, on Deno, and the executables of both compilers. They talk TCP to a mock archive inside the test.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { VERSION } from "../../src/version.ts";
import { strayModules } from "../../scripts/compile.ts";
import {
  buildFacts,
  bundleTexts,
  makeBundle,
  root,
} from "../../scripts/compile_steps.ts";
import { RESULT_FORMATS } from "../../src/output/format_names.ts";
import {
  type Finished,
  runCommand,
  type RunOptions,
} from "../support/process.ts";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";
import { testCredentials } from "../support/tls.ts";
import { demoServer } from "./demo_server.ts";
import { formsOf } from "./forms.ts";

const bundle = makeBundle();
const forms = formsOf(bundle);

const pki = await testCredentials();
after(() => pki.dispose());

const STUDIES = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];

test("the bundle holds our modules and the packages they use, and nothing else", () => {
  assert.deepEqual(strayModules(bundle.modules), []);
  assert.ok(bundle.modules.includes("src/client/client.ts"));
  for (const [name, text] of bundleTexts(bundle)) {
    assert.ok(!text.includes(root), `a path of this machine is in ${name}`);
  }
});

test("the bundle imports nothing but modules of the runtime", () => {
  for (const name of bundle.builtins) assert.ok(isBuiltin(name), name);
});

test("the version of the program is that of its package", () => {
  const config = JSON.parse(readFileSync(`${root}deno.json`, "utf8"));
  assert.equal(VERSION, config.version);
});

/** Why DCMTK's tools cannot be used, for `skip`. */
function dcmtkComplaint(): string | false {
  for (const tool of ["echoscu", "findscu"]) {
    const { stdout } = spawnSync(tool, ["--version"], { encoding: "utf8" });
    if (!/dcmtk/i.test(stdout ?? "")) return `DCMTK's ${tool} is not there`;
  }
  return false;
}

for (const { name, command, skip, isBuilt, isWindows, env } of forms) {
  // Windows cannot send a process an interrupt without ending it.
  const hasSignals = !(isWindows ?? process.platform === "win32");
  const title = skip === undefined ? name : `${name}: ${skip}`;
  describe(title, { skip: skip !== undefined }, () => {
    let port: string;
    let slowPort: string;
    const stops: (() => Promise<void>)[] = [];
    const folder = mkdtempSync(join(tmpdir(), "findscu-form-"));

    const findscu = (
      args: readonly string[],
      options?: RunOptions,
    ): Promise<Finished> =>
      runCommand([...command, ...args], {
        cwd: folder,
        ...options,
        env: { ...env, ...options?.env },
      });

    /** Serves on a free port while `use` runs; ended by Ctrl-C, it ends with 0. */
    const withServer = async (
      args: readonly string[],
      use: (port: string) => Promise<void>,
    ): Promise<void> => {
      let port: string | undefined;
      let said = "";
      let stop = () => {};
      const server = findscu(["serve", "--port", "0", ...args], {
        onOutput: (text, kill) => {
          said += text;
          stop = () => kill(hasSignals ? "SIGINT" : "SIGKILL");
          port = /Listening on \S+:(\d+)/.exec(said)?.[1];
        },
      });
      while (port === undefined) {
        const ended = await Promise.race([
          server,
          new Promise<void>((resolve) => setTimeout(resolve, 20)),
        ]);
        if (ended) assert.fail(ended.stderr);
      }
      try {
        await use(port);
      } finally {
        stop();
      }
      assert.equal((await server).code, hasSignals ? 0 : null);
    };

    before(async () => {
      const [quick, slow] = await Promise.all([demoServer(0), demoServer(100)]);
      port = quick.port;
      slowPort = slow.port;
      stops.push(quick.stop, slow.stop);
    });
    after(async () => {
      for (const stop of stops) await stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test("--version prints version, platform, runtime and TLS library", async () => {
      const { code, stdout } = await findscu(["--version"]);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`findscu v${VERSION}\\b`));
      assert.match(stdout, /^Platform: \w+ \w+$/m);
      assert.match(stdout, /^Runtime: (Deno|Bun|Node\.js) \d+\.\d+/m);
      assert.match(stdout, /TLS: \w+/);
      const { commit } = buildFacts();
      if (isBuilt && commit !== undefined) {
        assert.ok(stdout.includes(`Commit: ${commit.slice(0, 12)}`), stdout);
      }
    });

    test("queries the archive inside it", async () => {
      const { code, stdout, stderr } = await findscu([
        "mock:demo",
        "-q",
        "PatientName=Doe*",
        ...["--columns", "PatientName", "--format", "csv"],
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^PatientName\r?\n(Doe\^J\w+\r?\n)+$/);
      assert.equal(stderr, "");
    });

    test("queries over TCP with PEER and PORT", async () => {
      const { code, stdout, stderr } = await findscu([
        ...STUDIES,
        "127.0.0.1",
        port,
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^I: \(0010,0010\) PN \[Doe\^Jane\s*\]/m);
      assert.equal(stdout, "");
    });

    test("queries over TCP with an ADDRESS, by host name", async () => {
      const { code, stdout, stderr } = await findscu([
        `localhost:${port}`,
        "-q",
        "PatientName=Doe^Jane",
        "--format",
        "jsonl",
      ]);
      assert.equal(code, 0, stderr);
      const [first = ""] = stdout.split("\n");
      assert.equal(JSON.parse(first).PatientName, "Doe^Jane");
    });

    test("takes arguments that are not ASCII, and prints the like", async () => {
      for (const wanted of ["Müstermann^Jörg", "Образцова^Анна"]) {
        const { code, stdout, stderr } = await findscu([
          `127.0.0.1:${port}`,
          "-q",
          `PatientName=${wanted}`,
          ...["--columns", "PatientName", "--format", "csv"],
        ]);
        assert.equal(code, 0, stderr);
        assert.ok(stdout.split(/\r?\n/).includes(wanted), stdout);
      }
    });

    test("reads files with names that are not ASCII", async () => {
      const file = join(folder, "запрос ü.txt");
      writeFileSync(file, "PatientName=Doe^Jane\n");
      const { code, stdout, stderr } = await findscu([
        `127.0.0.1:${port}`,
        "--query-file",
        file,
      ]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Doe\^Jane/);
    });

    test("ends with the exit code of what went wrong", async () => {
      const closed = await demoServer(0);
      await closed.stop();
      const rows = [
        [["--no-such-option", "127.0.0.1", port], 1],
        [["127.0.0.1", "no-port"], 1],
        [["127.0.0.1", port, "no-such-file"], 20],
        [[...STUDIES, "127.0.0.1", closed.port], 60],
      ] as const;
      for (const [args, exit] of rows) {
        const { code, stderr } = await findscu(args);
        assert.equal(code, exit, `${args.join(" ")}: ${stderr}`);
        assert.notEqual(stderr, "");
      }
    });

    test("says what kind of failure it was", async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => {
        silent.listen(0, "127.0.0.1", resolve);
      });
      const { port: silentPort } = silent.address() as AddressInfo;
      try {
        const rows = [
          [["no-such-host.invalid:104"], 60],
          [["mock:demo?fault=reject-called"], 62],
          [["mock:demo?fault=no-context"], 63],
          [["mock:demo?fault=abort-at-once"], 64],
          [["--acse-timeout", "1", `127.0.0.1:${silentPort}`], 66],
        ] as const;
        for (const [args, exit] of rows) {
          const { code, stderr } = await findscu(args);
          assert.equal(code, exit, `${args.join(" ")}: ${stderr}`);
        }
      } finally {
        silent.close();
      }
    });

    for (const format of RESULT_FORMATS) {
      test(`writes ${format} to a file`, async () => {
        const file = join(folder, `結果 نتيجة.${format}`);
        const { code, stderr } = await findscu([
          "mock:demo",
          ...["--format", format, "--output", file],
          ...["-q", "PatientID", "-q", "PatientName=Doe^J*"],
        ]);
        assert.equal(code, 0, stderr);
        assert.ok(statSync(file).size > 0);
      });
    }

    test("extracts each match to a DICOM file", async () => {
      const matches = join(folder, "matches");
      mkdirSync(matches);
      const { code, stderr } = await findscu(
        [...STUDIES, "-X", "-od", matches, "127.0.0.1", port],
      );
      assert.equal(code, 0, stderr);
      assert.ok(readdirSync(matches).includes("rsp0001.dcm"));
    });

    test("records a query and replays it", async () => {
      const recording = join(folder, "recording.jsonl");
      const query = ["-q", "PatientName=Doe^Jane", "--csv"];
      const live = await findscu([
        `127.0.0.1:${port}`,
        ...["--record", recording],
        ...query,
      ]);
      assert.equal(live.code, 0, live.stderr);
      const replayed = await findscu(["mock:recording.jsonl", ...query]);
      assert.equal(replayed.code, 0, replayed.stderr);
      assert.equal(replayed.stdout, live.stdout);
    });

    test("takes an address from the saved connections", async () => {
      const file = join(folder, "config.toml");
      const env = { FINDSCU_CONFIG: file };
      const added = await findscu(
        ["config", "add", "demo", `127.0.0.1:${port}`],
        { env },
      );
      assert.equal(added.code, 0, added.stderr);
      const { code, stdout, stderr } = await findscu(["demo", "--count"], {
        env,
      });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^\d+\r?\n$/);
    });

    // Runtimes read settings beside the user's own sources, and should.
    test("takes nothing from the working directory", {
      skip: !name.startsWith("executable"),
    }, async () => {
      const trap = join(folder, "trap");
      mkdirSync(trap);
      writeFileSync(join(trap, ".env"), "BUN_OPTIONS=--no-such-option\n");
      writeFileSync(join(trap, "bunfig.toml"), 'preload = ["./evil.ts"]\n');
      writeFileSync(join(trap, "deno.json"), "{ not JSON\n");
      writeFileSync(join(trap, "package.json"), "{ not JSON\n");
      writeFileSync(join(trap, "evil.ts"), 'throw new Error("evil");\n');
      const { code, stderr } = await findscu(["--version"], { cwd: trap });
      assert.equal(code, 0, stderr);
    });

    test("queries itself over TLS, with certificates from PEM and PKCS#12", async () => {
      const identity = [
        ...["+tls", pki.path("server.key"), pki.path("server.pem")],
        ...["+cf", pki.path("ca.pem")],
      ];
      await withServer(identity, async (port) => {
        const query = [
          `dicoms://localhost:${port}`,
          ...["+cf", pki.path("ca.pem"), "-q", "PatientName=Doe^Jane"],
          "--csv",
        ];
        for (
          const identity of [
            ["+tls", pki.path("client.key"), pki.path("client.pem")],
            ["--pkcs12", pki.path("client.p12"), "+pw", TEST_PASSWORD],
          ]
        ) {
          const { code, stdout, stderr } = await findscu([
            ...query,
            ...identity,
          ]);
          assert.equal(code, 0, stderr);
          assert.match(stdout, /Doe\^Jane/);
        }
        const anonymous = await findscu(query);
        // In TLS 1.3 a client hears only after the handshake that its certificate was required, and not from every runtime.
        assert.match(String(anonymous.code), /^6[15]$/, anonymous.stderr);
        assert.match(anonymous.stderr, /certificate/);
        const { code, stderr } = await findscu([`dicoms://localhost:${port}`]);
        assert.equal(code, 61, stderr); // an authority that we do not trust
      });
    });

    test("serves DCMTK's echoscu and findscu", {
      skip: dcmtkComplaint(),
    }, async () => {
      await withServer([], async (port) => {
        const echo = await runCommand(["echoscu", "-v", "127.0.0.1", port]);
        assert.equal(echo.code, 0, echo.stderr);
        assert.match(echo.stderr, /Received Echo Response \(Success\)/);
        const rows = [
          [["-S", "-k", "QueryRetrieveLevel=STUDY"], "Doe*", 9],
          [["-P", "-k", "QueryRetrieveLevel=PATIENT"], "Doe*", 2],
          [["-S", "-k", "QueryRetrieveLevel=STUDY"], "no^such", 0],
        ] as const;
        for (const [level, patient, matches] of rows) {
          const { code, stderr } = await runCommand([
            "findscu",
            ...level,
            ...["-k", `PatientName=${patient}`, "127.0.0.1", port],
          ]);
          assert.equal(code, 0, stderr);
          const found = stderr.match(/Find Response: \d+ \(Pending\)/g) ?? [];
          assert.equal(found.length, matches, stderr);
        }
      });
    });

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      test(`${signal} cancels and keeps what came so far`, {
        skip: !hasSignals,
      }, async () => {
        const { code, stderr } = await findscu(
          [...STUDIES, "127.0.0.1", slowPort],
          {
            onOutput: (text, kill) => {
              if (text.includes("Find Response: 1 ")) kill(signal);
            },
          },
        );
        assert.equal(code, 130, stderr);
        assert.match(stderr, /Interrupted/);
        assert.match(stderr, /\(0010,0010\) PN \[/);
      });
    }

    test("prints its manual page and its completions", async () => {
      const manual = await findscu(["man"]);
      assert.equal(manual.code, 0, manual.stderr);
      assert.match(manual.stdout, /^\.TH FINDSCU 1 /);
      const completions = await findscu(["completions", "bash"]);
      assert.equal(completions.code, 0, completions.stderr);
      assert.match(completions.stdout, /complete .* findscu\n$/);
    });
  });
}
