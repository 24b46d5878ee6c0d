/** Saved connections as a user has them: a file, `findscu config`, names instead of addresses. */
import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, beforeEach, describe, test } from "node:test";
import { connectionsPlace } from "../../host/connections_place.ts";
import { findscu } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";

let folder = "";
let file = "";
before(() => folder = mkdtempSync(`${tmpdir()}/findscu-saved-`));
after(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(`${folder}/a`, { recursive: true, force: true });
  file = `${folder}/a/b/config.toml`;
});

function run(...args: string[]) {
  return findscu(args, { env: { FINDSCU_CONFIG: file } });
}

async function good(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  return stdout;
}

async function bad(...args: string[]): Promise<string> {
  const { code, stderr } = await run(...args);
  assert.doesNotMatch(stderr, /internal error/);
  return `${code} ${stderr}`;
}

function write(text: string): void {
  mkdirSync(`${folder}/a/b`, { recursive: true });
  writeFileSync(file, text);
}

test("a connection is added, used, tried and removed", async () => {
  const { code } = await withServe(
    ["demo", "--aetitle", "MYPACS"],
    async (port) => {
      assert.match(
        await good("config"),
        /does not exist yet\)\n\nNo connection is saved/,
      );
      assert.equal(
        await good(
          "config",
          "add",
          "prod",
          `MYPACS@127.0.0.1:${port}`,
          "--format",
          "csv",
          "-q",
          "PatientName",
        ),
        `Saved prod (MYPACS@127.0.0.1:${port}) in "${file}"\n`,
      );
      if (process.platform !== "win32") {
        assert.equal(statSync(file).mode & 0o777, 0o600);
        assert.equal(statSync(`${folder}/a/b`).mode & 0o777, 0o700);
      }
      await good("config", "add", "gone", "127.0.0.1:1");
      assert.match(
        await good("config"),
        /^\S+config\.toml\n\nprod {2}MYPACS@127.0.0.1:\d+ {2}--query PatientName --format csv\ngone {2}127.0.0.1:1\n$/,
      );
      assert.equal(await good("config", "names"), "prod\ngone\n");
      assert.match(
        await good("prod", "-q", "PatientID=*", "--max-results", "1"),
        /^PatientName,PatientID\r?\n[^\n]+\n$/,
      );
      assert.match(
        await good("echo", "prod"),
        /^MYPACS@127.0.0.1:\d+ answered in \d+\.\d ms \(FINDSCU_\S+\)\n$/,
      );
      assert.match(
        await good("config", "check", "prod"),
        /^prod {2}answered in /,
      );
      const all = await run("config", "check");
      assert.match(
        all.stdout,
        /^prod {2}answered in .*\ngone {2}FAILED {2}Cannot connect .*\n$/,
      );
      assert.equal(all.code, 60);
      await good("config", "remove", "gone");
      assert.equal(await good("config", "names"), "prod\n");
    },
  );
  assert.equal(code, 0);
});

test("keys that are saved give way to those that are typed", async () => {
  write(
    '[peers.demo]\naddress = "mock:demo"\nquery = ["patientid", "0010,0010=Doe*"]\ncsv = true\n',
  );
  assert.match(await bad("demo"), /^22 .*--csv is not an option of conn/);
  write(
    '[peers.demo]\naddress = "mock:demo"\nquery = ["patientid", "0010,0010=Doe*"]\nformat = "csv"\n',
  );
  assert.match(
    await good("demo"),
    /^PatientID,PatientName\r?\nDEMO-0001,Doe\^Jane/,
  );
  const typed = await good("demo", "-q", "PatientName=Test*");
  assert.match(typed, /^PatientID,PatientName\r?\nDEMO-\d+,Test/);
  assert.doesNotMatch(typed, /Doe/);
  write('[peers.demo]\naddress = "mock:demo"\nquery = "PatientNam=Doe"\n');
  assert.match(
    await bad("demo"),
    /config\.toml", line 3, column 10: unknown keyword[^]*PatientName/,
  );
});

test("the file may be as Windows writes it, and says what is twice in it", async () => {
  const text = '[peers.demo]\r\naddress = "mock:demo"\r\n';
  write("\ufeff" + text);
  assert.match(await good("demo", "--count", "-q", "PatientID"), /^262/);
  write(text + text);
  assert.match(
    await bad("demo"),
    /^22 .*line 3: peers\.demo is already defined in line 1\nhint: Keep one/,
  );
});

test("connections that are saved at the same time are all there, or said not to be", async () => {
  write("");
  const names = ["a", "b", "c", "d"];
  const runs = await Promise.all(
    names.map((name) => run("config", "add", name, "mock:demo")),
  );
  for (const { code, stderr } of runs) {
    if (code === 0) continue;
    assert.equal(code, 40);
    assert.match(stderr, /Another run /);
  }
  const saved = names.filter((_, index) => runs[index]!.code === 0);
  assert.ok(saved.length > 0);
  const listed = (await good("config", "names")).trim().split("\n");
  assert.deepEqual(listed.sort(), saved);
  assert.ok(!existsSync(`${file}.lock`));
});

