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
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { rawElement, rawStringOf } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";
import {
  cmd,
  concat,
  data,
  match,
  pdata,
  response,
  success,
} from "../support/scripted_peer.ts";
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

test("every format on stdout is the same as in a file", () =>
  withFolder(async (folder) => {
    for (const format of ["json", "csv", "xml", "text", "dcmtk"]) {
      const file = `${folder}/${format}`;
      const args = [...DEMO, "--format", format];
      const direct = await findscu(args);
      const filed = await findscu([...args, "--output", file]);
      assert.equal(direct.code, 0, direct.stderr);
      assert.equal(filed.code, 0, filed.stderr);
      assert.equal(filed.stdout, "");
      assert.equal(
        readFileSync(file, "utf8"),
        // The log of DCMTK's format goes to stderr unless a file is named.
        format === "dcmtk" ? direct.stderr : direct.stdout,
      );
    }
    assert.equal(readdirSync(folder).length, 5, "left something behind");
  }));

test("a spreadsheet gets its mark, an order, and no formulas", async () => {
  const steps = [{ send: concat(match("=1+1"), match("2"), success()) }];
  await withScriptedServer(steps, {}, async (port) => {
    const { stdout, code } = await findscu([
      `127.0.0.1:${port}`,
      "-q",
      "PatientID",
      "--format",
      "csv",
      "--sort",
      "PatientID",
      "--bom",
      "--csv-safe",
    ]);
    assert.equal(code, 0);
    assert.equal(stdout, "\ufeffPatientID\r\n2\r\n'=1+1\r\n");
  });
});

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
          // The peer does not answer the cancel; somebody has no patience.
          setTimeout(kill, 300, "SIGINT");
        },
      });
      assert.equal(code, 130);
      assert.deepEqual(readdirSync(folder), []);
    });
  }));

test("a table shows what there is while a slow peer thinks", async () => {
  const steps = [
    { send: concat(match("first"), match("second")) },
    { await: 1 },
    { send: success(0xfe00) },
  ];
  await withScriptedServer(steps, {}, async (port) => {
    const { stdout, code } = await findscu([
      `127.0.0.1:${port}`,
      "-q",
      "PatientID",
      "--format",
      "table",
    ], {
      // It ends only when told to: so the rows came before the end.
      onOutput: (text, kill) => {
        if (text.includes("second")) kill("SIGINT");
      },
    });
    assert.equal(code, 130);
    assert.match(stdout, /^ID\n─+\nfirst\nsecond\n2 matches in /);
    assert.match(stdout, /incomplete: Interrupted before the end\n$/);
  });
});

test("what a peer says steers no terminal", async () => {
  const evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85";
  const identifier = Dataset.of(
    rawElement(0x00080005, "CS", `ISO_IR 100\x1b[2J`),
    rawElement(0x00100010, "PN", `\x1b[31m${evil}`),
    rawElement(0x00100020, "LO", evil),
  );
  const steps = [{
    send: concat(
      pdata(cmd(response(0xff00, true))),
      pdata(data(encodeDataset(identifier, EXPLICIT_LE))),
      pdata(cmd(response(0xc001, false, { errorComment: evil }))),
    ),
  }];
  for (const format of ["text", "table", "dcmtk", "json", "xml"]) {
    await withScriptedServer(steps, {}, async (port) => {
      const { stdout, stderr, code } = await findscu([
        "-d",
        `127.0.0.1:${port}`,
        "-q",
        "PatientName",
        "-q",
        "PatientID",
        "--format",
        format,
      ]);
      assert.equal(code, 80, stderr);
      assert.match(stderr, /<U\+001B>/);
      for (const text of [stdout, stderr]) {
        assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/, format);
      }
    });
  }
});

