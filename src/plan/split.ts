/**
 * Splitting a question that a peer answers with a limited number of matches: the range of its date key is cut into windows that are
 * answered in full, newest first. A day is cut by time, down to one minute. Does not depend on any peer, the clock or output.
 */
import { quantity } from "../errors.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Span } from "../matching/temporal.ts";
import { Pace } from "./pace.ts";
import {
  ask,
  type Asking,
  COMPLETE,
  type Ending,
  type Gap,
  gapOf,
  isLimitStatus,
  type Outcome,
  type PlanMatch,
} from "./step.ts";
import {
  DAY,
  describeWindow,
  positionOf,
  type Window,
  windowOfDays,
  windowText,
} from "./windows.ts";

/** The key that a question can be split by, and how matches are recognised. */
export interface SplitOptions<M extends PlanMatch> {
  /** Keyword of the date attribute, for messages. */
  readonly keyword: string;
  /** The days that the question itself allows; infinite if it says nothing. */
  readonly days: Span;
  /** The end of the present, a position as of `endOfTomorrow`. */
  readonly end: number;
  /** Whether a day can be cut by time: the date has a time attribute, on which the question has no condition of its own. */
  readonly byTime: boolean;
  /** The limit of the peer, if it is known beforehand. */
  readonly peerLimit?: number;
  /** The identifier that queries a window instead of the question's own range. */
  readonly narrowed: (date: string, time?: string) => Dataset;
  /** Date and time of a match as text; empty if it has none. */
  readonly momentOf: (
    match: M,
  ) => { readonly date: string; readonly time: string };
  /** The unique key of a match. */
  readonly identityOf: (match: M) => string;
}

/** After this many of the smallest windows in a row, a peer that ends each with a limit has another reason. */
const MOST_IN_VAIN = 3;

/** A successful answer of at least this many matches may be a limit in disguise, and is verified. Below, only round numbers are. */
const LARGE = 100;

/** Splits a question if that is necessary; `take` receives every match once. */
export function* splitting<M extends PlanMatch>(
  identifier: Dataset,
  take: (match: M) => void,
  options: SplitOptions<M>,
): Asking<M, Outcome> {
  return yield* new Split(take, options).run(identifier);
}

/** Whether an answer of this size could be one that was cut without a word. */
function isSuspicious(matches: number): boolean {
  return matches >= LARGE || (matches >= 10 && matches % 10 === 0) ||
    (matches >= 16 && (matches & (matches - 1)) === 0);
}

/** The matches of a window. */
interface WindowAnswer {
  readonly ending: Ending;
  /** Not seen before. */
  readonly fresh: number;
  /** With a date in the window, and with another one. */
  readonly inside: number;
  readonly outside: number;
}

class Split<M extends PlanMatch> {
  readonly #take: (match: M) => void;
  readonly #options: SplitOptions<M>;
  /** Identities of the matches passed on. */
  readonly #identities = new Set<string>();
  /** The number of matches at which the peer stops, as far as is known. */
  #limit: number | undefined;
  /** Whether the peer stops without a word, so that an answer of that size counts as cut. */
  #isSilent = false;
  #cuts = 0;
  #queries = 0;

  constructor(take: (match: M) => void, options: SplitOptions<M>) {
    this.#take = take;
    this.#options = options;
    this.#limit = options.peerLimit;
    this.#isSilent = options.peerLimit !== undefined;
  }

  *run(identifier: Dataset): Asking<M, Outcome> {
    const positions: number[] = [];
    const whole = yield* ask<M>(identifier, (match) => {
      if (this.#show(match)) positions.push(this.#positionOf(match));
    });
    this.#queries++;
    const isCut = this.#isCut(whole);
    if (!isCut) {
      const gap = gapOf(whole);
      if (gap !== undefined) return { gaps: [gap], notes: [] };
      if (this.#limit !== undefined || !isSuspicious(whole.matches)) {
        return COMPLETE;
      }
      this.#isSilent = true;
    } else this.#cuts++;
    const first = this.#identities.size;
    // An answer that only looks like a limit is one until the windows prove that there is no more.
    if (whole.matches > 0) this.#limit ??= whole.matches;
    const gaps = yield* this.#windows(positions);
    const wasWhole = !isCut && this.#identities.size === first;
    return { gaps, notes: wasWhole ? this.#verified() : this.#proof(isCut) };
  }

  #verified(): string[] {
    const { keyword } = this.#options;
    return [
      `${
        quantity(this.#identities.size, "match is", "matches are")
      } complete: ${
        quantity(this.#queries - 1, "query", "queries")
      } by ${keyword} found no more`,
    ];
  }

  #proof(wasReported: boolean): string[] {
    const { keyword } = this.#options;
    const cuts = wasReported ? this.#cuts : this.#cuts + 1;
    const limit = this.#limit === undefined
      ? "The peer's limit"
      : `The limit of ${quantity(this.#limit, "match", "matches")}`;
    return [
      `${limit} was reached ${cuts === 1 ? "once" : `${cuts} times`} in ${
        quantity(this.#queries, "query", "queries")
      }`,
      `Ranges do not find entities without ${keyword}: there may be more of them`,
    ];
  }

