/** Files that are read: pipes and standard input as well as files, nothing without an end, and no waiting that a signal does not end. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";
import { testCredentials } from "../support/tls.ts";

const skip = process.platform === "win32";
const PROGRAM = new URL("../../cli.ts", import.meta.url).pathname;
const QUERY = "PatientID\nPatientName=Doe^Jane\n";
const LOG_SETTINGS = "log4cplus.rootLogger = INFO\n";

/** One way to give an input: arguments, environment, and a content that is good. */
interface Input {
  readonly name: string;
  readonly content: string;
  readonly call: (
    path: string,
  ) => {
    readonly args: readonly string[];
    readonly env?: Record<string, string>;
  };
  /** Exit code when it cannot be read. */
  readonly code: number;
}

const INPUTS: readonly Input[] = [
  {
    name: "query file",
    content: QUERY,
    call: (path) => ({ args: ["mock:demo", path] }),
    code: 20,
  },
  {
    name: "--query-file",
    content: QUERY,
    call: (path) => ({ args: ["mock:demo", "--query-file", path] }),
    code: 20,
  },
  {
    name: "@FILE",
    content: "mock:demo -q PatientID",
    call: (path) => ({ args: [`@${path}`] }),
    code: 1,
  },
  {
    name: "-lc",
    content: LOG_SETTINGS,
    call: (path) => ({ args: ["-lc", path, "mock:demo", "-q", "PatientID"] }),
    code: 20,
  },
  {
    name: "DCMDICTPATH",
    content: '(0029,"ACME",01)\tLO\tThing\n',
    call: (path) => ({
      args: ["mock:demo", "-q", "PatientID"],
      env: { DCMDICTPATH: path },
    }),
    code: 20,
  },
  {
    name: "certificates",
    content: "no certificate",
    call: (path) => ({
      args: ["dicoms://127.0.0.1:1", "+cf", path, "-q", "PatientID"],
    }),
    code: 61,
  },
  {
    name: "a password",
    content: "secret\n",
    call: (path) => ({
      args: [
        ...["127.0.0.1:1", "-q", "PatientID", "--user", "me"],
        ...["--user-password-file", path],
      ],
    }),
    code: 20,
  },
];

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/findscu-input-`);
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a run got past reading: it ended well, or at the next obstacle. */
function isRead(code: number | null, stderr: string): boolean {
  return code === 0 || code === 60 || /No certificate in/.test(stderr);
}

for (const { name, content, call, code: refused } of INPUTS) {
  test(`${name}: devices without an end are refused`, { skip }, async () => {
    for (const device of ["/dev/zero", "/dev/urandom"]) {
      const { args, env } = call(device);
      const { code, stderr } = await findscu(args, { ...env && { env } });
      assert.equal(code, refused, stderr);
      assert.ok(stderr.length < 600, stderr);
      assert.match(stderr, /never ends/, stderr);
    }
  });

  test(`${name}: the limit holds, and can be raised`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/input`;
      const padding = name === "@FILE" ? " " : "\n";
      writeFileSync(path, content + padding.repeat(5000));
      const { args, env } = call(path);
      const run = (size: string) =>
        findscu(["--max-input-size", size, ...args], { ...env && { env } });
      const small = await run("4k");
      assert.equal(small.code, refused, small.stderr);
      assert.match(small.stderr, /longer than 4 kB/);
      const large = await run("8k");
      assert.ok(isRead(large.code, large.stderr), large.stderr);
    }));

  test(`${name}: a pipe is read`, { skip }, () =>
    inFolder(async (folder) => {
      const pipe = `${folder}/pipe`;
      execFileSync("mkfifo", [pipe]);
      writeFileSync(`${folder}/content`, content);
      const { args, env } = call(pipe);
      const { code, stderr } = await runCommand(
        [
          ...["sh", "-c", `cat "$0" >"$1" & shift; exec "$@"`],
          ...[`${folder}/content`, pipe],
          ...[...scriptCommand(PROGRAM), ...args],
        ],
        { ...env && { env } },
      );
      assert.ok(isRead(code, stderr), stderr);
    }));

  test(
    `${name}: a pipe without an end is refused`,
    { skip },
    () =>
      inFolder(async (folder) => {
        const pipe = `${folder}/pipe`;
        execFileSync("mkfifo", [pipe]);
        const { args, env } = call(pipe);
        const { code, stderr } = await runCommand(
          [
            ...[
              "sh",
              "-c",
              `cat /dev/zero >"$0" 2>/dev/null & exec "$@"`,
              pipe,
            ],
            ...[...scriptCommand(PROGRAM), ...args],
          ],
          { ...env && { env } },
        );
        assert.match(stderr, /longer than 16 MB/);
        assert.equal(code, refused, stderr);
      }),
  );

  test(
    `${name}: the first signal ends waiting for a pipe`,
    { skip },
    () =>
      inFolder(async (folder) => {
        const pipe = `${folder}/pipe`;
        execFileSync("mkfifo", [pipe]);
        const { args, env } = call(pipe);
        const ended = await findscu(args, {
          ...env && { env },
          onStart: (kill) => setTimeout(kill, 1500, "SIGINT"),
        });
        // What is read before anything listens to signals ends as the system has it.
        assert.ok(
          ended.signal === "SIGINT" || ended.code === 130,
          `${ended.code}: ${ended.stderr}`,
        );
      }),
  );
}

