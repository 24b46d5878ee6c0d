/**
 * The entity that a probe's questions are about: one of today, of the last week, or any; or the one that the user names. The
 * fullest match is taken.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { isSequence, sequence } from "../dataset/dataset.ts";
import type { FindModel } from "../find/models.ts";
import {
  keysOfLevel,
  LEVEL_KEYS,
  returnKeys,
  WORKLIST_KEYS,
} from "./catalogue.ts";
import {
  type Inquiry,
  isFailure,
  matchesText,
  type ProbeAnswer,
  statusText,
} from "./inquiry.ts";
import { keywordTag, probeIdentifier, type ProbeKeys, textAt } from "./keys.ts";
import { conclude, type Conclusion, unknown } from "./check.ts";
import type { Probing } from "./step.ts";
import type { Subject } from "./subject.ts";

/** Days as DICOM writes them: today, and a week ago. */
export interface Days {
  readonly today: string;
  readonly weekAgo: string;
}

/** The outcome of the search. */
export interface Started {
  readonly subject: Subject | undefined;
  /** The answers to queries that all requested every usual return key. */
  readonly answers: readonly ProbeAnswer[];
  readonly conclusion: Conclusion;
}

/** Matches that are enough to choose from. */
const ENOUGH = 50;

const STEP_DATE =
  "ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate";

/** Finds a study, in a model that has that level. */
export function* startWithStudy(
  inquiry: Inquiry,
  model: FindModel,
  days: Days,
  start: Dataset | undefined,
): Probing<Started> {
  const base = { QueryRetrieveLevel: "STUDY" };
  const keys = {
    ...returnKeys(LEVEL_KEYS.STUDY),
    PatientName: "",
    PatientID: "",
  };
  return yield* search(inquiry, model, base, keys, "StudyDate", days, start, {
    level: "STUDY",
    identity: LEVEL_KEYS.STUDY.identity,
    baseOf: (entity) => ({
      ...base,
      StudyInstanceUID: textAt(entity, "StudyInstanceUID"),
    }),
  });
}

/** Finds a patient, in a model that begins with patients. */
export function* startWithPatient(
  inquiry: Inquiry,
  model: FindModel,
  days: Days,
  start: Dataset | undefined,
): Probing<Started> {
  const base = { QueryRetrieveLevel: "PATIENT" };
  const keys = returnKeys(LEVEL_KEYS.PATIENT);
  return yield* search(inquiry, model, base, keys, undefined, days, start, {
    level: "PATIENT",
    identity: LEVEL_KEYS.PATIENT.identity,
    baseOf: (entity) => ({ ...base, PatientID: textAt(entity, "PatientID") }),
  });
}

/** A study of a patient. */
export function* studyOf(
  inquiry: Inquiry,
  { model, base }: Subject,
): Probing<Started> {
  const above = { ...base, QueryRetrieveLevel: "STUDY" };
  const keys = returnKeys(keysOfLevel(model.name, "STUDY"));
  const answer = yield* inquiry.demand({
    purpose: "The studies of the patient",
    model,
    identifier: probeIdentifier({ ...keys, ...above }),
    cancelAfter: ENOUGH,
  });
  const { identity } = LEVEL_KEYS.STUDY;
  const entity = fullest(answer.matches, Object.keys(keys), identity);
  return {
    subject: entity && {
      model,
      level: "STUDY",
      identity,
      entity,
      base: {
        ...above,
        StudyInstanceUID: textAt(entity, "StudyInstanceUID"),
      },
    },
    answers: [answer],
    conclusion: entity === undefined
      ? conclude("fails", `no study of the patient: ${statusText(answer)}`, [
        answer,
      ])
      : conclude("fact", `one of ${matchesText(answer.matches.length)}`, [
        answer,
      ]),
  };
}

/** Finds a scheduled procedure step. */
export function* startWithStep(
  inquiry: Inquiry,
  model: FindModel,
  days: Days,
  start: Dataset | undefined,
): Probing<Started> {
  const keys = returnKeys(WORKLIST_KEYS);
  return yield* search(inquiry, model, {}, keys, STEP_DATE, days, start, {
    level: undefined,
    identity: WORKLIST_KEYS.identity,
    baseOf: (entity) => {
      const id = textAt(entity, "PatientID");
      const number = textAt(entity, "AccessionNumber");
      return {
        ...(id !== "" && { PatientID: id }),
        ...(number !== "" && { AccessionNumber: number }),
      };
    },
  });
}

