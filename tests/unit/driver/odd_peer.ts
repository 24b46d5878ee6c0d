/** Queries to peers that bend or break the protocol, and what becomes of them. */
import assert from "node:assert/strict";
import { stringsOf } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { textElement } from "../../../src/codec/values.ts";
import type { FindResult, Match } from "../../../src/client/client.ts";
import { find } from "../../../src/client/query.ts";
import type { Clock } from "../../../src/driver/drive.ts";
import { type ErrorCode, FindscuError } from "../../../src/errors.ts";
import { encodeCommand } from "../../../src/dimse/command_codec.ts";
import type { FakeClock } from "../../support/fake_clock.ts";
import { hex } from "../../support/hex.ts";
import {
  concat,
  identifier,
  response,
  scriptedPeer,
  type Step,
} from "../../support/scripted_peer.ts";

export const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

/** What became of a query. */
export interface Outcome {
  readonly patients: (string | undefined)[];
  readonly statuses: number[];
  readonly warnings: string[];
  readonly result: FindResult | undefined;
  readonly error: FindscuError | undefined;
}

/** Queries a scripted peer. */
export async function query(
  steps: readonly Step[],
  options: Parameters<typeof scriptedPeer>[1] & { clock?: Clock } = {},
): Promise<Outcome> {
  const { connector } = scriptedPeer(steps, options);
  const patients: (string | undefined)[] = [];
  const statuses: number[] = [];
  const warnings: string[] = [];
  let result: FindResult | undefined;
  let error: FindscuError | undefined;
  const note = (one: Match) => {
    const element = one.dataset.get(0x00100020);
    patients.push(element && stringsOf(element)[0]);
    statuses.push(one.status);
  };
  try {
    const matches = find({
      connector,
      target: { host: "peer", port: 104 },
      abstractSyntax: STUDY_ROOT,
      identifier: Dataset.of(textElement(0x00080052, "CS", "STUDY")),
      warn: (text) => warnings.push(text),
      ...(options.clock && { clock: options.clock }),
    });
    while (true) {
      const step = await matches.next();
      if (step.done) {
        result = step.value;
        break;
      }
      note(step.value);
    }
  } catch (caught) {
    if (!(caught instanceof FindscuError)) throw caught;
    error = caught;
  }
  return { patients, statuses, warnings, result, error };
}

/** Every match arrived, and nothing failed. */
export function assertGood(
  outcome: Outcome,
  patients: (string | undefined)[],
): void {
  assert.equal(outcome.error, undefined, outcome.error?.message);
  assert.deepEqual(outcome.patients, patients);
  assert.equal(outcome.result?.matches, patients.length);
}

/** The query ended with an error, after these matches. */
export function assertFails(
  outcome: Outcome,
  code: ErrorCode,
  message: RegExp,
  patients: string[] = [],
): void {
  assert.equal(outcome.error?.code, code, outcome.error?.message);
  assert.match(outcome.error.message, message);
  assert.deepEqual(outcome.patients, patients);
}

/** The command set of a match. */
export const RSP = response(0xff00, true);
/** Two identifiers. */
export const [A, B] = [identifier("A"), identifier("B")];
/** The command set of a success. */
export const OK = response(0, false);

/** A request of the peer's own. */
export function request(commandField: number, hasDataset = true): Uint8Array {
  return encodeCommand({ commandField, messageId: 9, hasDataset });
}

/** A command set with StudyDate and QueryRetrieveLevel after its own elements. */
export function withExtra(command: Uint8Array): Uint8Array {
  return concat(
    command,
    hex(`08 00 20 00 08 00 00 00 "20240131" 08 00 52 00 06 00 00 00 "STUDY "`),
  );
}

/** Both halves of some bytes; the first one of even or odd length. */
export function halves(
  bytes: Uint8Array,
  at: number,
): [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Waits for something, and lets time pass from timer to timer meanwhile. */
export async function passing<T>(
  clock: FakeClock,
  running: Promise<T>,
): Promise<T> {
  let isDone = false;
  void running.finally(() => isDone = true).catch(() => {});
  for (let step = 0; step < 50 && !isDone; step++) {
    for (let turn = 0; turn < 200 && !isDone; turn++) await Promise.resolve();
    if (!isDone) clock.next();
  }
  return await running;
}
