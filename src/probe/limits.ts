/**
 * Limits and manners: where a peer stops and how it says so, order and duplicates, speed, C-CANCEL, wrong identifiers, repetition
 * (PS3.4 C.4.1.1.4, PS3.7 9.3.2.3).
 */
import { LEVEL_KEYS, returnKeys } from "./catalogue.ts";
import { type Check, conclude, type Conclusion, unknown } from "./check.ts";
import {
  type Inquiry,
  isFailure,
  isOverdueCancel,
  matchesText,
  MOST_MATCHES,
  type ProbeAnswer,
  statusText,
} from "./inquiry.ts";
import { type ProbeKeys, textAt } from "./keys.ts";
import type { Probing } from "./step.ts";
import { type Subject, subjectIdentity } from "./subject.ts";
import { SubjectChecks } from "./subject_checks.ts";

/** A rank per question. */
const FIRST = 10;
const THEN = 30;
const LAST = 41;

/** Attributes by which answers may be in order. */
const ORDERS: readonly (readonly string[])[] = [
  ["StudyDate", "StudyTime"],
  ["StudyDate"],
  ["PatientName"],
  ["PatientID"],
  ["StudyInstanceUID"],
];

const STUDIES: ProbeKeys = {
  QueryRetrieveLevel: "STUDY",
  StudyInstanceUID: "",
  StudyDate: "",
  StudyTime: "",
  PatientName: "",
  PatientID: "",
};

const PATIENTS: ProbeKeys = {
  QueryRetrieveLevel: "PATIENT",
  PatientID: "",
  PatientName: "",
};

/** The questions about all studies of a peer, or all its patients if they are at the top. */
export class Limits extends SubjectChecks {
  readonly #keys: ProbeKeys;
  #whole: ProbeAnswer | undefined;

  constructor(inquiry: Inquiry, subject: Subject) {
    super(inquiry, subject);
    this.#keys = subject.level === "PATIENT" ? PATIENTS : STUDIES;
  }

