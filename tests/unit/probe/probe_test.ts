import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { textElement } from "../../../src/codec/values.ts";
import {
  AbortedError,
  RejectedError,
  TimeoutError,
} from "../../../src/errors.ts";
import { FIND_MODELS, findModel } from "../../../src/find/models.ts";
import { keywordTag, textAt } from "../../../src/probe/keys.ts";
import { probed, smallArchive } from "./simulated_peer.ts";

const archive = smallArchive();

describe("a probe of a good peer", () => {
  const { report, steps, finding, failure } = probed(archive);

  test("is complete, and every line has its evidence", () => {
    assert.equal(failure, undefined);
    assert.equal(report.incomplete, undefined);
    const numbers = new Set(report.exchanges.map(({ number }) => number));
    for (const { id, outcome, evidence } of report.findings) {
      if (outcome !== "unknown") assert.notEqual(evidence.length, 0, id);
      for (const number of evidence) assert.ok(numbers.has(number), id);
    }
  });

  test("asks nothing without a limit", () => {
    const finds = steps.filter((step) => step.kind === "find");
    assert.equal(finds.length, report.queries);
    for (const { cancelAfter } of finds) assert.ok(cancelAfter <= 1000);
  });

  test("names the product by its implementation class UID", () => {
    assert.match(finding("implementation").text, /OFFIS_DCMTK_367.*DCMTK/);
  });

  test("explains extended negotiation byte by byte", () => {
    const { text } = finding("extended.study");
    assert.match(text, /relational queries: asked 1, answered 1, agreed/);
    assert.match(text, /fuzzy.*: asked 1, answered 0, not agreed/);
    assert.match(text, /time zone.*: asked 1, answered no byte, not agreed/);
  });

  test("finds every key matched and returned", () => {
    for (
      const id of ["match.PatientName", "match.StudyDate", "match.StudyID"]
    ) {
      assert.equal(finding(id, "STUDY").outcome, "works");
    }
    assert.equal(finding("return.PatientName").outcome, "works");
    assert.equal(finding("limit").outcome, "works");
  });
});

describe("matching keys", () => {
  test("a key that the peer does not look at is ignored", () => {
    const { finding } = probed(archive, {
      hears(identifier) {
        identifier.set(textElement(keywordTag("PatientName"), "PN", ""));
        return identifier;
      },
    });
    const { outcome, text, advice } = finding("match.PatientName", "STUDY");
    assert.equal(outcome, "fails");
    assert.match(text, /^ignored/);
    assert.deepEqual(advice.map(({ option }) => option), ["--enforce"]);
    assert.equal(finding("match.PatientID", "STUDY").outcome, "works");
  });

  test("a key that is refused", () => {
    const { finding } = probed(archive, {
      find({ identifier }) {
        return textAt(identifier, "StudyID") === ""
          ? {}
          : { matches: [], pendingCounts: new Map(), status: 0xa900 };
      },
    });
    assert.match(finding("match.StudyID").text, /^refused: status A900/);
    assert.equal(finding("match.PatientID", "STUDY").outcome, "works");
  });

  test("a key that finds nothing, not even with the right value", () => {
    const { finding } = probed(archive, {
      find({ identifier }) {
        return textAt(identifier, "AccessionNumber") === ""
          ? {}
          : { matches: [], pendingCounts: new Map(), status: 0 };
      },
    });
    assert.match(
      finding("match.AccessionNumber", "STUDY").text,
      /finds nothing/,
    );
  });
});

