/** An archive with levels in memory, for tests of plans: it answers steps, and gives false answers, repeats itself and fails as configured. */
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { type FindscuError, StatusError } from "../../../src/errors.ts";
import {
  type QueryLevel,
  UNIQUE_KEYS,
} from "../../../src/identifier/levels.ts";
import type { Asking, Ending } from "../../../src/plan/step.ts";
import { textOf } from "./simulated_archive.ts";

/** A match as the archive returns it. */
export interface Answered {
  readonly dataset: Dataset;
}

/** An entity and what is below it. */
export interface Entity {
  readonly key: string;
  readonly attributes?: Readonly<Record<number, string>>;
  readonly below?: readonly Entity[];
}

/** What the archive does wrong. */
export interface Wrongs {
  /** Queries below these keys end with this failure. */
  readonly failing?: ReadonlyMap<string, FindscuError>;
  /** Unique keys of levels above are ignored. */
  readonly ignoresParents?: boolean;
  /** Levels above are named in responses. */
  readonly namesParents?: boolean;
  /** Every match comes twice. */
  readonly repeats?: boolean;
}

/** A failure status that the archive ends with. */
export const REFUSED = new StatusError("the peer is out of order", 0xc001);

/** The archive, from the top level of the model down. */
export class SimulatedHierarchy {
  /** The queries in order: level, and keys with values. */
  readonly queries: string[] = [];
  readonly #levels: readonly QueryLevel[];
  readonly #entities: readonly Entity[];
  readonly #wrongs: Wrongs;

  constructor(
    levels: readonly QueryLevel[],
    entities: readonly Entity[],
    wrongs: Wrongs = {},
  ) {
    this.#levels = levels;
    this.#entities = entities;
    this.#wrongs = wrongs;
  }

  /** Runs a plan to its end. */
  run<T>(asking: Asking<Answered, T>): T {
    let next = asking.next(undefined);
    while (!next.done) {
      const step = next.value;
      if (step.kind === "pause") throw new TypeError("No pause expected");
      next = asking.next(this.#answer(step.identifier, step.take));
    }
    return next.value;
  }

  #answer(identifier: Dataset, take: (match: Answered) => void): Ending {
    const level = textOf(identifier, 0x00080052) as QueryLevel;
    const depth = this.#levels.indexOf(level);
    const keys = this.#levels.map((one) =>
      textOf(identifier, UNIQUE_KEYS[one])
    );
    this.queries.push(`${level} ${keys.filter(Boolean).join("/")}`.trim());
    const error = keys.map((key) => this.#wrongs.failing?.get(key))
      .find((one) => one !== undefined);
    if (error !== undefined) {
      return error instanceof StatusError
        ? { matches: 0, status: error.status, error }
        : { matches: 0, error };
    }
    let matches = 0;
    for (const path of pathsOf(this.#entities, depth)) {
      const isBelow = path.slice(0, -1).every(({ key }, at) =>
        this.#wrongs.ignoresParents || keys[at] === key
      );
      if (!isBelow || !fits(path[depth]!, identifier)) continue;
      for (let time = this.#wrongs.repeats ? 2 : 1; time > 0; time--) {
        matches++;
        take({ dataset: this.#dataset(path, level) });
      }
    }
    return { matches, status: 0 };
  }

  #dataset(path: readonly Entity[], level: QueryLevel): Dataset {
    const { key, attributes = {} } = path[path.length - 1]!;
    const dataset = Dataset.of(
      textElement(UNIQUE_KEYS[level], "UI", key),
      ...Object.entries(attributes).map(([tag, text]) =>
        textElement(Number(tag), "LO", text)
      ),
    );
    if (this.#wrongs.namesParents) {
      path.slice(0, -1).forEach(({ key }, at) =>
        dataset.set(textElement(UNIQUE_KEYS[this.#levels[at]!], "UI", key))
      );
    }
    return dataset;
  }
}

function fits({ attributes = {} }: Entity, identifier: Dataset): boolean {
  return Object.entries(attributes).every(([tag, text]) =>
    ["", text].includes(textOf(identifier, Number(tag)))
  );
}

function* pathsOf(
  entities: readonly Entity[],
  depth: number,
): Generator<readonly Entity[]> {
  for (const entity of entities) {
    if (depth === 0) yield [entity];
    else {
      for (const rest of pathsOf(entity.below ?? [], depth - 1)) {
        yield [entity, ...rest];
      }
    }
  }
}
