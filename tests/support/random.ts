/** Numbers that look random and are the same in every run: what a fuzz test found can be found again. */

/** A source of whole numbers from 0 to below `limit` (a linear congruential generator). */
export function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 0x1_0000_0000 * limit);
  };
}
