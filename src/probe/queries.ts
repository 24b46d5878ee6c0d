/** The part of a probe that uses C-FIND: which entities it is about, and which questions about them come first. */
import { quantity } from "../errors.ts";
import { type Dataset, isSequence } from "../dataset/dataset.ts";
import type { FindModel, QueryLevel } from "../find/models.ts";
import { type KeyCatalogue, keysOfLevel, WORKLIST_KEYS } from "./catalogue.ts";
import { CharsetChecks } from "./charset_checks.ts";
import {
  Agenda,
  type Check,
  conclude,
  findingOf,
  guarded,
  queryTopic,
  type Topic,
  unknown,
} from "./check.ts";
import { Forms, type IsMatched } from "./forms.ts";
import { type Inquiry, isFailure, statusText } from "./inquiry.ts";
import { Levels, otherModelCheck } from "./levels.ts";
import { Limits } from "./limits.ts";
import { MatchingKeys } from "./matching_keys.ts";
import type { Negotiated } from "./negotiated.ts";
import { Ranges } from "./ranges.ts";
import type { Finding } from "./report.ts";
import { responseFindings } from "./responses.ts";
import { returnFindings } from "./return_keys.ts";
import {
  type Days,
  type Started,
  startWithPatient,
  startWithStep,
  startWithStudy,
  studyOf,
} from "./start.ts";
import type { Probing } from "./step.ts";
import { isFound, type Subject } from "./subject.ts";
import { UidLists } from "./uid_lists.ts";
import { elementAt, probeIdentifier } from "./keys.ts";

/** The context of the questions. */
export interface QuerySettings {
  readonly days: Days;
  /** Keys of the entity to start with. */
  readonly start: Dataset | undefined;
}

/** Asks everything that the budget allows. */
export function* probeQueries(
  inquiry: Inquiry,
  settings: QuerySettings,
  models: readonly FindModel[],
  negotiated: Negotiated,
): Probing<Finding[]> {
  return yield* new Queries(inquiry, settings, negotiated).run(models);
}

const STEP = "ScheduledProcedureStepSequence.ScheduledProcedureStep";

class Queries {
  readonly #inquiry: Inquiry;
  readonly #settings: QuerySettings;
  readonly #negotiated: Negotiated;
  readonly #agenda = new Agenda();

  constructor(
    inquiry: Inquiry,
    settings: QuerySettings,
    negotiated: Negotiated,
  ) {
    this.#inquiry = inquiry;
    this.#settings = settings;
    this.#negotiated = negotiated;
  }

  *run(models: readonly FindModel[]): Probing<Finding[]> {
    const modelNamed = (name: string) =>
      models.find((model) => model.name === name);
    const worklist = modelNamed("worklist");
    const patient = modelNamed("patient");
    const main = modelNamed("study") ?? patient ?? modelNamed("psonly");
    const isByPatient = main?.levels[0] === "PATIENT";
    const first = main &&
      (yield* this.#start(main, isByPatient ? "PATIENT" : "STUDY"));
    const step = worklist && (yield* this.#start(worklist, undefined));
    if (first !== undefined && isByPatient) {
      yield* this.#byPatient(first);
    } else if (first !== undefined) {
      this.#byStudy(first, patient);
    }
    if (step !== undefined) this.#ofWorklist(step);
    const closely: readonly (FindModel | undefined)[] = [
      main,
      worklist,
      patient,
    ];
    this.#agenda.add(
      ...models.filter((model) => !closely.includes(model))
        .map((model) => otherModelCheck(this.#inquiry, model)),
    );
    yield* this.#agenda.run();
    return [...this.#agenda.findings, ...responseFindings(this.#inquiry)];
  }

  /** Finds an entity, and examines its match. */
  *#start(
    model: FindModel,
    level: QueryLevel | undefined,
    search: () => Probing<Started> = () => this.#search(model, level),
  ): Probing<Subject | undefined> {
    let started: Started | undefined;
    const topic: Topic = {
      ...queryTopic({ model, level }),
      id: "start",
      title: "Entity to start with",
    };
    this.#agenda.findings.push(
      yield* guarded(topic, function* () {
        started = yield* search();
        return started.conclusion;
      }),
    );
    const keys = level === undefined
      ? WORKLIST_KEYS
      : keysOfLevel(model.name, level);
    const answers = started?.answers ?? [];
    this.#agenda.findings.push(...returnFindings(model, level, keys, answers));
    if (started?.subject === undefined) {
      this.#agenda.findings.push(
        findingOf(
          { ...topic, id: "questions", title: "All further queries" },
          unknown("not checked: no entity to query"),
        ),
      );
    }
    return started?.subject;
  }

  #search(
    model: FindModel,
    level: QueryLevel | undefined,
  ): Probing<Started> {
    const { days, start } = this.#settings;
    const find = level === undefined
      ? startWithStep
      : level === "PATIENT"
      ? startWithPatient
      : startWithStudy;
    return find(this.#inquiry, model, days, start);
  }

  #byStudy(study: Subject, patient: FindModel | undefined): void {
    const isMatched = this.#match(study, keysOf(study));
    const levels = this.#levels(study);
    this.#agenda.add(
      ...new Limits(this.#inquiry, study).checks(),
      ...this.#ofText(study, isMatched),
      ...this.#ofStudies(study, isMatched),
      ...levels.checks(),
      ...(patient === undefined ? [] : levels.patientChecks(patient)),
    );
  }

