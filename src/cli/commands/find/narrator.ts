/**
 * The reports of a run: its steps, as DCMTK's findscu shows them, oddities, losses and failures. Decides nothing
 * of the run, except for one thing: with `--strict` a warning ends it. Does not depend on results.
 */
import type { ClientAssociation, FindResult } from "../../../client/client.ts";
import {
  type TransferSyntax,
  transferSyntaxOf,
} from "../../../codec/transfer_syntax.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import {
  DecodeError,
  type ErrorText,
  type FindscuError,
  type IncompleteError,
  RemoteProtocolError,
  UsageError,
} from "../../../errors.ts";
import { DcmtkDump } from "../../../output/dcmtk/dump.ts";
import { dcmtkStatusName } from "../../../dimse/status.ts";
import { damageText, type Summary } from "../../../output/writer.ts";
import { sanitize } from "../../../output/sanitize.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { VersionFacts } from "../../host.ts";
import { bannerLine, sentence } from "../../line/usage_error.ts";
import type { Console } from "../../log/console.ts";
import {
  readingLine,
  requestMessage,
  responseMessage,
  statusDetail,
} from "../../log/dcmtk_blocks.ts";
import { type Logger, LOGGERS, StrictLogger } from "../../log/log.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import type { Agreement } from "./negotiation.ts";
import { report, type Stage } from "../shared/report.ts";
import { hintOf } from "../../line/remedies.ts";

/** A query that is about to be sent. */
export interface SentQuery {
  readonly query: RunQuery;
  readonly messageId: number;
  /** Whether the same was sent before. */
  readonly wasSent: boolean;
  /** The association that it is sent on. */
  readonly association: ClientAssociation;
  /** Names its contents. */
  readonly dictionary: Dictionary;
}

/** Reports of one run. */
export class Narrator {
  /** The current step, by which failures are reported. */
  step: Stage = "other";
  /** Which of several queries is under way, in words. */
  place: string | undefined;
  /** Our own messages that no strictness makes a failure. */
  readonly notes: Logger;
  /** Whether every line must be one of DCMTK's. */
  readonly isExact: boolean;
  readonly #config: FindConfig;
  readonly #output: Console;
  /** DCMTK's output for the current or last query if it fails. */
  #progressText: (() => string) | undefined;

  /** @param fail ends the run, for a warning of a strict run */
  constructor(
    config: FindConfig,
    output: Console,
    fail: (error: FindscuError) => void,
  ) {
    this.#config = config;
    this.#output = output;
    const { form, results, strict } = config;
    this.isExact = results.rawText && form === "dcmtk" &&
      results.format === "dcmtk";
    if (this.isExact) output.silenceOwn();
    this.notes = output.own;
    if (strict) {
      output.own = new StrictLogger(
        output.own,
        (text) => fail(this.#failureFor(text)),
      );
    }
  }

  /** A warning as the error that ends a strict run. */
  #failureFor(text: ErrorText): FindscuError {
    const options = { hint: "Without --strict this is only a warning" };
    return this.step === "other"
      ? new UsageError(text, options)
      : new RemoteProtocolError(text, options);
  }

