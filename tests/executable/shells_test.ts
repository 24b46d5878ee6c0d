/** The manual page in real formatters, the completions in real shells; each is skipped if it is not installed. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";

const folder = mkdtempSync(join(tmpdir(), "findscu-shells-"));
after(() => rmSync(folder, { recursive: true, force: true }));

// The scripts ask the program for words, and the program the file of connections.
mkdirSync(join(folder, "bin"));
const script = scriptCommand(
  fileURLToPath(new URL("../../cli.ts", import.meta.url)),
);
writeFileSync(
  join(folder, "bin", "findscu"),
  `#!/bin/sh\nexec ${script.map((word) => `'${word}'`).join(" ")} "$@"\n`,
  { mode: 0o755 },
);
writeFileSync(
  join(folder, "bin", "findscu.cmd"),
  `@${script.map((word) => `"${word}"`).join(" ")} %*\r\n`,
);
writeFileSync(
  join(folder, "config.toml"),
  '[peers.myarchive]\naddress = "mock:demo"\n',
);
process.env["PATH"] = join(folder, "bin") + delimiter + process.env["PATH"];
process.env["FINDSCU_CONFIG"] = join(folder, "config.toml");

/** Why a program cannot be used, for `skip`. */
function missing(program: string): string | false {
  const { status } = spawnSync(program, ["--version"], { stdio: "ignore" });
  if (status === 0) return false;
  console.log(`SKIPPED: ${program} is not installed`);
  return `${program} is not installed`;
}

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await findscu(args);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function completionsFor(shell: string): Promise<string> {
  const path = join(folder, `findscu.${shell}`);
  writeFileSync(path, await output("completions", shell));
  return path;
}

/** What a command prints, one word per line, sorted. */
async function wordsOf(command: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runCommand(command);
  assert.equal(code, 0, stderr);
  return stdout.split("\n").map((line) => line.trim()).filter(Boolean)
    .toSorted();
}

describe("the manual page", () => {
  const page = join(folder, "findscu.1");
  before(async () => writeFileSync(page, await output("man")));

  test(
    "renders with man without warnings",
    { skip: missing("man") },
    async () => {
      const { code, stdout, stderr } = await runCommand(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page],
        { env: { MANWIDTH: "80", MANPAGER: "cat", LC_ALL: "C.UTF-8" } },
      );
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "");
      const text = stdout.replaceAll(/.\x08|\x1b\[[\d;]*m/g, "");
      assert.match(text, /^NAME\n\s+findscu - DICOM query/m);
      assert.match(text, /--format NAME/);
    },
  );

  test(
    "renders with groff without warnings",
    { skip: missing("groff") },
    async () => {
      const { code, stderr } = await runCommand(
        ["groff", "-man", "-Tutf8", "-ww", "-z", page],
      );
      assert.equal(code, 0);
      assert.equal(stderr, "");
    },
  );
});

/** What is typed (the last word is completed), and words that have to be offered. */
const ROWS: readonly (readonly [
  typed: readonly string[],
  offered: readonly string[],
])[] = [
  [["--forma"], ["--format"]],
  [["--format", "json"], ["json", "jsonl"]],
  [["compl"], ["completions"]],
  [["completions", ""], ["bash", "fish", "powershell", "zsh"]],
  [["+s"], ["+sr"]],
  [["-S", "-k", "PatientNa"], ["PatientName"]],
  [["demo", "-q", "patientna"], ["PatientName"]],
  [["demo", "-q", "sps.startd"], ["sps.StartDate"]],
  [["--columns", "PatientID,studyda"], ["PatientID,StudyDate"]],
  [["serve", "--fault", "cancel-s"], ["cancel-success"]],
  [["myar"], ["myarchive"]],
  [["echo", "myar"], ["myarchive"]],
  [["mock:demo", "--also", "myar"], ["myarchive"]],
  [["help", "exit"], ["exit-codes"]],
  [["--prio"], ["--priority"]],
  [["--priority", "h"], ["high"]],
];

describe("the completions in bash", { skip: missing("bash") }, () => {
  let script: string;
  before(async () => {
    script = await completionsFor("bash");
  });

  const complete = (words: readonly string[]) =>
    wordsOf([
      "bash",
      "--norc",
      "-c",
      `source "$1"; shift
       COMP_WORDS=(findscu "$@"); COMP_CWORD=$#
       _findscu; printf '%s\\n' "\${COMPREPLY[@]}"`,
      "bash",
      script,
      ...words,
    ]);

  for (const [typed, offered] of ROWS) {
    test(`findscu ${typed.join(" ")}<TAB>`, async () => {
      assert.deepEqual(await complete(typed), offered);
    });
  }

  test("findscu --format=json<TAB>, which bash takes for three words", async () => {
    assert.deepEqual(await complete(["--format", "=", "json"]), [
      "json",
      "jsonl",
    ]);
  });

  test("findscu -q StudyDate=tom<TAB>, which bash takes for four words", async () => {
    assert.deepEqual(await complete(["-q", "StudyDate", "=", "tom"]), [
      "tomorrow",
    ]);
    assert.deepEqual(
      await complete(["demo", "--query=sps.Modality", "=", "CT"]),
      ["CT"],
    );
    assert.deepEqual(await complete(["demo", "-q", "patientsex", "="]), [
      "F",
      "M",
      "O",
    ]);
  });

  test("offers options of the command only", async () => {
    assert.deepEqual(await complete(["man", "--form"]), []);
  });
});

