/** All that can go wrong on the way to a peer: in proxies, in programs, on the command line. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { findscu, scriptCommand } from "../support/process.ts";
import { scriptedProxy } from "../support/proxies.ts";

const host = "127.0.0.1";
const query = ["-q", "PatientName=Doe*", "--count"];

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
  `exec:${process.execPath} ${
    "deno" in process.versions ? "eval" : "-e"
  } ${code}`;

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
  // Heeds neither the end of its input nor that its output is not read.
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
