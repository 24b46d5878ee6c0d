/** Runs one target at a time for `scripts/fuzz.ts`, which watches: an execution that never ends can be stopped from outside alone. */
import { type FuzzInput, runTarget } from "../tests/support/fuzz.ts";
import { targets } from "../tests/fuzz/targets/all.ts";

/** What to run. */
export interface Task {
  readonly name: string;
  readonly seeds: readonly FuzzInput[];
  readonly seed: number;
  readonly first: number;
  readonly milliseconds: number;
  /** The number of the execution that runs is kept here. */
  readonly current: Int32Array;
}

/** What is reported. */
export type Report =
  | {
    readonly kind: "finding";
    readonly round: number;
    readonly text: string;
  }
  | { readonly kind: "done"; readonly rounds: number };

/** The global scope of a worker, as far as needed. */
const scope = globalThis as unknown as {
  onmessage: (event: { readonly data: Task }) => void;
  postMessage(report: Report): void;
};

scope.onmessage = async ({ data: task }) => {
  const target = targets.find(({ name }) => name === task.name)!;
  const end = performance.now() + task.milliseconds;
  const rounds = await runTarget(target, {
    seeds: task.seeds,
    seed: task.seed,
    first: task.first,
    wants: (round) => {
      Atomics.store(task.current, 0, round);
      return performance.now() < end;
    },
    found: ({ round, text }) =>
      scope.postMessage({ kind: "finding", round, text }),
  });
  scope.postMessage({ kind: "done", rounds });
};
