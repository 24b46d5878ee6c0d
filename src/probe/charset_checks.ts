/** In which character sets a peer understands queries, and which it answers in (PS3.4 C.2.2.2, PS3.3 C.12.1.1.2). */
import { Charset } from "../charset/charset.ts";
import {
  type Check,
  conclude,
  concluded,
  type Conclusion,
  unknown,
} from "./check.ts";
import { MatchedChecks } from "./forms.ts";
import { textAt } from "./keys.ts";
import type { Probing } from "./step.ts";
import { charsetOfSubject, keyValue } from "./subject.ts";
import type { Ranks } from "./subject_checks.ts";
import { proved, type Trial } from "./trial.ts";

const NAME = "PatientName";
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Sets that are tried besides the one of the entity. */
const TERMS = ["ISO_IR 192", "ISO_IR 100"] as const;

/** The checks of one subject. */
export class CharsetChecks extends MatchedChecks {
  /** Answers to questions in different sets. */
  readonly #readings: { readonly term: string; readonly declared: string }[] =
    [];
  readonly #trials: Trial[] = [];
  /** The outcome for the entity's own set, which need not be tried twice. */
  #ownCase: Conclusion | undefined;

  /** The checks. */
  checks({ first }: Ranks): Check[] {
    return [
      this.check(
        "charset.own",
        "Queries in the text's own set",
        first,
        () => this.#in(undefined),
      ),
      ...TERMS.map((term) =>
        this.check(
          `charset.${term.replace(" ", "_")}`,
          `Queries in ${term}`,
          first + 1,
          () => this.#in(term),
        )
      ),
      this.check(
        "charset.answers",
        "Character set of answers",
        first + 2,
        () => concluded(this.#answers()),
      ),
    ];
  }

  /** Whether answers follow the character set of the question. */
  #answers(): Conclusion {
    const evidence = this.#trials.map(({ answer }) => answer);
    if (this.#readings.length < 2) {
      return unknown(
        "too few answers to queries in different sets",
        evidence,
      );
    }
    const declared = new Set(this.#readings.map((one) => one.declared));
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
    const follows = this.#readings.every((one) => one.term === one.declared);
    const list = this.#readings.map((one) =>
      `${one.declared || "none declared"} after ${one.term}`
    ).join(", ");
    return conclude(
      "fact",
      follows ? `that of the query: ${list}` : list,
      evidence,
    );
  }

  *#in(term: string | undefined): Probing<Conclusion> {
    const subject = this.another((value) => BEYOND_ASCII.test(value(NAME)));
    if (subject === undefined) {
      return unknown("no name beyond ASCII was seen");
    }
    const untold = this.untellable(NAME);
    if (untold !== undefined) return untold;
    const own = charsetOfSubject(subject);
    if (term === own.label && this.#ownCase !== undefined) {
      return this.#ownCase;
    }
    const charset = term === undefined ? own : Charset.of([term]);
    const name = keyValue(subject, NAME);
    if (own === Charset.ascii && term === undefined) {
      return unknown("the peer declares no character set for the text");
    }
    if (name.includes("\ufffd") || !charset.canEncode(name, "PN")) {
      return unknown("the name that was seen cannot be written in it");
    }
    const right = yield* this.attempt(`A name in ${charset.label}`, {
      [NAME]: name,
    }, { subject, charset });
    // The same bytes but one letter: a peer that compares ASCII alone finds that, too.
    const wrong = yield* this.attempt(`Another name in ${charset.label}`, {
      [NAME]: otherName(name, charset),
    }, { subject, charset });
    this.#trials.push(right);
    const [match] = right.answer.matches;
    if (match !== undefined) {
      this.#readings.push({
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
