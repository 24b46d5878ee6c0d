/** How fast a run queries, by how many associations, and how often it repeats failed queries. Loaded for lists and on demand. */
import { quantity } from "../../../errors.ts";
import type {
  ClientAssociation,
  FindOperation,
  Match,
} from "../../../client/client.ts";
import { Runner } from "../../../client/runner.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import { retrying } from "../../../plan/retry.ts";
import { type Part, Schedule } from "../../../plan/schedule.ts";
import type { Asking, Outcome } from "../../../plan/step.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { RunContext } from "../../log/console.ts";

/** The needs of a run's associations. */
export interface PaceContext extends RunContext {
  readonly config: FindConfig;
  readonly open: () => Promise<ClientAssociation>;
  readonly close: (association: ClientAssociation) => Promise<void>;
  readonly find: (
    association: ClientAssociation,
    identifier: Dataset,
  ) => FindOperation;
}

/** The runner of a plan whose parts come one by one. */
export function pacedRunner<R>(
  context: PaceContext,
  nextPart: () => Promise<Part<Match, R> | undefined>,
): Runner<R> {
  const { config, host, output, signal, open, close, find } = context;
  const { associations, rate } = config.pace;
  return new Runner<R>({
    schedule: new Schedule({
      concurrency: associations,
      ...(rate !== undefined && { rate }),
    }),
    nextPart,
    open,
    close,
    find,
    associations,
    clock: host.clock,
    now: host.clock.now,
    signal,
    onFewer: (count, error) =>
      output.own.warn(
        `The peer accepts no more than ${
          quantity(count, "association")
        } at once (${error.message}): continuing with ${
          count === 1 ? "that" : "these"
        }`,
      ),
  });
}

/** A part of a plan, its steps repeated as the configuration says. */
export function repeated<M, T>(
  asking: Asking<M, T>,
  { config, host, output }: PaceContext,
): Asking<M, T> {
  return retrying(asking, {
    retries: config.pace.retries,
    random: () => host.randomBytes(1)[0]! / 256,
    onRetry: (error, pause, retriesLeft) =>
      output.own.info(
        `${error.message}: repeating in ${(pause / 1000).toFixed(1)} s, ${
          retriesLeft === 0
            ? "for the last time"
            : `${retriesLeft} more after that`
        }`,
      ),
  });
}

/** The results of a query of the run: its matches, then its end. */
export type PacedResult<Q> =
  | { readonly query: Q; readonly match: ResultMatch }
  | { readonly query: Q; readonly outcome: Outcome };

/**
 * Answers queries one after the other, or side by side; results come in the order of the queries. `take` says whether more is
 * wanted.
 */
export async function answerPaced<Q>(
  context: PaceContext,
  queries: readonly Q[],
  plan: (
    query: Q,
    take: (match: ResultMatch) => void,
  ) => Asking<ResultMatch, Outcome>,
  take: (result: PacedResult<Q>) => Promise<boolean>,
  wait: <T>(next: Promise<T>) => Promise<T>,
): Promise<void> {
  const queue = [...queries];
  const runner = pacedRunner<PacedResult<Q>>(context, () => {
    const query = queue.shift();
    if (query === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      *run(emit: (result: PacedResult<Q>) => void) {
        const asking = plan(query, (match) => emit({ query, match }));
        emit({ query, outcome: yield* repeated(asking, context) });
      },
    });
  });
  let failure: unknown;
  try {
    for (
      let result;
      (result = await wait(runner.next())) !== undefined &&
      await take(result);
    );
  } catch (error) {
    failure = error;
  }
  try {
    await runner.end();
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
}
