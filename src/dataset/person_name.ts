/** Person names as component groups (PS3.5 6.2.1). Works on decoded text and knows no bytes. */

/** The three component groups of a person name; an empty text for a group that is absent. */
export interface PersonName {
  /** Alphabetic representation, in Latin letters as a rule. */
  readonly alphabetic: string;
  /** Ideographic representation. */
  readonly ideographic: string;
  /** Phonetic representation. */
  readonly phonetic: string;
}

/** The groups of one PN value; a fourth `=` and what follows it stays in the phonetic group, so nothing is lost. */
export function parsePersonName(text: string): PersonName {
  const [alphabetic = "", ideographic = "", ...rest] = text.split("=");
  return { alphabetic, ideographic, phonetic: rest.join("=") };
}

/** One PN value of the groups, without delimiters behind the last group that is not empty. */
export function formatPersonName(name: Partial<PersonName>): string {
  return [name.alphabetic ?? "", name.ideographic ?? "", name.phonetic ?? ""]
    .join("=")
    .replace(/=+$/, "");
}
