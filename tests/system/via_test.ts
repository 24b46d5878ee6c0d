/** Ways to a peer: proxies of our own, programs, several of them, TLS inside, and all that can go wrong on the way. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Connector, Transport } from "../../src/transport.ts";
import { tcpListener } from "../../transports/tcp.ts";
import { tlsConnector, tlsListener } from "../../transports/tls/tls.ts";
import { execConnector } from "../../transports/via/exec.ts";
import { httpConnectConnector } from "../../transports/via/http_connect.ts";
import { socks5Connector } from "../../transports/via/socks5.ts";
import { findscu, scriptCommand } from "../support/process.ts";
import {
  httpProxy,
  type Running,
  scriptedProxy,
  socksProxy,
} from "../support/proxies.ts";
import { withServe } from "../support/serve_process.ts";
import { freePort, testCredentials } from "../support/tls.ts";
import { connectorSuite } from "../../testing/connector_suite.ts";
import { transportSuite } from "../../testing/transport_suite.ts";

const signal = new AbortController().signal;
const access = { user: "bob", password: "s3cret, ü" };
const host = "127.0.0.1";
const isDeno = "deno" in process.versions;

/** The program that carries bytes, with the words that run it under the runtime of the test. */
const carrier = scriptCommand(
  fileURLToPath(new URL("../support/carrier.ts", import.meta.url)),
) as [string, ...string[]];

let pki: Awaited<ReturnType<typeof testCredentials>>;
let socks: Running;
let guardedSocks: Running;
let http: Running;
let guardedHttp: Running;
before(async () => {
  [pki, socks, guardedSocks, http, guardedHttp] = await Promise.all([
    testCredentials(),
    socksProxy(),
    socksProxy(access),
    httpProxy(),
    httpProxy(access),
  ]);
});
after(() => {
  pki.dispose();
  for (const proxy of [socks, guardedSocks, http, guardedHttp]) proxy.close();
});

const WAYS: Readonly<Record<string, () => Connector>> = {
  socks5: () => socks5Connector({ host, port: socks.port }),
  http: () => httpConnectConnector({ host, port: http.port }),
  exec: () => execConnector({ command: [...carrier, "%h", "%p"] }),
};

for (const [name, way] of Object.entries(WAYS)) {
  transportSuite(name, async () => {
    const listener = await tcpListener({ host, port: 0 });
    const [client, server] = await Promise.all([
      way()(listener.address, { signal }),
      accepted(listener),
    ]);
    return { client, server, dispose: () => listener.close() };
  });
}

for (
  const [name, way, toSilent] of [
    [
      "socks5",
      WAYS["socks5"]!,
      (port: number) => socks5Connector({ host, port }),
    ],
    [
      "http",
      WAYS["http"]!,
      (port: number) => httpConnectConnector({ host, port }),
    ],
    ["exec", WAYS["exec"]!, undefined],
  ] as const
) {
  connectorSuite(name, async () => {
    const listener = await tcpListener({ host, port: 0 });
    const silent = await scriptedProxy([], "stay");
    const iterator = listener[Symbol.asyncIterator]();
    return {
      connector: way(),
      target: listener.address,
      accept: async () => (await iterator.next()).value as Transport,
      refusing: { host, port: await freePort() },
      ...toSilent && { stalling: toSilent(silent.port) },
      dispose: () => {
        listener.close();
        silent.close();
      },
    };
  });
}

async function accepted(
  listener: AsyncIterable<Transport>,
): Promise<Transport> {
  for await (const transport of listener) return transport;
  throw new Error("nobody connected");
}

transportSuite("tls", async () => {
  const shared = { peer: "require", now: Date.now } as const;
  const listener = await tlsListener({
    ...shared,
    credentials: await pki.load("server", "ca"),
  }, { host, port: 0 });
  const over = socks5Connector({
    host,
    port: guardedSocks.port,
    login: access,
  });
  const connector = tlsConnector({
    ...shared,
    credentials: await pki.load("client", "ca"),
    over,
  });
  const [client, server] = await Promise.all([
    connector(listener.address, { signal }),
    accepted(listener),
  ]);
  return { client, server, dispose: () => listener.close() };
});

test("a name, an IPv4 and an IPv6 address reach the SOCKS5 proxy as such", async () => {
  const proxy = await socksProxy();
  const connector = socks5Connector({ host, port: proxy.port });
  const port = await freePort();
  for (const name of ["localhost", "127.0.0.1", "::1", "2001:db8::7"]) {
    await assert.rejects(connector({ host: name, port }, { signal }));
  }
  assert.deepEqual(proxy.wanted, [
    `3:localhost:${port}`,
    `1:127.0.0.1:${port}`,
    `4:0:0:0:0:0:0:0:1:${port}`,
    `4:2001:db8:0:0:0:0:0:7:${port}`,
  ]);
  proxy.close();
});

