/** The choices of the user, and its form in the address. Does not depend on any document or match. */

/** A column to sort by. */
export interface SortBy {
  readonly label: string;
  readonly descending: boolean;
}

/** A span of days, months or years, both ends included: `2024-01`. */
export interface DateSpan {
  readonly from: string;
  readonly to: string;
}

/** Everything that decides on what is shown. */
export interface PageState {
  readonly search: string;
  /** The values that were picked, by label of the column. */
  readonly picked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly span: DateSpan | undefined;
  readonly sort: readonly SortBy[];
  /** Labels of columns that are not shown. */
  readonly hidden: ReadonlySet<string>;
  /** Whether matches are grouped by patient, study and series; undefined if that is left to what they are. */
  readonly isGrouped: boolean | undefined;
  /** Labels of columns that can be picked from, besides the usual ones. */
  readonly facets: readonly string[];
}

/** Nothing chosen. */
export const EMPTY_STATE: PageState = {
  search: "",
  picked: new Map(),
  span: undefined,
  sort: [],
  hidden: new Set(),
  isGrouped: undefined,
  facets: [],
};

/** Stands before labels of columns with picked values. */
const PICKED = "is.";

/** The state as the part of an address after `#`. */
export function encodeState(state: PageState): string {
  const parameters = new URLSearchParams();
  if (state.search !== "") parameters.set("search", state.search);
  if (state.span !== undefined) {
    parameters.set("from", state.span.from);
    parameters.set("to", state.span.to);
  }
  for (const [label, values] of state.picked) {
    for (const value of values) parameters.append(PICKED + label, value);
  }
  for (const { label, descending } of state.sort) {
    parameters.append("sort", (descending ? "-" : "") + label);
  }
  for (const label of state.hidden) parameters.append("hide", label);
  if (state.isGrouped !== undefined) {
    parameters.set("group", state.isGrouped ? "yes" : "no");
  }
  for (const label of state.facets) parameters.append("facet", label);
  return parameters.toString();
}

/** The state of an address. What names no column of the page, and whatever is strange, is left out. */
export function decodeState(
  text: string,
  labels: readonly string[],
): PageState {
  const parameters = new URLSearchParams(text);
  const isKnown = (label: string) => labels.includes(label);
  const picked = new Map<string, Set<string>>();
  for (const [name, value] of parameters) {
    if (!name.startsWith(PICKED)) continue;
    const label = name.slice(PICKED.length);
    if (!isKnown(label)) continue;
    picked.set(label, (picked.get(label) ?? new Set()).add(value));
  }
  const from = parameters.get("from") ?? "";
  const to = parameters.get("to") ?? "";
  const isSpan = [from, to].every((end) => /^\d{4}(-\d\d){0,2}$/.test(end));
  const sort = parameters.getAll("sort").map((text) => ({
    label: text.replace(/^-/, ""),
    descending: text.startsWith("-"),
  }));
  return {
    search: parameters.get("search") ?? "",
    picked,
    span: isSpan ? { from, to } : undefined,
    sort: sort.filter(({ label }) => isKnown(label)),
    hidden: new Set(parameters.getAll("hide").filter(isKnown)),
    isGrouped: ({ yes: true, no: false } as Record<string, boolean>)[
      parameters.get("group") ?? ""
    ],
    facets: parameters.getAll("facet").filter(isKnown),
  };
}

/** The sort keys after a click on a heading: up, then down, then not at all; `more` keeps the other keys. */
export function sortedBy(
  sort: readonly SortBy[],
  label: string,
  more: boolean,
): readonly SortBy[] {
  const key = sort.find((one) => one.label === label);
  const next = key === undefined
    ? { label, descending: false }
    : key.descending
    ? undefined
    : { label, descending: true };
  if (!more) return next === undefined ? [] : [next];
  if (key === undefined) return [...sort, next!];
  return sort.flatMap((one) =>
    one !== key ? [one] : next === undefined ? [] : [next]
  );
}

/** The state with a value picked or no longer picked. */
export function toggled(
  state: PageState,
  label: string,
  value: string,
): PageState {
  const values = new Set(state.picked.get(label));
  if (!values.delete(value)) values.add(value);
  const picked = new Map(state.picked);
  if (values.size === 0) picked.delete(label);
  else picked.set(label, values);
  return { ...state, picked };
}
