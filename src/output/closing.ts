/** The line that a result ends with, for people. Does not depend on any format. */
import { advise, type Hint, hintText } from "../errors.ts";
import { sanitize } from "./sanitize.ts";
import type { Summary } from "./writer.ts";

/** `1 of 40 matches is incomplete`; undefined if all are whole. */
export function damageText(
  { matches, damaged = 0 }: Pick<Summary, "matches" | "damaged">,
): string | undefined {
  if (damaged === 0) return undefined;
  return `${damaged} of ${matches} match${matches === 1 ? "" : "es"} ${
    damaged === 1 ? "is" : "are"
  } incomplete`;
}

/** `3 matches in 0.12 s`, and why there are not more where the run was cut short, if that is said. Without a line end. */
export function closingLine(
  summary: Summary,
  words: (hint: Hint) => string = hintText,
): string {
  const { matches, elapsed, incomplete, leftOut = 0 } = summary;
  const [one, several] = summary.counted ?? ["match", "matches"];
  const why = incomplete ? `: ${sanitize(incomplete)}` : "";
  // At that point it is not known whether there is a match.
  if (matches === 0 && incomplete !== undefined) return `No result${why}`;
  const count = matches === 0
    ? `No ${one}`
    : `${matches} ${matches === 1 ? one : several}`;
  const seconds = (elapsed / 1000).toFixed(elapsed < 10_000 ? 2 : 1);
  const damage = damageText(summary);
  return `${count} in ${seconds} s` +
    (leftOut === 0
      ? ""
      : `, ${words(advise(`${leftOut} left out`, "enforced"))}`) +
    (damage === undefined ? "" : `, ${damage}`) +
    (incomplete === undefined ? "" : `, incomplete${why}`);
}
