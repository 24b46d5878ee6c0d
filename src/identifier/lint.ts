/**
 * Probable mistakes in an identifier, in one sentence each: levels and keys of the query/retrieve models (PS3.4 C.4.1),
 * the scheduled step of worklist queries (PS3.4 K.6.1.2), wildcards and dates (PS3.4 C.2.2.2). Changes nothing.
 */
import { Charset } from "../charset/charset.ts";
import {
  charsetOf,
  isEmpty,
  SPECIFIC_CHARACTER_SET,
  stringsOf,
} from "../codec/values.ts";
import { type Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import { formatTag, QUERY_RETRIEVE_LEVEL, type Tag } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { hasOnlyAscii, isUtf8 } from "./charset_choice.ts";
import { dateMistake, valueMistake } from "./value_lint.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
  type QueryLevel,
  type QueryModel,
  UNIQUE_KEYS,
} from "./levels.ts";

/** Scheduled Procedure Step Sequence. */
const SCHEDULED_STEP: Tag = 0x00400100;

/** Timezone Offset From UTC. */
const TIMEZONE_OFFSET: Tag = 0x00080201;

/** Modality, which in the worklist is that of the step. */
const MODALITY: Tag = 0x00080060;

/** Attributes that only a scheduled step has. */
const STEP_KEYS: ReadonlySet<Tag> = new Set<Tag>([
  0x00400001, // ScheduledStationAETitle
  0x00400002, // ScheduledProcedureStepStartDate
  0x00400003, // ScheduledProcedureStepStartTime
  0x00400004, // ScheduledProcedureStepEndDate
  0x00400005, // ScheduledProcedureStepEndTime
  0x00400006, // ScheduledPerformingPhysicianName
  0x00400007, // ScheduledProcedureStepDescription
  0x00400008, // ScheduledProtocolCodeSequence
  0x00400009, // ScheduledProcedureStepID
  0x00400010, // ScheduledStationName
  0x00400011, // ScheduledProcedureStepLocation
  0x00400020, // ScheduledProcedureStepStatus
]);

/** VRs that wildcards mean nothing in (PS3.4 C.2.2.2.4 lists those in which they do). */
const NO_WILDCARDS: ReadonlySet<Vr> = new Set<Vr>([
  "AS",
  "DA",
  "DS",
  "DT",
  "IS",
  "TM",
  "UI",
]);

/** The warnings for an identifier, none when nothing is wrong. */
export function lintIdentifier(
  dataset: Dataset,
  model: QueryModel,
  dictionary: Dictionary,
  isRelational = false,
): string[] {
  if (dataset.size === 0) {
    return ["The identifier has no attributes; most servers refuse it"];
  }
  const name = (tag: Tag) => dictionary.keyword(tag) ?? formatTag(tag);
  return [
    ...(model === "worklist"
      ? lintWorklist(dataset)
      : model === "other"
      ? []
      : lintLevels(dataset, model, name, isRelational)),
    ...lintValues(dataset, name),
    ...lintPlaces(dataset, model, name),
    ...lintCharset(dataset),
  ];
}

function lintWorklist(dataset: Dataset): string[] {
  const warnings: string[] = [];
  if (dataset.has(QUERY_RETRIEVE_LEVEL)) {
    warnings.push(
      "A worklist query has no QueryRetrieveLevel: leave it out, or choose the patient or study root model",
    );
  }
  const step = dataset.get(SCHEDULED_STEP);
  if (step === undefined) {
    warnings.push(
      "A worklist query without ScheduledProcedureStepSequence returns no scheduled steps from most servers",
    );
  } else if (isSequence(step) && step.items.length > 1) {
    warnings.push(
      `ScheduledProcedureStepSequence has ${step.items.length} items; a query may have only one`,
    );
  }
  return warnings;
}

