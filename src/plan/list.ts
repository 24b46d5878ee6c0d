/**
 * Answering a list row by row (`--each`): which rows are queried, which matches answer a row, and the row's status. Knows neither
 * how a list is read nor how an identifier is made from a row.
 */
import { quantity } from "../errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { mayPass } from "./retry.ts";
import type { Part } from "./schedule.ts";
import type { Asking, Gap, Outcome, PlanMatch } from "./step.ts";

/** The outcome of a row. */
export const ROW_STATUSES = [
  "found",
  "not found",
  "ambiguous",
  "blank",
  "wildcard",
  "incomplete",
  "failed",
] as const;
/** One of them: `ambiguous` means that more than one patient answers, `blank` and `wildcard` that the row was not sent. */
export type RowStatus = (typeof ROW_STATUSES)[number];

/** A row of the list. */
export interface Row {
  /** Counts from 1, the heading not included. */
  readonly number: number;
  /** Its cells as text, in the order of the list's columns; missing ones are empty. */
  readonly cells: readonly string[];
}

/** A row that is queried. */
export interface AskedRow {
  readonly identifier: Dataset;
  /** Rows of the same identity have the same query. */
  readonly identity: string;
}

/** The query of a row, or the reason why it has none. */
export type RowQuestion = AskedRow | {
  readonly status: "blank" | "wildcard" | "failed";
  /** The mistake or failure of the row, a sentence without a period; absent if the status says it all. */
  readonly reason?: string;
};

/** A row with all that was found for it. */
export interface RowAnswer<M> {
  readonly row: Row;
  readonly status: RowStatus;
  readonly matches: readonly M[];
  /** Matches that were left out since they have another value in a key of the list. */
  readonly inexact: number;
  /** Why the row is incomplete, failed or was not queried. */
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

/** Rows queried together, by a list of UIDs (PS3.4 C.2.2.2.2). */
export interface BatchOptions<M> {
  /** The identifier that matches all of them. */
  readonly combine: (rows: readonly AskedRow[]) => Dataset;
  /** The identity of the row that a match belongs to. */
  readonly identityOf: (match: M) => string | undefined;
  /** Called once when the peer turns out not to know lists of UIDs. */
  readonly onRefused: () => void;
}

/** How rows are answered. */
export interface ListOptions<M extends PlanMatch> {
  readonly questionOf: (row: Row) => RowQuestion;
  /** Answers one identifier by whatever is needed: windows, repetitions. */
  readonly answer: (
    identifier: Dataset,
    take: (match: M) => void,
  ) => Asking<M, Outcome>;
  /** Whether a match of this identifier is to be kept at all, as `--where` wants it. */
  readonly keeps: (match: M, identifier: Dataset) => boolean;
  /** Whether a match has the values that the row has in the keys of the list. */
  readonly isExact: (question: AskedRow, match: M) => boolean;
  /** The patient's identity in a match; undefined if the match does not say. */
  readonly patientOf: (match: M) => string | undefined;
  readonly batch?: BatchOptions<M> | undefined;
}

/** Limits of the answers kept for rows that repeat a query: their number, and that of their matches. */
const MOST_KEPT_ANSWERS = 10_000;
const MOST_KEPT_MATCHES = 100_000;

/** The answer of a row while it comes in. */
interface Pending<M> {
  matches: M[];
  inexact: number;
  outcome: Outcome | undefined;
}

/** A row of a batch, with its answer to be. */
interface Member<M> {
  readonly question: AskedRow;
  readonly progress: Pending<M>;
}

/**
 * The answer of a row, to be called when its turn has come: a row that repeats an earlier one shares its answer, complete by then.
 */
export type LateAnswer<M> = () => RowAnswer<M>;

/** Makes parts of a plan of rows. Rows with the same query are queried once, as long as the answer is kept. */
export class ListPlan<M extends PlanMatch> {
  readonly #options: ListOptions<M>;
  readonly #earlier = new Map<string, Pending<M>>();
  #keptMatches = 0;
  /** Whether the peer answers lists of UIDs; undefined before that is known. */
  #knowsLists: boolean | undefined;

  constructor(options: ListOptions<M>) {
    this.#options = options;
  }

  /** The part that answers these rows; several only if there are batches. Results come in the order of the rows. */
  part(rows: readonly Row[]): Part<M, LateAnswer<M>> {
    return { run: (emit) => this.#run(rows, emit) };
  }

  *#run(
    rows: readonly Row[],
    emit: (result: LateAnswer<M>) => void,
  ): Asking<M, void> {
    const answers: LateAnswer<M>[] = [];
    const members: Member<M>[] = [];
    for (const row of rows) {
      const question = this.#options.questionOf(row);
      if ("status" in question) {
        answers.push(() => notAsked(row, question.status, question.reason));
        continue;
      }
      const { identity } = question;
      let progress = this.#earlier.get(identity);
      if (progress === undefined) {
        progress = { matches: [], inexact: 0, outcome: undefined };
        this.#earlier.set(identity, progress);
        members.push({ question, progress });
      }
      const mine = progress;
      answers.push(() => this.#answerOf(row, mine));
    }
    yield* this.#ask(members);
    for (const { question, progress } of members) {
      // A failed query is sent again for a later row that repeats it: the reason may have passed.
      if (progress.outcome!.gaps.length > 0) {
        this.#earlier.delete(question.identity);
      } else this.#keptMatches += progress.matches.length;
    }
    this.#forget();
    answers.forEach(emit);
  }

  *#ask(members: readonly Member<M>[]): Asking<M, void> {
    const { batch } = this.#options;
    if (
      batch === undefined || members.length < 2 || this.#knowsLists === false
    ) {
      for (const member of members) yield* this.#askOne(member);
      return;
    }
    yield* this.#askTogether(members, batch);
  }

