/** The program that shows long output page by page. Loaded when there is some. */
import type { ChildProcessByStdio } from "node:child_process";
import process from "node:process";
import type { Writable } from "node:stream";
import type { Pager } from "../src/cli/host.ts";
import { mayRun } from "./rights.ts";

/** Syntax that only a shell understands. */
const NEEDS_SHELL = /[|&;<>()$`\\"'*?[\]#~=%{}]/;

/** Starts it; undefined if that cannot be done: it is not there, or this process may start none. */
export async function openPager(command: string): Promise<Pager | undefined> {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const isWindows = process.platform === "win32";
  const needsShell = NEEDS_SHELL.test(command);
  const words = needsShell && !isWindows
    ? ["/bin/sh", "-c", command]
    : command.trim().split(/\s+/);
  const [program = "", ...args] = words;
  if (!mayRun(program)) return undefined;
  try {
    const child = spawn(program, args, {
      stdio: ["pipe", "inherit", "inherit"],
      shell: needsShell && isWindows,
    });
    await new Promise((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return new ChildPager(child);
  } catch {
    return undefined;
  }
}

class ChildPager implements Pager {
  readonly #stdin: Writable;
  readonly #ended: Promise<void>;
  #isGone = false;

  constructor(child: ChildProcessByStdio<Writable, null, null>) {
    this.#stdin = child.stdin;
    // `write` reports a reader that leaves early.
    this.#stdin.on("error", () => this.#isGone = true);
    this.#ended = new Promise((resolve) =>
      child.once("exit", () => {
        this.#isGone = true;
        resolve();
      })
    );
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#isGone) return Promise.resolve(false);
    const delivery = new Promise<boolean>((resolve) =>
      this.#stdin.write(
        bytes,
        (error) => resolve(error === null || error === undefined),
      )
    );
    return Promise.race([delivery, this.#ended.then(() => false)]);
  }

  async close(): Promise<void> {
    this.#stdin.end();
    await this.#ended;
  }
}
