/** SOP class extended negotiation, byte by byte (PS3.4 C.5.1.1 for Query/Retrieve, K.5.1 for the worklist). */
import type { FindModel } from "../find/models.ts";
import type { ExtendedNegotiation } from "../pdu/types.ts";
import { conclude, findingOf } from "./check.ts";
import type { Finding } from "./report.ts";
import type { Opened } from "./step.ts";

/** Bytes of the service class application information. */
interface SubOption {
  readonly title: string;
  /** The option that requests it; undefined for bytes that are fixed. */
  readonly option?: string;
}

const QUERY_RETRIEVE: readonly SubOption[] = [
  { title: "relational queries", option: "--relational" },
  { title: "combined date-time matching", option: "--datetime" },
  { title: "fuzzy matching of person names", option: "--fuzzy" },
  { title: "time zone adjustment", option: "--timezone-adjust" },
  { title: "enhanced multi-frame conversion", option: "--enhanced" },
];

/** The worklist is relational and combines date and time by nature: its first two bytes say 1 (PS3.4 K.5.1). */
const WORKLIST: readonly SubOption[] = [
  { title: "relational queries, always" },
  { title: "combined date-time matching, always" },
  QUERY_RETRIEVE[2]!,
  QUERY_RETRIEVE[3]!,
];

/** Byte of relational queries. */
export const RELATIONAL = 0;
/** Byte of combined date and time matching. */
export const DATE_TIME = 1;

function subOptionsOf(model: FindModel): readonly SubOption[] {
  if (model.name === "worklist") return WORKLIST;
  return model.levels.length > 0 ? QUERY_RETRIEVE : [];
}

/** Asks for everything that the model has; undefined for a model without sub-options. */
export function extendedProposal(
  model: FindModel,
): ExtendedNegotiation | undefined {
  const { length } = subOptionsOf(model);
  return length === 0 ? undefined : {
    sopClassUid: model.uid,
    information: new Uint8Array(length).fill(1),
  };
}

/** The peer's answer, one finding per model. */
export function extendedFindings(
  association: Opened & { readonly number: number },
  models: readonly FindModel[],
): {
  readonly findings: readonly Finding[];
  readonly answers: ReadonlyMap<string, Uint8Array>;
} {
  const answers = new Map<string, Uint8Array>();
  const findings = models.filter((model) => subOptionsOf(model).length > 0)
    .map((model) => {
      const answer = association.accept?.userInformation.extended?.find((one) =>
        one.sopClassUid === model.uid
      )?.information;
      if (answer !== undefined) answers.set(model.uid, answer);
      const topic = {
        section: "association" as const,
        id: `extended.${model.name}`,
        model: model.name,
        title: `Negotiates ${model.title}`,
      };
      if (association.error !== undefined) {
        const text = `the association is refused: ${association.error.message}`;
        return findingOf(topic, conclude("fails", text, [association]));
      }
      if (answer === undefined) {
        const text = "not answered: the peer agreed to none of it";
        return findingOf(topic, conclude("fact", text, [association]));
      }
      return findingOf(topic, byteByByte(model, answer, association));
    });
  return { findings, answers };
}

function byteByByte(
  model: FindModel,
  answer: Uint8Array,
  association: { readonly number: number },
) {
  const subOptions = subOptionsOf(model);
  const texts = subOptions.map(({ title }, at) => {
    const byte = answer[at];
    const byteText = byte === undefined
      ? "no byte, not agreed"
      : byte === 1
      ? "1, agreed"
      : byte === 0
      ? "0, not agreed"
      : `${byte}, which is not defined`;
    return `${title}: asked 1, answered ${byteText}`;
  });
  if (answer.length > subOptions.length) {
    const rest = [...answer.subarray(subOptions.length)].join(" ");
    texts.push(`further bytes: ${rest}`);
  }
  const agreedOptions = subOptions.filter((_, at) => answer[at] === 1);
  return conclude(
    "fact",
    texts.join("; "),
    [association],
    ...agreedOptions.flatMap(({ option, title }) =>
      option === undefined ? [] : [[option, title] as const]
    ),
  );
}