/**
 * zsh completes only what is typed: in a pseudo terminal. The function `compadd`, through which every offer goes, is made to
 * note in $3 what is offered. The markers in
 * quotes distinguish that the line editor listens, and that it is done, from the echo of their own typing.
 */
const ZSH_SESSION = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d $4; source $1; bindkey '^I' complete-word"
zpty -w z 'compadd() {
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]] && { builtin compadd "$@"; return; }
  typeset -a offers
  builtin compadd -O offers "$@"
  print -rl -- $offers >> '$3'
  builtin compadd "$@"
}'
zpty -w z 'zle-line-init() { print rea""dy }; zle -N zle-line-init'
zpty -r z text '*ready*'
zpty -n -w z "findscu $2"$'\\t'
zpty -n -w z $'\\C-u'
zpty -w z 'print do""ne'
zpty -r z text '*done*'
zpty -d z
`;

describe("the completions in zsh", { skip: missing("zsh") }, () => {
  let script: string;
  before(async () => {
    script = await completionsFor("zsh");
  });

  const complete = async (words: readonly string[]): Promise<string[]> => {
    const offered = join(folder, "offered");
    writeFileSync(offered, "");
    const { code, stderr } = await runCommand([
      "zsh",
      "-f",
      "-c",
      ZSH_SESSION,
      "zsh",
      script,
      words.join(" "),
      offered,
      join(folder, "zcompdump"),
    ]);
    assert.equal(code, 0, stderr);
    const lines = readFileSync(offered, "utf8").split("\n").filter(Boolean);
    return [...new Set(lines)].toSorted();
  };

  for (const [typed, offered] of ROWS) {
    test(`findscu ${typed.join(" ")}<TAB>`, async () => {
      assert.deepEqual(await complete(typed), offered);
    });
  }
});

describe("the completions in fish", { skip: missing("fish") }, () => {
  let script: string;
  before(async () => {
    script = await completionsFor("fish");
  });

  for (const [typed, offered] of ROWS) {
    test(`findscu ${typed.join(" ")}<TAB>`, async () => {
      const lines = await wordsOf([
        "fish",
        "--no-config",
        "-c",
        "source $argv[1]; complete -C $argv[2]",
        script,
        `findscu ${typed.join(" ")}`,
      ]);
      const words = lines.map((line) => line.split("\t")[0]);
      assert.deepEqual(words, offered);
    });
  }
});

/** What PowerShell offers at the end of a line; $args are the script of completions and the line. */
const POWERSHELL_SESSION = `
Set-StrictMode -Version Latest
. $args[0]
$line = $args[1]
(TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches |
  ForEach-Object { $_.CompletionText }
`;

/** The newer ones have a name of their own. Windows' own one does not know --version. */
for (const program of ["pwsh", "powershell"]) {
  const isThere = spawnSync(program, ["-NoProfile", "-Command", "exit 0"])
    .status === 0;
  const skip = isThere ? false : `${program} is not installed`;
  if (skip !== false) console.log(`SKIPPED: ${skip}`);
  describe(`the completions in ${program}`, { skip }, () => {
    let script: string;
    const session = join(folder, "session.ps1");
    before(async () => {
      writeFileSync(session, POWERSHELL_SESSION);
      script = join(folder, "findscu.ps1");
      writeFileSync(script, await output("completions", "powershell"));
    });

    for (const [typed, offered] of ROWS) {
      // It takes lists with commas apart itself.
      if (typed.at(-1)?.includes(",")) continue;
      test(`findscu ${typed.join(" ")}<TAB>`, async () => {
        const words = await wordsOf([
          program,
          ...["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", session],
          ...[script, `findscu ${typed.join(" ")}`],
        ]);
        assert.deepEqual(words, offered);
      });
    }

    test("findscu --format=json<TAB>", async () => {
      const words = await wordsOf([
        program,
        ...["-NoProfile", "-ExecutionPolicy", "Bypass", "-File", session],
        ...[script, "findscu --format=json"],
      ]);
      assert.deepEqual(words, ["--format=json", "--format=jsonl"]);
    });
  });
}
