/** Person names (PS3.5 6.2.1): component groups and components. Does not depend on character sets. */

/** The component groups in their order, with the names that PS3.18 F.2.2 and PS3.19 A.1 give them. */
export const NAME_GROUPS: readonly string[] = [
  "Alphabetic",
  "Ideographic",
  "Phonetic",
];

/** The components in their order, with the names of PS3.19 A.1. */
export const NAME_COMPONENTS: readonly string[] = [
  "FamilyName",
  "GivenName",
  "MiddleName",
  "NamePrefix",
  "NameSuffix",
];

/**
 * The component groups of one value, at most three, each without trailing empty components; absent ones are "". What is more than
 * three stays in the last one, with its "=".
 */
export function nameGroups(value: string): string[] {
  return parts(value, "=", NAME_GROUPS.length).map((group) =>
    group.replace(/^[ \0]+|[ \0]+$/g, "").replace(/\^+$/, "")
  );
}

/** The components of a group, at most five. Further components stay in the last one, with their "^". */
export function nameComponents(group: string): string[] {
  return parts(group, "^", NAME_COMPONENTS.length);
}

/** Splits at a delimiter; parts beyond `most` stay in the last. */
function parts(text: string, delimiter: string, most: number): string[] {
  const all = text.split(delimiter);
  if (all.length <= most) return all;
  return [...all.slice(0, most - 1), all.slice(most - 1).join(delimiter)];
}
