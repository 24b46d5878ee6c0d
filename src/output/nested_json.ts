/**
 * Format `json` for matches with others above them: objects with arrays of the entities below each, `series` and `images` (and
 * `studies` of patients), named in lower case since no keyword is. Written as it comes; a line per entity.
 */
import type { Dataset } from "../dataset/dataset.ts";
import { JsonObjects } from "./json.ts";
import { withProvenance } from "./json_text.ts";
import type {
  MatchRecord,
  ResultWriter,
  Summary,
  TextOptions,
} from "./writer.ts";

/** Writes matches that follow one another into the objects of the entities above them. */
export class NestedJsonWriter implements ResultWriter {
  readonly #objects: JsonObjects;
  readonly #names: readonly string[];
  /** The objects that are open, from the top down. */
  #ancestors: readonly Dataset[] = [];
  #hasBegun = false;

  /** `names`: of the arrays, from the top down. */
  constructor(names: readonly string[], options: TextOptions = {}) {
    this.#names = names;
    this.#objects = new JsonObjects(options);
  }

  begin(): string {
    return "[";
  }

  match(record: MatchRecord): string {
    const { above = [], own = record.dataset } = record;
    let same = 0;
    while (
      same < this.#ancestors.length && this.#ancestors[same] === above[same]
    ) same++;
    let text = this.#close(same);
    let isFirst = !this.#hasBegun;
    for (const [depth, dataset] of above.entries()) {
      if (depth < same) continue;
      const object = this.#object(dataset, depth, record);
      const name = this.#names[depth] ?? "below";
      text += this.#line(depth, isFirst) +
        `${object.slice(0, -1)}${object === "{}" ? "" : ","}"${name}":[`;
      isFirst = true;
    }
    if (above.length > 0 && same === above.length) isFirst = false;
    text += this.#line(above.length, isFirst) +
      this.#object(own, above.length, record);
    this.#ancestors = above;
    this.#hasBegun = true;
    return text;
  }

  end(_summary: Summary): string {
    return `${this.#close(0)}${this.#hasBegun ? "\n" : ""}]\n`;
  }

  #line(depth: number, isFirst: boolean): string {
    return `${isFirst ? "" : ","}\n${"  ".repeat(depth)}`;
  }

  #object(dataset: Dataset, depth: number, record: MatchRecord): string {
    const object = this.#objects.object(dataset);
    return depth === 0 ? withProvenance(object, record) : object;
  }

  #close(depth: number): string {
    return "]}".repeat(this.#ancestors.length - depth);
  }
}
