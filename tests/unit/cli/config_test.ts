/** From arguments to a run configuration: meaning, defaults of both forms, contradictions. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configure, GRAMMAR } from "../../../src/cli/config.ts";
import { COMMAND_TABLE, OPTION_TABLE } from "../../../src/cli/options.ts";
import type {
  EchoConfig,
  FindConfig,
  RunConfig,
  ServeConfig,
  TextConfig,
  TlsConfig,
} from "../../../src/cli/run_config.ts";
import { exitCodeOf } from "../../../src/cli/exit_code.ts";
import { fakeFiles } from "../../support/fake_host.ts";

/** Planned rows too: their meaning is fixed before they are served. */
const WHOLE = {
  rows: OPTION_TABLE.map((row) => ({ ...row, status: "served" as const })),
  commands: COMMAND_TABLE.map((row) => ({
    ...row,
    status: "served" as const,
  })),
};

const FILES = fakeFiles({
  "a.dcm": "",
  "b.dcm": "",
  "query.txt": "",
  "secret.dcm": null,
  "command.txt": `-S "-k" 'PatientName=A B'`,
});

function outcome(args: readonly string[], env: Record<string, string> = {}) {
  return configure({ args, env: (name) => env[name], files: FILES }, WHOLE);
}

function run(...args: string[]): RunConfig {
  const result = outcome(args);
  assert.ok(result.ok, result.ok ? "" : result.error.message);
  return result.config;
}

function find(...args: string[]): FindConfig {
  const config = run(...args);
  assert.equal(config.command, "find");
  return config as FindConfig;
}

/** In DCMTK's form, with a key, so that only the options matter. */
function dcmtk(...args: string[]): FindConfig {
  return find("-k", "PatientName", "host", "104", ...args);
}

function address(...args: string[]): FindConfig {
  return find("host:104", ...args);
}

/** The message, with the hint behind a bar. */
function refusal(...args: string[]): string {
  const result = outcome(args);
  assert.ok(!result.ok, "accepted");
  const { message, hint } = result.error;
  return hint === undefined ? message : `${message} | ${hint}`;
}

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
    assert.equal(config.identifier.inferredLevel, undefined);
    assert.equal(config.identifier.charset, "as-typed");
    assert.equal(config.repeat, 1);
    assert.equal(config.priority, 0);
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
    assert.equal(config.results.format, "text");
    assert.equal(config.log.responses, false);
    assert.equal(config.identifier.inferredLevel, "STUDY");
    assert.equal(config.identifier.charset, "fit");
  });
});

describe("configure() and the peer", () => {
  test("takes brackets off an IPv6 host", () => {
    assert.deepEqual(find("-k", "A", "[::1]", "104").target, {
      transport: "tcp",
      host: "::1",
      port: 104,
    });
  });

  test("takes the port as scanf does, but whole", () => {
    assert.deepEqual(find("-k", "A", "host", " +0104").target, {
      transport: "tcp",
      host: "host",
      port: 104,
    });
    assert.match(
      refusal("-k", "A", "host", "104x"),
      /^Invalid parameter value 104x \| Give a whole number/,
    );
  });

  test("takes the AE title before the @, and the option before that", () => {
    assert.equal(find("AE@host:104").calledAeTitle, "AE");
    assert.equal(find("AE@host:104", "-aec", "B").calledAeTitle, "B");
    assert.equal(address("--calling-ae-title", "ME").callingAeTitle, "ME");
  });

  test("leaves the other parameters as query files", () => {
    assert.deepEqual(
      find("a.dcm", "host:104", "-", "b.dcm").identifier.files,
      ["a.dcm", "-", "b.dcm"],
    );
    assert.deepEqual(
      find("host", "104", "a.dcm", "b.dcm").identifier.files,
      ["a.dcm", "b.dcm"],
    );
  });

  test("restricts the IP version", () => {
    const family = (...args: string[]) => {
      const { target } = dcmtk(...args);
      return target.transport === "mock" ? undefined : target.family;
    };
    assert.equal(family("-i4"), 4);
    assert.equal(family("-i4", "-i6"), 6);
    assert.equal(family("-i6", "-i0"), undefined);
  });

  test("takes mock addresses without host", () => {
    assert.deepEqual(find("mock:demo").target, {
      transport: "mock",
      source: "demo",
    });
  });

  for (
    const [args, message] of [
      [["-v"], "Missing parameter peer"],
      [["host"], "Missing parameter port"],
      [["host", "0"], "Invalid parameter value 0 (underflow)"],
      [["host", "65536"], "Invalid parameter value 65536 (overflow)"],
      [["host", "-1"], "Invalid parameter value -1 (overflow)"],
      [["host", "abc"], "Invalid parameter value abc"],
      [
        ["-q", "host:104"],
        "Missing address | -q takes the key that follows it; to be quiet say --quiet",
      ],
      [
        ["host:99999"],
        'Invalid address "host:99999": port 99999 is out of range | Give a whole number from 1 to 65535',
      ],
    ] as const
  ) {
    test(`refuses ${args.join(" ")}`, () => {
      assert.equal(refusal(...args), message);
    });
  }
});

