/**
 * The matches of two peers for the same question, compared by identity: entities that one of them has alone, and attributes of the
 * others that differ. Values are compared by meaning: text whatever its character set, numbers as such. Does not depend on
 * any peer or any format.
 */
import type { Vr } from "../dataset/vr.ts";
import { type Cell, CellReader } from "./cells.ts";
import type { Column } from "./columns.ts";
import { StoredTexts } from "./stored_text.ts";
import { textValues } from "./value_text.ts";
import type { MatchRecord, TextOptions } from "./writer.ts";

/** A match and its unique key. */
export interface Identified {
  readonly identity: string;
  readonly record: MatchRecord;
}

/** An attribute with a value at each peer. */
export interface AttributeDifference {
  readonly column: Column;
  readonly first: string;
  readonly second: string;
}

/** An entity that is not the same at both peers. */
export type Difference =
  | { readonly kind: "first" | "second"; readonly record: MatchRecord }
  | {
    readonly kind: "different";
    /** The entity as the first peer has it. */
    readonly record: MatchRecord;
    /** At least one. */
    readonly deviations: readonly AttributeDifference[];
  };

/** All differences: those of the first peer's entities in its order, then those that only the second has. */
export interface Comparison {
  readonly differences: readonly Difference[];
  /** Entities that both have, with the same attributes. */
  readonly same: number;
  /** Matches that came more than once from one peer: the first counts. */
  readonly repeated: number;
}

/** Compares the attributes that the columns name. */
export function comparison(
  first: readonly Identified[],
  second: readonly Identified[],
  columns: readonly Column[],
  options: TextOptions = {},
): Comparison {
  const firstRecords = distinct(first);
  const right = distinct(second);
  const comparer = new Comparer(columns, options);
  const differences: Difference[] = [];
  let same = 0;
  for (const [identity, record] of firstRecords) {
    const other = right.get(identity);
    if (other === undefined) {
      differences.push({ kind: "first", record });
      continue;
    }
    const deviations = comparer.deviations(record, other);
    if (deviations.length === 0) same++;
    else differences.push({ kind: "different", record, deviations });
  }
  for (const [identity, record] of right) {
    if (!firstRecords.has(identity)) {
      differences.push({ kind: "second", record });
    }
  }
  const repeated = first.length + second.length - firstRecords.size -
    right.size;
  return { differences, same, repeated };
}

function distinct(matches: readonly Identified[]): Map<string, MatchRecord> {
  const records = new Map<string, MatchRecord>();
  for (const { identity, record } of matches) {
    if (!records.has(identity)) records.set(identity, record);
  }
  return records;
}

class Comparer {
  readonly #columns: readonly Column[];
  readonly #reader: CellReader;
  readonly #texts: StoredTexts;

  constructor(columns: readonly Column[], options: TextOptions) {
    this.#columns = columns;
    this.#reader = new CellReader(options);
    this.#texts = new StoredTexts({ ...options, dates: "stored" });
  }

  deviations(first: MatchRecord, second: MatchRecord): AttributeDifference[] {
    const firstCells = this.#reader.cells(first, this.#columns);
    const right = this.#reader.cells(second, this.#columns);
    return this.#columns.flatMap((column, index) => {
      const one = firstCells[index]!;
      const other = right[index]!;
      return this.#meaning(one) === this.#meaning(other) ? [] : [{
        column,
        first: this.#texts.text(one),
        second: this.#texts.text(other),
      }];
    });
  }

  #meaning(cells: readonly (Cell | undefined)[]): string {
    return cells.map((cell) => {
      if (cell === undefined) return "";
      const { element, charset } = cell;
      if (!("value" in element)) return this.#texts.text([cell]);
      const values = textValues(element, charset).map((text) =>
        meaningOf(text, element.vr)
      );
      // Codes such as the modalities of a study come in any order.
      return (element.vr === "CS" ? values.sort() : values).join("\\");
    }).join("\n");
  }
}

/** A form that is equal for texts of the same meaning. */
function meaningOf(text: string, vr: Vr): string {
  const bare = text.trim().normalize("NFC");
  switch (vr) {
    case "IS":
    case "DS":
      return bare === "" || Number.isNaN(Number(bare))
        ? bare
        : String(Number(bare));
    case "PN":
      return bare.split("=").map((group) => group.replace(/[\^ ]+$/, ""))
        .join("=").replace(/=+$/, "");
    case "TM":
      return bare.replace(/:/g, "").replace(/\.0*$/, "").replace(
        /^(\d{2}|\d{4})$/,
        (digits) => digits.padEnd(6, "0"),
      );
    default:
      return bare;
  }
}
