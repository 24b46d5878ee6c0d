/** The lines of a dump from their parts: columns, widths and closing remarks. */

/** Least width of the value column. */
export const VALUE_WIDTH = 40;

/** Text in the width of the value column, which is counted from the end of the indentation. */
export function column(text: string): string {
  return text.padEnd(VALUE_WIDTH);
}

/** One line of a dump, from texts that have their widths. */
export function line(
  indent: string,
  head: string,
  value: string,
  length: string,
  multiplicity: number,
  name: string,
): string {
  return `${indent}${head} ${value}${ending(length, multiplicity, name)}`;
}

/** The rest of a line, after the value. */
export function ending(
  length: string,
  multiplicity: number,
  name: string,
): string {
  const count = String(multiplicity).padStart(2);
  return ` # ${length.padStart(3)},${count} ${name}\n`;
}

/** The value column of a sequence or an item: what its length is like, and how much is in it. */
export function counted(
  what: "Sequence" | "Item",
  undefinedLength: boolean,
  count: number,
): string {
  const length = undefinedLength ? "undefined" : "explicit";
  return column(`(${what} with ${length} length #=${count})`);
}
