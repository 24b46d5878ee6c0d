/** The table: only the lines that can be seen are there, however many there are. */
import { amountOf, copy, element } from "./dom.ts";
import type { Rows } from "./rows.ts";
import type { SortBy } from "./state.ts";
import { commonText, type Entry, type Leaf, type TreeGroup } from "./tree.ts";

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
/** Width of the column of groups, in digits. */
const TREE_WIDTH = 22;

/** The content of the table. */
export interface TableView {
  readonly entries: readonly Entry[];
  readonly columns: readonly number[];
  readonly sort: readonly SortBy[];
  /** How matches are shown below groups, which have a column of their own; undefined if there are none. */
  readonly leaf: Leaf | undefined;
}

/** The actions of the user in the table. */
export interface TableActions {
  /** Sorts by a column, in addition to others or alone. */
  readonly sort: (label: string, more: boolean) => void;
  /** Opens or closes a group. */
  readonly toggle: (key: string) => void;
}

/** The table and its scrolling part. */
export class Table {
  readonly #rows: Rows;
  readonly #scroll: HTMLElement;
  readonly #status: HTMLElement;
  readonly #actions: TableActions;
  readonly #widths: readonly number[];
  readonly #table = element("table", { id: "matches" });
  readonly #head = element("thead");
  readonly #body = element("tbody");
  #view: TableView = {
    entries: [],
    columns: [],
    sort: [],
    leaf: undefined,
  };
  #first = -1;
  #last = -1;
  #isPrinting = false;

  constructor(
    rows: Rows,
    scroll: HTMLElement,
    status: HTMLElement,
    actions: TableActions,
  ) {
    this.#rows = rows;
    this.#scroll = scroll;
    this.#status = status;
    this.#actions = actions;
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

  /** Shows something else, from its beginning unless the place is kept. */
  show(view: TableView, keepsPlace = false): void {
    const { activeElement } = document;
    const name = ["data-sort", "data-toggle"]
      .find((name) => activeElement?.hasAttribute(name));
    const value = name && activeElement?.getAttribute(name);
    this.#view = view;
    const rows = String(view.entries.length + 1);
    this.#table.setAttribute("aria-rowcount", rows);
    this.#head.replaceChildren(this.#heading());
    if (!keepsPlace) this.#scroll.scrollTop = 0;
    this.#first = -1;
    this.#draw();
    if (!name || !value || activeElement?.isConnected) return;
    this.#table.querySelector<HTMLElement>(`[${name}="${CSS.escape(value)}"]`)
      ?.focus({ preventScroll: true });
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
            this.#actions.sort(label, shiftKey || ctrlKey || metaKey);
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
    if (this.#view.leaf) {
      const level = element("th", { scope: "col", class: "tree" }, "Level");
      level.style.width = `${TREE_WIDTH}ch`;
      cells.unshift(level);
    }
    return element("tr", { "aria-rowindex": 1 }, ...cells);
  }

  /** Draws the rows that can be seen, and room for the others. */
  #draw(): void {
    const { entries } = this.#view;
    const top = Math.floor(this.#scroll.scrollTop / ROW);
    const visibleRows = Math.ceil(this.#scroll.clientHeight / ROW);
    const first = this.#isPrinting ? 0 : Math.max(0, top - SPARE);
    const last = this.#isPrinting
      ? Math.min(entries.length, MOST_PRINTED)
      : Math.min(entries.length, top + visibleRows + SPARE);
    if (first === this.#first && last === this.#last) return;
    this.#first = first;
    this.#last = last;
    const rows = entries.slice(first, last).map((entry, at) =>
      typeof entry === "number"
        ? this.#row(entry, first + at)
        : this.#group(entry, first + at)
    );
    this.#body.replaceChildren(
      ...this.#room(first),
      ...rows,
      ...this.#isPrinting
        ? this.#unprinted(entries.length - last)
        : this.#room(entries.length - last),
    );
  }

  /** Says that not all lines are on the paper. */
  #unprinted(lines: number): HTMLElement[] {
    if (lines <= 0) return [];
    const colspan = this.#view.columns.length + (this.#view.leaf ? 1 : 0);
    const text = `${
      amountOf(lines, "more line is", "more lines are")
    } not printed`;
    return [element("tr", {}, element("td", { colspan, class: "note" }, text))];
  }

  #room(rows: number): HTMLElement[] {
    if (rows <= 0) return [];
    const { columns, leaf } = this.#view;
    const colspan = Math.max(1, columns.length + (leaf ? 1 : 0));
    const cell = element("td", { colspan });
    cell.style.height = `${rows * ROW}px`;
    return [element("tr", { class: "room", "aria-hidden": "true" }, cell)];
  }

  #row(row: number, place: number): HTMLElement {
    const cells = this.#view.columns.map((column) =>
      this.#cell(this.#rows.text(row, column), column)
    );
    const { leaf } = this.#view;
    if (leaf !== undefined) {
      const title = element("span", { class: "content" }, leaf.title);
      title.style.marginLeft = `${leaf.depth * 1.2 + 1}em`;
      cells.unshift(element("td", { class: "tree" }, title));
    }
    return this.#line(cells, place, this.#rows.isIncomplete(row));
  }

  /** A group shows what all of its matches have in common. */
  #group(group: TreeGroup, place: number): HTMLElement {
    const { columns } = this.#view;
    const texts = columns.map((column) =>
      commonText(this.#rows, group, column) ?? ""
    );
    const cells = columns.map((column, at) => this.#cell(texts[at]!, column));
    const name = texts.find((text) => text !== "") ?? "";
    const button = element(
      "button",
      {
        type: "button",
        class: "fold",
        "data-toggle": group.key,
        "aria-expanded": String(group.isOpen),
        "aria-label": `${group.title} ${group.content}, ${name}`,
        click: () => this.#actions.toggle(group.key),
      },
      element(
        "span",
        { "aria-hidden": "true" },
        group.isOpen ? "▾ " : "▸ ",
      ),
      `${group.title} `,
      element("span", { class: "content" }, group.content),
    );
    button.style.marginLeft = `${group.depth * 1.2}em`;
    cells.unshift(element("td", { class: "tree" }, button));
    const isIncomplete = group.rows.some((row) => this.#rows.isIncomplete(row));
    const line = this.#line(cells, place, isIncomplete);
    line.classList.add("group");
    line.classList.toggle("top", group.depth === 0);
    return line;
  }

  #line(
    cells: readonly HTMLElement[],
    place: number,
    isIncomplete: boolean,
  ): HTMLElement {
    const line = element("tr", { "aria-rowindex": place + 2 }, ...cells);
    if (isIncomplete) {
      line.classList.add("incomplete");
      line.title = "Attributes of this match could not be read";
    }
    return line;
  }

  #cell(text: string, column: number): HTMLElement {
    const { kind } = this.#rows.columns[column]!;
    const isLong = text.length > LONG &&
      (kind === "uid" || kind === "identifier") && !text.includes(",");
    if (!isLong) {
      const title = text.length > 20 && text;
      return element("td", { class: kind, title }, text);
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
      }),
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
