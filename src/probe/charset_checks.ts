/** In which character sets a peer understands queries, and which it answers in (PS3.4 C.2.2.2, PS3.3 C.12.1.1.2). */
import { Charset } from "../charset/charset.ts";
import {
  type Check,
  conclude,
  concluded,
  type Conclusion,
  queryTopic,
  unknown,
} from "./check.ts";
import type { Inquiry } from "./inquiry.ts";
import { type IsMatched, type Ranks, untellable } from "./forms.ts";
import { textAt } from "./keys.ts";
import type { Probing } from "./step.ts";
import {
  charsetOfSubject,
  type Subject,
  subjectWhere,
  valueOf,
} from "./subject.ts";
import { attempt, proved, type Trial } from "./trial.ts";

const NAME = "PatientName";
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Sets that are tried besides the one of the entity. */
const TERMS = ["ISO_IR 192", "ISO_IR 100"] as const;

/** The checks of one subject. */
export class CharsetChecks {
  readonly #inquiry: Inquiry;
  readonly #subject: Subject;
  readonly #isMatched: IsMatched;
  /** Answers to questions in different sets. */
  readonly #answered: { readonly term: string; readonly declared: string }[] =
    [];
  readonly #trials: Trial[] = [];
  /** The outcome for the entity's own set, which need not be tried twice. */
  #ownCase: Conclusion | undefined;

  constructor(inquiry: Inquiry, subject: Subject, isMatched: IsMatched) {
    this.#inquiry = inquiry;
    this.#subject = subject;
    this.#isMatched = isMatched;
  }

  /** The checks. */
  checks({ first }: Ranks): Check[] {
    const about = queryTopic(this.#subject);
    return [
      {
        ...about,
        id: "charset.own",
        title: "Queries in the text's own set",
        rank: first,
        run: () => this.#in(undefined),
      },
      ...TERMS.map((term): Check => ({
        ...about,
        id: `charset.${term.replace(" ", "_")}`,
        title: `Queries in ${term}`,
        rank: first + 1,
        run: () => this.#in(term),
      })),
      {
        ...about,
        id: "charset.answers",
        title: "Character set of answers",
        rank: first + 2,
        run: () => concluded(this.#answers()),
      },
    ];
  }

  /** Whether answers follow the character set of the question. */
  #answers(): Conclusion {
    const evidence = this.#trials.map(({ answer }) => answer);
    if (this.#answered.length < 2) {
      return unknown(
        "too few answers to queries in different sets",
        evidence,
      );
    }
    const declared = new Set(this.#answered.map((one) => one.declared));
    const [only] = declared;
    if (declared.size === 1) {
      return conclude(
        "fact",
        `always ${
          only === "" ? "none declared" : only
        }, whatever the query uses`,
        evidence,
      );
    }
    const follows = this.#answered.every((one) => one.term === one.declared);
    const list = this.#answered.map((one) =>
      `${one.declared || "none declared"} after ${one.term}`
    ).join(", ");
    return conclude(
      "fact",
      follows ? `that of the query: ${list}` : list,
      evidence,
    );
  }

  /** An entity whose name is not all ASCII. */
  #foreign(): Subject | undefined {
    return subjectWhere(
      this.#inquiry.answers,
      this.#subject,
      (value) => BEYOND_ASCII.test(value(NAME)),
    );
  }

  *#in(term: string | undefined): Probing<Conclusion> {
    const subject = this.#foreign();
    if (subject === undefined) {
      return unknown("no name beyond ASCII was seen");
    }
    const untold = untellable(NAME, this.#isMatched(NAME));
    if (untold !== undefined) return untold;
    const own = charsetOfSubject(subject);
    if (term === own.label && this.#ownCase !== undefined) {
      return this.#ownCase;
    }
    const charset = term === undefined ? own : Charset.of([term]);
    const name = valueOf(subject, NAME);
    if (own === Charset.ascii && term === undefined) {
      return unknown("the peer declares no character set for the text");
    }
    if (name.includes("\ufffd") || !charset.canEncode(name, "PN")) {
      return unknown("the name that was seen cannot be written in it");
    }
    const right = yield* attempt(
      this.#inquiry,
      subject,
      `A name in ${charset.label}`,
      { [NAME]: name },
      { charset },
    );
    // The same bytes but one letter: a peer that compares ASCII alone finds that, too.
    const wrong = yield* attempt(
      this.#inquiry,
      subject,
      `Another name in ${charset.label}`,
      { [NAME]: otherName(name, charset) },
      { charset },
    );
    this.#trials.push(right);
    const [match] = right.answer.matches;
    if (match !== undefined) {
      this.#answered.push({
        term: charset.label,
        declared: textAt(match, "SpecificCharacterSet"),
      });
    }
    const conclusion = proved([right], [wrong], {
      right: `a name in ${charset.label}`,
      wrong: "another",
    }, ["--charset", "sends queries in another character set"]);
    if (term === undefined) this.#ownCase = conclusion;
    return conclusion;
  }
}

/** A name with another letter in place of its first one beyond ASCII. */
function otherName(name: string, charset: Charset): string {
  const letters = [...name];
  const at = letters.findIndex((letter) => BEYOND_ASCII.test(letter));
  const others = letters.filter((letter) =>
    BEYOND_ASCII.test(letter) && letter !== letters[at]
  );
  const candidates = [...others, "ß", "Ж", "é", "山", "ก", "א"];
  letters[at] =
    candidates.find((letter) =>
      letter !== letters[at] && charset.canEncode(letter, "PN")
    ) ?? "Q";
  return letters.join("");
}
