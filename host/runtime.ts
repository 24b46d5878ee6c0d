/**
 * The parts of the process that every run needs: arguments, variables, signals, the end. By Deno's own means on
 * Deno, where `node:process` takes longer to load than a query does; by `node:process` elsewhere. Does not depend on DICOM.
 */
import { builtin, usesBuiltins } from "../src/builtin.ts";

/** The part of Deno's face that is used here. */
interface DenoFace {
  readonly args: readonly string[];
  readonly build: { readonly os: string; readonly arch: string };
  readonly env: { get(name: string): string | undefined };
  exit(code: number): never;
  addSignalListener(signal: Signal, listener: () => void): void;
  removeSignalListener(signal: Signal, listener: () => void): void;
  readTextFileSync(path: string): string;
}

/** The signals that are listened to. */
export type Signal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGBREAK";

const { Deno: deno } = globalThis as { Deno?: DenoFace };

const node = () => builtin("node:process");

/** How long a run is taken for a short one, in milliseconds. */
const SHORT_RUN = 10;

/**
 * Calls back when the run is no longer a short one, for what only long runs need; returns a function that cancels it. Not for
 * Deno, where the first `setTimeout` takes longer than what it would put off.
 */
export function afterShortRun(callback: () => void): () => void {
  const timer = setTimeout(callback, SHORT_RUN);
  return () => clearTimeout(timer);
}

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
