/** `--each`: a query for each row of a list. Loaded on demand. */
import type { Runner } from "../../../client/runner.ts";
import { EXPLICIT_LE } from "../../../codec/transfer_syntax.ts";
import { Dataset } from "../../../dataset/dataset.ts";
import { C_FIND_RSP } from "../../../dimse/commands.ts";
import { FindscuError, IncompleteError, quantity } from "../../../errors.ts";
import { ENTITIES, type QueryLevel } from "../../../identifier/levels.ts";
import {
  type LateAnswer,
  ListPlan,
  ListSummary,
  type Row,
  type RowAnswer,
} from "../../../plan/list.ts";
import { mayPass } from "../../../plan/retry.ts";
import type { Part } from "../../../plan/schedule.ts";
import { type Asking, once, type Outcome } from "../../../plan/step.ts";
import type { FindConfig, ListConfig } from "../../config/run_config.ts";
import type { PreparedList } from "../../lists/prepare.ts";
import { patientIn } from "../../lists/questions.ts";
import { TodoList } from "../../lists/resume.ts";
import type { ResultMatch, RunResults } from "../../results/sink.ts";
import { DerivedMatch } from "./derived_match.ts";
import { type PaceContext, pacedRunner, repeated } from "./pace.ts";

/** A list's requirements on the run. */
export interface ListContext extends PaceContext {
  readonly list: PreparedList;
  readonly results: RunResults;
  /** Whether a match is wanted: `--where`, `--enforce`. */
  readonly keeps: (match: ResultMatch, identifier: Dataset) => boolean;
  /** Answers the question of a row with several queries; undefined if it is one. */
  readonly planned:
    | ((
      identifier: Dataset,
      take: (match: ResultMatch) => void,
    ) => Asking<ResultMatch, Outcome>)
    | undefined;
  /** Receives the output; counts it. */
  readonly take: (matches: readonly ResultMatch[]) => Promise<void>;
}

/** Most rows whose failure is reported one by one. */
const MOST_REPORTED = 10;

/** Answers the list; resolves with the missing parts, if any. Rejects with the error that ends the run early. */
export async function answerList(
  context: ListContext,
): Promise<IncompleteError | undefined> {
  return await new ListRun(context).run();
}

class ListRun {
  readonly #context: ListContext;
  readonly #list: ListConfig;
  readonly #plan: ListPlan<ResultMatch>;
  readonly #rows: AsyncIterator<Row>;
  readonly #runner: Runner<LateAnswer<ResultMatch>>;
  readonly #summary = new ListSummary();
  readonly #todo: TodoList | undefined;
  readonly #begin: number;
  #reported = 0;
  #isOver = false;
  /** Rows that were read and are not answered yet, in the order of the list. */
  readonly #begun: Row[] = [];
  /** Whether rows may follow that could not be read any more. */
  #hasUnread = false;

  constructor(context: ListContext) {
    this.#context = context;
    const { config, list, host } = context;
    this.#list = config.list!;
    this.#rows = list.rows[Symbol.asyncIterator]();
    this.#plan = this.#listPlan();
    this.#begin = host.clock.now();
    const { todo } = this.#list;
    this.#todo = todo === undefined
      ? undefined
      : new TodoList(todo, list.columns, host);
    this.#runner = pacedRunner(context, () => this.#nextPart());
  }

