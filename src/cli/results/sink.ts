/** The receiver of the matches of a run, and its input. Types alone. */
import type { Match } from "../../client/client.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { Selector } from "../../dataset/path.ts";
import type { OutputTarget } from "./target.ts";
import type {
  MatchRecord,
  Provenance,
  ReceivedDataset,
  Summary,
} from "../../output/writer.ts";

/** A match as the results receive it, with its source; or a row of a list that has none. */
export type ResultMatch =
  & Pick<Match, "number" | "status" | "losses" | "command">
  & ReceivedDataset
  & Provenance
  & Pick<MatchRecord, "isAbsent">;

/** Takes the matches of a run. */
export interface ResultSink {
  /** The association is established, and queries follow. */
  begin(): void;
  /** Takes matches; `first` is the number of the first within the run. */
  take(
    matches: readonly ResultMatch[],
    first: number,
  ): Promise<void>;
  /** The run is over, well or not. */
  end(summary: Summary): Promise<void>;
  /** Whether the reader of the data went away: nothing more needs to be fetched. */
  readonly isGone: boolean;
  /** Receives whatever arrives, but is not a reason to fetch it. */
  readonly isPassive: boolean;
  /** Whether matches are held back that `idle` would show. */
  readonly isHolding: boolean;
  /** No match came for a moment: shows the held-back matches. */
  idle(): Promise<void>;
}

/** The results of a run as seen by the code that fetches the matches. */
export interface RunResults {
  /** Whether the output was closed by its reader: nothing more needs to be fetched. */
  readonly isGone: boolean;
  /** The association is established, and queries follow. */
  begin(): void;
  /** Takes matches; `first` is the number of the first within the run. */
  take(matches: readonly ResultMatch[], first: number): Promise<void>;
  /** Waits for something in transit, and meanwhile shows the matches so far. */
  wait<T>(next: Promise<T>): Promise<T>;
  /** Shows another progress line, for a run that is not a mere flow of matches. */
  showProgress(text: () => string): void;
  /** The query is being cancelled, which may take the peer some time. */
  cancelling(): void;
  /** The run is over, well or not. Rejects with the first failure of a writer. */
  end(summary: Summary): Promise<void>;
}

/** The query, as far as the results depend on it. */
export interface ResultQuery {
  readonly dataset: Dataset;
  /** The attributes that keys named, in the order typed. */
  readonly selectors: readonly Selector[];
  /** Whether several peers are queried, so that a match says which one it is from. */
  readonly hasPeers?: boolean;
  /** The list whose rows are answered. */
  readonly list?: ListShape | undefined;
}

/** The facts about a list that the results need. */
export interface ListShape {
  /** Names of its columns, as results call them. */
  readonly columns: readonly string[];
  /** Those of them that are keys: the matches have the same value, which is not shown twice. */
  readonly keys: ReadonlySet<string>;
  /** Attributes that are requested to judge the rows, and not to be shown. */
  readonly hidden: ReadonlySet<Tag>;
  /** The place where the result grows and is resumed, with `--resume`. */
  readonly target?: GrowingTarget | undefined;
}

/** A target that may have the beginning of the result. */
export interface GrowingTarget extends OutputTarget {
  readonly hasBegun: boolean;
}
