/**
 * Following matches down the levels of the query/retrieve hierarchy: each is followed by a query for the level below it (PS3.4
 * C.4.1.3.1.1, hierarchical search). Peers are not believed: duplicates count once, matches of another entity not at
 * all. Does not depend on any peer or output.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { quantity, StatusError } from "../errors.ts";
import { ENTITIES, type QueryLevel } from "../identifier/levels.ts";
import {
  contradicts,
  keyText,
  type LeveledModel,
  type LevelQuery,
  queryBelow,
} from "./deal.ts";
import type { Asking, Gap, Outcome, PlanMatch } from "./step.ts";

/** A match of the lowest level with the matches above it, from the top down. */
export interface Branch<M> {
  readonly above: readonly M[];
  readonly match: M;
}

/** Answers one identifier: in one step, or in several. `purpose` is undefined for the first query. */
export type Answerer<M> = (
  identifier: Dataset,
  level: QueryLevel,
  take: (match: M) => void,
  purpose: string | undefined,
) => Asking<M, Outcome>;

/** The matches to follow, and how. */
export interface DescendOptions<M extends PlanMatch> {
  readonly model: LeveledModel;
  /** The queries of the levels, from the top down; two at least. */
  readonly levels: readonly LevelQuery[];
  readonly answer: Answerer<M>;
  /** Receives the matches of the lowest level, those of one entity together. */
  readonly take: (branch: Branch<M>) => void;
}

/** How many queries that failed are reported one by one. */
const REPORTED = 3;

/** How many unique keys of a level are remembered: a peer that repeats itself does so sooner. */
const MOST_KNOWN = 250_000;

/** `1 study`, `2 studies` */
export function counted(count: number, level: QueryLevel): string {
  return quantity(count, ...ENTITIES[level]);
}

/** Queries the levels one below the other, depth first. */
export function* descending<M extends PlanMatch>(
  options: DescendOptions<M>,
): Asking<M, Outcome> {
  return yield* new Descent(options).run();
}

class Descent<M extends PlanMatch> {
  readonly #options: DescendOptions<M>;
  readonly #gaps: Gap[] = [];
  readonly #notes: string[] = [];
  /** Unique keys of recent matches, and the queries that found them, by depth. */
  readonly #parents: Map<string, Dataset>[];
  readonly #counts: number[];
  /** Failures below the top. */
  readonly #failures: { readonly what: string; readonly gap: Gap }[] = [];
  #childless = 0;
  #isChildlessOdd = false;
  /** Matches without a unique key. */
  #nameless = 0;
  #twice = 0;
  #foreign = 0;
  /** Matches that were found below another entity before. */
  #elsewhere = 0;
  /** The association can no longer be used. */
  #isOver = false;

  constructor(options: DescendOptions<M>) {
    this.#options = options;
    this.#parents = options.levels.map(() => new Map());
    this.#counts = options.levels.map(() => 0);
  }

  *run(): Asking<M, Outcome> {
    const { levels } = this.#options;
    yield* this.#ask(0, levels[0]!.identifier, [], undefined);
    const last = levels.length - 1;
    const summary = levels.map(({ level }, depth) =>
      counted(this.#counts[depth]!, level)
    ).join(", ");
    const notes = [summary, ...new Set(this.#notes)];
    if (this.#isChildlessOdd) {
      notes.push(
        `${this.#childless} of them ${
          this.#childless === 1
            ? "has nothing below it and is"
            : "have nothing below them and are"
        } left out`,
      );
    } else if (this.#childless > 0) {
      notes[0] += `, ${this.#childless} without a match below`;
    }
    if (this.#twice > 0) {
      notes.push(
        quantity(
          this.#twice,
          "match was returned twice and counts once",
          "matches were returned twice and count once",
        ),
      );
    }
    if (this.#foreign > 0) {
      notes.push(
        `The peer returned ${
          quantity(
            this.#foreign,
            "match of an entity that was not queried: it is",
            "matches of entities that were not queried: they are",
          )
        } left out`,
      );
    }
    if (this.#nameless > 0) {
      this.#gaps.push({
        text: quantity(
          this.#nameless,
          "match has no unique key, so the levels below it cannot be queried",
          "matches have no unique key, so the levels below them cannot be queried",
        ),
      });
    }
    if (this.#elsewhere > 0) {
      this.#gaps.push({
        text: `the peer returned ${
          quantity(this.#elsewhere, "match", "matches")
        } for more than one entity: it seems to ignore the unique key, so it is unknown which entity ${
          this.#elsewhere === 1 ? "it belongs" : "they belong"
        } to`,
      });
    }
    return {
      gaps: [...this.#gaps, ...this.#failureGaps(this.#counts[last]! === 0)],
      notes,
    };
  }