describe("configure() and the query", () => {
  test("keeps keys in order, with the option they came with", () => {
    const { keys } = address("-q", "A=1", "-k", "B=", "--query=C").identifier;
    assert.deepEqual(keys, [
      { term: "A=1", spelling: "-q" },
      { term: "B=", spelling: "-k" },
      { term: "C", spelling: "--query" },
    ]);
  });

  test("reads command files", () => {
    const config = find("@command.txt", "host", "104");
    assert.equal(config.model.name, "study");
    assert.equal(config.identifier.keys[0]?.term, "PatientName=A B");
  });

  for (
    const [args, model, level] of [
      [["-P"], "patient", "PATIENT"],
      [["-S"], "study", "STUDY"],
      [["-O"], "psonly", "STUDY"],
      [["-W", "-q", "A"], "worklist", undefined],
      [["--mwl", "-q", "A"], "worklist", undefined],
      [["-P", "-S"], "study", "STUDY"],
      [["-S", "--model", "ups-pull", "-q", "A"], "ups-pull", undefined],
      [["--model", "ups-pull", "-P"], "patient", "PATIENT"],
      [["--model", "1.2.3", "-q", "A"], "1.2.3", undefined],
    ] as const
  ) {
    test(`${args.join(" ")} means ${model}`, () => {
      const config = address(...args);
      assert.equal(config.model.name, model);
      assert.equal(config.identifier.inferredLevel, level);
    });
  }

  for (
    const [option, syntaxes] of [
      ["-x=", [".1", ".2", ""]],
      ["-xe", [".1", ".2", ""]],
      ["-xb", [".2", ".1", ""]],
      ["-xd", [".1.99", ".1", ".2", ""]],
      ["-xi", [""]],
    ] as const
  ) {
    test(`${option} proposes in DCMTK's order`, () => {
      assert.deepEqual(
        dcmtk(option).transferSyntaxes,
        syntaxes.map((suffix) => `1.2.840.10008.1.2${suffix}`),
      );
    });
  }

  test("needs a file or a key with PEER PORT, not with an ADDRESS", () => {
    const none =
      "either query file or override keys (or both) must be specified";
    assert.equal(refusal("-S", "host", "104"), none);
    assert.equal(refusal("-W", "host:104"), none);
    assert.equal(find("host", "104", "-k", "").identifier.keys.length, 1);
    assert.equal(
      find("host", "104", "--query-file", "query.txt").command,
      "find",
    );
    assert.equal(find("-S", "host:104").identifier.keys.length, 0);
  });

  for (const name of ["none.dcm", "secret.dcm"]) {
    test(`refuses a query file that cannot be read: ${name}`, () => {
      for (const peer of [["host", "104"], ["host:104"]]) {
        const result = outcome([...peer, "a.dcm", name]);
        assert.ok(!result.ok);
        assert.equal(result.error.message, `cannot access file: ${name}`);
        assert.equal(exitCodeOf(result.error), 20);
      }
    });
  }

  test("reads standard input once", () => {
    assert.equal(
      refusal("host:104", "-", "--query-file", "-"),
      "Standard input can be read only once",
    );
  });

  test("takes the rightmost of repeated options, unread the others", () => {
    assert.equal(dcmtk("-pdu", "x", "-pdu", "4096").maxPduLength, 4096);
    assert.equal(
      dcmtk("--cancel", "3", "--cancel", "0").cancelAfter,
      undefined,
    );
  });
});

describe("configure() and time-outs", () => {
  function response(config: FindConfig): number {
    assert.equal(config.timeouts.response, config.timeouts.firstResponse);
    return config.timeouts.response / 1000;
  }

  test("the shorter of -ts and -td counts", () => {
    assert.equal(response(dcmtk("-td", "10")), 10);
    assert.equal(response(dcmtk("-td", "100")), 60);
    assert.equal(response(dcmtk("-td", "100", "-ts", "0")), 100);
    assert.equal(response(dcmtk("-ts", "-1")), Infinity);
    assert.equal(response(address("-td", "10")), 10);
    assert.equal(response(address("-ts", "600")), 600);
    assert.equal(response(address("-ts", "60", "-td", "600")), 60);
    assert.equal(response(address("-ts", "0")), Infinity);
  });

  test("our own come before both", () => {
    const { timeouts } = dcmtk(
      "--first-response-timeout",
      "0",
      "--response-timeout=2.5",
      "--total-timeout",
      "9",
    );
    assert.equal(timeouts.firstResponse, Infinity);
    assert.equal(timeouts.response, 2500);
    assert.equal(timeouts.total, 9000);
  });

  test("-to and -ta are for the connection and the association", () => {
    const { timeouts } = dcmtk("--connect-timeout", "5", "-ta", "7");
    assert.equal(timeouts.connect, 5000);
    assert.equal(timeouts.association, 7000);
    assert.equal(timeouts.release, 7000);
  });
});

