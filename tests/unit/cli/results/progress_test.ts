import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OutputStream } from "../../../../src/cli/host.ts";
import { Progress } from "../../../../src/cli/results/progress.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { FakeStream } from "../../../support/fake_stream.ts";

const ERASE = "\r\x1b[K";

function started(
  options: { isTerminal?: boolean; isDumb?: boolean; columns?: number } = {},
) {
  const clock = new FakeClock();
  const stream = new FakeStream({ isTerminal: true, ...options });
  return { clock, stream, progress: new Progress(stream, clock.now) };
}

describe("Progress", () => {
  test("says nothing of answers that come at once", async () => {
    const { clock, stream, progress } = started();
    await clock.pass(900);
    progress.count(5000);
    await progress.show();
    await progress.end();
    assert.equal(stream.text, "");
  });

  test("draws one line again and again, with count, rate and time", async () => {
    const { clock, stream, progress } = started();
    await clock.pass(1000);
    progress.count(1500);
    await progress.show();
    assert.equal(stream.text, `${ERASE}1,500 matches so far, 1,500/s, 1 s`);
    await clock.pass(100);
    await progress.show();
    await clock.pass(100);
    progress.count(1_234_567);
    await progress.show();
    assert.equal(stream.text.split(ERASE).length, 3, "drawn too often");
    assert.match(stream.text, /1,234,567 matches so far, [\d,]+\/s, 1 s$/);
  });

  test("forgets the rate of long ago", async () => {
    const { clock, stream, progress } = started();
    for (let second = 1; second <= 20; second++) {
      await clock.pass(1000);
      progress.count(second < 10 ? second * 1000 : 9000);
    }
    await progress.show();
    assert.match(stream.text, /9,000 matches so far, 0\/s, 20 s$/);
  });

  test("gives way to something else and comes back", async () => {
    const { clock, stream, progress } = started();
    await clock.pass(2000);
    progress.count(1);
    await progress.show();
    await progress.hide();
    await progress.hide();
    assert.ok(stream.text.endsWith(`1 match so far, 1/s, 2 s${ERASE}`));
    await progress.show();
    await progress.end();
    await progress.show();
    assert.ok(stream.text.endsWith(`2 s${ERASE}`));
    assert.equal(stream.text.split(ERASE).length, 5);
  });

  test("never wraps", async () => {
    const { clock, stream, progress } = started({ columns: 20 });
    await clock.pass(2000);
    await progress.show();
    assert.equal(stream.text.length - ERASE.length, 19);
  });

  for (
    const [where, options] of [
      ["in a pipe", { isTerminal: false }],
      ["on a terminal that cannot erase", { isDumb: true }],
    ] as const
  ) {
    test(`writes lines now and then if it was requested ${where}`, async () => {
      const { clock, stream, progress } = started(options);
      for (let step = 1; step <= 80; step++) {
        await clock.pass(100);
        progress.count(step * 10);
        await progress.show();
      }
      await progress.end();
      assert.equal(
        stream.text,
        "100 matches so far, 100/s, 1 s\n600 matches so far, 100/s, 6 s\n",
      );
    });
  }

  test("looks for the terminal that it needs only when something is to be shown", async () => {
    const clock = new FakeClock();
    let looks = 0;
    const pipe = new FakeStream();
    const stream: OutputStream = {
      isTerminal: false,
      columns: undefined,
      get obeysEscapes() {
        looks++;
        return false;
      },
      write: (text) => pipe.write(text),
    };
    const options = { needsTerminal: true };
    const progress = new Progress(stream, clock.now, options);
    await clock.pass(900);
    await progress.show();
    assert.deepEqual([looks, progress.isOver], [0, false]);
    await clock.pass(100);
    await progress.show();
    await clock.pass(10_000);
    await progress.show();
    assert.deepEqual([looks, progress.isOver], [1, true]);
    assert.equal(pipe.text, "");
  });

  test("says that matches are held for sorting", async () => {
    const clock = new FakeClock();
    const stream = new FakeStream({ isTerminal: true });
    const progress = new Progress(stream, clock.now, { isSorting: true });
    progress.count(1);
    await clock.pass(1000);
    await progress.show();
    assert.match(stream.text, /, sorted at the end$/);
  });

  test("says how long nothing has come", async () => {
    const { clock, stream, progress } = started();
    await clock.pass(12_400);
    await progress.show();
    assert.equal(stream.text, `${ERASE}waiting for the first match, 12 s`);
  });

  test("goes when matches speak for themselves", async () => {
    const clock = new FakeClock();
    const stream = new FakeStream({ isTerminal: true });
    const progress = new Progress(stream, clock.now, { isBrief: true });
    await clock.pass(3000);
    await progress.show();
    progress.count(1);
    await progress.show();
    await clock.pass(3000);
    await progress.show();
    assert.equal(
      stream.text,
      `${ERASE}waiting for the first match, 3 s${ERASE}`,
    );
  });

  test("says at once that the query is being cancelled", async () => {
    const clock = new FakeClock();
    const stream = new FakeStream({ isTerminal: true });
    const progress = new Progress(stream, clock.now, { isBrief: true });
    progress.count(5);
    progress.cancelling();
    await progress.show();
    assert.equal(
      stream.text,
      `${ERASE}cancelling, Ctrl-C again to stop at once`,
    );
  });
});
