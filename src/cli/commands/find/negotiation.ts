/**
 * SOP class extended negotiation of a query: the request as bytes, and the peer's answer as sentences (PS3.4
 * C.5.1.1 for the Query/Retrieve models, K.4.1.3 for the worklist). Does not depend on any association.
 */
import { UsageError } from "../../../errors.ts";
import type { FindModel } from "../../../find/models.ts";
import type { ExtendedNegotiation } from "../../../pdu/types.ts";
import type { FindConfig } from "../../config/run_config.ts";

type RequestedExtension = FindConfig["extendedNegotiation"];

/** One sub-option: a byte of the service class application information, 1 for wanted or agreed. */
interface SubOption {
  readonly name: keyof RequestedExtension;
  readonly spelling: string;
  /** Its effect. */
  readonly title: string;
}

/** The effect of matching date and time as one. */
export const DATE_TIME_TITLE = "combined date-time matching";

// deno-fmt-ignore
/** In the order of the bytes, PS3.4 Table C.5-1. */
const QUERY_RETRIEVE: readonly SubOption[] = [
  { name: "relational", spelling: "--relational", title: "relational queries" },
  { name: "datetime", spelling: "--datetime", title: DATE_TIME_TITLE },
  { name: "fuzzy", spelling: "--fuzzy", title: "fuzzy matching of person names" },
  { name: "timezoneAdjust", spelling: "--timezone-adjust", title: "time zone adjustment" },
  { name: "enhanced", spelling: "--enhanced", title: "the enhanced multi-frame view" },
];

/** Bytes that are always 1, in front of the sub-options of the worklist: it is relational by nature. */
const WORKLIST_FIXED = 2;

/** Sub-options that the worklist has: the third and the fourth byte. */
const WORKLIST: readonly SubOption[] = QUERY_RETRIEVE.slice(2, 4);

/** Fewest bytes of the Query/Retrieve models' information: those of every version of the standard. */
const FEWEST = 3;

/** The proposal; undefined if nothing was requested. Throws `UsageError` for sub-options that the model lacks. */
export function proposedExtension(
  model: FindModel | { readonly uid: string; readonly name: string },
  requested: RequestedExtension,
): ExtendedNegotiation | undefined {
  const requestedOptions = QUERY_RETRIEVE.filter(({ name }) => requested[name]);
  if (requestedOptions.length === 0) return undefined;
  const subOptions = subOptionsOf(model);
  const foreign = requestedOptions.find((option) =>
    !subOptions.includes(option)
  );
  if (foreign !== undefined) {
    throw new UsageError(
      `The information model "${model.name}" does not support ${foreign.title}: ${foreign.spelling} does not apply to it`,
    );
  }
  const bytes = subOptions.map(({ name }) => Number(requested[name]));
  const last = bytes.lastIndexOf(1) + 1;
  return {
    sopClassUid: model.uid,
    information: subOptions === WORKLIST
      ? new Uint8Array([
        ...new Array<number>(WORKLIST_FIXED).fill(1),
        ...bytes.slice(0, last),
      ])
      : new Uint8Array(bytes.slice(0, Math.max(last, FEWEST))),
  };
}

function subOptionsOf(model: { readonly name: string }): readonly SubOption[] {
  switch (model.name) {
    case "patient":
    case "study":
    case "psonly":
      return QUERY_RETRIEVE;
    case "worklist":
      return WORKLIST;
    default:
      return [];
  }
}

/** The outcome of a proposal: `agreed` and `refused` name the requested sub-options. */
export interface Agreement {
  readonly agreed: readonly string[];
  readonly refused: readonly string[];
}

/** Compares the request with the peer's answer; no answer agrees to nothing (PS3.7 D.3.3.5). */
export function agreementOn(
  model: { readonly uid: string; readonly name: string },
  requested: RequestedExtension,
  answers: readonly ExtendedNegotiation[],
): Agreement {
  const subOptions = subOptionsOf(model);
  const first = subOptions === WORKLIST ? WORKLIST_FIXED : 0;
  const answer = answers.find((one) => one.sopClassUid === model.uid);
  const agreed: string[] = [];
  const refused: string[] = [];
  subOptions.forEach(({ name, title }, index) => {
    if (!requested[name]) return;
    const isAgreed = answer?.information[first + index] === 1;
    (isAgreed ? agreed : refused).push(title);
  });
  return { agreed, refused };
}