  /** The checks. */
  checks(): Check[] {
    const { name } = this.subject.model;
    const check = (
      id: string,
      title: string,
      rank: number,
      run: () => Probing<Conclusion>,
    ): Check => ({ section: "limits", id, title, model: name, rank, run });
    return [
      check("limit", "Most matches", FIRST, () => this.#limit()),
      check("order", "Order of matches", FIRST, () => this.#order()),
      check("duplicates", "Duplicates", FIRST, () => this.#duplicates()),
      check("cancel", "C-CANCEL", FIRST, () => this.#cancel()),
      check(
        "repetition",
        "Same query, same answer",
        LAST,
        () => this.#repetition(),
      ),
      check(
        "wrong.level-missing",
        "Identifier without a level",
        FIRST,
        () => this.#wrong("without a level", { QueryRetrieveLevel: undefined }),
      ),
      check(
        "wrong.level-unknown",
        "Identifier with an unknown level",
        THEN,
        () =>
          this.#wrong("with an unknown level", {
            QueryRetrieveLevel: this.inquiry.masking.madeUp("FINDSCU"),
          }),
      ),
    ];
  }

  *#all(): Probing<ProbeAnswer> {
    this.#whole ??= yield* this.ask("All matches, up to a limit", this.#keys, {
      cancelAfter: MOST_MATCHES,
    });
    return this.#whole;
  }

  #identities({ matches }: ProbeAnswer): string[] {
    return matches.map((match) =>
      subjectIdentity(this.subject.identity, match)
    );
  }

  *#limit(): Probing<Conclusion> {
    const all = yield* this.#all();
    const count = all.matches.length;
    const split = [
      "--split",
      "queries in parts until the answer is complete",
    ] as const;
    if (all.afterCancel !== undefined) {
      return conclude(
        "works",
        `none met: the probe stopped it at ${MOST_MATCHES} matches`,
        [all],
      );
    }
    const status = all.status!;
    if (status !== 0) {
      const text = `stops after ${matchesText(count)} with ${statusText(all)}`;
      return count > 0 || (status >= 0xa700 && status <= 0xa7ff)
        ? conclude("partly", text, [all], split)
        : conclude("fails", text, [all]);
    }
    const missingStudy = yield* this.#missingStudy(all);
    if (missingStudy !== undefined) {
      return conclude(
        "fails",
        `stops after ${
          matchesText(count)
        } with status 0000, as if complete: ${missingStudy.text}`,
        [all, missingStudy.answer],
        split,
        ["--peer-limit", `${count}, if it does`],
      );
    }
    const isRound = count >= 100 && count % 50 === 0;
    return isRound
      ? conclude(
        "unknown",
        `${
          matchesText(count)
        } with status 0000: a round number, perhaps a limit`,
        [all],
        split,
      )
      : conclude("works", `none met: ${matchesText(count)}, complete`, [all]);
  }

  /** A study that the peer has and that is missing from its complete answer: it stopped without a word. */
  *#missingStudy(
    all: ProbeAnswer,
  ): Probing<
    { readonly answer: ProbeAnswer; readonly text: string } | undefined
  > {
    const identities = new Set(this.#identities(all));
    const isNew = (answer: ProbeAnswer) =>
      answer.model === all.model && answer.identifier !== all.identifier &&
      textAt(answer.identifier, "QueryRetrieveLevel") === this.subject.level &&
      this.#identities(answer).some((one) =>
        one !== "" && !identities.has(one)
      );
    const earlier = this.inquiry.answers.find(isNew);
    if (earlier !== undefined) {
      return {
        answer: earlier,
        text: "another query finds one that is not among them",
      };
    }
    const dates = all.matches.map((match) => textAt(match, "StudyDate"))
      .filter((date) => /^\d{8}$/.test(date)).sort();
    const [first] = dates;
    const last = dates.at(-1);
    if (first === undefined || last === undefined) return undefined;
    for (const StudyDate of [`-${first}`, `${last}-`]) {
      const answer = yield* this.ask(
        "Look for studies missing from the answer",
        {
          ...this.#keys,
          StudyDate,
        },
      );
      if (isNew(answer)) {
        return { answer, text: "a range of dates finds more" };
      }
    }
    return undefined;
  }

  *#order(): Probing<Conclusion> {
    const all = yield* this.#all();
    for (const paths of ORDERS) {
      const values = all.matches
        .map((match) => paths.map((path) => textAt(match, path)).join(" "));
      const distinct = new Set(values.filter((value) => value.trim() !== ""));
      if (distinct.size < 4) continue;
      const pairs = values.slice(1).map((value, at) =>
        compare(values[at]!, value)
      );
      const way = pairs.every((sign) => sign <= 0)
        ? "ascending"
        : pairs.every((sign) => sign >= 0)
        ? "descending"
        : undefined;
      if (way !== undefined) {
        return conclude("fact", `by ${paths.join(", ")}, ${way}`, [all]);
      }
    }
    return all.matches.length < 4
      ? unknown("too few matches to decide", [all])
      : conclude("fact", "none recognised", [all], [
        "--sort",
        "sorts here",
      ]);
  }

  *#duplicates(): Probing<Conclusion> {
    const all = yield* this.#all();
    const identities = this.#identities(all);
    const again = identities.length - new Set(identities).size;
    return again === 0
      ? conclude("works", `none in ${matchesText(identities.length)}`, [all])
      : conclude(
        "fails",
        `${again} of ${matchesText(identities.length)} came before`,
        [all],
      );
  }

  *#cancel(): Probing<Conclusion> {
    const all = yield* this.#all();
    const total = all.matches.length;
    if (total < 3) return unknown("too few matches to cancel", [all]);
    // Large matches take longer: there is more time to heed it.
    const level = this.subject.level === "PATIENT" ? "PATIENT" : "STUDY";
    const answer = yield* this.ask("Cancel after the first match", {
      ...returnKeys(LEVEL_KEYS[level]),
      ...this.#keys,
    }, { cancelAfter: 1 });
    return cancelConclusion(all, answer);
  }

  *#repetition(): Probing<Conclusion> {
    const first = yield* this.#all();
    const again = yield* this.ask(
      "The same query again",
      this.#keys,
      { cancelAfter: Math.min(first.matches.length + 1, 100) },
    );
    const before = this.#identities(first).slice(0, again.matches.length);
    const after = this.#identities(again);
    if (before.length === 0) return unknown("no match to compare", [again]);
    const isComplete = again.afterCancel === undefined;
    if (before.join() === after.join()) {
      return isComplete && first.matches.length !== after.length
        ? conclude(
          "fails",
          `${matchesText(first.matches.length)}, then ${after.length}`,
          [first, again],
        )
        : conclude("works", "the same matches in the same order", [
          first,
          again,
        ]);
    }
    const identities = new Set(this.#identities(first));
    return after.every((one) => identities.has(one))
      ? conclude("partly", "the same matches in another order", [first, again])
      : conclude("fails", "other matches", [first, again]);
  }

  *#wrong(
    what: string,
    changes: Readonly<Record<string, string | undefined>>,
  ): Probing<Conclusion> {
    const keys = Object.fromEntries(
      Object.entries({ ...this.subject.base, ...changes })
        .filter(([, value]) => value !== undefined),
    ) as ProbeKeys;
    return wrongConclusion(
      yield* this.ask(`An identifier ${what}`, keys, { isWrong: true }),
    );
  }
}