function lintLevels(
  dataset: Dataset,
  model: "patient" | "study" | "psonly",
  name: (tag: Tag) => string,
  isRelational: boolean,
): string[] {
  const levels = MODEL_LEVELS[model];
  const element = dataset.get(QUERY_RETRIEVE_LEVEL);
  const levelText = element === undefined ? undefined : stringsOf(element)[0];
  if (levelText === undefined) {
    return [
      `QueryRetrieveLevel is ${
        element === undefined ? "missing" : "empty"
      }, which most servers refuse: add one of ${levels.join(", ")}`,
    ];
  }
  const level = LEVELS.find((level) => level === levelText);
  if (level === undefined || !levels.includes(level)) {
    return [
      `QueryRetrieveLevel "${levelText}" does not exist in this model, which has ${
        levels.join(", ")
      }`,
    ];
  }
  // A relational query accepts any keys at any level (PS3.4 C.4.1.2.2.1).
  if (isRelational) return [];
  return [
    ...lintUniqueKeys(dataset, level, levels, name),
    ...lintKeyLevels(dataset, model, level, name),
  ];
}

/** "The unique keys of the levels above shall be given as single values" (PS3.4 C.4.1.2.1, in our words). */
function lintUniqueKeys(
  dataset: Dataset,
  level: QueryLevel,
  levels: readonly QueryLevel[],
  name: (tag: Tag) => string,
): string[] {
  return levels.slice(0, levels.indexOf(level)).flatMap((above) => {
    const tag = UNIQUE_KEYS[above];
    const element = dataset.get(tag);
    const values = element === undefined ? [] : stringsOf(element);
    if (values.length === 1 && !/[*?]/.test(values[0]!)) return [];
    const problem = values.length > 1
      ? `has ${values.length} values`
      : values.length === 1
      ? `has the wildcard value "${values[0]}"`
      : element === undefined
      ? "is missing"
      : "is empty";
    return [
      `${
        name(tag)
      } ${problem}: a query at level ${level} needs a single value, unless the server supports relational queries`,
    ];
  });
}

/** Keys below the level are an error everywhere, those above with a value wherever queries are hierarchical (PS3.4 C.4.1.2.1). */
function lintKeyLevels(
  dataset: Dataset,
  model: QueryModel,
  level: QueryLevel,
  name: (tag: Tag) => string,
): string[] {
  const warnings: string[] = [];
  const rank = LEVELS.indexOf(level);
  for (const element of dataset.elements) {
    const own = levelOf(element.tag, model);
    if (own === undefined) continue;
    const ownRank = LEVELS.indexOf(own);
    if (ownRank > rank) {
      warnings.push(
        `${
          name(element.tag)
        } belongs to level ${own}, below the level ${level} of this query: servers ignore or refuse it`,
      );
    } else if (
      ownRank < rank && !isEmpty(element) && UNIQUE_KEYS[own] !== element.tag &&
      element.tag !== UNIQUE_KEYS.PATIENT
    ) {
      warnings.push(
        `${
          name(element.tag)
        } belongs to level ${own}, above the level ${level} of this query: only servers that support relational queries match by it`,
      );
    }
  }
  return warnings;
}

/** Values that cannot match as they are, at any depth. */
function lintValues(
  dataset: Dataset,
  name: (tag: Tag) => string,
): string[] {
  return dataset.elements.flatMap((element) =>
    isSequence(element)
      ? element.items.flatMap((item) => lintValues(item.dataset, name))
      : lintValue(element, name)
  );
}

