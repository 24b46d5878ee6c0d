/** Programs as the interop tests run them: with a time limit, their output kept as bytes, servers ended by their own id. */
import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

/** How a program ended. */
export interface Outcome {
  /** Exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** How to run a program. */
export interface ExecuteOptions {
  readonly cwd?: string;
  /** Everything on standard input; `null` leaves it open, for `onStart`. */
  readonly input?: Uint8Array | string | null;
  /** Added to the environment; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called with the running program, to send it signals. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** A program that has not ended after this long hangs. */
const LIMIT_MS = 60_000;

/** How long a server may take to listen. */
const START_LIMIT_MS = 20_000;

/** The path of an installed program, or undefined. */
export function installed(program: string): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(":"),
    "/usr/sbin",
  ];
  return folders.map((folder) => `${folder}/${program}`)
    .find((path) => existsSync(path));
}

/** Runs a program to its end. */
export function execute(
  program: string,
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: environment(options.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    const timer = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        code: code ?? undefined,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err),
      });
    });
    child.stdin.on("error", () => {}); // Gone before it read all: its business.
    if (options.input !== null) child.stdin.end(options.input ?? "");
    options.onStart?.(child);
  });
}

/** Runs a program that has to succeed. */
export async function executeWell(
  program: string,
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<Outcome> {
  const outcome = await execute(program, args, options);
  if (outcome.code === 0) return outcome;
  throw new Error(
    `${program} ${
      args.join(" ")
    } ended with ${outcome.code}:\n${outcome.stderr}`,
  );
}

function environment(
  changes: ExecuteOptions["env"] = {},
): Record<string, string> {
  const all = { ...process.env, NO_COLOR: "1", DCMDICTPATH: undefined };
  return Object.fromEntries(
    Object.entries({ ...all, ...changes })
      .filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** A TCP port of the loopback interface that is not in use at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** A running server. */
export interface Server {
  readonly port: number;
  /** Ends it and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a server and waits until its port answers. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
  options: ExecuteOptions = {},
): Promise<Server> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: environment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => output += chunk);
  child.stderr.on("data", (chunk: Buffer) => output += chunk);
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => resolve());
    child.on("error", (error) => {
      output += error;
      resolve();
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(timer);
  };
  const deadline = Date.now() + START_LIMIT_MS;
  while (!await answers(port)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} did not start:\n${output}`);
    }
    await delay(50);
  }
  return { port, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
