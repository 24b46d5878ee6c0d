import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Dataset } from "../../../src/dataset/dataset.ts";
import { quantity, StatusError } from "../../../src/errors.ts";
import type { Ending, Outcome } from "../../../src/plan/step.ts";
import { type SplitOptions, splitting } from "../../../src/plan/split.ts";
import { endOfTomorrow } from "../../../src/plan/windows.ts";
import {
  type LimitManner,
  runPart,
  SimulatedArchive,
  type StoredStudy,
  type StudyMatch,
  studyQuestion,
} from "./simulated_archive.ts";

const TODAY = Date.UTC(2026, 10, 28);
const MANNERS: readonly LimitManner[] = ["silent", "A700", "B001", "FE00"];

interface Found {
  readonly uids: string[];
  readonly outcome: Outcome;
}

function split(
  archive: Pick<SimulatedArchive, "answer">,
  options: Partial<SplitOptions<StudyMatch>> = {},
): Found {
  const uids: string[] = [];
  const asking = splitting<StudyMatch>(
    studyQuestion(),
    ({ study }) => uids.push(study.uid),
    {
      keyword: "StudyDate",
      days: { from: -Infinity, to: Infinity },
      end: endOfTomorrow(TODAY),
      byTime: true,
      narrowed: studyQuestion,
      momentOf: ({ study }) => study,
      identityOf: ({ study }) => study.uid,
      ...options,
    },
  );
  const outcome = runPart(
    asking,
    (identifier, take) => archive.answer(identifier, take),
  );
  return { uids, outcome };
}

/** A repeatable number from 0 to below 1. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function dateBefore(days: number): string {
  const date = new Date(Date.UTC(2026, 10, 27) - Math.floor(days) * 86_400_000);
  return date.toISOString().slice(0, 10).replaceAll("-", "");
}

/** Studies on days before the present by `dayOf`, in working hours. */
function studies(
  count: number,
  dayOf: (chance: () => number) => number,
): StoredStudy[] {
  const chance = random(count);
  const two = (below: number) =>
    String(Math.floor(chance() * below)).padStart(2, "0");
  return Array.from({ length: count }, (_, index) => ({
    uid: `1.2.${index}`,
    date: dateBefore(dayOf(chance)),
    time: String(7 + Math.floor(chance() * 11)).padStart(2, "0") + two(60) +
      two(60),
  }));
}

const SHAPES: Readonly<Record<string, (chance: () => number) => number>> = {
  "over five years": (chance) => chance() * 1825,
  "more every year": (chance) => 5475 * (1 - Math.sqrt(chance())),
  "within a month": (chance) => chance() * 30,
  "on one day": () => 400,
  "on working days": (chance) => {
    const day = Math.floor(chance() * 1300);
    return Math.floor(day / 5) * 7 + day % 5;
  },
};

for (const [name, dayOf] of Object.entries(SHAPES)) {
  for (const manner of MANNERS) {
    test(`splitting() finds 20000 studies ${name}, each once, if a peer stops at 500 (${manner})`, () => {
      const stored = studies(20_000, dayOf);
      const archive = new SimulatedArchive(stored, 500, manner);
      const { uids, outcome } = split(archive);
      assert.equal(uids.length, 20_000);
      assert.equal(new Set(uids).size, 20_000);
      assert.deepEqual(outcome.gaps, []);
      assert.ok(archive.queries < 2.5 * 40, `${archive.queries} queries`);
    });
  }
}

test("splitting() asks once if the answer is complete", () => {
  const archive = new SimulatedArchive(studies(37, SHAPES["over five years"]!));
  const { uids, outcome } = split(archive);
  assert.equal(uids.length, 37);
  assert.deepEqual(outcome, { gaps: [], notes: [] });
  assert.equal(archive.queries, 1);
});

test("splitting() verifies a successful answer that looks like a limit", () => {
  const archive = new SimulatedArchive(
    studies(150, SHAPES["over five years"]!),
  );
  const { uids, outcome } = split(archive);
  assert.equal(uids.length, 150);
  assert.deepEqual(outcome.gaps, []);
  assert.match(
    outcome.notes.join(),
    /^150 matches are complete: \d+ queries by StudyDate found no more$/,
  );
});

test("splitting() counts an answer of the limit that is given as cut", () => {
  const stored = studies(31, SHAPES["over five years"]!);
  const { uids, outcome } = split(new SimulatedArchive(stored, 7, "silent"), {
    peerLimit: 7,
  });
  assert.equal(uids.length, 31);
  assert.match(
    outcome.notes[0]!,
    /^The limit of 7 matches was reached \d+ times in \d+ queries$/,
  );
});

test("splitting() gets through a limit that gives no matches at all", () => {
  const stored = studies(900, SHAPES["over five years"]!);
  const archive = new SimulatedArchive(stored, 500, "A700 without matches");
  const { uids, outcome } = split(archive);
  assert.equal(uids.length, 900);
  assert.deepEqual(outcome.gaps, []);
});