  /** The failures below the top: a failure of the whole if nothing at all was found. */
  #failureGaps(isAll: boolean): Gap[] {
    const { length } = this.#failures;
    const gaps = this.#failures.slice(0, REPORTED).map(({ what, gap }) => ({
      text: `${what} are incomplete: ${gap.text}`,
      ...(isAll || this.#isOver) && gap.error && { error: gap.error },
    }));
    return length <= REPORTED
      ? gaps
      : [...gaps, { text: `and ${length - REPORTED} more like it` }];
  }

  /** Queries the level at this depth, and all below it; reports how many matches there were. */
  *#ask(
    depth: number,
    identifier: Dataset,
    above: readonly M[],
    purpose: string | undefined,
  ): Asking<M, number> {
    const { levels, answer, take } = this.#options;
    const { level } = levels[depth]!;
    const isLowest = depth === levels.length - 1;
    const parents: M[] = [];
    let count = 0;
    const outcome = yield* answer(identifier, level, (match) => {
      if (!this.#isNew(depth, identifier, match)) return;
      count++;
      if (isLowest) {
        this.#counts[depth]!++;
        take({ above, match });
      } else parents.push(match);
    }, purpose);
    this.#notes.push(...outcome.notes);
    this.#fail(outcome.gaps, purpose);
    for (const match of parents) {
      if (this.#isOver) break;
      this.#counts[depth]!++;
      yield* this.#below(depth, identifier, match, above);
    }
    return count;
  }

  #fail(gaps: readonly Gap[], purpose: string | undefined): void {
    for (const gap of gaps) {
      const { error } = gap;
      if (error !== undefined && !(error instanceof StatusError)) {
        this.#isOver = true;
      }
      if (purpose === undefined) this.#gaps.push(gap);
      else this.#failures.push({ what: purpose, gap });
    }
  }

  *#below(
    depth: number,
    query: Dataset,
    match: M,
    above: readonly M[],
  ): Asking<M, void> {
    const { levels, model } = this.#options;
    const { level } = levels[depth]!;
    const lower = levels[depth + 1]!;
    const identifier = queryBelow(lower, level, query, match.dataset, model);
    const [entity] = ENTITIES[level];
    if (identifier === undefined) {
      this.#nameless++;
      return;
    }
    const [, children] = ENTITIES[lower.level];
    const key = keyText(match.dataset, level);
    const purpose = `The ${children} of ${entity} ${key}`;
    const failures = this.#failures.length;
    const count = yield* this.#ask(
      depth + 1,
      identifier,
      [...above, match],
      purpose,
    );
    if (count > 0 || this.#failures.length > failures) return;
    this.#childless++;
    if (!lower.isRestricted) this.#isChildlessOdd = true;
  }

  /** Whether a match belongs to the entity that was queried, and was not there before. */
  #isNew(depth: number, query: Dataset, match: M): boolean {
    const { levels } = this.#options;
    const { level } = levels[depth]!;
    const isForeign = levels.slice(0, depth).some(({ level }) =>
      contradicts(query, match.dataset, level)
    );
    if (isForeign) {
      this.#foreign++;
      return false;
    }
    const key = keyText(match.dataset, level);
    // Patients of different issuers may have the same identifier.
    if (key === "" || level === "PATIENT") return true;
    const parents = this.#parents[depth]!;
    const first = parents.get(key);
    if (first === undefined) {
      if (parents.size >= MOST_KNOWN) parents.clear();
      parents.set(key, query);
      return true;
    }
    if (first === query) this.#twice++;
    else this.#elsewhere++;
    return false;
  }
}
