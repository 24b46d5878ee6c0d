/** Checks: one question about a peer each, with the finding that comes of it. */
import type { FindModel } from "../find/models.ts";
import { sanitize } from "../output/sanitize.ts";
import { CannotAsk, NotAnswered } from "./inquiry.ts";
import type { Advice, Finding, FindingOutcome, SectionId } from "./report.ts";
import type { Probing } from "./step.ts";

/** The result of a check. */
export interface Conclusion {
  readonly outcome: FindingOutcome;
  readonly text: string;
  readonly evidence: readonly number[];
  readonly advice?: readonly Advice[];
}

/** The subject of a check. */
export interface Topic {
  readonly section: SectionId;
  readonly id: string;
  readonly title: string;
  readonly model?: string;
  readonly level?: string;
}

/** The context shared by all checks of a model's queries at a level. */
export function queryTopic(
  { model, level }: {
    readonly model: FindModel;
    readonly level?: string | undefined;
  },
): Pick<Topic, "model" | "level"> & { readonly section: "query" } {
  return {
    section: "query",
    model: model.name,
    ...(level !== undefined && { level }),
  };
}

/** One question. Those of a lower rank come first, since a budget may end the rest. */
export interface Check extends Topic {
  readonly rank: number;
  readonly run: () => Probing<Conclusion>;
}

/** Makes a conclusion. */
export function conclude(
  outcome: FindingOutcome,
  text: string,
  evidence: readonly { readonly number: number }[],
  ...advice: readonly (readonly [option: string, why: string])[]
): Conclusion {
  return {
    outcome,
    text,
    evidence: [...new Set(evidence.map(({ number }) => number))],
    ...(advice.length > 0 &&
      { advice: advice.map(([option, why]) => ({ option, why })) }),
  };
}

/** Nothing was found out. */
export function unknown(
  text: string,
  evidence: readonly { readonly number: number }[] = [],
): Conclusion {
  return conclude("unknown", text, evidence);
}

/** A conclusion that needs no query. */
export function* concluded(conclusion: Conclusion): Probing<Conclusion> {
  yield* [];
  return conclusion;
}

/** A topic with its conclusion. */
export function findingOf(
  { section, id, title, model, level }: Topic,
  { outcome, text, evidence, advice = [] }: Conclusion,
): Finding {
  return {
    section,
    id,
    ...(model !== undefined && { model }),
    ...(level !== undefined && { level }),
    title: sanitize(title),
    outcome,
    text: sanitize(text),
    advice,
    evidence,
  };
}

/** Runs a check: a question that cannot be sent or is not answered is a finding too. */
function* runCheck(check: Check): Probing<Finding> {
  return yield* guarded(check, check.run);
}

/** Runs a part of a probe that is about a topic. */
export function* guarded(
  topic: Topic,
  run: () => Probing<Conclusion>,
): Probing<Finding> {
  let conclusion: Conclusion;
  try {
    conclusion = yield* run();
  } catch (error) {
    if (error instanceof CannotAsk) conclusion = unknown(error.reason);
    else if (error instanceof NotAnswered) {
      const { reason, evidence } = error;
      conclusion = { outcome: "fails", text: reason, evidence };
    } else throw error;
  }
  return findingOf(topic, conclusion);
}

/** Checks that wait, the one of the lowest rank first. A check may add others: a series can be examined once one was found. */
export class Agenda {
  /** In the order in which they were found. */
  readonly findings: Finding[] = [];
  readonly #checks: Check[] = [];

  /** Adds checks. */
  add(...checks: readonly Check[]): void {
    this.#checks.push(...checks);
  }

  /** Runs all of them. */
  *run(): Probing<void> {
    while (this.#checks.length > 0) {
      const rank = Math.min(...this.#checks.map((check) => check.rank));
      const at = this.#checks.findIndex((check) => check.rank === rank);
      const [check] = this.#checks.splice(at, 1);
      this.findings.push(yield* runCheck(check!));
    }
  }
}