  *#askOne({ question, progress }: Member<M>): Asking<M, void> {
    const { isExact, keeps } = this.#options;
    progress.matches = [];
    progress.outcome = yield* this.#options.answer(
      question.identifier,
      (match) => {
        if (!isExact(question, match)) progress.inexact++;
        else if (keeps(match, question.identifier)) {
          progress.matches.push(match);
        }
      },
    );
  }

  /**
   * One query for all. If it fails, or the peer stops at a limit, each row is queried alone; a row without a match is queried alone
   * once, since a peer that does not know lists of UIDs answers them with nothing, or for one of them.
   */
  *#askTogether(
    members: readonly Member<M>[],
    batch: BatchOptions<M>,
  ): Asking<M, void> {
    const { keeps, answer } = this.#options;
    const byIdentity = new Map(
      members.map((member) => [member.question.identity, member]),
    );
    const identifier = batch.combine(members.map(({ question }) => question));
    const outcome = yield* answer(
      identifier,
      (match) => {
        const identity = batch.identityOf(match);
        const member = identity === undefined
          ? undefined
          : byIdentity.get(identity);
        if (member === undefined) members[0]!.progress.inexact++;
        else if (keeps(match, identifier)) member.progress.matches.push(match);
      },
    );
    const [gap] = outcome.gaps;
    if (gap !== undefined && !mayPass(gap.error)) {
      for (const member of members) yield* this.#askOne(member);
      return;
    }
    for (const { progress } of members) progress.outcome = outcome;
    if (gap !== undefined || this.#knowsLists === true) return;
    const missed = members.filter(({ progress }) =>
      progress.matches.length === 0
    );
    const [first, ...others] = missed;
    if (first !== undefined) yield* this.#askOne(first);
    this.#knowsLists = first === undefined ||
      first.progress.matches.length === 0;
    if (this.#knowsLists) return;
    batch.onRefused();
    for (const member of others) yield* this.#askOne(member);
  }

  /** Forgets the oldest answers when there are too many. */
  #forget(): void {
    for (const [identity, { matches, outcome }] of this.#earlier) {
      if (
        this.#earlier.size <= MOST_KEPT_ANSWERS &&
        this.#keptMatches <= MOST_KEPT_MATCHES
      ) return;
      if (outcome === undefined) continue;
      this.#earlier.delete(identity);
      this.#keptMatches -= matches.length;
    }
  }

  #answerOf(row: Row, progress: Pending<M>): RowAnswer<M> {
    const { matches, inexact } = progress;
    const { gaps, notes } = progress.outcome!;
    const status = this.#statusOf(progress);
    return { row, status, matches, inexact, gaps, notes };
  }

  #statusOf({ matches, outcome }: Pending<M>): RowStatus {
    const { gaps } = outcome!;
    if (gaps.length > 0) {
      const hasFailed = gaps.some(({ error }) => error !== undefined);
      return matches.length === 0 && hasFailed ? "failed" : "incomplete";
    }
    if (matches.length === 0) return "not found";
    const patients = new Set<string>();
    for (const match of matches) {
      const patient = this.#options.patientOf(match);
      if (patient !== undefined) patients.add(patient);
    }
    return patients.size > 1 ? "ambiguous" : "found";
  }
}

function notAsked<M>(
  row: Row,
  status: RowStatus,
  reason: string | undefined,
): RowAnswer<M> {
  return {
    row,
    status,
    matches: [],
    inexact: 0,
    gaps: reason === undefined ? [] : [{ text: reason }],
    notes: [],
  };
}

/** Counts the outcomes of the rows. */
export class ListSummary {
  readonly #counts = new Map<RowStatus, number>();
  #rows = 0;
  #matches = 0;
  #inexact = 0;

  /** Adds a row. */
  add(status: RowStatus, matches: number, inexact = 0): void {
    this.#rows++;
    this.#matches += matches;
    this.#inexact += inexact;
    this.#counts.set(status, this.count(status) + 1);
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Matches so far. */
  get matches(): number {
    return this.#matches;
  }

  /** Rows with a status. */
  count(status: RowStatus): number {
    return this.#counts.get(status) ?? 0;
  }

  /** Rows that were sent and not answered in full. */
  get unanswered(): number {
    return this.count("incomplete") + this.count("failed");
  }

  /** `300 rows: 30 found (66 studies), 268 not found, 2 failed`; `nouns` are those for one match and several. */
  sentence(nouns: readonly [string, string]): string {
    const parts: string[] = [];
    for (const status of ROW_STATUSES) {
      const count = this.count(status);
      if (count === 0 && status !== "found") continue;
      const matches = status === "found"
        ? ` (${quantity(this.#matches, ...nouns)})`
        : "";
      parts.push(`${count} ${status}${matches}`);
    }
    if (this.#inexact > 0) {
      parts.push(
        `${
          quantity(this.#inexact, "inexact match", "inexact matches")
        } left out`,
      );
    }
    return `${quantity(this.#rows, "row")}: ${parts.join(", ")}`;
  }
}
