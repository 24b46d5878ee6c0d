/** The queries of a run over its associations: which way they go, and the life of an association from its opening to its end. */
import type { ClientAssociation } from "../../../client/client.ts";
import { corrected } from "../../../codec/correction.ts";
import {
  agreementOn,
  DATE_TIME_TITLE,
  proposedExtension,
} from "../negotiation.ts";
import { asFindscuError, closeAssociation, openAssociation } from "../peer.ts";
import type { FindContext } from "./context.ts";
import { isPlanned, runPlanned } from "./planned.ts";
import { runQuery } from "./runner.ts";

/** Answers the queries. Rejects with the error that ends the run. */
export async function answerQueries(context: FindContext): Promise<void> {
  const { config, list, narrator } = context;
  const { associations, rate, retries } = config.pace;
  const open = opener(context);
  narrator.step = "request";
  if (list !== undefined) {
    const { runList } = await import("./paced.ts");
    return await runList(context, list, open);
  }
  if (associations > 1 || rate !== undefined || retries > 0) {
    const { runPaced } = await import("./paced.ts");
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
  const { config, dictionary, host, output, signal } = context;
  const { narrator, results } = context;
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
      host,
      output,
      signal,
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
