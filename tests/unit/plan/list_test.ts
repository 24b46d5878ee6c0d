/** Lists against a simulated peer: statuses, order, doubles, batches, retries, and a peer that fails as it likes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { stringsOf, textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { StatusError, TransportError } from "../../../src/errors.ts";
import {
  type LateAnswer,
  type ListOptions,
  ListPlan,
  ListSummary,
  type Row,
  type RowAnswer,
} from "../../../src/plan/list.ts";
import { retrying } from "../../../src/plan/retry.ts";
import { type Assigned, Schedule } from "../../../src/plan/schedule.ts";
import { type Ending, once } from "../../../src/plan/step.ts";

/** A match of the simulated peer. */
interface Hit {
  readonly dataset: Dataset;
  readonly id: string;
  readonly patient: string;
}

const KEY = 0x0020000d;

function identifierOf(...ids: string[]): Dataset {
  const dataset = new Dataset();
  dataset.set(textElement(KEY, "UI", ids.join("\\")));
  return dataset;
}

function hit(id: string, patient = `p${id}`): Hit {
  return { dataset: identifierOf(id), id, patient };
}

/** What a peer does with one C-FIND: the matches it sends, then how it ends. */
type Peer = (ids: readonly string[], query: number) => {
  readonly hits: readonly Hit[];
  readonly ending?: Partial<Ending>;
};

/** What a run is made of. */
interface RunOptions {
  readonly concurrency?: number;
  readonly batch?: number;
  readonly retries?: number;
  /** Which of the steps under way ends next. */
  readonly pick?: (count: number) => number;
}

/** Answers a list in memory; the time goes on by itself. */
function answer(
  values: readonly string[],
  peer: Peer,
  { concurrency = 1, batch = 1, retries = 0, pick = () => 0 }: RunOptions = {},
) {
  const asked: string[][] = [];
  const refusals: string[] = [];
  const options: ListOptions<Hit> = {
    questionOf: ({ cells: [cell = ""] }) =>
      cell === ""
        ? { status: "blank" }
        : cell === "*"
        ? { status: "wildcard" }
        : cell === "!"
        ? { status: "failed", reason: "no value" }
        : { identifier: identifierOf(cell), identity: cell },
    answer: (identifier, take) =>
      retrying(once(identifier, take), { retries, random: () => 0 }),
    keeps: () => true,
    isExact: ({ identity }, { id }) => id === identity,
    patientOf: ({ patient }) => patient,
    ...(batch > 1 && {
      batch: {
        combine: (rows) => identifierOf(...rows.map((row) => row.identity)),
        identityOf: ({ id }) => id,
        onRefused: () => refusals.push("refused"),
      },
    }),
  };
  const plan = new ListPlan<Hit>(options);
  const schedule = new Schedule<Hit, LateAnswer<Hit>>({ concurrency });
  const rows: Row[] = values.map((cell, index) => ({
    number: index + 1,
    cells: [cell],
  }));
  const answers: RowAnswer<Hit>[] = [];
  const open: Assigned<Hit>[] = [];
  let now = 0;
  for (let turn = 0; !schedule.isDone; turn++) {
    assert.ok(turn < 100_000, "it does not come to an end");
    for (let late; (late = schedule.poll()) !== undefined;) {
      answers.push(late());
    }
    if (schedule.wantsPart) {
      const next = rows.splice(0, batch);
      if (next.length === 0) schedule.close();
      else schedule.add(plan.part(next), now);
    }
    const assigned = schedule.next(now);
    if (assigned !== undefined) open.push(assigned);
    assert.ok(open.length <= concurrency);
    if (assigned !== undefined && open.length < concurrency) continue;
    const [ended] = open.splice(pick(open.length), 1);
    if (ended === undefined) {
      now = schedule.wakeAt() ?? now;
      continue;
    }
    const ids = stringsOf(ended.step.identifier.get(KEY)!);
    const { hits, ending } = peer(ids, asked.push(ids) - 1);
    for (const one of hits) ended.step.take(one);
    ended.end({ matches: hits.length, status: 0, ...ending }, now);
  }
  return { answers, asked, refusals };
}

