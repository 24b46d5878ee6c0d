/** Ways in which a peer can differ from a good one. */
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { AbortedError } from "../../../src/errors.ts";
import { FIND_MODELS } from "../../../src/find/models.ts";
import { keywordTag, textAt } from "../../../src/probe/keys.ts";
import type { ProbeSettings } from "../../../src/probe/probe.ts";
import type { Answer, FindStep } from "../../../src/probe/step.ts";
import type { Peculiarities } from "./simulated_peer.ts";

/** Each match changed. */
export function returning(change: (match: Dataset, at: number) => void) {
  return (_: FindStep, { matches }: Answer): Partial<Answer> => ({
    matches: matches.map((match, at) => {
      const copy = match.clone();
      change(copy, at);
      return copy;
    }),
  });
}
/** The value of a key as the peer hears it. */
export function hearing(
  path: string,
  vr: "PN" | "DA" | "UI" | "LO" | "TM" | "SH" | "CS",
  change: (value: string) => string,
) {
  return (identifier: Dataset): Dataset => {
    if (identifier.has(keywordTag(path))) {
      identifier.set(
        textElement(keywordTag(path), vr, change(textAt(identifier, path))),
      );
    }
    return identifier;
  };
}
/** Other answers to the queries of one purpose. */
export function when(
  purpose: RegExp,
  changed: (answer: Answer) => Partial<Answer>,
) {
  return (step: FindStep, answer: Answer): Partial<Answer> =>
    purpose.test(step.purpose) ? changed(answer) : {};
}
export function models(...names: string[]): Partial<ProbeSettings> {
  return { models: FIND_MODELS.filter(({ name }) => names.includes(name)) };
}
/** The sixth query and those after it break the association, all but every third. */
export function breaking() {
  let count = 0;
  return (): Partial<Answer> =>
    ++count < 6 || count % 3 === 0 ? {} : {
      matches: [],
      status: undefined,
      error: new AbortedError("The peer aborted", 0, 0),
    };
}
export const STUDY = Dataset.of(
  textElement(keywordTag("StudyInstanceUID"), "UI", "1.2.3"),
  textElement(keywordTag("StudyDate"), "DA", "20260101"),
  textElement(keywordTag("PatientName"), "PN", "Doe^John"),
);
export const refusal = { matches: [], status: 0xa900 };
export const nothing = { matches: [], status: 0 };

/** A peer by what is odd about it, with the settings of its probe. */
export type OddPeer = readonly [
  title: string,
  peculiarities: Peculiarities,
  settings?: Partial<ProbeSettings>,
];
