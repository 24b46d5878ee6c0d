/** Checks that wait, the one of the lowest rank first. A check may add others: a series can be examined once one was found. */
import { type Check, runCheck } from "./check.ts";
import type { Finding } from "./report.ts";
import type { Probing } from "./step.ts";

/** The checks of one probe and their outcomes. */
export class Agenda {
  /** In the order in which they were found. */
  readonly findings: Finding[] = [];
  readonly #waiting: Check[] = [];

  /** Adds checks. */
  add(...checks: readonly Check[]): void {
    this.#waiting.push(...checks);
  }

  /** Runs all of them. */
  *run(): Probing<void> {
    while (this.#waiting.length > 0) {
      const rank = Math.min(...this.#waiting.map((check) => check.rank));
      const at = this.#waiting.findIndex((check) => check.rank === rank);
      const [check] = this.#waiting.splice(at, 1);
      this.findings.push(yield* runCheck(check!));
    }
  }
}
