/**
 * Whole processes against the clock: programs take turns, round after round, so that whatever else the machine does hits them
 * alike. Does not depend on any program by name.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { root } from "../compile_steps.ts";

/** Something to be timed. */
export interface Cell {
  /** What it does, as a row of the table. */
  readonly name: string;
  /** Who does it: DCMTK, or one of our forms. */
  readonly by: string;
  /** The commands of one run, so many at a time. */
  readonly commands: readonly (readonly string[])[];
  readonly sideBySide?: number;
  /** The name of the cell that its time is compared with; itself is a reference when absent. */
  readonly reference?: Cell | undefined;
  /** Part of the reference's time that it should take at most. */
  readonly aim?: number | undefined;
  /** Undoes what a run has left, before the next. */
  readonly tidy?: () => void;
}

/** What was measured of a cell. */
export interface Figure {
  readonly cell: Cell;
  /** Median, in seconds. */
  readonly seconds: number;
  /** Median of the parts of the reference's time in the same round; undefined for a reference. */
  readonly ratio: number | undefined;
  /** Largest memory of its processes in MB; undefined if it cannot be measured. */
  readonly megabytes: number | undefined;
}

const TIME = "/usr/bin/time";
const MEASURED = existsSync(TIME) ? [TIME, "-f", "%M"] : [];

/** Runs a command to its end, output thrown away; answers its memory in MB if that is measured. */
function run(
  command: readonly string[],
  measured: readonly string[],
): Promise<number | undefined> {
  const [first = "", ...args] = [...measured, ...command];
  return new Promise((resolve, reject) => {
    const child = spawn(first, args, {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let last = "";
    child.stderr.on("data", (chunk) => last = (last + chunk).slice(-400));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) {
        reject(new Error(`${command.join(" ")} ended with ${code}:\n${last}`));
      } else {
        const kilobytes = /(\d+)\s*$/.exec(last)?.[1];
        const isKnown = measured.length > 0 && kilobytes !== undefined;
        resolve(isKnown ? Number(kilobytes) / 1000 : undefined);
      }
    });
  });
}

async function once(
  { commands, sideBySide = 1, tidy }: Cell,
  measured: readonly string[],
): Promise<{ seconds: number; megabytes: number | undefined }> {
  tidy?.();
  const memory: number[] = [];
  const left = commands.values();
  const start = performance.now();
  const lane = async () => {
    for (const command of left) memory.push(await run(command, measured) ?? 0);
  };
  await Promise.all(Array.from({ length: sideBySide }, lane));
  const seconds = (performance.now() - start) / 1000;
  const largest = Math.max(...memory);
  return { seconds, megabytes: largest > 0 ? largest : undefined };
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/**
 * Times cells by turns; if there is more than one round, after another that warms the caches and measures the memory, which
 * costs 2 ms a process.
 */
export async function measure(
  cells: readonly Cell[],
  rounds: number,
): Promise<Figure[]> {
  const seconds = new Map<Cell, number[]>(cells.map((cell) => [cell, []]));
  const megabytes = new Map<Cell, number>();
  const first = rounds > 1 ? -1 : 0;
  for (let round = first; round < rounds; round++) {
    for (const cell of cells) {
      const taken = await once(cell, round === first ? MEASURED : []);
      if (round >= 0) seconds.get(cell)!.push(taken.seconds);
      if (round === first) megabytes.set(cell, taken.megabytes ?? 0);
    }
  }
  return cells.map((cell) => {
    const own = seconds.get(cell)!;
    const other = cell.reference && seconds.get(cell.reference);
    return {
      cell,
      seconds: median(own),
      ratio: other && median(own.map((time, round) => time / other[round]!)),
      megabytes: megabytes.get(cell) || undefined,
    };
  });
}

/** The replay SCP in a process of its own. */
export class ReplayServer {
  readonly #process;

  /** @param bun the program that runs it */
  constructor(bun = "bun") {
    this.#process = spawn(bun, ["scripts/bench/replay_scp.ts"], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** Resolves with its port. */
  start(): Promise<string> {
    const lines = createInterface({ input: this.#process.stdout });
    return new Promise((resolve) => lines.once("line", resolve));
  }

  /** Ends it. */
  stop(): void {
    this.#process.kill();
  }
}
