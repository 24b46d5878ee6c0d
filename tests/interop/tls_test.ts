/**
 * TLS on the command line: full queries through real servers, good and bad, under Deno and under Bun; matches and failures are those
 * of DCMTK's findscu wherever it has the case. No run may show a secret or a stack.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";
import { type PkiDirectory, testCredentials } from "../support/tls.ts";
import {
  execute,
  type ExecuteOptions,
  installed,
  type Outcome as Ended,
} from "./support/process.ts";
import { DCMTK_FINDSCU } from "./support/runners.ts";
import { withFolder } from "./support/servers.ts";
import type { Cell, Outcome } from "./support/tls_cell.ts";
import { CHAPTERS } from "./support/tls_cells.ts";
import {
  aeTitleOf,
  type Fronts,
  missing,
  startFronts,
} from "./support/tls_fronts.ts";

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));
const isDeno = process.versions["deno"] !== undefined;
const deno = isDeno ? process.execPath : installed("deno");
const bun = isDeno ? installed("bun") : process.execPath;

/** How findscu is run from its source, if the runtime is installed. */
const RUNTIMES = ([
  ["Deno", deno && [deno, "run", "--no-check", "-A", CLI]],
  ["Bun", bun && [bun, CLI]],
] as const).filter((entry): entry is ["Deno" | "Bun", string[]] =>
  entry[1] !== undefined && entry[1] !== ""
);

/** Studies in the archives. */
const STUDIES = 6;
/** TLS failed, see the table of exit codes. */
const EXIT_TLS = 61;

const KEYS = ["PatientName", "StudyInstanceUID"];

