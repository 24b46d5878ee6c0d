/**
 * The course of a probe: questions, answers, the remaining budget, and the association that queries go over, opened again
 * when the peer breaks it. Every question is kept as an exchange, the evidence of findings. Draws no conclusions.
 */
import { upperHex } from "../bytes/hex.ts";
import { Charset } from "../charset/charset.ts";
import { charsetOf, withKnownVr } from "../codec/values.ts";
import { EXPLICIT_LE, IMPLICIT_LE } from "../codec/transfer_syntax.ts";
import { type Dataset, isSequence } from "../dataset/dataset.ts";
import { formatTag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { statusInfo } from "../dimse/status.ts";
import {
  type FindscuError,
  quantity,
  StatusError,
  TimeoutError,
} from "../errors.ts";
import { type FindModel, VERIFICATION } from "../find/models.ts";
import { Masking } from "./masking.ts";
import type { Exchange, ShownKeys } from "./report.ts";
import type {
  Answer,
  Done,
  Opened,
  OpenStep,
  ProbeStep,
  Probing,
  Slot,
} from "./step.ts";
import { nameOfTag } from "./keys.ts";

/** Settings of a probe. */
export interface InquirySettings {
  /** Most C-FINDs. */
  readonly budget: number;
  readonly showPhi: boolean;
}

/** The association that queries go over unless they need another. */
export const MAIN: Slot = 0;

/** C-CANCEL follows this match at the latest. */
export const MOST_MATCHES = 1000;

/** So many breaks in a row, without an answer between, and the probe gives up. */
const MOST_BREAKS = 3;
/** The same for a silent peer, which takes longer. */
const MOST_SILENCES = 2;

/** How many matches are kept as evidence. */
const SAMPLES = 3;

/** A question could not be put: the budget is used up, or the peer is given up. */
export class CannotAsk {
  constructor(readonly reason: string) {}
}

/** A question was put and not answered: no conclusion but that. */
export class NotAnswered {
  constructor(readonly reason: string, readonly evidence: readonly number[]) {}
}

/** A query and its outcome. */
export interface ProbeAnswer extends Answer {
  /** Broke the rules on purpose. */
  readonly isWrong: boolean;
  /** Number of its exchange. */
  readonly number: number;
  /** Ids of the presentation contexts that the peer accepted. */
  readonly contextIds: ReadonlySet<number>;
  readonly model: FindModel;
  readonly identifier: Dataset;
}

/** The query to send. */
export interface Question {
  readonly purpose: string;
  readonly model: FindModel;
  readonly identifier: Dataset;
  readonly cancelAfter?: number;
  /** Breaks the rules on purpose. */
  readonly isWrong?: boolean;
  /** Another association than the usual one, which is open. */
  readonly slot?: Slot;
}

/** The course of one probe. */
export class Inquiry {
  readonly masking: Masking;
  readonly exchanges: Exchange[] = [];
  /** Every query, in order. */
  readonly answers: ProbeAnswer[] = [];
  readonly #settings: InquirySettings;
  /** Associations that were opened and not closed. */
  readonly #associations = new Map<Slot, ReadonlySet<number>>();
  /** Models to propose for the association of the queries. */
  #models: readonly FindModel[] = [];
  #breaks = 0;
  #silences = 0;
  #stopReason: string | undefined;
  #failure: FindscuError | undefined;

  constructor(settings: InquirySettings) {
    this.#settings = settings;
    this.masking = new Masking(settings.showPhi);
  }

  /** Number of C-FINDs so far. */
  get queries(): number {
    return this.answers.length;
  }

  /** C-FINDs that may still be sent. */
  get queriesLeft(): number {
    return this.#settings.budget - this.queries;
  }

  /** Why the peer was given up; undefined while it is not. */
  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /** The failure that caused it. */
  get failure(): FindscuError | undefined {
    return this.#failure;
  }

  /** Which models the association of the queries is for. */
  use(models: readonly FindModel[]): void {
    this.#models = models;
  }

  /** Opens an association. */
  *open(step: Omit<OpenStep, "kind">): Probing<Opened & { number: number }> {
    this.#throwIfStopped();
    const came = yield* request<Opened>({ kind: "open", ...step });
    const { error, accept, warnings } = came;
    if (error !== undefined) this.#noteEnd(error);
    else {
      const acceptedContexts = came.contexts.filter(({ result }) =>
        result === 0
      );
      this.#associations.set(
        step.slot,
        new Set(acceptedContexts.map(({ id }) => id)),
      );
    }
    const number = this.#note({
      kind: "associate",
      purpose: step.purpose,
      sent: {
        contexts: String(step.contexts.length),
        ...(step.callingAeTitle && { calling: step.callingAeTitle }),
        ...(step.calledAeTitle && { called: step.calledAeTitle }),
        ...(step.userName && { user: step.userName }),
        ...(step.extended &&
          { extendedNegotiation: String(step.extended.length) }),
      },
      came: error?.message ??
        `accepted, ${
          accept?.contexts.filter(({ result }) => result === 0).length ?? 0
        } of ${step.contexts.length} contexts`,
      time: (came.connectTime ?? 0) + (came.associateTime ?? 0),
      warnings,
    });
    return { ...came, number };
  }

  /** Sends C-ECHO. */
  *echo(slot: Slot, purpose: string): Probing<Done & { number: number }> {
    this.#throwIfStopped();
    const came = yield* request<Done>({ kind: "echo", slot, purpose });
    if (came.error !== undefined) this.#noteEnd(came.error);
    const number = this.#note({
      kind: "echo",
      purpose,
      sent: {},
      came: came.error?.message ?? "success",
      time: came.time,
      warnings: came.warnings,
    });
    return { ...came, number };
  }

  /** Releases an association. */
  *close(slot: Slot): Probing<Done & { number: number }> {
    const came = yield* request<Done>({ kind: "close", slot });
    this.#associations.delete(slot);
    const number = this.#note({
      kind: "release",
      purpose: "Release the association",
      sent: {},
      came: came.error?.message ?? "released",
      time: came.time,
      warnings: came.warnings,
    });
    return { ...came, number };
  }

  /** Whether an association is open, as far as is known. */
  holds(slot: Slot): boolean {
    return this.#associations.has(slot);
  }

  /** Releases whatever is open. */
  *closeAll(): Probing<(Done & { number: number })[]> {
    const all = [];
    for (const slot of [...this.#associations.keys()]) {
      all.push(yield* this.close(slot));
    }
    return all;
  }

  /** Sends C-FIND. Throws `CannotAsk` when there is no association or nothing left of the budget. */
  *ask(question: Question): Probing<ProbeAnswer> {
    this.#throwIfStopped();
    const { purpose, model, identifier, slot = MAIN } = question;
    if (this.queriesLeft <= 0) {
      throw new CannotAsk(
        `not checked: the budget of ${
          quantity(this.#settings.budget, "query", "queries")
        } is used up`,
      );
    }
    if (slot === MAIN && !this.holds(MAIN)) yield* this.#openMain();
    const came = yield* request<Answer>({
      kind: "find",
      slot,
      purpose,
      model,
      identifier,
      cancelAfter: question.cancelAfter ?? MOST_MATCHES,
    });
    // Sent values are noted before foreign text is shown.
    const shownKeys = this.#shownKeys(identifier);
    const { matches } = came;
    const samples = matches.slice(0, SAMPLES)
      .map((match) => this.#shownKeys(match));
    // The quoted text may be from any match.
    if (came.comment !== undefined || came.warnings.length > 0) {
      for (const match of matches.slice(SAMPLES)) this.#shownKeys(match);
    }
    // The peer's own words: from here on without the values that are masked.
    const answer: Answer = {
      ...came,
      comment: came.comment && this.masking.text(came.comment),
      warnings: came.warnings.map((text) => this.masking.quoted(text)),
      losses: came.losses.map((text) => this.masking.quoted(text)),
    };
    const number = this.#note({
      kind: "find",
      purpose,
      sent: shownKeys,
      model: model.name,
      came: cameText(answer),
      time: answer.time,
      matches: matches.length,
      warnings: [...answer.warnings, ...answer.losses],
      ...(answer.status !== undefined && { status: statusHex(answer.status) }),
      ...(answer.firstTime !== undefined && { firstTime: answer.firstTime }),
      ...(answer.comment !== undefined && { comment: answer.comment }),
      ...(answer.offending.length > 0 &&
        { offendingElements: answer.offending.map(nameOfTag) }),
      ...(answer.afterCancel !== undefined &&
        { afterCancel: answer.afterCancel }),
      ...(samples.length > 0 && { samples }),
    });
    const probeAnswer: ProbeAnswer = {
      ...answer,
      number,
      model,
      identifier,
      isWrong: question.isWrong ?? false,
      contextIds: this.#associations.get(slot) ?? new Set(),
    };
    this.answers.push(probeAnswer);
    if (answer.error !== undefined) this.#associations.delete(slot);
    if (answer.error !== undefined && !isOverdueCancel(answer)) {
      this.#noteEnd(answer.error);
      this.#noteBreak(answer.error);
    } else {
      this.#breaks = 0;
      this.#silences = 0;
    }
    return probeAnswer;
  }

  /** The same if only an answer helps: throws `NotAnswered` when the peer broke off instead of giving one. */
  *demand(question: Question): Probing<ProbeAnswer> {
    const answer = yield* this.ask(question);
    if (answer.error !== undefined && !isOverdueCancel(answer)) {
      throw new NotAnswered(
        `not answered: ${answer.error.message}`,
        [answer.number],
      );
    }
    return answer;
  }

  *#openMain(): Probing<void> {
    const contexts = [
      ...this.#models.map(({ uid }) => ({
        abstractSyntax: uid,
        transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
      })),
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LE.uid] },
    ];
    while (!this.holds(MAIN)) {
      const association = yield* this.open({
        slot: MAIN,
        purpose: "Associate for queries",
        contexts,
      });
      if (association.error !== undefined) this.#noteBreak(association.error);
      this.#throwIfStopped();
    }
  }

  #throwIfStopped(): void {
    if (this.#stopReason !== undefined) throw new CannotAsk(this.#stopReason);
  }

  /** Ends that end the whole run. */
  #noteEnd(error: FindscuError): void {
    if (error.code === "interrupted" || isTotal(error)) {
      this.#stop(`not asked: ${error.message}`, error);
    }
  }

  #noteBreak(error: FindscuError): void {
    this.#breaks++;
    if (error.code === "timeout") this.#silences++;
    if (this.#breaks >= MOST_BREAKS || this.#silences >= MOST_SILENCES) {
      this.#stop(
        `not checked: the peer was given up after ${this.#breaks} failures in a row (${error.message})`,
        error,
      );
    }
  }

  #stop(reason: string, error: FindscuError): void {
    this.#stopReason ??= reason;
    this.#failure ??= error;
  }

  #note(exchange: Omit<Exchange, "number">): number {
    const number = this.exchanges.length + 1;
    const warnings = exchange.warnings.map((text) => this.masking.quoted(text));
    this.exchanges.push({
      number,
      ...exchange,
      warnings,
      time: rounded(exchange.time),
      ...(exchange.firstTime !== undefined &&
        { firstTime: rounded(exchange.firstTime) }),
    });
    return number;
  }

  #shownKeys(dataset: Dataset): ShownKeys {
    const texts: Record<string, string> = {};
    const add = (part: Dataset, prefix: string, inherited: Charset) => {
      const charset = charsetOf(part, inherited);
      for (const child of part) {
        const element = withKnownVr(child, Dictionary.standard);
        const path = `${prefix}${nameOfTag(element.tag)}`;
        if (!isSequence(element)) {
          texts[path] = this.masking.value(element, charset);
          continue;
        }
        if (element.items.length === 0) texts[path] = "";
        element.items.forEach(({ dataset }, at) =>
          add(dataset, `${path}[${at}].`, charset)
        );
      }
    };
    add(dataset, "", Charset.ascii);
    return texts;
  }
}

