/**
 * What a mock SCP answers from: patients with studies, series and instances, and worklist items. Built from synthetic entities or
 * from any datasets: composite instances, records of a higher level (as in DICOM JSON results), worklist items. Knows no queries.
 */
import { Charset } from "../../charset/charset.ts";
import { charsetOf, stringsOf } from "../../codec/values.ts";
import type { Dataset } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { FindModel, QueryLevel } from "../../find/models.ts";
import { Entity, type Lazy, type OnDisagreement } from "./entity.ts";
import { depthOf, LEVELS, UNIQUE_KEYS } from "./levels.ts";
import { plainModelsOf } from "./plain_models.ts";
import type { Found } from "../../matching/found.ts";

const SOP_CLASS_UID: Tag = 0x00080016;
const PATIENT_NAME: Tag = 0x00100010;
const ISSUER_OF_PATIENT_ID: Tag = 0x00100021;
const PATIENT_BIRTH_DATE: Tag = 0x00100030;
const SCHEDULED_PROCEDURE_STEP_SEQUENCE: Tag = 0x00400100;

/** Something without a hierarchy: a scheduled procedure step of the worklist (PS3.4 K.6.1), a protocol, a template. */
export class Item {
  #dataset: Lazy<Dataset>;
  #charset: Charset | undefined;

  constructor(dataset: Lazy<Dataset>) {
    this.#dataset = dataset;
  }

  /** The attributes. */
  get dataset(): Dataset {
    if (typeof this.#dataset === "function") this.#dataset = this.#dataset();
    return this.#dataset;
  }

  /** The character set of `dataset`. */
  get charset(): Charset {
    return this.#charset ??= charsetOf(this.dataset, Charset.ascii);
  }

  /** The stored element of a tag. */
  find(tag: Tag): Found | undefined {
    const element = this.dataset.get(tag);
    return element &&
      { element, charset: this.charset, holder: this.dataset };
  }
}

/** Numbers for a person to read. */
export interface ArchiveCounts {
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly worklistItems: number;
  /** Protocols, templates and others that have a model of their own. */
  readonly others: number;
}

/** How to take datasets in. */
export interface ArchiveOptions {
  /** Told of each dataset that cannot be placed; `index` counts the datasets from 0. */
  readonly warn?: (text: string, index: number) => void;
  /** Called when instances disagree about an attribute of the study, series or patient that they belong to. */
  readonly onDisagreement?: OnDisagreement;
}

/** A searchable collection of entities and worklist items. Never changes once made. */
export class Archive {
  #patients: Lazy<readonly Entity[]>;
  #worklist: Lazy<readonly Item[]>;
  readonly #others: ReadonlyMap<string, readonly Item[]>;
  #indexes = new Map<QueryLevel, Map<string, Entity[]>>();

  constructor(
    patients: Lazy<readonly Entity[]>,
    worklist: Lazy<readonly Item[]> = [],
    others: ReadonlyMap<string, readonly Item[]> = new Map(),
  ) {
    this.#patients = patients;
    this.#worklist = worklist;
    this.#others = others;
  }

  /**
   * Sorts datasets into patients, studies, series and instances by their unique keys, and sets worklist items apart: datasets with
   * a Scheduled Procedure Step Sequence that are no instances. Order is kept. Of two instances with one UID the first stays.
   */
  static fromDatasets(
    datasets: Iterable<Dataset>,
    options: ArchiveOptions = {},
  ): Archive {
    const builder = new ArchiveBuilder(options);
    for (const dataset of datasets) builder.add(dataset);
    return builder.build();
  }

