/** Streams that take nothing more, and arguments that are not UTF-8: what a shell on a full or an old system gives a program. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommand, scriptCommand } from "../support/process.ts";

const FINDSCU = scriptCommand(
  fileURLToPath(new URL("../../cli.ts", import.meta.url)),
);
const isPosix = existsSync("/dev/full");

/** Runs a shell line in which `"$@"` is findscu. */
function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  return runCommand(["sh", "-c", line, "sh", ...FINDSCU], { env });
}

test("messages that cannot be written do not stop a query", {
  skip: !isPosix,
}, async () => {
  const { code, stdout } = await shell(
    '"$@" -v mock:demo -q PatientName --count 2>/dev/full',
  );
  assert.match(stdout, /^\d+\n$/);
  assert.equal(code, 40);
});

test("a mistake keeps its exit code when stderr cannot be written", {
  skip: !isPosix,
}, async () => {
  assert.equal((await shell('"$@" --bogus 2>/dev/full')).code, 1);
});

test("help that cannot be written is one sentence", {
  skip: !isPosix,
}, async () => {
  const { code, stderr } = await shell('"$@" --help >/dev/full');
  assert.match(stderr, /^findscu: Cannot write standard output: [^\n]*\n$/);
  assert.equal(code, 40);
});

test("every result that cannot be written is named once", {
  skip: !isPosix,
}, async () => {
  const { code, stderr } = await shell(
    '"$@" mock:demo -q PatientName --csv --html /dev/full >/dev/full',
  );
  assert.equal(stderr.match(/Cannot write standard output/g)?.length, 1);
  assert.equal(stderr.match(/Cannot write "\/dev\/full"/g)?.length, 1);
  assert.equal(code, 40);
});

/** The value field of PatientName in the dataset that a line would send, as Latin-1. */
async function nameSent(line: string): Promise<string> {
  const folder = mkdtempSync(`${tmpdir()}/findscu-streams-`);
  try {
    const { code, stderr } = await shell(
      `cd "$FOLDER" && ${line} --write-query q.dcm 127.0.0.1 104`,
      { FOLDER: folder },
    );
    assert.equal(code, 0, stderr);
    const file = readFileSync(`${folder}/q.dcm`).toString("latin1");
    return /\x10\0\x10\0PN..([^\0]*)$/s.exec(file)?.[1] ?? "";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("keys go out byte for byte in DCMTK's form", {
  skip: !existsSync("/proc/self/cmdline"),
}, async () => {
  const key =
    `-k '0008,0005=ISO_IR 100' -k "$(printf 'PatientName=M\\374ller')"`;
  assert.equal(await nameSent(`"$@" ${key}`), "M\xfcller");
});

test("so do those of a command file", { skip: !isPosix }, async () => {
  const file = "printf -- '-k PatientName=M\\374ller' > words";
  assert.equal(await nameSent(`${file} && "$@" @words`), "M\xfcller");
});

test("with an ADDRESS such bytes are refused", {
  skip: !existsSync("/proc/self/cmdline"),
}, async () => {
  const { code, stderr } = await shell(
    `"$@" mock:demo -q "$(printf 'PatientName=M\\374ller')"`,
  );
  assert.match(stderr, /the byte FC is not UTF-8/);
  assert.equal(code, 1);
});

test("-Xs counts the responses that a full disk takes away", {
  skip: !isPosix,
}, async () => {
  for (
    const [key, lost] of [
      ["PatientID=DEMO-0002", "3 responses"],
      ["PatientID=NOBODY", "The file"],
    ]
  ) {
    const { code, stderr } = await shell(
      `"$@" mock:demo -q ${key} -Xs /dev/full`,
    );
    assert.equal(code, 40);
    assert.match(stderr, new RegExp(`^E: ${lost} could not be written$`, "m"));
  }
});
