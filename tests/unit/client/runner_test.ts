/** Running a plan over associations that break, are refused, or end a query badly: what is sent where, and what comes of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ClientAssociation } from "../../../src/client/client_association.ts";
import type {
  FindOperation,
  FindResult,
  Match,
} from "../../../src/client/operation.ts";
import { Runner, type RunnerOptions } from "../../../src/client/runner.ts";
import { stringsOf, textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import {
  AbortedError,
  CancelledError,
  FindscuError,
  LocalProtocolError,
  RejectedError,
  StatusError,
  TimeoutError,
  TransportError,
  UsageError,
} from "../../../src/errors.ts";
import { Schedule, type ScheduleOptions } from "../../../src/plan/schedule.ts";
import { ask } from "../../../src/plan/step.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const CLOSED = new TransportError("closed", "gone");
const REJECTED = new RejectedError("no", 2, 3, 2);

/** How the peer answers one C-FIND: the sizes of its batches, then its status, or why there is none. */
type Answer =
  | readonly [batches: readonly number[], end: number | Error]
  | "waits";

interface Peer {
  /** For each association in order: why it is refused, or the answers to its queries in order. */
  readonly associations: readonly (Error | readonly Answer[])[];
  /** Why the last ones cannot be released. */
  readonly unreleasable?: Error;
}

interface Options extends Partial<ScheduleOptions> {
  readonly steps?: number;
  readonly signal?: AbortSignal;
  readonly clock?: FakeClock;
  readonly nextPart?: RunnerOptions<string>["nextPart"];
}

/** A runner of so many parts of one step each; `log` is what happened, in order. */
function runner(peer: Peer, options: Options = {}) {
  const { steps = 1, clock = new FakeClock() } = options;
  const log: string[] = [];
  const waiting: (() => void)[] = [];
  let opened = 0;
  let part = 0;
  const of = new Map<ClientAssociation, Answer[]>();
  const open = () => {
    const number = ++opened;
    const answers = peer.associations[number - 1] ?? [];
    log.push(`open ${number}`);
    if (answers instanceof Error) return Promise.reject(answers);
    const association = {
      number,
      isOpen: true,
      abort: () => {
        if (association.isOpen) log.push(`abort ${number}`);
        association.isOpen = false;
        return Promise.resolve();
      },
    };
    const known = association as unknown as ClientAssociation;
    of.set(known, [...answers]);
    return Promise.resolve(known);
  };
  const find = (association: ClientAssociation, identifier: Dataset) => {
    const { number } = association as unknown as { number: number };
    const [name] = stringsOf(identifier.get(0x00100020)!);
    log.push(`find ${name} on ${number}`);
    const answer = of.get(association)!.shift();
    assert.ok(answer !== undefined, `no answer to ${name}`);
    if (answer === "waits") {
      return {
        result: undefined,
        nextBatch: () =>
          new Promise<Match[]>((_, reject) =>
            waiting.push(() => reject(CLOSED))
          ),
      } as unknown as FindOperation;
    }
    const [batches, end] = answer;
    const left = [...batches];
    const operation = {
      result: undefined as FindResult | undefined,
      nextBatch: () => {
        const size = left.shift();
        if (size !== undefined) {
          return Promise.resolve(Array.from({ length: size }, () => ({})));
        }
        if (typeof end !== "number") return Promise.reject(end);
        operation.result = {
          status: end,
          category: end === 0 ? "success" : "warning",
          final: { cancelled: false },
        } as FindResult;
        return Promise.resolve([]);
      },
    };
    return operation as unknown as FindOperation;
  };
  const schedule = new Schedule<Match, string>({ concurrency: 1, ...options });
  const running = new Runner<string>({
    schedule,
    nextPart: options.nextPart ?? (() => {
      if (part === steps) return Promise.resolve(undefined);
      const name = String.fromCharCode(0x41 + part++);
      return Promise.resolve({
        *run(emit) {
          let taken = 0;
          const ending = yield* ask<Match>(
            Dataset.of(textElement(0x00100020, "LO", name)),
            () => taken++,
          );
          const { matches, status, error } = ending;
          emit(`${name}: ${taken}/${matches} ${status ?? error?.message}`);
          if (error !== undefined && running.isUnreachable(error)) {
            emit(`${name}: unreachable`);
          }
        },
      });
    }),
    open,
    close: (association) => {
      const { number } = association as unknown as { number: number };
      log.push(`release ${number}`);
      (association as { isOpen: boolean }).isOpen = false;
      return peer.unreleasable === undefined
        ? Promise.resolve()
        : Promise.reject(peer.unreleasable);
    },
    find,
    associations: options.concurrency ?? 1,
    clock,
    now: () => clock.time,
    signal: options.signal ?? new AbortController().signal,
    onFewer: (associations, error) =>
      log.push(`only ${associations}: ${error.message}`),
    onStep: () => log.push("step"),
  });
  return { running, log, waiting, clock, of };
}

async function all(running: Runner<string>): Promise<string[]> {
  const results: string[] = [];
  for (let one; (one = await running.next()) !== undefined;) results.push(one);
  assert.equal(await running.next(), undefined);
  return results;
}

