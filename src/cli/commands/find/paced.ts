/**
 * Queries at a pace of their own, over associations that come and go: the rows of a list, several associations, a rate, queries
 * that are repeated if they fail. Loaded on demand.
 */
import type { ClientAssociation } from "../../../client/client.ts";
import type { PreparedList } from "../../lists/prepare.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import { answerPaced, type PaceContext } from "./pace.ts";
import { closeAssociation } from "../shared/peer.ts";
import { questionOf } from "./question.ts";
import type { FindContext } from "./context.ts";
import { findOptions, show } from "./runner.ts";
import { concludePlan, isPlanned, questionContext } from "./planned.ts";

/** Answers queries, each as often as it is to be repeated. Rejects with the error that ends the run. */
export async function runPaced(
  context: FindContext,
  open: () => Promise<ClientAssociation>,
): Promise<void> {
  const { config, queries, results } = context;
  await answerPaced(
    paceOf(context, open),
    queries.flatMap((query) => new Array<RunQuery>(config.repeat).fill(query)),
    (query, take) => questionOf(query.dataset, questionContext(context, take)),
    async (result) => {
      if ("match" in result) {
        return await show(context, [result.match], result.query);
      }
      concludePlan(context, result.outcome);
      return true;
    },
    (next) => results.wait(next),
  );
}

/** Answers the rows of a list, each with one or more queries. Rejects with the error that ends the run. */
export async function runList(
  context: FindContext,
  list: PreparedList,
  open: () => Promise<ClientAssociation>,
): Promise<void> {
  const { answerList } = await import("./list_run.ts");
  const { config, choice, tally, results, output } = context;
  await choice.prepare();
  for (const { matches } of list.resume?.entries ?? []) {
    tally.addEarlier(matches);
  }
  const gap = await answerList({
    ...paceOf(context, open),
    list,
    results,
    keeps: (match, identifier) => choice.keeps(match, identifier),
    planned: isPlanned(config)
      ? (identifier, take) =>
        questionOf(identifier, questionContext(context, take))
      : undefined,
    take: (records) => showRecords(context, records),
  });
  if (gap === undefined) return;
  output.own.warn(gap.lines);
  tally.mark(gap);
}

/** Shows matches with their provenance, or a row that has none. */
async function showRecords(
  { tally, results }: FindContext,
  records: readonly ResultMatch[],
): Promise<void> {
  const first = tally.nextNumber;
  if (records[0]?.isAbsent !== true) tally.add(records.length, records.length);
  await results.take(records, first);
  tally.addDamaged(records);
}

/** The needs of associations that come and go. */
function paceOf(
  context: FindContext,
  open: () => Promise<ClientAssociation>,
): PaceContext {
  const { config, host, output, signal, tally, narrator } = context;
  return {
    config,
    host,
    output,
    signal,
    open,
    close: (association) => closeAssociation(association, config, output),
    find: (association, identifier) => {
      narrator.sendingNumber(tally.nextMessageId());
      return association.find(findOptions(config, identifier));
    },
  };
}
