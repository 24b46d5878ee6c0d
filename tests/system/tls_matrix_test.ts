/**
 * The matrix of certificates in real handshakes, on this runtime and in both roles: as client against `openssl s_server`, and as
 * server for `openssl s_client`. `openssl verify` judges the same chains; if it differs, the row says why.
 */

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { FindscuError } from "../../src/errors.ts";
import { Certificate } from "../../transports/tls/certificate.ts";
import {
  type Credentials,
  Identity,
} from "../../transports/tls/credentials.ts";
import { toPem } from "../../transports/tls/pem.ts";
import { currentRuntime } from "../../transports/tls/profiles.ts";
import { tlsConnector, tlsListener } from "../../transports/tls/tls.ts";
import { makeMatrix, type MatrixRow } from "../support/certificates/matrix.ts";
import {
  certificate,
  ec,
  type Entity,
  rsa,
} from "../support/certificates/certificate.ts";
import { hasProgram, startServer } from "../support/tls.ts";

const DAY = 86_400_000;
const now = Date.now();
const rows = makeMatrix(now);
const directory = mkdtempSync(join(tmpdir(), "findscu-matrix-"));
after(() => rmSync(directory, { recursive: true, force: true }));

/** OpenSSL's own rules about old keys out of the way: ours are to be seen. */
const ANY_STRENGTH = ["-cipher", "DEFAULT:@SECLEVEL=0"];

const own = certificate({
  name: "matrix listener",
  keys: rsa(),
  serial: 1,
  names: ["localhost"],
  from: new Date(now - DAY),
  until: new Date(now + 90 * DAY),
});
const identity = new Identity(
  own.privateKey,
  new Certificate(own.der),
  [],
);

function credentials(
  row: MatrixRow,
  who: Identity | undefined,
): Credentials {
  return {
    identity: who,
    authorities: row.trusted.map(({ der }) => new Certificate(der)),
    revocationLists: [],
    warnings: [],
  };
}

function save(file: string, entities: readonly Entity[]): string {
  const path = join(directory, file);
  writeFileSync(
    path,
    entities.map(({ der }) => toPem("CERTIFICATE", der)).join(""),
  );
  return path;
}

/** Certificate, key and chain of a row as OpenSSL's options. */
function shown(
  row: MatrixRow,
  keyPem: string = row.chain[0]!.privateKey
    .export({ type: "pkcs8", format: "pem" }).toString(),
): string[] {
  const [leaf, ...chain] = row.chain;
  const key = join(directory, "leaf.key");
  writeFileSync(key, keyPem);
  return [
    "-cert",
    save("leaf.pem", [leaf!]),
    "-key",
    key,
    ...(chain.length > 0 ? ["-cert_chain", save("chain.pem", chain)] : []),
    ...ANY_STRENGTH,
  ];
}

const failure = (error: unknown): string => {
  if (!(error instanceof FindscuError)) throw error;
  return error.message;
};

/** What comes of connecting to a server with this certificate: `good`, or the sentence. */
async function asClient(
  row: MatrixRow,
  given: readonly string[] = shown(row),
  peer: "require" | "ignore" = "require",
): Promise<string> {
  const server = await startServer(
    "openssl",
    (port) => ["s_server", "-quiet", "-accept", `${port}`, ...given],
    directory,
  );
  try {
    const connector = tlsConnector({
      credentials: credentials(row, undefined),
      peer,
      now: () => now,
      checkHost: row.host ?? false,
      serverName: false,
    });
    const transport = await connector(
      { host: "127.0.0.1", port: server.port },
      { signal: AbortSignal.timeout(20_000) },
    );
    transport.close();
    return "good";
  } catch (error) {
    return failure(error);
  } finally {
    await server.stop();
  }
}