  #listPlan(): ListPlan<ResultMatch> {
    const { list, output, keeps, planned } = this.#context;
    const { questions } = list;
    const { batch } = this.#list;
    const isBatch = batch > 1 && questions.uidKey !== undefined &&
      planned === undefined;
    if (batch > 1 && !isBatch) {
      output.own.warn(
        "--batch has no effect: the list's key is not just one UID, or a row needs several queries",
      );
    }
    return new ListPlan<ResultMatch>({
      questionOf: (row) => questions.questionOf(row),
      answer: (identifier, take) =>
        repeated(
          planned === undefined
            ? once(identifier, take)
            : planned(identifier, take),
          this.#context,
        ),
      keeps,
      isExact: (question, match) => questions.isExact(question, match.dataset),
      patientOf: (match) => patientIn(match.dataset),
      ...(isBatch && {
        batch: {
          combine: (rows) => questions.combined(rows),
          identityOf: (match) => questions.identityIn(match.dataset),
          onRefused: () =>
            output.own.warn(
              "The peer does not support lists of UIDs: --batch has no effect",
            ),
        },
      }),
    });
  }

  async #nextPart(): Promise<
    Part<ResultMatch, LateAnswer<ResultMatch>> | undefined
  > {
    const rows: Row[] = [];
    while (!this.#isOver && rows.length < this.#list.batch) {
      const next = await this.#rows.next();
      if (next.done) this.#isOver = true;
      else rows.push(next.value);
    }
    this.#begun.push(...rows);
    return rows.length === 0 ? undefined : this.#plan.part(rows);
  }

  async run(): Promise<IncompleteError | undefined> {
    const { results, list, host } = this.#context;
    results.showProgress(() =>
      rowProgress(this.#summary, list.total, host.clock.now() - this.#begin)
    );
    let failure: unknown;
    try {
      await this.#takeUp();
      while (true) {
        const late = await results.wait(this.#runner.next());
        if (late === undefined) list.resume?.finish();
        if (late === undefined || results.isGone) break;
        const answer = late();
        await this.#checkReach(answer);
        await this.#take(answer);
      }
    } catch (error) {
      failure = error;
    }
    try {
      await this.#runner.end();
    } catch (error) {
      // All rows have arrived: a failed release takes nothing away.
      if (failure === undefined && error instanceof FindscuError) {
        this.#context.output.own.warn(error.lines);
      }
      failure ??= error instanceof FindscuError ? undefined : error;
    }
    await this.#end(failure);
    if (failure !== undefined) throw failure;
    return this.#gap();
  }

  /** Answers of an earlier run count, too. */
  async #takeUp(): Promise<void> {
    const { resume } = this.#context.list;
    if (resume === undefined) return;
    for (const { status, matches, inexact } of resume.entries) {
      this.#summary.add(status, matches, inexact);
    }
    await resume.begin();
  }

  /** A peer that cannot be reached any more ends the run: the row was not answered, but it did not fail either. */
  async #checkReach({ gaps }: RowAnswer<ResultMatch>): Promise<void> {
    for (const { error } of gaps) {
      if (error === undefined) continue;
      if (this.#runner.isUnreachable(error)) throw error;
      if (!mayPass(error)) continue;
      const failure = await this.#runner.reach();
      if (failure !== undefined) throw failure;
    }
  }

  async #take(answer: RowAnswer<ResultMatch>): Promise<void> {
    const { row, status, matches, inexact } = answer;
    const { list, take } = this.#context;
    this.#begun.shift();
    this.#summary.add(status, matches.length, inexact);
    this.#report(answer);
    if (status === "failed" || status === "incomplete") {
      await this.#todo?.add(row);
    }
    const listed = {
      number: row.number,
      columns: list.labels,
      cells: row.cells,
      status,
    };
    if (matches.length > 0) {
      await take(
        matches.map((match) => new DerivedMatch(match, { list: listed })),
      );
    } else if (!this.#list.onlyFound) await take([noMatch(listed)]);
    await list.resume?.mark(answer);
  }

  #report({ row, status, gaps }: RowAnswer<ResultMatch>): void {
    const [gap] = gaps;
    if (gap === undefined || ++this.#reported > MOST_REPORTED) return;
    const { own } = this.#context.output;
    own.warn(`Row ${row.number} (${status}): ${gap.text}`.split("\n"));
    if (this.#reported === MOST_REPORTED) {
      own.warn("Further rows are reported only by their status");
    }
  }

  async #end(failure: unknown): Promise<void> {
    const { output, config } = this.#context;
    if (failure !== undefined || !this.#isOver) await this.#leaveTheRest();
    await this.#todo?.end();
    if (failure === undefined || this.#summary.rows > 0) {
      if (failure !== undefined) this.#sayRest();
      output.note(this.#summary.sentence(nounsOf(config)));
    }
    if (this.#todo !== undefined && this.#todo.count > 0) {
      output.own.warn(
        `${
          quantity(this.#todo.count, "row is", "rows are")
        } not answered: see "${this.#list.todo}"`,
      );
    }
  }

  /** How far the list is answered, if nothing else says how to go on. */
  #sayRest(): void {
    const { list, output } = this.#context;
    if (list.resume !== undefined) return;
    const { rows } = this.#summary;
    const done = list.total === undefined
      ? quantity(rows, "row")
      : `${rows} of ${quantity(list.total, "row")}`;
    output.own.warn([
      `The list was interrupted after ${done}`,
      this.#todo === undefined
        ? "Hint: With --resume and --output the same command continues where it stopped; --todo FILE keeps the remaining rows."
        : `Hint: Continue with --each "${this.#list.todo}"${
          this.#hasUnread
            ? "; rows of standard input that had not arrived yet are not in it"
            : ""
        }.`,
    ]);
  }

  /** Rows that were not queried are still to be done. */
  async #leaveTheRest(): Promise<void> {
    if (this.#todo === undefined) return;
    const { list } = this.#context;
    if (this.#list.file === "-") return await this.#leaveInput(this.#todo);
    for await (const row of list.rowsAfter(this.#summary.rows)) {
      await this.#todo.add(row);
    }
  }

  /** The same of standard input, which can be read once only, and after an interruption no further. */
  async #leaveInput(todo: TodoList): Promise<void> {
    while (true) {
      for (const row of this.#begun.splice(0)) await todo.add(row);
      if (this.#isOver) break;
      try {
        const next = await this.#rows.next();
        if (next.done) this.#isOver = true;
        else this.#begun.push(next.value);
      } catch {
        // The run has ended already, with a reason.
        this.#isOver = this.#hasUnread = true;
      }
    }
    this.#hasUnread ||= this.#context.signal.aborted;
  }

  #gap(): IncompleteError | undefined {
    const { rows, unanswered } = this.#summary;
    return unanswered === 0 ? undefined : new IncompleteError(
      `${unanswered} of ${quantity(rows, "row")} ${
        unanswered === 1 ? "is" : "are"
      } not answered in full`,
    );
  }
}

/** A row that nothing answers. */
function noMatch(list: ResultMatch["list"]): ResultMatch {
  return {
    number: 0,
    status: 0,
    dataset: new Dataset(),
    syntax: EXPLICIT_LE,
    losses: [],
    command: { commandField: C_FIND_RSP, hasDataset: false },
    list,
    isAbsent: true,
  };
}

/** `row 61 of 300, 12 found, 4 not found, 2 min left`; `elapsed` in milliseconds. */
function rowProgress(
  summary: ListSummary,
  total: number | undefined,
  elapsed: number,
): string {
  const { rows } = summary;
  const parts = [
    `row ${rows}${total === undefined ? "" : ` of ${total}`}`,
    `${summary.count("found")} found`,
    `${summary.count("not found")} not found`,
  ];
  for (const status of ["ambiguous", "failed"] as const) {
    const count = summary.count(status);
    if (count > 0) parts.push(`${count} ${status}`);
  }
  if (total !== undefined && rows > 0 && rows < total) {
    parts.push(`${timeText(elapsed / rows * (total - rows))} left`);
  }
  return parts.join(", ");
}

/** `2 min`, of milliseconds. */
function timeText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${(minutes / 60).toFixed(1)} h`;
}

/** The noun for a match, singular and plural. */
function nounsOf(
  { model: { name }, identifier, expand }: FindConfig,
): readonly [string, string] {
  const level = expand ?? identifier.level ?? USUAL_LEVELS[name];
  return level === undefined ? ["match", "matches"] : ENTITIES[level];
}

/** The levels of queries without one, by the names of models. */
const USUAL_LEVELS: Readonly<Record<string, QueryLevel>> = {
  patient: "PATIENT",
  study: "STUDY",
  psonly: "STUDY",
};