test("standard input: limit, no end, and a signal", { skip }, async () => {
  const args = ["mock:demo", "-"];
  const good = await findscu(args, { input: QUERY });
  assert.equal(good.code, 0, good.stderr);
  const large = await findscu(["--max-input-size", "1k", ...args], {
    input: QUERY + "\n".repeat(2000),
  });
  assert.equal(large.code, 20);
  assert.match(large.stderr, /standard input: it is longer than 1 kB/);
  for (const device of ["/dev/zero", "/dev/urandom"]) {
    const words = [...scriptCommand(PROGRAM), ...args];
    const { code, stderr } = await runCommand(
      ["sh", "-c", `exec "$@" <${device}`, "sh", ...words],
    );
    assert.equal(code, 20);
    assert.match(stderr, /standard input: it is a device that never ends/);
  }
  const empty = await runCommand([
    ...["sh", "-c", 'exec "$@" </dev/null', "sh"],
    ...[...scriptCommand(PROGRAM), "mock:demo", "-", "-q", "PatientID"],
  ]);
  assert.doesNotMatch(empty.stderr, /without an end/);
  await inFolder(async (folder) => {
    const pipe = `${folder}/pipe`;
    execFileSync("mkfifo", [pipe]);
    const { code, signal } = await runCommand(
      [
        ...["sh", "-c", 'exec "$@" 0<>"$0"', pipe],
        ...[...scriptCommand(PROGRAM), ...args],
      ],
      { onStart: (kill) => setTimeout(kill, 1500, "SIGINT") },
    );
    assert.ok(signal === "SIGINT" || code === 130);
  });
});

test(
  "a password that is asked for: no end, and a signal",
  { skip },
  async () => {
    const pki = await testCredentials();
    try {
      const words = [
        ...[
          ...scriptCommand(PROGRAM),
          "dicoms://127.0.0.1:1",
          "-q",
          "PatientID",
        ],
        ...["+tls", pki.path("client.encrypted-pkcs8.pem")],
        ...[pki.path("client.pem"), "+cf", pki.path("ca.pem")],
      ];
      const endless = await runCommand(
        ["sh", "-c", 'exec "$@" </dev/zero', "sh", ...words],
      );
      assert.match(endless.stderr, /password on standard input is longer/);
      assert.equal(endless.code, 22);
      const pipe = pki.path("pipe");
      execFileSync("mkfifo", [pipe]);
      const waiting = await runCommand(
        ["sh", "-c", 'exec "$@" 0<>"$0"', pipe, ...words],
        {
          onOutput: (text, kill) => {
            if (text.includes("Password")) kill("SIGTERM");
          },
        },
      );
      assert.match(waiting.stderr, /Interrupted/);
      assert.equal(waiting.code, 130);
      const given = await runCommand(words, { input: `${TEST_PASSWORD}\n` });
      assert.equal(given.code, 60, given.stderr);
    } finally {
      pki.dispose();
    }
  },
);