/** What a listener makes of a client with this certificate. */
async function asServer(
  row: MatrixRow,
  given: readonly string[] = shown(row),
): Promise<string> {
  let refused: (error: FindscuError) => void = () => {};
  const refusal = new Promise<string>((resolve) => {
    refused = (error) => resolve(error.message);
  });
  const listener = await tlsListener({
    credentials: credentials(row, identity),
    peer: "require",
    now: () => now,
  }, { host: "127.0.0.1", port: 0, refused });
  const acceptance = (async () => {
    for await (const transport of listener) {
      transport.close();
      return "good";
    }
    return "closed";
  })();
  const client: ChildProcess = spawn("openssl", [
    "s_client",
    "-quiet",
    "-connect",
    `127.0.0.1:${listener.address.port}`,
    ...given,
  ], { cwd: directory, stdio: ["pipe", "ignore", "ignore"] });
  const gone = new Promise<void>((resolve) => client.once("exit", resolve));
  try {
    return await Promise.race([acceptance, refusal]);
  } finally {
    client.kill();
    await gone;
    listener.close();
    await acceptance;
  }
}

/** What `openssl verify` says: `good` or `bad`. */
function byOpenssl(row: MatrixRow): "good" | "bad" {
  const [leaf, ...chain] = row.chain;
  const { status } = spawnSync("openssl", [
    "verify",
    "-auth_level",
    "2",
    "-no-CApath",
    ...["-policy_check", "-policy", "2.5.29.32.0"],
    "-purpose",
    row.role === "server" ? "sslserver" : "sslclient",
    "-CAfile",
    save("trusted.pem", row.trusted),
    ...(chain.length > 0 ? ["-untrusted", save("chain.pem", chain)] : []),
    ...(row.host === undefined
      ? []
      : /^[\d.]+$|:/.test(row.host)
      ? ["-verify_ip", row.host]
      : ["-verify_hostname", row.host]),
    save("leaf.pem", [leaf!]),
  ], { stdio: "ignore" });
  return status === 0 ? "good" : "bad";
}

describe(
  `the matrix of certificates in handshakes on ${currentRuntime()}`,
  { skip: !hasProgram("openssl"), timeout: 600_000 },
  () => {
    for (const row of rows) {
      test(`${row.role}: ${row.name}`, async () => {
        const got = await (row.role === "server" ? asClient : asServer)(row);
        assert.equal(
          got === "good",
          row.expect === "good",
          `${row.expect} was expected: ${got}`,
        );
      });
    }
  },
);

describe("the matrix beside `openssl verify`", {
  skip: !hasProgram("openssl"),
}, () => {
  for (const row of rows) {
    const agreed = row.expect === "good" ? "good" : "bad";
    const [expected, why] = row.differs ?? [agreed, "it agrees"];
    test(`${row.role}: ${row.name}: ${expected} (${why})`, () => {
      assert.equal(byOpenssl(row), expected);
    });
  }
});

/**
 * The key of another with the public half of the row's: OpenSSL does not compare the two, and so shows a certificate whose key it
 * does not have.
 */
function stolen(row: MatrixRow): string {
  const sec1 = (key: KeyObject) =>
    Uint8Array.from(key.export({ type: "sec1", format: "der" }));
  const mixed = sec1(ec().privateKey);
  const point = sec1(row.chain[0]!.privateKey).subarray(-65);
  mixed.set(point, mixed.length - point.length);
  return toPem("EC PRIVATE KEY", mixed);
}

describe(`a certificate without its key, on ${currentRuntime()}`, {
  skip: !hasProgram("openssl"),
}, () => {
  const one = certificate({
    name: "stolen",
    keys: ec(),
    serial: 7,
    names: ["localhost"],
    from: new Date(now - DAY),
    until: new Date(now + DAY),
  });
  const row: MatrixRow = {
    name: "stolen",
    chain: [one],
    trusted: [one],
    role: "server",
    host: "localhost",
    expect: "good",
  };
  for (const version of ["-tls1_2", "-tls1_3"]) {
    const honest = () => [...shown(row), version];
    const thief = () => [...shown(row, stolen(row)), version];
    test(`a server's, ${version}`, async () => {
      assert.equal(await asClient(row, honest()), "good");
      assert.match(await asClient(row, thief()), /failed/);
      assert.match(await asClient(row, thief(), "ignore"), /failed/);
    });
    test(`a client's, ${version}`, async () => {
      assert.equal(await asServer(row, honest()), "good");
      assert.match(await asServer(row, thief()), /failed/);
    });
  }
});
