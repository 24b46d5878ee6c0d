/**
 * Matching of one text against one key text: wild cards, and person names with their component groups (PS3.4 C.2.2.2.1,
 * C.2.2.2.4; PS3.5 6.2.1). Works on decoded text only; does not depend on datasets or character sets.
 */

/** Tells whether a text matches. */
export type TextTest = (text: string) => boolean;

/** Composed form, so that one letter is one character however it was typed. ASCII is left alone. */
export function normal(text: string): string {
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize("NFC");
}

/** Whether a key text holds a wild card character. */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/**
 * A test for a key with `*` (any run of characters, also none) and `?` (exactly one character, counted in code points).
 * Linear in practice: matching only ever backtracks to the last `*`.
 */
export function wildcardTest(pattern: string): TextTest {
  if (!pattern.includes("?")) return piecesTest(pattern);
  const key = pattern.replace(/\*+/g, "*");
  return (text) => {
    let [at, keyAt, star, resume] = [0, 0, -1, 0];
    while (at < text.length) {
      const token = key.charCodeAt(keyAt);
      if (token === STAR) {
        star = keyAt++;
        resume = at;
      } else if (token === QUESTION_MARK) {
        keyAt++;
        at = nextCharacter(text, at);
      } else if (token === text.charCodeAt(at)) {
        keyAt++;
        at++;
      } else if (star >= 0) {
        keyAt = star + 1;
        at = resume = nextCharacter(text, resume);
      } else {
        return false;
      }
    }
    while (key.charCodeAt(keyAt) === STAR) keyAt++;
    return keyAt === key.length;
  };
}

const [STAR, QUESTION_MARK] = [0x2a, 0x3f];

/** The index after the character at `at`, which may be a surrogate pair. */
function nextCharacter(text: string, at: number): number {
  return at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
}

/** A test for a key whose only wild cards are `*`: the parts between them must follow each other. */
function piecesTest(pattern: string): TextTest {
  const [first = "", ...middle] = pattern.split("*");
  const last = middle.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - last.length;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of middle) {
      const start = text.indexOf(piece, at);
      if (start < 0) return false;
      at = start + piece.length;
    }
    return at <= end;
  };
}

/** A test for a key that may or may not hold wild cards. */
export function textTest(key: string): TextTest {
  return hasWildcard(key) ? wildcardTest(key) : (text) => text === key;
}

/** Letters that have no decomposition but are commonly written without their stroke or ligature. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  "ß": "ss",
  "æ": "ae",
  "œ": "oe",
  "ø": "o",
  "ł": "l",
  "đ": "d",
  "ð": "d",
  "þ": "th",
  "ħ": "h",
  "ı": "i",
  "ς": "σ",
};

/**
 * Text without the differences of case, accents and width, for lenient comparison. The voicing marks of Japanese stay,
 * as they make other syllables; the vowel points of Hebrew and Arabic go. So do escape sequences of ISO 2022 that an archive left
 * in text which it has converted to UTF-8 (Orthanc's worklist does).
 */
export function fold(text: string): string {
  return text.replace(/\x1b[\x20-\x2f]+[\x30-\x7e]/g, "").normalize("NFKD")
    .replace(/[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670]/g, "")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[ßæœøłđðþħıς]/g, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .normalize("NFC");
}

/** Drops trailing delimiters, which carry no meaning (PS3.5 6.2.1), and blanks round components. */
function tidyGroup(group: string): string {
  if (!UNTIDY.test(group)) return group;
  return group.split("^").map((part) => part.trim()).join("^")
    .replace(/\^+$/, "");
}

const UNTIDY = /^\s|\s$|\s\^|\^\s|\^$/;

function groupsOf(name: string): string[] {
  return name.includes("=")
    ? name.split("=").map(tidyGroup)
    : [tidyGroup(name)];
}

/** One component group: as a whole, or component by component if the key has carets. */
function groupTest(key: string): TextTest {
  const whole = textTest(key);
  if (!hasWildcard(key) || !key.includes("^")) return whole;
  const parts = key.split("^").map(textTest);
  return (group) => {
    if (whole(group)) return true;
    const components = group.split("^");
    return components.length <= parts.length &&
      parts.every((test, index) => test(components[index] ?? ""));
  };
}

/** A stored name as `nameTest` takes it: made once, however many keys it is compared with. */
export interface ComparableName {
  readonly text: string;
  readonly groups: readonly string[];
}

/** A stored name, for tests that are as lenient. */
export function comparableName(name: string, lenient: boolean): ComparableName {
  const text = lenient ? fold(normal(name)) : normal(name);
  return { text, groups: groupsOf(text) };
}

/**
 * A test for a person name key. A key without `=` matches when any one component group does: alphabetic, ideographic or phonetic.
 * A key with `=` is compared group by group, and an empty group of the key leaves that group open.
 * A lenient test also treats the name as one text, as many archives do.
 * In wild card keys a caret also separates components that the stored name may lack: `Yamada^*` finds `Yamada`.
 */
export function nameTest(
  key: string,
  lenient: boolean,
): (name: ComparableName) => boolean {
  const { text, groups: keyGroups } = comparableName(key, lenient);
  if (keyGroups.length === 1) {
    const test = groupTest(keyGroups[0]!);
    return ({ groups }) => groups.some((group) => group !== "" && test(group));
  }
  const tests = keyGroups.map((group) =>
    group === "" || group === "*" ? undefined : groupTest(group)
  );
  // Many archives treat a name as one text, in which "*" covers "=" as well: `*=Hong^*` finds the third group.
  const whole = lenient && hasWildcard(key) ? wildcardTest(text) : undefined;
  return (name) =>
    whole?.(name.text) === true ||
    tests.every((test, index) =>
      test === undefined || test(name.groups[index] ?? "")
    );
}
