/**
 * The right halves (bytes A0-FF) of the single-byte character sets of DICOM, as data: ISO 8859, TIS 620, JIS X 0201. The
 * runtime's decoders are not used here: for them iso-8859-1 is windows-1252, iso-8859-9 windows-1254, tis-620 windows-874. Does
 * not depend on escape sequences or terms. PS3.5 6.1.2, PS3.3 C.12.1.1.2.
 */

/** The single-byte sets that have a right half, by their common names. */
export type SingleByteName =
  | "latin-1"
  | "latin-2"
  | "latin-3"
  | "latin-4"
  | "latin-5"
  | "latin-9"
  | "cyrillic"
  | "arabic"
  | "greek"
  | "hebrew"
  | "thai"
  | "katakana";

/** The 96 characters of bytes A0-FF; U+FFFD if no character is assigned. */
export function rightHalf(name: SingleByteName): string {
  return RIGHT_HALVES[name]();
}

const RIGHT_HALVES: Readonly<Record<SingleByteName, () => string>> = {
  "latin-1": () => run(0xa0, 0xff),
  "latin-2": () =>
    "\xa0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\xadŽŻ" +
    "°ą˛ł´ľśˇ¸šşťź˝žż" +
    "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎ" +
    "ĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß" +
    "ŕáâăäĺćçčéęëěíîď" +
    "đńňóôőö÷řůúűüýţ˙",
  "latin-3": () =>
    "\xa0Ħ˘£¤\ufffdĤ§¨İŞĞĴ\xad\ufffdŻ" +
    "°ħ²³´µĥ·¸ışğĵ½\ufffdż" +
    "ÀÁÂ\ufffdÄĊĈÇÈÉÊËÌÍÎÏ" +
    "\ufffdÑÒÓÔĠÖ×ĜÙÚÛÜŬŜß" +
    "àáâ\ufffdäċĉçèéêëìíîï" +
    "\ufffdñòóôġö÷ĝùúûüŭŝ˙",
  "latin-4": () =>
    "\xa0ĄĸŖ¤ĨĻ§¨ŠĒĢŦ\xadŽ¯" +
    "°ą˛ŗ´ĩļˇ¸šēģŧŊžŋ" +
    "ĀÁÂÃÄÅÆĮČÉĘËĖÍÎĪ" +
    "ĐŅŌĶÔÕÖ×ØŲÚÛÜŨŪß" +
    "āáâãäåæįčéęëėíîī" +
    "đņōķôõö÷øųúûüũū˙",
  // Latin-1 with the Icelandic letters replaced by Turkish ones.
  "latin-5": () =>
    run(0xa0, 0xcf) + "Ğ" + run(0xd1, 0xdc) + "İŞ" + run(0xdf, 0xef) + "ğ" +
    run(0xf1, 0xfc) + "ışÿ",
  // Latin-1 with the euro sign and the letters that French and Finnish lacked.
  "latin-9": () =>
    run(0xa0, 0xa3) + "€¥Š§š" + run(0xa9, 0xb3) + "Žµ¶·ž" + run(0xb9, 0xbb) +
    "ŒœŸ" + run(0xbf, 0xff),
  cyrillic: () =>
    "\xa0" + run(0x401, 0x40c) + "\xad" + run(0x40e, 0x44f) + "\u2116" +
    run(0x451, 0x45c) + "§" + run(0x45e, 0x45f),
  arabic: () =>
    "\xa0" + holes(3) + "¤" + holes(7) + "\u060c\xad" + holes(13) + "\u061b" +
    holes(3) + "\u061f" + holes(1) + run(0x621, 0x63a) + holes(5) +
    run(0x640, 0x652) + holes(13),
  greek: () =>
    "\xa0\u2018\u2019£\u20ac\u20af" + run(0xa6, 0xa9) + "\u037a" +
    run(0xab, 0xad) + holes(1) + "\u2015" + run(0xb0, 0xb3) +
    run(0x384, 0x386) + "·" + run(0x388, 0x38a) + "»\u038c½" +
    run(0x38e, 0x3a1) + holes(1) + run(0x3a3, 0x3ce) + holes(1),
  hebrew: () =>
    "\xa0" + holes(1) + run(0xa2, 0xa9) + "×" + run(0xab, 0xb9) + "÷" +
    run(0xbb, 0xbe) + holes(32) + "\u2017" + run(0x5d0, 0x5ea) + holes(2) +
    "\u200e\u200f" + holes(1),
  thai: () =>
    "\xa0" + run(0xe01, 0xe3a) + holes(4) + run(0xe3f, 0xe5b) + holes(4),
  katakana: () => holes(1) + run(0xff61, 0xff9f) + holes(32),
};

/** Characters that later editions of a standard added to the registered set: read when they come, never sent. */
export const LATER_ADDITIONS: Readonly<
  Partial<Record<SingleByteName, string>>
> = {
  greek: "\u20ac\u20af\u037a", // ISO 8859-7:2003; ISO-IR 126 is the edition of 1987
  hebrew: "\u200e\u200f", // ISO 8859-8:1999; ISO-IR 138 is the edition of 1988
  thai: "\xa0", // ISO 8859-11:2001; ISO-IR 166 is TIS 620-2533
};

/** The characters from code point `first` to `last`, both included. */
function run(first: number, last: number): string {
  let text = "";
  for (let code = first; code <= last; code++) {
    text += String.fromCharCode(code);
  }
  return text;
}

/** `count` unassigned positions. */
function holes(count: number): string {
  return "\ufffd".repeat(count);
}
