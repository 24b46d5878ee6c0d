/**
 * From typed options to those in effect: of a set of exclusive options the rightmost counts, of repeated ones the last or
 * all. Checks dependencies and reads values, in the order of the table, with DCMTK's wording of faults. Does not depend on any
 * single option.
 */

import { UsageError } from "../../errors.ts";
import type { OptionId, OptionValues } from "../line/options.ts";
import { nameOf, type OptionRow } from "../line/options/row.ts";
import type { CommandLine, Occurrence } from "../line/parse.ts";

/** The options in effect on one command line. */
export class EffectiveOptions {
  readonly #line: Pick<CommandLine, "rows" | "occurrences" | "form">;
  readonly #effective: ReadonlyMap<string, readonly Occurrence[]>;
  readonly #implied: ReadonlySet<string>;

  /** `implied` options count as present for the dependencies of others, though nobody typed them. */
  constructor(
    line: Pick<CommandLine, "rows" | "occurrences" | "form">,
    implied: readonly OptionId[] = [],
  ) {
    this.#line = line;
    this.#effective = effectiveOccurrences(line.occurrences);
    const implying = line.rows.filter((row) => this.#effective.has(row.id));
    this.#implied = new Set([
      ...implied,
      ...implying.flatMap((row) => row.implies ?? []),
    ]);
  }

  /** Whether an option is in effect. */
  has(id: OptionId): boolean {
    return this.#effective.has(id);
  }

  /** The same of a row. */
  hasRow(row: OptionRow): boolean {
    return this.#effective.has(row.id);
  }

  /** Whether all that an option requires is present. */
  allows(row: OptionRow): boolean {
    return (row.requires ?? []).every((alternatives) =>
      alternatives.some((id) => this.#isPresent(id))
    );
  }

  /** The occurrences of some repeatable options, from left to right. */
  occurrences(...ids: readonly OptionId[]): Occurrence[] {
    const requestedIds: readonly string[] = ids;
    return this.#line.occurrences.filter((occurrence) =>
      requestedIds.includes(occurrence.row.id)
    );
  }

  /** Checks dependencies and reads values of those rows that the filter lets pass. Throws `UsageError` at the first fault. */
  read(filter: (row: OptionRow) => boolean): OptionValues {
    const values: Record<string, unknown> = {};
    for (const row of this.#line.rows) {
      const occurrences = this.#effective.get(row.id);
      if (occurrences === undefined || !filter(row)) continue;
      this.#checkDependencies(row);
      const read = occurrences.map((occurrence) => this.#value(occurrence));
      values[row.id] = row.repeats ? read : read[0];
    }
    return values as OptionValues;
  }

  #checkDependencies(row: OptionRow): void {
    if (row.needsAddress && this.#line.form !== "address") {
      throw new UsageError(
        `${nameOf(row)} needs an ADDRESS instead of PEER and PORT`,
        { hint: "Write the peer as AE@HOST:PORT" },
      );
    }
    for (const alternatives of row.requires ?? []) {
      if (!alternatives.some((id) => this.#isPresent(id))) {
        throw new UsageError(
          `${nameOf(row)} only allowed with ${this.#names(alternatives)}`,
        );
      }
    }
    for (const rivals of row.forbids ?? []) {
      if (rivals.some((id) => this.#isPresent(id))) {
        throw new UsageError(
          `${nameOf(row)} not allowed with ${this.#names(rivals)}`,
        );
      }
    }
  }

  #isPresent(id: string): boolean {
    return this.#effective.has(id) || this.#implied.has(id);
  }

  #names(ids: readonly string[]): string {
    const names = ids.flatMap((id) =>
      this.#line.rows.filter((row) => row.id === id).map(nameOf)
    );
    const last = names.pop();
    return names.length === 0 ? `${last}` : `${names.join(", ")} or ${last}`;
  }

  #value({ row, values }: Occurrence): unknown {
    const { value: kind } = row;
    if (kind === undefined) return true;
    const read = values.map((text) => {
      const reading = kind.read(text);
      if (reading.ok) return reading.value;
      const { reason, hint, isOurs } = reading.mistake;
      const shown = reason === "invalid" ? text : `${reason}: ${text}`;
      const message = row.complaint ??
        `Invalid value for option ${nameOf(row)}${
          text === "" ? "" : ` (${shown})`
        }`;
      // If DCMTK refuses it too, the message is DCMTK's, and no more.
      const hasHint = hint !== undefined &&
        (isOurs || row.origin !== "dcmtk" || this.#line.form === "address");
      throw new UsageError(message, hasHint ? { hint } : {});
    });
    return row.arity === 1 ? read[0] : read;
  }
}

/** By option id: the last occurrence, or all of a repeatable option; only the rightmost member of an exclusive set. */
function effectiveOccurrences(
  occurrences: readonly Occurrence[],
): Map<string, readonly Occurrence[]> {
  const winners = new Map<string, string>();
  for (const { row } of occurrences) {
    if (row.exclusive !== undefined) winners.set(row.exclusive, row.id);
  }
  const effective = new Map<string, readonly Occurrence[]>();
  for (const occurrence of occurrences) {
    const { row } = occurrence;
    if (row.exclusive !== undefined && winners.get(row.exclusive) !== row.id) {
      continue;
    }
    const earlier = row.repeats ? effective.get(row.id) ?? [] : [];
    effective.set(row.id, [...earlier, occurrence]);
  }
  return effective;
}