test("bytes that come with the proxy's last words are the peer's first", async () => {
  const proxy = await scriptedProxy(
    ["HTTP/1.0 100 Wait\r\n\r\nHTTP/1.0 200 OK\r\n\r\nab"],
    "stay",
  );
  const transport = await httpConnectConnector({ host, port: proxy.port })(
    { host: "pacs", port: 104 },
    { signal },
  );
  assert.equal(
    new TextDecoder().decode(await transport.read() ?? undefined),
    "ab",
  );
  transport.close();
  assert.equal(await transport.read(), null);
  proxy.close();
});

test("the signal ends a conversation with a proxy that falls silent", async () => {
  const proxy = await scriptedProxy([], "stay");
  for (const connect of [socks5Connector, httpConnectConnector]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const opening = connect({ host, port: proxy.port })(
      { host: "pacs", port: 104 },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(reason), 100);
    await assert.rejects(opening, reason);
  }
  proxy.close();
});

/** What users type, and what they get. */
const query = ["-q", "PatientName=Doe*", "--count"];

test("queries go through proxies and programs, one or several", async () => {
  const directory = mkdtempSync(join(tmpdir(), "findscu-via-"));
  const file = join(directory, "password");
  writeFileSync(file, `${access.password}\n`);
  const script = carrier.map((word) => `'${word}'`).join(" ");
  const env = { PROXY_PASSWORD: access.password };
  const fromEnv = ["--via-password-env", "PROXY_PASSWORD"];
  await withServe(["demo"], async (port) => {
    const ways = [
      ["--via", `socks5://${host}:${socks.port}`],
      ["--via", `socks5h://bob@${host}:${guardedSocks.port}`, ...fromEnv],
      ["--via", `http://${host}:${http.port}`],
      [
        "--via",
        `http://bob@${host}:${guardedHttp.port}/`,
        "--via-password-file",
        file,
      ],
      ["--via", `exec:${script} %h %p`],
      ["--via", `exec-sh:exec ${script} %h %p 2>/dev/null`],
      [
        "--via",
        `exec:${script} %h %p`,
        "--via",
        `http://bob@${host}:${guardedHttp.port}`,
        ...fromEnv,
        "--via",
        `socks5://${host}:${socks.port}`,
      ],
    ];
    for (const way of ways) {
      const { code, stdout, stderr } = await findscu(
        [...way, `localhost:${port}`, ...query],
        { env },
      );
      assert.deepEqual({ code, stdout, stderr }, {
        code: 0,
        stdout: "9\n",
        stderr: "",
      }, way.join(" "));
    }
    const { code, stderr } = await findscu(
      ["echo", "--via", `exec:${script} %h %p`, "-v", `localhost:${port}`],
    );
    assert.equal(code, 0);
    assert.match(stderr, /^I: connecting to localhost$/m);
  });
  rmSync(directory, { recursive: true });
});

test("TLS runs inside, from end to end", async () => {
  const tls = ["+tls", pki.path("server.key"), pki.path("server.pem")];
  await withServe(
    ["demo", ...tls, "+cf", pki.path("ca.pem"), "-vc"],
    async (port) => {
      for (
        const way of [
          `socks5://${host}:${socks.port}`,
          `http://${host}:${http.port}`,
          `exec:${carrier.join(" ")} %h %p`,
        ]
      ) {
        const place = `dicoms://localhost:${port}`;
        const ca = ["+cf", pki.path("ca.pem")];
        const good = await findscu(["--via", way, place, ...ca, ...query]);
        assert.deepEqual([good.code, good.stdout], [0, "9\n"], good.stderr);
        const stranger = await findscu([
          "--via",
          way,
          place,
          ...query,
          "+cf",
          pki.path("other-ca.pem"),
        ]);
        assert.equal(stranger.code, 61, stranger.stderr);
        const clear = await findscu([
          "--via",
          way,
          `localhost:${port}`,
          ...query,
        ]);
        // A server by Deno hangs up, and answers no second look either.
        assert.ok(
          clear.code === 61 || (isDeno && [60, 65].includes(clear.code ?? 0)),
          clear.stderr,
        );
      }
    },
  );
  await withServe(["demo"], async (port) => {
    const { code, stderr } = await findscu([
      "--via",
      `socks5://${host}:${socks.port}`,
      `dicoms://localhost:${port}`,
      "+cf",
      pki.path("ca.pem"),
      ...query,
    ]);
    assert.equal(code, 61);
    assert.match(
      stderr,
      /plain DICOM|closed the connection during the handshake/,
    );
  });
});

