/**
 * From a keyword to the name that it represents: most names of PS3.6 follow from their keyword, so that the table spells out
 * only the others. Does not depend on any table.
 */

/** Words that PS3.6 leaves in lower case inside a name. */
const SMALL_WORDS =
  /(?<= )(?:A|And|As|At|By|For|From|In|Of|On|Or|Per|The|To|With)(?= )/g;

/**
 * The name that a keyword (PS3.6, "spelled as one word") most likely represents: `StudyInstanceUID` gives
 * `Study Instance UID`, `SpecificCharacterSetOfFileSetDescriptorFile` gives a name that only the table can correct.
 */
export function nameOfKeyword(keyword: string): string {
  return keyword
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ")
    .replace(SMALL_WORDS, (word) => word.toLowerCase());
}
