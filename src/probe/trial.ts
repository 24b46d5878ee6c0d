/** A trial: a question whose keys must find an entity, or must not. Checks of matching consist of trials. */
import type { Charset } from "../charset/charset.ts";
import { conclude, type Conclusion } from "./check.ts";
import {
  type Inquiry,
  isFailure,
  matchesText,
  type ProbeAnswer,
  statusText,
} from "./inquiry.ts";
import type { Keys } from "./keys.ts";
import type { Probing, Slot } from "./step.ts";
import { isFound, narrowed, type Subject } from "./subject.ts";

/** Maximum number of matches that a trial reads: the entity is the only one that can be meant. */
const ENOUGH = 20;

/** A question about one entity, and whether it was found. */
export interface Trial {
  readonly answer: ProbeAnswer;
  readonly isFound: boolean;
  readonly isRefused: boolean;
}

/** Asks for the entity under these keys. */
export function* attempt(
  inquiry: Inquiry,
  subject: Subject,
  purpose: string,
  keys: Keys,
  options: { readonly charset?: Charset; readonly slot?: Slot } = {},
): Probing<Trial> {
  const { charset, slot } = options;
  const answer = yield* inquiry.demand({
    purpose,
    model: subject.model,
    identifier: narrowed(subject, keys, charset),
    cancelAfter: ENOUGH,
    ...(slot !== undefined && { slot }),
  });
  return {
    answer,
    isFound: isFound(subject, answer),
    isRefused: isFailure(answer),
  };
}

/** How the two trials of a feature are put into words. */
export interface Wording {
  /** The form of the right values, such as `a prefix with *`. */
  readonly right: string;
  /** The form of the wrong ones. */
  readonly wrong: string;
}

/** Helps where a peer returns too much. */
export const ENFORCE = [
  "--enforce",
  "matches again locally and leaves out the rest",
] as const;

/**
 * The conclusion from trials that should find the entity and others that should not. `help`: advice if the peer returns too
 * little.
 */
export function proved(
  right: readonly Trial[],
  wrong: readonly Trial[],
  wording: Wording,
  ...help: readonly (readonly [option: string, why: string])[]
): Conclusion {
  const evidence = [...right, ...wrong].map(({ answer }) => answer);
  const refused = right.find(({ isRefused }) => isRefused);
  if (refused !== undefined) {
    return conclude(
      "fails",
      `refused: ${statusText(refused.answer)}`,
      evidence,
      ...help,
    );
  }
  const missed = right.filter(({ isFound }) => !isFound);
  const caught = wrong.filter(({ isFound }) => isFound);
  if (missed.length === 0 && caught.length === 0) {
    return conclude(
      "works",
      wrong.length === 0
        ? `${wording.right} finds it`
        : `${wording.right} finds it, ${wording.wrong} does not`,
      evidence,
    );
  }
  if (caught.length > 0) {
    return conclude(
      missed.length === 0 ? "fails" : "partly",
      `ignored: ${wording.wrong} finds it too`,
      evidence,
      ENFORCE,
    );
  }
  return conclude(
    missed.length === right.length ? "fails" : "partly",
    `${wording.right} does not find it${
      missed.length === right.length
        ? ""
        : ` (${missed.length} of ${right.length})`
    }`,
    evidence,
    ...help,
  );
}

/** A fact with two sides: whether a trial found the entity. */
export function either(
  trial: Trial,
  whenFound: string,
  whenNot: string,
): Conclusion {
  return trial.isRefused
    ? conclude("fact", `refused: ${statusText(trial.answer)}`, [trial.answer])
    : conclude(
      "fact",
      trial.isFound
        ? whenFound
        : trial.answer.matches.length > 0
        ? `${whenNot}; ${matchesText(trial.answer.matches.length)} of others`
        : whenNot,
      [trial.answer],
    );
}
