/** Which warnings are worth reporting: a peer with an oddity has it in every response. Does not depend on any protocol. */

/** Most different warnings about one peer; their texts name numbers that a hostile one may change at will. */
const MAX_WARNINGS = 1000;

/** The warnings reported so far on one association. */
export class Warnings {
  readonly #texts = new Set<string>();

  /** Whether to report the text: each once, and up to a limit. */
  isNew(text: string): boolean {
    if (this.#texts.has(text) || this.#texts.size >= MAX_WARNINGS) return false;
    this.#texts.add(text);
    return true;
  }
}
