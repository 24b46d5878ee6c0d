/** What takes the matches of a run, and what it is given. Types and one conversion; knows no format. */
import type { Match } from "../../client/client.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Selector } from "../../dataset/path.ts";
import type { MatchRecord, Summary } from "../../output/writer.ts";

/** Takes the matches of a run. */
export interface Results {
  /** The association is there, and queries follow. */
  begin?(): void;
  /** Takes matches; `first` is the number of the first within the run. */
  take(
    matches: readonly Match[],
    first: number,
  ): Promise<void>;
  /** The run is over, well or not. */
  end(summary: Summary): Promise<void>;
  /** Whether the reader of the data went away: nothing more needs to be fetched. */
  readonly isGone: boolean;
  /** Takes what comes, but is no reason to fetch it. */
  readonly isPassive?: boolean;
  /** Whether matches are held back that `idle` would show. */
  readonly isHolding?: boolean;
  /** No match came for a moment: shows what was held back. */
  idle?(): Promise<void>;
}

/** What is asked, as far as the results depend on it. */
export interface Asked {
  readonly dataset: Dataset;
  /** The attributes that keys named, in the order typed. */
  readonly selectors: readonly Selector[];
}

/** What a writer is given of a match. */
export function recordOf(match: Match, number: number): MatchRecord {
  const { status, dataset, syntax } = match;
  // Decoded by now.
  const isIncomplete = match.losses.length > 0;
  return {
    number,
    status,
    dataset,
    syntax,
    ...(isIncomplete && { isIncomplete }),
  };
}
