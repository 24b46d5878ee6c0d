import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  agreementOn,
  proposedExtension,
} from "../../../../../src/cli/commands/find/negotiation.ts";
import { UsageError } from "../../../../../src/errors.ts";
import { findModel } from "../../../../../src/find/models.ts";

const NOTHING = {
  relational: false,
  datetime: false,
  fuzzy: false,
  timezoneAdjust: false,
  enhanced: false,
};
const STUDY = findModel("study")!;
const WORKLIST = findModel("worklist")!;

describe("proposedExtension()", () => {
  test("proposes nothing when nothing is requested", () => {
    assert.equal(proposedExtension(STUDY, NOTHING), undefined);
  });

  const rows: [Partial<typeof NOTHING>, number[]][] = [
    [{ relational: true }, [1, 0, 0]],
    [{ datetime: true }, [0, 1, 0]],
    [{ fuzzy: true }, [0, 0, 1]],
    [{ timezoneAdjust: true }, [0, 0, 0, 1]],
    [{ enhanced: true }, [0, 0, 0, 0, 1]],
    [{ relational: true, enhanced: true }, [1, 0, 0, 0, 1]],
  ];
  for (const [wanted, bytes] of rows) {
    test(`writes ${Object.keys(wanted).join(" and ")} as ${bytes}`, () => {
      const proposal = proposedExtension(STUDY, { ...NOTHING, ...wanted });
      assert.equal(proposal?.sopClassUid, STUDY.uid);
      assert.deepEqual([...proposal.information], bytes);
    });
  }

  test("says 1 twice in front of the worklist's sub-options", () => {
    const proposal = proposedExtension(WORKLIST, { ...NOTHING, fuzzy: true });
    assert.deepEqual([...proposal!.information], [1, 1, 1]);
  });

  test("refuses what the model does not have", () => {
    assert.throws(
      () => proposedExtension(WORKLIST, { ...NOTHING, relational: true }),
      (error: unknown) =>
        error instanceof UsageError &&
        error.message ===
          'The information model "worklist" does not support relational queries: --relational does not apply to it',
    );
    assert.throws(
      () =>
        proposedExtension(findModel("product")!, { ...NOTHING, fuzzy: true }),
      UsageError,
    );
  });
});

describe("agreementOn()", () => {
  const wanted = { ...NOTHING, relational: true, fuzzy: true };

  test("takes no answer as agreement to nothing", () => {
    assert.deepEqual(agreementOn(STUDY, wanted, []), {
      agreed: [],
      refused: ["relational queries", "fuzzy matching of person names"],
    });
  });

  test("distinguishes what was agreed to from what was not, in short answers too", () => {
    const answer = {
      sopClassUid: STUDY.uid,
      information: new Uint8Array([1]),
    };
    assert.deepEqual(agreementOn(STUDY, wanted, [answer]), {
      agreed: ["relational queries"],
      refused: ["fuzzy matching of person names"],
    });
  });

  test("reads the worklist's answer at its own places", () => {
    const answer = {
      sopClassUid: WORKLIST.uid,
      information: new Uint8Array([1, 1, 0, 1]),
    };
    const both = { ...NOTHING, fuzzy: true, timezoneAdjust: true };
    assert.deepEqual(agreementOn(WORKLIST, both, [answer]), {
      agreed: ["time zone adjustment"],
      refused: ["fuzzy matching of person names"],
    });
  });
});