test("splitting() gives up at one minute, and names it", () => {
  const stored = studies(900, () => 100).map((study) => ({
    ...study,
    time: "1015",
  }));
  const { uids, outcome } = split(new SimulatedArchive(stored, 500));
  assert.equal(uids.length, 500);
  assert.deepEqual(outcome.gaps.map(({ text }) => text), [
    `there are more than 500 matches in one minute, ${
      dateBefore(100)
    } 10:15-10:16`,
  ]);
});

test("splitting() gives up at one day if there is no time to split by", () => {
  const stored = studies(900, () => 100);
  const { outcome } = split(new SimulatedArchive(stored, 500), {
    byTime: false,
  });
  assert.deepEqual(outcome.gaps.map(({ text }) => text), [
    `there are more than 500 matches in one day, ${dateBefore(100)}`,
  ]);
});

for (const limit of [10, 0]) {
  test(`splitting() stops if every range fails, with ${limit} matches at most`, () => {
    const archive = new SimulatedArchive(
      studies(500, (chance) => 300 * chance()),
    );
    let queries = 0;
    const refusing = {
      answer(identifier: Dataset, take: (match: StudyMatch) => void): Ending {
        queries++;
        let matches = 0;
        archive.answer(identifier, (match) => {
          if (matches < limit) {
            matches++;
            take(match);
          }
        });
        const error = new StatusError("Out of resources", 0xa700);
        return { matches, status: 0xa700, error };
      },
    };
    const { outcome, uids } = split(refusing);
    assert.ok(queries < 200, `${queries} queries`);
    const { text, error } = outcome.gaps.at(-1)!;
    assert.match(text, /^the peer ends queries of one minute/);
    // A part is an incomplete answer; none is a failure.
    assert.equal(error === undefined, uids.length > 0);
  });
}

test("splitting() shows studies without a date that an answer held, and says that there may be more", () => {
  const stored = [
    ...["a", "b"].map((uid) => ({ uid, date: "", time: "" })),
    ...studies(900, SHAPES["over five years"]!),
  ];
  const { uids, outcome } = split(new SimulatedArchive(stored, 500));
  assert.equal(uids.length, 902);
  assert.match(
    outcome.notes[1]!,
    /^Ranges do not find entities without StudyDate/,
  );
});

for (const manner of MANNERS) {
  test(`splitting() finds a peer out that ignores date ranges (${manner})`, () => {
    const stored = studies(2000, SHAPES["over five years"]!);
    const archive = new SimulatedArchive(stored, 500, manner, true);
    const { uids, outcome } = split(archive);
    assert.equal(uids.length, 500);
    assert.equal(
      outcome.gaps[0]?.text,
      "the peer ignores ranges of StudyDate, so the answer cannot be split",
    );
    assert.ok(archive.queries < 10);
  });
}

test("splitting() stays within the days of the question", () => {
  const stored = studies(3000, SHAPES["over five years"]!);
  const days = { from: 9132, to: 9497 }; // the year 2025
  const archive = new SimulatedArchive(stored, 100);
  const uids: string[] = [];
  const asking = splitting<StudyMatch>(
    studyQuestion("20250101-20251231"),
    ({ study }) => uids.push(study.uid),
    {
      keyword: "StudyDate",
      days,
      end: endOfTomorrow(TODAY),
      byTime: true,
      narrowed: studyQuestion,
      momentOf: ({ study }) => study,
      identityOf: ({ study }) => study.uid,
    },
  );
  runPart(asking, (identifier, take) => archive.answer(identifier, take));
  const wanted = stored.filter(({ date }) => date.startsWith("2025"));
  assert.equal(uids.length, wanted.length);
});

test("splitting() finds everything whatever is stored and wherever the peer stops", () => {
  const day = fc.oneof(
    fc.integer({ min: 0, max: 40_000 }),
    fc.integer({ min: 1000, max: 1010 }),
    fc.constant(2000),
  );
  const study = fc.record({
    day,
    minute: fc.integer({ min: 0, max: 1439 }),
    precision: fc.constantFrom(2, 4, 6),
  });
  fc.assert(
    fc.property(
      fc.array(study, { maxLength: 300 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom<LimitManner>(
        "A700",
        "B001",
        "FE00",
        "A700 without matches",
      ),
      (list, limit, manner) => {
        const stored = list.map(({ day, minute, precision }, index) => {
          const two = (number: number) => String(number).padStart(2, "0");
          const time = `${two(Math.floor(minute / 60))}${two(minute % 60)}00`;
          return {
            uid: `${index}`,
            date: dateBefore(day),
            time: time.slice(0, precision),
          };
        });
        const { uids, outcome } = split(
          new SimulatedArchive(stored, limit, manner),
        );
        assert.equal(new Set(uids).size, uids.length);
        // More than the limit in one minute cannot be had, and is said.
        if (outcome.gaps.length === 0) assert.equal(uids.length, stored.length);
        else {
          assert.ok(
            outcome.gaps.every(({ text }) => text.includes("in one minute")),
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("nouns agree with their numbers", () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => quantity(count, "match", "matches")),
    ["0 matches", "1 match", "2 matches"],
  );
  assert.equal(quantity("1", "row"), "1 row");
  assert.equal(quantity("1,000", "row"), "1,000 rows");
});
