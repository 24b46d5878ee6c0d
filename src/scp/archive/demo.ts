/**
 * The built-in demonstration archive: synthetic patients in many scripts with studies, series, instances and worklist items. The
 * same on every run. Entities are generated from the tables of `demo_data.ts` when somebody looks at them.
 */
import { Charset } from "../../charset/charset.ts";
import {
  emptyElement,
  numberElement,
  rawElement,
  SPECIFIC_CHARACTER_SET,
  textElement,
} from "../../codec/values.ts";
import { Dataset, type Element, sequence } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import { type Vr, vrInfo } from "../../dataset/vr.ts";
import { Archive, ArchiveItem } from "./archive.ts";
import {
  DEMO_GROUPS,
  DEMO_PROCEDURES,
  DEMO_SOP_CLASSES,
  type DemoGroup,
  type DemoProcedure,
} from "./demo_data.ts";
import { DEMO_ENCODED } from "./demo_encoded.ts";
import type { Entity } from "./entity.ts";
import { MadeEntities, MadeEntity, MadeRecord } from "./made_entities.ts";

/** Root of all UIDs here: the arc for UUIDs (PS3.5 B.2) with digits that no UUID generator made. */
export const DEMO_UID_ROOT = "2.25.2718281828459045235360287";

const WORKLIST_SIZE = 48;
/** The days round which the worklist is planned. */
const WORKLIST_YEAR_AND_MONTH = "202601";

/** One patient of the tables. */
interface Person {
  /** Counts from 1. */
  readonly number: number;
  readonly name: string;
  readonly sex: string;
  readonly group: DemoGroup;
}

/** A row of a dataset: tag, VR, value. */
type Row = readonly [tag: Tag, vr: Vr, value: string];

/** Numbers without pattern, the same for the same seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0;
  }

  /** A whole number from `low` to `high`, both included. */
  roll(low: number, high: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const unit = ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
    return low + Math.floor(unit * (high - low + 1));
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.roll(0, choices.length - 1)]!;
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function uid(patient: number, study = 0, series = 0, instance = 0): string {
  return DEMO_UID_ROOT + pad(patient, 3) + pad(study, 2) + pad(series, 2) +
    pad(instance, 4);
}

function patientId(person: Person): string {
  return `DEMO-${pad(person.number, 4)}`;
}

/** The hex of the texts that are already encoded, by character set and text with a tab between. */
const ENCODED: ReadonlyMap<string, string> = new Map(
  DEMO_ENCODED.trim().split("\n").map((line) => {
    const at = line.lastIndexOf("\t");
    return [line.slice(0, at), line.slice(at + 1)];
  }),
);

/** Bytes in hex as text with one character per byte. */
function bytewise(hex: string): string {
  return hex.replace(
    /../g,
    (pair) => String.fromCharCode(Number.parseInt(pair, 16)),
  );
}

/** Text that is the same in all character sets here. */
const ASCII = /^[ -}]*$/;

/** Elements of rows, their text in the group's character set. */
function elements(group: DemoGroup, rows: readonly Row[]): Element[] {
  return rows.map(([tag, vr, value]) => {
    if (value === "") return emptyElement(tag, vr);
    if (!vrInfo(vr).charset || ASCII.test(value)) {
      return rawElement(tag, vr, value);
    }
    const hex = ENCODED.get(`${group.charset}\t${value}`);
    return hex === undefined
      ? textElement(tag, vr, value, Charset.of(group.charset.split("\\")))
      : rawElement(tag, vr, bytewise(hex));
  });
}

function record(
  group: DemoGroup,
  rows: readonly Row[],
  ...others: Element[]
): Dataset {
  const dataset = Dataset.of(...elements(group, rows), ...others);
  if (group.charset !== "") {
    dataset.set(rawElement(SPECIFIC_CHARACTER_SET, "CS", group.charset));
  }
  return dataset;
}

