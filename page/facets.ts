/** The lists of values that matches are filtered by. */
import { element } from "./dom.ts";
import type { Rows } from "./rows.ts";

/** Values of a list that are seen at first, and at most. */
const FEW = 8;
const MOST = 300;

/** Columns that have a list from the start, if they are there and have more than one value. */
const USUAL: readonly (readonly string[])[] = [
  ["ModalitiesInStudy", "Modality"],
  [
    "StudyDescription",
    "RequestedProcedureDescription",
    "ScheduledProcedureStepDescription",
    "SeriesDescription",
  ],
  ["ScheduledStationAETitle", "ScheduledStationName", "StationName"],
  [
    "ReferringPhysicianName",
    "ScheduledPerformingPhysicianName",
    "PerformingPhysicianName",
    "RequestingPhysician",
  ],
  ["peer"],
  ["status"],
  ["InstitutionName"],
  ["BodyPartExamined"],
  ["PatientSex"],
];

/** The columns that lists are shown for: the usual ones, and those that the user added. */
export function facetColumns(
  rows: Rows,
  columns: readonly string[],
): readonly number[] {
  const usual = USUAL.map((labels) => rows.columnOf(...labels))
    .filter((column) => column >= 0 && rows.totals(column).size > 1);
  const more = columns.map((label) => rows.columnOf(label))
    .filter((column) => column >= 0);
  return [...new Set([...usual, ...more])];
}

/** One list. */
export class Facet {
  readonly column: number;
  readonly element: HTMLElement;
  readonly #rows: Rows;
  readonly #list = element("ul");
  readonly #more = element("button", { type: "button", class: "quiet" });
  readonly #onPick: (label: string, value: string) => void;
  readonly #items = new Map<string, Item>();
  #isWhole = false;
  #last: [ReadonlyMap<string, number>, ReadonlySet<string>] | undefined;

  constructor(
    rows: Rows,
    column: number,
    onPick: (label: string, value: string) => void,
  ) {
    this.#rows = rows;
    this.column = column;
    this.#onPick = onPick;
    this.#more.addEventListener("click", () => {
      this.#isWhole = !this.#isWhole;
      if (this.#last) this.update(...this.#last);
    });
    const { heading, label } = rows.columns[column]!;
    this.element = element(
      "fieldset",
      { "data-facet": label },
      element("legend", { title: label }, heading),
      this.#list,
      this.#more,
    );
  }

  /** Shows how many matches have each value, and which are picked. */
  update(
    counts: ReadonlyMap<string, number>,
    picked: ReadonlySet<string>,
  ): void {
    this.#last = [counts, picked];
    const all = [...this.#rows.totals(this.column).keys()];
    // Chosen values are always visible.
    const values = this.#isWhole
      ? all.slice(0, MOST)
      : all.filter((value, at) => at < FEW || picked.has(value));
    const most = Math.max(1, ...values.map((value) => counts.get(value) ?? 0));
    const items = values.map((value) => {
      const item = this.#itemOf(value);
      const count = counts.get(value) ?? 0;
      item.box.checked = picked.has(value);
      item.count.textContent = count.toLocaleString("en");
      item.bar.style.width = `${100 * count / most}%`;
      item.element.classList.toggle("none", count === 0);
      return item.element;
    });
    const isSame = items.length === this.#list.children.length &&
      items.every((item, at) => this.#list.children[at] === item);
    if (!isSame) this.#list.replaceChildren(...items);
    const hidden = Math.min(all.length, MOST) - FEW;
    this.#more.hidden = hidden <= 0;
    this.#more.textContent = this.#isWhole
      ? "Fewer"
      : `${hidden} more${all.length > MOST ? ` of ${all.length}` : ""}`;
    this.#more.setAttribute("aria-expanded", String(this.#isWhole));
  }

  #itemOf(value: string): Item {
    const itemOfValue = this.#items.get(value);
    if (itemOfValue !== undefined) return itemOfValue;
    const { label } = this.#rows.columns[this.column]!;
    const box = element("input", {
      type: "checkbox",
      change: () => this.#onPick(label, value),
    });
    const count = element("span", { class: "count" });
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    const name = value === "" ? "none" : value;
    const node = element(
      "li",
      {},
      element(
        "label",
        { "data-value": value },
        box,
        element("span", { class: "value", title: name }, name),
        count,
        bar,
      ),
    );
    const item = { element: node, box, count, bar };
    this.#items.set(value, item);
    return item;
  }
}

interface Item {
  readonly element: HTMLElement;
  readonly box: HTMLInputElement;
  readonly count: HTMLElement;
  readonly bar: HTMLElement;
}
