/**
 * A test PKI on disk and real TLS servers in front of it, for system tests: `openssl s_server`, socat, stunnel. Every server started
 * here is stopped by its handle.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "../../scripts/make_certificates.ts";
import {
  type CredentialOptions,
  type Credentials,
  loadCredentials,
} from "../../transports/tls/credentials.ts";

/** A PKI in a temporary directory. */
export interface PkiDirectory {
  readonly directory: string;
  path(name: string): string;
  /** Credentials of `who` (`client`, `server`, …, or undefined for none), trusting `authority`. */
  load(
    who: string | undefined,
    authority: string | undefined,
    more?: Partial<CredentialOptions>,
  ): Promise<Credentials>;
  dispose(): void;
}

/** Makes a fresh PKI. The certificates of servers share `server.key`, but for `ec`; those of clients `client.key`, but for `client-ec`. */
export async function testCredentials(): Promise<PkiDirectory> {
  const directory = mkdtempSync(join(tmpdir(), "findscu-pki-"));
  const path = await makeCertificates(directory);
  const keyOf = (who: string) =>
    who.startsWith("client") && who !== "client-purpose"
      ? who === "client-ec" ? who : "client"
      : who === "ec"
      ? who
      : "server";
  return {
    directory,
    path,
    load: (who, authority, more = {}) =>
      loadCredentials({
        now: Date.now(),
        ...(who === undefined ? {} : {
          keyFile: path(`${keyOf(who)}.key`),
          certificateFile: path(`${who}.pem`),
        }),
        authorityFiles: authority === undefined
          ? []
          : [path(`${authority}.pem`)],
        ...more,
      }),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === "object" && address ? address.port : 0)
      );
    });
  });
}

/** Whether a program can be started. */
export function hasProgram(name: string): boolean {
  return spawnSync("which", [name], { stdio: "ignore" }).status === 0;
}

/** A server in another process. */
export interface ServerProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a program that listens on the port it is given, and waits until it does. */
export async function startServer(
  program: string,
  argumentsFor: (port: number) => readonly string[],
  directory: string,
): Promise<ServerProcess> {
  const port = await freePort();
  // Pipes that are not read would fill up and stop the server.
  const child = spawn(program, [...argumentsFor(port)], {
    cwd: directory,
    stdio: "ignore",
  });
  for (let turn = 0; turn < 250; turn++) {
    if (await answers(port)) return { port, stop: () => stop(child) };
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop(child);
  throw new Error(`${program} does not listen`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill();
  });
}
