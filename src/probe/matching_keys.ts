/**
 * Which keys are matched, ignored or refused: proved with a value that must find the entity and one that must not (PS3.4 C.2.2.2).
 * All right values go into one question; only if that fails is each queried alone.
 */
import { type Check, conclude, type Conclusion, unknown } from "./check.ts";
import { type Inquiry, matchesText, statusText } from "./inquiry.ts";
import { lastOf, type ProbeKeys } from "./keys.ts";
import type { Probing } from "./step.ts";
import { inventedValue, otherValue, type Subject } from "./subject.ts";
import { SubjectChecks } from "./subject_checks.ts";
import { ENFORCE, type Trial } from "./trial.ts";

/** Keys of one subject that are to be proved. */
export class MatchingKeys extends SubjectChecks {
  readonly #paths: readonly string[];
  readonly #matched = new Map<string, boolean>();
  /** The question with all right values; undefined until it is needed. */
  #all: Trial | undefined;

  constructor(inquiry: Inquiry, subject: Subject, paths: readonly string[]) {
    super(inquiry, subject);
    this.#paths = paths;
  }

  /** Whether a key was proved to be matched; undefined while it was not proved. */
  isMatched(path: string): boolean | undefined {
    return this.#matched.get(path);
  }

  /** A check per key. */
  checks(rank: (path: string) => number): Check[] {
    return this.#paths.map((path) =>
      this.check(
        `match.${path}`,
        `Matches ${lastOf(path)}`,
        rank(path),
        () => this.#prove(path),
      )
    );
  }

  *#prove(path: string): Probing<Conclusion> {
    const value = this.value(path);
    if (value === "") return yield* this.#proveIgnored(path);
    const wrong = otherValue(path, value, this.inquiry.masking);
    this.#all ??= yield* this.#match("every correct value", this.#rightKeys());
    const right = this.#all.isFound
      ? this.#all
      : yield* this.#match(`the right ${path}`, { [path]: firstOf(value) });
    const other = yield* this.#match(`a wrong ${path}`, { [path]: wrong });
    this.#matched.set(path, right.isFound && !other.isFound);
    return conclusionOf(right, other, value.includes("\\"));
  }

  /** Without a value of its own, any value that finds the entity was not looked at. */
  *#proveIgnored(path: string): Probing<Conclusion> {
    const wrong = this.inquiry.masking.madeUp(inventedValue(path));
    const { answer, isFound, isRefused } = yield* this.#match(
      `a made-up ${path}`,
      { [path]: wrong },
    );
    if (isRefused) {
      return conclude("fails", `refused: ${statusText(answer)}`, [answer]);
    }
    if (!isFound) {
      return unknown(
        "the entity shows no value to try; another value does not find it",
        [answer],
      );
    }
    this.#matched.set(path, false);
    return conclude(
      "fails",
      "ignored: a value that no entity has finds the entity",
      [answer],
      ENFORCE,
    );
  }

  #match(what: string, keys: ProbeKeys): Probing<Trial> {
    return this.attempt(`Match ${what}`, keys);
  }

  #rightKeys(): ProbeKeys {
    return Object.fromEntries(
      this.#paths.map((path) => [path, firstOf(this.value(path))])
        .filter(([, value]) => value !== ""),
    );
  }
}

/** A key of the standard has one value, except for UIDs. */
function firstOf(value: string): string {
  return value.split("\\", 1)[0]!;
}

function conclusionOf(
  { answer: right, isFound: finds, isRefused }: Trial,
  other: Trial,
  isOneOfSeveral: boolean,
): Conclusion {
  const wrong = other.answer;
  const both = [right, wrong];
  if (isRefused && other.isRefused) {
    return conclude("fails", `refused: ${statusText(right)}`, both);
  }
  if (finds && !other.isFound) {
    return other.isRefused
      ? conclude(
        "partly",
        `finds its value, but refuses a value that no entity has: ${
          statusText(wrong)
        }`,
        both,
      )
      : wrong.matches.length > 0
      ? conclude(
        "partly",
        `its value finds the entity, a wrong value ${
          matchesText(wrong.matches.length)
        } of others`,
        both,
        ENFORCE,
      )
      : conclude("works", "its value finds it, another value does not", both);
  }
  if (other.isFound) {
    const suffix = wrong.pendingCounts.has(0xff01)
      ? ", and reports so (FF01)"
      : "";
    return conclude(
      "fails",
      `ignored: a value that it does not have finds it too${suffix}`,
      both,
      ENFORCE,
    );
  }
  return conclude(
    "fails",
    isRefused
      ? `its own value is refused: ${statusText(right)}`
      : isOneOfSeveral
      ? "finds nothing with one of its several values"
      : "finds nothing, not even with its own value",
    both,
  );
}
