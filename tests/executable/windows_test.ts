/**
 * What Windows has of its own, with the executable for it: paths and names, settings, cmd.exe, and the ways in which a console ends a
 * program. On Windows itself, and under Wine (`deno task test:emulated`).
 */
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeBundle } from "../../scripts/compile_steps.ts";
import {
  type Finished,
  runCommand,
  type RunOptions,
} from "../support/process.ts";
import { demoServer } from "./demo_server.ts";
import { emulatedForms } from "./emulated.ts";
import { executableByBun, type Form } from "./forms.ts";
import { compileForWindows } from "./mingw.ts";

const isWine = process.platform !== "win32";

function windowsForm(): Form {
  const bundle = makeBundle();
  if (!isWine) return executableByBun(bundle);
  return emulatedForms(bundle).find(({ isWindows }) => isWindows)!;
}

const { command, skip, env, name } = windowsForm();
const executable = command.at(-1) ?? "";
const folder = skip === undefined
  ? mkdtempSync(join(tmpdir(), "findscu-windows-"))
  : "";
if (folder !== "") after(() => rmSync(folder, { recursive: true }));

/** A path as Windows writes it; Wine has our root as a drive. */
function windowsPath(path: string): string {
  return isWine ? `Z:${path.replaceAll("/", "\\")}` : path;
}

/** A command of Windows, without findscu. */
function run(
  words: readonly string[],
  options?: RunOptions,
): Promise<Finished> {
  return runCommand([...command.slice(0, -1), ...words], {
    cwd: folder,
    ...options,
    env: { ...env, ...options?.env },
  });
}

function findscu(
  args: readonly string[],
  options?: RunOptions,
): Promise<Finished> {
  return run([executable, ...args], options);
}

/** A query of the built-in archive with three matches. */
const QUERY = ["mock:demo", "-q", "PatientName=Doe^John", "-q", "PatientID"];

const CSV = "PatientName,PatientID\r\n" +
  "Doe^John,DEMO-0002\r\n".repeat(3);