describe("configure() and messages", () => {
  for (
    const [args, level, responses] of [
      [[], "warn", true],
      [["-v"], "info", true],
      [["-d"], "debug", true],
      [["-q"], "fatal", false],
      [["-q", "-v"], "info", true],
      [["-ll", "trace"], "trace", true],
      [["-ll", "INFO"], "info", true],
      [["-ll", "warn"], "warn", false],
      [["-ll", "error"], "error", false],
      [["-ll", "off"], "off", false],
      [["-sr"], "warn", false],
      [["-sr", "+sr"], "warn", true],
      [["-q", "+sr"], "fatal", true],
      [["-X"], "warn", false],
      [["-X", "+sr"], "warn", true],
      [["-Xs", "f"], "warn", false],
      [["--format", "json"], "warn", false],
      [["--format", "json", "+sr"], "warn", true],
      [["--format", "dcmtk"], "warn", true],
    ] as const
  ) {
    test(`${args.join(" ") || "(nothing)"} → ${level}`, () => {
      const { log } = dcmtk(...args);
      assert.equal(log.level, level);
      assert.equal(log.responses, responses);
    });
  }

  test("an ADDRESS prints data unless told not to", () => {
    assert.equal(address("--format", "json").results.format, "json");
    assert.equal(address("-sr").results.format, undefined);
    assert.equal(address("-X").results.format, undefined);
    assert.equal(address("-X", "+sr").results.format, "text");
    assert.equal(address("-X", "--format", "json").results.format, "json");
    assert.equal(address("--quiet").results.format, "text");
  });

  test("--arguments shows the words in DCMTK's manner", () => {
    const { log } = find("--arguments", "-S", "host", "104", "-k", "A=1");
    assert.equal(
      log.argumentsLine,
      "calling 'findscu' with 6 arguments: '--arguments' '--study' 'host' '104' '--key' 'A=1' \n",
    );
  });

  test("NO_COLOR counts unless --color is given", () => {
    const color = (args: string[], env: Record<string, string>) => {
      const result = outcome(["host:104", ...args], env);
      assert.ok(result.ok);
      return (result.config as FindConfig).results.color;
    };
    assert.equal(color([], {}), "auto");
    assert.equal(color([], { NO_COLOR: "" }), "auto");
    assert.equal(color([], { NO_COLOR: "1" }), "never");
    assert.equal(color(["--color", "always"], { NO_COLOR: "1" }), "always");
  });

  test("quiet silences faults found after it was understood", () => {
    const silent = (...args: string[]) => {
      const result = outcome(args);
      assert.ok(!result.ok);
      return result.isSilent;
    };
    assert.equal(silent("host", "104", "-q", "-pdu", "1"), true);
    assert.equal(silent("host", "104", "-ll", "fatal"), true);
    assert.equal(silent("host", "104", "-ll", "error"), false);
    assert.equal(silent("host", "-q"), false);
    assert.equal(silent("-q", "--foo", "host", "104"), false);
    assert.equal(silent("host:104", "--quiet", "none.dcm"), true);
  });

  test("a fault names its form", () => {
    const form = (...args: string[]) => {
      const result = outcome(args);
      assert.ok(!result.ok);
      return result.form;
    };
    assert.equal(form("--foo", "host", "104"), "dcmtk");
    assert.equal(form("--foo", "host:104"), "address");
    assert.equal(form("@none", "host:104"), "address");
    assert.equal(form("@none", "host", "104"), "dcmtk");
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
        "Invalid value for option --call (A2345678901234567) | An AE title has 16 characters at most, not 17",
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
        ["-od", "x"],
        "--output-directory only allowed with --extract, --extract-xml or --extract-xml-single",
      ],
      [
        ["--user-password-env", "X"],
        "--user-password-env only allowed with --user",
      ],
      [["--record-anonymous"], "--record-anonymous only allowed with --record"],
    ] as const
  ) {
    test(args.join(" "), () => {
      const found = refusal("-k", "A", "host", "104", ...args);
      assert.equal(found.slice(0, message.length), message);
    });
  }

  test("with the hint where the form is ours", () => {
    assert.equal(
      refusal("host:104", "-pdu", "1"),
      "Invalid value for option --max-pdu (underflow: 1) | Give a whole number from 4096 to 131072",
    );
  });
});

