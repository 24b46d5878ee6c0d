/** An oddity that many responses may show, reported once: its subjects, and a few answers as evidence. */
import { type Dataset, type Element, isSequence } from "../dataset/dataset.ts";
import { type Conclusion, findingOf } from "./check.ts";
import type { ProbeAnswer } from "./inquiry.ts";
import type { Finding } from "./report.ts";

/** Something odd, the attributes that show it, and the answers in which it was. */
export class Oddity {
  readonly names = new Set<string>();
  readonly answers = new Set<ProbeAnswer>();

  note(answer: ProbeAnswer, name: string): void {
    this.names.add(name);
    // A few examples are evidence enough.
    if (this.answers.size < MOST_EXAMPLES) this.answers.add(answer);
  }

  get isSeen(): boolean {
    return this.names.size > 0;
  }

  get list(): string {
    const names = [...this.names].sort();
    return names.length > MOST_NAMES
      ? `${names.slice(0, MOST_NAMES).join(", ")} and ${
        names.length - MOST_NAMES
      } others`
      : names.join(", ");
  }
}

/** Answers that are evidence enough. */
export const MOST_EXAMPLES = 5;
/** Names that are shown. */
export const MOST_NAMES = 12;

/** A finding about all responses. */
export function about(
  id: string,
  title: string,
  conclusion: Conclusion,
): Finding {
  return findingOf({ section: "limits", id, title }, conclusion);
}

/** Looks at every element, those of items included. */
export function walk(dataset: Dataset, look: (element: Element) => void): void {
  for (const element of dataset) {
    look(element);
    if (!isSequence(element)) continue;
    for (const item of element.items) walk(item.dataset, look);
  }
}