const socksReply = (code: number) =>
  Uint8Array.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);

/** What a proxy of a kind says, and what is said of that. */
const FAULTS: readonly (readonly [
  name: string,
  scheme: string,
  answers: readonly (string | Uint8Array)[],
  message: RegExp,
])[] = [
  [
    "asks for a password",
    "socks5://",
    [Uint8Array.of(5, 0xff)],
    /requires a user name and password/,
  ],
  [
    "wants another login",
    "socks5://bob@",
    [Uint8Array.of(5, 1)],
    /does not accept a user name and password/,
  ],
  ["refuses the password", "socks5://bob@", [
    Uint8Array.of(5, 2),
    Uint8Array.of(1, 1),
  ], /refuses the user name or the password/],
  [
    "answers HTTP to SOCKS",
    "socks5://",
    ["HTTP/1.1 400 Bad Request\r\n\r\n"],
    /answers in HTTP, not in SOCKS5/,
  ],
  [
    "speaks something else",
    "socks5://",
    ["SSH-2.0-OpenSSH\r\n"],
    /is not a SOCKS5 proxy/,
  ],
  [
    "reports a failure",
    "socks5://",
    [Uint8Array.of(5, 0), socksReply(1)],
    /general failure/,
  ],
  [
    "does not allow it",
    "socks5://",
    [Uint8Array.of(5, 0), socksReply(2)],
    /rules do not allow it/,
  ],
  [
    "finds nobody",
    "socks5://",
    [Uint8Array.of(5, 0), socksReply(5)],
    /the proxy reports that the connection was refused/,
  ],
  [
    "says what nobody knows",
    "socks5://",
    [Uint8Array.of(5, 0), socksReply(77)],
    /unknown code 77/,
  ],
  [
    "dies at once",
    "socks5://",
    [""],
    /closed the connection during the handshake/,
  ],
  [
    "dies half-way",
    "socks5://",
    [Uint8Array.of(5, 0), Uint8Array.of(5, 0, 0)],
    /closed the connection during the handshake/,
  ],
  ["asks for a password", "http://", [
    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
  ], /requires a user name and password \(407/],
  ["refuses the password", "http://bob@", [
    "HTTP/1.1 407 No\r\nProxy-Authenticate: basic\r\n\r\n",
  ], /refuses the user name or the password \(407 No\)/],
  ["refuses the password as a web server would", "http://bob@", [
    "HTTP/1.1 401 Unauthorized\r\n\r\n",
  ], /refuses the user name or the password \(401/],
  ["wants another login", "http://bob@", [
    "HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Negotiate\r\n\r\n",
  ], /a login by NTLM or Negotiate/],
  [
    "does not allow it",
    "http://",
    ["HTTP/1.1 403 Forbidden\r\n\r\n"],
    /does not allow it \(403 Forbidden\)/,
  ],
  [
    "finds nobody",
    "http://",
    ["HTTP/1.1 503 Service Unavailable\r\n\r\n"],
    /cannot reach the peer \(503/,
  ],
  [
    "is a web server",
    "http://",
    ["HTTP/1.1 404 Not Found\n\n"],
    /answers "404 Not Found"/,
  ],
  [
    "speaks SOCKS",
    "http://",
    [Uint8Array.of(5, 0xff)],
    /speaks SOCKS, not HTTP/,
  ],
  [
    "speaks something else",
    "http://",
    ["SSH-2.0-OpenSSH\r\n"],
    /is not an HTTP proxy/,
  ],
  [
    "dies at once",
    "http://",
    [""],
    /closed the connection during the handshake/,
  ],
  [
    "dies half-way",
    "http://",
    ["HTTP/1.1 200 O"],
    /closed the connection during the handshake/,
  ],
];

for (const [name, scheme, answers, message] of FAULTS) {
  test(`a proxy of ${scheme} that ${name} is reported`, async () => {
    const proxy = await scriptedProxy(answers);
    const { code, stderr } = await findscu([
      "--via",
      `${scheme}${host}:${proxy.port}`,
      ...(scheme.includes("@") ? ["--via-password-env", "PROXY_PASSWORD"] : []),
      "pacs.invalid:104",
      ...query,
    ], { env: { PROXY_PASSWORD: "x" } });
    proxy.close();
    assert.equal(code, 60, stderr);
    assert.match(stderr, message);
    assert.match(stderr, /pacs\.invalid:104/);
    assert.match(stderr, new RegExp(`"${host}:${proxy.port}"`));
  });
}

const program = (code: string) =>
  `exec:${process.execPath} ${isDeno ? "eval" : "-e"} ${code}`;

const COMMANDS:
  readonly (readonly [string, way: string, code: number, RegExp])[] = [
    [
      "is not there",
      "exec:no-such-program-anywhere %h",
      60,
      /Cannot start "no-such-program-anywhere %h": no such program/,
    ],
    [
      "fails",
      program(`'console.error("no route for you");process.exit(3)'`),
      60,
      /ended with exit code 3 before any data arrived; it says "no route for you"/,
    ],
    [
      "ends without a word",
      program("'process.exit(0)'"),
      60,
      /ended with exit code 0 before any data arrived/,
    ],
    [
      "ends half-way",
      program(`'process.stdout.write("\\x02", () => process.exit(4))'`),
      65,
      /closed the connection/,
    ],
  ];

for (const [name, way, code, message] of COMMANDS) {
  test(`a program that ${name} is reported`, async () => {
    const outcome = await findscu(["--via", way, "pacs:104", ...query]);
    assert.equal(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, message);
    const tls = await findscu([
      "--via",
      way,
      "dicoms://pacs",
      "--system-ca",
      ...query,
    ]);
    assert.equal(tls.code, code === 65 ? 61 : code, tls.stderr);
  });
}

test("a program ends with the connection", async () => {
  const directory = mkdtempSync(join(tmpdir(), "findscu-via-"));
  const file = join(directory, "pid");
  // Heeds neither the end of its input nor that nobody reads.
  const code =
    `require("node:fs").writeFileSync("${file}", String(process.pid));setInterval(() => {}, 1000)`;
  writeFileSync(join(directory, "stay.cjs"), code);
  const command = scriptCommand(join(directory, "stay.cjs")).join(" ");
  const { code: exit } = await findscu([
    "--via",
    `exec:${command}`,
    "-ta",
    "3",
    "pacs:104",
    ...query,
  ]);
  assert.equal(exit, 66);
  const { readFileSync } = await import("node:fs");
  const pid = Number(readFileSync(file, "latin1"));
  for (let turn = 0; turn < 100 && isRunning(pid); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(isRunning(pid), false);
  rmSync(directory, { recursive: true });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("what the ways may not be is refused before anything is sent", async () => {
  for (
    const [args, message] of [
      [["--via", "nonsense", "a:1"], /Give socks5:\/\/\[USER@\]HOST:PORT/],
      [["--via", "socks4://a:1", "a:1"], /version 5 is supported/],
      [
        ["--via", "https://a:1", "a:1"],
        /TLS to the proxy itself is not supported/,
      ],
      [["--via", "http://a", "a:1"], /Give the port as well/],
      [["--via", "socks5://a:b@c:1", "a:1"], /--via-password-env/],
      [["--via", "socks5://a:99999", "a:1"], /overflow/],
      [["--via", "exec:", "a:1"], /Nothing follows exec:/],
      [["--via", "exec:a 'b", "a:1"], /quotation mark is not closed/],
      [["--via", "socks5://a:1", "--via", "exec:b", "a:1"], /Put it first/],
      [
        ["--via", "socks5://a:1", "--via-password-env", "X", "a:1"],
        /only allowed after a --via that names a user/,
      ],
      [["--via-password-env", "X", "a:1"], /only allowed with --via/],
      [
        ["--via", "socks5://u@a:1", "a:1"],
        /password of the proxy "u@a:1" is missing/,
      ],
      [
        ["--via", "socks5://u@a:1", "--via-password-env", "NOT_SET_X", "a:1"],
        /"NOT_SET_X" is not set/,
      ],
      [
        ["--via", "socks5://a:1", "mock:demo"],
        /not allowed with a mock: address/,
      ],
      [
        ["--via", "exec-sh:true %h", "-aec", "X", "$(x)", "104"],
        /special to a shell/,
      ],
      [
        ["--via", "exec:true %h", "--", "-x", "104"],
        /Unknown option|begins with a hyphen/,
      ],
    ] as const
  ) {
    const { code, stderr } = await findscu(["-k", "PatientName", ...args]);
    assert.equal(code, 1, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, message);
  }
});
