/**
 * The data of a mock SCP: patients with studies, series and instances, and worklist items. Built from synthetic entities
 * or from any datasets: composite instances, records of a higher level (as in DICOM JSON results), worklist items. Does not depend
 * on queries.
 */
import { Charset } from "../../charset/charset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import {
  FIND_MODELS,
  type FindModel,
  type QueryLevel,
} from "../../find/models.ts";
import type { Attribute, Condition } from "../../matching/attribute.ts";
import {
  attributeIn,
  type DescribingRecord,
  type Entity,
  type EntitySource,
  type Shortlist,
} from "./entity.ts";
import { type Lazy, MadeEntities } from "./made_entities.ts";
import type { OnDisagreement } from "./hierarchy.ts";
import { HierarchyBuilder, recordValue } from "./hierarchy_builder.ts";
import { LEVELS, UNIQUE_KEYS } from "./levels.ts";
import { Records } from "./records.ts";
import { StoredEntities } from "./stored_entities.ts";

const SOP_CLASS_UID: Tag = 0x00080016;
const PATIENT_NAME: Tag = 0x00100010;
const SCHEDULED_PROCEDURE_STEP_SEQUENCE: Tag = 0x00400100;

/** Something without a hierarchy: a scheduled procedure step of the worklist (PS3.4 K.6.1), a protocol, a template. */
export class ArchiveItem {
  readonly #record: DescribingRecord;

  constructor(record: DescribingRecord) {
    this.#record = record;
  }

  /** The attributes. */
  get dataset(): Dataset {
    return this.#record.dataset;
  }

  /** The character set that they are in. */
  get charset(): Charset {
    return this.#record.charset;
  }

  /** The stored element of a tag. */
  find(tag: Tag): Attribute | undefined {
    return attributeIn(this.#record, tag);
  }
}

/** Numbers for a person to read. */
export interface ArchiveCounts {
  /** Patients. */
  readonly patients: number;
  /** Studies. */
  readonly studies: number;
  /** Series. */
  readonly series: number;
  /** Instances. */
  readonly instances: number;
  /** Scheduled procedure steps. */
  readonly worklistItems: number;
  /** Protocols, templates and others that have a model of their own. */
  readonly others: number;
}

/** How to add datasets. */
export interface ArchiveOptions {
  /** Told of each dataset that cannot be placed; `index` counts the datasets from 0. */
  readonly warn?: (text: string, index: number) => void;
  /**
   * Called when instances disagree about an attribute of the study, series or patient that they belong to.
   * @internal
   */
  readonly onDisagreement?: OnDisagreement;
}

/** A searchable collection of entities and worklist items. Never changes once made. */
export class Archive {
  readonly #source: EntitySource;
  #worklist: Lazy<readonly ArchiveItem[]>;
  readonly #others: ReadonlyMap<string, readonly ArchiveItem[]>;

  /** @internal An archive is made by `fromDatasets`. */
  constructor(
    source: EntitySource = new MadeEntities([]),
    worklist: Lazy<readonly ArchiveItem[]> = [],
    others: ReadonlyMap<string, readonly ArchiveItem[]> = new Map(),
  ) {
    this.#source = source;
    this.#worklist = worklist;
    this.#others = others;
  }

  /**
   * Sorts datasets into patients, studies, series and instances by their unique keys, and sets worklist items apart: datasets with
   * a Scheduled Procedure Step Sequence that are not instances. Order is kept. Of two instances with one UID the first stays.
   */
  static fromDatasets(
    datasets: Iterable<Dataset>,
    options: ArchiveOptions = {},
  ): Archive {
    const builder = new ArchiveBuilder(options);
    for (const dataset of datasets) builder.add(dataset);
    return builder.build();
  }

  /**
   * The patients, in stored order.
   * @internal
   */
  get patients(): readonly Entity[] {
    return [...this.entities("PATIENT")];
  }

