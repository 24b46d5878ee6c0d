/** An archive in memory that stops at a limit, for tests of plans: it answers steps and does not depend on associations. */
import { StatusError } from "../../../src/errors.ts";
import {
  parseDate,
  parseKeySpan,
  parseTime,
  type Span,
} from "../../../src/matching/temporal.ts";
import { stringsOf, textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import type { Asking, Ending } from "../../../src/plan/step.ts";

/** What the archive stores of a study. */
export interface StoredStudy {
  readonly uid: string;
  readonly date: string;
  readonly time: string;
}

/** How the archive ends a query that matches more than the limit. */
export type LimitManner =
  | "silent"
  | "A700"
  | "A700 without matches"
  | "B001"
  | "FE00";

/** An answered match. */
export interface StudyMatch {
  readonly dataset: Dataset;
  readonly study: StoredStudy;
}

const STUDY_DATE = 0x00080020;
const STUDY_TIME = 0x00080030;
const STUDY_INSTANCE_UID = 0x0020000d;

/** The question for a range; without values for all studies. */
export function studyQuestion(date = "", time = ""): Dataset {
  return Dataset.of(
    textElement(STUDY_DATE, "DA", date),
    textElement(STUDY_TIME, "TM", time),
  );
}

/** Text of an attribute, empty when absent. */
export function textOf(dataset: Dataset, tag: number): string {
  const element = dataset.get(tag);
  return element === undefined ? "" : stringsOf(element).join("\\");
}

/** The archive. */
export class SimulatedArchive {
  queries = 0;
  readonly purposes: string[] = [];
  readonly #studies: readonly StoredStudy[];
  readonly #days: readonly (number | undefined)[];
  readonly #times: readonly (number | undefined)[];
  readonly #limit: number;
  readonly #manner: LimitManner;
  readonly #ignoresRanges: boolean;

  constructor(
    studies: readonly StoredStudy[],
    limit = Infinity,
    manner: LimitManner = "A700",
    ignoresRanges = false,
  ) {
    this.#studies = studies;
    this.#days = studies.map(({ date }) => parseDate(date)?.from);
    this.#times = studies.map(({ time }) => parseTime(time)?.from);
    this.#limit = limit;
    this.#manner = manner;
    this.#ignoresRanges = ignoresRanges;
  }

  /** Answers an identifier: the matches go to `take`. */
  answer(identifier: Dataset, take: (match: StudyMatch) => void): Ending {
    this.queries++;
    const all = this.#matching(identifier);
    const isCut = all.length > this.#limit;
    const isSilent = this.#manner === "silent";
    const hidden = isCut && this.#manner === "A700 without matches";
    const shown = hidden ? [] : isCut ? all.slice(0, this.#limit) : all;
    for (const study of shown) take({ dataset: datasetOf(study), study });
    const matches = shown.length;
    if (!isCut || isSilent) return { matches, status: 0 };
    if (this.#manner === "B001") return { matches, status: 0xb001 };
    const status = this.#manner === "FE00" ? 0xfe00 : 0xa700;
    return {
      matches,
      status,
      error: new StatusError("Out of resources", status),
    };
  }

  #matching(identifier: Dataset): StoredStudy[] {
    const date = textOf(identifier, STUDY_DATE);
    const time = textOf(identifier, STUDY_TIME);
    const days = date === "" ? undefined : parseKeySpan("DA", date)!;
    const times = time === "" ? undefined : parseKeySpan("TM", time)!;
    if (this.#ignoresRanges) return [...this.#studies];
    return this.#studies.filter((_, index) =>
      isWithin(this.#days[index], days) && isWithin(this.#times[index], times)
    );
  }
}

function isWithin(at: number | undefined, key: Span | undefined): boolean {
  return key === undefined ||
    (at !== undefined && at >= key.from && at < key.to);
}

function datasetOf({ uid, date, time }: StoredStudy): Dataset {
  return Dataset.of(
    textElement(STUDY_DATE, "DA", date),
    textElement(STUDY_TIME, "TM", time),
    textElement(STUDY_INSTANCE_UID, "UI", uid),
  );
}

/** Runs a part of a plan to its end, each step answered by `answer`; pauses take no time. */
export function runPart<M, T>(
  asking: Asking<M, T>,
  answer: (
    identifier: Dataset,
    take: (match: M) => void,
    purpose?: string,
  ) => Ending,
): T {
  let next = asking.next(undefined);
  while (!next.done) {
    const want = next.value;
    next = asking.next(
      want.kind === "pause"
        ? undefined
        : answer(want.identifier, want.take, want.purpose),
    );
  }
  return next.value;
}