test("text that cannot be decoded is told once, with its attribute", async () => {
  const identifier = encodeDataset(
    Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 192"),
      rawElement(0x00100010, "PN", "M\xfcller"),
    ),
    EXPLICIT_LE,
  );
  const bad = [
    pdata(cmd(response(0xff00, true))),
    pdata(data(identifier)),
  ];
  const steps = [{ send: concat(...bad, ...bad, ...bad, success()) }];
  const run = async (...args: string[]) => {
    let result = { stdout: "", stderr: "" };
    await withScriptedServer(steps, {}, async (port) => {
      result = await findscu([
        `127.0.0.1:${port}`,
        "-q",
        "PatientName",
        "--format",
        "jsonl",
        ...args,
      ]);
    });
    return result;
  };
  const plain = await run();
  assert.match(
    plain.stderr,
    /^W: PatientName \(0010,0010\): 1 place not decodable as ISO_IR 192, .*\n$/,
  );
  assert.equal(plain.stdout.match(/"M\ufffdller"/g)?.length, 3);
  const mapped = await run("--charset-map", "ISO_IR 192=ISO_IR 100");
  assert.equal(mapped.stderr, "");
  assert.equal(mapped.stdout.match(/"Müller"/g)?.length, 3);
});

test("a character set is assumed where none is declared", async () => {
  const identifier = encodeDataset(
    Dataset.of(rawElement(0x00100010, "PN", "\xbb\xee")),
    EXPLICIT_LE,
  );
  const steps = [{
    send: concat(
      pdata(cmd(response(0xff00, true))),
      pdata(data(identifier)),
      success(),
    ),
  }];
  await withScriptedServer(steps, {}, async (port) => {
    const { stdout, stderr } = await findscu([
      `127.0.0.1:${port}`,
      "-q",
      "PatientName",
      "--format",
      "jsonl",
      "--assume-charset",
      "ISO_IR 144",
    ]);
    assert.equal(stderr, "");
    assert.match(stdout, /"PatientName":"Лю"/);
  });
});

test("keys are sent as the command line wants them", async () => {
  const sent = async (...args: string[]) => {
    const { received } = await withScriptedServer(
      [{ send: success() }],
      {},
      async (port) => {
        const { code, stderr } = await findscu(
          args.map((arg) => arg.replace("PORT", String(port))),
        );
        assert.equal(code, 0, stderr);
      },
    );
    const identifier = received.flatMap((pdu) =>
      pdu.type === "p-data-tf" ? pdu.pdvs : []
    ).filter((pdv) => !pdv.isCommand);
    const dataset = decodeDataset(
      concat(...identifier.map((pdv) => pdv.data)),
      EXPLICIT_LE,
    );
    const raw = (tag: number) => {
      const element = dataset.get(tag);
      return element && rawStringOf(element).trimEnd();
    };
    return [raw(0x00080005), raw(0x00100010)];
  };
  const dcmtk = ["-S", "-k", "0008,0052=STUDY", "-k", "PatientName=Müller"];
  const typed = "M\xc3\xbcller";
  assert.deepEqual(
    await sent(...dcmtk, "127.0.0.1", "PORT"),
    [undefined, typed],
  );
  assert.deepEqual(
    await sent(...dcmtk, "--charset", "ISO_IR 100", "127.0.0.1", "PORT"),
    ["ISO_IR 100", "M\xfcller"],
  );
  const address = ["127.0.0.1:PORT", "-q", "PatientName=Müller"];
  assert.deepEqual(await sent(...address), ["ISO_IR 100", "M\xfcller"]);
  assert.deepEqual(
    await sent(...address, "--charset", "utf-8"),
    ["ISO_IR 192", typed],
  );
  assert.deepEqual(
    await sent("127.0.0.1:PORT", "-q", "PatientName=Yamada=山田"),
    ["ISO_IR 192", "Yamada=\xe5\xb1\xb1\xe7\x94\xb0"],
  );
  assert.deepEqual(
    await sent(
      "127.0.0.1:PORT",
      "-q",
      "PatientName=Yamada=山田",
      "--charset",
      "\\ISO 2022 IR 87",
    ),
    ["\\ISO 2022 IR 87", "Yamada=\x1b$B;3ED\x1b(B"],
  );
});

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
  assert.match(records.stdout, /a table would take \d+ columns/);
  assert.doesNotMatch(records.stdout, /…/);
  const plain = await onTerminal(50, args, { NO_COLOR: "1" });
  assert.doesNotMatch(plain.stdout, /\x1b/);
  const dumb = await onTerminal(50, args, { TERM: "dumb" });
  assert.doesNotMatch(dumb.stdout, /\x1b/);
  const wide = await onTerminal(50, [...args, "--wide", "--color", "never"]);
  assert.doesNotMatch(wide.stdout, /\x1b|…/);
});

test("a terminal that nobody told its width has the usual one", {
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
