/**
 * How the matches seen so far are distributed along the axis of `windows.ts`: the hours of the day that are busy, and where there
 * are many or few. Good for predictions only: a truncated answer shows a part of the matches, in any order.
 */
import { DAY } from "./windows.ts";

const HOUR = 60;

/** The part of a day's weight that all hours share, whatever was seen: no hour is certain to be empty. */
const BACKGROUND = 0.05;

/** The positions of matches. */
export class Density {
  readonly #byHourOfDay = new Float64Array(24);
  #timed = 0;
  /** Positions in ascending order, and those that are not yet sorted in. */
  #sorted: number[] = [];
  #newPositions: number[] = [];

  /** Adds a match at a position; NaN is ignored. Midnight counts as a day without a time. */
  add(position: number): void {
    if (Number.isNaN(position)) return;
    this.#newPositions.push(position);
    if (position % DAY === 0) return;
    this.#byHourOfDay[Math.floor(position % DAY / HOUR)]!++;
    this.#timed++;
  }

  /**
   * A position on an axis on which busy hours are long and quiet ones short, a day being as long as before. So a length means about
   * the same number of matches by day and by night.
   */
  stretched(position: number): number {
    const day = Math.floor(position / DAY);
    const hour = Math.floor((position - day * DAY) / HOUR);
    let length = 0;
    for (let before = 0; before < hour; before++) {
      length += this.#weight(before);
    }
    const part = (position % HOUR) / HOUR;
    return (day + length + part * this.#weight(hour)) * DAY;
  }

  /** The position, in whole minutes, that is `length` before `to` on the stretched axis. */
  before(to: number, length: number): number {
    const goal = this.stretched(to) - length;
    const day = Math.floor(goal / DAY);
    let share = goal / DAY - day;
    for (let hour = 0; hour < 24; hour++) {
      const weight = this.#weight(hour);
      if (share < weight) {
        return day * DAY + hour * HOUR + Math.floor(share / weight * HOUR);
      }
      share -= weight;
    }
    return (day + 1) * DAY;
  }

  /** The number of matches seen in `from <= t < to`. */
  countBetween(from: number, to: number): number {
    const positions = this.#positions();
    return indexOf(positions, to) - indexOf(positions, from);
  }

  /** The smallest position such that at most `most` matches were seen from there up to, not including, `to`. */
  reach(to: number, most: number): number {
    const positions = this.#positions();
    const last = positions[indexOf(positions, to) - 1 - Math.floor(most)];
    return last === undefined ? -Infinity : last + 1;
  }

  /** The share of a day's matches in an hour of the day, according to the matches seen. */
  #weight(hour: number): number {
    if (this.#timed === 0) return 1 / 24;
    const share = this.#byHourOfDay[hour]! / this.#timed;
    return BACKGROUND / 24 + (1 - BACKGROUND) * share;
  }

  #positions(): readonly number[] {
    if (this.#newPositions.length > 0) {
      this.#sorted = this.#sorted.concat(this.#newPositions).sort((a, b) =>
        a - b
      );
      this.#newPositions = [];
    }
    return this.#sorted;
  }
}

/** Index of the first number that is not below `least`. */
function indexOf(numbers: readonly number[], least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
