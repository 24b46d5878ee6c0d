/**
 * The command `find`: queries to a peer over associations that it opens and ends, results as they come, an honest exit code at the
 * end.
 */
import { FindscuError } from "../../errors.ts";
import type { FindConfig } from "../config/run_config.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import { type Console, openConsole } from "../log/console.ts";
import { openResults } from "../results/results.ts";
import type { RunResults } from "../results/sink.ts";
import type { FindContext, PreparedFind } from "./find/context.ts";
import { runQuery } from "./find/runner.ts";
import { Narrator } from "./find/narrator.ts";
import { prepareFind } from "./find/prepare.ts";
import { RunTally } from "./find/tally.ts";
import {
  asFindscuError,
  closeAssociation,
  type Interruption,
  interruption,
  openAssociation,
} from "./shared/peer.ts";
import type { MakeRun, PeerEnd, PeerRun } from "./find/several.ts";
import { MatchChoice } from "./find/match_choice.ts";
import type { ClientAssociation } from "../../client/client.ts";
import { corrected } from "../../codec/correction.ts";
import {
  agreementOn,
  DATE_TIME_TITLE,
  proposedExtension,
} from "./find/negotiation.ts";
import { isPlanned, runPlanned } from "./find/planned.ts";

/** Runs it; returns the exit code. */
export async function runFind(config: FindConfig, host: Host): Promise<number> {
  const output = await openConsole(host, config.log);
  if (config.peers.length === 0) {
    return await new FindRun(config, host, output).run();
  }
  const makeRun: MakeRun = (own, log) => new FindRun(own, host, log);
  if (config.compares) {
    const { runCompare } = await import("./compare.ts");
    return await runCompare(config, host, output, makeRun);
  }
  const { runSeveral } = await import("./find/several.ts");
  return await runSeveral(config, host, output, makeRun);
}

/** The run of one peer, from its beginning to its end. */
class FindRun implements PeerRun {
  readonly #config: FindConfig;
  readonly #host: Host;
  readonly #output: Console;
  readonly #stop: Interruption;
  readonly #narrator: Narrator;
  readonly #tally: RunTally;

  constructor(config: FindConfig, host: Host, output: Console) {
    this.#config = config;
    this.#host = host;
    this.#output = output;
    this.#stop = interruption(config, host);
    this.#narrator = new Narrator(
      config,
      output,
      (error) => this.#stop.fail(error),
    );
    this.#tally = new RunTally({
      cancelAfter: config.cancelAfter,
      maxResults: config.maxResults,
      numbersResponses: this.#narrator.isExact,
    });
  }

  /** Runs it by itself; returns the exit code. */
  async run(): Promise<number> {
    this.#narrator.banner(this.#host.version);
    const { writeQuery } = this.#config.identifier;
    try {
      return writeQuery === undefined
        ? await this.#find()
        : await this.#write(writeQuery);
    } finally {
      this.#stop.end();
      await this.#output.flush();
    }
  }

  /** Writes the queries to a file instead of sending them. */
  async #write(file: string): Promise<number> {
    const failure = await this.#attempt(async () => {
      const { queries } = await this.#input();
      const { writeQueries } = await import("./find/write_query.ts");
      await writeQueries(queries, file, this.#config, this.#host);
      return undefined;
    });
    return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
  }

  async #find(): Promise<number> {
    const ready = await this.#attempt(async () => {
      const input = await this.#input();
      const choice = await this.#choiceOf(input);
      const results = await this.#openResults(input);
      return { input, choice, results };
    });
    if (ready instanceof FindscuError) return exitCodeOf(ready);
    const { input, choice, results } = ready;
    return await this.#answerTo(input, choice, results);
  }

  /** Sends the queries, and ends the results with a summary. */
  async #answerTo(
    input: PreparedFind,
    choice: MatchChoice,
    results: RunResults,
  ): Promise<number> {
    const begin = this.#host.clock.now();
    const end = await this.#answerWith(input, choice, results);
    let { failure } = end;
    if (failure === undefined) {
      await choice.explainNothing(input.queries, this.#narrator.notes);
    }
    try {
      await results.end({
        matches: end.matches,
        damaged: end.damaged,
        ...(end.leftOut > 0 && { leftOut: end.leftOut }),
        elapsed: this.#host.clock.now() - begin,
        ...(end.cut && { incomplete: end.cut.message }),
      });
    } catch (error) {
      const unwritten = this.fail(error);
      failure ??= unwritten;
    }
    return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
  }

  async prepare(): Promise<PreparedFind> {
    try {
      const input = await this.#input();
      await this.#choiceOf(input);
      return input;
    } finally {
      this.#stop.end();
    }
  }

  async answer(input: PreparedFind, results: RunResults): Promise<PeerEnd> {
    try {
      const own = { ...input, config: this.#config };
      const choice = await this.#choiceOf(own);
      return await this.#answerWith(own, choice, results);
    } finally {
      this.#stop.end();
      await this.#output.flush();
    }
  }

  fail(error: unknown): FindscuError {
    const failure = asFindscuError(error);
    this.#narrator.failure(failure, "other");
    return failure;
  }

  async #input(): Promise<PreparedFind> {
    const input = await prepareFind(this.#config, {
      host: this.#host,
      output: this.#output,
      signal: this.#stop.signal,
    });
    this.#stop.signal.throwIfAborted();
    return input;
  }

  /** The choice of matches. Rejects with `UsageError` for a condition on an attribute that does not exist. */
  #choiceOf({ config, dictionary }: PreparedFind): Promise<MatchChoice> {
    return MatchChoice.of(config, dictionary);
  }

  /** The target of matches. */
  async #openResults(
    { config, queries, dictionary }: PreparedFind,
  ): Promise<RunResults> {
    const results = await openResults(
      config,
      queries,
      this.#host,
      this.#output,
      dictionary,
    );
    const { signal } = this.#stop;
    signal.addEventListener("abort", () => {
      if (asFindscuError(signal.reason).code === "interrupted") {
        results.cancelling();
      }
    });
    return results;
  }

  /** Sends the queries; returns the outcome, which was reported. */
  async #answerWith(
    input: PreparedFind,
    choice: MatchChoice,
    results: RunResults,
  ): Promise<PeerEnd> {
    const tally = this.#tally;
    const narrator = this.#narrator;
    const cause = await this.#attempt(async () => {
      await answerQueries({
        ...input,
        host: this.#host,
        output: this.#output,
        signal: this.#stop.signal,
        narrator,
        tally,
        choice,
        results,
      });
      return undefined;
    });
    const { matches, damaged, gap } = tally;
    // All matches have arrived if only the release failed.
    const cut = narrator.step === "release" ? gap : cause ?? gap;
    const failure = cause ?? this.#unfiltered(choice) ??
      narrator.damage({ matches, damaged }) ?? gap ?? this.#output.unwritten;
    return { failure, cut, matches, damaged, leftOut: choice.leftOut };
  }

  /** Keys that the peer did not match by: a failure of a strict run. */
  #unfiltered(choice: MatchChoice): FindscuError | undefined {
    const error = choice.report(this.#narrator.notes);
    return error && this.fail(error);
  }

  /** Runs it; returns the outcome, or the failure, which is reported. */
  async #attempt<T>(action: () => Promise<T>): Promise<T | FindscuError> {
    try {
      return await action();
    } catch (error) {
      const failure = asFindscuError(error);
      this.#narrator.failure(failure, this.#narrator.step);
      return failure;
    }
  }
}

