/** Files that are written: their modes, what becomes of links and of what was there before, on a POSIX system. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";
import { match, success } from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";

const skip = process.platform === "win32";
const KEYS = ["-q", "PatientID", "mock:demo"];
const PROGRAM = new URL("../../cli.ts", import.meta.url).pathname;

async function inFolder(
  use: (folder: string) => Promise<void> | void,
): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/findscu-output-`);
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

/** Runs findscu below a umask. */
function withUmask(umask: string, args: readonly string[]) {
  const words = [...scriptCommand(PROGRAM), ...args];
  return runCommand(["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...words]);
}

/** Everything that writes results: what it is called with, and the file it makes. */
const RESULTS: readonly [string, (path: string) => string[]][] = [
  ["--output", (path) => ["--format", "csv", "--output", path]],
  ["--html", (path) => ["--html", path]],
  ["-X", (path) => ["-X", "-od", path.replace(/\/[^/]*$/, "")]],
  ["--write-query", (path) => ["--write-query", path]],
];

test(
  "results follow the umask, recordings are private",
  { skip },
  () =>
    inFolder(async (folder) => {
      for (const [umask, expected] of [["022", "644"], ["007", "660"]]) {
        for (const [name, args] of RESULTS) {
          const path = `${folder}/rsp0001.dcm`;
          const run = await withUmask(umask!, [...args(path), ...KEYS]);
          assert.equal(run.code, 0, run.stderr);
          assert.equal(modeOf(path), expected, name);
          rmSync(path);
        }
        const tape = `${folder}/tape`;
        await withUmask(umask!, ["--record", tape, ...KEYS]);
        assert.equal(modeOf(tape), "600");
        rmSync(tape);
      }
    }),
);

test(
  "what is replaced keeps its mode",
  { skip },
  () =>
    inFolder(async (folder) => {
      const writers = [
        ...RESULTS,
        ["--record", (path: string) => ["--record", path]] as const,
      ];
      for (const [name, args] of writers) {
        for (const mode of ["600", "640", "666"]) {
          const path = `${folder}/rsp0001.dcm`;
          writeFileSync(path, "old");
          chmodSync(path, Number.parseInt(mode, 8));
          await withUmask("022", [...args(path), ...KEYS]);
          assert.equal(modeOf(path), mode, name);
          assert.notEqual(readFileSync(path, "utf8"), "old", name);
          rmSync(path);
        }
      }
    }),
);

test(
  "what is replaced keeps its owner",
  { skip: skip || process.getuid?.() !== 0 },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/out.csv`;
      writeFileSync(path, "old");
      chownSync(path, 1234, 2345);
      await findscu(["--format", "csv", "--output", path, ...KEYS]);
      const { uid, gid } = statSync(path);
      assert.deepEqual([uid, gid], [1234, 2345]);
      assert.notEqual(readFileSync(path, "utf8"), "old");
    }),
);

test(
  "a link is replaced, and nothing written through it",
  { skip },
  () =>
    inFolder(async (folder) => {
      const writers = [
        ...RESULTS,
        ["--record", (path: string) => ["--record", path]] as const,
      ];
      mkdirSync(`${folder}/out`);
      for (const [name, args] of writers) {
        for (const target of ["victim", "nothing"]) {
          writeFileSync(`${folder}/victim`, "precious");
          const path = `${folder}/out/rsp0001.dcm`;
          symlinkSync(`${folder}/${target}`, path);
          const { code, stderr } = await findscu([...args(path), ...KEYS]);
          assert.equal(code, 0, stderr);
          assert.equal(readFileSync(`${folder}/victim`, "utf8"), "precious");
          assert.ok(!existsSync(`${folder}/nothing`), name);
          assert.ok(lstatSync(path).isFile(), name);
          rmSync(path);
        }
      }
    }),
);

test(
  "a log is not added to through a link to elsewhere",
  { skip },
  () =>
    inFolder(async (folder) => {
      mkdirSync(`${folder}/logs`);
      writeFileSync(`${folder}/victim`, "precious\n");
      writeFileSync(`${folder}/logs/real`, "old\n");
      symlinkSync(`${folder}/victim`, `${folder}/logs/outside`);
      symlinkSync("real", `${folder}/logs/inside`);
      for (const name of ["outside", "inside"]) {
        writeFileSync(
          `${folder}/log.cfg`,
          `log4cplus.rootLogger = INFO, f
log4cplus.appender.f = log4cplus::FileAppender
log4cplus.appender.f.File = ${folder}/logs/${name}
log4cplus.appender.f.Append = true
`,
        );
        const { stderr } = await findscu(["-lc", `${folder}/log.cfg`, ...KEYS]);
        if (name === "inside") assert.equal(stderr, "");
        else {assert.match(
            stderr,
            /outside": it is a link to another directory/,
          );}
      }
      assert.equal(readFileSync(`${folder}/victim`, "utf8"), "precious\n");
      assert.match(
        readFileSync(`${folder}/logs/real`, "utf8"),
        /^old\n.*Requesting/,
      );
    }),
);

test(
  "streams of the system are written as they are",
  { skip },
  () =>
    inFolder(async (folder) => {
      const words = [...scriptCommand(PROGRAM), "--format", "csv", ...KEYS];
      const file = `${folder}/collected`;
      const { code, stderr } = await runCommand([
        "sh",
        "-c",
        `echo first >${file}; "$@" --output /dev/stdout >>${file}`,
        "sh",
        ...words,
      ]);
      assert.equal(code, 0, stderr);
      assert.match(readFileSync(file, "utf8"), /^first\nPatientID/);
      assert.ok(lstatSync("/dev/stdout").isSymbolicLink());
    }),
);

test(
  "an old recording stays if the peer is not there",
  { skip },
  () =>
    inFolder(async (folder) => {
      const tape = `${folder}/tape`;
      writeFileSync(tape, "old");
      const args = ["--record", tape, "-q", "PatientID", "127.0.0.1:1"];
      const { code } = await findscu(args);
      assert.equal(code, 60);
      assert.equal(readFileSync(tape, "utf8"), "old");
      assert.deepEqual(readdirSync(folder), ["tape"]);
    }),
);

for (const signal of ["SIGHUP", "SIGTERM", "SIGINT"] as const) {
  test(
    `${signal} leaves what came as FILE.incomplete`,
    { skip },
    () =>
      inFolder(async (folder) => {
        const path = `${folder}/out.csv`;
        writeFileSync(path, "old", { mode: 0o600 });
        await withScriptedServer(
          [{ send: match("ONE") }, { await: 1 }, { send: success(0xfe00) }],
          {},
          async (port) => {
            const { code } = await findscu(
              [
                ...["-v", "-S", "-q", "PatientID", "--format", "csv"],
                ...["--output", path, `127.0.0.1:${port}`],
              ],
              {
                onOutput: (text, kill) => {
                  if (text.includes("Find Response 1")) kill(signal);
                },
              },
            );
            assert.equal(code, 130);
          },
        );
        assert.deepEqual(readdirSync(folder).sort(), [
          "out.csv",
          "out.csv.incomplete",
        ]);
        assert.equal(readFileSync(path, "utf8"), "old");
        assert.match(readFileSync(`${path}.incomplete`, "utf8"), /ONE/);
        assert.equal(modeOf(`${path}.incomplete`), "600");
      }),
  );
}

test(
  "nohup still keeps a hang-up away",
  { skip: process.platform !== "linux" },
  async () => {
    const words = [...scriptCommand(PROGRAM), "-S", "-v", "-q", "PatientID"];
    await withScriptedServer(
      [{ send: match("ONE") }, { await: 1 }],
      {},
      async (port) => {
        let hangUps = 0;
        const { stderr } = await runCommand(
          ["nohup", ...words, "--total-timeout", "2", `127.0.0.1:${port}`],
          {
            onOutput: (text, kill) => {
              if (!text.includes("Find Response 1")) return;
              hangUps++;
              kill("SIGHUP");
            },
          },
        );
        assert.equal(hangUps, 1);
        assert.doesNotMatch(stderr, /Interrupted/);
        assert.match(stderr, /Timed out/);
      },
    );
  },
);
