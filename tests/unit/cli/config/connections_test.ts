/** Saved connections: what the file may say, and what comes of it on a command line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configure } from "../../../../src/cli/config/config.ts";
import { Connections } from "../../../../src/cli/config/connections.ts";
import type {
  EchoConfig,
  FindConfig,
  SavedConfig,
} from "../../../../src/cli/config/run_config.ts";
import { FindscuError } from "../../../../src/errors.ts";
import { FILES } from "../../../support/configured.ts";

type Data = Record<string, unknown>;

/** A file that says this; its text only serves to find lines. */
function file(data: Data, text = ""): Connections {
  return new Connections({
    path: "/etc/c.toml",
    exists: true,
    text,
    data,
    resolve: (path) => `/etc/${path}`,
    absolute: (path) => `/saved/${path}`,
  });
}

const PEERS = {
  defaults: { aetitle: "ME", "system-ca": true, timeout: 9 },
  peers: {
    prod: {
      address: "dicoms://PACS@pacs",
      "add-cert-file": ["a.pem", "b.pem"],
      timeout: 5,
      verbose: true,
      query: ["PatientName", "StudyDate=2025"],
      columns: ["PatientName", "StudyDate"],
      format: "csv",
      output: "out.csv",
      "enable-tls": ["key.pem", "cert.pem"],
      "password-file": "secret",
    },
    demo: { address: "mock:demo", "system-ca": false },
  },
};

function outcome(args: readonly string[], connections = file(PEERS)) {
  const host = { args, env: () => undefined, files: FILES };
  const first = configure(host);
  assert.ok(!first.ok, "understood without the file");
  assert.ok(first.withConnections, first.error.message);
  return first.withConnections(connections);
}

function config(...args: string[]): FindConfig {
  const result = outcome(args);
  assert.ok(result.ok, result.ok ? "" : result.error.message);
  return result.config as FindConfig;
}

function refusal(args: readonly string[], connections?: Connections): string {
  const result = outcome(args, connections);
  assert.ok(!result.ok, "accepted");
  const { message, hint } = result.error;
  return `${result.form}: ${message}${hint === undefined ? "" : ` | ${hint}`}`;
}

function thrown(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof FindscuError, String(error));
    const { message, hint } = error;
    return hint === undefined ? message : `${message} | ${hint}`;
  }
  return assert.fail("accepted");
}

describe("the name of a connection", () => {
  test("stands for its address and options", () => {
    const { form, target, ...rest } = config("prod");
    assert.equal(form, "address");
    assert.ok(target.transport === "tls");
    assert.equal(target.host, "pacs");
    assert.equal(target.port, 2762);
    assert.equal(rest.calledAeTitle, "PACS");
    assert.equal(rest.callingAeTitle, "ME");
    assert.equal(rest.timeouts.connect, 5000);
    assert.equal(rest.log.level, "info");
    assert.deepEqual(rest.results.columns, ["PatientName", "StudyDate"]);
    assert.deepEqual(
      rest.identifier.keys.map(({ term }) => term),
      ["PatientName", "StudyDate=2025"],
    );
  });

  test("places what is read beside the file, and nothing else", () => {
    const { target, results } = config("prod");
    assert.ok(target.transport === "tls");
    assert.deepEqual(target.tls.caFiles, ["/etc/a.pem", "/etc/b.pem"]);
    assert.deepEqual(target.tls.credentials, {
      kind: "files",
      key: "/etc/key.pem",
      certificate: "/etc/cert.pem",
    });
    assert.equal(results.outputFile, "out.csv");
  });

  test("may stand anywhere, with query files", () => {
    const { identifier } = config("-S", "a.dcm", "prod", "-q", "Modality=CT");
    assert.deepEqual(identifier.files, ["a.dcm"]);
    assert.equal(identifier.keys.at(-1)!.term, "Modality=CT");
  });

  test("is an ADDRESS for echo, which has fewer options", () => {
    const { command, target } = config("echo", "prod") as unknown as EchoConfig;
    assert.equal(command, "echo");
    assert.equal(target.transport, "tls");
  });

  test("a value of false takes back what holds for all", () => {
    const { target } = config("demo", "-q", "PatientName");
    assert.deepEqual(target, { transport: "mock", source: "demo" });
  });
});

describe("what is typed wins", () => {
  test("over a value", () => {
    assert.equal(config("prod", "--timeout", "7").timeouts.connect, 7000);
  });
  test("over a key", () => {
    const { keys } = config("prod", "-q", "StudyDate=2026").identifier;
    assert.deepEqual(
      keys.map(({ term, source }) => [term, source?.name]),
      [
        ["PatientName", "/etc/c.toml"],
        ["StudyDate=2025", "/etc/c.toml"],
        ["StudyDate=2026", undefined],
      ],
    );
  });
  test("over one of a set, with what belongs to that", () => {
    const { target } = config("prod", "--anonymous-tls");
    assert.ok(target.transport === "tls");
    assert.equal(target.tls.credentials, undefined);
    assert.deepEqual(target.tls.password, { kind: "prompt" });
  });
  test("over what it forbids", () => {
    assert.equal(config("prod", "--log-level", "error").log.level, "error");
  });
});