  /** The patients, in stored order. */
  get patients(): readonly Entity[] {
    if (typeof this.#patients === "function") this.#patients = this.#patients();
    return this.#patients;
  }

  /** The worklist items, in stored order. */
  get worklist(): readonly Item[] {
    if (typeof this.#worklist === "function") this.#worklist = this.#worklist();
    return this.#worklist;
  }

  /** What a model without levels is answered from, in stored order. */
  itemsOf({ name }: FindModel): readonly Item[] {
    return name === "worklist" ? this.worklist : this.#others.get(name) ?? [];
  }

  /** All entities of a level. */
  *entities(level: QueryLevel): Generator<Entity> {
    for (const patient of this.patients) yield* patient.descendants(level);
  }

  /** The entities with this value of the level's unique key; several only when the data is inconsistent. */
  byId(level: QueryLevel, id: string): readonly Entity[] {
    let index = this.#indexes.get(level);
    if (index === undefined) {
      index = new Map();
      for (const entity of this.entities(level)) {
        const known = index.get(entity.id);
        if (known === undefined) index.set(entity.id, [entity]);
        else known.push(entity);
      }
      this.#indexes.set(level, index);
    }
    return index.get(id) ?? [];
  }

  /** How much there is. */
  get counts(): ArchiveCounts {
    const sum = (level: QueryLevel) =>
      this.patients.reduce((total, patient) => total + patient.count(level), 0);
    return {
      patients: this.patients.length,
      studies: sum("STUDY"),
      series: sum("SERIES"),
      instances: sum("IMAGE"),
      worklistItems: this.worklist.length,
      others: new Set([...this.#others.values()].flat()).size,
    };
  }
}

/** An entity in the making. */
interface Node {
  readonly level: QueryLevel;
  readonly id: string;
  readonly children: Map<string, Node>;
  /** The record of this very entity, where there is one. */
  own: Dataset | undefined;
}

/** The first value of an attribute in the default repertoire; empty when absent. */
function valueOf(dataset: Dataset, tag: Tag): string {
  const element = dataset.get(tag);
  return element === undefined ? "" : stringsOf(element)[0] ?? "";
}

/** Takes datasets one by one, so that a caller can show progress; then builds the archive. */
export class ArchiveBuilder {
  #options: ArchiveOptions;
  #patients = new Map<string, Node>();
  #worklist: Item[] = [];
  readonly #others = new Map<string, Item[]>();
  #index = 0;

  constructor(options: ArchiveOptions = {}) {
    this.#options = options;
  }

  /** Takes one dataset; answers whether it found its place. */
  add(dataset: Dataset): boolean {
    const index = this.#index++;
    const studyUid = valueOf(dataset, UNIQUE_KEYS.STUDY);
    const seriesUid = valueOf(dataset, UNIQUE_KEYS.SERIES);
    const instanceUid = valueOf(dataset, UNIQUE_KEYS.IMAGE);
    const scheduled = dataset.has(SCHEDULED_PROCEDURE_STEP_SEQUENCE);
    if (scheduled && (seriesUid === "" || instanceUid === "")) {
      this.#worklist.push(new Item(dataset));
      return true;
    }
    const models = plainModelsOf(valueOf(dataset, SOP_CLASS_UID));
    if (models.length > 0) {
      const item = new Item(dataset);
      for (const model of models) {
        const items = this.#others.get(model);
        if (items === undefined) this.#others.set(model, [item]);
        else items.push(item);
      }
      return true;
    }
    const patientId = valueOf(dataset, UNIQUE_KEYS.PATIENT);
    const ids = [patientId, studyUid, seriesUid, instanceUid];
    let depth = ids.length - 1;
    while (depth > 0 && ids[depth] === "") depth--;
    for (let above = 1; above < depth; above++) {
      if (ids[above] === "") {
        const level = LEVELS[above]!.toLowerCase();
        this.#warn(`Dataset without ${level} instance UID left out`, index);
        return false;
      }
    }
    if (depth === 0 && patientId === "" && !dataset.has(PATIENT_NAME)) {
      this.#warn("Dataset without any identification left out", index);
      return false;
    }
    return this.#place(dataset, ids, depth, index);
  }

  /** The archive of what was added. */
  build(): Archive {
    return new Archive(
      Array.from(
        this.#patients.values(),
        (node) => entityOf(node, undefined, this.#options.onDisagreement),
      ),
      this.#worklist,
      this.#others,
    );
  }

  #place(
    dataset: Dataset,
    ids: readonly string[],
    depth: number,
    index: number,
  ): boolean {
    let nodes = this.#patients;
    let node: Node | undefined;
    for (let at = 0; at <= depth; at++) {
      const id = ids[at]!;
      const key = at === 0 ? patientKey(dataset, id) : id;
      node = nodes.get(key);
      if (node === undefined) {
        node = { level: LEVELS[at]!, id, children: new Map(), own: undefined };
        nodes.set(key, node);
      }
      nodes = node.children;
    }
    const isNew = node!.own === undefined;
    if (isNew) node!.own = dataset;
    if (!isNew) {
      const what = LEVELS[depth]!.toLowerCase();
      this.#warn(
        `Second ${what} with the same UID left out: ${ids[depth]}`,
        index,
      );
    }
    return isNew;
  }

  #warn(text: string, index: number): void {
    this.#options.warn?.(text, index);
  }
}

/** What makes two datasets belong to one patient: the ID with its issuer, or name and birth date where there is no ID. */
function patientKey(dataset: Dataset, patientId: string): string {
  return patientId !== ""
    ? `${patientId}\n${valueOf(dataset, ISSUER_OF_PATIENT_ID)}`
    : `\n${valueOf(dataset, PATIENT_NAME)}\n${
      valueOf(dataset, PATIENT_BIRTH_DATE)
    }`;
}

function entityOf(
  node: Node,
  parent: Entity | undefined,
  onDisagreement: OnDisagreement | undefined,
): Entity {
  const entity: Entity = new Entity(
    node.level,
    node.id,
    parent,
    node.own,
    depthOf(node.level) === LEVELS.length - 1 ? [] : () =>
      Array.from(
        node.children.values(),
        (child) => entityOf(child, entity, onDisagreement),
      ),
    onDisagreement,
  );
  return entity;
}
