/** Replays, which notice when the requestor sends something else than what was recorded. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { DecodeError } from "../../../../src/errors.ts";
import {
  parseRecording,
  type Recording,
} from "../../../../src/scp/recording/recording.ts";
import { Replay } from "../../../../src/scp/recording/replay.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { converse, type Outcome } from "../../../support/mock_conversation.ts";
import {
  archive,
  conversation,
  identifier,
  keyedHash,
  record,
} from "./recorded.ts";

describe("Replay", () => {
  const outcome = conversation();
  const recording = parseRecording(record(outcome));

  /** Plays the requestor's part from another outcome; answers all that the replay sends. */
  function play(replay: Replay, requestor: Outcome, size = Infinity): number {
    const said = requestor.log.filter(({ from }) => from === "requestor");
    let sent = 0;
    for (;;) {
      const step = replay.next();
      if (step.type === "send") sent += step.bytes.length;
      else if (step.type === "await") {
        const next = said.shift();
        assert.ok(next, `the replay waits for ${step.what}`);
        for (let at = 0; at < next.bytes.length; at += size) {
          replay.hear(next.bytes.subarray(at, at + size));
        }
      } else return sent;
    }
  }

  const answered = outcome.log.filter(({ from }) => from === "acceptor")
    .reduce((sum, { bytes }) => sum + bytes.length, 0);

  test("says all that the acceptor said", () => {
    assert.equal(play(new Replay(recording), outcome), answered);
  });
  test("does not mind how the requestor's bytes are cut", () => {
    assert.equal(play(new Replay(recording), conversation(), 1), answered);
  });
  test("does not mind other titles", () => {
    const log = outcome.log.map((one, index) => {
      if (index > 0) return one;
      const bytes = one.bytes.slice();
      bytes.set(new TextEncoder().encode("OTHER"), 26);
      return { ...one, bytes };
    });
    assert.equal(play(new Replay(recording), { ...outcome, log }), answered);
  });
  test("does not mind another version of the requestor", () => {
    const [first, ...rest] = outcome.log;
    const pdu = decodePdu(first!.bytes);
    assert.ok(pdu.type === "associate-rq");
    const { userInformation: ours, ...others } = pdu;
    for (const implementationVersionName of ["FINDSCU_0_1", undefined]) {
      const { implementationVersionName: _, ...left } = ours;
      const userInformation = {
        ...left,
        ...implementationVersionName && { implementationVersionName },
      };
      const bytes = encodePdu({ ...others, userInformation });
      const log = [{ ...first!, bytes }, ...rest];
      assert.equal(play(new Replay(recording), { ...outcome, log }), answered);
    }
  });
  test("notices another key, and names the attribute", () => {
    assert.throws(
      () => play(new Replay(recording), conversation("N*")),
      (error: unknown) => {
        assert.ok(error instanceof DecodeError);
        assert.match(
          error.message,
          /identifier differs.*\(0010,0010\) PatientName/,
        );
        assert.ok((error.offset ?? 0) > 0);
        assert.match(error.hint ?? "", /record again/);
        return true;
      },
    );
  });
  test("notices another model", () => {
    const other = converse({
      archive,
      model: "study",
      identifier: identifier(),
    });
    assert.throws(
      () => play(new Replay(recording), other),
      /association request differs/,
    );
  });
  test("notices a release where a query was recorded", () => {
    const replay = new Replay(recording);
    replay.hear(outcome.log[0]!.bytes);
    assert.throws(
      () => replay.hear(encodePdu({ type: "release-rq" })),
      /sends release request where the recording has command/,
    );
  });
  test("notices more than was recorded", () => {
    const replay = new Replay(recording);
    play(replay, outcome);
    assert.equal(replay.next().type, "done");
    assert.throws(
      () => replay.hear(encodePdu({ type: "release-rq" })),
      /where the recording has ended/,
    );
  });
  test("an anonymous recording accepts any value where it was masked", () => {
    const text = record(outcome, { anonymousBy: keyedHash("s") });
    const anonymous = parseRecording(text);
    assert.equal(play(new Replay(anonymous), conversation("N*")), answered);
    const level = converse({
      archive,
      model: "patient",
      identifier: Dataset.of(
        ...identifier(),
        rawElement(0x00100040, "CS", "M"),
      ),
    });
    assert.throws(
      () => play(new Replay(anonymous), level),
      /\(0010,0040\) PatientSex/,
    );
  });
  test("an anonymous recording accepts any code of a person", () => {
    const talk = (code: string) =>
      converse({
        archive,
        model: "patient",
        identifier: Dataset.of(
          ...identifier(),
          rawElement(0x001021a0, "CS", code),
          sequence(0x00100101, [
            Dataset.of(rawElement(0x00080100, "SH", code)),
          ]),
        ),
      });
    const text = record(talk("YES "), { anonymousBy: keyedHash("s") });
    play(new Replay(parseRecording(text)), talk("NO"));
  });
  test("closes where the acceptor closed", () => {
    const closing: Recording = {
      header: {},
      entries: [{ kind: "end", time: 7, by: "acceptor" }],
    };
    const replay = new Replay(closing);
    assert.deepEqual(replay.next(), { type: "close", pause: 0 });
    assert.deepEqual(replay.next(), {
      type: "done",
      isClosedByRequestor: false,
    });
  });
});

test("a loose replay answers other keys of the same level, and says so", () => {
  const outcome = conversation("M*");
  const recording = parseRecording(record(outcome));
  const replay = new Replay(recording, true);
  const other = conversation("Y*");
  for (const { from, bytes } of other.log) {
    if (from === "requestor") replay.hear(bytes);
  }
  assert.deepEqual(replay.takeNotices(), [
    "The identifier differs from the recording at (0010,0010) PatientName: answered as recorded",
  ]);
});
