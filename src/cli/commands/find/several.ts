/**
 * `--also`: one question to several peers, side by side, each with a run and an association of its own, their matches in one
 * result. A peer that fails leaves the others alone. Loaded on demand.
 */
import { type FindscuError, IncompleteError } from "../../../errors.ts";
import { queryModelOf } from "../../../identifier/levels.ts";
import { identityAt, withIdentity } from "../../../plan/identity.ts";
import { sanitize } from "../../../output/sanitize.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../../exit_code.ts";
import type { FindConfig, NamedPeer } from "../../config/run_config.ts";
import type { Host } from "../../host.ts";
import type { Console } from "../../log/console.ts";
import { openResults } from "../../results/results.ts";
import type { ResultMatch, RunResults } from "../../results/sink.ts";
import type { PreparedFind } from "./context.ts";
import { DerivedMatch } from "./derived_match.ts";

/** The outcome of one peer's run. Failures were already reported. */
export interface PeerEnd {
  /** The basis of its exit code. */
  readonly failure: FindscuError | undefined;
  /** Why its matches are not all. */
  readonly cut: FindscuError | undefined;
  readonly matches: number;
  readonly damaged: number;
  readonly leftOut: number;
}

/** A run of one peer. */
export interface PeerRun {
  /** Builds the queries. Rejects with a `FindscuError` when there is something wrong with them. */
  prepare(): Promise<PreparedFind>;
  /** Sends them. Never rejects because of a peer. */
  answer(input: PreparedFind, results: RunResults): Promise<PeerEnd>;
  /** Reports a failure before anything was sent. */
  fail(error: unknown): FindscuError;
}

/** Makes runs. */
export type MakeRun = (config: FindConfig, output: Console) => PeerRun;

/** The peers of a run and how each ended. */
export interface PeersEnd {
  readonly ends: readonly PeerEnd[];
  /** The basis of the exit code; undefined if all is well. */
  readonly failure: FindscuError | undefined;
}

/** Runs it; returns the exit code. */
export async function runSeveral(
  config: FindConfig,
  host: Host,
  output: Console,
  makeRun: MakeRun,
): Promise<number> {
  const first = makeRun(config, output);
  const begin = host.clock.now();
  let results: RunResults | undefined;
  let shared: SharedResults | undefined;
  let ends: readonly PeerEnd[] = [];
  let failure: FindscuError | undefined;
  try {
    const input = await first.prepare();
    const queries = input.queries.map((query) => ({
      ...query,
      hasPeers: true,
    }));
    results = await openResults(
      input.config,
      queries,
      host,
      output,
      input.dictionary,
    );
    const all = shared = new SharedResults(results, input);
    ({ ends, failure } = await results.wait(
      answerAll(
        config,
        identifiedInput(input),
        output,
        makeRun,
        (name) => all.of(name),
      ),
    ));
    await shared.flush(config.peers);
  } catch (error) {
    failure = first.fail(error);
  }
  try {
    const sum = (of: (end: PeerEnd) => number) =>
      ends.reduce((all, end) => all + of(end), 0);
    const leftOut = sum((end) => end.leftOut);
    const cut = failure ?? ends.find((end) => end.cut)?.cut;
    await results?.end({
      matches: shared?.count ?? 0,
      damaged: shared?.damaged ?? 0,
      ...leftOut > 0 && { leftOut },
      elapsed: host.clock.now() - begin,
      ...cut && { incomplete: cut.message },
    });
  } catch (error) {
    const unwritten = first.fail(error);
    failure ??= unwritten;
  } finally {
    await output.flush();
  }
  return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
}

/** The queries with the unique keys that distinguish their matches, if that matters. */
export function identifiedInput(input: PreparedFind): PreparedFind {
  const { config } = input;
  if (!config.unique && !config.compares) return input;
  const model = queryModelOf(config.model.name);
  return {
    ...input,
    queries: input.queries.map((query) => ({
      ...query,
      dataset: withIdentity(query.dataset, model, config.expand),
    })),
  };
}

