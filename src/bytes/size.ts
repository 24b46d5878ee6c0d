/** Numbers of bytes for people. */

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