  /**
   * The worklist items, in stored order.
   * @internal
   */
  get worklist(): readonly ArchiveItem[] {
    if (typeof this.#worklist === "function") this.#worklist = this.#worklist();
    return this.#worklist;
  }

  /**
   * The entities of a model without levels, in stored order.
   * @internal
   */
  itemsOf({ name }: FindModel): readonly ArchiveItem[] {
    return name === "worklist" ? this.worklist : this.#others.get(name) ?? [];
  }

  /**
   * All entities of a level.
   * @internal
   */
  entities(level: QueryLevel): Iterable<Entity> {
    return this.#source.entities(level);
  }

  /**
   * The entities with this value of the level's unique key; several only when the data is inconsistent.
   * @internal
   */
  byId(level: QueryLevel, id: string): readonly Entity[] {
    return this.#source.byId(level, id);
  }

  /**
   * The entities that an index leaves to try, see `EntitySource`.
   * @internal
   */
  candidates(
    level: QueryLevel,
    conditions: readonly Condition[],
  ): Shortlist | undefined {
    return this.#source.candidates(level, conditions);
  }

  /** How much there is. */
  get counts(): ArchiveCounts {
    const count = (level: QueryLevel) => this.#source.count(level);
    return {
      patients: count("PATIENT"),
      studies: count("STUDY"),
      series: count("SERIES"),
      instances: count("IMAGE"),
      worklistItems: this.worklist.length,
      others: new Set([...this.#others.values()].flat()).size,
    };
  }
}

/** Takes datasets one by one, so that a caller can show progress; then builds the archive. */
export class ArchiveBuilder {
  #options: ArchiveOptions;
  readonly #records = new Records();
  readonly #hierarchy = new HierarchyBuilder(this.#records);
  readonly #worklist: ArchiveItem[] = [];
  readonly #others = new Map<string, ArchiveItem[]>();
  #index = 0;

  constructor(options: ArchiveOptions = {}) {
    this.#options = options;
  }

  /** Adds one dataset; returns whether it found its place. */
  add(dataset: Dataset): boolean {
    const index = this.#index++;
    const studyUid = recordValue(dataset, UNIQUE_KEYS.STUDY);
    const seriesUid = recordValue(dataset, UNIQUE_KEYS.SERIES);
    const instanceUid = recordValue(dataset, UNIQUE_KEYS.IMAGE);
    const scheduled = dataset.has(SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    if (scheduled && (seriesUid === "" || instanceUid === "")) {
      this.#worklist.push(this.#item(dataset));
      return true;
    }
    const models = plainModelsOf(recordValue(dataset, SOP_CLASS_UID));
    if (models.length > 0) {
      const item = this.#item(dataset);
      for (const model of models) {
        const items = this.#others.get(model);
        if (items === undefined) this.#others.set(model, [item]);
        else items.push(item);
      }
      return true;
    }
    const charset = charsetOf(dataset, Charset.ascii);
    const patientId = recordValue(dataset, UNIQUE_KEYS.PATIENT, charset);
    const ids = [patientId, studyUid, seriesUid, instanceUid];
    let depth = ids.length - 1;
    while (depth > 0 && ids[depth] === "") depth--;
    for (let above = 1; above < depth; above++) {
      if (ids[above] === "") {
        const level = LEVELS[above]!.toLowerCase();
        this.#warn(`Dataset without ${level} instance UID ignored`, index);
        return false;
      }
    }
    if (depth === 0 && patientId === "" && !dataset.has(PATIENT_NAME)) {
      this.#warn("Dataset without any identifying attribute left out", index);
      return false;
    }
    if (this.#hierarchy.place(dataset, ids.slice(0, depth + 1))) return true;
    const what = LEVELS[depth]!.toLowerCase();
    this.#warn(
      `Second ${what} with the same UID left out: ${ids[depth]}`,
      index,
    );
    return false;
  }

  #item(dataset: Dataset): ArchiveItem {
    return new ArchiveItem(this.#records.view(this.#records.add(dataset)));
  }

  /** The archive of the added datasets. */
  build(): Archive {
    const { hierarchy, indexes } = this.#hierarchy.build(
      this.#options.onDisagreement,
    );
    return new Archive(
      new StoredEntities(hierarchy, indexes),
      this.#worklist,
      this.#others,
    );
  }

  #warn(text: string, index: number): void {
    this.#options.warn?.(text, index);
  }
}

/** Storage and instance SOP classes by the name of the model that finds them. A dataset may also name the model's own SOP class. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  "ups-pull": ["1.2.840.10008.5.1.4.34.6.1"], // UPS Push: the class of every procedure step
  "ups-watch": ["1.2.840.10008.5.1.4.34.6.1"],
  "ups-query": ["1.2.840.10008.5.1.4.34.6.1"],
  "hanging-protocol": ["1.2.840.10008.5.1.4.38.1"],
  "color-palette": ["1.2.840.10008.5.1.4.39.1"],
  "implant": ["1.2.840.10008.5.1.4.43.1"],
  "implant-assembly": ["1.2.840.10008.5.1.4.44.1"],
  "implant-group": ["1.2.840.10008.5.1.4.45.1"],
  "protocol": [
    "1.2.840.10008.5.1.4.1.1.200.1", // CT Defined Procedure Protocol Storage
    "1.2.840.10008.5.1.4.1.1.200.7", // XA Defined Procedure Protocol Storage
  ],
  "protocol-approval": ["1.2.840.10008.5.1.4.1.1.200.3"],
  "inventory": ["1.2.840.10008.5.1.4.1.1.201.1"],
};

const MODELS_BY_CLASS = new Map<string, string[]>();
for (const { name, uid, levels } of FIND_MODELS) {
  if (levels.length > 0 || name === "worklist") continue;
  for (const sopClass of [uid, ...CLASSES[name] ?? []]) {
    const modelNames = MODELS_BY_CLASS.get(sopClass);
    if (modelNames === undefined) MODELS_BY_CLASS.set(sopClass, [name]);
    else modelNames.push(name);
  }
}

/**
 * Names of the models without levels, other than the worklist, that find instances of a SOP class; none for composite instances.
 */
function plainModelsOf(sopClassUid: string): readonly string[] {
  return MODELS_BY_CLASS.get(sopClassUid) ?? [];
}
