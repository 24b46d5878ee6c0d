/** The least rights of Deno for each use; and one right less is a sentence that names it, not a stack. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, test } from "node:test";
import { type Finished, runCommand } from "../support/process.ts";
import { match, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const skip = process.versions["deno"] === undefined;
const PROGRAM = new URL("../../cli.ts", import.meta.url).pathname;
const ENV = "--allow-env=DCMDICTPATH,NO_COLOR,TERM";
const KEY = ["-q", "PatientID"];

let folder = "";
before(() => {
  folder = mkdtempSync(`${tmpdir()}/findscu-rights-`);
  writeFileSync(`${folder}/query.txt`, "PatientID\n");
  writeFileSync(`${folder}/words`, "mock:demo -q PatientID --count");
  writeFileSync(
    `${folder}/archive.json`,
    '[{"00100020":{"vr":"LO","Value":["1"]},"0020000D":{"vr":"UI","Value":["1.2.3"]}}]',
  );
  writeFileSync(
    `${folder}/log.cfg`,
    `log4cplus.rootLogger = INFO, f
log4cplus.appender.f = log4cplus::FileAppender
log4cplus.appender.f.File = ${folder}/out.log
log4cplus.appender.f.layout = log4cplus::PatternLayout
log4cplus.appender.f.layout.ConversionPattern = \${NO_SUCH_VARIABLE}%h %m%n
`,
  );
  mkdirSync(`${folder}/out`);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line with these rights and no other. */
function withRights(
  rights: readonly string[],
  args: readonly string[],
  env: Record<string, string> = {},
  onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Finished> {
  // Deno gives all its rights to the Deno that it starts without a word about rights.
  const words = ["run", "--no-check", "--no-prompt", "--allow-ffi=/nowhere"];
  return runCommand([process.execPath, ...words, ...rights, PROGRAM, ...args], {
    env,
    ...onOutput && { onOutput },
  });
}

/** It failed with one sentence or two, and a code that is not a defect's. */
function isClear({ code, stderr }: Finished, right: RegExp): void {
  assert.match(stderr, right);
  assert.doesNotMatch(stderr, /internal error|^\s+at |Uncaught/m);
  assert.ok(code !== null && code > 0 && code < 99, `${code}: ${stderr}`);
}

interface Use {
  readonly name: string;
  readonly args: () => readonly string[];
  /** What it needs besides the variables. */
  readonly rights: () => readonly string[];
}

const USES: readonly Use[] = [
  {
    name: "a query file",
    args: () => ["mock:demo", `${folder}/query.txt`, "--count"],
    rights: () => [`--allow-read=${folder}/query.txt`],
  },
  {
    name: "--query-file",
    args: () => ["mock:demo", "--query-file", `${folder}/query.txt`, "--count"],
    rights: () => [`--allow-read=${folder}/query.txt`],
  },
  {
    name: "a command file",
    args: () => [`@${folder}/words`],
    rights: () => [`--allow-read=${folder}/words`],
  },
  {
    name: "an archive in a file",
    args: () => [`mock:${folder}/archive.json`, ...KEY, "--count"],
    rights: () => [`--allow-read=${folder}/archive.json`],
  },
  {
    name: "--output",
    args: () => ["mock:demo", ...KEY, "--output", `${folder}/out/a.csv`],
    rights: () => [`--allow-read=${folder}/out`, `--allow-write=${folder}/out`],
  },
  {
    name: "--html",
    args: () => ["mock:demo", ...KEY, "--html", `${folder}/out/a.html`],
    rights: () => [`--allow-read=${folder}/out`, `--allow-write=${folder}/out`],
  },
  {
    name: "--record",
    args: () => ["mock:demo", ...KEY, "--record", `${folder}/out/a.tape`],
    rights: () => [`--allow-read=${folder}/out`, `--allow-write=${folder}/out`],
  },
  {
    name: "-X",
    args: () => ["mock:demo", ...KEY, "-X", "-od", `${folder}/out`],
    rights: () => [`--allow-read=${folder}/out`, `--allow-write=${folder}/out`],
  },
  {
    name: "-lc",
    args: () => ["mock:demo", ...KEY, "--count", "-lc", `${folder}/log.cfg`],
    rights: () => [`--allow-read=${folder}`, `--allow-write=${folder}`],
  },
];

test("texts need no right", { skip }, async () => {
  for (
    const args of [
      ...[["--help"], ["-h"], ["--version"], ["man"]],
      ...[["completions", "bash"], ["--list-ciphers"]],
    ]
  ) {
    const { code, stderr } = await withRights([], args);
    assert.equal(stderr, "");
    assert.equal(code, 0);
  }
});

test(
  "mock:demo needs no right, but says what it may not read",
  { skip },
  async () => {
    const args = ["mock:demo", ...KEY, "--count"];
    const none = await withRights([], args);
    assert.equal(none.code, 0);
    assert.match(
      none.stderr,
      /^W: Deno may not read .*"DCMDICTPATH": treated as not set\. Start it with --allow-env=DCMDICTPATH\n$/,
    );
    const some = await withRights([ENV], args);
    assert.equal(some.stderr, "");
    assert.equal(some.code, 0);
  },
);

for (const { name, args, rights } of USES) {
  test(`${name} needs its rights`, { skip }, async () => {
    const { code, stderr } = await withRights([ENV, ...rights()], args());
    assert.equal(code, 0, stderr);
    for (const missing of rights()) {
      const [flag] = missing.split("=");
      const others = rights().filter((right) => right !== missing);
      const less = await withRights([ENV, ...others], args());
      // A log that cannot be written is left out, and the query goes on.
      if (name === "-lc" && flag === "--allow-write") {
        assert.match(less.stderr, /--allow-write|write access/);
        assert.equal(less.code, 0);
      } else isClear(less, new RegExp(`${flag}`));
    }
  });
}

test("a query over TCP or TLS needs the network there", { skip }, async () => {
  await withScriptedServer(
    [{ send: match("ONE") }, { send: success() }],
    {},
    async (port) => {
      const args = ["-S", ...KEY, "--format", "csv", `127.0.0.1:${port}`];
      const net = `--allow-net=127.0.0.1:${port}`;
      const { code, stdout, stderr } = await withRights([ENV, net], args);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /ONE/);
    },
  );
  for (const place of ["127.0.0.1:1", "localhost:1", "[::1]:1"]) {
    for (const scheme of ["dicom", "dicoms"]) {
      const tls = scheme === "dicoms" ? ["-ic"] : [];
      const args = [...tls, ...KEY, `${scheme}://${place}`];
      isClear(await withRights([ENV], args), /--allow-net=/);
      const { code, stderr } = await withRights(
        [ENV, `--allow-net=${place}`],
        args,
      );
      assert.equal(code, 60, stderr);
    }
  }
});

