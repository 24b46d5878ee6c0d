/**
 * Makes untrusted text harmless for people's eyes: characters that control a terminal, that reorder or break lines, and that nobody
 * would see becomes a visible escape. Does not depend on DICOM.
 */
import { remembered } from "./remembered.ts";

/** As nearly all text is: it need not be looked at character by character. */
const ORDINARY = /^[\x20-\x7e]*$/;

/**
 * Characters that may need to be replaced, as ranges: the classes below cost a runtime milliseconds, and most text needs none of
 * them.
 */
const SUSPECT =
  /[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{110bd}\u{110cd}\u{13430}-\u{1345f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/**
 * Controls, format characters, line separators, lone surrogates, and characters that no font draws; except signs before
 * Arabic numbers are seen, and joiners and variation selectors depend on their neighbours.
 */
const HOSTILE = String
  .raw`[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]]`;

/** Letters and marks of the scripts given by their codes. */
function lettersOf(scripts: string): string {
  const all = scripts.split(" ").map((code) => String.raw`\p{scx=${code}}`);
  return String.raw`[[${all.join("")}]&&[\p{L}\p{M}]]`;
}

/** Every hostile character: those above, and joiners and variation selectors if they have no visible effect. */
function unfit(): RegExp {
  // A joiner decides on the forms of cursive letters, as in Persian plurals; it makes or prevents conjuncts, also at the end of a
  // word.
  const cursive = lettersOf("Arab Syrc Nkoo Mand Mong Adlm Rohg Phag");
  const indic = lettersOf(
    "Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Bali Java Sund Newa Cakm Gran Tirh",
  );
  const emoji = String.raw`\p{Extended_Pictographic}`;
  const misplaced = [
    String
      .raw`\u200c(?<!${indic}\u200c)(?:(?<!${cursive}\u200c)|(?!${cursive}))`,
    String
      .raw`\u200d(?<!(?:${indic}|${cursive})\u200d)(?:(?<!${emoji}[\ufe0f\u{1f3fb}-\u{1f3ff}]?\u200d)|(?!${emoji}))`,
    String.raw`[\u180b-\u180d\u180f](?<![\p{scx=Mong}&&\p{L}].)`,
    String
      .raw`[\ufe00-\ufe0d\u{e0100}-\u{e01ef}](?<!${lettersOf("Hani Mymr")}.)`,
    String.raw`[\ufe0e\ufe0f](?<!${emoji}.)`,
  ];
  return new RegExp([HOSTILE, ...misplaced].join("|"), "gv");
}

let always: RegExp | undefined;
let everyUnfit: RegExp | undefined;

/**
 * Whether a character, given as its code point, may reach no terminal as it is, whatever its neighbours are. Halves of surrogate
 * pairs are judged by `replaceHostile`.
 */
export function isHostile(code: number): boolean {
  if (code < 0x7f) return code < 0x20;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return verdicts(code) === 1;
}

/** 1 for a hostile character, 0 for any other, each of which is looked at once. */
const verdicts = remembered((code) => {
  const character = String.fromCodePoint(code);
  if (!SUSPECT.test(character)) return 0;
  always ??= new RegExp(HOSTILE, "v");
  return always.test(character) ? 1 : 0;
});

/** The text with something else for each hostile character, which is given as its code point (or as half a surrogate pair). */
export function replaceHostile(
  text: string,
  replacement: (code: number) => string,
): string {
  if (ORDINARY.test(text) || !SUSPECT.test(text)) return text;
  everyUnfit ??= unfit();
  return text.replace(
    everyUnfit,
    (character) => replacement(character.codePointAt(0)!),
  );
}

/** `<U+001B>`: can neither be obeyed nor be mistaken for a value delimiter, as a backslash could. */
function escaped(code: number): string {
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/**
 * The text with every hostile character replaced by its `<U+hhhh>`. Ordinary text comes back as the same string. Line breaks and
 * tabs are escaped like all controls: one value, and one message, is one line.
 */
export function sanitize(text: string): string {
  return replaceHostile(text, escaped);
}

/** The same for a text of several lines: line ends and tabs stay, a carriage return only as part of a line end. */
export function sanitizeLines(text: string): string {
  return text.split(/(\r\n|[\n\t])/).map((part, index) =>
    index % 2 === 0 ? sanitize(part) : part
  ).join("");
}
