/**
 * A probe of one peer: its capabilities and behaviour, found out with harmless questions within a budget (`findscu probe`). Pure:
 * yields steps, is resumed with their outcomes, and returns the report.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { FIND_MODELS, type FindModel } from "../find/models.ts";
import { probeAssociation, releaseConclusion } from "./association.ts";
import { findingOf } from "./check.ts";
import { Inquiry, MOST_MATCHES } from "./inquiry.ts";
import { Negotiated } from "./negotiated.ts";
import { probeQueries } from "./queries.ts";
import type {
  Finding,
  FindingOutcome,
  ProbeReport,
  Verdict,
  VerdictRow,
} from "./report.ts";
import type { Days } from "./start.ts";
import type { Probing } from "./step.ts";
import { type FindscuError, NoContextError, quantity } from "../errors.ts";
import { attributeGroups } from "./groups.ts";

/** The settings of a probe. */
export interface ProbeSettings {
  /** Models to look at. */
  readonly models: readonly FindModel[];
  /** Most C-FINDs. */
  readonly budget: number;
  /** Most C-FINDs a second; undefined for no limit. Kept by the runner, announced here. */
  readonly rate: number | undefined;
  /** Most associations at once. */
  readonly associations: number;
  /** Patient values are shown as they are. */
  readonly showPhi: boolean;
  /** Keys of the entity to start with. */
  readonly start: Dataset | undefined;
  /** Whether the run proposes a user. */
  readonly hasUser: boolean;
  readonly days: Days;
}

/** The result of a probe. */
export interface ProbeResult {
  readonly report: ProbeReport;
  /** Why there was no association, or why the probe ended early. */
  readonly failure: FindscuError | undefined;
  /** Whether there was an association for queries at all. */
  readonly isAssociated: boolean;
}

/** The announcement before anything is sent, as sentences. */
export function probePlan(settings: ProbeSettings): string[] {
  const { models, budget, rate, associations, showPhi } = settings;
  const names = models.length === FIND_MODELS.length
    ? "every model of C-FIND"
    : models.map(({ title }) => title).join(", ");
  return [
    `Sends C-ECHO and at most ${quantity(budget, "C-FIND")}${
      rate === undefined ? "" : `, at most ${rate} a second`
    }, each ended with C-CANCEL after ${MOST_MATCHES} matches or fewer; nothing is stored, moved or changed`,
    `Opens up to ${
      quantity(associations, "association")
    } at once, some with unknown AE titles and an unknown user`,
    `Looks at ${names}`,
    showPhi
      ? "Shows patient values as they are (--show-phi)"
      : "Masks patient values in the report (--show-phi shows them)",
  ];
}

/** The whole probe. */
export function* probe(settings: ProbeSettings): Probing<ProbeResult> {
  const inquiry = new Inquiry(settings);
  const findings: Finding[] = [];
  const association = yield* probeAssociation(inquiry, settings);
  findings.push(...association.findings);
  if (association.models.length > 0) {
    inquiry.use(association.models);
    const negotiated = new Negotiated(inquiry, association.extensions);
    findings.push(
      ...yield* probeQueries(
        inquiry,
        settings,
        association.models,
        negotiated,
      ),
    );
    const ends = (yield* inquiry.closeAll()).map(releaseConclusion);
    const end = ends.find(({ outcome }) => outcome !== "works") ?? ends[0];
    if (end !== undefined) {
      const id = "release.queries";
      const title = "Release after queries";
      findings.push(findingOf({ section: "limits", id, title }, end));
    }
  }
  // A peer that accepts nothing cannot be queried.
  const refusal = association.error ??
    (association.models.length === 0
      ? new NoContextError("The peer accepts none of the information models")
      : undefined);
  const { stopReason } = inquiry;
  return {
    report: {
      plan: probePlan(settings),
      findings,
      verdict: verdictOf(findings),
      exchanges: inquiry.exchanges,
      queries: inquiry.queries,
      incomplete: stopReason?.replace(/^not asked: /, "") ??
        refusal?.message,
    },
    failure: refusal ?? inquiry.failure,
    isAssociated: refusal === undefined,
  };
}

/** Findings that only lead to others are not verdicts. */
const PRELIMINARY: ReadonlySet<string> = new Set(["start"]);

/** Findings that name their models themselves. */
const OF_ALL_MODELS = /^(context\.|answers$)/;

/** Judges all findings but plain facts. */
function verdictOf(findings: readonly Finding[]): Verdict {
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
  return attributeGroups(judged).map(({ first, title, evidence, options }) => ({
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