function date(dice: Dice, firstYear: number, lastYear: number): string {
  return pad(dice.roll(firstYear, lastYear), 4) + pad(dice.roll(1, 12), 2) +
    pad(dice.roll(1, 28), 2);
}

function time(dice: Dice): string {
  return pad(dice.roll(7, 18), 2) + pad(dice.roll(0, 59), 2) +
    pad(dice.roll(0, 59), 2);
}

/** A time some minutes later on the same day; every other one has a fraction of a second. */
function later(start: string, minutes: number): string {
  const total = Number(start.slice(0, 2)) * 60 + Number(start.slice(2, 4)) +
    minutes;
  const shifted = pad(Math.min(23, Math.floor(total / 60)), 2) +
    pad(total % 60, 2) + start.slice(4, 6);
  return minutes % 2 === 1 ? `${shifted}.250000` : shifted;
}

function people(): Person[] {
  const all: Person[] = [];
  for (const group of DEMO_GROUPS) {
    for (const line of group.people) {
      const at = line.lastIndexOf("/");
      const name = line.slice(0, at);
      const sex = line.slice(at + 1);
      all.push({ number: all.length + 1, name, sex, group });
    }
  }
  return all;
}

function birthDate(person: Person): string {
  return date(new Dice(person.number), 1925, 2015);
}

function patientRows(person: Person): Row[] {
  const twin = person.number % 4 === 0;
  return [
    [0x00100010, "PN", person.name],
    [0x00100020, "LO", patientId(person)],
    [0x00100021, "LO", "DEMO"],
    // Some birth dates are unknown, as they are in real archives.
    [0x00100030, "DA", person.number % 17 === 0 ? "" : birthDate(person)],
    [0x00100040, "CS", person.sex],
    [0x00101000, "LO", twin ? `OLD-${pad(person.number, 4)}\\ARCHIVE` : ""],
    [0x00102160, "SH", ""],
    [0x00104000, "LT", "Synthetic data, no real person"],
  ];
}

function patientEntity(person: Person): MadeEntity {
  const patient: MadeEntity = new MadeEntity(
    "PATIENT",
    patientId(person),
    undefined,
    () => record(person.group, patientRows(person)),
    () => studies(person, patient),
  );
  return patient;
}

/** A study in the making: the facts that its series and instances need. */
interface Study {
  readonly person: Person;
  readonly number: number;
  readonly procedure: DemoProcedure;
  readonly date: string;
  readonly time: string;
  readonly instances: readonly number[];
}

function studies(person: Person, patient: Entity): MadeEntity[] {
  const dice = new Dice(1000 + person.number);
  const count = dice.roll(2, 6);
  return Array.from({ length: count }, (_, index) => {
    const procedure = DEMO_PROCEDURES[
      (person.number * 7 + index * 4) % DEMO_PROCEDURES.length
    ]!;
    const study: Study = {
      person,
      number: index + 1,
      procedure,
      date: date(dice, 1998, 2025),
      time: time(dice),
      instances: procedure.series.map((line) =>
        dice.roll(1, Number(line.slice(line.lastIndexOf("/") + 1)))
      ),
    };
    return studyEntity(study, patient);
  });
}

function accessionNumber(study: Study): string {
  return `A${pad(study.person.number, 4)}${pad(study.number, 2)}`;
}

function studyDescription(study: Study): string {
  return study.number === 1
    ? study.person.group.description
    : study.procedure.description;
}

function studyEntity(study: Study, patient: Entity): MadeEntity {
  const { person, number } = study;
  const dice = new Dice(person.number * 100 + number);
  const id = uid(person.number, number);
  const entity: MadeEntity = new MadeEntity("STUDY", id, patient, () =>
    record(
      person.group,
      [
        [0x00080020, "DA", study.date],
        [0x00080030, "TM", study.time],
        [0x00080050, "SH", accessionNumber(study)],
        [0x00080090, "PN", person.group.physicians[0]],
        [0x00081030, "LO", studyDescription(study)],
        [0x00081060, "PN", number % 3 === 0 ? "" : person.group.physicians[1]],
        [0x00081080, "LO", ""],
        [0x00101010, "AS", age(person, study)],
        [0x00101030, "DS", number % 2 === 0 ? `${dice.roll(45, 99)}.5` : ""],
        [0x0020000d, "UI", id],
        [0x00200010, "SH", String(number)],
      ],
      sequence(0x00081032, [codeItem(study.procedure)]),
    ), () => seriesOf(study, entity));
  return entity;
}