test("options of TLS go with the address", async () => {
  await good(
    "config",
    "add",
    "tls",
    "dicoms://a",
    "--system-ca",
    "+cf",
    "c.pem",
  );
  assert.match(
    await good("config"),
    /--system-ca --add-cert-file \/.*c\.pem|--add-cert-file \/.*c\.pem --system-ca/,
  );
  assert.match(
    await bad("config", "add", "plain", "a:1", "--system-ca"),
    /^1 .*--system-ca only allowed with/,
  );
});

test("without a home there are none", async () => {
  const env = {
    HOME: "",
    USERPROFILE: "",
    APPDATA: "",
    XDG_CONFIG_HOME: "",
    FINDSCU_CONFIG: "",
  };
  // Without a home runtimes leave their caches in the working directory.
  const away = { env, cwd: folder };
  const query = await findscu(["prod", "-q", "PatientName=A"], away);
  assert.match(
    query.stderr,
    /"prod" is neither an address nor a saved connection/,
  );
  const config = await findscu(["config"], away);
  assert.match(
    config.stderr,
    /The place of saved[^]*Set HOME, or FINDSCU_CONFIG/,
  );
  assert.equal(config.code, 1);
});

test("what others wrote into the file stays, and a link stays one", async () => {
  const text =
    '# Ours\n[peers.one] # first\naddress = "mock:demo"\n\n# Two\n[peers.two]\naddress="a:1"\n';
  write("");
  writeFileSync(`${folder}/a/real.toml`, text);
  rmSync(file);
  symlinkSync("../real.toml", file);
  await good("config", "add", "three", "b:1");
  assert.equal(
    readFileSync(file, "utf8"),
    `${text}\n[peers.three]\naddress = "b:1"\n`,
  );
  await good("config", "remove", "two");
  assert.ok(lstatSync(file).isSymbolicLink());
  assert.equal(
    readFileSync(`${folder}/a/real.toml`, "utf8"),
    '# Ours\n[peers.one] # first\naddress = "mock:demo"\n\n[peers.three]\naddress = "b:1"\n',
  );
});

describe("a file that cannot be used is one sentence", () => {
  for (
    const [name, text, message] of [
      [
        "no TOML",
        '[peers.prod]\naddress = "a:1\n',
        /^22 findscu: "[^"]+", line 2, column 15: .*\nhint: .*\n$/,
      ],
      [
        "a misspelt option",
        '[peers.prod]\naddress = "a:1"\ntimeot=1',
        /^22 findscu: "[^"]+", line 3: .*timeot.*\nhint: Did you mean timeout\?\n$/,
      ],
      [
        "no such name",
        '[peers.prod]\naddress = "a:1"\n',
        /^1 findscu: "prd" is neither .*\nhint: Did you mean prod\?\n$/,
      ],
    ] as const
  ) {
    test(name, async () => {
      write(text);
      const word = name === "no such name" ? "prd" : "prod";
      assert.match(await bad(word, "-q", "PatientName=A"), message);
    });
  }

  test("one that cannot be edited is left alone", async () => {
    const text = 'peers.prod.address = "mock:demo"\n';
    write(text);
    assert.match(
      await bad("config", "remove", "prod"),
      /^22 .*does not have prod in a table of its own\nhint: Change it with an editor/,
    );
    assert.equal(readFileSync(file, "utf8"), text);
    write('peers = { prod = { address = "mock:demo" } }\n');
    assert.match(await bad("config", "add", "x", "a:1"), /^22 /);
  });

  test("a directory", async () => {
    mkdirSync(file, { recursive: true });
    assert.match(await bad("prod"), /^20 findscu: Cannot read /);
  });
});

describe("connectionsPlace()", () => {
  for (
    const [platform, env, path] of [
      [
        "linux",
        { HOME: "/h", XDG_CONFIG_HOME: "/x" },
        "/x/findscu/config.toml",
      ],
      [
        "linux",
        { HOME: "/h", XDG_CONFIG_HOME: "x" },
        "/h/.config/findscu/config.toml",
      ],
      ["linux", { HOME: "/h" }, "/h/.config/findscu/config.toml"],
      ["linux", { HOME: "/h", FINDSCU_CONFIG: "my.toml" }, "my.toml"],
      ["linux", {}, undefined],
      [
        "darwin",
        { HOME: "/h", XDG_CONFIG_HOME: "/x" },
        "/h/Library/Application Support/findscu/config.toml",
      ],
      [
        "win32",
        { APPDATA: "C:\\r", USERPROFILE: "C:\\u" },
        "C:\\r\\findscu\\config.toml",
      ],
      ["win32", { USERPROFILE: "C:\\u" }, undefined],
    ] as const
  ) {
    test(`${platform} ${JSON.stringify(env)}`, () => {
      const place = connectionsPlace(
        (name) => (env as Record<string, string>)[name],
        platform,
      );
      assert.equal(place?.path, path);
    });
  }
});