describe("before a port a name is a host as ever", () => {
  for (
    const args of [
      ["prod", "104", "-k", "PatientName"],
      ["-q", "prod", "104", "-k", "PatientName"],
      ["echo", "prod", "104"],
    ]
  ) {
    test(args.join(" "), () => {
      const result = configure({ args, env: () => undefined, files: FILES });
      assert.ok(result.ok);
      assert.equal((result.config as FindConfig).form, "dcmtk");
    });
  }
});

describe("a word that is not a name", () => {
  for (
    const [args, message] of [
      [
        ["prd", "-q", "StudyDate=today"],
        'address: "prd" is neither an address nor a saved connection | Did you mean prod?',
      ],
      [
        ["prdo"],
        'address: "prdo" is neither an address nor a saved connection | Did you mean prod?',
      ],
      [
        ["archive", "-q", "PatientName=A"],
        'address: "archive" is neither an address nor a saved connection | Saved are prod, demo; any other peer is HOST:PORT',
      ],
      [
        ["archive", "-k", "PatientName"],
        "dcmtk: Missing parameter port | Give PEER and PORT, or an address: HOST:PORT",
      ],
      [
        ["prod", "--abrot"],
        "address: Unknown option --abrot | Did you mean --abort?",
      ],
    ] as const
  ) {
    test(args.join(" "), () => assert.equal(refusal(args), message));
  }
  test("if no connection is saved", () => {
    assert.equal(
      refusal(["prod", "-q", "PatientName=A"], file({})),
      'address: "prod" is neither an address nor a saved connection | Give HOST:PORT, or save it: findscu config add prod HOST:PORT',
    );
  });
});

