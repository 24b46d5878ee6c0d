/** Facts about characters that are needed again and again. Does not depend on any text. */

/**
 * The same function of a code point, which is called once for each of the Basic Multilingual Plane. Its values are 0 to 254. A long
 * text costs no string for each of its characters.
 */
export function remembered(
  factOf: (code: number) => number,
): (code: number) => number {
  /** Each fact and 1; 0 if not computed yet. */
  let facts: Uint8Array | undefined;
  return (code) => {
    if (code > 0xffff) return factOf(code);
    facts ??= new Uint8Array(0x1_0000);
    const fact = facts[code]!;
    if (fact > 0) return fact - 1;
    const result = factOf(code);
    facts[code] = result + 1;
    return result;
  };
}
