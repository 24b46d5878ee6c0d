/** Makes option rows: a section holds the properties that its rows share, a row only its own. */

import type { OptionRow } from "./row.ts";

/** The properties of all rows of a section, unless a row overrides them. */
type Common = Pick<
  OptionRow,
  "commands" | "origin" | "exclusive" | "requires" | "isCommon"
>;

/** The properties of a row itself; the rest comes from its section and from its kind of value. */
type Own =
  & Omit<OptionRow, "id" | "arity" | "group">
  & { readonly metavars?: readonly [string] | readonly [string, string] };

type Rows = Readonly<Record<string, Own>>;

/** Rows with the types of their own parts, from which those of the parsed values follow. */
type RowOf<R extends Rows> = {
  [Id in keyof R & string]: OptionRow & R[Id] & { readonly id: Id };
}[keyof R & string];

/**
 * The rows of one section, by their ids, in order. The first argument is its chapter of the help, and its heading within
 * that; several sections may share one heading.
 */
export function section<const R extends Rows>(
  [group, subgroup]: readonly [group: string, subgroup?: string],
  common: Common,
  rows: R,
): readonly RowOf<R>[] {
  return Object.entries(rows).map(([id, own]) => {
    const { value } = own;
    const {
      metavars = value === undefined ? [] : [value.metavar] as const,
      complete = value?.complete,
    } = own;
    return {
      group,
      ...subgroup !== undefined && { subgroup },
      ...common,
      ...own,
      id,
      arity: metavars.length,
      ...metavars.length > 0 && { metavars },
      ...complete !== undefined && { complete },
    } satisfies OptionRow as RowOf<R>;
  });
}
