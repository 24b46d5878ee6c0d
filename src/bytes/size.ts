/** Limits of numbers; numbers of bytes for people. */

/** The largest integer of 32 bits with a sign: the most that an `Int32Array` and the timers of the runtimes can hold. */
export const MAX_INT32 = 0x7fffffff;

const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** A limit in the largest unit that it is a whole number of: `64 MB`. Binary units, as limits are given in them. */
export function formatSize(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && size % 1024 === 0 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size} ${UNITS[unit]}`;
}
