/** Text in XML 1.0 documents. Does not depend on any vocabulary of elements. */
import { upperHex } from "../bytes/hex.ts";
import type { Charset } from "../charset/charset.ts";
import { attributeName } from "../codec/values.ts";
import { formatTag, type Tag } from "../dataset/tag.ts";
import { isHostile } from "./sanitize.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Whether an ASCII character is written as it is. */
const IS_PLAIN = Uint8Array.from(
  { length: 0x80 },
  (_, code) =>
    code >= 0x20 && code < 0x7f && !(String.fromCharCode(code) in ENTITIES)
      ? 1
      : 0,
);

/** Replaces characters that XML 1.0 cannot hold, not even as a reference (section 2.2). */
const REPLACEMENT = "\ufffd";

const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** The text of an attribute's value. What XML forbids is reported by the `warn` of the character set, once for the attribute. */
export function xmlValue(tag: Tag, text: string, { warn }: Charset): string {
  const forbidden = warn && FORBIDDEN.exec(text)?.[0];
  if (forbidden !== undefined) {
    warn!(
      `${attributeName(tag)}: XML cannot hold U+${
        upperHex(forbidden.charCodeAt(0), 4)
      }, which is replaced by U+FFFD`,
      `${formatTag(tag)} XML`,
    );
  }
  return xmlText(text);
}

/**
 * Text as content or quoted attribute value. Line ends are references, as a parser would change them; so is whatever a terminal
 * would obey. Characters that XML forbids become U+FFFD: the document is always well-formed.
 */
export function xmlText(text: string): string {
  let result = "";
  let clean = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (IS_PLAIN[code] === 1) continue;
    let replaced: string | undefined;
    if (code < 0x80) replaced = ENTITIES[text[at]!] ?? controlText(code);
    else if (code >= 0xd800 && code <= 0xdfff) {
      const next = code < 0xdc00 ? text.charCodeAt(at + 1) : NaN;
      if (next >= 0xdc00 && next <= 0xdfff) {
        const point = text.codePointAt(at++)!;
        if (!isHostile(point)) continue;
        result += `${text.slice(clean, at - 1)}&#${point};`;
        clean = at + 1;
        continue;
      }
      replaced = REPLACEMENT;
    } else if (code >= 0xfffe) replaced = REPLACEMENT;
    else if (isHostile(code)) replaced = `&#${code};`;
    else continue;
    result += text.slice(clean, at) + replaced;
    clean = at + 1;
  }
  return clean === 0 ? text : result + text.slice(clean);
}

/** A C0 control or DEL. */
function controlText(code: number): string {
  if (code === 0x09) return "\t";
  return code === 0x0a || code === 0x0d || code === 0x7f
    ? `&#${code};`
    : REPLACEMENT;
}
