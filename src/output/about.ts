/**
 * The origin of a result, for documents that are kept: the question, whom it went to, when. Types only; does not depend on any
 * format.
 */

/** One attribute of a question. */
export interface AskedKey {
  /** Keywords of the path joined by dots. */
  readonly label: string;
  /** The value that matches must have, as DICOM writes it; empty for an attribute that returns the attribute. */
  readonly value: string;
}

/** The source of a result. */
export interface About {
  /** The keys of each identifier that was sent. */
  readonly queries: readonly (readonly AskedKey[])[];
  /** The list whose rows filled the keys, by the name of its file; undefined if there was none. */
  readonly list: string | undefined;
  /** The conditions tested locally, as written: `NumberOfStudyRelatedSeries>=2`. */
  readonly conditions: readonly string[];
  /** The information model, by its title. */
  readonly model: string;
  /** The archive: `MYPACS@pacs.example.org:104`. */
  readonly peer: string;
  /** The time of the query, in local time. */
  readonly time: Date;
  /** The program and its version. */
  readonly program: string;
}

/** `2024-05-31 09:05`, by the clock on the wall. */
export function dateAndTime(date: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${
    two(date.getDate())
  } ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The keys that have a value, as `Keyword=value`; `what` chooses those without one instead, by their names. */
export function keyTexts(
  keys: readonly AskedKey[],
  what: "matching" | "returned",
): string[] {
  return what === "matching"
    ? keys.filter(({ value }) => value !== "").map(({ label, value }) =>
      `${label}=${value}`
    )
    : keys.filter(({ value }) => value === "").map(({ label }) => label);
}
