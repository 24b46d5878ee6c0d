/**
 * TLS against real servers of other makes: `openssl s_server`, socat and stunnel, good ones and bad ones. Each row is a cell of the
 * matrix: how the server is set up, how we connect, and what must come of it. A server that accepts us answers a line reversed
 * (s_server) or unchanged (the others).
 */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import {
  connect as createConnection,
  createServer,
  type Server,
  type Socket,
} from "node:net";
import { after, before, describe, test } from "node:test";
import { FindscuError } from "../../src/errors.ts";
import { currentRuntime } from "../../transports/tls/profiles.ts";
import { tlsConnector } from "../../transports/tls/tls.ts";
import {
  freePort,
  hasProgram,
  type PkiDirectory,
  type ServerProcess,
  startServer,
  testCredentials,
} from "../support/tls.ts";
import { readExactly } from "../../testing/transport_suite.ts";
import { type Cell, CELLS, expected, type Outcome } from "./tls_cells.ts";

const runtime = currentRuntime();
/** Arguments of a faultless server. */
const good = ["-cert", "server.pem", "-key", "server.key"];

let pki: PkiDirectory;
const servers = new Map<string, Promise<ServerProcess>>();

before(async () => {
  pki = await testCredentials();
});
after(async () => {
  for (const server of servers.values()) {
    await server.then(({ stop }) => stop(), () => {});
  }
  pki.dispose();
});

/** One server per set of arguments serves all its cells. */
function opensslServer(args: readonly string[]): Promise<ServerProcess> {
  const key = args.join(" ");
  const known = servers.get(key);
  if (known !== undefined) return known;
  const started = startServer("openssl", (port) => [
    "s_server",
    "-rev",
    "-quiet",
    "-accept",
    `${port}`,
    ...args,
  ], pki.directory);
  servers.set(key, started);
  return started;
}

type Attempt = Omit<Cell, "name" | "server" | "expect" | "warns">;

/** Connects, sends a line, returns the answer; all warnings land in `warnings`. */
async function converse(
  port: number,
  attempt: Attempt,
  warnings: string[] = [],
): Promise<string> {
  const trust = attempt.trust === undefined ? "ca" : attempt.trust ?? undefined;
  const credentials = await pki.load(
    attempt.who,
    trust,
    attempt.files?.(pki.path) ?? {},
  );
  const connector = tlsConnector({
    credentials,
    peer: "require",
    now: Date.now,
    warn: (text) => warnings.push(text),
    ...attempt.options,
  });
  const transport = await connector(
    { host: attempt.host ?? "localhost", port, family: 4 },
    { signal: AbortSignal.timeout(10_000) },
  );
  try {
    await transport.write(new TextEncoder().encode("abc\n"));
    return new TextDecoder().decode(await readExactly(transport, 4));
  } finally {
    transport.close();
  }
}

async function check(
  outcome: Outcome,
  run: () => Promise<string>,
  answer: string,
) {
  if (outcome === "ok") return assert.equal(await run(), answer);
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof FindscuError, String(error));
    assert.ok(error.code === "tls" || error.code === "usage", error.code);
    assert.match(error.message, outcome);
    assert.match(error.hint ?? "", /[^.]$/, `hint of: ${error.message}`);
    assert.doesNotMatch(error.message, /\n|PRIVATE KEY|node:|routines/);
    return true;
  });
}

describe(`openssl s_server from ${runtime}`, () => {
  for (const cell of CELLS) {
    const outcome = expected(cell, runtime);
    test(cell.name, { timeout: 30_000 }, async () => {
      const { port } = await opensslServer(cell.server);
      const warnings: string[] = [];
      await check(outcome, () => converse(port, cell, warnings), "cba\n");
      if (cell.warns !== undefined) {
        assert.match(warnings.join("\n"), cell.warns);
      }
    });
  }
});

/** Answers every connection by `serve`, until closed. */
async function plainServer(
  serve: (socket: Socket) => void,
): Promise<{ port: number; close(): void }> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) =>
    server.listen(port, "127.0.0.1", resolve)
  );
  return { port, close: () => server.close() };
}