interface Kind {
  readonly level: string | undefined;
  readonly identity: readonly string[];
  readonly baseOf: (entity: Dataset) => ProbeKeys;
}

function* search(
  inquiry: Inquiry,
  model: FindModel,
  base: ProbeKeys,
  keys: ProbeKeys,
  dateKey: string | undefined,
  { today, weekAgo }: Days,
  start: Dataset | undefined,
  kind: Kind,
): Probing<Started> {
  const ranges = start === undefined && dateKey === undefined
    ? [["all", undefined]] as const
    : start === undefined
    ? [
      ["today", today],
      ["the last seven days", `${weekAgo}-${today}`],
      ["any day", ""],
    ] as const
    : [["the keys given", undefined]] as const;
  const answers: ProbeAnswer[] = [];
  for (const [what, range] of ranges) {
    const identifier = probeIdentifier({
      ...keys,
      ...base,
      ...(range !== undefined && dateKey !== undefined &&
        { [dateKey]: inquiry.masking.madeUp(range) }),
    });
    if (start !== undefined) merge(identifier, start);
    const answer = yield* inquiry.ask({
      purpose: `Find an entity to start with: ${what}`,
      model,
      identifier,
      cancelAfter: ENOUGH,
    });
    answers.push(answer);
    const entity = fullest(answer.matches, Object.keys(keys), kind.identity);
    if (entity === undefined) continue;
    const { level, identity, baseOf } = kind;
    return {
      subject: { model, level, identity, entity, base: baseOf(entity) },
      answers,
      conclusion: conclude(
        "fact",
        `one of ${
          matchesText(answer.matches.length)
        }, from a query for ${what}`,
        [answer],
      ),
    };
  }
  const last = answers[answers.length - 1]!;
  const why = last.error !== undefined
    ? `not answered: ${last.error.message}`
    : isFailure(last)
    ? `the query ended with ${statusText(last)}`
    : start === undefined
    ? "the peer returned no entity of any day"
    : "the peer returned no entity for the keys given";
  return {
    subject: undefined,
    answers,
    conclusion: isFailure(last) || last.error !== undefined
      ? conclude("fails", why, answers)
      : unknown(why, answers),
  };
}

/** Puts the user's keys into an identifier, those of items into its items. The level is the probe's affair. */
function merge(identifier: Dataset, start: Dataset): void {
  const level = keywordTag("QueryRetrieveLevel");
  for (const element of start) {
    if (element.tag === level) continue;
    const there = identifier.get(element.tag);
    const [mine] = isSequence(there) ? there.items : [];
    const [theirs] = isSequence(element) ? element.items : [];
    if (mine !== undefined && theirs !== undefined) {
      const item = mine.dataset.clone();
      merge(item, theirs.dataset);
      identifier.set(sequence(element.tag, [item]));
    } else if (there === undefined || !isEmpty(element)) {
      identifier.set(element);
    }
  }
}

function isEmpty(element: { readonly tag: number }): boolean {
  return "value" in element && (element.value as Uint8Array).length === 0;
}

/** The match with most values that has an identity; names beyond one letter count more, since most questions are about them. */
function fullest(
  matches: readonly Dataset[],
  paths: readonly string[],
  identity: readonly string[],
): Dataset | undefined {
  let best: Dataset | undefined;
  let most = 0;
  for (const match of matches) {
    if (identity.every((path) => textAt(match, path) === "")) continue;
    const texts = paths.map((path) => textAt(match, path));
    const values = texts.filter((text) => text !== "").length -
      texts.filter((text) => text.includes("\\")).length;
    const name = textAt(match, "PatientName");
    const score = values + (/^[A-Za-z]{3}/.test(name) ? 4 : 0) +
      (name.includes("^") ? 1 : 0);
    if (score > most) {
      most = score;
      best = match;
    }
  }
  return best;
}
