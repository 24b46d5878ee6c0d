/** Annotated hex for fixtures: blanks and line ends mean nothing, `#` begins a comment, `"text"` stands for its bytes. */

/** The bytes that an annotated hex text spells. */
export function hex(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const line of text.split("\n")) {
    const token = /"([^"]*)"|#.*|([0-9a-fA-F]{2})|(\S)/g;
    for (const [, quoted, pair, wrong] of line.matchAll(token)) {
      if (wrong !== undefined) throw new Error(`Not hex: ${line}`);
      if (quoted !== undefined) bytes.push(...new TextEncoder().encode(quoted));
      if (pair !== undefined) bytes.push(parseInt(pair, 16));
    }
  }
  return new Uint8Array(bytes);
}

/** Bytes as lower-case hex pairs with blanks between. */
export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