describe(`servers without TLS from ${runtime}`, () => {
  const cases: readonly [string, (socket: Socket) => void, RegExp][] = [
    [
      "one that answers A-ABORT",
      (socket) =>
        socket.once(
          "data",
          () => socket.end(Uint8Array.of(7, 0, 0, 0, 0, 4, 0, 0, 2, 0)),
        ),
      /it speaks plain DICOM on this port/,
    ],
    [
      "one that closes",
      (socket) => socket.once("data", () => socket.end()),
      /closed the connection during the handshake/,
    ],
    [
      "one that resets",
      (socket) => socket.once("data", () => socket.resetAndDestroy()),
      /closed the connection during the handshake/,
    ],
  ];
  for (const [name, serve, sentence] of cases) {
    test(name, { timeout: 30_000 }, async () => {
      const server = await plainServer(serve);
      try {
        await check(sentence, () => converse(server.port, {}), "");
      } finally {
        server.close();
      }
    });
  }

  test("a web server", { timeout: 30_000 }, async () => {
    const server = createHttpServer((_request, response) => response.end());
    const port = await freePort();
    await new Promise<void>((resolve) =>
      server.listen(port, "127.0.0.1", resolve)
    );
    try {
      await check(
        /an HTTP server answers on this port/,
        () => converse(port, {}),
        "",
      );
    } finally {
      server.close();
    }
  });

  test("nobody at all", { timeout: 30_000 }, async () => {
    const port = await freePort();
    await assert.rejects(converse(port, {}), {
      code: "connect",
      message: /connection refused/,
    });
  });

  test(
    "one that never answers, given up by the caller",
    { timeout: 30_000 },
    async () => {
      const server = await plainServer(() => {});
      const reason = new Error("enough");
      const controller = new AbortController();
      const connector = tlsConnector({
        credentials: await pki.load(undefined, "ca"),
        peer: "require",
        now: Date.now,
      });
      const attempt = connector(
        { host: "127.0.0.1", port: server.port },
        { signal: controller.signal },
      );
      setTimeout(() => controller.abort(reason), 100);
      await assert.rejects(attempt, (error) => error === reason);
      server.close();
    },
  );
});

describe(`an attacker in between, from ${runtime}`, () => {
  test("a forged proof of the certificate's key is refused, even unverified", {
    timeout: 30_000,
  }, async () => {
    const { port } = await opensslServer([...good, "-tls1_2"]);
    const forger = await plainServer((socket) => forge(socket, port));
    try {
      for (const peer of ["require", "ignore"] as const) {
        await check(
          /cannot prove that it owns its certificate/,
          () => converse(forger.port, { options: { peer } }),
          "",
        );
      }
    } finally {
      forger.close();
    }
  });
});

describe(`a signature that was not offered, from ${runtime}`, () => {
  test("is refused, even unverified", { timeout: 30_000 }, async () => {
    const { port } = await opensslServer([
      ...[...good, "-tls1_2", "-sigalgs", "RSA+SHA1"],
      ...["-cipher", "DEFAULT:@SECLEVEL=0"],
    ]);
    const relay = await plainServer((socket) => offerSha1(socket, port));
    try {
      for (const peer of ["require", "ignore"] as const) {
        await check(
          /signs the handshake with an algorithm that was not offered/,
          () => converse(relay.port, { options: { peer } }),
          "",
        );
      }
    } finally {
      relay.close();
    }
  });
});

/** Passes a conversation on, but makes rsa_pkcs1_sha1 of rsa_pkcs1_sha256 in the ClientHello (RFC 8446 4.2.3). */
function offerSha1(client: Socket, port: number): void {
  const server = createConnection(port, "127.0.0.1");
  server.on("error", () => {});
  server.pipe(client);
  server.on("close", () => client.end());
  client.on("close", () => server.destroy());
  let isFirst = true;
  client.on("data", (chunk: Uint8Array) => {
    if (!isFirst) return void server.write(chunk);
    isFirst = false;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    const [at, length] = extension(chunk, 13)!;
    for (let place = at + 2; place < at + length; place += 2) {
      if (view.getUint16(place) === 0x0401) view.setUint16(place, 0x0201);
    }
    server.write(chunk);
  });
}

/** Passes a TLS 1.2 conversation on, but spoils the signature of ServerKeyExchange (RFC 5246 7.4.3), which travels in clear. */
function forge(client: Socket, port: number): void {
  const server = createConnection(port, "127.0.0.1");
  server.on("error", () => {});
  client.pipe(server);
  client.on("close", () => server.destroy());
  let held = new Uint8Array(0);
  let done = false;
  server.on("data", (chunk: Uint8Array) => {
    if (done) return void client.write(chunk);
    held = Uint8Array.from([...held, ...chunk]);
    const end = keyExchangeEnd(held);
    if (end === undefined) return;
    held[end - 1]! ^= 0xff;
    done = true;
    client.write(held);
  });
  server.on("close", () => client.end());
}

/** Where the ServerKeyExchange message ends, once it is there as a whole. */
function keyExchangeEnd(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + view.getUint16(at + 3);
    if (end > bytes.length) return undefined;
    for (let message = at + 5; message + 4 <= end;) {
      const length = view.getUint32(message) & 0xffffff;
      if (bytes[message] === 12) return message + 4 + length;
      message += 4 + length;
    }
    at = end;
  }
  return undefined;
}