describe("a plan", () => {
  test("has its steps sent one after the other on one association", async () => {
    const { running, log } = runner({
      associations: [[[[2, 1], 0], [[], 0], [[3], 0xb001]]],
    }, { steps: 3 });
    assert.deepEqual(await all(running), [
      "A: 3/3 0",
      "B: 0/0 0",
      "C: 3/3 45057",
    ]);
    await running.end();
    assert.deepEqual(log, [
      "open 1",
      "step",
      "find A on 1",
      "step",
      "find B on 1",
      "step",
      "find C on 1",
      "release 1",
    ]);
  });

  test("of nothing is over at once", async () => {
    const { running, log } = runner({ associations: [] }, { steps: 0 });
    assert.deepEqual(await all(running), []);
    await running.end();
    assert.deepEqual(log, []);
  });

  test("has its steps sent side by side, in the order of its parts", async () => {
    const { running, log } = runner({
      associations: [1, 2].map(() => Array(4).fill([[1], 0])),
    }, { steps: 4, concurrency: 2 });
    const results = await all(running);
    assert.deepEqual(results.map((text) => text[0]).join(""), "ABCD");
    assert.equal(log.filter((line) => line.startsWith("open")).length, 2);
    await running.end();
    assert.deepEqual(log.slice(-2), ["release 1", "release 2"]);
  });

  test("waits if the rate says so", async () => {
    const clock = new FakeClock();
    const { running, log } = runner(
      { associations: [[[[], 0], [[], 0], [[], 0]]] },
      { steps: 3, rate: 10, clock },
    );
    const results = all(running);
    const sent = () => log.filter((line) => line.startsWith("find")).length;
    await clock.pass(0);
    assert.equal(sent(), 1);
    await clock.pass(99);
    assert.equal(sent(), 1);
    await clock.pass(1);
    assert.equal(sent(), 2);
    await clock.pass(100);
    assert.equal((await results).length, 3);
  });
});

describe("a query ends with", () => {
  test("a failure status, after which the association is used again", async () => {
    const failure = new StatusError("Too many", 0xa700);
    const { running, log } = runner({
      associations: [[[[2], failure], [[1], 0]]],
    }, { steps: 2 });
    assert.deepEqual(await all(running), ["A: 2/2 42752", "B: 1/1 0"]);
    assert.ok(!log.includes("open 2"));
  });

  test("a lost association, after which another one is opened", async () => {
    for (const error of [CLOSED, new AbortedError("no", 0, 0)]) {
      const { running, log } = runner({
        associations: [[[[2], error]], [[[1], 0]]],
      }, { steps: 2 });
      assert.deepEqual(await all(running), [
        `A: 2/2 ${error.message}`,
        "B: 1/1 0",
      ]);
      assert.ok(log.includes("abort 1"));
      assert.ok(log.includes("find B on 2"));
    }
  });

  test("a lost association before any answer, which is final on a fresh one", async () => {
    const { running, log } = runner({ associations: [[[[], CLOSED]]] });
    assert.deepEqual(await all(running), ["A: 0/0 gone"]);
    assert.ok(!log.includes("open 2"));
  });

  test("a lost association before any answer, which is repeated if queries were answered before", async () => {
    for (const error of [CLOSED, new AbortedError("no", 0, 0)]) {
      const { running, log } = runner({
        associations: [[[[1], 0], [[], error]], [[[4], 0]]],
      }, { steps: 2 });
      assert.deepEqual(await all(running), ["A: 1/1 0", "B: 4/4 0"]);
      assert.deepEqual(log.filter((line) => line.startsWith("find")), [
        "find A on 1",
        "find B on 1",
        "find B on 2",
      ]);
    }
    const failure = new StatusError("Too many", 0xa700);
    const { running } = runner({
      associations: [[[[], failure], [[], CLOSED]], [[[4], 0]]],
    }, { steps: 2 });
    assert.deepEqual(await all(running), ["A: 0/0 42752", "B: 4/4 0"]);
  });

  test("a lost association amid its matches, which is never repeated", async () => {
    const { running } = runner({
      associations: [[[[1], 0], [[1], CLOSED]]],
    }, { steps: 2 });
    assert.deepEqual(await all(running), ["A: 1/1 0", "B: 1/1 gone"]);
  });

  test("a timeout, which is never repeated", async () => {
    const late = new TimeoutError("late", "first-response");
    const { running, log } = runner({
      associations: [[[[1], 0], [[], late]], [[[1], 0]]],
    }, { steps: 3 });
    assert.deepEqual(await all(running), [
      "A: 1/1 0",
      "B: 0/0 late",
      "C: 1/1 0",
    ]);
    assert.ok(log.includes("find C on 2"));
  });

  test("a defect, or a mistake of the caller, which ends the run", async () => {
    const errors = [
      new TypeError("defect"),
      new UsageError("mistake"),
      new LocalProtocolError("misuse"),
      new CancelledError("interrupted", "enough"),
    ];
    for (const error of errors) {
      for (const associations of [[error], [[[[1], error] as const]]]) {
        const { running } = runner({ associations });
        await assert.rejects(running.next(), error);
        await assert.rejects(running.next(), error);
      }
    }
  });
});