describe("limits", () => {
  test("a silent one is proved by what it hides", () => {
    const { finding } = probed(archive, {
      find: (_, { matches }) => ({ matches: matches.slice(0, 7), status: 0 }),
    });
    const { outcome, text, advice } = finding("limit");
    assert.equal(outcome, "fails");
    assert.match(text, /^stops after 7 matches with status 0000, as if/);
    assert.ok(advice.some(({ option }) => option === "--split"));
  });

  test("C-CANCEL that is not heeded", () => {
    const { finding } = probed(archive, {
      find: ({ cancelAfter }, { status }) =>
        cancelAfter === 1
          ? {
            status: undefined,
            afterCancel: 99,
            error: new TimeoutError("Timed out", "response"),
          }
          : { status },
    });
    assert.match(finding("cancel").text, /^ignored.*99 after it/);
    assert.equal(finding("cancel").outcome, "fails");
  });

  test("the budget is kept, and what was left out is reported", () => {
    const { report, steps, failure } = probed(archive, {}, { budget: 9 });
    assert.equal(report.queries, 9);
    assert.equal(steps.filter(({ kind }) => kind === "find").length, 9);
    assert.equal(failure, undefined);
    const left = report.findings.filter(({ text }) =>
      /^not checked: the budget of 9 queries/.test(text)
    );
    assert.ok(left.length > 5);
    assert.ok(left.every(({ outcome }) => outcome === "unknown"));
  });
});

describe("a peer that breaks off", () => {
  test("is given up after three failures in a row", () => {
    const { report, failure, steps } = probed(archive, {
      find: () => ({
        matches: [],
        status: undefined,
        error: new AbortedError("The peer aborted", 0, 0),
      }),
    });
    assert.equal(failure?.code, "aborted");
    assert.equal(report.queries, 3);
    assert.match(report.incomplete ?? "", /given up after 3 failures in a row/);
    assert.equal(steps.filter(({ kind }) => kind === "find").length, 3);
  });

  test("at one question alone, is asked the others", () => {
    const { finding, failure } = probed(archive, {
      find: ({ identifier }) =>
        textAt(identifier, "QueryRetrieveLevel") === "FINDSCU"
          ? {
            status: undefined,
            error: new AbortedError("The peer aborted", 0, 0),
          }
          : {},
    });
    assert.equal(failure, undefined);
    assert.equal(finding("wrong.level-unknown").outcome, "fails");
    assert.match(finding("wrong.level-unknown").text, /not answered: The peer/);
    assert.equal(finding("match.PatientID", "STUDY").outcome, "works");
  });

  test("rejects the association: that is the report", () => {
    const { report, failure, isAssociated } = probed(archive, {
      open: () => ({
        accept: undefined,
        contexts: [],
        error: new RejectedError("The peer rejected", 1, 1, 3),
      }),
    });
    assert.equal(isAssociated, false);
    assert.equal(failure?.code, "rejected");
    assert.equal(report.queries, 0);
    assert.match(report.incomplete ?? "", /rejected/);
  });
});

describe("values in the report", () => {
  const secret = "Doe";
  const models = FIND_MODELS.filter(({ name }) =>
    name === "study" || name === "worklist"
  );

  test("are masked", () => {
    const { report } = probed(archive, {
      find: (_, { status, comment }) =>
        status === 0xa900 ? { comment: `${comment} for doe` } : {},
    }, { showPhi: false, models });
    const text = JSON.stringify(report);
    for (const study of probed(archive).report.exchanges) {
      for (const sample of study.samples ?? []) {
        for (const key of ["PatientName", "PatientID", "StudyInstanceUID"]) {
          const value = sample[key];
          if (value) assert.ok(!text.includes(value), value);
        }
      }
    }
    assert.match(text, /FINDSCU\^NOBODY/);
  });

  test("are shown on request", () => {
    const { report } = probed(archive, {}, { showPhi: true });
    assert.ok(JSON.stringify(report).includes(secret));
  });
});

test("a model that the peer does not accept is not asked", () => {
  const study = findModel("study")!.uid;
  const { report, steps } = probed(archive, {
    refuses: (uid) => uid === study,
  });
  assert.equal(report.queries, 0);
  assert.ok(!steps.some(({ kind }) => kind === "find"));
  const context = report.findings.find(({ id }) => id === "context.study");
  assert.equal(context?.outcome, "fails");
});
