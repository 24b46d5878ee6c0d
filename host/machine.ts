/**
 * The machine as the command line sees it, on the `node:` modules that Deno, Bun and Node share: streams, files, signals, time,
 * and the choice of the transport. Knows no option and no DICOM.
 */
import { Buffer } from "node:buffer";
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import process from "node:process";
import { textFromBytes } from "../src/charset/typed_text.ts";
import { FindscuError, InputError, messageOf } from "../src/errors.ts";
import type {
  FileSystem,
  Host,
  InputStream,
  Link,
  LinkOptions,
  ListenAddress,
  Notices,
  OutputStream,
} from "../src/cli/host.ts";
import type { NetworkTarget } from "../src/cli/target.ts";
import type { Connector, Listener } from "../src/transport.ts";
import { keyedHash } from "../library/keyed_hash.ts";
import {
  limitInput,
  readChunks,
  readInput,
  readPipes,
  readStandardInput,
  UnfitInputError,
} from "./input_file.ts";
import {
  appendToFile,
  growingFile,
  outputFile,
  promised,
  unwritable,
} from "./output_file.ts";
import { LossyStream } from "../src/cli/log/lossy_stream.ts";
import { systemClock } from "../src/driver/drive.ts";
import { errorCode } from "../transports/socket_errors.ts";
import { plainConnector } from "../transports/plain.ts";
import { tcpListener } from "../transports/tcp.ts";
import { pluginNames } from "./plugins.ts";
import { refusalOf, requireNetwork, requireVariable } from "./rights.ts";
import { connectionsPlace } from "./connections_place.ts";
import { type BuildFacts, versionFacts } from "./version.ts";

/** The host of the running process. */
export function machineHost(build: BuildFacts = {}): Host {
  return {
    args: args(),
    env: variable,
    stdin: new StandardInput(),
    stdout: new StandardOutput(1, () => process.stdout),
    stderr: new LossyStream(new StandardOutput(2, () => process.stderr)),
    files: FILES,
    clock: systemClock,
    date: () => new Date(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    keyedHash,
    onInterrupt,
    connector,
    transportPlugins: () => pluginNames(variable("PATH")),
    link,
    listen,
    connectionsPlace: () => connectionsPlace(variable, process.platform),
    async tlsSupport() {
      const { tlsSupport } = await import("./tls.ts");
      return tlsSupport();
    },
    async openPager(command) {
      const { openPager } = await import("./pager.ts");
      const pager = await openPager(command);
      if (pager === undefined) return undefined;
      pagers++;
      return {
        write: (bytes) => pager.write(bytes),
        close: () => pager.close().finally(() => pagers--),
      };
    },
    async sendDatagram(address, bytes) {
      const { sendDatagram } = await import("./datagram.ts");
      await sendDatagram(address, bytes);
    },
    get process() {
      return { pid: process.pid, hostname: hostName() };
    },
    get version() {
      return versionFacts(build);
    },
  };
}

/** The arguments; the runtimes drop bytes that are not UTF-8, which the system may still have. */
function args(): string[] {
  const args = process.argv.slice(2);
  if (!args.some((argument) => argument.includes("\ufffd"))) return args;
  try {
    const words = readFileSync("/proc/self/cmdline");
    return textFromBytes(words).split("\0").slice(0, -1).slice(-args.length);
  } catch {
    return args; // Only Linux tells.
  }
}

async function link(options: LinkOptions): Promise<Link> {
  const { mockPair } = await import("../transports/mock.ts");
  const [client, server] = mockPair(options);
  return { client, server, fail: (error) => server.break(error) };
}

/** For logs; `localhost` where Deno may not ask. */
function hostName(): string {
  try {
    return hostname();
  } catch {
    return "localhost";
  }
}

function variable(name: string): string | undefined {
  requireVariable(name);
  return process.env[name];
}

/** Where passwords come from, besides files and the command line. */
function secrets(signal: AbortSignal | undefined) {
  return {
    env: variable,
    async ask(question: string) {
      const { readSecret } = await import("./secret.ts");
      return await readSecret(question, signal);
    },
  };
}

async function connector(
  target: NetworkTarget,
  notices: Notices,
  signal: AbortSignal,
): Promise<Connector> {
  // The program ends with process.exit, whatever is still under way.
  const native = true;
  let way: { readonly over?: Connector; readonly again?: Connector } = {};
  if (target.route === undefined) requireNetwork(target.host, target.port);
  else {
    const { routeConnector } = await import("./route.ts");
    way = await routeConnector(
      target.route,
      notices,
      () => variable("PATH"),
    );
  }
  if (target.transport === "tcp") {
    return plainConnector({ native, ...way });
  }
  const { connectorFor } = await import("./tls.ts");
  return await connectorFor(target.tls, secrets(signal), notices, signal, way);
}

async function listen(address: ListenAddress): Promise<Listener> {
  const { host, port } = address;
  requireNetwork(host, port);
  if (address.tls === undefined) return await tcpListener(address);
  const { listenerFor } = await import("./tls.ts");
  return await listenerFor(address.tls, address, secrets(address.signal));
}

/** How many pagers have the terminal. Without us they would fight with the shell for it. */
let pagers = 0;

/** The first interrupt is told to the listener; a second one ends the process, as people expect. */
function onInterrupt(listener: () => void): () => void {
  let count = 0;
  const handle = () => {
    if (++count > 1 && pagers === 0) process.exit(130);
    listener();
  };
  const listeners = [
    ["SIGINT", handle],
    ["SIGTERM", handle],
    ["SIGHUP", ignoresHangUp() ? () => {} : handle],
    // Ctrl-Break; other systems have no such signal.
    ...process.platform === "win32" ? [["SIGBREAK", handle] as const] : [],
  ] as const;
  for (const [signal, listen] of listeners) process.on(signal, listen);
  return () => {
    for (const [signal, listen] of listeners) process.off(signal, listen);
  };
}

/** Bit of SIGHUP in the masks of signals that Linux shows. */
const HANG_UP = 1n;

/**
 * Whether the end of the terminal is to be outlived: `nohup` has it ignored, which listening to any signal would undo (Deno then
 * listens to this one too).
 */
function ignoresHangUp(): boolean {
  // On Windows it is the window that is being closed: whatever is to be kept has seconds.
  if (process.platform === "win32") return false;
  // What `nohup` runs writes to no terminal.
  if (isTerminal(1) || isTerminal(2)) return false;
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(status)?.[1];
    if (ignored !== undefined) return (BigInt(`0x${ignored}`) & HANG_UP) !== 0n;
  } catch {
    // Only Linux tells, and only who may read.
  }
  return true;
}

