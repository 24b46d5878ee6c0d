/**
 * The level of a query in form `address`: given by name, by a key, or by the keys that it has; and whether that level can be
 * queried hierarchically with them (PS3.4 C.4.1.3.1.1). Does not depend on options or network, but names the options that help.
 */
import { stringsOf, textElement } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { formatTag, QUERY_RETRIEVE_LEVEL, type Tag } from "../dataset/tag.ts";
import type { Dictionary } from "../dictionary/dictionary.ts";
import { advise, UsageError } from "../errors.ts";
import {
  levelOf,
  LEVELS,
  MODEL_LEVELS,
  type QueryLevel,
  type QueryModel,
  UNIQUE_KEYS,
} from "./levels.ts";

/** Facts about the level besides the keys. */
export interface LevelChoice {
  readonly model: QueryModel;
  /** The level that was requested by name. */
  readonly level?: QueryLevel | undefined;
  /** The level that matches are to be followed down to. */
  readonly expand?: QueryLevel | undefined;
  /** Keys of any level go together. */
  readonly relational?: boolean;
  readonly dictionary: Dictionary;
}

/** Modality: often meant for studies, of which it is not an attribute. */
const MODALITY: Tag = 0x00080060;

/**
 * Sets QueryRetrieveLevel if keys did not: the level that was requested by name; with `expand` the top of the model; else the
 * lowest level of the keys. Lower-case words become the defined terms. Throws `UsageError` when levels contradict one another, and
 * when a level that no key named needs a unique key that is not there.
 */
export function settleLevel(dataset: Dataset, choice: LevelChoice): void {
  const { model, expand, dictionary, relational = false } = choice;
  if (model === "worklist" || model === "other") {
    const chosenLevel = expand ?? choice.level;
    if (chosenLevel === undefined) return;
    throw new UsageError(
      `Level ${word(chosenLevel)} needs a model with levels, which ${
        model === "worklist" ? "the worklist" : "this one"
      } does not have`,
      {
        hint: advise(
          "Query the study root or the patient root",
          "level-model",
        ),
      },
    );
  }
  const levels = MODEL_LEVELS[model];
  const levelText = typedLevel(dataset);
  const chosenLevel = [choice.level, expand].find((level) =>
    level !== undefined && !levels.includes(level)
  );
  if (chosenLevel !== undefined) {
    throw new UsageError(
      `This model has no level ${chosenLevel}, only ${levels.join(", ")}`,
      {
        hint: levels.includes("SERIES")
          ? advise("Use the patient root for patients", "patient-root")
          : advise("Use the study root for series and images", "study-root"),
      },
    );
  }
  if (
    choice.level !== undefined && levelText !== undefined &&
    levelText !== choice.level
  ) {
    throw new UsageError(
      `Level ${word(choice.level)} and QueryRetrieveLevel=${
        levelText || '""'
      } contradict each other`,
      { hint: "Leave one of them out" },
    );
  }
  const lowest = lowestKey(dataset, model);
  const level = choice.level ??
    (levelText !== undefined
      ? LEVELS.find((candidate) => candidate === levelText)
      : expand !== undefined
      ? levels[0]
      : lowest?.level ?? inferredLevel(model)) as QueryLevel | undefined;
  if (level === undefined) return;
  dataset.set(textElement(QUERY_RETRIEVE_LEVEL, "CS", level));
  if (expand !== undefined) {
    checkExpansion(level, expand, lowest, dictionary);
    if (levels.indexOf(level) === 0 || relational) return;
  }
  const isMeant = choice.level !== undefined || lowest !== undefined;
  if (levelText !== undefined || relational || !isMeant) return;
  const missingLevels = levels.slice(0, levels.indexOf(level)).filter((above) =>
    !isSingle(dataset, UNIQUE_KEYS[above])
  );
  if (missingLevels.length === 0) return;
  throw missingKeys(dataset, missingLevels, level, {
    ...choice.level === undefined && lowest && { cause: lowest.tag },
    dictionary,
  });
}

/** The value of QueryRetrieveLevel as the defined term that was meant; undefined if there is no such key. */
function typedLevel(dataset: Dataset): string | undefined {
  const element = dataset.get(QUERY_RETRIEVE_LEVEL);
  return element && (stringsOf(element)[0] ?? "").trim().toUpperCase();
}