/** Sends the queries to all peers at once; reports which failed. */
export async function answerAll(
  config: FindConfig,
  input: PreparedFind,
  output: Console,
  makeRun: MakeRun,
  resultsFor: (name: string) => RunResults,
): Promise<PeersEnd> {
  const { peers } = config;
  const ends = await Promise.all(peers.map(({ name, peer }) => {
    const own = { ...input.config, ...peer, log: config.log, peers: [] };
    const run = makeRun({ ...own, command: "find" }, output.labelled(name));
    return run.answer(input, resultsFor(name));
  }));
  const failures = ends.flatMap(({ failure }) => failure ?? []);
  const [first] = failures;
  if (first === undefined) return { ends, failure: undefined };
  // An error that ends the run as a whole is not a failure of a peer.
  const own = failures.find(({ code }) =>
    code === "interrupted" || code.startsWith("output") || code === "usage"
  );
  if (own !== undefined) return { ends, failure: own };
  if (failures.length === ends.length) return { ends, failure: first };
  const failedPeers = peers.filter((_, index) => ends[index]!.failure);
  const names = failedPeers.map(({ name }) => sanitize(name)).join(", ");
  const isDecoded = failures.every(({ code }) => code === "decode");
  return {
    ends,
    failure: isDecoded
      ? first
      : new IncompleteError(`Some results of ${names} are missing`),
  };
}

/** One result for the matches of several peers. */
class SharedResults {
  readonly #results: RunResults;
  readonly #input: PreparedFind;
  /** Matches held back for `--unique`, by peer. */
  readonly #matchesByPeer = new Map<string, ResultMatch[]>();
  #hasBegun = false;
  /** Writes follow one another. */
  #last: Promise<void> = Promise.resolve();
  /** The error of a write: not the failure of a peer, and the end of all queries. */
  #outputFailure: { readonly error: unknown } | undefined;
  /** Matches shown. */
  count = 0;
  /** Those of them that lost attributes. */
  damaged = 0;

  constructor(results: RunResults, input: PreparedFind) {
    this.#results = results;
    this.#input = input;
  }

  /** The results as the run of one peer sees them. */
  of(name: string): RunResults {
    const results = this.#results;
    const hasEnough = () => this.count >= this.#most;
    const isBroken = () => this.#outputFailure !== undefined;
    return {
      get isGone() {
        return results.isGone || isBroken() || hasEnough();
      },
      begin: () => {
        if (!this.#hasBegun) results.begin();
        this.#hasBegun = true;
      },
      take: async (matches) => {
        if (this.#input.config.unique) {
          const heldMatches = this.#matchesByPeer.get(name) ?? [];
          heldMatches.push(...matches);
          this.#matchesByPeer.set(name, heldMatches);
          return;
        }
        await this.#take(
          matches.map((match) => new DerivedMatch(match, { peer: name })),
        );
      },
      // The whole run waits: it shows held-back matches and its progress.
      wait: (next) => next,
      showProgress: (text) => results.showProgress(text),
      cancelling: () => results.cancelling(),
      end: () => Promise.resolve(),
    };
  }

  get #most(): number {
    const { maxResults = Infinity, unique } = this.#input.config;
    return unique ? Infinity : maxResults;
  }

  #take(matches: readonly ResultMatch[]): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (this.#outputFailure !== undefined) return;
      const { maxResults = Infinity } = this.#input.config;
      const newMatches = matches.slice(0, maxResults - this.count);
      const first = this.count + 1;
      this.count += newMatches.length;
      await this.#results.take(newMatches, first);
      for (const { losses } of newMatches) {
        if (losses.length > 0) this.damaged++;
      }
    }).catch((error) => {
      this.#outputFailure = { error };
    });
    return this.#last;
  }

  /** Shows the held-back matches: each entity once, in the order of the peers. Rejects with the error of any write. */
  async flush(peers: readonly NamedPeer[]): Promise<void> {
    if (this.#input.config.unique) await this.#takeHeld(peers);
    await this.#last;
    if (this.#outputFailure !== undefined) throw this.#outputFailure.error;
  }

  async #takeHeld(peers: readonly NamedPeer[]): Promise<void> {
    const records = new Map<string, { match: ResultMatch; peers: string[] }>();
    const identify = matchIdentity(this.#input);
    for (const { name } of peers) {
      for (const match of this.#matchesByPeer.get(name) ?? []) {
        const key = identify(match);
        const entity = records.get(key);
        if (entity === undefined) records.set(key, { match, peers: [name] });
        else if (!entity.peers.includes(name)) entity.peers.push(name);
      }
    }
    this.#matchesByPeer.clear();
    await this.#take(
      [...records.values()].map(({ match, peers }) =>
        new DerivedMatch(match, { peer: peers })
      ),
    );
  }
}

/** The unique key that distinguishes matches of the queries. */
export function matchIdentity(
  { config, queries }: PreparedFind,
): (match: ResultMatch) => string {
  const model = queryModelOf(config.model.name);
  const [query] = queries;
  return ({ dataset }) =>
    identityAt(dataset, query!.dataset, model, config.expand);
}
