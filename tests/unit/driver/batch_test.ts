/** Batches of matches: what came before a failure is never lost, however the bytes arrived. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsOf } from "../../../src/codec/values.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, type PlainElement } from "../../../src/dataset/dataset.ts";
import { connect } from "../../../src/client/client.ts";
import { AbortedError, StatusError } from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import {
  concat,
  match,
  scriptedPeer,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

/** Sends a query to a peer that answers with these bytes at once. */
async function asked(answer: Uint8Array) {
  const { connector } = scriptedPeer([{ send: answer }]);
  const association = await connect({
    connector,
    target: { host: "script", port: 104 },
  });
  return association.find({
    abstractSyntax: STUDY_ROOT,
    identifier: Dataset.of(textElement(0x00080052, "CS", "STUDY")),
  });
}

function idsOf(matches: readonly { dataset: Dataset }[]): string[] {
  return matches.flatMap(({ dataset }) =>
    stringsOf(dataset.get(0x00100020) as PlainElement)
  );
}

test("nextBatch() delivers the matches that came with an A-ABORT, then fails", async () => {
  const abort = encodePdu({ type: "abort", source: 0, reason: 0 });
  const operation = await asked(concat(match("ONE"), match("TWO"), abort));
  assert.deepEqual(idsOf(await operation.nextBatch()), ["ONE", "TWO"]);
  await assert.rejects(operation.nextBatch(), AbortedError);
});

test("nextBatch() delivers the matches that came with a failure status, then fails", async () => {
  const operation = await asked(concat(match("ONE"), success(0xa700)));
  assert.deepEqual(idsOf(await operation.nextBatch()), ["ONE"]);
  await assert.rejects(operation.nextBatch(), StatusError);
});