describe(`server name indication from ${runtime}`, () => {
  const cases: readonly [string, Attempt, string | undefined][] = [
    ["the host's name", {}, "localhost"],
    ["no name for an address", { host: "127.0.0.1" }, undefined],
    ["no name on request", { options: { serverName: false } }, undefined],
    [
      "another name on request",
      { options: { serverName: "pacs.example.org" } },
      "pacs.example.org",
    ],
    ["another name for an address", {
      host: "127.0.0.1",
      options: { serverName: "pacs.example.org" },
    }, "pacs.example.org"],
  ];
  for (const [name, attempt, wanted] of cases) {
    test(name, { timeout: 30_000 }, async () => {
      let asked: string | undefined;
      let isFirst = true;
      const server = await plainServer((socket) => {
        // Whoever is hung up on looks a second time, at what speaks there.
        if (!isFirst) {
          socket.destroy();
          return;
        }
        isFirst = false;
        socket.once("data", (hello: Uint8Array) => {
          asked = serverName(hello);
          socket.destroy();
        });
      });
      await assert.rejects(converse(server.port, attempt));
      assert.equal(asked, wanted);
      server.close();
    });
  }
});

/** The host name in a ClientHello (RFC 8446 4.1.2, RFC 6066 3). */
function serverName(hello: Uint8Array): string | undefined {
  const found = extension(hello, 0);
  if (found === undefined) return undefined;
  const [at, length] = found;
  return new TextDecoder().decode(hello.subarray(at + 5, at + length));
}

/** Where the content of an extension of a ClientHello is, and how long. */
function extension(
  hello: Uint8Array,
  type: number,
): [at: number, length: number] | undefined {
  const view = new DataView(hello.buffer, hello.byteOffset, hello.length);
  let at = 5 + 4 + 2 + 32;
  at += 1 + view.getUint8(at);
  at += 2 + view.getUint16(at);
  at += 1 + view.getUint8(at);
  const end = at + 2 + view.getUint16(at);
  for (at += 2; at + 4 <= end; at += 4 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === type) return [at + 4, view.getUint16(at + 2)];
  }
  return undefined;
}

if (hasProgram("socat")) {
  describe(`socat from ${runtime}`, () => {
    const socat = (verify: number) => (port: number) => [
      `OPENSSL-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork,cert=server.pem,key=server.key,cafile=ca.pem,verify=${verify}`,
      "EXEC:cat",
    ];
    const cases: readonly [string, number, Attempt, Outcome][] = [
      ["one-way", 0, {}, "ok"],
      ["mutual", 1, { who: "client" }, "ok"],
      [
        "mutual without a certificate",
        1,
        {},
        /demands a client certificate|closed the connection/,
      ],
      ["wrong authority", 0, { trust: "foreign-ca" }, /not among the trusted/],
    ];
    for (const [name, verify, attempt, outcome] of cases) {
      test(name, { timeout: 30_000 }, async () => {
        const server = await startServer("socat", socat(verify), pki.directory);
        try {
          await check(outcome, () => converse(server.port, attempt), "abc\n");
        } finally {
          await server.stop();
        }
      });
    }
  });
}

if (hasProgram("stunnel")) {
  describe(`stunnel from ${runtime}`, () => {
    const cases: readonly [string, readonly string[], Attempt, Outcome][] = [
      ["one-way", [], {}, "ok"],
      ["TLS 1.2 only", ["sslVersionMax = TLSv1.2"], {}, "ok"],
      ["TLS 1.3 only", ["sslVersionMin = TLSv1.3"], {}, "ok"],
      [
        "mutual",
        ["verifyChain = yes", "CAfile = ca.pem"],
        { who: "client" },
        "ok",
      ],
      [
        "mutual with a foreign certificate",
        ["verifyChain = yes", "CAfile = ca.pem"],
        { who: "client-foreign" },
        /does not trust the authority/,
      ],
      ["wrong authority", [], { trust: "foreign-ca" }, /not among the trusted/],
    ];
    for (const [name, lines, attempt, outcome] of cases) {
      test(name, { timeout: 30_000 }, async () => {
        const echo = await plainServer((socket) => socket.pipe(socket));
        const server = await startServer("stunnel", (port) => {
          const file = pki.path(`stunnel-${port}.conf`);
          writeFileSync(
            file,
            [
              "foreground = yes",
              "pid =",
              "[dicom]",
              `accept = 127.0.0.1:${port}`,
              `connect = 127.0.0.1:${echo.port}`,
              "cert = server.pem",
              "key = server.key",
              ...lines,
              "",
            ].join("\n"),
          );
          return [file];
        }, pki.directory);
        try {
          await check(outcome, () => converse(server.port, attempt), "abc\n");
        } finally {
          await server.stop();
          echo.close();
        }
      });
    }
  });
}
