/** From arguments to a run configuration: defaults of both forms, faults, the other commands. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPTION_TABLE } from "../../../../src/cli/line/options.ts";
import { configure, GRAMMAR } from "../../../../src/cli/config/config.ts";
import type {
  EchoConfig,
  ServeConfig,
  TextConfig,
} from "../../../../src/cli/config/run_config.ts";
import {
  address,
  dcmtk,
  FILES,
  refusal,
  run,
} from "../../../support/configured.ts";

describe("configure() fills in the defaults", () => {
  test("of DCMTK's form", () => {
    const config = dcmtk();
    assert.equal(config.form, "dcmtk");
    assert.deepEqual(config.target, {
      transport: "tcp",
      host: "host",
      port: 104,
    });
    assert.equal(config.callingAeTitle, "FINDSCU");
    assert.equal(config.calledAeTitle, "ANY-SCP");
    assert.equal(config.model.name, "worklist");
    assert.equal(config.maxPduLength, 16384);
    assert.deepEqual(config.timeouts, {
      connect: Infinity,
      association: 30_000,
      release: 30_000,
      firstResponse: 60_000,
      response: 60_000,
      total: Infinity,
    });
    assert.deepEqual(config.transferSyntaxes, [
      "1.2.840.10008.1.2.1",
      "1.2.840.10008.1.2.2",
      "1.2.840.10008.1.2",
    ]);
    assert.equal(config.results.format, "dcmtk");
    assert.equal(config.log.level, "warn");
    assert.equal(config.log.responses, true);
    assert.equal(config.identifier.charset, "as-typed");
    assert.equal(config.repeat, 1);
    assert.equal(config.priority, "medium");
    assert.equal(config.cancelAfter, undefined);
    assert.equal(config.abort, false);
  });

  test("of the ADDRESS form", () => {
    const config = address();
    assert.equal(config.form, "address");
    assert.equal(config.callingAeTitle, "FIND-SCU");
    assert.equal(config.calledAeTitle, "ANY-SCP");
    assert.equal(config.model.name, "study");
    assert.deepEqual(config.timeouts, {
      connect: 30_000,
      association: 30_000,
      release: 30_000,
      firstResponse: 300_000,
      response: 300_000,
      total: Infinity,
    });
    assert.equal(config.results.format, "table");
    assert.equal(address("-q", "PatientName").results.format, "text");
    assert.equal(config.log.responses, false);
    assert.equal(config.identifier.charset, "fit");
  });
});

describe("configure() refuses values, with DCMTK's words", () => {
  for (
    const [args, message] of [
      [
        ["-aet", ""],
        "Invalid value for option --aetitle | An AE title must not be empty",
      ],
      [
        ["-aec", "A2345678901234567"],
        "Invalid value for option --call (A2345678901234567) | An AE title has at most 16 characters, not 17",
      ],
      [["-pdu", "1"], "Invalid value for option --max-pdu (underflow: 1)"],
      [
        ["-pdu", "5000x"],
        "Invalid value for option --max-pdu (5000x) | Give a whole number from 4096 to 131072",
      ],
      [
        ["--format", "yaml"],
        "Invalid value for option --format (yaml) | Choose one of text, ",
      ],
      [
        ["--model", "stdy"],
        "Invalid value for option --model (stdy) | Did you mean study?",
      ],
      [
        ["+cl", "3"],
        "--compression-level only allowed with --propose-deflated",
      ],
      [
        ["-Xlo", "3"],
        "--limit-output only allowed with --extract, --extract-xml or --extract-xml-single",
      ],
      [
        ["--user-password-env", "X"],
        "--user-password-env only allowed with --user",
      ],
      [["--record-anonymous"], "--record-anonymous only allowed with --record"],
      [
        ["--query-kind", "dump"],
        "--query-kind only allowed with a query file | Files of --query-file are always lines of keys",
      ],
      [
        ["--each", "query.txt", "--each", "other.csv:PatientID"],
        '--each names two files: "query.txt" and "other.csv:PatientID" | Give one of them',
      ],
      [
        ["--output", "a.csv", "--output=b.csv"],
        '--output names two files: "a.csv" and "b.csv" | Give one of them',
      ],
      [["--split", "--cancel", "2"], "--split not allowed with --cancel"],
      ...["--output", "--html", "--record", "-Xs"].map((option) =>
        [
          ["--write-query", "q.dcm", option, "x.csv"],
          "--write-query not allowed with ",
        ] as const
      ),
      ...["--html", "--record", "--todo"].map((option) =>
        [
          [option, "-", ...option === "--todo" ? ["--each", "-"] : []],
          `Invalid value for option ${option} (-) | Name a file; - is standard output for --output only`,
        ] as const
      ),
    ] as const
  ) {
    test(args.join(" "), () => {
      const found = refusal("-k", "A", "host", "104", ...args);
      assert.equal(found.slice(0, message.length), message);
    });
  }

  test("a folder for files that are not written", () => {
    assert.match(
      refusal("host:104", "-od", "/tmp"),
      /^--output-directory only allowed with --extract, --extract-xml or /,
    );
    // As DCMTK's findscu does.
    const args = ["-k", "A", "host", "104", "-od", "."];
    assert.ok(configure({ args, env: () => undefined, files: FILES }).ok);
  });

  test("with the hint if the form is ours", () => {
    assert.equal(
      refusal("host:104", "-pdu", "1"),
      "Invalid value for option --max-pdu (underflow: 1) | Give a whole number from 4096 to 131072",
    );
  });
});

describe("configure() and what ends the program", () => {
  function textOf(...args: string[]): TextConfig {
    const config = run(...args);
    assert.ok("topic" in config);
    return config;
  }

  test("help without arguments, even out of an empty command file", () => {
    assert.deepEqual(textOf(), {
      command: "help",
      form: "dcmtk",
      long: false,
      topic: undefined,
    });
  });

  test("help wins over version, and both over everything else", () => {
    assert.equal(
      textOf("--version", "host", "-pdu", "1", "-h").command,
      "help",
    );
    assert.equal(textOf("-q", "--version").command, "version");
    assert.equal(textOf("+cc").command, "list-ciphers");
    assert.equal(textOf("host:104", "+ph").command, "list-profiles");
  });

  test("-h is the short help, --help the long one", () => {
    assert.equal(textOf("-h").long, false);
    assert.equal(textOf("--help").long, true);
    assert.equal(textOf("serve", "--help").topic, "serve");
  });

  test("an unknown option comes before", () => {
    assert.equal(refusal("--help", "--foo"), "Unknown option --foo");
    assert.equal(refusal("-h", "-k"), "Missing value for option --key");
  });

  test("man and completions", () => {
    assert.equal(textOf("man").command, "man");
    assert.equal(textOf("completions", "bash").topic, "bash");
    assert.equal(
      refusal("completions"),
      "Missing shell name | Give bash, zsh, fish or powershell",
    );
    assert.equal(refusal("man", "x"), 'Unexpected parameter "x"');
  });
});

describe("configure() and the other commands", () => {
  test("echo has a peer and no query", () => {
    const config = run("echo", "AE@host:104", "--repeat", "3") as EchoConfig;
    assert.equal(config.command, "echo");
    assert.equal(config.calledAeTitle, "AE");
    assert.equal(config.repeat, 3);
    assert.equal(refusal("echo", "host:104", "x"), 'Unexpected parameter "x"');
  });

  test("serve by default accepts connections from this machine alone", () => {
    const config = run("serve") as ServeConfig;
    assert.equal(config.source, "demo");
    assert.equal(config.bind, "127.0.0.1");
    assert.equal(config.port, 11112);
    assert.equal(config.limit, Infinity);
    assert.equal(config.aeTitle, undefined);
    assert.deepEqual(config.allowedAeTitles, []);
  });

  test("serve takes its own options", () => {
    const config = run(
      ..."serve dir --port 0 --aet ME --allow-aet A --allow-aet B --limit 5 --latency 0.1"
        .split(" "),
    ) as ServeConfig;
    assert.equal(config.source, "dir");
    assert.equal(config.port, 0);
    assert.equal(config.aeTitle, "ME");
    assert.deepEqual(config.allowedAeTitles, ["A", "B"]);
    assert.equal(config.limit, 5);
    assert.equal(config.latency, 100);
  });
});

test("configure() refuses what needs an ADDRESS in DCMTK's form", () => {
  const args = ["--level", "series", "-k", "A", "host", "104"];
  const result = configure({ args, env: () => undefined, files: FILES });
  assert.match(result.ok ? "" : result.error.message, /^--level needs an AD/);
});

test("configure() accepts every served option in the built-in grammar", () => {
  for (const row of GRAMMAR.rows) {
    if (row.ends || row.commands?.includes("find") === false) continue;
    const choices = row.value?.choices ??
      ["5000", "5", "A", "1.2.3", "GBK", "A=GBK", "Rows>1", "http://u@h:1"];
    const value = choices.find((text) => row.value?.read(text).ok);
    const others = row.id === "queryFile"
      ? ["query.txt"]
      : row.id === "logSettings"
      ? ["logger.cfg"]
      : row.id === "also"
      ? ["other:104"]
      : row.id === "list"
      ? ["query.txt"]
      : [value ?? ""];
    const values = Array.from({ length: row.arity }, () => others).flat();
    const needed = (row.requires ?? []).flatMap(([id]) => {
      const other = OPTION_TABLE.find((one) => one.id === id)!;
      const needs = id === "via"
        ? "http://u@h:1"
        : id === "list"
        ? "query.txt"
        : id === "also"
        ? "other:104"
        : "5";
      return [other.spellings[0], ...Array(other.arity).fill(needs)];
    });
    const option = [...needed, row.spellings.at(-1)!, ...values];
    const peer = row.needsAddress ? ["host:104"] : ["host", "104"];
    const file = row.id === "queryKind" ? ["query.txt"] : [];
    const args = ["-k", "A", ...peer, ...file, ...option];
    const result = configure({ args, env: () => undefined, files: FILES });
    assert.ok(result.ok, result.ok ? "" : result.error.message);
  }
});