function age(person: Person, study: Study): string {
  const years = Number(study.date.slice(0, 4)) -
    Number(birthDate(person).slice(0, 4));
  return years < 0 ? "" : `${pad(years, 3)}Y`;
}

/** A coded procedure, with a private coding scheme (PS3.3 8.8). */
function codeItem(procedure: DemoProcedure): Dataset {
  const number = DEMO_PROCEDURES.indexOf(procedure) + 1;
  return Dataset.of(
    rawElement(0x00080100, "SH", `DEMO${pad(number, 3)}`),
    rawElement(0x00080102, "SH", "99DEMO"),
    rawElement(0x00080104, "LO", procedure.description),
  );
}

function seriesOf(study: Study, parent: Entity): MadeEntity[] {
  return study.procedure.series.map((line, index) => {
    const [modality, description] = line.split("/") as [string, string];
    return seriesEntity(study, parent, index, modality, description);
  });
}

function seriesEntity(
  study: Study,
  parent: Entity,
  index: number,
  modality: string,
  description: string,
): MadeEntity {
  const { person, procedure } = study;
  const { group } = person;
  const id = uid(person.number, study.number, index + 1);
  const start = later(study.time, index * 5);
  const entity: MadeEntity = new MadeEntity("SERIES", id, parent, () =>
    record(
      group,
      [
        [0x00080021, "DA", study.date],
        [0x00080031, "TM", start],
        [0x00080060, "CS", modality],
        [0x00080070, "LO", "Synthetic Imaging"],
        [0x00080080, "LO", group.institution],
        [0x00081010, "SH", `${modality}-${1 + person.number % 3}`],
        [0x0008103e, "LO", description],
        [0x00081050, "PN", group.physicians[1]],
        [0x00081090, "LO", `Phantom ${modality}`],
        [0x00180015, "CS", procedure.bodyPart],
        [0x00181030, "LO", procedure.description],
        [0x0020000e, "UI", id],
        [0x00200011, "IS", String(index + 1)],
        [0x00400244, "DA", study.date],
        [0x00400245, "TM", start],
        [0x00400253, "SH", `P${accessionNumber(study)}`],
      ],
      sequence(0x00400275, [
        Dataset.of(
          ...elements(group, [
            [0x00321060, "LO", studyDescription(study)],
            [0x00400007, "LO", description],
            [0x00400009, "SH", `S${accessionNumber(study)}`],
            [0x00401001, "SH", `R${accessionNumber(study)}`],
          ]),
        ),
      ]),
    ), () => instancesOf(study, entity, index, modality));
  return entity;
}

/** Modalities whose instances have no pixels. */
const WITHOUT_PIXELS = new Set([
  "ECG",
  "KO",
  "PR",
  "RTPLAN",
  "RTSTRUCT",
  "SR",
]);

function instancesOf(
  study: Study,
  parent: Entity,
  index: number,
  modality: string,
): MadeEntity[] {
  const { person } = study;
  return Array.from({ length: study.instances[index]! }, (_, at) => {
    const number = at + 1;
    const id = uid(person.number, study.number, index + 1, number);
    const suffix = DEMO_SOP_CLASSES[modality]!;
    return new MadeEntity("IMAGE", id, parent, () => {
      const dataset = record(person.group, [
        [0x00080008, "CS", "ORIGINAL\\PRIMARY\\OTHER"],
        [0x00080016, "UI", `1.2.840.10008.5.1.4.1.1.${suffix}`],
        [0x00080018, "UI", id],
        [0x00080023, "DA", study.date],
        [0x00080033, "TM", later(study.time, index * 5 + at)],
        [0x00200013, "IS", String(number)],
      ]);
      if (!WITHOUT_PIXELS.has(modality)) {
        dataset.set(numberElement(0x00280010, "US", [512]));
        dataset.set(numberElement(0x00280011, "US", [512]));
        dataset.set(rawElement(0x00280008, "IS", "1"));
      }
      return dataset;
    });
  });
}

