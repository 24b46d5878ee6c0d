/**
 * Private attributes by creator as people write them, in both spellings: `"CREATOR":gggg,xxee` as in keys, `CREATOR:ggggxxee` as
 * in outputs (PS3.5 7.8.1). Does not depend on paths or datasets.
 */
import { type Tag, tagOf } from "../dataset/tag.ts";

/** A private attribute that was read. */
export interface PrivateName {
  readonly creator: string;
  /** The tag; if the block is left open (`xx`), the upper byte of the element is zero. */
  readonly tag: Tag;
  /** Offset after it. */
  readonly end: number;
}

const NUMBER = String
  .raw`:[ \t]*\(?([0-9a-f]{4})[ \t]*,?[ \t]*(xx|[0-9a-f]{2})([0-9a-f]{2})\)?(?![0-9a-z])`;
const QUOTED = new RegExp(String.raw`[ \t]*"((?:[^"]|"")+)"` + NUMBER, "iy");
const PLAIN = new RegExp(
  String.raw`[ \t]*([^"',=\\:\[\] \t](?:[^"',=\\\[\]]*?[^ \t])??)` + NUMBER,
  "iy",
);

/** The private attribute at an offset of a text, undefined if there is none. The creator may hold any points, colons and blanks. */
export function privateNameAt(
  text: string,
  at: number,
): PrivateName | undefined {
  for (const pattern of [QUOTED, PLAIN]) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) continue;
    const [, creator = "", group = "", block = "", offset = ""] = match;
    const upper = block.toLowerCase() === "xx" ? 0 : parseInt(block, 16);
    return {
      creator: creator.replaceAll('""', '"').trimEnd(),
      tag: tagOf(parseInt(group, 16), upper * 0x100 + parseInt(offset, 16)),
      end: pattern.lastIndex,
    };
  }
  return undefined;
}

/**
 * Whether a key, a column or a query file names a private attribute: a tag of an odd group, in any spelling, or a creator in
 * quotes.
 */
export function mentionsPrivate(text: string): boolean {
  return /(?<![0-9a-f])[0-9a-f]{3}[13579bdf](?:,|xx|"?,?[0-9a-f]{4})|\[["']/i
    .test(text);
}
