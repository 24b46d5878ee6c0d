/** Runs programs as a user would: this source under the runtime that runs the test, or any other executable. */
import { spawn, type SpawnOptions } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What became of a process. */
export interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run. */
export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds after which it is killed: a test that hangs says what it was doing. */
  readonly limit?: number;
  /** Called with the process once it runs. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with what comes on either stream, as it comes. */
  readonly onOutput?: (
    text: string,
    kill: (signal: NodeJS.Signals) => void,
  ) => void;
}

/** How long a process may take by default: less than the runners give a test, so that we are the ones who complain. */
const LIMIT_MS = 110_000;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const isDeno = process.versions["deno"] !== undefined;

/** The words that run a script of the project under the runtime of the test. */
export function scriptCommand(script: string): string[] {
  return isDeno
    ? [process.execPath, "run", "--no-check", "-A", script]
    : [process.execPath, script];
}

/** Runs a command to its end. Rejects with what it printed when that takes longer than it may. */
export function runCommand(
  command: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const [program = "", ...args] = command;
  const settings: SpawnOptions = {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    stdio: "pipe",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, settings);
    const texts = { stdout: "", stderr: "" };
    // Not `child.kill`: Deno then takes any end of the process for one by that signal.
    const kill = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(child.pid, signal);
      } catch (error) {
        // What it printed may come after its end.
        if ((error as { code?: string }).code !== "ESRCH") throw error;
      }
    };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]!.setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
        options.onOutput?.(text, kill);
      });
    }
    const { limit = LIMIT_MS } = options;
    const timer = setTimeout(() => {
      kill("SIGKILL");
      reject(
        new Error(
          `${command.join(" ")}: killed after ${limit / 1000} s\n` +
            `stdout: ${texts.stdout}\nstderr: ${texts.stderr}`,
        ),
      );
    }, limit);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...texts });
    });
    child.stdin!.on("error", () => {});
    child.stdin!.end(options.input ?? "");
    options.onStart?.(kill);
  });
}

/** Runs findscu from source with these arguments. */
export function findscu(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return runCommand([...scriptCommand(`${ROOT}cli.ts`), ...args], options);
}
