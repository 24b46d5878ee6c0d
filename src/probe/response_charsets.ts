/** Compares the declared character sets of responses with the bytes of their text (PS3.3 C.12.1.1.2). Sends nothing. */
import { quantity } from "../errors.ts";
import { latin1 } from "../bytes/latin1.ts";
import { isCharsetName } from "../charset/charset.ts";
import {
  type Dataset,
  type Element,
  isSequence,
  plainValue,
} from "../dataset/dataset.ts";
import { vrInfo } from "../dataset/vr.ts";
import { conclude, type Conclusion, findingOf } from "./check.ts";
import type { ProbeAnswer } from "./inquiry.ts";
import { nameOfTag, textAt } from "./keys.ts";
import type { Finding } from "./report.ts";

/** How the standard spells its terms (PS3.3 C.12.1.1.2). */
const DEFINED_TERM = /^(ISO_IR \d{1,3}|ISO 2022 IR \d{1,3}|GB18030|GBK)$/;

/** The findings from declared character sets and the bytes of text. */
export function charsetFindings(answers: readonly ProbeAnswer[]): Finding[] {
  if (answers.length === 0) return [];
  const declared = new Oddity();
  const missingCharset = new Oddity();
  const misspelt = new Oddity();
  const unknown = new Oddity();
  const wrong = new Oddity();
  let isUtf8 = true;
  for (const answer of answers) {
    for (const match of answer.matches) {
      const terms = textAt(match, "SpecificCharacterSet");
      if (terms !== "") declared.note(answer, terms);
      for (const term of terms.split("\\")) {
        if (term === "" || DEFINED_TERM.test(term)) continue;
        (isCharsetName(term) ? misspelt : unknown).note(answer, term);
      }
      walk(match, (element) => {
        const bytes = textBytes(element);
        if (bytes === undefined) return;
        const name = nameOfTag(element.tag);
        if (terms === "") {
          missingCharset.note(answer, name);
          isUtf8 &&= looksLikeUtf8(bytes);
        } else if (isWrong(terms, bytes)) wrong.note(answer, name);
      });
    }
  }
  const findings: Finding[] = [
    about(
      "charset.declared",
      "Character sets declared",
      conclude(
        "fact",
        declared.isSeen ? declared.list : "none",
        [
          ...(declared.isSeen
            ? declared.answers
            : answers.slice(0, MOST_EXAMPLES)),
        ],
      ),
    ),
  ];
  if (missingCharset.isSeen) {
    const guess = isUtf8 ? "ISO_IR 192" : "ISO_IR 100";
    findings.push(
      about(
        "charset.missing",
        "Text without a character set",
        conclude(
          "fails",
          `beyond ASCII and nothing declared: ${missingCharset.list}; it looks like ${guess}`,
          [...missingCharset.answers],
          ["--assume-charset", `"${guess}" reads it`],
        ),
      ),
    );
  }
  if (misspelt.isSeen) {
    findings.push(
      about(
        "charset.misspelt",
        "Misspelt character sets",
        conclude(
          "partly",
          `${misspelt.list}; findscu reads what is meant`,
          [...misspelt.answers],
          ["--charset-map", "sets what a term means, if that is wrong"],
        ),
      ),
    );
  }
  if (unknown.isSeen) {
    findings.push(
      about(
        "charset.unknown",
        "Unknown character sets",
        conclude(
          "fails",
          `${unknown.list}; text in it is read as ASCII`,
          [...unknown.answers],
          ["--charset-map", "sets what a term means"],
        ),
      ),
    );
  }
  if (wrong.isSeen) {
    findings.push(
      about(
        "charset.wrong",
        "Text in another set than declared",
        conclude(
          "fails",
          `bytes do not fit what is declared: ${wrong.list}`,
          [...wrong.answers],
          ["--charset-map", "reads a declared set as another one"],
        ),
      ),
    );
  }
  return findings;
}

/** The bytes of a text that is not all ASCII. */
function textBytes(element: Element): Uint8Array | undefined {
  if (!vrInfo(element.vr).charset) return undefined;
  const bytes = plainValue(element);
  return bytes?.some((byte) => byte >= 0x80 || byte === 0x1b)
    ? bytes
    : undefined;
}

const FATAL_UTF_8 = new TextDecoder("utf-8", { fatal: true });

function looksLikeUtf8(bytes: Uint8Array): boolean {
  try {
    FATAL_UTF_8.decode(bytes);
    return bytes.some((byte) => byte >= 0x80);
  } catch {
    return false;
  }
}

/** Whether bytes cannot be, or are most likely not, in the single set that is declared. */
function isWrong(terms: string, bytes: Uint8Array): boolean {
  if (terms.includes("\\")) return false;
  if (/192/.test(terms)) return !looksLikeUtf8(bytes);
  if (!/^ISO.IR.1\d\d$/.test(terms.trim())) return false;
  // An escape sequence, controls of ISO 8859, or text that is UTF-8 by more than chance.
  const text = latin1(bytes);
  return bytes.includes(0x1b) || /[\x80-\x9f]/.test(text) ||
    (/[\xc2-\xf4][\x80-\xbf]/.test(text) && looksLikeUtf8(bytes));
}

/** Something odd, the attributes that show it, and the answers in which it was. */
export class Oddity {
  readonly names = new Set<string>();
  readonly answers = new Set<ProbeAnswer>();

  note(answer: ProbeAnswer, name: string): void {
    this.names.add(name);
    // A few examples are evidence enough.
    if (this.answers.size < MOST_EXAMPLES) this.answers.add(answer);
  }

  get isSeen(): boolean {
    return this.names.size > 0;
  }

  get list(): string {
    const names = [...this.names].sort();
    return names.length > MOST_NAMES
      ? `${names.slice(0, MOST_NAMES).join(", ")} and ${
        quantity(names.length - MOST_NAMES, "other")
      }`
      : names.join(", ");
  }
}

/** Answers that are evidence enough. */
export const MOST_EXAMPLES = 5;
/** Names that are shown. */
export const MOST_NAMES = 12;

/** A finding about all responses. */
export function about(
  id: string,
  title: string,
  conclusion: Conclusion,
): Finding {
  return findingOf({ section: "limits", id, title }, conclusion);
}

/** Looks at every element, those of items included. */
export function walk(dataset: Dataset, look: (element: Element) => void): void {
  for (const element of dataset) {
    look(element);
    if (!isSequence(element)) continue;
    for (const item of element.items) walk(item.dataset, look);
  }
}
