/**
 * A probe of one peer: what it accepts and does, found out with harmless questions within a budget (`findscu probe`). Pure: yields what
 * it wants done, is resumed with what came, and returns the report.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { FIND_MODELS, type FindModel } from "../find/models.ts";
import { probeAssociation } from "./association.ts";
import { keysOfLevel, WORKLIST_KEYS } from "./catalogue.ts";
import { type Check, guarded, runCheck, type Topic } from "./check.ts";
import { Inquiry, MAIN, MOST_MATCHES } from "./inquiry.ts";
import { Limits } from "./limits.ts";
import { MatchingKeys } from "./matching_keys.ts";
import { returnFindings } from "./return_keys.ts";
import type { Finding, ProbeReport } from "./report.ts";
import {
  type Days,
  type Started,
  startWithStep,
  startWithStudy,
} from "./start.ts";
import type { Probing } from "./step.ts";
import { verdictOf } from "./verdict.ts";
import type { FindscuError } from "../errors.ts";

/** What a probe is to do. */
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
  readonly showsPhi: boolean;
  /** Keys of the entity to start with. */
  readonly start: Dataset | undefined;
  /** Whether the run proposes a user. */
  readonly hasUser: boolean;
  readonly days: Days;
}

/** What a probe comes to. */
export interface ProbeResult {
  readonly report: ProbeReport;
  /** Why there was no association, or why the probe ended early. */
  readonly failure: FindscuError | undefined;
  /** Whether there was an association at all. */
  readonly isAssociated: boolean;
}

/** What is announced before anything is sent, as sentences. */
export function planOf(settings: ProbeSettings): string[] {
  const { models, budget, rate, associations, showsPhi } = settings;
  const names = models.length === FIND_MODELS.length
    ? "every model of C-FIND"
    : models.map(({ title }) => title).join(", ");
  return [
    `Sends C-ECHO and at most ${budget} C-FINDs${
      rate === undefined ? "" : `, at most ${rate} a second`
    }, each ended with C-CANCEL after ${MOST_MATCHES} matches or fewer; nothing is stored, moved or changed`,
    `Opens up to ${associations} associations at once, some with titles and a user that nobody has`,
    `Looks at ${names}`,
    showsPhi
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
  if (association.error === undefined) {
    inquiry.use(association.accepted);
    findings.push(
      ...yield* probeQueries(inquiry, settings, association.accepted),
    );
    if (inquiry.isOpen) yield* inquiry.close(MAIN);
  }
  const { stopped } = inquiry;
  return {
    report: {
      plan: planOf(settings),
      findings,
      verdict: verdictOf(findings),
      exchanges: inquiry.exchanges,
      queries: inquiry.queries,
      incomplete: stopped?.replace(/^not asked: /, "") ??
        association.error?.message,
    },
    failure: association.error ?? inquiry.failure,
    isAssociated: association.error === undefined,
  };
}

function* probeQueries(
  inquiry: Inquiry,
  settings: ProbeSettings,
  accepted: readonly FindModel[],
): Probing<Finding[]> {
  const findings: Finding[] = [];
  const checks: Check[] = [];
  const main = accepted.find(({ name }) => name === "study") ??
    accepted.find(({ levels }) => levels.includes("STUDY"));
  if (main !== undefined) {
    const started = yield* start(inquiry, settings, main, "STUDY", findings);
    const keys = keysOfLevel(main.name, "STUDY");
    findings.push(
      ...returnFindings(main, "STUDY", keys, started?.answers ?? []),
    );
    const { subject } = started ?? {};
    if (subject !== undefined) {
      const paths = [...keys.matching, ...keys.later];
      checks.push(
        ...new MatchingKeys(inquiry, subject, paths)
          .checks((path) => keys.matching.includes(path) ? 20 : 70),
        ...new Limits(inquiry, subject).checks(),
      );
    }
  }
  const worklist = accepted.find(({ name }) => name === "worklist");
  if (worklist !== undefined) {
    const started = yield* start(
      inquiry,
      settings,
      worklist,
      undefined,
      findings,
    );
    findings.push(
      ...returnFindings(
        worklist,
        undefined,
        WORKLIST_KEYS,
        started?.answers ?? [],
      ),
    );
    const { subject } = started ?? {};
    if (subject !== undefined) {
      const paths = [...WORKLIST_KEYS.matching, ...WORKLIST_KEYS.later];
      checks.push(
        ...new MatchingKeys(inquiry, subject, paths)
          .checks((path) => WORKLIST_KEYS.matching.includes(path) ? 25 : 75),
      );
    }
  }
  checks.sort((a, b) => a.rank - b.rank);
  for (const check of checks) findings.push(yield* runCheck(check));
  return findings;
}

function* start(
  inquiry: Inquiry,
  { days, start }: ProbeSettings,
  model: FindModel,
  level: string | undefined,
  findings: Finding[],
): Probing<Started | undefined> {
  let started: Started | undefined;
  const topic: Topic = {
    section: "query",
    id: "start",
    title: "Entity to start with",
    model: model.name,
    ...(level !== undefined && { level }),
  };
  findings.push(
    yield* guarded(topic, function* () {
      const search = model.name === "worklist" ? startWithStep : startWithStudy;
      started = yield* search(inquiry, model, days, start);
      return started.conclusion;
    }),
  );
  return started;
}
