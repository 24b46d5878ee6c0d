/**
 * Servers that speak TLS, on the certificates of a test PKI: stunnel and socat in front of DCMTK's archive, Orthanc with TLS of its
 * own, and what else may listen on a port. Each is named by what is special about it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server as Net } from "node:net";
import type { PkiDirectory } from "../../support/tls.ts";
import { makeImages } from "./archives.ts";
import {
  executeWell,
  freePort,
  installed,
  type Server,
  startServer,
} from "./process.ts";
import { DCMQRSCP } from "./servers.ts";

/** Settings of stunnel's services, in files of the PKI. All of them lead to the same archive. */
const STUNNEL = {
  any: served("server"),
  "TLS 1.3": [...served("server"), "sslVersionMin = TLSv1.3"],
  "TLS 1.2": [...served("server"), "sslVersionMax = TLSv1.2"],
  "TLS 1.1": [
    ...served("server"),
    "sslVersionMin = TLSv1.1",
    "sslVersionMax = TLSv1.1",
    "securityLevel = 0",
  ],
  "AES 128": [...served("server"), ...suite("AES128-SHA")],
  "AES 256": [...served("server"), ...suite("AES256-SHA")],
  ChaCha20: [...served("server"), ...suite("ECDHE-RSA-CHACHA20-POLY1305")],
  DHE: [...served("server"), ...suite("DHE-RSA-AES256-GCM-SHA384")],
  chain: served("chain"),
  "chain in part": served("chain-alone"),
  expired: served("expired"),
  future: served("future"),
  soon: served("soon"),
  revoked: served("revoked"),
  "revoked above": served("revoked-chain"),
  "self-signed": served("self-signed"),
  foreign: served("foreign"),
  "wrong name": served("wrong-name"),
  "client's": served("client-purpose"),
  nasty: served("nasty"),
  "elliptic": served("ec", "ec"),
  "elliptic TLS 1.2": [...served("ec", "ec"), "sslVersionMax = TLSv1.2"],
  mutual: [...served("server"), ...demanding("ca")],
  "mutual TLS 1.2": [
    ...served("server"),
    ...demanding("ca"),
    "sslVersionMax = TLSv1.2",
  ],
  "mutual elliptic": [...served("ec", "ec"), ...demanding("ec-ca")],
} as const;

/** Options of socat's `OPENSSL-LISTEN`. */
const SOCAT = {
  socat: "verify=0",
  "socat TLS 1.2": "verify=0,openssl-max-proto-version=TLS1.2",
  "socat TLS 1.3": "verify=0,openssl-min-proto-version=TLS1.3",
  "socat mutual": "verify=1,cafile=ca.pem",
} as const;

/** Settings of Orthanc, besides those that all have. */
const ORTHANC = {
  Orthanc: { DicomTlsRemoteCertificateRequired: false },
  "Orthanc mutual": { DicomTlsRemoteCertificateRequired: true },
} as const;

/** What a cell of the matrix may connect to. */
export type FrontName =
  | keyof typeof STUNNEL
  | keyof typeof SOCAT
  | keyof typeof ORTHANC
  | "plain"
  | "HTTP"
  | "hangs up"
  | "keeps silent"
  | "nobody";

/** All of them, running. */
export interface Fronts {
  port(front: FrontName): number;
  stop(): Promise<void>;
}

/** Why they cannot be started here, or undefined. */
export const missing = ["stunnel", "socat", "Orthanc", "dcmqrscp", "storescu"]
  .filter((program) => installed(program) === undefined)
  .map((program) => `${program} not installed here`)[0];

/** The AE title that a server answers to. */
export function aeTitleOf(front: FrontName): string {
  return front in ORTHANC ? "ORTHANC" : DCMQRSCP.aeTitle;
}

