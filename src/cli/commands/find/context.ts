/** A run of queries, as types: what it is to send, and what all ways of sending it share. */
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { PreparedList } from "../../lists/prepare.ts";
import type { RunContext } from "../../log/console.ts";
import type { RunResults } from "../../results/sink.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import type { MatchChoice } from "./match_choice.ts";
import type { Narrator } from "./narrator.ts";
import type { RunTally } from "./tally.ts";

/** The requests of a run, made before anything is sent. */
export interface PreparedFind {
  /** With the usual columns and order of such matches, if the user requests nothing in particular. */
  readonly config: FindConfig;
  readonly queries: readonly RunQuery[];
  readonly dictionary: Dictionary;
  /** The list whose rows fill the query, if there is one. */
  readonly list: PreparedList | undefined;
}

/** A run that answers queries. */
export interface FindContext extends PreparedFind, RunContext {
  readonly narrator: Narrator;
  readonly tally: RunTally;
  readonly choice: MatchChoice;
  readonly results: RunResults;
}