describe("an association that is refused", () => {
  test("is the failure of a step if there is no other", async () => {
    const { running } = runner({
      associations: [REJECTED, [[[1], 0]]],
    }, { steps: 2 });
    assert.deepEqual(await all(running), [
      "A: 0/0 no",
      "A: unreachable",
      "B: 1/1 0",
    ]);
  });

  test("is one less to use if there are others", async () => {
    const { running, log } = runner({
      associations: [[[[1], 0], [[1], 0], [[1], 0]], REJECTED],
    }, { steps: 3, concurrency: 2 });
    assert.deepEqual(await all(running), ["A: 1/1 0", "B: 1/1 0", "C: 1/1 0"]);
    assert.ok(log.includes("only 1: no"));
    assert.ok(!log.includes("open 3"));
  });

  test("is a failure that a query met with otherwise", async () => {
    const { running } = runner({ associations: [[[[], CLOSED]]] });
    assert.ok(!(await all(running)).includes("A: unreachable"));
  });
});

describe("reach()", () => {
  test("opens an association that the first step then uses", async () => {
    const { running, log } = runner({ associations: [[[[1], 0]]] });
    assert.equal(await running.reach(), undefined);
    assert.equal(await running.reach(), undefined);
    assert.deepEqual(log, ["open 1"]);
    assert.deepEqual(await all(running), ["A: 1/1 0"]);
    assert.equal(log.filter((line) => line.startsWith("open")).length, 1);
  });

  test("answers why there can be none, and can be tried again", async () => {
    const { running } = runner({ associations: [REJECTED, [[[1], 0]]] });
    assert.equal(await running.reach(), REJECTED);
    assert.equal(await running.reach(), undefined);
    assert.deepEqual(await all(running), ["A: 1/1 0"]);
  });

  test("throws a defect", async () => {
    const defect = new TypeError("defect");
    const { running } = runner({ associations: [defect] });
    await assert.rejects(running.reach(), defect);
  });
});

describe("an interruption", () => {
  const reason = new CancelledError("interrupted", "enough");

  test("before the first step ends the run", async () => {
    const { running, log } = runner(
      { associations: [] },
      { signal: AbortSignal.abort(reason) },
    );
    await assert.rejects(running.next(), reason);
    assert.deepEqual(log, []);
  });

  test("during a step waits until that ended, and begins no other", async () => {
    const controller = new AbortController();
    const { running, log, waiting, clock } = runner(
      { associations: [["waits"]] },
      { steps: 2, signal: controller.signal },
    );
    const results = all(running);
    const rejected = assert.rejects(results, reason);
    await clock.pass(0);
    controller.abort(reason);
    await clock.pass(0);
    assert.equal(waiting.length, 1);
    waiting[0]!();
    await rejected;
    assert.equal(log.filter((line) => line.startsWith("find")).length, 1);
  });

  test("during a pause ends the run at once", async () => {
    const controller = new AbortController();
    const { running, clock } = runner(
      { associations: [[[[], 0]]] },
      { steps: 2, rate: 0.001, signal: controller.signal },
    );
    assert.equal(await running.next(), "A: 0/0 0");
    const rejected = assert.rejects(running.next(), reason);
    await clock.pass(10);
    controller.abort(reason);
    await rejected;
  });

  test("that made a peer end its answer early is no result", async () => {
    const controller = new AbortController();
    controller.signal.addEventListener("abort", () => {});
    const { running, of } = runner({ associations: [[[[1], 0xfe00]]] }, {
      signal: controller.signal,
    });
    const rejected = assert.rejects(running.next(), reason);
    await running.reach();
    assert.equal(of.size, 1);
    controller.abort(reason);
    await rejected;
  });
});

describe("a list that fails", () => {
  test("ends the run with its own error", async () => {
    const error = new UsageError("bad row");
    const { running } = runner({ associations: [] }, {
      nextPart: () => Promise.reject(error),
    });
    await assert.rejects(running.next(), error);
  });

  test("is not read any further after its end", async () => {
    let reads = 0;
    const { running } = runner({ associations: [] }, {
      nextPart: () => {
        reads++;
        return Promise.resolve(undefined);
      },
    });
    assert.deepEqual(await all(running), []);
    assert.equal(reads, 1);
  });
});

describe("end()", () => {
  test("releases what is open, and throws what went wrong with that", async () => {
    const error = new FindscuError("timeout", "no answer");
    const { running, log } = runner({
      associations: [[[[1], 0]], [[[1], 0]]],
      unreleasable: error,
    }, { steps: 2, concurrency: 2 });
    await all(running);
    await assert.rejects(running.end(), error);
    assert.deepEqual(log.slice(-2), ["release 1", "release 2"]);
  });

  test("aborts what is busy", async () => {
    const { running, log, clock } = runner({ associations: [["waits"]] });
    void running.next().catch(() => {});
    await clock.pass(0);
    await running.end();
    assert.deepEqual(log.slice(-1), ["abort 1"]);
  });
});
