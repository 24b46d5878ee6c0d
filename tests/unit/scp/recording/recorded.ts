/** Conversations with the archive of the demonstration, and recordings of them. */
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { demoArchive } from "../../../../src/scp/archive/demo.ts";
import {
  recorder,
  type RecorderOptions,
} from "../../../../src/scp/recording/recorder.ts";
import { converse, type Outcome } from "../../../support/mock_conversation.ts";

/** The archive of the demonstration. */
export const archive = demoArchive();

/** Stands in for a keyed hash: the same for the same bytes and key, and spread over all of them. */
export function keyedHash(key: string): (data: Uint8Array) => Uint8Array {
  return (data) => {
    let state = 0x811c9dc5;
    const mix = (code: number) => {
      state = Math.imul(state ^ code, 0x01000193) >>> 0;
    };
    for (const letter of key) mix(letter.charCodeAt(0));
    for (const byte of data) mix(byte);
    return Uint8Array.from({ length: 32 }, (_, at) => {
      mix(at);
      return state >>> 16;
    });
  };
}

/** Keys for patients. */
export function identifier(name = "M*"): Dataset {
  return Dataset.of(
    rawElement(0x00080052, "CS", "PATIENT"),
    rawElement(0x00100010, "PN", name),
    rawElement(0x00100020, "LO", ""),
    rawElement(0x00100030, "DA", "19000101-"),
  );
}

/** A query for patients. */
export function conversation(name?: string): Outcome {
  return converse({ archive, model: "patient", identifier: identifier(name) });
}

/** The text of a recording of an outcome, one millisecond per chunk. */
export function record(
  outcome: Outcome,
  options: Partial<RecorderOptions> = {},
): string {
  const made = recorder({
    header: { model: "patient", peer: "pacs.example:104" },
    ...options,
  });
  let text = made.begin();
  for (const [time, { from, bytes }] of outcome.log.entries()) {
    text += made.data(time, from, bytes);
  }
  return text + made.end(outcome.log.length, "requestor");
}
