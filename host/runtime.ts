/**
 * The parts of the process that every run needs: arguments, variables, signals, standard streams, the end. By Deno's own means on
 * Deno, where `node:process` takes longer to load than a query does; by `node:process` elsewhere. Does not depend on DICOM.
 */
import { builtin, usesBuiltins } from "../src/builtin.ts";

/** A standard stream of Deno. */
interface DenoStream {
  writeSync(bytes: Uint8Array): number;
  isTerminal(): boolean;
}

/** The part of Deno's face that is used here. */
interface DenoFace {
  readonly args: readonly string[];
  readonly build: { readonly os: string; readonly arch: string };
  readonly env: { get(name: string): string | undefined };
  readonly stdin: { isTerminal(): boolean };
  readonly stdout: DenoStream;
  readonly stderr: DenoStream;
  exit(code: number): never;
  addSignalListener(signal: Signal, listener: () => void): void;
  removeSignalListener(signal: Signal, listener: () => void): void;
  consoleSize(): { readonly columns: number; readonly rows: number };
  readTextFileSync(path: string): string;
}

/** The signals that are listened to. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGBREAK";

const { Deno: deno } = globalThis as { Deno?: DenoFace };

const node = () => builtin("node:process");

/** The arguments after the name of the program. */
export function programArguments(): string[] {
  return deno === undefined ? node().argv.slice(2) : [...deno.args];
}

/** The value of an environment variable; Deno throws if it may not be read. */
export function environmentVariable(name: string): string | undefined {
  if (deno === undefined) return node().env[name];
  // Deno also throws for an invalid variable name.
  return /^[^=\0]+$/.test(name) ? deno.env.get(name) : undefined;
}

/** The system, as Node calls it: `linux`, `darwin`, `win32`. */
export function platform(): string {
  if (deno === undefined) return node().platform;
  return deno.build.os === "windows" ? "win32" : deno.build.os;
}

/** Ends the process. Listeners to its end have `node:process` from `builtin()`: Deno's own `exit` does not notify them. */
export function exit(code: number): never {
  if (deno === undefined || usesBuiltins()) return node().exit(code);
  return deno.exit(code);
}

/** Calls back at every occurrence of a signal; returns a function that ends this. The system's default action no longer happens. */
export function listenTo(signal: Signal, listener: () => void): () => void {
  if (deno === undefined) {
    node().on(signal, listener);
    return () => void node().off(signal, listener);
  }
  // Windows sends none, and Deno throws.
  if (signal === "SIGTERM" && platform() === "win32") return () => {};
  deno.addSignalListener(signal, listener);
  return () => deno.removeSignalListener(signal, listener);
}

/**
 * Writes as many bytes from `at` on as the system accepts at once, to stdout (1) or stderr (2); returns how many. Throws the
 * system's error.
 */
export function writeNow(fd: 1 | 2, bytes: Uint8Array, at: number): number {
  if (deno === undefined) {
    return builtin("node:fs").writeSync(fd, bytes, at, bytes.length - at);
  }
  const stream = fd === 1 ? deno.stdout : deno.stderr;
  return stream.writeSync(at === 0 ? bytes : bytes.subarray(at));
}

/** Number of Linux's null device. */
const LINUX_NULL = 0x103;

/** Whether a standard stream is a terminal. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  if (deno !== undefined) {
    return (fd === 0 ? deno.stdin : fd === 1 ? deno.stdout : deno.stderr)
      .isTerminal();
  }
  // The answer of `node:tty` takes a millisecond at first; nearly always a shorter one will do.
  try {
    const facts = builtin("node:fs").fstatSync(fd);
    if (!facts.isCharacterDevice()) return false;
    if (platform() === "linux" && facts.rdev === LINUX_NULL) return false;
  } catch {
    // Windows has streams without such facts.
  }
  return builtin("node:tty").isatty(fd);
}

/** Columns and rows of a terminal; 0 or undefined if nobody knows. */
export function terminalSize(
  fd: 1 | 2,
): { readonly columns: number | undefined; readonly rows: number | undefined } {
  if (deno === undefined) {
    const { stdout, stderr } = node();
    return fd === 1 ? stdout : stderr;
  }
  try {
    return deno.consoleSize();
  } catch {
    return { columns: undefined, rows: undefined };
  }
}

/** The text of a small file of the system's. Throws whatever the runtime throws. */
export function systemText(path: string): string {
  return deno === undefined
    ? builtin("node:fs").readFileSync(path, "latin1")
    : deno.readTextFileSync(path);
}

const encoder = new TextEncoder();

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return deno === undefined
    ? builtin("node:buffer").Buffer.from(text)
    : encoder.encode(text);
}
