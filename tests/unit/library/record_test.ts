import assert from "node:assert/strict";
import { test } from "node:test";
import {
  demoConnector,
  find,
  mockConnector,
  parseRecording,
  recordingConnector,
} from "../../../mod.ts";

const keys = { PatientName: "Doe*", StudyInstanceUID: "" };

/** The names that a peer answers. */
async function namesOf(over: ReturnType<typeof demoConnector>) {
  const matches = await find("dicom://pacs", keys, { over }).all();
  return matches.map((match) => match.get("PatientName"));
}

test("recordingConnector() records each connection as a recording of its own, which replays", async () => {
  const texts: string[] = [];
  const recorded = recordingConnector(
    demoConnector(),
    (piece, connection) =>
      texts[connection - 1] = (texts[connection - 1] ?? "") + piece,
  );
  const first = await namesOf(recorded);
  assert.ok(first.includes("Doe^Jane"));
  await namesOf(recorded);
  assert.equal(texts.length, 2);
  for (const text of texts) {
    const { header, entries, edited } = parseRecording(text);
    assert.equal(header.transport, "mock");
    assert.equal(entries.at(-1)?.kind, "end");
    assert.equal(edited, undefined);
    assert.deepEqual(await namesOf(mockConnector(parseRecording(text))), first);
  }
});

test("recordingConnector() masks what identifies a person on request", async () => {
  let text = "";
  const recorded = recordingConnector(
    demoConnector(),
    (piece) => text += piece,
    { anonymous: true },
  );
  const first = await namesOf(recorded);
  const { header } = parseRecording(text);
  assert.equal(header.anonymous, true);
  const again = await namesOf(mockConnector(parseRecording(text)));
  assert.equal(again.length, first.length);
  assert.ok(!again.includes("Doe^Jane"));
});

test("what the writer of a recording throws ends the connection", async () => {
  const full = recordingConnector(demoConnector(), () => {
    throw new Error("the disk is full");
  });
  await assert.rejects(namesOf(full), /the disk is full/);
});