describe(skip === undefined ? name : `${name}: ${skip}`, {
  skip: skip !== undefined,
}, () => {
  describe("paths", () => {
    const odd = join(folder, "Ärzte & Übung (100%)");
    const long = join(
      folder,
      ...Array.from({ length: 5 }, () => "d".repeat(60)),
    );
    before(() => {
      mkdirSync(odd);
      mkdirSync(long, { recursive: true });
    });

    for (
      const [title, place, path] of [
        ["a drive", folder, (file: string) => windowsPath(file)],
        [
          "slashes",
          folder,
          (file: string) => windowsPath(file).replaceAll("\\", "/"),
        ],
        ["blanks, umlauts and signs", odd, (file: string) => windowsPath(file)],
        ["more than 260 characters", long, (file: string) => windowsPath(file)],
        [
          "the prefix \\\\?\\",
          folder,
          (file: string) => `\\\\?\\${windowsPath(file)}`,
        ],
        ["a folder relative to ours", odd, () => `Ärzte & Übung (100%)\\x.csv`],
      ] as const
    ) {
      test(`writes and reads files by ${title}`, async () => {
        const file = join(place, "x.csv");
        const output = path(file);
        const written = await findscu([...QUERY, "--output", output]);
        assert.equal(written.code, 0, written.stderr);
        assert.equal(readFileSync(file, "utf8"), CSV);
        const read = await findscu([
          ...["mock:demo", "--each", output, "-q", "PatientID", "--count"],
        ]);
        assert.equal(read.code, 0, JSON.stringify(read));
        rmSync(file);
      });
    }

    test("extracts to a folder, and serves it as an archive", async () => {
      const matches = join(odd, "matches");
      mkdirSync(matches);
      const { code, stderr } = await findscu([
        ...["mock:demo", "-S", "-k", "QueryRetrieveLevel=STUDY"],
        ...["-k", "PatientName=Doe^John", "-k", "StudyInstanceUID"],
        ...["-X", "-od", windowsPath(matches)],
      ]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(readdirSync(matches), [
        "rsp0001.dcm",
        "rsp0002.dcm",
        "rsp0003.dcm",
      ]);
      for (const separator of ["\\", "/"]) {
        const path = windowsPath(matches).replaceAll("\\", separator);
        const asked = await findscu([`mock:${path}`, "--count"]);
        assert.equal(asked.code, 0, asked.stderr);
        assert.equal(asked.stdout.trim(), "3");
      }
      const file = `${windowsPath(matches)}\\rsp0001.dcm`;
      const query = await findscu(["mock:demo", file, "--count"]);
      assert.equal(query.code, 0, query.stderr);
      assert.equal(query.stdout.trim(), "1");
    });

    test("takes its words from @FILE", async () => {
      writeFileSync(
        join(odd, "words.txt"),
        "mock:demo -q PatientName=Doe^John\r\n--count\r\n",
      );
      const { code, stdout, stderr } = await findscu([
        `@${windowsPath(odd)}\\words.txt`,
      ]);
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), "3");
    });

    test("writes to a share", { skip: !isWine }, async () => {
      // Wine finds shares among its devices.
      const shares = join(env?.["WINEPREFIX"] ?? "", "dosdevices/unc/server");
      mkdirSync(shares, { recursive: true });
      symlinkSync(folder, join(shares, "share"));
      try {
        const output = "\\\\server\\share\\by share.csv";
        const { code, stderr } = await findscu([...QUERY, "--output", output]);
        assert.equal(code, 0, stderr);
        const file = join(folder, "by share.csv");
        assert.equal(readFileSync(file, "utf8"), CSV);
        const { stdout } = await findscu(["mock:demo", "--each", output]);
        assert.match(stdout, /Doe/);
      } finally {
        rmSync(dirname(shares), { recursive: true });
      }
    });

    for (const name of ["aux.csv", "CON", "com1.csv", "10:30.csv", "q?.csv"]) {
      test(`refuses to write ${name}`, async () => {
        const before = readdirSync(folder);
        const { code, stderr } = await findscu(
          [...QUERY, "--csv", "--output", name],
        );
        assert.equal(code, 40);
        // Wine may say something of its own first.
        assert.match(stderr, /^E: Cannot write ".*": .* on Windows/m);
        assert.deepEqual(readdirSync(folder), before);
      });
    }

    test("writes to NUL, and so nowhere", async () => {
      const { code, stderr } = await findscu(
        [...QUERY, "--csv", "--output", "NUL"],
      );
      assert.equal(code, 0, stderr);
    });
  });

  test("keeps saved connections in %APPDATA%", async () => {
    // Wine has a value of its own, whatever the environment says.
    const options = { env: { APPDATA: windowsPath(folder) } };
    const place = await run(["cmd", "/c", "echo %APPDATA%"], options);
    const added = await findscu(
      ["config", "add", "test-of-findscu", "mock:demo"],
      options,
    );
    assert.equal(added.code, 0, added.stderr);
    const path = `${place.stdout.trim()}\\findscu\\config.toml`;
    const said = added.stdout + added.stderr;
    assert.ok(said.includes(`"${path}"`), `${path}: ${said}`);
    const { code, stderr } = await findscu(
      ["test-of-findscu", "--count"],
      options,
    );
    assert.equal(code, 0, stderr);
    await findscu(["config", "remove", "test-of-findscu"], options);
  });

  test("finds whoever listens at a name with several addresses", async () => {
    await withArchive(0, async (port) => {
      const { code, stderr } = await findscu([`localhost:${port}`, "--count"]);
      assert.equal(code, 0, stderr);
    });
    const { code, stderr } = await findscu(["localhost:1"]);
    assert.equal(code, 60, stderr);
  });

  describe("in cmd.exe", () => {
    /** Runs the lines as a batch file, with %F% for findscu; answers the files that it wrote. */
    const batch = async (...lines: readonly string[]) => {
      const file = join(folder, "test.cmd");
      const text = [
        "@echo off",
        `set F="${windowsPath(executable)}"`,
        ...lines,
      ];
      writeFileSync(file, text.map((line) => `${line}\r\n`).join(""));
      const finished = await run(["cmd", "/c", "test.cmd"]);
      assert.equal(finished.code, 0, finished.stderr);
      const read = (name: string) => readFileSync(join(folder, name), "utf8");
      return { ...finished, read };
    };

    test("takes keys in quotes, with * and ^ and a percent sign", async () => {
      const { read } = await batch(
        '%F% mock:demo -q "PatientName=Doe*" --count >1.txt',
        '%F% mock:demo -q "PatientName=Doe^John" --count >2.txt',
        "%F% mock:demo -q PatientName=Doe^^John --count >3.txt",
        '%F% mock:demo -q "StudyDescription=100%%*" --arguments 2>4.txt',
        '%F% mock:demo -q "PatientName=Doe^John" -q "StudyDate=20110101-" --count >5.txt',
        "exit 0",
      );
      assert.equal(read("1.txt").trim(), "9");
      assert.equal(read("2.txt").trim(), "3");
      assert.equal(read("3.txt").trim(), "3");
      assert.match(read("4.txt"), /'StudyDescription=100%\*'/);
      assert.equal(read("5.txt").trim(), "2");
    });

    test("says that it leaves single quotes in a key", async () => {
      const { read } = await batch(
        "%F% mock:demo -q 'PatientName=Doe*' 2>quotes.txt",
        "exit 0",
      );
      assert.match(read("quotes.txt"), /The shell left the quotes in the key/);
    });

    test("gets UTF-8 if output is redirected", async () => {
      writeFileSync(join(folder, "keys.txt"), "PatientName=Образцова*\n");
      const { read } = await batch(
        "%F% mock:demo --query-file keys.txt -q PatientID --csv >utf8.csv",
        "exit %ERRORLEVEL%",
      );
      const lines = read("utf8.csv").split("\r\n");
      assert.equal(lines[0], "PatientName,PatientID");
      assert.equal(lines[1], "Образцова^Анна,DEMO-0028");
    });

    test("joins two of them by a pipe", async () => {
      const { read } = await batch(
        '%F% mock:demo -q "PatientName=Doe^John" -q PatientID --csv ' +
          "| %F% mock:demo --each - -q PatientID --count >pipe.txt",
        "exit %ERRORLEVEL%",
      );
      assert.match(read("pipe.txt"), /\d/);
    });

    test("sees the exit code", async () => {
      const { stdout } = await batch(
        "%F% localhost:1 2>nul",
        "echo code %ERRORLEVEL%",
        "%F% mock:demo?fault=reject-called 2>nul",
        "if errorlevel 62 echo rejected",
        "%F% mock:demo --count >nul && echo good",
        "exit 0",
      );
      assert.match(stdout, /code 60/);
      assert.match(stdout, /rejected/);
      assert.match(stdout, /good/);
    });
  });

  describe("ended by its console", () => {
    const helper = join(dirname(executable), "console_event.exe");
    const source = fileURLToPath(new URL("console_event.c", import.meta.url));
    const missing = skip === undefined
      ? compileForWindows(source, helper, "-municode")
      : skip;

    /** Runs findscu and sends it a console event as soon as what it has written says so. */
    const ended = async (
      event: number,
      args: readonly string[],
      isTime: (text: string) => boolean,
    ): Promise<Finished> => {
      let said = "";
      let isSent = false;
      return await run([helper, String(event), "event", executable, ...args], {
        onOutput: (text) => {
          said += text;
          if (isSent || !isTime(said)) return;
          isSent = true;
          writeFileSync(join(folder, "event"), "");
        },
      });
    };

    for (
      const [title, event] of [
        ["Ctrl-C", 0],
        ["Ctrl-Break", 1],
        ["closing the window", 2],
      ] as const
    ) {
      test(`${title} keeps what came so far, in a file of its own`, {
        skip: missing ?? false,
      }, async () => {
        await withArchive(50, async (port) => {
          const kept = join(folder, `${event}.csv`);
          const { code, stderr } = await ended(
            event,
            [
              ...[`127.0.0.1:${port}`, "-d", "-q", "PatientID"],
              ...["--output", windowsPath(kept)],
            ],
            (text) => /Pending/.test(text),
          );
          assert.equal(code, 130, stderr);
          assert.match(stderr, /Interrupted/);
          assert.match(stderr, /\d+ match(es)? kept as ".*\.csv\.incomplete"/);
          const left = readdirSync(folder)
            .filter((name) => name.includes(`${event}.csv`));
          assert.deepEqual(left, [`${event}.csv.incomplete`]);
          const text = readFileSync(`${kept}.incomplete`, "utf8");
          assert.match(text, /^PatientID\r\n(DEMO-\d+\r\n)+$/);
        });
      });

      test(`${title} ends serve with 0`, {
        skip: missing ?? false,
      }, async () => {
        const { code, stdout, stderr } = await ended(
          event,
          ["serve", "--port", "0"],
          (text) => /Listening on/.test(text),
        );
        assert.equal(code, 0, stderr);
        assert.match(stdout + stderr, /Listening on/);
      });
    }

    test("being killed leaves an unfinished file, and no finished one", {
      skip: missing ?? false,
    }, async () => {
      await withArchive(50, async (port) => {
        const file = windowsPath(join(folder, "killed.csv"));
        const { code } = await ended(
          3,
          [`127.0.0.1:${port}`, "-d", "-q", "PatientID", "--output", file],
          (text) => /Pending/.test(text),
        );
        assert.equal(code, 1);
        const left = readdirSync(folder)
          .filter((name) => name.includes("killed.csv"));
        assert.equal(left.length, 1);
        assert.match(left[0]!, /^\.killed\.csv\.\w+\.part$/);
      });
    });
  });
});

/** Serves while `use` runs; `latency` in milliseconds before each response. */
async function withArchive(
  latency: number,
  use: (port: string) => Promise<void>,
): Promise<void> {
  const { port, stop } = await demoServer(latency);
  try {
    await use(port);
  } finally {
    await stop();
  }
}
