/** The verdict: reliable features, unreliable ones and remedies, from the findings. */
import { groupsOf } from "./groups.ts";
import type { Finding, FindingOutcome, Verdict, VerdictRow } from "./report.ts";

/** Findings that only lead to others are not verdicts. */
const PRELIMINARY: ReadonlySet<string> = new Set(["start"]);

/** Findings that name their models themselves. */
const OF_ALL_MODELS = /^(context\.|answers$)/;

/** Judges all findings but plain facts. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  return {
    rely: rowsOf(findings, ["works"]),
    doNotRely: rowsOf(findings, ["fails", "partly"]),
    unknown: rowsOf(findings, ["unknown"]),
  };
}

function rowsOf(
  findings: readonly Finding[],
  outcomes: readonly FindingOutcome[],
): VerdictRow[] {
  const judged = findings.filter(({ id, outcome }) =>
    outcomes.includes(outcome) && !PRELIMINARY.has(id)
  );
  return groupsOf(judged).map(({ first, title, evidence, options }) => ({
    scope: OF_ALL_MODELS.test(first.id)
      ? ""
      : [first.model, first.level].filter((part) => part !== undefined)
        .join(" "),
    what: title,
    why: first.text,
    options,
    evidence,
  }));
}
