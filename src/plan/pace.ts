/**
 * How large the next window of a split may be. The density of the last windows is continued, busy hours counting more than quiet
 * ones; what the answers showed of the rest of the range says where gaps are, and where much more is to be expected.
 */
import { Density } from "./density.ts";
import { DAY, type Window } from "./windows.ts";

/** The part of the limit that a window aims at: matches are never spread evenly. */
const AIM = 0.8;
/** A window aims at the limit again if more than this multiple of the limit is expected. */
const EXCESS = 1.5;
/** The first window is at most a year. */
const FIRST_LENGTH = 365 * DAY;
/** A window grows at most this much at once. */
const GROWTH = 4;
/** If an answer was cut, it is unknown by how much: the next window is smaller by this factor. */
const SHRINK = 3;
/** How much an earlier window counts beside the one after it, when more is predicted from the matches seen. */
const DECAY = 0.6;
/** So many matches make a prediction. */
const RELIABLE = 10;
/** The limit that is assumed if none is known, and the step in which it is corrected. */
const FIRST_GUESS = 100;
const GUESS_STEP = 1.5;
/** Number of apparent gaps that held matches after which the observed density says nothing about the rest. */
const MOST_WRONG_LEAPS = 2;

/** The pace along an axis of `windows.ts`, from new to old. */
export class Pace {
  /** The distribution of the matches seen so far. */
  readonly density = new Density();
  readonly #range: Window;
  /** How many matches the peer returns at most, as far as is known. */
  #limit: number;
  readonly #isLimitKnown: boolean;
  readonly #byTime: boolean;
  /** Length that the next window should have, in stretched minutes. */
  #length: number;
  /** In the answered windows: the matches seen before, and the actual ones. */
  #knownMatches = 0;
  #newMatches = 0;
  #wasCut = true;
  #wasEmpty = false;
  #isLeap = false;
  #wrongLeaps = 0;

  /**
   * @param limit of the peer, in matches; undefined when it returns none instead of a part
   * @param byTime whether a day can be divided
   */
  constructor(range: Window, limit: number | undefined, byTime: boolean) {
    this.#range = range;
    this.#limit = limit ?? FIRST_GUESS;
    this.#isLimitKnown = limit !== undefined;
    this.#byTime = byTime;
    this.#length = Math.min(FIRST_LENGTH, (range.to - range.from) / SHRINK);
  }

  /** Whether a window cannot be divided any more. */
  isSmallest({ from, to }: Window): boolean {
    return to - from <= (this.#byTime ? 1 : DAY);
  }

  /** The window to query next, which ends at `to`: whole days, or part of one day. */
  before(to: number): Window {
    const from = this.#goal(to);
    const midnight = Math.floor((to - 1) / DAY) * DAY;
    const isPart = this.#byTime && (to % DAY !== 0 || from > midnight);
    const start = isPart
      ? Math.max(midnight, Math.min(from, to - 1))
      : Math.min(midnight, Math.ceil(from / DAY) * DAY);
    return { from: Math.max(this.#range.from, start), to };
  }

  /** Takes note of an answer that was cut. */
  cut(window: Window): void {
    if (this.#isLeap) this.#wrongLeaps++;
    this.#wasCut = true;
    if (!this.#isLimitKnown) {
      this.#limit = Math.max(1, this.#limit / GUESS_STEP);
    }
    this.#length = this.#stretched(window) / SHRINK;
  }

  /** Takes note of a full answer; `knownMatches`: how many matches of the window were known before. */
  full(window: Window, matches: number, knownMatches: number): void {
    if (knownMatches > 0) {
      this.#knownMatches = this.#knownMatches * DECAY + knownMatches;
      this.#newMatches = this.#newMatches * DECAY + matches;
    }
    this.#wasCut = false;
    this.#wasEmpty = matches === 0;
    if (!this.#isLimitKnown) {
      this.#limit = Math.max(this.#limit, matches * GUESS_STEP);
    }
    const growth = this.#wasEmpty ? GROWTH : AIM * this.#limit / matches;
    this.#length = this.#stretched(window) * Math.min(GROWTH, growth);
  }

  /** The best estimate of the start of the next window. */
  #goal(to: number): number {
    const { density } = this;
    const continued = density.before(to, this.#length);
    const gap = density.reach(to, 0);
    const isGap = gap <= continued || (this.#wasEmpty && gap < to - 1);
    this.#isLeap = isGap && !this.#wasCut &&
      this.#wrongLeaps < MOST_WRONG_LEAPS;
    if (this.#isLeap) return gap;
    if (this.#knownMatches < RELIABLE) return continued;
    const scale = this.#newMatches / this.#knownMatches;
    const expectedMatches = density.countBetween(continued, to) * scale;
    if (!this.#wasEmpty && expectedMatches <= EXCESS * this.#limit) {
      return continued;
    }
    return Math.max(continued, density.reach(to, AIM * this.#limit / scale));
  }

  #stretched({ from, to }: Window): number {
    return this.density.stretched(to) - this.density.stretched(from);
  }
}