/** A worklist item: one scheduled procedure step with all attributes of PS3.4 Table K.6-1. */
function worklistItem(everybody: readonly Person[], index: number): Dataset {
  const dice = new Dice(9000 + index);
  const person = everybody[(index * 11) % everybody.length]!;
  const { group } = person;
  const procedure = DEMO_PROCEDURES[index % DEMO_PROCEDURES.length]!;
  const modality = procedure.series[0]!.split("/")[0]!;
  const number = pad(index + 1, 4);
  const studyUid = uid(900 + Math.floor(index / 99), index % 99 + 1);
  const day = WORKLIST_YEAR_AND_MONTH + pad(5 + Math.floor(index / 10), 2);
  const step = Dataset.of(
    ...elements(group, [
      [0x00080060, "CS", modality],
      [0x00321070, "LO", index % 3 === 0 ? "Iodine 300 mg/ml" : ""],
      [0x00400001, "AE", `${modality}_ROOM_${1 + index % 2}`],
      [0x00400002, "DA", day],
      [0x00400003, "TM", time(dice)],
      [0x00400006, "PN", group.physicians[1]],
      [0x00400007, "LO", procedure.description],
      [0x00400009, "SH", `SPS${number}`],
      [0x00400010, "SH", `${modality}-${1 + index % 2}`],
      [0x00400011, "SH", `Room ${1 + index % 5}`],
      [0x00400012, "LO", ""],
      [0x00400020, "CS", index % 4 === 0 ? "ARRIVED" : "SCHEDULED"],
    ]),
    sequence(0x00400008, [codeItem(procedure)]),
  );
  return record(
    group,
    [
      ...patientRows(person),
      [0x00080050, "SH", `W${number}`],
      [0x00080090, "PN", group.physicians[0]],
      [0x00101030, "DS", String(dice.roll(45, 99))],
      [0x00102000, "LO", index % 6 === 0 ? "Pacemaker" : ""],
      [0x00102110, "LO", index % 5 === 0 ? "Contrast agent" : ""],
      [0x0020000d, "UI", studyUid],
      [0x00321032, "PN", group.physicians[0]],
      [0x00321033, "LO", group.institution],
      [0x00321060, "LO", group.description],
      [0x00380010, "LO", `ADM${number}`],
      [0x00380050, "LO", ""],
      [0x00380300, "LO", `Ward ${1 + index % 7}`],
      [0x00380500, "LO", ""],
      [0x00401001, "SH", `RP${number}`],
      [0x00401003, "SH", index % 8 === 0 ? "STAT" : "ROUTINE"],
      [0x00401004, "LO", dice.pick(["WALKING", "WHEELCHAIR", "BED"])],
      [0x00403001, "LO", "Demonstration only"],
    ],
    numberElement(0x001021c0, "US", [4]),
    sequence(0x00081110, []),
    sequence(0x00081120, []),
    sequence(0x00321064, [codeItem(procedure)]),
    sequence(0x00400100, [step]),
  );
}

/** The demonstration archive. Cheap to make: its contents are generated on demand. */
export function demoArchive(): Archive {
  const everybody = people();
  return new Archive(
    new MadeEntities(() => everybody.map(patientEntity)),
    () =>
      Array.from(
        { length: WORKLIST_SIZE },
        (_, index) =>
          new ArchiveItem(new MadeRecord(() => worklistItem(everybody, index))),
      ),
  );
}
