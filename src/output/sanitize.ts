/**
 * Makes untrusted text harmless for people's eyes: control characters that a terminal would obey, and characters that reorder or
 * break lines unseen, become visible escapes. Knows nothing of DICOM.
 */

/** Whether a UTF-16 code unit may not reach a terminal as it is. Surrogates are judged by `sanitize`, in pairs. */
export function isHostile(code: number): boolean {
  if (code < 0x20 || code === 0x7f) return true; // C0, DEL
  if (code < 0x80) return false;
  if (code < 0xa0) return true; // C1
  if (code < 0x2028) return code === 0x061c; // Arabic letter mark
  return code <= 0x202e // line and paragraph separator, embeddings and overrides
    ? true
    : code >= 0x2066 && code <= 0x2069; // isolates
}

/** `<U+001B>`: can neither be obeyed nor be mistaken for a value delimiter, as a backslash could. */
function escaped(code: number): string {
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/**
 * The text with every hostile character replaced by its `<U+hhhh>`, lone surrogates too. Ordinary text comes back as the same
 * string. Line breaks and tabs are escaped like all controls: one value is one line.
 */
export function sanitize(text: string): string {
  let result = "";
  let clean = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f) continue;
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = code < 0xdc00 ? text.charCodeAt(at + 1) : NaN;
      if (next >= 0xdc00 && next <= 0xdfff) {
        at++;
        continue;
      }
    } else if (!isHostile(code)) continue;
    result += text.slice(clean, at) + escaped(code);
    clean = at + 1;
  }
  return clean === 0 ? text : result + text.slice(clean);
}

/** The same for a text of several lines: line ends and tabs stay, a carriage return only as part of a line end. */
export function sanitizeLines(text: string): string {
  return text.split(/(\r\n|[\n\t])/).map((part, index) =>
    index % 2 === 0 ? sanitize(part) : part
  ).join("");
}