function lintValue(element: Element, name: (tag: Tag) => string): string[] {
  const { tag, vr } = element;
  if (tag === SPECIFIC_CHARACTER_SET) return [];
  const values = stringsOf(element);
  const text = values.join("\\");
  if (tag === TIMEZONE_OFFSET && text === "") {
    return [
      "TimezoneOffsetFromUTC is empty: servers interpret it as the time zone of the query, or refuse it",
    ];
  }
  if (text === "") {
    return isEmpty(element) ? [] : [
      `${name(tag)} has a blank value, which matches everything`,
    ];
  }
  const attribute = name(tag);
  const quoted = /^(["'“”‘’«»])(.+)(["'“”‘’«»])$/su.exec(text);
  if (quoted !== null) {
    return [
      `${attribute} has quotes in its value, ${text}: the shell did not remove them, so they are matched too`,
    ];
  }
  if (vr === "UI") return lintUids(values, text, attribute);
  if (vrInfo(vr).kind === "text" && vrInfo(vr).multiple && values.length > 1) {
    return [
      `${attribute} has ${values.length} values, "${text}": only keys of VR UI match any of several values, other keys on hardly any server`,
    ];
  }
  if (NO_WILDCARDS.has(vr) && /[*?]/.test(text)) {
    return [wildcards(attribute, vr, text)];
  }
  if (vr === "DA") {
    const mistake = text === '""' ? undefined : dateMistake(text);
    if (mistake !== undefined) return [`${attribute}: ${mistake}`];
  }
  if (vr === "TM" && isReversed(text)) {
    return [`${attribute}: the range "${text}" begins after its end`];
  }
  // Levels have rules of their own.
  const mistake = tag === QUERY_RETRIEVE_LEVEL
    ? undefined
    : valueMistake(vr, values);
  return mistake === undefined ? [] : [`${attribute}: ${mistake}.`];
}

function wildcards(attribute: string, vr: Vr, text: string): string {
  return `Wildcards have no meaning in ${attribute} (VR ${vr}): "${text}" matches only itself or is refused`;
}

function lintUids(
  values: readonly string[],
  text: string,
  attribute: string,
): string[] {
  if (/[*?]/.test(text)) return [wildcards(attribute, "UI", text)];
  if (values.some((value) => /^[\d.]+([,; ]+[\d.]+)+$/.test(value))) {
    return [
      `${attribute} has a list with commas or blanks, "${text}": separate UIDs with a backslash`,
    ];
  }
  const wrong = values.find((value) =>
    !/^(\d+(\.\d+)*)?$/.test(value) || value.length > 64
  );
  return wrong === undefined ? [] : [
    `${attribute} "${wrong}" is not a UID: numbers separated by periods, at most 64 characters`,
  ];
}

/** Whether a range of times of equal precision ends before it begins. */
function isReversed(text: string): boolean {
  const [, first, last] = /^([\d.]+)-([\d.]+)$/.exec(text.trim()) ?? [];
  return first !== undefined && last !== undefined &&
    first.slice(0, last.length) > last.slice(0, first.length);
}

/** Attributes of a scheduled step belong into its sequence (PS3.4 K.6.1.2.2). */
function lintPlaces(
  dataset: Dataset,
  model: QueryModel,
  name: (tag: Tag) => string,
): string[] {
  const places = dataset.elements.map(({ tag }) => tag)
    .filter((tag) =>
      STEP_KEYS.has(tag) || (model === "worklist" && tag === MODALITY)
    );
  return places.map((tag) =>
    model === "worklist"
      ? `${
        name(tag)
      } belongs in ScheduledProcedureStepSequence: write ScheduledProcedureStepSequence.${
        name(tag)
      }`
      : `${
        name(tag)
      } belongs in ScheduledProcedureStepSequence of a worklist query (model worklist)`
  );
}

/** Text outside ASCII that nothing declares, or whose bytes are UTF-8 although a single-byte character set is declared. */
function lintCharset(dataset: Dataset): string[] {
  if (hasOnlyAscii(dataset)) return [];
  const { terms } = charsetOf(dataset, Charset.ascii);
  const remedy = isUtf8(dataset)
    ? "add SpecificCharacterSet=ISO_IR 192 for UTF-8"
    : "add their character set, such as SpecificCharacterSet=ISO_IR 100 for Latin-1";
  if (terms.every((term) => term === "" || term === "ISO 2022 IR 6")) {
    const state = dataset.has(SPECIFIC_CHARACTER_SET) ? "empty" : "missing";
    return [
      `The keys have characters outside ASCII but SpecificCharacterSet is ${state}: ${remedy}`,
    ];
  }
  const [first = ""] = terms;
  const isSingleByte = terms.length === 1 && first.startsWith("ISO_IR ") &&
    first !== "ISO_IR 192";
  return isSingleByte && isUtf8(dataset)
    ? [
      `The keys look like UTF-8 but SpecificCharacterSet is "${first}": ${remedy}`,
    ]
    : [];
}
