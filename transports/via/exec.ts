/**
 * A program that carries the bytes: writes go to its standard input, reads come from its standard output. For
 * `ssh -W`, and for transports that come as programs of their own. Does not depend on DICOM.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { builtin } from "../../src/builtin.ts";
import {
  FindscuError,
  messageOf,
  TransportError,
  UsageError,
} from "../../src/errors.ts";
import {
  type Connector,
  formatAddress,
  type Target,
  type Transport,
  type TransportInfo,
} from "../../src/transport.ts";
import { PushedTransport } from "../read_queue.ts";
import { brokenError, errorCode } from "../socket_errors.ts";

/** The program to run. */
export interface ExecOptions {
  /**
   * The program and its arguments; or a line for the shell of the system. In both, `%h` and `%p` are host and port, `%%` is `%`.
   */
  readonly command: readonly [string, ...string[]] | string;
  /** Kind of the transports; `exec` when absent. */
  readonly kind?: string;
  /** Receives its standard error, line by line. */
  readonly stderr?: (line: string) => void;
}

/** Time limit for a program to end by itself once its input has ended, in milliseconds; then it is ended. */
const ENDING_TIME = 500;

/** How long the end of one stream may come before the exit code that explains it, in milliseconds. */
const EXPLAINING_TIME = 500;

/** Time limit for bytes just written to leave a program that is to end with this process, in milliseconds. */
const LEAVING_TIME = 100;

/** Most characters of a program's last output that are kept for messages. */
const LAST_WORDS = 300;

/**
 * A connector by a program. Rejects with `TransportError`, with `UsageError` for a host that it cannot be given, or with the
 * signal's reason.
 */
export function execConnector(options: ExecOptions): Connector {
  return (target, { signal }) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    let child: ChildProcess;
    try {
      child = start(options.command, target);
    } catch (error) {
      return Promise.reject(startError(error, options));
    }
    return whenStarted(child, options, target, signal);
  };
}

function whenStarted(
  child: ChildProcess,
  options: ExecOptions,
  target: Target,
  signal: AbortSignal,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const settle = () => signal.removeEventListener("abort", aborted);
    const aborted = () => {
      child.kill();
      reject(signal.reason);
    };
    signal.addEventListener("abort", aborted, { once: true });
    child.once("error", (error) => {
      settle();
      reject(startError(error, options));
    });
    child.once("spawn", () => {
      settle();
      if (!signal.aborted) {
        resolve(new ChildTransport(child, options, target));
      }
    });
  });
}

function start(
  command: ExecOptions["command"],
  target: Target,
): ChildProcess {
  const { host } = target;
  if (host.startsWith("-")) {
    throw new UsageError(
      `The host "${host}" begins with a hyphen: a program would read it as an option`,
    );
  }
  const stdio = ["pipe", "pipe", "pipe"] as const;
  if (typeof command === "string") {
    if (!/^[\w.:%-]*$/.test(host)) {
      throw new UsageError(
        `The host "${host}" contains characters that are special to a shell`,
        { hint: "Run the program without a shell" },
      );
    }
    const shell = builtin("node:process").platform === "win32"
      ? builtin("node:process").env["ComSpec"] ?? "cmd.exe"
      : "/bin/sh";
    return spawn(filled(command, target), [], {
      stdio: [...stdio],
      shell,
      windowsHide: true,
    });
  }
  const [program = "", ...args] = command.map((word) => filled(word, target));
  return spawn(program, args, { stdio: [...stdio], windowsHide: true });
}

/** A word with host and port in it. */
function filled(word: string, { host, port }: Target): string {
  return word.replaceAll(
    /%([hp%])/g,
    (_, sign) => sign === "h" ? host : sign === "p" ? String(port) : "%",
  );
}

/** The program as messages name it. */
function nameOf({ command }: ExecOptions): string {
  return typeof command === "string" ? command : command.join(" ");
}

function startError(cause: unknown, options: ExecOptions): FindscuError {
  if (cause instanceof FindscuError) return cause;
  const code = errorCode(cause);
  const what = code === "ENOENT"
    ? "no such program"
    : code === "EACCES"
    ? "the system does not allow it to be run"
    : messageOf(cause);
  return new TransportError(
    "connect",
    `Cannot start "${nameOf(options)}": ${what}`,
    { cause, hint: "Check its name and the PATH, or give its full path" },
  );
}

