/** The command `find`: queries to a peer, results as they come, an honest exit code at the end. */
import { FindscuError } from "../../errors.ts";
import type { FindConfig } from "../config/run_config.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import { type Console, openConsole } from "../log/console.ts";
import { openResults } from "../results/results.ts";
import type { RunResults } from "../results/sink.ts";
import { answerQueries } from "./find/answer.ts";
import type { PreparedFind } from "./find/context.ts";
import { Narrator } from "./find/narrator.ts";
import { prepareFind } from "./find/prepare.ts";
import { Tally } from "./find/tally.ts";
import { asFindscuError, type Interruption, interruption } from "./peer.ts";
import type { MakeRun, PeerEnd, PeerRun } from "./several.ts";
import { MatchChoice } from "./match_choice.ts";

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
  const { runSeveral } = await import("./several.ts");
  return await runSeveral(config, host, output, makeRun);
}

/** The run of one peer, from its beginning to its end. */
class FindRun implements PeerRun {
  readonly #config: FindConfig;
  readonly #host: Host;
  readonly #output: Console;
  readonly #stop: Interruption;
  readonly #narrator: Narrator;
  readonly #tally: Tally;

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
    this.#tally = new Tally({
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
      const { queries } = await this.#prepared();
      const { writeQueries } = await import("./write_query.ts");
      await writeQueries(queries, file, this.#config, this.#host);
      return undefined;
    });
    return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
  }

  async #find(): Promise<number> {
    const ready = await this.#attempt(async () => {
      const prepared = await this.#prepared();
      const choice = await this.#choiceOf(prepared);
      const results = await this.#openResults(prepared);
      return { prepared, choice, results };
    });
    if (ready instanceof FindscuError) return exitCodeOf(ready);
    const { prepared, choice, results } = ready;
    return await this.#answerTo(prepared, choice, results);
  }

  /** Sends the queries, and ends the results with a summary. */
  async #answerTo(
    prepared: PreparedFind,
    choice: MatchChoice,
    results: RunResults,
  ): Promise<number> {
    const begin = this.#host.clock.now();
    const end = await this.#answered(prepared, choice, results);
    let { failure } = end;
    if (failure === undefined) {
      await choice.explainNothing(prepared.queries, this.#narrator.notes);
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
      const prepared = await this.#prepared();
      await this.#choiceOf(prepared);
      return prepared;
    } finally {
      this.#stop.end();
    }
  }

  async answer(prepared: PreparedFind, results: RunResults): Promise<PeerEnd> {
    try {
      const own = { ...prepared, config: this.#config };
      const choice = await this.#choiceOf(own);
      return await this.#answered(own, choice, results);
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

  async #prepared(): Promise<PreparedFind> {
    const prepared = await prepareFind(
      this.#config,
      this.#host,
      this.#output,
      this.#stop.signal,
    );
    this.#stop.signal.throwIfAborted();
    return prepared;
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
  async #answered(
    prepared: PreparedFind,
    choice: MatchChoice,
    results: RunResults,
  ): Promise<PeerEnd> {
    const tally = this.#tally;
    const narrator = this.#narrator;
    const broken = await this.#attempt(async () => {
      await answerQueries({
        ...prepared,
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
    const cut = narrator.step === "release" ? gap : broken ?? gap;
    const failure = broken ?? this.#unfiltered(choice) ??
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
