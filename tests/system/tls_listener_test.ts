/** The accepting side of TLS: whom it lets in, whom it refuses and what it says about them. */

import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { FindscuError } from "../../src/errors.ts";
import type { Transport } from "../../src/transport.ts";
import { currentRuntime } from "../../transports/tls/profiles.ts";
import { tlsConnector, tlsListener } from "../../transports/tls/tls.ts";
import type { TlsOptions } from "../../transports/tls/options.ts";
import { runCommand } from "../support/process.ts";
import {
  hasProgram,
  type PkiDirectory,
  testCredentials,
} from "../support/tls.ts";
import { readExactly } from "../../testing/transport_suite.ts";

let pki: PkiDirectory;
before(async () => {
  pki = await testCredentials();
});
after(() => pki.dispose());

/** Listens, lets `visit` come, and returns what was accepted and what refused. */
async function host(
  options: Partial<TlsOptions>,
  visit: (port: number) => Promise<void>,
): Promise<{ accepted: Transport[]; refused: FindscuError[] }> {
  const accepted: Transport[] = [];
  const refused: FindscuError[] = [];
  const listener = await tlsListener({
    credentials: await pki.load("server", "ca"),
    peer: "require",
    now: Date.now,
    ...options,
  }, { host: "127.0.0.1", port: 0, refused: (error) => refused.push(error) });
  const accepting = (async () => {
    for await (const transport of listener) {
      accepted.push(transport);
      const line = await readExactly(transport, 4).catch(() => undefined);
      if (line !== undefined) await transport.write(line);
    }
  })();
  try {
    await visit(listener.address.port);
  } finally {
    listener.close();
    await accepting;
    for (const transport of accepted) transport.close();
  }
  return { accepted, refused };
}

/** Visits as `who`; resolves with the echo, rejects when refused. */
async function visit(
  port: number,
  who: string | undefined,
  options: Partial<TlsOptions> = {},
): Promise<string> {
  const connector = tlsConnector({
    credentials: await pki.load(who, "ca"),
    peer: "require",
    now: Date.now,
    ...options,
  });
  const transport = await connector({ host: "127.0.0.1", port }, {
    signal: AbortSignal.timeout(5_000),
  });
  try {
    await transport.write(new TextEncoder().encode("abc\n"));
    return new TextDecoder().decode(await readExactly(transport, 4));
  } finally {
    transport.close();
  }
}

