/** How private attributes are recognised in typed text, without the dictionary that knows them. */

/**
 * Whether a key, a column or a query file names a private attribute: a tag of an odd group, in any spelling, or a creator in
 * quotes.
 */
export function mentionsPrivate(text: string): boolean {
  return /(?<![0-9a-f])[0-9a-f]{3}[13579bdf](?:,|xx|"?,?[0-9a-f]{4})|\[["']/i
    .test(text);
}
