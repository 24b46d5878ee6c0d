/**
 * How values are shown in a report that goes to others: patient values as X, UIDs as numbers that stay the same throughout, what
 * says how data is organised as it is. What the probe made up itself is nobody's and stays readable. Does not depend on any
 * report.
 */
import type { Charset } from "../charset/charset.ts";
import { stringsOf } from "../codec/values.ts";
import { type Element, plainValue } from "../dataset/dataset.ts";
import type { Vr } from "../dataset/vr.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { sanitize } from "../output/sanitize.ts";
import { isHarmless } from "../scp/recording/harmless.ts";

/** Shortest text that is looked for in a peer's messages. */
const SHORTEST_SECRET = 3;

/** Longest value that is shown whole. */
const LONGEST = 80;

/** Shows values. */
export class Masking {
  readonly #showsAll: boolean;
  readonly #ours = new Set<string>();
  readonly #uids = new Map<string, string>();
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** `showsAll`: nothing is masked. */
  constructor(showsAll: boolean) {
    this.#showsAll = showsAll;
  }

  /** Declares a value as made up: it is shown as it is. */
  madeUp(value: string): string {
    this.#ours.add(value);
    return value;
  }

  /** The value of an element with a plain value field, for people. */
  value(element: Element, charset: Charset): string {
    const values = stringsOf(element, charset);
    const text = values.join("\\");
    const bytes = plainValue(element);
    if (bytes === undefined || bytes.length === 0) return "";
    const isKept = this.#showsAll || this.#ours.has(text) ||
      isKnownHarmless(element, bytes);
    if (!isKept) { for (const value of values) this.#note(value, element.vr); }
    return shortened(sanitize(isKept ? text : this.#masked(element, values)));
  }

  /** A peer's message, without the values that are masked elsewhere. */
  text(text: string): string {
    if (this.#showsAll || this.#secrets.size === 0) return sanitize(text);
    this.#pattern ??= new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${
        [...this.#secrets].sort((a, b) => b.length - a.length)
          .map((secret) => secret.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
          .join("|")
      })(?![\\p{L}\\p{N}])`,
      "giu",
    );
    return sanitize(text.replace(this.#pattern, crossedOut));
  }

  /** A sentence of ours that may quote a peer: the quotation, without those values. */
  quoted(text: string): string {
    return sanitize(
      text.replace(/"[^"]*"/g, (quote) => this.text(quote)),
    );
  }

  #masked(element: Element, values: readonly string[]): string {
    if (element.vr !== "UI") return values.map(crossedOut).join("\\");
    const uids = values.map((uid) =>
      this.#ours.has(uid) ? uid : this.#uidName(uid)
    );
    return uids.length > 4
      ? `${uids.slice(0, 3).join("\\")}\\… (${uids.length} UIDs)`
      : uids.join("\\");
  }

  #uidName(uid: string): string {
    let name = this.#uids.get(uid);
    if (name === undefined) {
      name = `uid-${this.#uids.size + 1}`;
      this.#uids.set(uid, name);
    }
    return name;
  }

  /** Words of a name are secrets, too; those of other text are mostly words. */
  #note(value: string, vr: Vr): void {
    const parts = vr === "PN" ? value.split(/[\\^=*? ]+/) : [];
    for (const part of [value, ...parts]) {
      if (
        part.length < SHORTEST_SECRET || this.#secrets.has(part) ||
        this.#ours.has(part)
      ) continue;
      this.#secrets.add(part);
      this.#pattern = undefined;
    }
  }
}

/** Letters and digits as X; characters that show the kind of a value stay. */
function crossedOut(text: string): string {
  return text.replace(/[\p{L}\p{N}\p{M}]/gu, "X");
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function isKnownHarmless(element: Element, bytes: Uint8Array): boolean {
  const entry = Dictionary.standard.entry(element.tag);
  if (entry === undefined) return false;
  const vr = element.vr === "UN" ? entry.vr : element.vr;
  return entry.vrs.includes(vr) && isHarmless(element.tag, vr, bytes);
}
