/**
 * Services that the command line needs from the machine it runs on: arguments, streams, files, time, signals, connectors. `cli.ts`
 * implements it for Deno and Bun, tests with plain objects. Types only; does not depend on DICOM or any option.
 */

import type { FindscuError, OutputError } from "../errors.ts";
import type { Clock } from "../driver/drive.ts";
import type { NamedBytes } from "../output/files.ts";
import type { Connector, Listener, Transport } from "../transport.ts";

import type { ProfileId } from "../security.ts";
import type { NetworkTarget, TlsConfig } from "./target.ts";

/** One of the process's output streams. */
export interface OutputStream {
  /** Whether a person is looking: widths and progress messages depend on it. */
  readonly isTerminal: boolean;
  /** Whether it is a terminal that obeys escape sequences: colours depend on it, and lines that are drawn again. */
  readonly obeysEscapes: boolean;
  /** Width of the terminal in cells, if there is one. */
  readonly columns: number | undefined;
  /** Height of the terminal in lines, if there is one. */
  readonly rows?: number | undefined;
  /**
   * Writes text (as UTF-8) or bytes and waits until the system has accepted them (back-pressure).
   * Resolves with `false` once the reading end is gone, which is not an error for a program in a pipe;
   * rejects with `OutputError` on any other failure.
   */
  write(chunk: string | Uint8Array): Promise<boolean>;
}

/** The stream of messages. `write` never rejects: messages that cannot be written stop nothing, but the run then fails. */
export interface MessageStream extends OutputStream {
  /** Why messages are missing; undefined while none is. */
  readonly failure: FindscuError | undefined;
}

/** A program that shows output page by page. */
export interface Pager {
  /** Resolves when the bytes are accepted, with `false` once the person has left. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Nothing follows; resolves when the person has left. */
  close(): Promise<void>;
}