describe(`tlsListener() on ${currentRuntime()}`, { timeout: 60_000 }, () => {
  const cases: readonly [
    TlsOptions["peer"],
    string | undefined,
    "ok" | RegExp,
  ][] = [
    ["require", "client", "ok"],
    ["require", "client-chain", "ok"],
    ["require", undefined, /did not present a certificate/],
    [
      "require",
      "client-foreign",
      /foreign-ca", which is not among the trusted/,
    ],
    ["require", "client-expired", /expired on/],
    ["require", "server", /not valid for this use/],
    ["if-given", undefined, "ok"],
    ["if-given", "client", "ok"],
    ["if-given", "client-foreign", /not among the trusted/],
    ["ignore", undefined, "ok"],
    ["ignore", "client-foreign", "ok"],
  ];
  for (const [peer, who, expected] of cases) {
    const verb = expected === "ok" ? "accepts" : "refuses";
    test(`${verb} ${who ?? "nobody"} when told to ${peer}`, async () => {
      const { accepted, refused } = await host({ peer }, async (port) => {
        if (expected === "ok") assert.equal(await visit(port, who), "abc\n");
        else await assert.rejects(visit(port, who));
      });
      if (expected === "ok") {
        assert.deepEqual([accepted.length, refused.length], [1, 0]);
        const { info } = accepted[0]!;
        assert.equal(info.kind, "tls");
        assert.match(info.peer, /^127\.0\.0\.1:\d+$/);
        assert.match(info.security?.[0] ?? "", /^TLS 1\.3, TLS_/);
      } else {
        assert.deepEqual([accepted.length, refused.length], [0, 1]);
        assert.equal(refused[0]?.code, "tls");
        assert.match(refused[0]?.message ?? "", expected);
        assert.match(
          refused[0]?.message ?? "",
          /^TLS with "127\.0\.0\.1:\d+" failed/,
        );
      }
    });
  }

  test("refuses a revoked client", async () => {
    const credentials = await pki.load("server", "ca", {
      revocationFiles: [pki.path("stale.crl")],
    });
    const { refused } = await host({ credentials }, async (port) => {
      await assert.rejects(visit(port, "client"));
    });
    assert.match(refused[0]?.message ?? "", /out of date/);
  });

  test("neither signs with SHA-1 nor takes such a signature", {
    skip: !hasProgram("openssl"),
  }, async () => {
    for (
      const [algorithm, isTaken] of [["RSA+SHA1", false], [
        "RSA+SHA256",
        true,
      ]] as const
    ) {
      const { accepted } = await host({}, async (port) => {
        const { stdout } = await runCommand([
          ...["sh", "-c", `(echo abc; sleep 1) | exec "$@"`, "sh"],
          ...["openssl", "s_client", "-connect", `127.0.0.1:${port}`],
          ...["-tls1_2", "-sigalgs", algorithm],
          ...["-cipher", "DEFAULT:@SECLEVEL=0", "-quiet", "-no_ign_eof"],
          ...["-cert", pki.path("client.pem"), "-key", pki.path("client.key")],
        ]);
        assert.equal(stdout, isTaken ? "abc\n" : "");
      });
      assert.equal(accepted.length, isTaken ? 1 : 0, algorithm);
    }
  });

  test("keeps to its profile", async () => {
    const { accepted } = await host({ profile: "bcp195-ex" }, async (port) => {
      assert.equal(await visit(port, "client"), "abc\n");
    });
    assert.match(
      accepted[0]?.info.security?.[0] ?? "",
      /^TLS 1\.2, TLS_ECDHE_/,
    );
  });

  test("answers plain DICOM with an alert, and says who it was", async () => {
    const { refused } = await host({}, (port) =>
      new Promise((resolve) => {
        // The head of an A-ASSOCIATE-RQ (PS3.8 9.3.2).
        const socket = connect(port, "127.0.0.1", () => {
          socket.write(Uint8Array.of(1, 0, 0, 0, 0, 68, 0, 1, 0, 0));
        });
        socket.on("data", () => {});
        socket.on("error", () => {});
        socket.on("close", () => resolve());
      }));
    assert.match(refused[0]?.message ?? "", /does not speak TLS on this port/);
  });

  test("goes on after refusing", async () => {
    const { accepted, refused } = await host({}, async (port) => {
      await assert.rejects(visit(port, "client-foreign"));
      assert.equal(await visit(port, "client"), "abc\n");
    });
    assert.deepEqual([accepted.length, refused.length], [1, 1]);
  });

  test("needs a certificate", async () => {
    await assert.rejects(
      async () =>
        tlsListener({
          credentials: await pki.load(undefined, "ca"),
          peer: "ignore",
          now: Date.now,
        }, { host: "127.0.0.1", port: 0 }),
      /needs a certificate/,
    );
  });
});

describe("clients that connect and keep silent", {
  // Node.js has a time limit alone.
  skip: currentRuntime() === "Node.js",
}, () => {
  /** Opens so many connections; `closed` counts those that the other side has closed. */
  async function silent(port: number, count: number) {
    const state = { closed: 0, end: () => {} };
    const sockets = await Promise.all(
      Array.from({ length: count }, () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(port, "127.0.0.1", () => resolve(socket));
          socket.on("error", () => {}).on("close", () => state.closed++);
          socket.resume();
        })),
    );
    state.end = () => {
      for (const socket of sockets) socket.destroy();
    };
    return state;
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let step = 0; step < 400 && !condition(); step++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.ok(condition());
  }

  test("are given up after a while", async () => {
    const { refused } = await host({ handshakeTimeout: 300 }, async (port) => {
      const clients = await silent(port, 3);
      await until(() => clients.closed === 3);
      assert.equal(await visit(port, "client"), "abc\n");
    });
    assert.equal(refused.length, 3);
    assert.match(refused[0]!.message, /did not complete the handshake in time/);
  });

  test("are not let in without limit, and those that speak are not counted", async () => {
    await host({}, async (port) => {
      for (let round = 0; round < 3; round++) {
        assert.equal(await visit(port, "client"), "abc\n");
      }
      const clients = await silent(port, 260);
      await until(() => clients.closed === 4);
      clients.end();
      await until(() => clients.closed === 260);
      assert.equal(await visit(port, "client"), "abc\n");
    });
  });
});
