/** The histogram: how many matches when, and a span to brush, by pointer or by keyboard. */
import { element } from "./dom.ts";
import type { Buckets } from "./months.ts";
import type { DateSpan } from "./state.ts";

/** Labels below the bars, at most. */
const LABELS = 7;
const SVG = "http://www.w3.org/2000/svg";

/** The bars and the two handles of the span. */
export class Histogram {
  readonly element: HTMLElement;
  readonly #keys: readonly string[];
  readonly #onSpan: (span: DateSpan | undefined) => void;
  readonly #plot: HTMLElement;
  readonly #brush = element("div", { class: "brush", "aria-hidden": "true" });
  readonly #handles: readonly [HTMLElement, HTMLElement];
  readonly #clear = element(
    "button",
    { type: "button", class: "quiet" },
    "All",
  );
  readonly #text = element("span", { class: "span" });
  readonly #bars: readonly SVGRectElement[];
  readonly #totals: readonly number[];
  /** First and last bucket of the span. */
  #ends: [number, number];
  #start: number | undefined;

  constructor(
    { keys, unit }: Buckets,
    totals: readonly number[],
    onSpan: (span: DateSpan | undefined) => void,
  ) {
    this.#keys = keys;
    this.#totals = totals;
    this.#onSpan = onSpan;
    this.#ends = [0, keys.length - 1];
    const most = Math.max(1, ...totals);
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${keys.length} 100`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const bar = (name: string, at: number, count: number) => {
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", name);
      rect.setAttribute("x", String(at + 0.08));
      rect.setAttribute("width", "0.84");
      setHeight(rect, count, most);
      svg.append(rect);
      return rect;
    };
    totals.forEach((count, at) => bar("all", at, count));
    this.#bars = totals.map((_, at) => bar("now", at, 0));
    this.#handles = [this.#handle("From", 0), this.#handle("To", 1)];
    this.#plot = element(
      "div",
      { class: "plot" },
      svg,
      this.#brush,
      ...this.#handles,
    );
    this.#clear.addEventListener("click", () => this.#onSpan(undefined));
    const name = { 4: "year", 7: "month", 10: "day" }[unit];
    this.element = element(
      "section",
      { class: "histogram", "aria-label": `Matches per ${name}` },
      element(
        "div",
        { class: "head" },
        element("h2", {}, `Per ${name}`),
        this.#text,
        this.#clear,
      ),
      this.#plot,
      this.#axis(),
    );
    this.#listen();
  }

  /** Shows how many matches there are now, and the span. */
  update(counts: readonly number[], span: DateSpan | undefined): void {
    const most = Math.max(1, ...this.#totals);
    counts.forEach((count, at) => setHeight(this.#bars[at]!, count, most));
    const keys = this.#keys;
    const from = keys.findIndex((key) =>
      span === undefined || key >= span.from
    );
    const to = keys.findLastIndex((key) =>
      span === undefined || key.slice(0, span.to.length) <= span.to
    );
    this.#ends = [Math.max(0, from), Math.max(0, to)];
    this.#clear.hidden = span === undefined;
    this.#drawSpan();
  }

  #drawSpan(): void {
    const [from, to] = this.#ends;
    const { length } = this.#keys;
    const percent = (bucket: number) => `${100 * bucket / length}%`;
    this.#brush.style.left = percent(from);
    this.#brush.style.width = percent(to + 1 - from);
    this.#handles.forEach((handle, end) => {
      handle.style.left = percent(end === 0 ? from : to + 1);
      const at = this.#ends[end as 0 | 1];
      handle.setAttribute("aria-valuenow", String(at));
      handle.setAttribute("aria-valuetext", this.#keys[at] ?? "");
    });
    const first = this.#keys[from] ?? "";
    const last = this.#keys[to] ?? "";
    this.#text.textContent = first === last ? first : `${first} – ${last}`;
  }

  #handle(name: string, end: 0 | 1): HTMLElement {
    const last = this.#keys.length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -12,
      PageUp: 12,
      Home: -Infinity,
      End: Infinity,
    };
    return element("div", {
      class: "handle",
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-valuemin": 0,
      "aria-valuemax": last,
      keydown: (event) => {
        const step = steps[(event as KeyboardEvent).key];
        if (step === undefined) return;
        event.preventDefault();
        const ends: [number, number] = [...this.#ends];
        ends[end] = Math.min(last, Math.max(0, ends[end] + step));
        if (ends[0] > ends[1]) ends[1 - end] = ends[end]!;
        this.#choose(ends);
      },
    });
  }

  /** A span from one bucket to another; all of them are none. */
  #choose(ends: [number, number]): void {
    const [from, to] = ends;
    const isAll = from === 0 && to === this.#keys.length - 1;
    this.#onSpan(
      isAll ? undefined : { from: this.#keys[from]!, to: this.#keys[to]! },
    );
  }

  #listen(): void {
    const plot = this.#plot;
    const bucketAt = (event: PointerEvent) => {
      const { left, width } = plot.getBoundingClientRect();
      const at = Math.floor((event.clientX - left) / width * this.#keys.length);
      return Math.min(this.#keys.length - 1, Math.max(0, at));
    };
    const ends = (event: PointerEvent): [number, number] => {
      const at = bucketAt(event);
      const start = this.#start ?? at;
      return [Math.min(at, start), Math.max(at, start)];
    };
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const end = this.#handles.indexOf(event.target as HTMLElement);
      // A handle moves its end; anywhere else a new span begins.
      this.#start = end < 0 ? bucketAt(event) : this.#ends[1 - end as 0 | 1];
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener("pointermove", (event) => {
      if (this.#start === undefined) return;
      this.#ends = ends(event);
      this.#drawSpan();
    });
    plot.addEventListener("pointerup", (event) => {
      if (this.#start === undefined) return;
      const chosen = ends(event);
      this.#start = undefined;
      this.#choose(chosen);
    });
    plot.addEventListener("pointercancel", () => this.#start = undefined);
  }

  #axis(): HTMLElement {
    const keys = this.#keys;
    const { length } = keys;
    // If there are years enough, they are what is named.
    const years = keys.map((_, at) => at)
      .filter((at) => keys[at]!.endsWith("-01") && keys[at]!.length === 7);
    const isYears = years.length >= LABELS / 2;
    const places = isYears ? years : keys.map((_, at) => at);
    const step = Math.max(1, Math.ceil(places.length / LABELS));
    const axis = element("div", { class: "axis", "aria-hidden": "true" });
    for (let index = 0; index < places.length; index += step) {
      const at = places[index]!;
      const text = isYears ? keys[at]!.slice(0, 4) : keys[at]!;
      const label = element("span", {}, text);
      label.style.left = `${100 * at / length}%`;
      axis.append(label);
    }
    return axis;
  }
}

function setHeight(rect: SVGRectElement, count: number, most: number): void {
  // A single match among many can still be seen.
  const height = count === 0 ? 0 : Math.max(2, 100 * count / most);
  rect.setAttribute("y", String(100 - height));
  rect.setAttribute("height", String(height));
}