describe("TLS", { skip: missing ?? false }, () => {
  let pki: PkiDirectory;
  let fronts: Fronts;
  let secrets: string[];
  let done: () => void = () => {};

  before(async () => {
    pki = await testCredentials();
    secrets = prepare(pki);
    fronts = await new Promise<Fronts>((resolve, reject) => {
      withFolder(async (folder) => {
        const started = await startFronts(pki, folder);
        resolve(started);
        await new Promise<void>((end) => done = end);
      }).catch(reject);
    });
  });
  after(async () => {
    await fronts?.stop();
    done();
    pki?.dispose();
  });

  function run(
    command: readonly string[],
    args: readonly string[],
    options: ExecuteOptions = {},
  ): Promise<Ended> {
    const [program = "", ...words] = command;
    return execute(program, [...words, ...args], {
      cwd: pki.directory,
      ...options,
    });
  }

  function checkHarmless(ended: Ended): string {
    const text = `${ended.stdout}\n${ended.stderr.toString("latin1")}`;
    assert.doesNotMatch(text, /\n\s+at |internal error|Uncaught/, text);
    for (const secret of secrets) {
      assert.ok(!text.includes(secret), "a secret is shown");
    }
    return text;
  }

  for (const [chapter, cells] of Object.entries(CHAPTERS)) {
    describe(chapter, () => {
      for (const cell of cells) {
        test(cell.name, async () => {
          const words = argumentsOf(cell, fronts.port(cell.front));
          const settings = { input: cell.input ?? "", env: cell.env ?? {} };
          const [theirs, ...ours] = await Promise.all([
            cell.dcmtk === undefined || DCMTK_FINDSCU === undefined
              ? undefined
              : run([DCMTK_FINDSCU], words, settings),
            ...RUNTIMES.map(([, command]) => run(command, words, settings)),
          ]);
          if (theirs !== undefined) {
            const { code, stderr } = theirs;
            assert.equal(code === 0, cell.dcmtk === "same", `DCMTK: ${stderr}`);
          }
          for (const [index, [runtime]] of RUNTIMES.entries()) {
            const ended = ours[index]!;
            check(cell, runtime, ended, checkHarmless(ended));
            const isSame = cell.dcmtk === "same" &&
              outcomeOf(cell, runtime) === "matches";
            if (isSame && theirs !== undefined) {
              assert.deepEqual(responsesOf(ended), responsesOf(theirs));
            }
          }
        });
      }
    });
  }

  for (const [runtime, command] of RUNTIMES) {
    describe(`on ${runtime}`, () => {
      const find = (args: readonly string[], options?: ExecuteOptions) =>
        run(command, [
          ...args,
          ...[
            "-S",
            "-k",
            "QueryRetrieveLevel=STUDY",
            "-aec",
            "QRSCP",
            "localhost",
          ],
          String(fronts.port("mutual")),
        ], options);

      test("-v shows what was agreed on, and the peer's certificate", async () => {
        const { stderr, code } = await find(
          ["-v", "+tls", "client.key", "client.pem", "+cf", "ca.pem"],
        );
        assert.equal(code, 0);
        assert.match(
          String(stderr),
          /^I: TLS 1\.3, TLS_\w+\nI: Peer certificate \(verified\): O=findscu test, CN=findscu test server\nI: Issued by: O=findscu test, CN=findscu ca\nI: Valid until: \d{4}-\d\d-\d\d\nI: SHA-256 fingerprint: ([0-9A-F]{2}:){31}[0-9A-F]{2}\nI: Association Accepted/m,
        );
      });

      for (const level of ["warn", "info", "debug", "trace"]) {
        test(`shows no secret at ${level}`, async () => {
          const all: [string[], ExecuteOptions][] = [
            [["+pw", TEST_PASSWORD], {}],
            [["+pw", "not-it-9911"], {}],
            [["--password-env", "PW"], { env: { PW: TEST_PASSWORD } }],
            [["--password-file", "password.txt"], {}],
            [["+ps"], { input: `${TEST_PASSWORD}\n` }],
          ];
          // What is said at a level is said at all that say more.
          const sources = level === "trace" ? all : all.slice(0, 2);
          for (const credentials of [SEALED, ["--pkcs12", "client.p12"]]) {
            for (const [password, options] of sources) {
              const ended = await find([
                ...["--arguments", "-ll", level, "+cf", "ca.pem"],
                ...credentials,
                ...password,
              ], options);
              const text = checkHarmless(ended);
              const isWrong = password.includes("not-it-9911");
              assert.equal(ended.code, isWrong ? EXIT_TLS : 0, text);
            }
          }
        });
      }

      test("+ws and +wf leave fresh random bytes", async () => {
        const seed = `${runtime}.seed`;
        const other = `${runtime}.other-seed`;
        writeFileSync(pki.path(seed), "seed");
        const call = ["+tls", "client.key", "client.pem", "+cf", "ca.pem"];
        const first = await find([...call, "+rs", seed, "+ws"]);
        assert.equal(first.code, 0, String(first.stderr));
        const written = readFileSync(pki.path(seed));
        assert.equal(written.length, 1024);
        const second = await find([...call, "+rs", seed, "+wf", other]);
        assert.equal(second.code, 0, String(second.stderr));
        assert.deepEqual(readFileSync(pki.path(seed)), written);
        assert.notDeepEqual(readFileSync(pki.path(other)), written);
      });

      test("+cc and +ph list what this executable can do", async () => {
        const ciphers = await run(command, ["+cc"]);
        assert.equal(ciphers.code, 0);
        const names = String(ciphers.stdout).split("\n")
          .filter((line) => line.startsWith("  TLS_"));
        assert.equal(names.length, runtime === "Deno" ? 9 : 20);
        const profiles = await run(command, ["--list-profiles"]);
        assert.equal(profiles.code, 0);
        assert.match(
          String(profiles.stdout),
          /\+pg {2}--profile-8996: BCP 195 RFC 8996 TLS Profile \(default\)\n {4}TLS 1\.2, TLS 1\.3\n/,
        );
      });

      test("a name that no certificate has says so in the ADDRESS form", async () => {
        const port = fronts.port("wrong name");
        const ended = await run(command, [
          `dicoms://QRSCP@localhost:${port}`,
          ...["+cf", "ca.pem", "-S", "-q", "PatientName"],
        ]);
        assert.equal(ended.code, EXIT_TLS);
        assert.equal(
          String(ended.stderr),
          `E: TLS with "localhost:${port}" failed: certificate "O=findscu test, CN=findscu test wrong-name" is issued for "pacs.example.org", not to "localhost"\n` +
            "E: Hint: Use the name in the certificate, or skip the check (--no-check-hostname) if you know the archive by another name.\n",
        );
      });

      test("asks on a terminal without showing what is typed", {
        skip: installed("script") === undefined && "script not installed here",
      }, async () => {
        const call = [
          ...command,
          ...SEALED,
          ...["+cf", "ca.pem", "-S", "-q", "PatientName", "--count"],
          `QRSCP@localhost:${fronts.port("mutual")}`,
        ].join(" ");
        let isAnswered = false;
        const ended = await run(["script"], ["-qec", call, "/dev/null"], {
          input: null,
          onStart: ({ stdin, stdout }) =>
            stdout?.on("data", (text) => {
              if (isAnswered || !String(text).includes("Password for")) return;
              isAnswered = true;
              // A letter too much, taken back.
              stdin?.end(`${TEST_PASSWORD}x\x7f\r`);
            }),
        });
        assert.equal(ended.code, 0, checkHarmless(ended));
        assert.match(String(ended.stdout), /Password for ".+": \r\n6\r\n$/);
      });

      test("echo goes through TLS too", async () => {
        const ended = await run(command, [
          ...["echo", "+cf", "ca.pem", "+tls", "client.key", "client.pem"],
          ...["-aec", "QRSCP", "localhost", String(fronts.port("mutual"))],
        ]);
        assert.equal(ended.code, 0, String(ended.stderr));
      });
    });
  }
});

