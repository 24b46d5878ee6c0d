/** The common part of all checks about one entity: the entity, and the ways to query it. Concludes nothing. */
import type { Charset } from "../charset/charset.ts";
import { type Check, type Conclusion, queryTopic } from "./check.ts";
import {
  type Inquiry,
  isFailure,
  type ProbeAnswer,
  type Question,
} from "./inquiry.ts";
import { probeIdentifier, type ProbeKeys } from "./keys.ts";
import type { Probing, Slot } from "./step.ts";
import {
  isFound,
  keyValue,
  narrowed,
  type Subject,
  subjectWhere,
} from "./subject.ts";
import type { Trial } from "./trial.ts";

/** Matches that are enough to look at: usually the entity is the only one that can be meant. */
const ENOUGH = 20;

/** Ranks of the questions that matter most, and of the others. */
export interface Ranks {
  readonly first: number;
  readonly later: number;
}

/** The checks of one subject. */
export abstract class SubjectChecks {
  protected readonly inquiry: Inquiry;
  protected readonly subject: Subject;

  constructor(inquiry: Inquiry, subject: Subject) {
    this.inquiry = inquiry;
    this.subject = subject;
  }

  /** A check of queries in the subject's model, at its level. */
  protected check(
    id: string,
    title: string,
    rank: number,
    run: () => Probing<Conclusion>,
  ): Check {
    return { ...queryTopic(this.subject), id, title, rank, run };
  }

  /** Asks the subject's model for whatever the keys find. */
  protected *ask(
    purpose: string,
    keys: ProbeKeys,
    options: Partial<Question> = {},
  ): Probing<ProbeAnswer> {
    return yield* this.inquiry.demand({
      purpose,
      model: this.subject.model,
      identifier: probeIdentifier(keys),
      cancelAfter: ENOUGH,
      ...options,
    });
  }

  /** Asks for an entity, the subject unless another is given, under these keys. */
  protected *attempt(
    purpose: string,
    keys: ProbeKeys,
    { subject = this.subject, charset, ...options }: {
      readonly subject?: Subject;
      readonly charset?: Charset;
      readonly slot?: Slot;
    } = {},
  ): Probing<Trial> {
    const answer = yield* this.inquiry.demand({
      purpose,
      model: subject.model,
      identifier: narrowed(subject, keys, charset),
      cancelAfter: ENOUGH,
      ...options,
    });
    return {
      answer,
      isFound: isFound(subject, answer),
      isRefused: isFailure(answer),
    };
  }

  /** The value of the subject. */
  protected value(path: string): string {
    return keyValue(this.subject, path);
  }

  /** Another entity like the subject that was seen, whose values fulfil a condition. */
  protected another(
    fits: (valueOf: (path: string) => string) => boolean,
  ): Subject | undefined {
    return subjectWhere(this.inquiry.answers, this.subject, fits);
  }
}
