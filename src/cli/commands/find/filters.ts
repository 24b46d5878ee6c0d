/**
 * Whether a peer filtered as requested: matches are compared with their query. Deviations are counted for one closing message;
 * with `--enforce` matches with one are left out. Does not depend on the network; loaded when there is something to compare.
 */
import { quantity } from "../../../errors.ts";
import { Charset, type CharsetOptions } from "../../../charset/charset.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { Dataset, Holder } from "../../../dataset/dataset.ts";
import { NEVER_MATCHED, type Tag } from "../../../dataset/tag.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import { PENDING_UNSUPPORTED_KEYS } from "../../../dimse/status.ts";
import { isUtf8 } from "../../../identifier/charset_choice.ts";
import { KeyCheck } from "../../../matching/key_check.ts";
import { attributeKey } from "../../../output/attributes.ts";
import { undeclaredCharset } from "../../../output/writer.ts";

/** How matches are compared. */
export interface FilterOptions {
  /** Matches that deviate are left out. */
  readonly enforces: boolean;
  /** Date and time are matched as one, as the peer agreed to. */
  readonly combinedDateTime: boolean;
  readonly dictionary: Dictionary;
  /** How the text of responses is read. */
  readonly charsets: CharsetOptions;
}

/** The closing report. */
export interface FilterReport {
  readonly text: string;
  readonly hint?: string;
}

/** How many matches deviate in one attribute. */
interface Count {
  contradicts: number;
  lacks: number;
}

/** Compares the matches of one run with their queries. */
export class Filters {
  readonly #options: FilterOptions;
  /** That of responses that declare none. */
  readonly #charset: Charset;
  readonly #checks = new Map<Dataset, KeyCheck>();
  readonly #counts = new Map<string, Count>();
  /** Attributes that responses with status FF01 do not contain, by the number of these responses. */
  readonly #unreturned = new Map<string, number>();
  #compared = 0;
  #contradicting = 0;
  #unsupported = 0;
  #leftOut = 0;

  constructor(options: FilterOptions) {
    this.#options = options;
    this.#charset = undeclaredCharset(options);
  }

  /** Matches that were left out so far. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Compares a match with the query that it answers; false if it is to be left out. */
  keeps(match: ResultMatch, query: Dataset): boolean {
    const check = this.#checkOf(query);
    this.#compared++;
    const isUnsupported = match.status === PENDING_UNSUPPORTED_KEYS;
    // Without keys to compare, nothing is decoded.
    if (check.isEmpty && !isUnsupported) return true;
    const holder = match.elements ?? match.dataset;
    if (isUnsupported) this.#countUnreturned(holder, query);
    const deviations = check.deviations(
      holder,
      this.#charset,
      this.#options.charsets,
    );
    let contradicts = false;
    for (const { path, kind } of deviations) {
      this.#countOf(path, query)[kind]++;
      contradicts ||= kind === "contradicts";
    }
    if (contradicts) this.#contradicting++;
    // A value that could not be decoded may have matched.
    const isUnfit = contradicts ||
      deviations.length > 0 && match.losses.length === 0;
    if (!isUnfit || !this.#options.enforces) return true;
    this.#leftOut++;
    return false;
  }

  #checkOf(query: Dataset): KeyCheck {
    let check = this.#checks.get(query);
    if (check === undefined) {
      // DCMTK's form sends the typed text, and declares nothing.
      const charset = isUtf8(query)
        ? Charset.of(["ISO_IR 192"])
        : Charset.ascii;
      check = new KeyCheck(query, charset, this.#options);
      this.#checks.set(query, check);
      for (const path of check.paths) this.#countOf(path, query);
    }
    return check;
  }

  #countOf(path: readonly Tag[], query: Dataset): Count {
    const label = this.#label(path, query);
    let count = this.#counts.get(label);
    if (count === undefined) {
      count = { contradicts: 0, lacks: 0 };
      this.#counts.set(label, count);
    }
    return count;
  }

