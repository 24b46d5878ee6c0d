/** Output of whole processes: what is on stdout, in files and on terminals, when all goes well and when it does not. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";
import { concat, match } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const DEMO = ["mock:demo", "-q", "PatientName", "-q", "PatientID"];

async function withFolder(body: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(`${tmpdir()}/findscu-output-`);
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("an interrupted run leaves no half file under its final name", () =>
  withFolder(async (folder) => {
    const steps = [
      { send: concat(match("1"), match("2")) },
      { await: 1 },
    ];
    await withScriptedServer(steps, {}, async (port) => {
      const file = `${folder}/result.json`;
      const { code, stderr, stdout } = await findscu([
        `127.0.0.1:${port}`,
        "-q",
        "PatientID",
        "--format",
        "json",
        "--output",
        file,
      ], {
        onStart: (kill) => {
          const timer = setInterval(() => {
            const part = readdirSync(folder).find((name) =>
              name.endsWith(".part") &&
              readFileSync(`${folder}/${name}`, "utf8").includes('"2"')
            );
            if (part === undefined) return;
            clearInterval(timer);
            kill("SIGINT");
          }, 20);
        },
      });
      assert.equal(code, 130, stderr);
      assert.equal(stdout, "");
      assert.deepEqual(readdirSync(folder), ["result.json.incomplete"]);
      const kept = JSON.parse(readFileSync(`${file}.incomplete`, "utf8"));
      assert.equal(kept.length, 2);
      assert.match(stderr, /2 matches kept as ".*result\.json\.incomplete"/);
    });
  }));

test("whoever interrupts twice leaves no file at all", () =>
  withFolder(async (folder) => {
    await withScriptedServer([{ send: match("1") }], {}, async (port) => {
      const { code } = await findscu([
        `127.0.0.1:${port}`,
        "-v",
        "-q",
        "PatientID",
        "--format",
        "json",
        "--output",
        `${folder}/result.json`,
      ], {
        onOutput: (text, kill) => {
          if (!text.includes("Sending Find Request")) return;
          assert.match(readdirSync(folder).join(), /^\..*\.part$/);
          kill("SIGINT");
          // The peer does not answer the cancel, and the user has no patience.
          setTimeout(kill, 300, "SIGINT");
        },
      });
      assert.equal(code, 130);
      assert.deepEqual(readdirSync(folder), []);
    });
  }));

const isLinux = process.platform === "linux" && existsSync("/usr/bin/script");

/** Runs findscu with stdout on a terminal of this many columns. */
function onTerminal(
  columns: number,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const command = [
    ...scriptCommand(new URL("../../cli.ts", import.meta.url).pathname),
    ...args,
  ].map((word) => `'${word}'`).join(" ");
  return runCommand([
    "/usr/bin/script",
    "-qefc",
    `stty cols ${columns} rows 40; ${command} 2>/dev/null`,
    "/dev/null",
  ], { env: { NO_COLOR: "", PAGER: "", TERM: "xterm", ...env } });
}

test("a table fits the terminal and has colours there", {
  skip: isLinux ? false : "no script(1) here",
}, async () => {
  const args = [...DEMO, "-q", "StudyDescription", "--format", "table"];
  const narrow = await onTerminal(50, args);
  assert.equal(narrow.code, 0, narrow.stdout);
  assert.match(narrow.stdout, /\x1b\[1m/);
  const lines = narrow.stdout.replace(/\x1b\[\d*m/g, "").split("\r\n");
  // Rows of ASCII only: for these a character is a column.
  const ascii = lines.slice(0, -2).filter((line) =>
    /^[\x20-\x7e…]*$/.test(line)
  );
  assert.ok(lines.length > 200);
  assert.ok(ascii.length > 20);
  for (const line of ascii) assert.ok(line.length <= 50, line);
  assert.match(narrow.stdout, /values cut \(--wide shows all\)/);
  const records = await onTerminal(30, args);
  assert.match(records.stdout, /a table needs \d+ columns/);
  assert.doesNotMatch(records.stdout, /…/);
  const plain = await onTerminal(50, args, { NO_COLOR: "1" });
  assert.doesNotMatch(plain.stdout, /\x1b/);
  const dumb = await onTerminal(50, args, { TERM: "dumb" });
  assert.doesNotMatch(dumb.stdout, /\x1b/);
  const wide = await onTerminal(50, [...args, "--wide", "--color", "never"]);
  assert.doesNotMatch(wide.stdout, /\x1b|…/);
});

test("a terminal of unknown width has the usual one", {
  skip: isLinux ? false : "no script(1) here",
}, async () => {
  const { stdout } = await onTerminal(0, [
    "mock:demo",
    ...["-q", "PatientName=Doe*", "-q", "StudyDate", "--format", "table"],
  ]);
  assert.match(stdout, /Name/);
  assert.doesNotMatch(stdout, /…/);
});

test("what is longer than the screen goes through the pager", {
  skip: isLinux ? false : "no script(1) here",
}, async () => {
  const table = ["mock:demo", "-q", "PatientName", "--format", "table"];
  const pager = { PAGER: "sed 's/^/> /'" };
  const paged = await onTerminal(80, table, pager);
  assert.equal(paged.code, 0);
  const lines = paged.stdout.trimEnd().split("\r\n");
  assert.ok(lines.length > 200);
  for (const line of lines) assert.match(line, /^> /);
  const unpaged: [args: string[], env: Record<string, string>][] = [
    [[...table, "--max-results", "5"], pager],
    [[...table, "--no-pager"], pager],
    [[...table, "--output", "-", "--count"], pager],
    [table, { ...pager, TERM: "dumb" }],
    [table, { PAGER: "no-such-pager" }],
  ];
  for (const [args, env] of unpaged) {
    const { stdout, code } = await onTerminal(80, args, env);
    assert.equal(code, 0);
    assert.match(stdout, /\d/);
    assert.doesNotMatch(stdout, /^> /);
  }
});

test("a pager that is left ends the query", {
  skip: isLinux ? false : "no script(1) here",
}, async () => {
  const { stdout, code } = await onTerminal(
    80,
    ["mock:demo", "-q", "PatientName", "--format", "table"],
    { PAGER: "head -n 3" },
  );
  assert.equal(code, 0, stdout);
  assert.equal(stdout.trimEnd().split("\r\n").length, 3);
});