  /** Queries every window of the range; `positions`: those of matches that are known, NaN if they have none. */
  *#windows(positions: readonly number[]): Asking<M, Gap[]> {
    const { days, end, byTime, keyword } = this.#options;
    const range = windowOfDays(days, end);
    const pace = new Pace(range, this.#limit, byTime);
    for (const position of positions) pace.density.add(position);
    const gaps: Gap[] = [];
    let inVain = 0;
    let wasFull = false;
    let to = range.to;
    while (to > range.from) {
      const window = pace.before(to);
      const before = pace.density.countBetween(window.from, window.to);
      const answer = yield* this.#ask(window, pace);
      const { ending } = answer;
      if (isIgnored(answer, this.#isCut(ending))) {
        return [...gaps, {
          text:
            `the peer ignores ranges of ${keyword}, so the answer cannot be split`,
        }];
      }
      if (this.#isCut(ending)) {
        this.#cuts++;
        pace.cut(window);
        if (!pace.isSmallest(window)) continue;
        const unit = byTime ? "minute" : "day";
        gaps.push({
          text: `there are more than ${
            quantity(ending.matches, "match", "matches")
          } in one ${unit}, ${describeWindow(window)}`,
        });
        const isOther = !wasFull || ending.matches < (this.#limit ?? 0);
        inVain = isOther ? inVain + 1 : 0;
        if (inVain === MOST_IN_VAIN) {
          const rest = describeWindow({ from: range.from, to: window.from });
          return [...gaps.slice(0, -inVain), {
            text:
              `the peer ends queries of one ${unit} as too large, whatever they match: ${keyword} ${rest} was not queried any further`,
            ...this.#identities.size === 0 && ending.error !== undefined &&
              { error: ending.error },
          }];
        }
      } else if (ending.error !== undefined) {
        // The rest of the range would most likely fail in the same way.
        const rest = describeWindow({ from: range.from, to: window.to });
        return [...gaps, {
          text:
            `${keyword} ${rest} could not be queried: ${ending.error.message}`,
          error: ending.error,
        }];
      } else {
        pace.full(window, ending.matches, before);
        wasFull = true;
        inVain = 0;
      }
      to = window.from;
    }
    return gaps;
  }

  *#ask(window: Window, pace: Pace): Asking<M, WindowAnswer> {
    const { narrowed, keyword, momentOf } = this.#options;
    const { date, time } = windowText(window);
    const midnight = Math.floor(window.from / DAY) * DAY;
    let fresh = 0;
    let inside = 0;
    let outside = 0;
    this.#queries++;
    const ending = yield* ask<M>(narrowed(date, time), (match) => {
      const at = this.#positionOf(match);
      if (this.#show(match)) {
        fresh++;
        pace.density.add(at);
      }
      if (Number.isNaN(at)) return;
      const from = momentOf(match).time === "" ? midnight : window.from;
      if (at >= from && at < window.to) inside++;
      else outside++;
    }, `${keyword} ${describeWindow(window)}`);
    return { ending, fresh, inside, outside };
  }

  /** Passes a match on unless it was seen before; reports whether it was new. */
  #show(match: M): boolean {
    const identity = this.#options.identityOf(match);
    if (this.#identities.has(identity)) return false;
    this.#identities.add(identity);
    this.#take(match);
    return true;
  }

  #positionOf(match: M): number {
    const { date, time } = this.#options.momentOf(match);
    return positionOf(date, time) ?? NaN;
  }

  #isCut({ status, matches, error }: Ending): boolean {
    if (isLimitStatus(status)) return true;
    return error === undefined && this.#isSilent &&
      matches >= this.#limit!;
  }
}

/**
 * Whether a peer answered without regard to the window: with mostly other dates, or without any date, cut, and with nothing new.
 */
function isIgnored(
  { ending, fresh, inside, outside }: WindowAnswer,
  isCut: boolean,
): boolean {
  if (inside + outside > 0) return outside > inside;
  return isCut && ending.matches > 0 && fresh === 0;
}
