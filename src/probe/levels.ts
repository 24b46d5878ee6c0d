/**
 * The levels around the one that a probe starts with: the series of a study, the images of a series, its patient; what queries need
 * of the levels above, and relational queries (PS3.4 C.4.1.3.1).
 */
import type { FindModel, QueryLevel } from "../find/models.ts";
import { keysOfLevel, LEVEL_KEYS, returnKeys } from "./catalogue.ts";
import {
  type Agenda,
  type Check,
  conclude,
  concluded,
  type Conclusion,
  unknown,
} from "./check.ts";
import { RELATIONAL } from "./extended.ts";
import {
  type Inquiry,
  isFailure,
  matchesText,
  type ProbeAnswer,
  statusText,
} from "./inquiry.ts";
import { probeIdentifier, type ProbeKeys, textAt } from "./keys.ts";
import { wrongConclusion } from "./limits.ts";
import { MatchingKeys } from "./matching_keys.ts";
import type { Negotiated } from "./negotiated.ts";
import { returnFindings } from "./return_keys.ts";
import type { Probing } from "./step.ts";
import type { Subject } from "./subject.ts";
import { SubjectChecks } from "./subject_checks.ts";

const RELATIONAL_OPTION = [
  "--relational",
  "queries without the keys of the levels above",
] as const;

/** The keys with which a level is queried. */
interface Level {
  readonly model: FindModel;
  readonly level: Exclude<QueryLevel, "STUDY">;
  /** Keys of the levels above, its own level included. */
  readonly above: ProbeKeys;
  readonly rank: number;
}

/** The checks around a study. */
export class Levels extends SubjectChecks {
  readonly #negotiated: Negotiated;
  readonly #agenda: Agenda;

  constructor(
    inquiry: Inquiry,
    subject: Subject,
    negotiated: Negotiated,
    agenda: Agenda,
  ) {
    super(inquiry, subject);
    this.#negotiated = negotiated;
    this.#agenda = agenda;
  }

