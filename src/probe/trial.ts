/** A trial: a question whose keys must find an entity, or must not. Checks of matching consist of trials. */
import { conclude, type Conclusion } from "./check.ts";
import { matchesText, type ProbeAnswer, statusText } from "./inquiry.ts";

/** A question about one entity, and whether it was found. */
export interface Trial {
  readonly answer: ProbeAnswer;
  readonly isFound: boolean;
  readonly isRefused: boolean;
}

/** How the two trials of a feature are put into words. */
export interface Wording {
  /** The form of the right values, such as `a prefix with *`. */
  readonly right: string;
  /** The form of the wrong ones. */
  readonly wrong: string;
}

/** Helps if a peer returns too much. */
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
  const refusal = right.find(({ isRefused }) => isRefused);
  if (refusal !== undefined) {
    return conclude(
      "fails",
      `refused: ${statusText(refusal.answer)}`,
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