/** The process's standard input. */
export interface InputStream {
  /** Whether a person would need to type. */
  readonly isTerminal: boolean;
  /** Everything up to the end of input. Rejects with `InputError`, and with the signal's reason when it fires first. */
  readAll(signal?: AbortSignal): Promise<Uint8Array>;
  /** The same piece by piece, on demand. */
  chunks(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** One line typed without echo on a terminal, or read from the pipe; without its line end. `undefined` at the end of input. */
  readSecret(prompt: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Facts about a path without opening it. */
export interface FileFacts {
  readonly kind: "file" | "directory" | "other";
  /** Length in bytes. */
  readonly size: number;
  /** Whether this process may read it. */
  readonly readable: boolean;
  /** Whether this process may write to it (for a directory: create files in it). */
  readonly writable: boolean;
}

/** An output file that appears under its name only when complete. */
export interface FileWriter {
  /** Appends; bytes may change when this is over. Rejects with `OutputError`. */
  write(chunk: string | Uint8Array): Promise<void>;
  /**
   * Gives the file its name, or this other one, replacing an older file, whose mode and owner it keeps. Rejects with `OutputError`.
   */
  commit(path?: string): Promise<void>;
  /** Discards written data. Never fails. */
  discard(): Promise<void>;
}

export type { NamedBytes };

/** A folder that takes many files. */
export interface OutputFolder {
  /** The path of a file in it. */
  pathOf(name: string): string;
  /** Creates or replaces each file in one step; many together take less time. Returns the errors, in the order of the files. */
  write(files: readonly NamedBytes[]): readonly OutputError[];
}

/** An output file that continues where it was left. */
export interface ExtendedFile {
  /** Appends. Rejects with `OutputError`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until everything is on the disk. Rejects with `OutputError`. */
  sync(): Promise<void>;
  /** Lets it go. Never fails. */
  close(): Promise<void>;
}

/** An output file that grows under its name from its first text on, and is good at any moment. */
export interface TextSink {
  /** Appends text as UTF-8; it is written when this returns. Throws `OutputError`. */
  write(text: string): void;
  /** Releases the file; if nothing was written, any earlier file of that name stays. Idempotent. */
  close(): void;
  /**
   * Lets it go with the texts that were written whole, under another name. Returns whether there is anything of that name. Never
   * fails.
   */
  abandon(path: string): boolean;
}

/** The file system, as far as needed. Paths are passed on as the user typed them. */
export interface FileSystem {
  /**
   * The facts, or `undefined` if it does not exist. Throws `UsageError` if the runtime may not look. Synchronous: the command
   * line is checked before anything else happens.
   */
  stat(path: string): FileFacts | undefined;
  /**
   * The whole content of a file or a pipe, up to a limit in bytes. Throws `InputError` (`input-unreadable`), also for endless
   * input. Synchronous for the same reason as `stat`: it heeds no signal while it waits for a pipe, unless `readPipes` has read
   * that.
   */
  read(path: string, limit?: number): Uint8Array;
  /** The content of a file, a pipe or a device piece by piece. Rejects with `InputError`, and with the signal's reason. */
  chunks(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Reads those of these that are pipes ahead. Rejects with `InputError`, and with the signal's reason when it fires first. */
  readPipes(paths: readonly string[], signal: AbortSignal): Promise<void>;
  /** Sets the limit in bytes for later reads without one of their own. */
  limitInput(bytes: number): void;
  /** The first bytes, fewer only if the file has fewer. Throws `InputError`. */
  readStart(path: string, length: number): Uint8Array;
  /** The content of a file of any length in pieces, each of which is overwritten by the next. Throws `InputError`. */
  pieces(path: string): Iterable<Uint8Array>;
  /** The path without links, by which the same place is known again. Throws `InputError`. */
  realPath(path: string): string;
  /** Names in a directory, sorted, without `.` and `..`. Throws `InputError`. */
  list(path: string): readonly string[];
  /** Creates or replaces a file in one step. Rejects with `OutputError`. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** A folder that is there, for files that are written as `write` does, but many of them. */
  folder(path: string): OutputFolder;
  /** Starts a file that is written piece by piece. Rejects with `OutputError`. */
  create(path: string): Promise<FileWriter>;
  /**
   * Starts a file that is written piece by piece and readable by its owner alone, unless it replaces another. Throws `OutputError`.
   */
  sink(path: string): TextSink;
  /** Adds to the end of a file, which is created if need be, and replaced on request. Rejects with `OutputError`. */
  append(
    path: string,
    chunk: string | Uint8Array,
    isReplaced?: boolean,
  ): Promise<void>;
  /** Opens a file to append to it; it is truncated to a length in bytes. It is made if need be. Rejects with `OutputError`. */
  extend(path: string, length: number): Promise<ExtendedFile>;
  /**
   * Takes a file of this name for this run alone, until the returned function is called or the program ends, however it does.
   * Rejects with `OutputError` while another run has it.
   */
  lock(path: string): Promise<() => void>;
  /** Removes a file, if there is one. Rejects with `OutputError`. */
  remove(path: string): Promise<void>;
  /** Gives a file another name, replacing the file that has it. Rejects with `OutputError`. */
  rename(from: string, to: string): Promise<void>;
  /** Joins a directory and a file name; an absolute name wins. */
  join(directory: string, name: string): string;
  /** The path from the root on. */
  absolute(path: string): string;
  /** Makes a directory, and those above it, that only its owner may look into, if there is none. Rejects with `OutputError`. */
  makeDirectory(path: string): Promise<void>;
}

/** Takes sentences that the user should see. */
export interface Notices {
  /** Shown with details. */
  readonly info: (text: string) => void;
  /** For everybody. */
  readonly warn: (text: string) => void;
}

/** The support of this executable's TLS for one profile of PS3.15 Annex B. */
export interface TlsProfileSupport {
  readonly id: ProfileId;
  readonly name: string;
  readonly isRetired: boolean;
  readonly isDefault: boolean;
  /** The protocol versions of it that there are, e.g. `TLS 1.2`. */
  readonly versions: readonly string[];
  /** The cipher suites of it that there are, IANA names. */
  readonly suites: readonly string[];
  readonly support: "full" | "part" | "none";
  /** Cipher suites and protocol versions of it that there are not. */
  readonly missing: readonly string[];
}

/** The capabilities of this executable's TLS. */
export interface TlsSupport {
  readonly runtime: string;
  /** IANA names of all cipher suites, strongest kinds first. */
  readonly ciphers: readonly string[];
  readonly profiles: readonly TlsProfileSupport[];
}

/** The address to listen on, and how. */
export interface ListenAddress {
  readonly host: string;
  /** 0 picks any free one. */
  readonly port: number;
  /** Absent for plain TCP. */
  readonly tls?: TlsConfig;
  /** Called for peers that TLS refused. */
  readonly refused?: (error: FindscuError) => void;
  /** Receives oddities of the settings. */
  readonly notices?: Notices;
  /** Ends the waiting for pipes that keys and certificates come from. */
  readonly signal?: AbortSignal;
}

/** How a connection in memory is. */
export interface LinkOptions {
  /** Name of the peer, for messages. */
  readonly name: string;
  /** Milliseconds from each write to its arrival. */
  readonly latency?: number;
  /** Largest chunk that a read answers with, in bytes. */
  readonly chunkSize?: number;
  /** The connection breaks once the server has sent this number of bytes. */
  readonly cutAfter?: number;
}

/** The two ends of a connection in memory. */
export interface Link {
  readonly client: Transport;
  readonly server: Transport;
  /** Ends it with an error that the client sees, once it has read all sent data. */
  readonly fail: (error: Error) => void;
}

/** Facts about this very executable, for `--version`. */
export interface VersionFacts {
  /** Version of findscu, e.g. `0.1.0`. */
  readonly version: string;
  /** Commit it was built from, if known. */
  readonly commit: string | undefined;
  /** Date of the build or release, `YYYY-MM-DD`, if known. */
  readonly date: string | undefined;
  /** Operating system and architecture, e.g. `linux x64`. */
  readonly platform: string;
  /** Runtime with its version, e.g. `Deno 2.9.6`. */
  readonly runtime: string;
  /** Libraries and their versions, one per entry, e.g. `OpenSSL 3.5`. */
  readonly libraries: readonly string[];
}

/** Facts about the running process, for logs. */
export interface ProcessFacts {
  readonly pid: number;
  readonly hostname: string;
}

/** The machine's services for reading a command line. */
export interface ConfigHost {
  /** Arguments after the program's name. */
  readonly args: readonly string[];
  /** Value of an environment variable. Throws `UsageError` if the runtime may not read it. */
  env(name: string): string | undefined;
  readonly files: Pick<FileSystem, "stat" | "read">;
}

/** The path of the saved connections. */
export interface ConnectionsPlace {
  /** The file, which need not exist. */
  readonly path: string;
  /** The folder it is in, which relative paths in it count from. */
  readonly directory: string;
  /** The meaning of `~`; undefined if unknown. */
  readonly home: string | undefined;
}

/** The machine, as the command line sees it. */
export interface Host extends ConfigHost {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: MessageStream;
  readonly files: FileSystem;
  /** Milliseconds that only ever grow, and timers. */
  readonly clock: Clock;
  /** Date and time of day. */
  date(): Date;
  /** Fresh random bytes, for identifiers. */
  randomBytes(count: number): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104) under a fresh random key that is kept nowhere else: 32 bytes for any bytes. */
  keyedHash(): (data: Uint8Array) => Uint8Array;
  /** Calls back at each Ctrl-C (or SIGTERM, or SIGHUP); the returned function ends that. */
  onInterrupt(listener: () => void): () => void;
  /**
   * The connector to this peer. Reads keys and certificates and loads the modules that the transport needs, which may fail:
   * rejects with `TransportError`, with `UsageError` for settings that contradict each other, and with the signal's reason when it
   * fires while a pipe is waited for.
   */
  connector(
    target: NetworkTarget,
    notices: Notices,
    signal: AbortSignal,
  ): Promise<Connector>;
  /** The names of the transport plug-ins: programs called `findscu-transport-NAME` in the folders of the PATH. */
  transportPlugins(): readonly string[];
  /** Connects two ends in memory, for peers that are part of this program. */
  link(options: LinkOptions): Promise<Link>;
  /** Listens on a TCP port, for `serve`. Rejects with `TransportError`, or as `connector` does. */
  listen(address: ListenAddress): Promise<Listener>;
  /**
   * The path of the saved connections; undefined if neither a variable nor a home directory says so. Throws `UsageError` if Deno
   * may not look.
   */
  connectionsPlace(): ConnectionsPlace | undefined;
  /** The capabilities of this executable's TLS. */
  tlsSupport(): Promise<TlsSupport>;
  /**
   * Starts a pager by its command, which then has the terminal; undefined if that cannot be done. While it runs, interrupts end
   * the operations that listeners of `onInterrupt` end, and nothing else.
   */
  openPager(command: string): Promise<Pager | undefined>;
  /** Sends a UDP datagram. Rejects with `OutputError`. */
  sendDatagram(
    address: { readonly host: string; readonly port: number },
    bytes: Uint8Array,
  ): Promise<void>;
  readonly process: ProcessFacts;
  readonly version: VersionFacts;
}
