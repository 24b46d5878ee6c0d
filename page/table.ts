/** The table: only the rows that can be seen are there, however many there are. */
import { copy, element } from "./dom.ts";
import type { Rows } from "./rows.ts";
import type { SortBy } from "./state.ts";

/** Height of every row, as in the style, in CSS pixels. */
const ROW = 32;
/** Rows beyond the edges. */
const SPARE = 10;
/** Rows that are printed at most. */
const MOST_PRINTED = 5_000;
/** Rows that widths are chosen from. */
const SAMPLE = 300;
const NARROWEST = 6;
const WIDEST = 30;
/** Identifiers longer than this are shortened. */
const LONG = 22;
const LONG_SHOWN = 16;

/** What the table shows. */
export interface TableView {
  readonly shown: readonly number[];
  readonly columns: readonly number[];
  readonly sort: readonly SortBy[];
}

/** The table and its scrolling part. */
export class Table {
  readonly #rows: Rows;
  readonly #scroll: HTMLElement;
  readonly #status: HTMLElement;
  readonly #onSort: (label: string, more: boolean) => void;
  readonly #widths: readonly number[];
  readonly #table = element("table", { id: "matches" });
  readonly #head = element("thead");
  readonly #body = element("tbody");
  #view: TableView = { shown: [], columns: [], sort: [] };
  #first = -1;
  #last = -1;
  #isPrinting = false;

  constructor(
    rows: Rows,
    scroll: HTMLElement,
    status: HTMLElement,
    onSort: (label: string, more: boolean) => void,
  ) {
    this.#rows = rows;
    this.#scroll = scroll;
    this.#status = status;
    this.#onSort = onSort;
    this.#widths = rows.columns.map((_, column) => this.#widthOf(column));
    this.#table.append(
      element("caption", { class: "unseen" }, "Matches"),
      this.#head,
      this.#body,
    );
    scroll.append(this.#table);
    scroll.addEventListener("scroll", () => this.#draw());
    addEventListener("resize", () => this.#draw());
    addEventListener("beforeprint", () => this.#print(true));
    addEventListener("afterprint", () => this.#print(false));
  }

  /** Shows something else, from its beginning. */
  show(view: TableView): void {
    const focused = document.activeElement?.getAttribute("data-sort");
    this.#view = view;
    this.#table.setAttribute("aria-rowcount", String(view.shown.length + 1));
    this.#head.replaceChildren(this.#heading());
    this.#scroll.scrollTop = 0;
    this.#first = -1;
    this.#draw();
    if (focused) {
      this.#head.querySelector<HTMLElement>(
        `[data-sort="${CSS.escape(focused)}"]`,
      )?.focus();
    }
  }

  #heading(): HTMLElement {
    const { columns, sort } = this.#view;
    const cells = columns.map((column) => {
      const { label, heading, kind } = this.#rows.columns[column]!;
      const place = sort.findIndex((key) => key.label === label);
      const key = sort[place];
      const arrow = key === undefined ? "" : key.descending ? "▼" : "▲";
      const number = sort.length > 1 && key ? String(place + 1) : "";
      const button = element(
        "button",
        {
          type: "button",
          title: `${label}: sort; with Shift in addition to others`,
          "data-sort": label,
          click: (event) => {
            const { shiftKey, ctrlKey, metaKey } = event as MouseEvent;
            this.#onSort(label, shiftKey || ctrlKey || metaKey);
          },
        },
        heading,
        element("span", { class: "arrow", "aria-hidden": "true" }, arrow),
        element("span", { class: "place" }, number),
      );
      const cell = element("th", { scope: "col", class: kind }, button);
      if (key !== undefined && place === 0) {
        cell.setAttribute(
          "aria-sort",
          key.descending ? "descending" : "ascending",
        );
      }
      cell.style.width = `${this.#widths[column]}ch`;
      return cell;
    });
    return element("tr", { "aria-rowindex": 1 }, ...cells);
  }

  /** Draws the rows that can be seen, and room for the others. */
  #draw(): void {
    const { shown } = this.#view;
    const top = Math.floor(this.#scroll.scrollTop / ROW);
    const seen = Math.ceil(this.#scroll.clientHeight / ROW);
    const first = this.#isPrinting ? 0 : Math.max(0, top - SPARE);
    const last = this.#isPrinting
      ? Math.min(shown.length, MOST_PRINTED)
      : Math.min(shown.length, top + seen + SPARE);
    if (first === this.#first && last === this.#last) return;
    this.#first = first;
    this.#last = last;
    const rows = shown.slice(first, last).map((row, at) =>
      this.#row(row, first + at)
    );
    this.#body.replaceChildren(
      ...this.#room(first),
      ...rows,
      ...this.#room(this.#isPrinting ? 0 : shown.length - last),
    );
  }

  #room(rows: number): HTMLElement[] {
    if (rows <= 0) return [];
    const { length } = this.#view.columns;
    const cell = element("td", { colspan: Math.max(1, length) });
    cell.style.height = `${rows * ROW}px`;
    return [element("tr", { class: "room", "aria-hidden": "true" }, cell)];
  }

  #row(row: number, place: number): HTMLElement {
    const cells = this.#view.columns.map((column) => this.#cell(row, column));
    const made = element("tr", { "aria-rowindex": place + 2 }, ...cells);
    if (this.#rows.isIncomplete(row)) {
      made.className = "incomplete";
      made.title = "Attributes of this match could not be read";
    }
    return made;
  }

  #cell(row: number, column: number): HTMLElement {
    const { kind } = this.#rows.columns[column]!;
    const text = this.#rows.text(row, column);
    const isLong = text.length > LONG &&
      (kind === "uid" || kind === "identifier") && !text.includes(",");
    if (!isLong) {
      return element(
        "td",
        { class: kind, title: text.length > 20 && text },
        text,
      );
    }
    return element(
      "td",
      { class: kind, title: text },
      element(
        "span",
        { "aria-hidden": "true", class: "short" },
        `…${text.slice(-LONG_SHOWN)}`,
      ),
      element("span", { class: "unseen" }, text),
      element("button", {
        type: "button",
        class: "copy",
        "aria-label": `Copy ${text}`,
        click: () => void copy(text, this.#status),
      }, "⧉"),
    );
  }

  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    this.#draw();
  }

  #widthOf(column: number): number {
    const { heading, kind } = this.#rows.columns[column]!;
    let widest = heading.length + 4;
    for (let row = 0; row < Math.min(SAMPLE, this.#rows.length); row++) {
      const { length } = this.#rows.text(row, column);
      const isCut = length > LONG && (kind === "uid" || kind === "identifier");
      widest = Math.max(widest, isCut ? LONG_SHOWN + 4 : length + 2);
    }
    // Most letters are narrower than the digit that the unit is of, but capitals are not.
    const width = ["text", "name"].includes(kind) ? 0.9 * widest : 2 + widest;
    return Math.min(WIDEST, Math.max(NARROWEST, width));
  }
}