/** The peer's reaction to an identifier that breaks the rules. */
export function wrongConclusion(answer: ProbeAnswer): Conclusion {
  if (isFailure(answer)) {
    const helps = answer.offending.length > 0 || answer.comment !== undefined;
    return conclude(
      helps ? "works" : "partly",
      `refused with ${statusText(answer)}${
        helps ? "" : ", without an offending element or comment"
      }`,
      [answer],
    );
  }
  return conclude(
    "partly",
    `not refused: ${matchesText(answer.matches.length)}, ${statusText(answer)}`,
    [answer],
  );
}

/** Whether C-CANCEL was heeded, given how many matches there are without it. */
function cancelConclusion(all: ProbeAnswer, answer: ProbeAnswer): Conclusion {
  const after = answer.afterCancel;
  const total = all.matches.length;
  if (after === undefined) {
    return unknown("the answer ended before it could be cancelled", [
      answer,
    ]);
  }
  const end = `${after} more after it, then ${statusText(answer)}`;
  const patience = [
    "--max-results",
    "ends the run with C-CANCEL, and with A-ABORT if that is ignored",
  ] as const;
  if (isOverdueCancel(answer)) {
    return conclude(
      "fails",
      `ignored: matches continued, ${after} after it, until the association was aborted`,
      [answer],
      patience,
    );
  }
  if (answer.status === 0xfe00) {
    return conclude("works", `heeded: ${end}`, [answer]);
  }
  if (answer.matches.length < total) {
    return conclude(
      "partly",
      `heeded, but with another status: ${end} instead of FE00`,
      [answer],
    );
  }
  const time = answer.cancelTime ?? 0;
  return time > HEEDING_TIME && after >= HEEDING_MATCHES
    ? conclude(
      "fails",
      `ignored: ${
        total === 1 ? "the only match" : `all ${total} matches`
      } came, for ${Math.round(time)} ms after it`,
      [answer],
      patience,
    )
    : unknown(
      `${total === 1 ? "the only match" : `all ${total} matches`} came within ${
        Math.round(time)
      } ms: too fast to see whether it is heeded`,
      [answer],
    );
}

/** A peer that continues for longer than this after C-CANCEL does not heed it, in milliseconds. */
const HEEDING_TIME = 500;
/** Fewer matches may all have been on their way. */
const HEEDING_MATCHES = 20;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