  /** The first lines, at debug level. */
  banner(version: VersionFacts): void {
    this.#output.log.named(LOGGERS.program).debug(() => [
      bannerLine(version),
      "",
    ]);
  }

  /** The outcome of extended negotiation. */
  agreement({ agreed, refused }: Agreement): void {
    const { own } = this.#output;
    for (const title of agreed) own.info(`The peer agreed to ${title}`);
    for (const title of refused) {
      own.warn(`The peer declined ${title} and may ignore it`);
    }
  }

  /** Which of several queries comes next. */
  beginQuery({ file }: RunQuery, index: number, count: number): void {
    if (count === 1) return;
    const name = file === undefined ? "" : `, ${sanitize(file)}`;
    this.place = `Query ${index + 1} of ${count}${name}`;
  }

  /** A query is about to be sent. */
  sending(sentQuery: SentQuery): void {
    const { query, messageId, wasSent } = sentQuery;
    const { log } = this.#output;
    const { rawText } = this.#config.results;
    const { contextId, negotiated } = contextOf(sentQuery);
    if (log.shows("debug")) {
      log.info("Sending Find Request");
      const { priority, model } = this.#config;
      log.block(
        "debug",
        requestMessage({
          contextId,
          messageId,
          sopClassUid: model.uid,
          priority,
        }),
      );
    } else this.sendingNumber(messageId);
    if (log.shows("info")) {
      const syntax = wasSent ? negotiated : query.syntax;
      const dump = this.#dumper(sentQuery, wasSent);
      const text = () => dump.dataset(query.dataset, syntax);
      log.print("info", () => `Request Identifiers:\n${text()}`, rawText);
    }
    this.#progressText = () =>
      query.file === undefined
        ? `Find Failed, query keys:\n${
          this.#dumper(sentQuery, true).file(query.dataset, negotiated)
        }`
        : `Find Failed, file: ${sanitize(query.file)}:`;
  }

  /** The same in one line. */
  sendingNumber(messageId: number): void {
    this.#output.log.info(`Sending Find Request (MsgID ${messageId})`);
  }

  /** One of the C-FINDs that a question needs is about to be sent; `purpose` says which. */
  sendingStep(query: RunQuery, purpose: string | undefined): void {
    this.#output.own.info(purpose ?? "The whole question");
    this.#progressText = () =>
      `Find Failed, ${purpose ?? query.file ?? "query keys"}:`;
  }

  /** A query is being cancelled. */
  cancelling(sentQuery: SentQuery): void {
    const { contextId } = contextOf(sentQuery);
    this.#output.log.info(
      `Sending Cancel Request (MsgID ${sentQuery.messageId}, PresID ${contextId})`,
    );
  }

  /** DCMTK shows an identifier made from keys differently before it is sent for the first time. */
  #dumper({ query, dictionary }: SentQuery, wasSent: boolean): DcmtkDump {
    return new DcmtkDump({
      dictionary,
      rawText: this.#config.results.rawText,
      correction: this.#config.correction,
      isUnsent: ({ tag }) => !wasSent && query.keyTags.has(tag),
    });
  }

  /** The final response of a query. */
  ended({ status, final }: FindResult): void {
    const { log } = this.#output;
    if (!log.shows("debug")) {
      log.info(`Received Final Find Response (${dcmtkStatusName(status)})`);
      return;
    }
    log.named(LOGGERS.data).block("debug", readingLine());
    log.info("Received Final Find Response");
    log.block("debug", responseMessage(final.command, status));
    const detail = statusDetail(final.command);
    if (detail !== undefined) log.block("debug", detail);
  }

  /** The peer's final status for a successful query. */
  comment(text: string): void {
    this.#output.own.info(`The peer says "${text}"`);
  }

  /** The answer to a query is not all that there is; the hint is given once. */
  gap(gap: IncompleteError, isFirst: boolean): void {
    const isAddress = this.#config.form !== "dcmtk";
    const [first, ...rest] = gap.lines;
    const hint = hintOf(gap);
    const lead = isAddress && this.place ? `${this.place}: ` : "";
    this.#output.own.warn([
      `${lead}${first}`,
      ...rest,
      ...hint && isAddress && isFirst ? [`Hint: ${sentence(hint)}`] : [],
    ]);
  }

  /** The outcome of a run whose matches arrived incomplete; undefined if all are whole. */
  damage(
    counts: Pick<Summary, "matches" | "damaged">,
  ): DecodeError | undefined {
    const text = damageText(counts);
    if (text === undefined) return undefined;
    const error = new DecodeError(`${text}: some attributes cannot be read`, {
      hint: "--record keeps the peer's data, as evidence for its vendor",
    });
    this.#output.own.error([...error.lines, `Hint: ${sentence(error.hint!)}`]);
    return error;
  }

  /** The failure, and advice; `step` is the step that failed. */
  failure(error: FindscuError, step: Stage): void {
    const { log, own } = this.#output;
    const { form, target, results } = this.#config;
    const host = "host" in target ? target.host : undefined;
    const place = step === "find" ? this.place : undefined;
    report({ error, step, host, query: this.#progressText, place }, form, {
      log,
      own,
      dump: (text) => log.block("error", text, results.rawText),
    });
  }
}

/** The presentation context that a query uses, and its transfer syntax. */
function contextOf(
  { association, query }: SentQuery,
): { readonly contextId: number; readonly negotiated: TransferSyntax } {
  const context = association.contexts.find((one) => one.result === 0);
  return {
    contextId: context?.id ?? 1,
    negotiated: transferSyntaxOf(context?.transferSyntax ?? "") ?? query.syntax,
  };
}