/** Each row with its status and the identities of its matches. */
function shown(answers: readonly RowAnswer<Hit>[]) {
  return answers.map(({ row, status, matches }) =>
    `${row.number} ${status}${matches.map(({ id }) => ` ${id}`).join("")}`
  );
}

const honest: Peer = (ids) => ({
  hits: ids.filter((id) => id.length < 3).map((id) => hit(id)),
});
const LOST = new TransportError("closed", "The connection was lost");
const REFUSED = new StatusError("Unable to process", 0xc000);

describe("a row", () => {
  test("has the status of what came", () => {
    const peer: Peer = (ids) =>
      ids[0] === "two"
        ? { hits: [hit("two", "a"), hit("two", "b")] }
        : honest(ids, 0);
    const { answers, asked } = answer(["1", "", "*", "!", "none", "two"], peer);
    assert.deepEqual(shown(answers), [
      "1 found 1",
      "2 blank",
      "3 wildcard",
      "4 failed",
      "5 not found",
      "6 ambiguous two two",
    ]);
    assert.deepEqual(asked, [["1"], ["none"], ["two"]]);
  });
  test("does not have the matches of another value", () => {
    const { answers } = answer(["1"], () => ({ hits: [hit("1"), hit("01")] }));
    assert.deepEqual(shown(answers), ["1 found 1"]);
    assert.equal(answers[0]!.inexact, 1);
  });
  test("is asked once where it comes again, and again where it failed", () => {
    const peer: Peer = (ids, query) =>
      query === 0
        ? { hits: [], ending: { error: REFUSED, status: 0xc000 } }
        : honest(ids, query);
    const { answers, asked } = answer(["1", "1", "2", "2"], peer);
    assert.deepEqual(shown(answers), [
      "1 failed",
      "2 found 1",
      "3 found 2",
      "4 found 2",
    ]);
    assert.deepEqual(asked, [["1"], ["1"], ["2"]]);
  });
  test("is incomplete if the peer stopped, failed without any match", () => {
    const endings = [
      { status: 0xa700, error: new StatusError("Out of resources", 0xa700) },
      { status: 0xb001 },
      { status: 0xb007 },
      { status: 0xc000, error: REFUSED },
    ];
    const { answers } = answer(["1", "2", "3", "4"], (ids, query) => ({
      hits: [hit(ids[0]!)],
      ending: endings[query]!,
    }));
    assert.deepEqual(
      answers.map(({ status }) => status),
      Array(4).fill("incomplete"),
    );
    const none = answer(["1"], () => ({ hits: [], ending: endings[3]! }));
    assert.deepEqual(shown(none.answers), ["1 failed"]);
  });
});

describe("rows asked together", () => {
  const values = ["1", "2", "none", "3", "4", "5", "6"];
  test("have the answers that they have alone", () => {
    const alone = answer(values, honest);
    const { answers, asked } = answer(values, honest, { batch: 3 });
    assert.deepEqual(shown(answers), shown(alone.answers));
    // One row that has no match is asked alone, once.
    assert.deepEqual(asked, [["1", "2", "none"], ["none"], ["3", "4", "5"], [
      "6",
    ]]);
  });
  for (
    const [name, peer] of [
      ["of which a peer heeds the first", (ids) => honest(ids.slice(0, 1), 0)],
      [
        "which a peer takes for one UID",
        (ids) => honest(ids.length === 1 ? ids : [], 0),
      ],
      [
        "which a peer refuses",
        (ids) =>
          ids.length === 1
            ? honest(ids, 0)
            : { hits: [], ending: { status: 0xc000, error: REFUSED } },
      ],
    ] as [string, Peer][]
  ) {
    test(name, () => {
      const { answers } = answer(values, peer, { batch: 3 });
      assert.deepEqual(shown(answers), shown(answer(values, honest).answers));
    });
  }
});