  /** If the patient is above the study, every question about studies needs one. */
  *#byPatient(patient: Subject): Probing<void> {
    const { model } = patient;
    const isMatched = this.#match(patient, firstNames(keysOf(patient)));
    this.#agenda.add(
      ...new Limits(this.#inquiry, patient).checks(),
      ...this.#ofText(patient, isMatched),
      this.#levels(patient).withoutPatient(model),
    );
    const study = yield* this.#start(
      model,
      "STUDY",
      () => studyOf(this.#inquiry, patient),
    );
    if (study === undefined) return;
    this.#agenda.add(
      ...this.#ofStudies(study, this.#match(study, keysOf(study))),
      ...this.#levels(study).checks(),
    );
  }

  #ofWorklist(step: Subject): void {
    const isMatched = this.#match(step, WORKLIST_KEYS, 5);
    this.#agenda.add(
      sequenceCheck(this.#inquiry, step),
      ...this.#ranges(step, `${STEP}StartDate`, `${STEP}StartTime`, 2, 14),
      ...new Forms(this.#inquiry, step, isMatched)
        .checks({ first: 78, later: 79 }),
    );
  }

  /** Adds the proofs of matching; returns their outcome. */
  #match(subject: Subject, keys: KeyCatalogue, later = 0): IsMatched {
    const matching = new MatchingKeys(this.#inquiry, subject, [
      ...keys.matching,
      ...keys.later,
    ]);
    this.#agenda.add(
      ...matching.checks((path) =>
        later + (keys.matching.includes(path) ? 20 : 70)
      ),
    );
    return (path: string) => matching.isMatched(path);
  }

  #levels(subject: Subject): Levels {
    return new Levels(this.#inquiry, subject, this.#negotiated, this.#agenda);
  }

  #ofText(
    subject: Subject,
    isMatched: IsMatched,
  ): Check[] {
    return [
      ...new Forms(this.#inquiry, subject, isMatched)
        .checks({ first: 28, later: 60 }),
      ...new CharsetChecks(this.#inquiry, subject, isMatched)
        .checks({ first: 42, later: 64 }),
    ];
  }

  #ofStudies(study: Subject, isMatched: IsMatched): Check[] {
    return [
      ...this.#ranges(study, "StudyDate", "StudyTime", 0, 0),
      ...new UidLists(this.#inquiry, study, isMatched).checks({
        first: 32,
        later: 63,
      }),
    ];
  }

  #ranges(
    subject: Subject,
    date: string,
    time: string,
    first: number,
    later: number,
  ): Check[] {
    return new Ranges(this.#inquiry, subject, this.#negotiated, { date, time })
      .checks({ first: 29 + first, later: 62 + later });
  }
}

/** If patients are at the top, many questions are about their names: they are proved at once. */
function firstNames(keys: KeyCatalogue): KeyCatalogue {
  const name = "PatientName";
  return {
    ...keys,
    matching: [...keys.matching, name],
    later: keys.later.filter((path) => path !== name),
  };
}

function keysOf({ model, level }: Subject): KeyCatalogue {
  return keysOfLevel(model.name, level as QueryLevel);
}

const SEQUENCE = "ScheduledProcedureStepSequence";

/** The check of a scheduled procedure step. */
function sequenceCheck(inquiry: Inquiry, subject: Subject): Check {
  const { model, base, identity } = subject;
  const help = [
    "-q",
    `${SEQUENCE}.Modality names the attribute of the item`,
  ] as const;
  return {
    section: "query",
    id: "sequence.empty",
    title: "Sequence key without an item",
    model: model.name,
    rank: 33,
    *run() {
      const plain = identity.filter((path) => !path.startsWith(SEQUENCE));
      const answer = yield* inquiry.demand({
        purpose: "A sequence key without an item",
        model,
        identifier: probeIdentifier({
          ...Object.fromEntries(plain.map((path) => [path, ""])),
          ...base,
          [SEQUENCE]: "",
        }),
        cancelAfter: 20,
      });
      if (isFailure(answer)) {
        return conclude(
          "fails",
          `refused: ${statusText(answer)}`,
          [answer],
          help,
        );
      }
      if (!isFound({ ...subject, identity: plain }, answer)) {
        return conclude("fails", "finds nothing", [answer], help);
      }
      const [match] = answer.matches;
      const element = match && elementAt(match, SEQUENCE)?.element;
      const item = isSequence(element) ? element.items[0] : undefined;
      return item === undefined || item.dataset.size === 0
        ? conclude("partly", "finds it, and returns no item", [answer], help)
        : conclude(
          "works",
          `finds it, and returns an item of ${
            quantity(item.dataset.size, "attribute")
          }`,
          [answer],
        );
    },
  };
}