/**
 * The level that is meant if no key belongs to one: PATIENT in the patient root model, STUDY in the other query/retrieve models.
 */
function inferredLevel(model: QueryModel): QueryLevel | undefined {
  switch (model) {
    case "patient":
      return "PATIENT";
    case "study":
    case "psonly":
      return "STUDY";
    case "worklist":
    case "other":
      return undefined;
  }
}

/** A key and the level that it belongs to. */
interface LeveledKey {
  readonly tag: Tag;
  readonly level: QueryLevel;
}

/** The first key of the lowest level among the keys, as far as the model has that level; undefined when no key belongs to one. */
function lowestKey(
  dataset: Dataset,
  model: "patient" | "study" | "psonly",
): LeveledKey | undefined {
  let lowest: LeveledKey | undefined;
  for (const { tag } of dataset) {
    const level = levelOf(tag, model);
    if (level === undefined || !MODEL_LEVELS[model].includes(level)) continue;
    if (
      lowest === undefined ||
      LEVELS.indexOf(level) > LEVELS.indexOf(lowest.level)
    ) lowest = { tag, level };
  }
  return lowest;
}

function checkExpansion(
  top: QueryLevel,
  expand: QueryLevel,
  lowest: LeveledKey | undefined,
  dictionary: Dictionary,
): void {
  if (LEVELS.indexOf(expand) <= LEVELS.indexOf(top)) {
    throw new UsageError(
      `Level ${
        word(expand)
      }, to expand to, is not below the level of the query: ${top}`,
      { hint: "Give a level below that of the query" },
    );
  }
  if (
    lowest !== undefined &&
    LEVELS.indexOf(lowest.level) > LEVELS.indexOf(expand)
  ) {
    throw new UsageError(
      `${
        nameOf(lowest.tag, dictionary)
      } belongs to level ${lowest.level}, below level ${
        word(expand)
      }, to expand to`,
      {
        hint: advise(
          `Expand to level ${word(lowest.level)}, or leave the key out`,
          "expand",
          word(lowest.level),
        ),
      },
    );
  }
}

/** Whether an attribute has one value, without wildcards. */
function isSingle(dataset: Dataset, tag: Tag): boolean {
  const element = dataset.get(tag);
  const values = element === undefined ? [] : stringsOf(element);
  return values.length === 1 && !/[*?]/.test(values[0]!);
}

function missingKeys(
  dataset: Dataset,
  missingLevels: readonly QueryLevel[],
  level: QueryLevel,
  { cause, dictionary }: {
    readonly cause?: Tag;
    readonly dictionary: Dictionary;
  },
): UsageError {
  const mistakes = missingLevels.map((above) => {
    const tag = UNIQUE_KEYS[above];
    const element = dataset.get(tag);
    const values = element === undefined ? [] : stringsOf(element);
    const problem = element === undefined
      ? "is missing"
      : values.length === 0
      ? "is empty"
      : values.length > 1
      ? `has ${values.length} values`
      : `has the wildcard value "${values[0]}"`;
    return `${nameOf(tag, dictionary)} ${problem}`;
  });
  const query = cause === undefined
    ? `a query at level ${level} needs`
    : `${
      nameOf(cause, dictionary)
    } makes this a query at level ${level}, which needs`;
  const parents = missingLevels[0] === "PATIENT" ? "patients" : "studies";
  const studies = cause === MODALITY
    ? ", or ModalitiesInStudy for studies instead of their series"
    : "";
  return new UsageError(
    `${mistakes.join(" and ")}: ${query} one value of ${
      missingLevels.length === 1 ? "it" : "each"
    }`,
    {
      hint: advise(
        `Query ${parents} first and then the levels below, or relationally if the peer supports it${studies}`,
        "expand-or-relational",
        word(level),
        parents,
        studies,
      ),
    },
  );
}

function word(level: QueryLevel): string {
  return level.toLowerCase();
}

function nameOf(tag: Tag, dictionary: Dictionary): string {
  return dictionary.keyword(tag) ?? formatTag(tag);
}