describe("configure() and TLS", () => {
  function tls(...args: string[]): TlsConfig {
    const { target } = find("-k", "A", ...args);
    assert.ok(target.transport === "tls");
    return target.tls;
  }

  test("+tls takes key and certificate, in DCMTK's manner", () => {
    const config = tls("host", "104", "+tls", "k", "c", "+cf", "a", "+cf", "b");
    assert.deepEqual(config.credentials, {
      kind: "files",
      key: "k",
      certificate: "c",
    });
    assert.deepEqual(config.caFiles, ["a", "b"]);
    assert.deepEqual(config.password, { kind: "prompt" });
    assert.equal(config.peer, "require");
    assert.equal(config.checkHostname, false);
    assert.equal(config.serverName, undefined);
    assert.equal(config.crlCheck, "none");
    assert.equal(config.profile, "bcp195-nd");
  });

  test("dicoms:// is TLS without further options, and checks the name", () => {
    const config = tls("dicoms://host", "-vc", "+crl", "l");
    assert.equal(config.credentials, undefined);
    assert.equal(config.checkHostname, true);
    assert.equal(config.serverName, "host");
    assert.equal(config.peer, "verify");
    assert.equal(config.crlCheck, "leaf");
    assert.equal(tls("dicoms://10.0.0.1").serverName, undefined);
    assert.equal(tls("dicoms://host", "--no-sni").serverName, undefined);
    assert.equal(
      tls("dicoms://host", "--no-check-hostname").checkHostname,
      false,
    );
  });

  test("the rightmost transport counts", () => {
    assert.equal(dcmtk("+tla", "-tls").target.transport, "tcp");
    assert.equal(dcmtk("-tls", "+tla").target.transport, "tls");
    assert.equal(address("+tla").target.transport, "tls");
  });

  test("PKCS#12 stands for key and certificate", () => {
    const config = tls("host:104", "--pkcs12", "p", "--password-env", "PW");
    assert.deepEqual(config.credentials, { kind: "pkcs12", file: "p" });
    assert.deepEqual(config.password, { kind: "env", name: "PW" });
  });

  test("passwords come from where the rightmost option says", () => {
    const password = (...args: string[]) =>
      tls("host", "104", "+tls", "k", "c", ...args).password;
    assert.deepEqual(password("+pw", "x"), { kind: "value", value: "x" });
    assert.deepEqual(password("+pw", "x", "-pw"), { kind: "value", value: "" });
    assert.deepEqual(password("+pw", "x", "+ps"), { kind: "prompt" });
    assert.deepEqual(password("--password-file", "f"), {
      kind: "file",
      path: "f",
    });
  });

  test("profiles, ciphers, seeds and lists", () => {
    const config = tls(
      ..."host 104 +tla +px +pa +cs A +cs B +rs s +ws +cra -ic".split(" "),
    );
    assert.equal(config.profile, "aes");
    assert.deepEqual(config.ciphers, ["A", "B"]);
    assert.equal(config.seedFile, "s");
    assert.equal(config.seedOutput, "s");
    assert.equal(config.crlCheck, "chain");
    assert.equal(config.peer, "ignore");
  });

  for (
    const [args, message] of [
      ["host 104 +pw x +tla", "--use-passwd only allowed with --enable-tls"],
      [
        "host 104 -rc",
        "--require-peer-cert only allowed with --enable-tls or --anonymous-tls",
      ],
      [
        "host 104 +tls k c +cf x -tls",
        "--add-cert-file only allowed with --enable-tls or --anonymous-tls",
      ],
      ["host 104 +tla +ws", "--write-seed only allowed with --seed"],
      [
        "host 104 +tla +cs A +pz",
        "--cipher not allowed with --profile-bcp195-ex",
      ],
      [
        "dicoms://host -tls",
        "--disable-tls not allowed with a dicoms:// address",
      ],
      ["mock:demo +tla", "--anonymous-tls not allowed with a mock: address"],
    ] as const
  ) {
    test(`refuses ${args}`, () => {
      assert.equal(refusal("-k", "A", ...args.split(" ")), message);
    });
  }
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
      long: true,
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
    assert.equal(refusal("completions"), "Missing shell name");
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

  test("serve has defaults that let nobody in from outside", () => {
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

test("configure() accepts every served option in the built-in grammar", () => {
  for (const row of GRAMMAR.rows) {
    if (row.ends || row.commands?.includes("find") === false) continue;
    const choices = row.value?.choices ?? ["5000", "A", "1.2.3"];
    const value = choices.find((text) => row.value?.read(text).ok);
    const others = row.id === "queryFile" ? ["query.txt"] : [value ?? ""];
    const values = row.arity === 0 ? [] : others;
    const args = ["-k", "A", "host", "104", row.spellings.at(-1)!, ...values];
    const result = configure({ args, env: () => undefined, files: FILES });
    assert.ok(result.ok, result.ok ? "" : result.error.message);
  }
});