/** Starts them all; their data is that of `archives.ts`. */
export async function startFronts(
  pki: PkiDirectory,
  folder: string,
): Promise<Fronts> {
  const ports = new Map<FrontName, number>();
  const servers: (Server | { stop(): Promise<void> })[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    mkdirSync(`${folder}/archive`);
    const archive = await DCMQRSCP.start(`${folder}/archive`);
    servers.push(archive);
    ports.set("plain", archive.port);
    ports.set("nobody", await freePort());
    await Promise.all([
      startStunnel(),
      ...Object.entries(SOCAT).map(startSocat),
      ...Object.entries(ORTHANC).map(startOrthanc),
      startNode(
        "HTTP",
        createHttpServer((_, response) => response.end("hello")),
      ),
      startNode("keeps silent", createServer((socket) => socket.resume())),
      startNode("hangs up", createServer((socket) => socket.destroy())),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port: (front) => ports.get(front)!,
    stop,
  };

  /** One process for all its services; it listens on all or on none. */
  async function startStunnel(): Promise<void> {
    const sections: string[] = [];
    let last = 0;
    for (const [name, settings] of Object.entries(STUNNEL)) {
      last = await freePort();
      ports.set(name as FrontName, last);
      sections.push(
        `[${name}]`,
        `accept = 127.0.0.1:${last}`,
        `connect = 127.0.0.1:${ports.get("plain")}`,
        ...settings,
      );
    }
    const file = `${folder}/stunnel.conf`;
    const head = ["foreground = yes", "pid =", "debug = err"];
    writeFileSync(file, [...head, ...sections, ""].join("\n"));
    servers.push(
      await startServer(installed("stunnel")!, [file], last, {
        cwd: pki.directory,
      }),
    );
  }

  async function startSocat(
    [name, options]: readonly [string, string],
  ): Promise<void> {
    const port = await freePort();
    const listen =
      `OPENSSL-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,cert=server.pem,key=server.key,${options}`;
    const server = await startServer(
      "socat",
      [listen, `TCP4:127.0.0.1:${ports.get("plain")}`],
      port,
      { cwd: pki.directory },
    );
    servers.push(server);
    ports.set(name as FrontName, port);
  }

  async function startOrthanc(
    [name, settings]: readonly [string, object],
  ): Promise<void> {
    const port = await freePort();
    const own = `${folder}/${name.replace(" ", "-")}`;
    mkdirSync(own);
    const configuration = {
      Name: "Interop",
      StorageDirectory: `${own}/db`,
      IndexDirectory: `${own}/db`,
      DicomAet: "ORTHANC",
      DicomPort: port,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomTlsEnabled: true,
      DicomTlsCertificate: pki.path("server.pem"),
      DicomTlsPrivateKey: pki.path("server.key"),
      DicomTlsTrustedCertificates: pki.path("ca.pem"),
      HttpServerEnabled: false,
      Plugins: [],
      ...settings,
    };
    writeFileSync(`${own}/orthanc.json`, JSON.stringify(configuration));
    const server = await startServer(
      installed("Orthanc")!,
      [`${own}/orthanc.json`],
      port,
    );
    servers.push(server);
    ports.set(name as FrontName, port);
    const files = await makeImages(`${own}/images`);
    await executeWell("storescu", [
      ...["+tls", "client.key", "client.pem", "+cf", "ca.pem"],
      ...["-R", "-aec", "ORTHANC", "127.0.0.1", String(port)],
      ...files,
    ], { cwd: pki.directory });
  }

  async function startNode(name: FrontName, server: Net): Promise<void> {
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve())
    );
    ports.set(name, (server.address() as AddressInfo).port);
    servers.push({
      stop: () => new Promise((resolve) => server.close(() => resolve())),
    });
  }
}

function served(certificate: string, key = "server"): readonly string[] {
  return [`cert = ${certificate}.pem`, `key = ${key}.key`];
}

function demanding(authority: string): readonly string[] {
  return ["verifyChain = yes", `CAfile = ${authority}.pem`];
}

function suite(name: string): readonly string[] {
  return ["sslVersionMax = TLSv1.2", `ciphers = ${name}`];
}
