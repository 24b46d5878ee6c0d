/** Ranges of dates and times, closed and open, and both as one moment (PS3.4 C.2.2.2.5). */
import { type Check, type Conclusion, unknown } from "./check.ts";
import { DATE_TIME } from "./extended.ts";
import type { Inquiry } from "./inquiry.ts";
import { lastOf } from "./keys.ts";
import type { Negotiated } from "./negotiated.ts";
import type { Probing } from "./step.ts";
import type { Subject } from "./subject.ts";
import { type Ranks, SubjectChecks } from "./subject_checks.ts";
import { proved } from "./trial.ts";

const MS_PER_DAY = 86_400_000;

/** The checks of one subject whose date and time are at these paths. */
export class Ranges extends SubjectChecks {
  readonly #negotiated: Negotiated;
  readonly #date: string;
  readonly #time: string;

  constructor(
    inquiry: Inquiry,
    subject: Subject,
    negotiated: Negotiated,
    paths: { readonly date: string; readonly time: string },
  ) {
    super(inquiry, subject);
    this.#negotiated = negotiated;
    this.#date = paths.date;
    this.#time = paths.time;
  }

  /** The checks. */
  checks({ first, later }: Ranks): Check[] {
    const { level } = this.subject;
    const date = lastOf(this.#date);
    const time = lastOf(this.#time);
    return [
      this.check("range.date", `Range of ${date}`, first, () => this.#closed()),
      this.check(
        "range.date-open",
        `Open ranges of ${date}`,
        level === undefined ? later : first,
        () => this.#open(),
      ),
      this.check("range.time", `Range of ${time}`, later, () => this.#times()),
      this.check(
        "range.date-time",
        "Date and time as one",
        later,
        () => this.#asOne(),
      ),
    ];
  }

  #day(): string | undefined {
    const date = this.value(this.#date);
    return /^\d{8}$/.test(date) ? date : undefined;
  }

  *#closed(): Probing<Conclusion> {
    const day = this.#day();
    if (day === undefined) return unknown("the entity has no date to try");
    const far = this.inquiry.masking.madeUp("18990101-18990203");
    const round = yield* this.attempt("A range round its day", {
      [this.#date]: `${shifted(day, -1)}-${shifted(day, 1)}`,
    });
    const wrong = yield* this.attempt("A range of other days", {
      [this.#date]: far,
    });
    return proved([round], [wrong], {
      right: "a range with its day",
      wrong: "a range without it",
    });
  }

  *#open(): Probing<Conclusion> {
    const day = this.#day();
    if (day === undefined) return unknown("the entity has no date to try");
    const right = [
      yield* this.attempt("Up to its day", { [this.#date]: `-${day}` }),
      yield* this.attempt("From its day on", { [this.#date]: `${day}-` }),
    ];
    const wrong = [
      yield* this.attempt("Up to the day before", {
        [this.#date]: `-${shifted(day, -1)}`,
      }),
      yield* this.attempt("From the day after on", {
        [this.#date]: `${shifted(day, 1)}-`,
      }),
    ];
    return proved(right, wrong, {
      right: "an open range with its day",
      wrong: "one without it",
    });
  }

  *#times(): Probing<Conclusion> {
    const minute = minuteOf(this.value(this.#time));
    if (minute === undefined) return unknown("the entity has no time to try");
    const right = yield* this.attempt("A range with its time", {
      [this.#time]: `${clock(minute)}00-${clock(minute)}59.999999`,
    });
    const away = minute < 12 * 60 ? "2359-235930" : "0000-000030";
    const wrong = yield* this.attempt("A range of other times", {
      [this.#time]: this.inquiry.masking.madeUp(away),
    });
    return proved([right], [wrong], {
      right: "a range with its time",
      wrong: "a range without it",
    });
  }

  /** A range from the evening before to its minute: nothing fits it if date and time are matched separately. */
  *#asOne(): Probing<Conclusion> {
    const day = this.#day();
    const minute = minuteOf(this.value(this.#time));
    if (day === undefined || minute === undefined || minute > 23 * 60) {
      return unknown("the entity has no date and time to try");
    }
    if (!this.#negotiated.isAgreed(this.subject.model, DATE_TIME)) {
      return unknown("not agreed in extended negotiation, and not checked");
    }
    const slot = yield* this.#negotiated.open(this.subject.model);
    const right = yield* this.attempt(
      "From the evening before to its minute",
      {
        [this.#date]: `${shifted(day, -1)}-${day}`,
        [this.#time]: `235900-${clock(minute + 1)}00`,
      },
      { slot },
    );
    return proved([right], [], {
      right: "a range over midnight",
      wrong: "nothing else",
    });
  }
}

/** A day this number of days later. */
function shifted(day: string, by: number): string {
  const time = Date.UTC(
    Number(day.slice(0, 4)),
    Number(day.slice(4, 6)) - 1,
    Number(day.slice(6)) + by,
  );
  const date = new Date(Math.floor(time / MS_PER_DAY) * MS_PER_DAY);
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** Minutes since midnight of a value of VR TM. */
function minuteOf(time: string): number | undefined {
  const [, hour, minute = "00"] = /^(\d\d)(\d\d)?/.exec(time) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

function clock(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return two(Math.floor(minute / 60)) + two(minute % 60);
}
