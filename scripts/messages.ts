/** The form of messages and hints, as a rule for one text. The lint asks it about every text of the program. */

/** Texts that are pages of prose or code, with sentences that end. */
const PROSE = [
  "src/cli/line/man.ts",
  "src/cli/line/topics.ts",
  "src/cli/line/help.ts",
  "src/cli/line/options/",
  "src/cli/line/shells/",
  "src/output/html.ts",
  "src/output/xlsx/",
  "src/probe/page.ts",
];

/** Words of habit, with the plain ones. */
const HABITS: readonly (readonly [habit: RegExp, plain: string])[] = [
  [/\b(is|are|was) there twice\b/, "occurs twice"],
  [/\b(missing|nothing|follows?|comes?) behind\b/, "after"],
  [/\bput up with\b/, "tolerated"],
  [/\bmade out to\b/, "issued for"],
  [/\bhas to\b/, "must"],
  [/^(Look into|Say) /, "Check, Write"],
  [/\bupper and lower case differ\b/, "case-sensitive"],
  [/\b(is|was) no (?!longer\b|more\b)[a-z]+$/, "is not a …"],
];

/** Whether texts of a file are messages. */
export function hasMessages(file: string): boolean {
  return /^(src|transports|host|library)\//.test(file) &&
    !file.endsWith("_data.ts") && !PROSE.some((one) => file.startsWith(one));
}

/** What is wrong with a text, `…` in place of its expressions; undefined for a good one and for what is not a sentence. */
export function messageMistake(text: string): string | undefined {
  if (!/[a-z]{2,} (\S+ )*[a-z(]/.test(text) || text.startsWith("<")) {
    return undefined;
  }
  const quoted = /(?:^|[\s(:,=])('[^']{1,60}'|`[^`]{1,60}`)(?=$|[\s,.:;)])/
    .exec(text);
  if (quoted !== null) {
    return `Values are in double quotes, not ${quoted[1]}`;
  }
  if (/^[A-Z].*["a-z)…]\.$/.test(text) && !text.startsWith("Hint: ")) {
    return "Messages and hints have no period at the end";
  }
  const habit = HABITS.find(([words]) => words.test(text));
  if (habit !== undefined) {
    return `Say it plainly: ${habit[1]}, not ${habit[0].exec(text)![0].trim()}`;
  }
  return undefined;
}
