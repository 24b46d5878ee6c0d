/** The page of `--html`: reads what it carries, and shows what the user asks of it. The state is in the address. */
import type { PageHead, PageRow } from "../src/output/page_data.ts";
import { csvOf } from "./csv.ts";
import { amountOf, byId, dataOf, download, element } from "./dom.ts";
import { Facet, facetColumns } from "./facets.ts";
import { Histogram } from "./histogram.ts";
import { Rows } from "./rows.ts";
import {
  decodeState,
  EMPTY_STATE,
  encodeState,
  type PageState,
  sortedBy,
  toggled,
} from "./state.ts";
import { Table } from "./table.ts";
import { entriesOf, isTree, leafOf, levelsOf } from "./tree.ts";
import { histogramOf, pageView, tilesOf, type View } from "./view.ts";

const head = dataOf("head") as PageHead;
const rows = new Rows(head.columns, dataOf("rows") as PageRow[]);
const labels = head.columns.map(({ label }) => label);
const buckets = histogramOf(rows);
const levels = levelsOf(rows);
/** Groups that are open, or closed if all others are open. */
const folded = new Set<string>();
let areAllOpen = false;

const search = byId("search") as HTMLInputElement;
const status = byId("status");
const shownText = byId("shown");
const facets = new Map<number, Facet>();
const histogram = buckets.keys.length < 2 ? undefined : new Histogram(
  buckets,
  pageView(rows, EMPTY_STATE, [], buckets).buckets,
  (span) => change({ ...state, span }),
);
const table = new Table(rows, byId("scroll"), status, {
  sort: (label, more) =>
    change({ ...state, sort: sortedBy(state.sort, label, more) }),
  toggle(key) {
    if (!folded.delete(key)) folded.add(key);
    showTable(true);
  },
});

let state = decodeState(location.hash.slice(1), labels);
let view: View;

/** Takes another state, shows it, and puts it into the address. */
function change(next: PageState): void {
  state = next;
  show();
  const hash = `#${encodeState(state)}`;
  if (hash === location.hash || (hash === "#" && location.hash === "")) return;
  try {
    history.replaceState(null, "", hash);
  } catch {
    // If a page may not, as in some previews, its state is not in the address.
  }
}

function shownColumns(): number[] {
  const all = head.columns.map((_, column) => column);
  const chosen = all.filter((column) => !state.hidden.has(labels[column]!));
  return chosen.length > 0 ? chosen : all;
}

function show(): void {
  const columns = facetColumns(rows, state.facets);
  view = pageView(rows, state, columns, buckets);
  if (search.value !== state.search) search.value = state.search;
  showFacets(columns);
  histogram?.update(view.buckets, state.span);
  showTable();
  byId("tiles").replaceChildren(
    ...tilesOf(rows, view.matches).map(({ title, text }) =>
      element("div", {}, element("dt", {}, title), element("dd", {}, text))
    ),
  );
  const [some, all] = [view.matches.length, rows.length];
  shownText.textContent = some === all
    ? amountOf(all, "match", "matches")
    : `${some.toLocaleString("en")} of ${all.toLocaleString("en")}`;
  byId("reset").hidden = state.search === "" && state.span === undefined &&
    state.picked.size === 0;
  for (
    const box of byId("columns").querySelectorAll<HTMLInputElement>("input")
  ) box.checked = !state.hidden.has(box.value);
}

function isGrouped(): boolean {
  return levels.length > 0 && (state.isGrouped ?? isTree(rows));
}

function showTable(keepsPlace = false): void {
  const grouped = isGrouped();
  const isOpen = (key: string) => folded.has(key) !== areAllOpen;
  table.show({
    entries: grouped
      ? entriesOf(rows, view.matches, levels, isOpen)
      : view.matches,
    columns: shownColumns(),
    sort: state.sort,
    leaf: grouped ? leafOf(levels) : undefined,
  }, keepsPlace);
  byId("group").hidden = levels.length === 0;
  byId("group").setAttribute("aria-pressed", String(grouped));
  byId("open").hidden = !grouped;
  byId("open").textContent = areAllOpen ? "Close all" : "Open all";
}

function showFacets(columns: readonly number[]): void {
  const newFacets = columns.map((column) => {
    const currentFacet = facets.get(column);
    if (currentFacet !== undefined) return currentFacet;
    const facet = new Facet(
      rows,
      column,
      (label, value) => change(toggled(state, label, value)),
    );
    facets.set(column, facet);
    return facet;
  });
  const place = byId("facets");
  const isSame = newFacets.length === place.children.length &&
    newFacets.every((facet, at) => place.children[at] === facet.element);
  if (!isSame) {
    place.replaceChildren(...newFacets.map((facet) => facet.element));
  }
  for (const facet of newFacets) {
    facet.update(
      view.facets.get(facet.column) ?? new Map(),
      state.picked.get(labels[facet.column]!) ?? new Set(),
    );
  }
  const rest = byId("add") as HTMLSelectElement;
  rest.replaceChildren(
    element("option", { value: "" }, "Filter by…"),
    ...head.columns.filter((_, column) => !columns.includes(column))
      .map(({ label, heading }) =>
        element("option", { value: label }, heading)
      ),
  );
  rest.hidden = rest.options.length < 2;
}

/** The parts that do not change. */
function build(): void {
  const closing = byId("closing");
  byId("about").after(closing);
  const alert = document.getElementById("alert");
  if (alert !== null) document.body.prepend(alert);
  if (histogram !== undefined) byId("tiles").after(histogram.element);
  byId("columns").append(
    ...head.columns.map(({ label, heading }) =>
      element(
        "label",
        {},
        element("input", {
          type: "checkbox",
          value: label,
          change: () => {
            const hidden = new Set(state.hidden);
            if (!hidden.delete(label)) hidden.add(label);
            change({ ...state, hidden });
          },
        }),
        heading,
        element("small", {}, heading === label ? "" : label),
      )
    ),
  );
  search.addEventListener(
    "input",
    () => change({ ...state, search: search.value }),
  );
  byId("reset").addEventListener(
    "click",
    () => change({ ...state, search: "", span: undefined, picked: new Map() }),
  );
  byId("group").addEventListener(
    "click",
    () => change({ ...state, isGrouped: !isGrouped() }),
  );
  byId("open").addEventListener("click", () => {
    areAllOpen = !areAllOpen;
    folded.clear();
    showTable();
  });
  byId("csv").addEventListener("click", () => {
    const isPartial = document.getElementById("alert") !== null;
    download(
      csvOf(rows, view.matches, shownColumns()),
      `${head.file}${isPartial ? ".incomplete" : ""}.csv`,
    );
    status.textContent = `Downloaded ${
      amountOf(view.matches.length, "row", "rows")
    }`;
  });
  byId("add").addEventListener("change", (event) => {
    const { value } = event.target as HTMLSelectElement;
    if (value === "") return;
    change({ ...state, facets: [...state.facets, value] });
  });
  addEventListener("hashchange", () => {
    state = decodeState(location.hash.slice(1), labels);
    show();
  });
  const filters = byId("filters") as HTMLDetailsElement;
  const wide = matchMedia("(min-width: 60rem)");
  const fold = () => filters.open = wide.matches;
  wide.addEventListener("change", fold);
  fold();
  // Popups close when something else is clicked, or with Escape.
  const picker = byId("picker") as HTMLDetailsElement;
  addEventListener("click", (event) => {
    if (!picker.contains(event.target as Node)) picker.open = false;
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !picker.open) return;
    picker.open = false;
    picker.querySelector("summary")?.focus();
  });
}

build();
show();
document.body.classList.add("ready");
