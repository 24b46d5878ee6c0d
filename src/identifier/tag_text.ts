/** The spellings of tags that people type: `(gggg,eeee)`, `gggg,eeee`, `ggggeeee` and short ones like `10,10`. */
import { type Tag, tagOf } from "../dataset/tag.ts";

const PAIR = /^\s*(?:0x)?([0-9a-f]+)\s*,\s*(?:0x)?([0-9a-f]+)\s*$/i;
const BARE = /^\s*(?:0x)?([0-9a-f]{8})\s*$/i;

/**
 * The tag that a text without parentheses spells; `range` when a number needs more than 16 bits, undefined when it is not a tag.
 */
export function tagFromText(text: string): Tag | "range" | undefined {
  const pair = PAIR.exec(text);
  if (pair !== null) {
    const group = parseInt(pair[1]!, 16);
    const element = parseInt(pair[2]!, 16);
    return group > 0xffff || element > 0xffff ? "range" : tagOf(group, element);
  }
  const bare = BARE.exec(text);
  return bare === null ? undefined : parseInt(bare[1]!, 16);
}

/** The same text without one pair of enclosing parentheses. */
export function withoutParentheses(text: string): string {
  const enclosed = /^\s*\((.*)\)\s*$/.exec(text);
  return enclosed === null ? text : enclosed[1]!;
}