const SEALED = ["+tls", "client.encrypted-pkcs8.pem", "client.pem"];

/** Files that the cells use besides those of the PKI; answers what must never be seen. */
function prepare(pki: PkiDirectory): string[] {
  const chain = readFileSync(pki.path("chain.pem"), "utf8");
  const end = "-----END CERTIFICATE-----\n";
  writeFileSync(pki.path("chain-alone.pem"), chain.split(end)[0] + end);
  writeFileSync(pki.path("password.txt"), `${TEST_PASSWORD}\nsecond line\n`);
  writeFileSync(pki.path("seed"), "some bytes of chance");
  mkdirSync(pki.path("hashed"));
  copyFileSync(pki.path("ca.pem"), pki.path("hashed/ca.pem"));
  execFileSync("openssl", ["rehash", pki.path("hashed")]);
  // p = 23, g = 5: the form is looked at, not the strength.
  writeFileSync(
    pki.path("dh.pem"),
    "-----BEGIN DH PARAMETERS-----\nMAYCARcCAQU=\n-----END DH PARAMETERS-----\n",
  );
  const keyLines = ["client.key", "client-ec.key", "client.encrypted-pkcs8.pem"]
    .flatMap((name) => readFileSync(pki.path(name), "utf8").split("\n"))
    .filter((line) => line.length > 40 && !line.startsWith("-----"));
  return [TEST_PASSWORD, "not-it-9911", "PRIVATE KEY", ...keyLines];
}

function argumentsOf(cell: Cell, port: number): string[] {
  const { args, url, host = "localhost", front } = cell;
  const title = aeTitleOf(front);
  return url
    ? [
      ...args,
      ...["-S", ...KEYS.flatMap((key) => ["-q", key]), "--format", "jsonl"],
      `dicoms://${title}@${host}:${port}`,
    ]
    : [
      ...args,
      ...["-S", "-k", "QueryRetrieveLevel=STUDY"],
      ...KEYS.flatMap((key) => ["-k", key]),
      ...["-aec", title, host, String(port)],
    ];
}

function outcomeOf(cell: Cell, runtime: "Deno" | "Bun"): Outcome {
  const { expect } = cell;
  return typeof expect === "object" && "Deno" in expect
    ? expect[runtime]
    : expect;
}

function check(
  cell: Cell,
  runtime: "Deno" | "Bun",
  { code }: Ended,
  text: string,
): void {
  const where = `on ${runtime}:\n${text}`;
  if (cell.says !== undefined) assert.match(text, cell.says, where);
  const outcome = outcomeOf(cell, runtime);
  if (outcome === "matches") {
    assert.equal(code, 0, where);
    const studies = new Set(
      text.match(/1\.2\.826\.0\.1\.3680043\.9\.7000\.\d+/g),
    );
    assert.equal(studies.size, STUDIES, where);
    return;
  }
  const [pattern, exit] = outcome instanceof RegExp
    ? [outcome, EXIT_TLS]
    : outcome;
  assert.match(text, pattern, where);
  assert.equal(code, exit, where);
  if (cell.url || exit === 1) return;
  assert.match(text, /^E: Association Request Failed: /m, where);
  assert.match(text, /^E: Hint: .+\.?$/m, where);
}

/** The attributes of the responses as they were printed, in order. */
function responsesOf({ stderr }: Ended): string[] {
  return stderr.toString("latin1").split("\n")
    .filter((line) => line.startsWith("I: ("))
    .filter((line) => !line.includes(" PN ")); // text of other character sets is decoded by one only
}
