/**
 * In which forms text values match: wild cards, case, accents, groups of a name, blanks (PS3.4 C.2.2.2.1 and C.2.2.2.4, PS3.5
 * 6.2.1). Asks about one entity at a time.
 */
import { type Check, type Conclusion, queryTopic, unknown } from "./check.ts";
import type { Inquiry } from "./inquiry.ts";
import type { Keys } from "./keys.ts";
import type { Probing } from "./step.ts";
import { type Subject, subjectWhere, valueOf } from "./subject.ts";
import { attempt, either, proved, type Trial } from "./trial.ts";

/** Whether a key was proved to be matched: without that nothing can be said of its forms. */
export type IsMatched = (path: string) => boolean | undefined;

/** Why nothing can be said of the forms of a key; undefined if it is matched. */
export function untellable(
  path: string,
  isMatched: boolean | undefined,
): Conclusion | undefined {
  if (isMatched === true) return undefined;
  return unknown(
    isMatched === false
      ? `unknown, because ${path} is not matched`
      : `unknown, because it is unknown whether ${path} is matched`,
  );
}

/** Runs a question about the forms of a key, if the key is matched at all. */
export function* ifMatched(
  path: string,
  isMatched: IsMatched,
  run: () => Probing<Conclusion>,
): Probing<Conclusion> {
  return untellable(path, isMatched(path)) ?? (yield* run());
}

const NAME = "PatientName";
const ID = "PatientID";

/** Ranks of the questions that matter most, and of the others. */
export interface Ranks {
  readonly first: number;
  readonly later: number;
}

/** The checks of one subject. */
export class Forms {
  readonly #inquiry: Inquiry;
  readonly #subject: Subject;
  readonly #isMatched: IsMatched;

  constructor(inquiry: Inquiry, subject: Subject, isMatched: IsMatched) {
    this.#inquiry = inquiry;
    this.#subject = subject;
    this.#isMatched = isMatched;
  }

  /** The checks. */
  checks({ first, later }: Ranks): Check[] {
    const check = (
      id: string,
      title: string,
      rank: number,
      path: string,
      run: () => Probing<Conclusion>,
    ): Check => ({
      ...queryTopic(this.#subject),
      id,
      title,
      rank,
      run: () => ifMatched(path, this.#isMatched, run),
    });
    return [
      check("wildcard.many", "Wild card *", first, NAME, () => this.#many()),
      check("wildcard.one", "Wild card ?", first + 10, NAME, () => this.#one()),
      check(
        "case.name",
        "Case of names",
        first + 10,
        NAME,
        () => this.#inOtherCase(NAME),
      ),
      check(
        "case.id",
        "Case of identifiers",
        later,
        ID,
        () => this.#inOtherCase(ID),
      ),
      check("accents", "Accents", later, NAME, () => this.#withoutAccents()),
      check(
        "family-name",
        "Family name alone",
        later,
        NAME,
        () => this.#familyName(),
      ),
      check(
        "groups",
        "One group of a name alone",
        later,
        NAME,
        () => this.#oneGroup(),
      ),
      check(
        "blanks.trailing",
        "Trailing blanks",
        later,
        ID,
        () => this.#blanks("trailing", (id) => `${id}  `),
      ),
      check(
        "blanks.leading",
        "Leading blanks",
        later,
        ID,
        () => this.#blanks("leading", (id) => `  ${id}`),
      ),
    ];
  }

  *#try(purpose: string, keys: Keys, subject = this.#subject): Probing<Trial> {
    return yield* attempt(this.#inquiry, subject, purpose, keys);
  }

  *#many(): Probing<Conclusion> {
    const name = this.#alphabetic();
    if (name.length < 2) return unknown("the entity's name is too short");
    const wrong = this.#inquiry.masking.madeUp(`${otherLetter(name)}Q*`);
    const start = `${[...name].slice(0, 2).join("")}*`;
    const right = yield* this.#try("A prefix with *", { [NAME]: start });
    const other = yield* this.#try("A wrong prefix with *", { [NAME]: wrong });
    return proved([right], [other], {
      right: "the beginning of its name with *",
      wrong: "another beginning",
    });
  }

  *#one(): Probing<Conclusion> {
    const name = valueOf(this.#subject, NAME);
    const letters = [...name];
    if (letters.length < 3) return unknown("the entity's name is too short");
    const rest = `?${letters.slice(2).join("")}`;
    const right = yield* this.#try("A letter as ?", {
      [NAME]: letters[0] + rest,
    });
    const other = yield* this.#try("A wrong letter before ?", {
      [NAME]: otherLetter(name) + rest,
    });
    return proved([right], [other], {
      right: "its name with ? for one letter",
      wrong: "another name with ?",
    });
  }

  *#inOtherCase(path: string): Probing<Conclusion> {
    const value = valueOf(this.#subject, path);
    const swapped = swapCase(value);
    if (swapped === value) return unknown("the value has no letters");
    const trial = yield* this.#try("The value in the other case", {
      [path]: swapped,
    });
    return either(trial, "does not matter", "matters");
  }

  *#withoutAccents(): Probing<Conclusion> {
    const subject = subjectWhere(
      this.#inquiry.answers,
      this.#subject,
      (value) => withoutAccents(value(NAME)) !== value(NAME),
    );
    if (subject === undefined) {
      return unknown("no name with an accent was seen");
    }
    const plain = withoutAccents(valueOf(subject, NAME));
    const trial = yield* this.#try(
      "The name without its accents",
      { [NAME]: plain },
      subject,
    );
    return either(trial, "do not matter", "matter");
  }

  *#familyName(): Probing<Conclusion> {
    const [family = "", given = ""] = this.#alphabetic().split("^");
    if (family === "" || given === "") {
      return unknown("the entity's name has no two components");
    }
    const trial = yield* this.#try("The family name alone", { [NAME]: family });
    return either(
      trial,
      "finds the whole name, without a wild card",
      "finds nothing without a wild card",
    );
  }

  *#oneGroup(): Probing<Conclusion> {
    const subject = subjectWhere(
      this.#inquiry.answers,
      this.#subject,
      (value) => /^[^=]+=[^=]/.test(value(NAME)),
    );
    if (subject === undefined) {
      return unknown("no name with an ideographic or phonetic group was seen");
    }
    const [alphabetic = ""] = valueOf(subject, NAME).split("=");
    const trial = yield* this.#try(
      "The alphabetic group of the name alone",
      { [NAME]: alphabetic },
      subject,
    );
    return either(
      trial,
      "the alphabetic group alone finds it",
      "all groups must be given",
    );
  }

  *#blanks(
    which: string,
    change: (id: string) => string,
  ): Probing<Conclusion> {
    const id = valueOf(this.#subject, ID);
    const trial = yield* this.#try(`${ID} with ${which} blanks`, {
      [ID]: change(id),
    });
    return either(trial, "do not matter", "matter");
  }

  #alphabetic(): string {
    return valueOf(this.#subject, NAME).split("=", 1)[0]!;
  }
}

function otherLetter(name: string): string {
  return /^[zZ]/.test(name) ? "K" : "Z";
}

function swapCase(text: string): string {
  return [...text].map((letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  }).join("");
}

function withoutAccents(text: string): string {
  return text.replace(
    /\p{Script=Latin}/gu,
    (letter) => letter.normalize("NFD").replace(/\p{M}/gu, ""),
  );
}