test("serve needs the network where it listens", { skip }, async () => {
  const args = ["serve", "demo", "--port", "0"];
  isClear(await withRights([], args), /--allow-net=127\.0\.0\.1:0/);
  const { code, stdout } = await withRights(
    ["--allow-net=127.0.0.1"],
    args,
    {},
    (text, kill) => {
      if (text.includes("Listening")) kill("SIGINT");
    },
  );
  assert.match(stdout, /Listening on/);
  assert.equal(code, 0);
});

test("what variables and certificates need is named", { skip }, async () => {
  isClear(
    await withRights([ENV], [
      ...["mock:demo", ...KEY, "--user", "me", "--user-password-env", "SECRET"],
    ]),
    /--allow-env=SECRET/,
  );
  for (const option of ["+cf", "+cd"]) {
    isClear(
      await withRights([ENV, "--allow-net"], [
        ...["dicoms://127.0.0.1:1", option, folder, ...KEY],
      ]),
      /--allow-read|cannot be read/,
    );
  }
  isClear(
    await withRights(["--allow-env"], ["mock:demo", ...KEY], {
      DCMDICTPATH: `${folder}/query.txt`,
    }),
    /--allow-read/,
  );
});

test("a saved connection needs its file and its place", { skip }, async () => {
  const file = `${folder}/config.toml`;
  writeFileSync(file, '[peers.here]\naddress = "mock:demo"\n');
  const args = ["here", ...KEY, "--count"];
  const env = { FINDSCU_CONFIG: file };
  const place = `${ENV},FINDSCU_CONFIG,HOME`;
  const good = await withRights([place, `--allow-read=${file}`], args, env);
  assert.equal(good.code, 0, good.stderr);
  isClear(await withRights([place], args, env), /--allow-read/);
  isClear(
    await withRights([ENV, `--allow-read=${file}`], args, env),
    /--allow-env=FINDSCU_CONFIG,XDG_CONFIG_HOME,HOME/,
  );
});
