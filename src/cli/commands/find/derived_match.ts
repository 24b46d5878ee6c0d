/** Matches with another dataset or provenance than they came with. Loaded for lists, several peers and plans. */
import type { ResultMatch } from "../../results/sink.ts";

/** What may differ from the match as received. */
type Changes = Partial<
  Pick<ResultMatch, "dataset" | "losses" | "above" | "own" | "list" | "peer">
>;

/** A match with changes; everything else is that of the match, whose identifier is decoded on first use. */
export class DerivedMatch implements ResultMatch {
  readonly #match: ResultMatch;
  readonly #changes: Changes;

  constructor(match: ResultMatch, changes: Changes) {
    this.#match = match;
    this.#changes = changes;
  }

  get number(): number {
    return this.#match.number;
  }
  get status(): number {
    return this.#match.status;
  }
  get syntax(): ResultMatch["syntax"] {
    return this.#match.syntax;
  }
  get command(): ResultMatch["command"] {
    return this.#match.command;
  }
  get dataset(): ResultMatch["dataset"] {
    return this.#changes.dataset ?? this.#match.dataset;
  }
  get elements(): ResultMatch["elements"] {
    return this.#changes.dataset ? undefined : this.#match.elements;
  }
  get losses(): readonly string[] {
    return this.#changes.losses ?? this.#match.losses;
  }
  get above(): ResultMatch["above"] {
    return this.#changes.above ?? this.#match.above;
  }
  get own(): ResultMatch["own"] {
    return this.#changes.own ?? this.#match.own;
  }
  get list(): ResultMatch["list"] {
    return this.#changes.list ?? this.#match.list;
  }
  get peer(): ResultMatch["peer"] {
    return this.#changes.peer ?? this.#match.peer;
  }
}