  /** The checks. */
  checks(): Check[] {
    const { model } = this.subject;
    const about = { section: "query" as const, model: model.name };
    const study = this.value("StudyInstanceUID");
    const checks: Check[] = [];
    if (model.levels.includes("SERIES")) {
      checks.push(
        this.#descend({
          model,
          level: "SERIES",
          above: { ...this.#patientKey(), StudyInstanceUID: study },
          rank: 15,
        }),
        {
          ...about,
          level: "SERIES",
          id: "hierarchy",
          title: "Without the study's UID",
          rank: 35,
          run: () => this.#withoutParent(),
        },
        {
          ...about,
          level: "SERIES",
          id: "relational",
          title: "Relational queries",
          rank: 50,
          run: () => this.#relational(),
        },
      );
    }
    return checks;
  }

  /** The checks of the patient of a study, in another model. */
  patientChecks(model: FindModel): Check[] {
    const id = this.value("PatientID");
    const patient = this.#descend({
      model,
      level: "PATIENT",
      above: { PatientID: id },
      rank: 18,
    });
    const without = "the study to start with has no PatientID";
    return [
      id === ""
        ? { ...patient, run: () => concluded(unknown(without)) }
        : patient,
      this.withoutPatient(model),
    ];
  }

  /** Whether studies are found without their patient, if the model has one above them. */
  withoutPatient(model: FindModel): Check {
    return {
      section: "query",
      model: model.name,
      level: "STUDY",
      id: "hierarchy",
      title: "Without PatientID",
      rank: 45,
      run: () => this.#studiesWithoutPatient(model),
    };
  }

  /** In the Patient Root model every level needs the patient (PS3.4 C.6.1). */
  #patientKey(): ProbeKeys {
    const { base: { PatientID } } = this.subject;
    return PatientID === undefined ? {} : { PatientID };
  }

  #descend(target: Level): Check {
    const { model, level, rank } = target;
    return {
      section: "query",
      id: "start",
      title: "Entity to start with",
      model: model.name,
      level,
      rank,
      run: () => this.#find(target),
    };
  }

  *#find({ model, level, above, rank }: Level): Probing<Conclusion> {
    const keys = keysOfLevel(model.name, level);
    const base = { QueryRetrieveLevel: level, ...above };
    const answer = yield* this.ask(
      `The ${level} level below what was found`,
      { ...returnKeys(keys), ...base },
      { model },
    );
    this.#agenda.findings.push(...returnFindings(model, level, keys, [answer]));
    const [key] = keys.identity;
    const entity = answer.matches.find((match) => textAt(match, key!) !== "");
    if (entity === undefined) {
      return conclude(
        "fails",
        isFailure(answer)
          ? `refused: ${statusText(answer)}`
          : "no match, though there must be one",
        [answer],
      );
    }
    const subject: Subject = {
      model,
      level,
      entity,
      identity: keys.identity,
      base: { ...base, [key!]: textAt(entity, key!) },
    };
    const paths = [...keys.matching, ...keys.later];
    this.#agenda.add(
      ...new MatchingKeys(this.inquiry, subject, paths)
        .checks((path) => rank + (keys.matching.includes(path) ? 7 : 55)),
    );
    if (level === "SERIES" && model.levels.includes("IMAGE")) {
      this.#agenda.add(
        this.#descend({
          model,
          level: "IMAGE",
          above: { ...above, SeriesInstanceUID: textAt(entity, key!) },
          rank: 40,
        }),
      );
    }
    return conclude("fact", `one of ${matchesText(answer.matches.length)}`, [
      answer,
    ]);
  }

  *#withoutParent(): Probing<Conclusion> {
    const keys = {
      QueryRetrieveLevel: "SERIES",
      SeriesInstanceUID: "",
      StudyInstanceUID: "",
    };
    return this.#lenient(
      yield* this.ask("Series without the UID of their study", keys, {
        isWrong: true,
      }),
    );
  }

  *#studiesWithoutPatient(model: FindModel): Probing<Conclusion> {
    const keys = {
      QueryRetrieveLevel: "STUDY",
      PatientID: "",
      StudyInstanceUID: "",
    };
    return this.#lenient(
      yield* this.ask("Studies without a PatientID", keys, {
        model,
        isWrong: true,
      }),
    );
  }

  /** A key of a level above is missing: the standard has an error, people would like an answer. */
  #lenient(answer: ProbeAnswer): Conclusion {
    if (isFailure(answer)) {
      const { text, evidence } = wrongConclusion(answer);
      return {
        outcome: "works",
        text: `${text}, as the standard requires`,
        evidence,
        advice: [{
          option: "--expand",
          why: "queries level by level, with the keys of those above",
        }],
      };
    }
    return answer.matches.length > 0
      ? conclude(
        "fact",
        `answered all the same, with ${matchesText(answer.matches.length)}`,
        [answer],
      )
      : conclude(
        "partly",
        "neither refused nor answered: returns no match",
        [answer],
        RELATIONAL_OPTION,
      );
  }

  *#relational(): Probing<Conclusion> {
    const { model } = this.subject;
    const id = this.subject.base["PatientID"] ??
      this.value("PatientID");
    const study = this.value("StudyInstanceUID");
    if (!this.#negotiated.isAgreed(model, RELATIONAL)) {
      return unknown("not agreed in extended negotiation, and not checked");
    }
    if (id === "") return unknown("the study to start with has no PatientID");
    const slot = yield* this.#negotiated.open(model);
    const keys = {
      QueryRetrieveLevel: "SERIES",
      StudyInstanceUID: "",
      SeriesInstanceUID: "",
    };
    const right = yield* this.ask(
      "Series of a patient, relational",
      { ...keys, PatientID: id },
      { slot },
    );
    if (isFailure(right)) {
      return conclude(
        "fails",
        `agreed, but refused: ${statusText(right)}`,
        [right],
      );
    }
    const wrong = yield* this.ask(
      "Series of nobody, relational",
      { ...keys, PatientID: this.inquiry.masking.madeUp("FINDSCU-NONE") },
      { slot },
    );
    const finds =
      right.matches.some((match) =>
        textAt(match, "StudyInstanceUID") === study
      ) || (right.matches.length > 0 && right.afterCancel !== undefined);
    const isSelective = wrong.matches.length === 0;
    return finds && isSelective
      ? conclude(
        "works",
        "the series of a patient are found without the UIDs of studies",
        [right, wrong],
        RELATIONAL_OPTION,
      )
      : conclude(
        "fails",
        finds
          ? "agreed, but the keys of levels above are ignored"
          : right.matches.length > 0
          ? "agreed, but returns series of other patients"
          : "agreed, but nothing is found",
        [right, wrong],
      );
  }
}

/** One question to a model that is not looked at closely: is it answered at all? */
export function otherModelCheck(inquiry: Inquiry, model: FindModel): Check {
  const keys: ProbeKeys = model.levels.length > 0
    ? {
      QueryRetrieveLevel: model.levels[0]!,
      [LEVEL_KEYS[model.levels[0]!].identity[0]!]: "",
    }
    : { SOPInstanceUID: "" };
  return {
    section: "query",
    id: "answers",
    title: `Answers ${model.title}`,
    model: model.name,
    rank: 65,
    *run() {
      const answer = yield* inquiry.demand({
        purpose: "Is the model answered?",
        model,
        identifier: probeIdentifier(keys),
        cancelAfter: 5,
      });
      const text = `${matchesText(answer.matches.length)}, ${
        statusText(answer)
      }`;
      return conclude(isFailure(answer) ? "fails" : "works", text, [answer]);
    },
  };
}