/** Yields one step; the runner answers each kind with its own. */
function* request<T extends Opened | Done | Answer>(
  step: ProbeStep,
): Probing<T> {
  return (yield step) as T;
}

/** Whether a query only broke off because the peer went on after C-CANCEL-RQ. */
export function isOverdueCancel({ error, afterCancel }: Answer): boolean {
  return afterCancel !== undefined && error instanceof TimeoutError &&
    error.phase === "response";
}

function isTotal(error: FindscuError): boolean {
  return error instanceof TimeoutError && error.phase === "total";
}

/** Whether the answer is a refusal or a failure. */
export function isFailure({ status }: Answer): boolean {
  return status !== undefined && statusInfo(status).category === "failure";
}

/** A status as people write it. */
export function statusHex(status: number): string {
  return upperHex(status, 4);
}

/** `status A900 (…)`, with the peer's comment. */
export function statusText(answer: Answer): string {
  const { status, comment, offending } = answer;
  if (status === undefined) return "no final status";
  const parts = [`status ${statusHex(status)} (${statusInfo(status).meaning})`];
  if (offending.length > 0) {
    parts.push(
      `offending element ${
        offending.map((tag) => `${nameOfTag(tag)} ${formatTag(tag)}`).join(", ")
      }`,
    );
  }
  if (comment !== undefined) parts.push(`comment "${comment}"`);
  return parts.join(", ");
}

/** `1 match`, `3 matches`. */
export function matchesText(count: number): string {
  return quantity(count, "match", "matches");
}

function cameText(answer: Answer): string {
  const count = matchesText(answer.matches.length);
  const { error } = answer;
  return error === undefined || error instanceof StatusError
    ? `${count}, ${statusText(answer)}`
    : `${count}, then: ${error.message}`;
}

function rounded(time: number): number {
  return Math.round(time * 10) / 10;
}
