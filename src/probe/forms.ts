/**
 * In which forms text values match: wild cards, case, accents, groups of a name, blanks (PS3.4 C.2.2.2.1 and C.2.2.2.4, PS3.5
 * 6.2.1). Asks about one entity at a time.
 */
import { type Check, type Conclusion, unknown } from "./check.ts";
import type { Inquiry } from "./inquiry.ts";
import type { Probing } from "./step.ts";
import { keyValue, type Subject } from "./subject.ts";
import { type Ranks, SubjectChecks } from "./subject_checks.ts";
import { either, proved } from "./trial.ts";

/** Whether a key was proved to be matched: without that nothing can be said of its forms. */
export type IsMatched = (path: string) => boolean | undefined;

const NAME = "PatientName";
const ID = "PatientID";

/** Checks of keys, which say something only if the key is matched at all. */
export abstract class MatchedChecks extends SubjectChecks {
  readonly #isMatched: IsMatched;

  constructor(inquiry: Inquiry, subject: Subject, isMatched: IsMatched) {
    super(inquiry, subject);
    this.#isMatched = isMatched;
  }

  /** Why nothing can be said of the forms of a key; undefined if it is matched. */
  protected untellable(path: string): Conclusion | undefined {
    const isMatched = this.#isMatched(path);
    if (isMatched === true) return undefined;
    return unknown(
      isMatched === false
        ? `unknown, because ${path} is not matched`
        : `unknown, because it is unknown whether ${path} is matched`,
    );
  }

  /** A check of the forms of a key. */
  protected checkOf(
    path: string,
    id: string,
    title: string,
    rank: number,
    run: () => Probing<Conclusion>,
  ): Check {
    return this.check(id, title, rank, () => this.#ifMatched(path, run));
  }

  *#ifMatched(
    path: string,
    run: () => Probing<Conclusion>,
  ): Probing<Conclusion> {
    return this.untellable(path) ?? (yield* run());
  }
}

/** The checks of one subject. */
export class Forms extends MatchedChecks {
  /** The checks. */
  checks({ first, later }: Ranks): Check[] {
    const ofName = (
      id: string,
      title: string,
      rank: number,
      run: () => Probing<Conclusion>,
    ) => this.checkOf(NAME, id, title, rank, run);
    const ofId = (id: string, title: string, run: () => Probing<Conclusion>) =>
      this.checkOf(ID, id, title, later, run);
    return [
      ofName("wildcard.many", "Wild card *", first, () => this.#many()),
      ofName("wildcard.one", "Wild card ?", first + 10, () => this.#one()),
      ofName(
        "case.name",
        "Case of names",
        first + 10,
        () => this.#inOtherCase(NAME),
      ),
      ofId("case.id", "Case of identifiers", () => this.#inOtherCase(ID)),
      ofName("accents", "Accents", later, () => this.#withoutAccents()),
      ofName(
        "family-name",
        "Family name alone",
        later,
        () => this.#familyName(),
      ),
      ofName(
        "groups",
        "One group of a name alone",
        later,
        () => this.#oneGroup(),
      ),
      ofId(
        "blanks.trailing",
        "Trailing blanks",
        () => this.#blanks("trailing", (id) => `${id}  `),
      ),
      ofId(
        "blanks.leading",
        "Leading blanks",
        () => this.#blanks("leading", (id) => `  ${id}`),
      ),
    ];
  }

  *#many(): Probing<Conclusion> {
    const name = this.#alphabetic();
    if (name.length < 2) return unknown("the entity's name is too short");
    const wrong = this.inquiry.masking.madeUp(`${otherLetter(name)}Q*`);
    const start = `${[...name].slice(0, 2).join("")}*`;
    const right = yield* this.attempt("A prefix with *", { [NAME]: start });
    const other = yield* this.attempt("A wrong prefix with *", {
      [NAME]: wrong,
    });
    return proved([right], [other], {
      right: "the beginning of its name with *",
      wrong: "another beginning",
    });
  }

  *#one(): Probing<Conclusion> {
    const name = this.value(NAME);
    const letters = [...name];
    if (letters.length < 3) return unknown("the entity's name is too short");
    const rest = `?${letters.slice(2).join("")}`;
    const right = yield* this.attempt("A letter as ?", {
      [NAME]: letters[0] + rest,
    });
    const other = yield* this.attempt("A wrong letter before ?", {
      [NAME]: otherLetter(name) + rest,
    });
    return proved([right], [other], {
      right: "its name with ? for one letter",
      wrong: "another name with ?",
    });
  }

  *#inOtherCase(path: string): Probing<Conclusion> {
    const value = this.value(path);
    const swapped = swapCase(value);
    if (swapped === value) return unknown("the value has no letters");
    const trial = yield* this.attempt("The value in the other case", {
      [path]: swapped,
    });
    return either(trial, "does not matter", "matters");
  }

  *#withoutAccents(): Probing<Conclusion> {
    const subject = this.another((value) =>
      withoutAccents(value(NAME)) !== value(NAME)
    );
    if (subject === undefined) {
      return unknown("no name with an accent was seen");
    }
    const plain = withoutAccents(keyValue(subject, NAME));
    const trial = yield* this.attempt(
      "The name without its accents",
      { [NAME]: plain },
      { subject },
    );
    return either(trial, "do not matter", "matter");
  }

  *#familyName(): Probing<Conclusion> {
    const [family = "", given = ""] = this.#alphabetic().split("^");
    if (family === "" || given === "") {
      return unknown("the entity's name has no two components");
    }
    const trial = yield* this.attempt("The family name alone", {
      [NAME]: family,
    });
    return either(
      trial,
      "finds the whole name, without a wild card",
      "finds nothing without a wild card",
    );
  }

  *#oneGroup(): Probing<Conclusion> {
    const subject = this.another((value) => /^[^=]+=[^=]/.test(value(NAME)));
    if (subject === undefined) {
      return unknown("no name with an ideographic or phonetic group was seen");
    }
    const [alphabetic = ""] = keyValue(subject, NAME).split("=");
    const trial = yield* this.attempt(
      "The alphabetic group of the name alone",
      { [NAME]: alphabetic },
      { subject },
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
    const id = this.value(ID);
    const trial = yield* this.attempt(`${ID} with ${which} blanks`, {
      [ID]: change(id),
    });
    return either(trial, "do not matter", "matter");
  }

  #alphabetic(): string {
    return this.value(NAME).split("=", 1)[0]!;
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
