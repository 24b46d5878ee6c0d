/** Lists of UIDs (PS3.4 C.2.2.2.2), how long they may be, and lists of other values, which the standard does not have. */
import { type Check, conclude, type Conclusion, unknown } from "./check.ts";
import { MatchedChecks } from "./forms.ts";
import { isFailure, statusText } from "./inquiry.ts";
import type { Probing } from "./step.ts";
import { keyValue, subjectIdentity } from "./subject.ts";
import type { Ranks } from "./subject_checks.ts";
import { either, type Trial } from "./trial.ts";

const UID = "StudyInstanceUID";
const ACCESSION = "AccessionNumber";

/** Lengths that are tried. In explicit VR a value field ends at 65,534 bytes (PS3.5 7.1.2). */
const LENGTHS = [1000, 100] as const;

/** The checks of a subject at study level. */
export class UidLists extends MatchedChecks {
  /** The checks. */
  checks({ first, later }: Ranks): Check[] {
    return [
      this.checkOf(UID, "uid-list", "List of UIDs", first, () => this.#two()),
      this.checkOf(
        UID,
        "uid-list.length",
        "Longest list of UIDs",
        first + 2,
        () => this.#longest(),
      ),
      this.checkOf(
        ACCESSION,
        "value-list",
        "List of other values",
        later,
        () => this.#values(),
      ),
    ];
  }

  *#two(): Probing<Conclusion> {
    const uid = this.value(UID);
    const other = this.another((value) =>
      value(UID) !== "" && value(UID) !== uid &&
      this.subject.base["PatientID"] === undefined
    );
    if (other === undefined) {
      return unknown("no suitable second study was seen");
    }
    const answer = yield* this.ask("Two UIDs in a list", {
      ...this.subject.base,
      [UID]: `${uid}\\${keyValue(other, UID)}`,
    });
    if (isFailure(answer)) {
      return conclude("fails", `refused: ${statusText(answer)}`, [answer]);
    }
    const identities = new Set(
      answer.matches.map((match) => subjectIdentity([UID], match)),
    );
    const hits = [uid, keyValue(other, UID)].filter((one) =>
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
    const uid = this.value(UID);
    const trials: Trial[] = [];
    for (const length of LENGTHS) {
      const list = Array.from(
        { length: length - 1 },
        (_, at) => this.inquiry.masking.madeUp(`2.25.99${1_000_000 + at}`),
      );
      const trial = yield* this.attempt(`A list of ${length} UIDs`, {
        [UID]: [...list, uid].join("\\"),
      });
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
    const value = this.value(path);
    if (value === "") return unknown("the entity has no value to try");
    const none = this.inquiry.masking.madeUp("FINDSCU-NONE");
    const trial = yield* this.attempt(`Two values of ${path} in a list`, {
      [path]: `${none}\\${value}`,
    });
    return either(
      trial,
      "one of two values finds it, although that was not negotiated",
      "not matched, as the standard requires",
    );
  }
}