describe("a file is refused for", () => {
  const a = { address: "a:104" };
  for (
    const [name, peer, message] of [
      ["no address", {}, "peers.a has no address"],
      ["a number", { address: 104 }, "peers.a.address is not a string"],
      ["a bad address", { address: "a" }, '"a" is not an address'],
      ["a bad port", { address: "a:99999" }, 'Invalid address "a:99999"'],
      [
        "a misspelt option",
        { ...a, timeot: 5 },
        "peers.a.timeot: --timeot is not an option of connections | Did you mean timeout?",
      ],
      [
        "what is like no option",
        { ...a, qqqqqqqq: 5 },
        "peers.a.qqqqqqqq: --qqqqqqqq is not an option of connections | Use the long names of options here, without the dashes",
      ],
      [
        "dashes",
        { ...a, "--timeout": 5 },
        "peers.a.--timeout: ----timeout is not an option of connections | Did you mean timeout?",
      ],
      [
        "a short name",
        { ...a, aet: "ME" },
        "peers.a.aet: --aet is not an option of connections | Did you mean aetitle?",
      ],
      [
        "an option of serve",
        { ...a, port: 5 },
        "peers.a.port: --port is not an option of connections",
      ],
      [
        "a text that ends there",
        { ...a, help: true },
        "peers.a.help: --help is not",
      ],
      [
        "a password",
        { ...a, "use-passwd": "x" },
        "peers.a.use-passwd: do not store a password in this file",
      ],
      [
        "a password by another name",
        { ...a, "user-password": "x" },
        "peers.a.user-password: do not store a password in this file",
      ],
      [
        "a text for a switch",
        { ...a, abort: "yes" },
        "peers.a.abort is not true or false",
      ],
      [
        "a switch for a text",
        { ...a, format: true },
        "peers.a.format is not text or a number",
      ],
      [
        "a date",
        { ...a, format: new Date(0) },
        "peers.a.format is not text or a number",
      ],
      [
        "a bad value",
        { ...a, timeout: "soon" },
        'peers.a.timeout: "soon" is not a valid value | Give a whole number of 1 or more',
      ],
      [
        "a list of one",
        { ...a, timeout: [1] },
        "peers.a.timeout is not one value",
      ],
      [
        "one of two",
        { ...a, "enable-tls": ["k"] },
        "peers.a.enable-tls is not a list of two: key, certificate",
      ],
      [
        "what goes with nothing",
        { ...a, "password-file": "x" },
        "peers.a: --password-file only allowed with --enable-tls",
      ],
    ] as const
  ) {
    test(name, () => {
      const found = thrown(() => file({ peers: { a: peer } }).peer("a"));
      assert.equal(
        found.slice(0, 13 + message.length),
        `"/etc/c.toml": ${message}`.slice(0, 13 + message.length),
      );
    });
  }

  test("something else in it", () => {
    assert.equal(
      thrown(() => file({ peer: {} }, "# x\n[peer.a]\n")),
      '"/etc/c.toml", line 2: Unknown name "peer" | Did you mean peers?',
    );
    assert.match(thrown(() => file({ peers: 5 })), /peers is not a table/);
    assert.match(
      thrown(() => file({ peers: { a: "b:104" } }).peer("a")),
      /peers\.a is not a table/,
    );
  });

  test("the same thing twice, with both lines", () => {
    assert.equal(
      thrown(() => file({}, "[peers.a]\n\n[peers.a]\n")),
      '"/etc/c.toml", line 3: peers.a is already defined in line 1 | Keep one of them',
    );
  });

  test("a connection with the name of a command", () => {
    assert.equal(
      thrown(() => file({ peers: { echo: {} } }, "\n[peers.echo]\n")),
      '"/etc/c.toml", line 2: "echo" is the name of a command | Call the connection something else',
    );
  });

  test("something in a line, with that", () => {
    const text = '[peers.a]\naddress = "a:1"\n\ntimeot = 5\n';
    const data = { peers: { a: { address: "a:1", timeot: 5 } } };
    assert.match(thrown(() => file(data, text).peer("a")), /", line 4: /);
  });
});

describe("findscu config", () => {
  const action = (...args: string[]) => {
    const result = outcome(["config", ...args]);
    assert.ok(result.ok, result.ok ? "" : result.error.message);
    return (result.config as unknown as SavedConfig).action;
  };

  test("names", () => {
    assert.deepEqual(action("names"), {
      kind: "names",
      names: ["prod", "demo"],
    });
  });

  test("add makes values as people write them", () => {
    const found = action(
      ...[
        "add",
        "new",
        "dicoms://A@b",
        "-q",
        "PatientName",
        "-q",
        "Modality=CT",
      ],
      ...["+cf", "ca.pem", "--timeout", "5", "-aet", "007", "--sort", "A, -B"],
      ...[
        "--format",
        "csv",
        "--format",
        "json",
        "-S",
        "-P",
        "--output",
        "o.json",
      ],
      ...["+tls", "k", "c"],
    );
    assert.ok(found.kind === "add");
    assert.equal(found.address, "dicoms://A@b");
    assert.deepEqual(Object.fromEntries(found.values), {
      query: ["PatientName", "Modality=CT"],
      patient: true,
      aetitle: "007",
      timeout: 5,
      "enable-tls": ["/saved/k", "/saved/c"],
      "add-cert-file": ["/saved/ca.pem"],
      format: "json",
      output: "o.json",
      sort: ["A", "-B"],
    });
  });

  test("check takes typed options along", () => {
    const found = action("check", "demo", "--acse-timeout", "3");
    assert.ok(found.kind === "check");
    assert.deepEqual(found.peers.map(({ name }) => name), ["demo"]);
    assert.equal(found.peers[0]!.config.timeouts.association, 3000);
  });

  for (
    const [args, message] of [
      [["ad"], 'Unknown action "ad" | Did you mean add?'],
      [
        ["add"],
        "Missing name and address | Write findscu config add NAME ADDRESS",
      ],
      [["add", "x"], "Missing address | Write findscu config add NAME ADDRESS"],
      [["add", "a:1", "x"], '"a:1" cannot be the name of a connection'],
      [["add", "echo", "a:1"], '"echo" is the name of a command'],
      [["add", "x", "y"], '"y" is not an address'],
      [["add", "prod", "a:1"], '"prod" is already saved in "/etc/c.toml"'],
      [["add", "x", "a:1", "b:1"], 'Unexpected parameter "b:1"'],
      [
        ["add", "x", "a:1", "+tls", "k", "c", "+pw", "x"],
        "--use-passwd: a password is not saved",
      ],
      [
        ["add", "x", "a:1", "--timeout", "x"],
        "Invalid value for option --timeout (x)",
      ],
      [["remove"], "Missing name"],
      [["remove", "prd"], 'No connection is called "prd" | Did you mean prod?'],
      [["check", "prd"], 'No connection is called "prd" | Did you mean prod?'],
      [["remove", "prod", "--abort"], "--abort not allowed with config remove"],
    ] as const
  ) {
    test(`refuses ${args.join(" ")}`, () => {
      const host = {
        args: ["config", ...args],
        env: () => undefined,
        files: FILES,
      };
      let result = configure(host);
      if (!result.ok && result.withConnections) {
        result = result.withConnections(file(PEERS));
      }
      assert.ok(!result.ok, "accepted");
      const { message: text, hint } = result.error;
      const found = hint === undefined ? text : `${text} | ${hint}`;
      assert.equal(found.slice(0, message.length), message);
    });
  }
});