class StandardOutput implements OutputStream {
  readonly #fd: number;
  readonly #stream: () => NodeJS.WriteStream;

  /** The stream comes as a function: making it takes the runtime a millisecond, and only its width is ever needed. */
  constructor(fd: number, stream: () => NodeJS.WriteStream) {
    this.#fd = fd;
    this.#stream = stream;
  }

  get isTerminal(): boolean {
    return isTerminal(this.#fd);
  }

  /** Terminals that can do nothing are called dumb by convention. */
  get obeysEscapes(): boolean {
    return this.isTerminal && !isDumb();
  }

  /** Terminals that nobody told their size (`script`, some CI runners) say 0; COLUMNS may say more, of a pipe as well. */
  get columns(): number | undefined {
    const known = this.isTerminal ? this.#stream().columns : undefined;
    return known || environmentColumns();
  }

  get rows(): number | undefined {
    return this.isTerminal ? this.#stream().rows || undefined : undefined;
  }

  /** Writes synchronously: nothing is lost when the process ends, and the order of both streams is kept. */
  async write(chunk: string | Uint8Array): Promise<boolean> {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    let at = 0;
    while (at < bytes.length) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at);
      } catch (error) {
        const code = errorCode(error);
        if (code === "EPIPE") return false;
        // A pipe that somebody made non-blocking is full for the moment.
        if (code !== "EAGAIN") {
          const name = this.#fd === 1 ? "standard output" : "standard error";
          throw unwritable(name, error);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return true;
  }
}

/** Width that the environment gives (POSIX 8.3), as `watch` does. */
function environmentColumns(): number | undefined {
  try {
    const columns = variable("COLUMNS") ?? "";
    return /^[1-9]\d{0,4}$/.test(columns) ? Number(columns) : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be known is taken as usual. */
function isDumb(): boolean {
  try {
    return variable("TERM") === "dumb";
  } catch {
    return false;
  }
}

/** Number of Linux's null device. */
const LINUX_NULL = 0x103;

/** Whether a stream is a terminal. The runtime's own answer takes it a millisecond at first; nearly always a shorter one will do. */
function isTerminal(fd: number): boolean {
  try {
    const facts = fstatSync(fd);
    if (!facts.isCharacterDevice()) return false;
    if (process.platform === "linux" && facts.rdev === LINUX_NULL) return false;
  } catch {
    // Windows has streams without such facts.
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}

class StandardInput implements InputStream {
  get isTerminal(): boolean {
    return process.stdin.isTTY === true;
  }

  async readAll(signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await readStandardInput({ ...signal && { signal } });
    } catch (cause) {
      throw unreadable("standard input", cause);
    }
  }

  async *chunks(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      yield* readChunks(undefined, signal);
    } catch (cause) {
      throw unreadable("standard input", cause);
    }
  }

  async readSecret(
    prompt: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { readSecret } = await import("./secret.ts");
    return await readSecret(prompt, signal);
  }
}

function unreadable(name: string, cause: unknown): FindscuError {
  if (cause instanceof FindscuError) return cause;
  const refusal = refusalOf(cause);
  const hint = cause instanceof UnfitInputError ? cause.hint : refusal?.hint;
  return new InputError(
    "input-unreadable",
    `Cannot read ${name}: ${refusal?.message ?? messageOf(cause)}`,
    { cause, ...hint !== undefined && { hint } },
  );
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    // Deno needs to know who the user is, and may not: reading or writing will tell.
    return refusalOf(error) !== undefined;
  }
}

/** Bytes of a long file that are read at once. */
const PIECE = 1 << 20;

const FILES: FileSystem = {
  stat(path) {
    try {
      const facts = statSync(path);
      return {
        kind: facts.isFile()
          ? "file"
          : facts.isDirectory()
          ? "directory"
          : "other",
        size: facts.size,
        readable: allows(path, constants.R_OK),
        writable: allows(path, constants.W_OK),
      };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined) throw refusal;
      return undefined;
    }
  },
  read(path, limit) {
    try {
      return readInput(path, limit);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  async *chunks(path, signal) {
    try {
      yield* readChunks(path, signal);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  async readPipes(paths, signal) {
    for (const path of paths) {
      try {
        await readPipes([path], { signal });
      } catch (cause) {
        throw unreadable(`"${path}"`, cause);
      }
    }
  },
  limitInput,
  readStart(path, length) {
    try {
      const fd = openSync(path, "r");
      try {
        const bytes = new Uint8Array(length);
        let at = 0;
        while (at < length) {
          const count = readSync(fd, bytes, at, length - at, at);
          if (count === 0) break;
          at += count;
        }
        return bytes.subarray(0, at);
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  *pieces(path) {
    let fd: number | undefined;
    try {
      fd = openSync(path, "r");
      const buffer = new Uint8Array(PIECE);
      for (let count; (count = readSync(fd, buffer, 0, PIECE, null)) > 0;) {
        yield buffer.subarray(0, count);
      }
    } catch (cause) {
      // What the reader of a piece throws does not come by here.
      throw unreadable(`"${path}"`, cause);
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  },
  realPath(path) {
    try {
      return realpathSync.native(path);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  list(path) {
    try {
      return readdirSync(path).sort();
    } catch (cause) {
      throw unreadable(`the directory "${path}"`, cause);
    }
  },
  async lock(path) {
    const { lockFile } = await import("./lock_file.ts");
    return lockFile(path);
  },
  async extend(path, length) {
    const { extendedFile } = await import("./extended_file.ts");
    return extendedFile(path, length);
  },
  async remove(path) {
    const { removeFile } = await import("./extended_file.ts");
    removeFile(path);
  },
  async write(path, bytes) {
    const file = await FILES.create(path);
    try {
      await file.write(bytes);
      await file.commit();
    } catch (error) {
      await file.discard();
      throw error;
    }
  },
  create(path) {
    try {
      return Promise.resolve(outputFile(path));
    } catch (error) {
      return Promise.reject(error);
    }
  },
  append(path, chunk, isReplaced = false) {
    return promised(path, () => appendToFile(path, chunk, isReplaced));
  },
  rename(from, to) {
    return promised(to, () => renameSync(from, to));
  },
  sink: growingFile,
  join: (directory, name) => isAbsolute(name) ? name : join(directory, name),
  absolute: (path) => resolve(path),
  makeDirectory(path) {
    return promised(
      path,
      () => mkdirSync(path, { recursive: true, mode: 0o700 }),
    );
  },
};
