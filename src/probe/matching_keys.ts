/**
 * Which keys are matched, ignored or refused: proved with a value that must find the entity and one that must not (PS3.4 C.2.2.2).
 * All right values go into one question; only if that fails is each queried alone.
 */
import {
  type Check,
  conclude,
  type Conclusion,
  queryTopic,
  unknown,
} from "./check.ts";
import {
  type Inquiry,
  isFailure,
  matchesText,
  type ProbeAnswer,
  statusText,
} from "./inquiry.ts";
import { type Keys, lastOf } from "./keys.ts";
import type { Probing } from "./step.ts";
import { ENFORCE } from "./trial.ts";
import {
  inventedValue,
  isFound,
  narrowed,
  otherValue,
  type Subject,
  valueOf,
} from "./subject.ts";

/** Keys of one subject that are to be proved. */
export class MatchingKeys {
  readonly #inquiry: Inquiry;
  readonly #subject: Subject;
  readonly #paths: readonly string[];
  readonly #matched = new Map<string, boolean>();
  /** The question with all right values; undefined while nobody needed it. */
  #all: ProbeAnswer | undefined;

  constructor(inquiry: Inquiry, subject: Subject, paths: readonly string[]) {
    this.#inquiry = inquiry;
    this.#subject = subject;
    this.#paths = paths;
  }

  /** Whether a key was proved to be matched; undefined while it was not proved. */
  isMatched(path: string): boolean | undefined {
    return this.#matched.get(path);
  }

  /** A check per key. */
  checks(rank: (path: string) => number): Check[] {
    return this.#paths.map((path) => ({
      ...queryTopic(this.#subject),
      id: `match.${path}`,
      title: `Matches ${lastOf(path)}`,
      rank: rank(path),
      run: () => this.#prove(path),
    }));
  }

  *#prove(path: string): Probing<Conclusion> {
    const value = valueOf(this.#subject, path);
    if (value === "") return yield* this.#proveIgnored(path);
    const wrong = otherValue(path, value, this.#inquiry.masking);
    this.#all ??= yield* this.#ask(this.#rightKeys(), "every correct value");
    const isAllRight = isFound(this.#subject, this.#all);
    const right = isAllRight
      ? this.#all
      : yield* this.#ask({ [path]: firstOf(value) }, `the right ${path}`);
    const other = yield* this.#ask({ [path]: wrong }, `a wrong ${path}`);
    this.#matched.set(
      path,
      isFound(this.#subject, right) && !isFound(this.#subject, other),
    );
    return conclusionOf(this.#subject, right, other, value.includes("\\"));
  }

  /** Without a value of its own, any value that finds the entity was not looked at. */
  *#proveIgnored(path: string): Probing<Conclusion> {
    const wrong = this.#inquiry.masking.madeUp(inventedValue(path));
    const answer = yield* this.#ask({ [path]: wrong }, `a made-up ${path}`);
    if (isFailure(answer)) {
      return conclude("fails", `refused: ${statusText(answer)}`, [answer]);
    }
    if (!isFound(this.#subject, answer)) {
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

  #rightKeys(): Keys {
    return Object.fromEntries(
      this.#paths.map((path) => [path, firstOf(valueOf(this.#subject, path))])
        .filter(([, value]) => value !== ""),
    );
  }

  *#ask(keys: Keys, what: string): Probing<ProbeAnswer> {
    return yield* this.#inquiry.demand({
      purpose: `Match ${what}`,
      model: this.#subject.model,
      identifier: narrowed(this.#subject, keys),
      cancelAfter: 20,
    });
  }
}

/** A key of the standard has one value, except for UIDs. */
function firstOf(value: string): string {
  return value.split("\\", 1)[0]!;
}

function conclusionOf(
  subject: Subject,
  right: ProbeAnswer,
  wrong: ProbeAnswer,
  isOneOfSeveral: boolean,
): Conclusion {
  const both = [right, wrong];
  if (isFailure(right) && isFailure(wrong)) {
    return conclude("fails", `refused: ${statusText(right)}`, both);
  }
  const finds = isFound(subject, right);
  const findsWrongly = isFound(subject, wrong);
  if (finds && !findsWrongly) {
    return isFailure(wrong)
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
  if (findsWrongly) {
    const suffix = wrong.pending.has(0xff01) ? ", and reports so (FF01)" : "";
    return conclude(
      "fails",
      `ignored: a value that it does not have finds it too${suffix}`,
      both,
      ENFORCE,
    );
  }
  return conclude(
    "fails",
    isFailure(right)
      ? `its own value is refused: ${statusText(right)}`
      : isOneOfSeveral
      ? "finds nothing with one of its several values"
      : "finds nothing, not even with its own value",
    both,
  );
}