test("whatever fails, and in whatever order, every row has an answer, in order, and none a match twice", () => {
  fc.assert(fc.property(
    fc.array(fc.constantFrom("1", "2", "3", "none", "", "*"), {
      maxLength: 40,
    }),
    fc.array(fc.constantFrom("good", "good", "lost", "refused", "half"), {
      maxLength: 60,
    }),
    fc.record({
      concurrency: fc.integer({ min: 1, max: 5 }),
      batch: fc.integer({ min: 1, max: 4 }),
      retries: fc.integer({ min: 0, max: 2 }),
    }),
    fc.infiniteStream(fc.nat()),
    (values, deeds, options, order) => {
      const peer: Peer = (ids, query) => {
        const { hits } = honest(ids, query);
        switch (deeds[query]) {
          case "lost":
            return { hits: hits.slice(0, 1), ending: { error: LOST } };
          case "refused":
            return { hits: [], ending: { error: REFUSED, status: 0xc000 } };
          case "half":
            return { hits: hits.slice(0, 1), ending: { status: 0xb001 } };
          default:
            return { hits };
        }
      };
      const pick = (count: number) =>
        count === 0 ? 0 : order.next().value % count;
      const { answers } = answer(values, peer, { ...options, pick });
      assert.deepEqual(answers.map(({ row }) => row.cells[0]), values);
      const expected = answer(values, honest).answers;
      answers.forEach(({ status, matches }, index) => {
        const truth = expected[index]!;
        const ids = matches.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        if (status === "failed" || status === "incomplete") return;
        assert.equal(status, truth.status);
        assert.deepEqual(ids, truth.matches.map(({ id }) => id));
      });
    },
  ));
});

test("ListSummary counts and says it", () => {
  const summary = new ListSummary();
  summary.add("found", 2);
  summary.add("not found", 0);
  summary.add("failed", 0);
  summary.add("ambiguous", 3, 1);
  const studies = ["study", "studies"] as const;
  assert.equal(
    summary.sentence(studies),
    "4 rows: 1 found (5 studies), 1 not found, 1 ambiguous, 1 failed, 1 inexact match left out",
  );
  assert.equal(summary.unanswered, 1);
});

describe("Schedule", () => {
  test("keeps the rate and the number of associations", () => {
    const schedule = new Schedule<Hit, number>({ concurrency: 2, rate: 10 });
    const part = (id: number) => ({
      *run(emit: (result: number) => void) {
        yield* once<Hit>(identifierOf("1"), () => {});
        emit(id);
      },
    });
    for (let id = 0; id < 4; id++) schedule.add(part(id), 0);
    schedule.close();
    const first = schedule.next(0)!;
    assert.equal(schedule.next(0), undefined);
    assert.equal(schedule.wakeAt(), 100);
    const second = schedule.next(100)!;
    assert.equal(schedule.next(500), undefined, "two are under way");
    second.end({ matches: 0, status: 0 }, 500);
    assert.equal(schedule.poll(), undefined, "the first one comes first");
    first.end({ matches: 0, status: 0 }, 500);
    assert.deepEqual([schedule.poll(), schedule.poll()], [0, 1]);
    const third = schedule.next(500)!;
    assert.equal(schedule.next(500), undefined, "no burst after a quiet time");
    third.putBack();
    const again = schedule.next(600)!;
    assert.equal(schedule.next(700), undefined, "one association less");
    again.end({ matches: 0, status: 0 }, 700);
    schedule.next(700)!.end({ matches: 0, status: 0 }, 700);
    assert.deepEqual([schedule.poll(), schedule.poll(), schedule.poll()], [
      2,
      3,
      undefined,
    ]);
    assert.ok(schedule.isDone);
  });
});