  #countUnreturned(match: Holder, query: Dataset): void {
    this.#unsupported++;
    for (const { tag } of query) {
      if (NEVER_MATCHED.has(tag) || match.get(tag) !== undefined) continue;
      const label = this.#label([tag], query);
      this.#unreturned.set(label, (this.#unreturned.get(label) ?? 0) + 1);
    }
  }

  #label(path: readonly Tag[], query: Dataset): string {
    return path.map((tag) => attributeKey(query, tag, this.#options.dictionary))
      .join(".");
  }

  /** The report about the filters; undefined if all held. */
  report(): FilterReport | undefined {
    const contradicted = this.#countsOf("contradicts");
    const { enforces } = this.#options;
    const parts: string[] = [];
    if (enforces && this.#leftOut > 0) {
      const lacking = this.#countsOf("lacks");
      const reasons = [
        ...contradicted.map(([name, n]) => `${name} differs in ${n}`),
        ...lacking.map(([name, n]) => `${name} is absent or empty in ${n}`),
      ];
      parts.push(
        `${ofAll(this.#leftOut, this.#compared)} left out by --enforce: ${
          reasons.join(", ")
        }`,
      );
    } else if (this.#contradicting > 0) {
      const names = contradicted.map(([name, n]) => `${name} (${n})`);
      parts.push(
        `${ofAll(this.#contradicting, this.#compared)} ${
          this.#contradicting === 1 ? "does" : "do"
        } not fulfil ${names.join(", ")}`,
      );
    }
    if (this.#unsupported > 0) parts.push(this.#unsupportedText());
    if (!enforces) {
      const never = this.#countsOf("lacks").filter(([, n]) =>
        n === this.#compared
      );
      if (never.length > 0 && this.#unsupported === 0) {
        parts.push(
          `no match has a value of ${
            listOf(never.map(([name]) => name))
          }, so it is unknown whether the peer matched by it`,
        );
      }
    }
    if (parts.length === 0) return undefined;
    const text = enforces && this.#leftOut > 0
      ? parts.join("; ")
      : `Filters that may not have been applied: ${parts.join("; ")}`;
    const hint = enforces
      ? this.#enforcedHint()
      : this.#counts.size === 0
      ? undefined
      : "--enforce matches again locally and leaves out whatever does not match the keys";
    return { text, ...hint && { hint } };
  }

  /** Advice if `--enforce` can keep nothing at all. */
  #enforcedHint(): string | undefined {
    const never = this.#countsOf("lacks").filter(([, n]) =>
      n === this.#compared
    );
    return never.length === 0
      ? undefined
      : `The peer returns no value of ${
        listOf(never.map(([name]) => name))
      }, so --enforce keeps nothing: leave out that key or --enforce`;
  }

  #unsupportedText(): string {
    const lead = `${
      ofAll(this.#unsupported, this.#compared)
    } came with status 0xff01, so the peer does not support all keys`;
    const unreturned = [...this.#unreturned.keys()];
    const names = unreturned.length > 0 ? unreturned : [...this.#counts.keys()];
    return names.length === 0
      ? lead
      : `${lead}${unreturned.length > 0 ? ", and returned no" : ", perhaps"} ${
        listOf(names)
      }`;
  }

  #countsOf(kind: keyof Count): [name: string, matches: number][] {
    return [...this.#counts].map(([name, count]): [string, number] => [
      name,
      count[kind],
    ]).filter(([, matches]) => matches > 0);
  }
}

/** `12 of 40 matches`. */
function ofAll(count: number, all: number): string {
  return `${count} of ${quantity(all, "match", "matches")}`;
}

/** `A, B or C`. */
function listOf(names: readonly string[]): string {
  const last = names[names.length - 1] ?? "";
  return names.length < 2
    ? last
    : `${names.slice(0, -1).join(", ")} or ${last}`;
}
