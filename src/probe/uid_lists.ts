/** Lists of UIDs (PS3.4 C.2.2.2.2), how long they may be, and lists of other values, which the standard does not have. */
import {
  type Check,
  conclude,
  type Conclusion,
  queryTopic,
  unknown,
} from "./check.ts";
import { type Inquiry, isFailure, statusText } from "./inquiry.ts";
import { ifMatched, type IsMatched, type Ranks } from "./forms.ts";
import { identifierOf } from "./keys.ts";
import type { Probing } from "./step.ts";
import { identityOf, type Subject, subjectWhere, valueOf } from "./subject.ts";
import { attempt, either, type Trial } from "./trial.ts";

const UID = "StudyInstanceUID";
const ACCESSION = "AccessionNumber";

/** Lengths that are tried. In explicit VR a value field ends at 65,534 bytes (PS3.5 7.1.2). */
const LENGTHS = [1000, 100] as const;

/** The checks of a subject at study level. */
export class UidLists {
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
    const about = queryTopic(this.#subject);
    return [
      {
        ...about,
        id: "uid-list",
        title: "List of UIDs",
        rank: first,
        run: () => ifMatched(UID, this.#isMatched, () => this.#two()),
      },
      {
        ...about,
        id: "uid-list.length",
        title: "Longest list of UIDs",
        rank: first + 2,
        run: () => ifMatched(UID, this.#isMatched, () => this.#longest()),
      },
      {
        ...about,
        id: "value-list",
        title: "List of other values",
        rank: later,
        run: () => ifMatched(ACCESSION, this.#isMatched, () => this.#values()),
      },
    ];
  }

  *#two(): Probing<Conclusion> {
    const uid = valueOf(this.#subject, UID);
    const other = subjectWhere(
      this.#inquiry.answers,
      this.#subject,
      (value) =>
        value(UID) !== "" && value(UID) !== uid &&
        this.#subject.base["PatientID"] === undefined,
    );
    if (other === undefined) {
      return unknown("no suitable second study was seen");
    }
    const answer = yield* this.#inquiry.demand({
      purpose: "Two UIDs in a list",
      model: this.#subject.model,
      identifier: identifierOf({
        ...this.#subject.base,
        [UID]: `${uid}\\${valueOf(other, UID)}`,
      }),
      cancelAfter: 20,
    });
    if (isFailure(answer)) {
      return conclude("fails", `refused: ${statusText(answer)}`, [answer]);
    }
    const identities = new Set(
      answer.matches.map((match) => identityOf([UID], match)),
    );
    const hits = [uid, valueOf(other, UID)].filter((one) =>
      identities.has(one)
    );
    return hits.length === 2
      ? conclude("works", "two UIDs find both studies", [answer])
      : conclude(
        hits.length === 1 ? "partly" : "fails",
        `two UIDs find ${hits.length} of two studies`,
        [answer],
      );
  }

  *#longest(): Probing<Conclusion> {
    const uid = valueOf(this.#subject, UID);
    const trials: Trial[] = [];
    for (const length of LENGTHS) {
      const list = Array.from(
        { length: length - 1 },
        (_, at) => this.#inquiry.masking.madeUp(`2.25.99${1_000_000 + at}`),
      );
      const trial = yield* attempt(
        this.#inquiry,
        this.#subject,
        `A list of ${length} UIDs`,
        { [UID]: [...list, uid].join("\\") },
      );
      trials.push(trial);
      if (trial.isFound) break;
    }
    const evidence = trials.map(({ answer }) => answer);
    const [first, second = first!] = trials;
    const [most, fewer] = LENGTHS;
    if (first!.isFound) {
      return conclude(
        "works",
        `${most} UIDs work, more were not tried`,
        evidence,
      );
    }
    const why = first!.isRefused
      ? `refused: ${statusText(first!.answer)}`
      : "the last UID of the list is not found";
    return second.isFound
      ? conclude(
        "partly",
        `${fewer} UIDs work, ${most} do not: ${why}`,
        evidence,
      )
      : conclude("fails", `not even ${fewer} UIDs work: ${why}`, evidence);
  }

  *#values(): Probing<Conclusion> {
    const path = ACCESSION;
    const value = valueOf(this.#subject, path);
    if (value === "") return unknown("the entity has no value to try");
    const none = this.#inquiry.masking.madeUp("FINDSCU-NONE");
    const trial = yield* attempt(
      this.#inquiry,
      this.#subject,
      `Two values of ${path} in a list`,
      { [path]: `${none}\\${value}` },
    );
    return either(
      trial,
      "one of two values finds it, although that was not negotiated",
      "not matched, as the standard requires",
    );
  }
}
