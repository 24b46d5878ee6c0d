/** How a peer treats a sequence key without an item, which matches any (PS3.4 C.2.2.2.6). */
import { type Check, conclude } from "./check.ts";
import { type Inquiry, isFailure, statusText } from "./inquiry.ts";
import { elementAt, identifierOf } from "./keys.ts";
import { isFound, type Subject } from "./subject.ts";
import { isSequence } from "../dataset/dataset.ts";

const SEQUENCE = "ScheduledProcedureStepSequence";

/** The check of a scheduled procedure step. */
export function sequenceCheck(inquiry: Inquiry, subject: Subject): Check {
  const { model, base, identity } = subject;
  const help = [
    "-q",
    `${SEQUENCE}.Modality names the attribute of the item`,
  ] as const;
  return {
    section: "query",
    id: "sequence.empty",
    title: "Sequence key without an item",
    model: model.name,
    rank: 33,
    *run() {
      const plain = identity.filter((path) => !path.startsWith(SEQUENCE));
      const answer = yield* inquiry.demand({
        purpose: "A sequence key without an item",
        model,
        identifier: identifierOf({
          ...Object.fromEntries(plain.map((path) => [path, ""])),
          ...base,
          [SEQUENCE]: "",
        }),
        cancelAfter: 20,
      });
      if (isFailure(answer)) {
        return conclude(
          "fails",
          `refused: ${statusText(answer)}`,
          [answer],
          help,
        );
      }
      if (!isFound({ ...subject, identity: plain }, answer)) {
        return conclude("fails", "finds nothing", [answer], help);
      }
      const [match] = answer.matches;
      const element = match && elementAt(match, SEQUENCE)?.element;
      const item = isSequence(element) ? element.items[0] : undefined;
      return item === undefined || item.dataset.size === 0
        ? conclude("partly", "finds it, and returns no item", [answer], help)
        : conclude(
          "works",
          `finds it, and returns an item of ${item.dataset.size} attributes`,
          [answer],
        );
    },
  };
}
