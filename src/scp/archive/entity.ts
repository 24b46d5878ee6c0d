/**
 * One patient, study, series or instance of an archive. Datasets and children may be given as functions, which are called when
 * somebody looks: a large synthetic archive costs nothing until it is asked. Knows no queries.
 */
import { Charset } from "../../charset/charset.ts";
import { charsetOf, isEmpty, stringsOf } from "../../codec/values.ts";
import { Dataset, type Element, plainValue } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { QueryLevel } from "../../find/models.ts";
import { depthOf, levelOf, LEVELS } from "./levels.ts";
import type { Found } from "../../matching/found.ts";

/** A value, or how to get it once. */
export type Lazy<T> = T | (() => T);

/** InstanceNumber (0020,0013). */
const INSTANCE_NUMBER: Tag = 0x00200013;

/** Called when the instances of an entity have different values in an attribute of it. */
export type OnDisagreement = (entity: Entity, tag: Tag) => void;

/** One node of the Query/Retrieve hierarchy (PS3.4 C.6.1). */
export class Entity {
  readonly level: QueryLevel;
  /** Value of the level's unique key, without padding. */
  readonly id: string;
  /** The entity above; undefined for patients. */
  readonly parent: Entity | undefined;
  /** The record of this very entity; undefined where it is known by its instances alone. */
  #own: Lazy<Dataset> | undefined;
  #children: Lazy<Entity[]>;
  readonly #onDisagreement: OnDisagreement | undefined;
  #sources: readonly Dataset[] | undefined;
  /** What was looked for among several sources. */
  #found: Map<Tag, Found | undefined> | undefined;
  #charset: Charset | undefined;
  #counts: number[] | undefined;

  /**
   * `own` is the record of the entity itself. Without one its attributes are those of the entities below; `onDisagreement` learns where
   * these differ.
   */
  constructor(
    level: QueryLevel,
    id: string,
    parent: Entity | undefined,
    own: Lazy<Dataset> | undefined,
    children: Lazy<Entity[]> = [],
    onDisagreement?: OnDisagreement,
  ) {
    this.level = level;
    this.id = id;
    this.parent = parent;
    this.#own = own;
    this.#children = children;
    this.#onDisagreement = onDisagreement;
  }

  /** The dataset that describes this entity: its own, else that of its first instance. It may hold attributes of other levels, too. */
  get dataset(): Dataset {
    return this.#ownDataset() ?? this.#allSources()[0] ?? NOTHING;
  }

  /** The character set of `dataset`. */
  get charset(): Charset {
    return this.#charset ??= charsetOf(this.dataset, Charset.ascii);
  }

  /** The entities below, in the order they were stored. */
  get children(): readonly Entity[] {
    if (typeof this.#children === "function") this.#children = this.#children();
    return this.#children;
  }

  /** The entity of this or a higher level that this one belongs to. */
  ancestor(level: QueryLevel): Entity | undefined {
    let entity: Entity | undefined = this as Entity;
    while (entity !== undefined && entity.level !== level) {
      entity = entity.parent;
    }
    return entity;
  }

  /**
   * The stored element of an attribute of this entity: of its own record, else of its instances, the first by instance number that has
   * a value. An attribute of a higher level may also be in the record of the entity above that it describes; those of a sibling never count.
   */
  find(tag: Tag): Found | undefined {
    const found = this.#findHere(tag);
    if (found !== undefined) return found;
    const level = levelOf(tag);
    if (level === undefined) return undefined;
    for (let above = this.parent; above !== undefined; above = above.parent) {
      if (depthOf(level) > depthOf(above.level)) return undefined;
      const dataset = above.#ownDataset();
      const element = dataset?.get(tag);
      if (element !== undefined) {
        return { element, charset: above.charset, holder: above.dataset };
      }
    }
    return undefined;
  }

  #findHere(tag: Tag): Found | undefined {
    const own = this.#ownDataset();
    if (own !== undefined) return foundIn(own, tag, this.charset);
    const sources = this.#allSources();
    if (sources.length === 1) return foundIn(sources[0]!, tag, this.charset);
    this.#found ??= new Map();
    if (!this.#found.has(tag)) this.#found.set(tag, this.#choose(sources, tag));
    return this.#found.get(tag);
  }

  /** The first element with a value, else the first one. */
  #choose(sources: readonly Dataset[], tag: Tag): Found | undefined {
    let chosen: Found | undefined;
    for (const dataset of sources) {
      const found = foundIn(dataset, tag);
      if (found === undefined) continue;
      if (chosen === undefined || isEmpty(chosen.element)) chosen = found;
      else if (
        this.#onDisagreement !== undefined && !isEmpty(found.element) &&
        !isSameValue(chosen.element, found.element)
      ) {
        this.#onDisagreement(this, tag);
        return chosen;
      } else if (this.#onDisagreement === undefined) return chosen;
    }
    return chosen;
  }

  #ownDataset(): Dataset | undefined {
    if (typeof this.#own === "function") this.#own = this.#own();
    return this.#own;
  }

  /** The datasets that know this entity, in the order of their instance numbers. */
  #allSources(): readonly Dataset[] {
    if (this.#sources !== undefined) return this.#sources;
    const own = this.#ownDataset();
    if (own !== undefined) return this.#sources = [own];
    const below = this.children.flatMap((child) => child.#allSources());
    const numbers = new Map(below.map((one) => [one, instanceNumber(one)]));
    return this.#sources = below.sort((a, b) =>
      numbers.get(a)! - numbers.get(b)!
    );
  }

  /** How many entities of a lower level belong to this one. */
  count(level: QueryLevel): number {
    const depth = depthOf(level) - depthOf(this.level);
    if (depth <= 0) return 0;
    this.#counts ??= this.#countBelow();
    return this.#counts[depth] ?? 0;
  }

  /** All entities of a level at or below this one's, in stored order. */
  *descendants(level: QueryLevel): Generator<Entity> {
    if (this.level === level) yield this;
    else if (depthOf(this.level) < depthOf(level)) {
      for (const child of this.children) yield* child.descendants(level);
    }
  }

  #countBelow(): number[] {
    const counts = [0];
    for (let depth = depthOf(this.level) + 1; depth < LEVELS.length; depth++) {
      const level = LEVELS[depth]!;
      let sum = 0;
      for (const child of this.children) {
        sum += child.level === level ? 1 : child.count(level);
      }
      counts.push(sum);
    }
    return counts;
  }
}

const NOTHING = new Dataset();

function foundIn(
  dataset: Dataset,
  tag: Tag,
  charset?: Charset,
): Found | undefined {
  const element = dataset.get(tag);
  return element &&
    {
      element,
      charset: charset ?? charsetOf(dataset, Charset.ascii),
      holder: dataset,
    };
}

/** The number of an instance; those without one come last, as they were stored. */
function instanceNumber(dataset: Dataset): number {
  const element = dataset.get(INSTANCE_NUMBER);
  const number = element === undefined ? NaN : Number(stringsOf(element)[0]);
  return Number.isNaN(number) ? Number.MAX_SAFE_INTEGER : number;
}

/** Whether two elements have the same bytes; sequences are not compared. */
function isSameValue(one: Element, other: Element): boolean {
  const a = plainValue(one);
  const b = plainValue(other);
  if (a === undefined || b === undefined) return true;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
