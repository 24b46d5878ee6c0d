/** Which warnings are worth telling: a peer that has an oddity has it in every response. Does not depend on any protocol. */

/** Most different warnings about one peer; their texts name numbers that a hostile one may change at will. */
const MAX_WARNINGS = 1000;

/** The warnings told so far, on one association. */
export class Warnings {
  readonly #told = new Set<string>();

  /** Whether the text is to be told: each once, and not without end. */
  isNew(text: string): boolean {
    if (this.#told.has(text) || this.#told.size >= MAX_WARNINGS) return false;
    this.#told.add(text);
    return true;
  }
}
