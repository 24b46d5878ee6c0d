/** The command `find`: queries to a peer over one association, results as they come, an honest exit code at the end. */
import type {
  ClientAssociation,
  FindOperation,
  FindResult,
  Match,
} from "../../driver/client.ts";
import type { Priority } from "../../dimse/commands.ts";
import { formatStatus } from "../../dimse/status.ts";
import {
  CancelledError,
  type FindscuError,
  TimeoutError,
} from "../../errors.ts";
import type { ExtendedNegotiation } from "../../pdu/types.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import type { FindConfig } from "../run_config.ts";
import { type Console, openConsole } from "./console.ts";
import { identifiers, type Query } from "./identifiers.ts";
import {
  asFindscuError,
  closeAssociation,
  type Interruption,
  interruption,
  openAssociation,
} from "./peer.ts";
import { report, type Step } from "./report.ts";
import { type AllResults, resultsOf } from "./results.ts";

/** How long a peer may go on after a C-CANCEL-RQ that ends the run, in milliseconds. */
const CANCEL_GRACE = 3_000;

const PRIORITIES: readonly Priority[] = ["medium", "high", "low"];

/** Runs it; answers the exit code. */
export async function runFind(config: FindConfig, host: Host): Promise<number> {
  const output = await openConsole(host, config.log);
  const run = new FindRun(config, host, output);
  return await run.run();
}

/** The state of one run. */
class FindRun {
  readonly #config: FindConfig;
  readonly #host: Host;
  readonly #output: Console;
  readonly #stop: Interruption;
  #step: Step = "other";
  #results: AllResults | undefined;
  /** Matches of all queries so far. */
  #matches = 0;
  /** Responses of all queries so far, the final ones included. */
  #responses = 0;
  /** Message id of the last request. */
  #messageId = 0;
  #begin = 0;

  constructor(config: FindConfig, host: Host, output: Console) {
    this.#config = config;
    this.#host = host;
    this.#output = output;
    this.#stop = interruption(config, host);
  }

  async run(): Promise<number> {
    const { log } = this.#output;
    let failure: FindscuError | undefined;
    try {
      const queries = await identifiers(this.#config, this.#host, log);
      this.#results = await resultsOf(
        this.#config,
        queries.map((query) => query.dataset),
        this.#host,
        this.#output,
      );
      this.#begin = this.#host.now();
      await this.#ask(queries);
    } catch (error) {
      failure = asFindscuError(error);
      report(failure, this.#step, this.#config.form, log);
    }
    try {
      await this.#results?.end({
        matches: this.#matches,
        elapsed: this.#host.now() - this.#begin,
        ...(failure && { incomplete: failure.message }),
      });
    } catch (error) {
      failure ??= asFindscuError(error);
      report(failure, "other", this.#config.form, log);
    } finally {
      this.#stop.end();
      await this.#output.flush();
    }
    return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
  }

  async #ask(queries: readonly Query[]): Promise<void> {
    const config = this.#config;
    const extended = extendedOf(config);
    this.#step = "request";
    const association = await openAssociation(
      config,
      {
        contexts: [{
          abstractSyntax: config.model.uid,
          transferSyntaxes: config.transferSyntaxes,
        }],
        ...(extended && { extended: [extended] }),
      },
      this.#host,
      this.#output,
      this.#stop.signal,
    );
    try {
      this.#step = "find";
      let failure: unknown;
      try {
        for (const query of queries) {
          for (let round = 0; round < config.repeat; round++) {
            if (!await this.#query(association, query)) return;
          }
        }
      } catch (error) {
        failure = error;
      }
      // A query that failed leaves a good association behind, which ends in order.
      if (failure === undefined || isOrderly(failure)) {
        if (failure === undefined) this.#step = "release";
        await closeAssociation(association, config, this.#output);
      }
      if (failure !== undefined) throw failure;
    } finally {
      await association.abort();
    }
  }

  /** One C-FIND; answers whether the run goes on. */
  async #query(
    association: ClientAssociation,
    query: Query,
  ): Promise<boolean> {
    const { cancelAfter, priority, oldVrsOnly, compressionLevel, model } =
      this.#config;
    const { log } = this.#output;
    log.info(`Sending Find Request (MsgID ${++this.#messageId})`);
    const left = (cancelAfter ?? 0) - this.#responses;
    const operation = association.find({
      abstractSyntax: model.uid,
      identifier: query.dataset,
      priority: PRIORITIES[priority] ?? "medium",
      oldVrs: oldVrsOnly,
      compressionLevel,
      ...(left > 0 && { cancelAfter: left }),
    });
    const goesOn = await this.#collect(operation);
    const { result } = operation;
    if (result === undefined) return goesOn;
    this.#responses += result.final.responses;
    this.#conclude(result, goesOn);
    return goesOn;
  }

  /** Takes the matches as they come; answers false when no more are wanted. */
  async #collect(operation: FindOperation): Promise<boolean> {
    const { maxResults = Infinity } = this.#config;
    const results = this.#results!;
    let wanted = true;
    while (operation.result === undefined) {
      let batch: Match[];
      try {
        batch = await results.wait(operation.nextBatch());
      } catch (error) {
        if (!wanted && error instanceof TimeoutError) return false;
        throw error;
      }
      if (!wanted) continue;
      const room = maxResults - this.#matches;
      const taken = batch.length > room ? batch.slice(0, room) : batch;
      const first = this.#matches + 1;
      this.#matches += taken.length;
      await results.take(taken, first);
      if (this.#matches >= maxResults || results.isGone) {
        wanted = false;
        if (operation.result === undefined) operation.cancel(CANCEL_GRACE);
      }
    }
    return wanted;
  }

  #conclude(result: FindResult, goesOn: boolean): void {
    const { log } = this.#output;
    log.info(`Received Final Find Response (${result.name})`);
    if (result.category === "warning") {
      const { errorComment } = result.final.command;
      log.warn(
        `The query ended with status ${formatStatus(result.status)}: ${
          errorComment || result.meaning
        }`,
      );
    }
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
    if (result.category === "cancel" && goesOn) {
      throw new CancelledError(
        "cancelled",
        "The query was cancelled before its end: there may be more matches",
      );
    }
  }
}

/** Failures after which the association is still good. */
function isOrderly(error: unknown): boolean {
  const { code } = asFindscuError(error);
  return code === "status" || code === "cancelled" || code === "interrupted";
}

/** SOP class extended negotiation: one byte per sub-option, 1 for wanted (PS3.4 C.5.1.1). */
function extendedOf(config: FindConfig): ExtendedNegotiation | undefined {
  const { relational, dateTime, fuzzy, timezone, enhanced } =
    config.extendedNegotiation;
  const wanted = [relational, dateTime, fuzzy, timezone, enhanced];
  if (!wanted.includes(true)) return undefined;
  const length = enhanced ? 5 : timezone ? 4 : 3;
  return {
    sopClassUid: config.model.uid,
    information: new Uint8Array(wanted.slice(0, length).map(Number)),
  };
}