/** Answers the queries. Rejects with the error that ends the run. */
async function answerQueries(context: FindContext): Promise<void> {
  const { config, list, narrator } = context;
  const { associations, rate, retries } = config.pace;
  const open = opener(context);
  narrator.step = "request";
  if (list !== undefined) {
    const { runList } = await import("./find/paced.ts");
    return await runList(context, list, open);
  }
  if (associations > 1 || rate !== undefined || retries > 0) {
    const { runPaced } = await import("./find/paced.ts");
    return await runPaced(context, open);
  }
  await runInOrder(context, await open());
}

/** One query after the other over one association. */
async function runInOrder(
  context: FindContext,
  association: ClientAssociation,
): Promise<void> {
  const { config, narrator, output } = context;
  try {
    let failure: unknown;
    try {
      await runAll(context, association);
    } catch (error) {
      failure = error;
    }
    // After a failed query the association is still good, and ends in order.
    if (association.isOpen && (failure === undefined || isOrderly(failure))) {
      if (failure === undefined) narrator.step = "release";
      await closeAssociation(association, config, output);
    }
    if (failure !== undefined) throw failure;
  } finally {
    await association.abort();
  }
}

async function runAll(
  context: FindContext,
  association: ClientAssociation,
): Promise<void> {
  const { config, queries, narrator } = context;
  for (const [index, query] of queries.entries()) {
    narrator.beginQuery(query, index, queries.length);
    for (let round = 0; round < config.repeat; round++) {
      const goesOn = isPlanned(config)
        ? await runPlanned(context, association, query)
        : await runQuery(context, association, query, round > 0);
      if (!goesOn) return;
    }
  }
}

/** Opens associations of a run. The first one begins the results. */
function opener(context: FindContext): () => Promise<ClientAssociation> {
  const { config, dictionary, narrator, results } = context;
  const { model, form, correction } = config;
  let isFirst = true;
  return async () => {
    const extended = proposedExtension(model, config.extendedNegotiation);
    const association = await openAssociation(
      config,
      {
        contexts: [{
          abstractSyntax: model.uid,
          transferSyntaxes: config.transferSyntaxes,
        }],
        dictionary,
        ...(correction && { mend: corrected }),
        ...(extended && { extended: [extended] }),
        ...(form === "address" && { place: () => narrator.place }),
      },
      context,
    );
    narrator.step = "find";
    if (!isFirst) return association;
    isFirst = false;
    if (extended !== undefined) takeAgreement(context, association);
    results.begin();
    return association;
  };
}

/** The peer's answer to the proposed extended negotiation. */
function takeAgreement(
  { config, narrator, choice }: FindContext,
  association: ClientAssociation,
): void {
  const { model, extendedNegotiation } = config;
  const agreement = agreementOn(
    model,
    extendedNegotiation,
    association.accepted.userInformation.extended ?? [],
  );
  choice.combinesDateTime = extendedNegotiation.datetime &&
    !agreement.refused.includes(DATE_TIME_TITLE);
  narrator.agreement(agreement);
}

/** Failures after which the association is still good. */
function isOrderly(error: unknown): boolean {
  const { code } = asFindscuError(error);
  return code === "status" || code === "cancelled" || code === "interrupted";
}
