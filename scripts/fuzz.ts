/**
 * The long fuzz run: every target of `tests/fuzz` for its share of the time, with executions and findings of each. Exit code 1 with
 * findings, 2 for a wrong command line.
 *
 *   deno task fuzz --minutes 10                    all targets, with another seed each time
 *   deno task fuzz --minutes 10 --seed 42          the same executions again, as far as the time allows
 *   deno task fuzz --only PKCS#12 --only "a dump"  targets whose names hold one of these
 *
 * Keys and certificates are made for each run: there, the input that is printed repeats a finding, not the seed.
 */
import { parseArgs } from "@std/cli/parse_args.js";
import process from "node:process";
import {
  execution,
  type FuzzInput,
  type FuzzTarget,
  showInput,
} from "../tests/support/fuzz.ts";
import { targets } from "../tests/fuzz/targets/all.ts";
import type { Report, Task } from "./fuzz_worker.ts";

/** An execution that has not ended after so many milliseconds never will. */
const PATIENCE = 20_000;

/** Longest part of a stack that is shown, in lines. */
const STACK_LINES = 8;

/** Findings that have the same text: counted, and the first is shown. */
interface Kind {
  readonly round: number;
  readonly text: string;
  count: number;
}

interface Result {
  readonly executions: number;
  readonly kinds: readonly Kind[];
  readonly seeds: readonly FuzzInput[];
}

/** Runs a target in workers, a fresh one after each that hangs. */
async function fuzz(
  target: FuzzTarget,
  seed: number,
  milliseconds: number,
): Promise<Result> {
  const seeds = await target.seeds();
  const kinds = new Map<string, Kind>();
  const note = (round: number, text: string) => {
    // Of a time, only that it was too long.
    const key = text.split("\n").slice(0, STACK_LINES).join("\n")
      .replace(/^took .*/, "took too long");
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, { round, text, count: 1 });
    else known.count++;
  };
  const end = performance.now() + milliseconds;
  let next = 0;
  while (performance.now() < end) {
    const hung = await inWorker({
      name: target.name,
      seeds,
      seed,
      first: next,
      milliseconds: end - performance.now(),
      current: new Int32Array(new SharedArrayBuffer(4)),
    }, note);
    next = hung.next;
    if (!hung.isHung) break;
    note(next - 1, `has not ended after ${PATIENCE} ms`);
  }
  return { executions: next, kinds: [...kinds.values()], seeds };
}

/** Resolves with the number of the execution that would be next. */
function inWorker(
  task: Task,
  note: (round: number, text: string) => void,
): Promise<{ readonly next: number; readonly isHung: boolean }> {
  const worker = new Worker(new URL("fuzz_worker.ts", import.meta.url), {
    type: "module",
  });
  return new Promise((resolve, reject) => {
    let seen = -1;
    let since = performance.now();
    const watch = setInterval(() => {
      const current = Atomics.load(task.current, 0);
      if (current !== seen) {
        seen = current;
        since = performance.now();
      } else if (performance.now() - since > PATIENCE) {
        finish(current + 1, true);
      }
    }, 500);
    const finish = (next: number, isHung: boolean) => {
      clearInterval(watch);
      worker.terminate();
      resolve({ next, isHung });
    };
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.kind === "done") finish(task.first + data.rounds, false);
      else note(data.round, data.text);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // What no `await` sees, such as an unhandled rejection, ends the worker.
      const round = Atomics.load(task.current, 0);
      note(round, `ended the worker: ${event.message}`);
      finish(round + 1, false);
    };
    worker.onmessageerror = () => reject(new Error("Unreadable report"));
    worker.postMessage(task);
  });
}

function show(kind: Kind, seeds: readonly FuzzInput[], seed: number): void {
  const { round, text, count } = kind;
  const lines = text.split("\n").slice(0, STACK_LINES);
  console.log(`  ${count}x, first in execution ${round} of seed ${seed}:`);
  for (const line of lines) console.log(`    ${line.trim()}`);
  console.log(`    input: ${showInput(execution(seeds, seed, round).input)}`);
}

function wrong(text: string): never {
  console.error(text);
  process.exit(2);
}

const args = parseArgs(process.argv.slice(2), {
  string: ["minutes", "seed", "only"],
  collect: ["only"],
  default: {
    minutes: "1",
    seed: String(Math.floor(Math.random() * 0x1_0000_0000)),
  },
  unknown: (name: string) => wrong(`Unknown argument "${name}"`),
});
const minutes = Number(args.minutes);
const seed = Number(args.seed);
if (!(minutes > 0)) wrong(`--minutes ${args.minutes} is not a time`);
if (!Number.isInteger(seed)) wrong(`--seed ${args.seed} is not a whole number`);
const only = (args.only as readonly string[]).map((one) => one.toLowerCase());
const chosen = targets.filter(({ name }) =>
  only.length === 0 || only.some((one) => name.toLowerCase().includes(one))
);
if (chosen.length === 0) {
  wrong(
    `No such target. There are:\n${
      targets.map(({ name }) => `  ${name}`).join("\n")
    }`,
  );
}
console.log(`${chosen.length} targets, ${minutes} minutes, seed ${seed}`);
const share = minutes * 60_000 / chosen.length;
let executions = 0;
let findings = 0;
for (const target of chosen) {
  const result = await fuzz(target, seed, share);
  const found = result.kinds.reduce((sum, { count }) => sum + count, 0);
  executions += result.executions;
  findings += found;
  console.log(
    `${
      String(result.executions).padStart(9)
    } executions, ${found} findings: ${target.name}`,
  );
  for (const kind of result.kinds) show(kind, result.seeds, seed);
}
console.log(`${executions} executions, ${findings} findings in all`);
process.exit(findings > 0 ? 1 : 0);