/** A running program as a transport. */
class ChildTransport extends PushedTransport {
  readonly info: TransportInfo;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #report: (line: string) => void;
  #isAnswered = false;
  /** The unfinished last line of standard error. */
  #line = "";
  #lastWords = "";
  /** When something was last written, by the clock of `performance`. */
  #lastWrite = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(child: ChildProcess, options: ExecOptions, target: Target) {
    super();
    const { kind = "exec", stderr = () => {} } = options;
    this.info = { kind, peer: formatAddress(target.host, target.port) };
    this.#child = child;
    this.#name = nameOf(options);
    this.#report = stderr;
    const { stdin, stdout } = child;
    stdout?.on("data", ({ buffer, byteOffset, length }: Uint8Array) => {
      this.#isAnswered = true;
      this.incoming.push(new Uint8Array(buffer, byteOffset, length));
    });
    stdout?.on("end", () => this.#endSoon(null));
    stdin?.on(
      "error",
      () => this.#endSoon(this.#brokenError("no longer reads")),
    );
    child.stderr?.setEncoding("utf8");
    child.stderr?.on("data", (text: string) => this.#noteOutput(text));
    child.on("close", (code, signal) => this.#ended(code, signal));
    child.on("error", () => {});
    builtin("node:process").on("exit", this.#endWithProcess);
  }

  protected pause(isPaused: boolean): void {
    if (isPaused) this.#child.stdout?.pause();
    else this.#child.stdout?.resume();
  }

  protected send(bytes: Uint8Array, done: () => void): void {
    if (this.incoming.end === null) {
      return this.rejectWrite(this.#brokenError("no longer reads"));
    }
    if (bytes.length === 0) return done();
    this.#child.stdin!.write(bytes, (error) => {
      // A failure waits for the exit code, which explains it.
      if (error || !this.isWriting) return;
      this.#lastWrite = performance.now();
      done();
    });
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.incoming.close(() => this.#kill());
    clearTimeout(this.#timer);
    if (this.isWriting) {
      this.rejectWrite(brokenError(this.info.peer, "closed during a write"));
      return this.#kill();
    }
    this.#child.stdin?.end();
    // Does not keep a process alive that has nothing else to do: it ends the program when it ends.
    const timer = setTimeout(() => this.#kill(), ENDING_TIME);
    timer.unref?.();
    this.#timer = timer;
  }

  #kill(): void {
    if (this.#hasExited()) return;
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => {
      if (!this.#hasExited()) this.#child.kill("SIGKILL");
    }, ENDING_TIME);
    timer.unref?.();
  }

  #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** A program that ends with this process gets a moment for the last written bytes, usually an A-ABORT. */
  readonly #endWithProcess = (): void => {
    if (this.#hasExited()) return;
    const timeLeft = this.#lastWrite + LEAVING_TIME - performance.now();
    if (timeLeft > 0) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeLeft);
    }
    this.#child.kill("SIGTERM");
  };

  /** A stream ended: the exit code will show why. */
  #endSoon(end: FindscuError | null): void {
    if (this.isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#finish(end), EXPLAINING_TIME);
  }

  #ended(code: number | null, signal: string | null): void {
    builtin("node:process").off("exit", this.#endWithProcess);
    clearTimeout(this.#timer);
    this.#noteOutput("\n");
    this.#finish(this.#verdict(code, signal));
  }

  /** How the connection ended, by the way in which the program did. */
  #verdict(code: number | null, signal: string | null): FindscuError | null {
    if (code === 0 && this.#isAnswered) return null;
    const how = code === null
      ? `was ended by ${signal}`
      : `ended with exit code ${code}`;
    const says = this.#lastWords === "" ? "" : `; it says "${this.#lastWords}"`;
    if (this.#isAnswered) return this.#brokenError(`${how}${says}`);
    return new TransportError(
      "connect",
      `Cannot connect to "${this.info.peer}" through "${this.#name}": it ${how} before any data arrived${says}`,
      {
        hint: code === 0
          ? "It did not reach the peer, or the peer closed the connection at once, as peers do that do not recognise the calling AE title"
          : "Run the command alone to see what is wrong",
      },
    );
  }

  #brokenError(what: string): TransportError {
    return brokenError(this.info.peer, `"${this.#name}" ${what}`);
  }

  #finish(end: FindscuError | null): void {
    this.incoming.finish(end);
    this.rejectWrite(
      this.incoming.end ?? this.#brokenError("no longer reads"),
    );
  }

  #noteOutput(text: string): void {
    const lines = `${this.#line}${text}`.split(/\r?\n/);
    this.#line = lines.pop()!.slice(-65_536);
    for (const line of lines) {
      if (line.trim() === "") continue;
      this.#lastWords = line.trim().slice(0, LAST_WORDS);
      this.#report(line);
    }
  }
}
