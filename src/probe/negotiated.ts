/** The association on which a model's extended negotiation was agreed to, opened when the first question needs it. */
import { EXPLICIT_LE, IMPLICIT_LE } from "../codec/transfer_syntax.ts";
import type { FindModel } from "../find/models.ts";
import { extendedProposal } from "./extended.ts";
import { type Inquiry, NotAnswered } from "./inquiry.ts";
import type { Probing, Slot } from "./step.ts";

/** Slots of such associations begin here, one per model. */
const FIRST_SLOT = 100;

/** Negotiated associations. */
export class Negotiated {
  readonly #inquiry: Inquiry;
  readonly #extensions: ReadonlyMap<string, Uint8Array>;
  readonly #slots = new Map<string, Slot>();

  /** `extensions`: the peer's earlier answers, by SOP class. */
  constructor(inquiry: Inquiry, extensions: ReadonlyMap<string, Uint8Array>) {
    this.#inquiry = inquiry;
    this.#extensions = extensions;
  }

  /** Whether the peer agreed to a sub-option, given by its byte. */
  isAgreed({ uid }: FindModel, byte: number): boolean {
    return this.#extensions.get(uid)?.[byte] === 1;
  }

  /** The association. Throws `NotAnswered` when the peer does not open it any more. */
  *open(model: FindModel): Probing<Slot> {
    const cachedSlot = this.#slots.get(model.uid);
    if (cachedSlot !== undefined && this.#inquiry.holds(cachedSlot)) {
      return cachedSlot;
    }
    const slot = FIRST_SLOT + this.#slots.size;
    const proposal = extendedProposal(model);
    const association = yield* this.#inquiry.open({
      slot,
      purpose: "Associate with extended negotiation",
      contexts: [{
        abstractSyntax: model.uid,
        transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
      }],
      ...(proposal && { extended: [proposal] }),
    });
    if (association.error !== undefined) {
      throw new NotAnswered(
        `the association is refused: ${association.error.message}`,
        [association.number],
      );
    }
    this.#slots.set(model.uid, slot);
    return slot;
  }
}
