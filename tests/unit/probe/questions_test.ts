import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { RejectedError, TimeoutError } from "../../../src/errors.ts";
import { FIND_MODELS } from "../../../src/find/models.ts";
import { IMPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { keywordTag, textAt } from "../../../src/probe/keys.ts";
import type { FindStep } from "../../../src/probe/step.ts";
import { OPTION_TABLE } from "../../../src/cli/line/options.ts";
import { belongsTo } from "../../../src/cli/line/options/row.ts";
import { probed, smallArchive } from "./simulated_peer.ts";

const archive = smallArchive();

/** What a peer hears in place of a value. */
function heard(
  path: string,
  vr: "PN" | "DA" | "UI",
  change: (value: string) => string,
) {
  return (identifier: Dataset): Dataset => {
    if (identifier.has(keywordTag(path))) {
      const value = change(textAt(identifier, path));
      identifier.set(textElement(keywordTag(path), vr, value));
    }
    return identifier;
  };
}

function models(...names: string[]) {
  return { models: FIND_MODELS.filter(({ name }) => names.includes(name)) };
}

describe("forms of text", () => {
  test("case and accents that do not matter", () => {
    const { finding } = probed(archive, { fuzzy: true });
    assert.equal(finding("case.name").text, "does not matter");
    assert.equal(finding("accents").text, "do not matter");
  });

  test("case and accents that do", () => {
    const { finding } = probed(archive);
    assert.equal(finding("case.name").text, "matters");
    assert.equal(finding("accents").text, "matter");
  });

  test("wild cards that are taken as letters", () => {
    const { finding } = probed(archive, {
      hears: heard("PatientName", "PN", (name) => name.replace(/[*?]/g, "_")),
    });
    for (const id of ["wildcard.many", "wildcard.one"]) {
      assert.equal(finding(id).outcome, "fails");
      assert.match(finding(id).text, /does not find it$/);
    }
  });

  test("a wild card that makes the key void", () => {
    const { finding } = probed(archive, {
      hears: heard("PatientName", "PN", (name) => /\*/.test(name) ? "" : name),
    });
    assert.match(finding("wildcard.many").text, /^ignored/);
    assert.equal(finding("wildcard.one").outcome, "works");
  });

  test("a wild card that is refused, with what the peer says", () => {
    const { finding } = probed(archive, {
      find: ({ identifier }) =>
        /\*/.test(textAt(identifier, "PatientName"))
          ? { matches: [], status: 0xa900, comment: "No wild cards" }
          : {},
    });
    assert.match(
      finding("wildcard.many").text,
      /^refused: status A900 .*comment "No wild cards"/,
    );
  });

  test("nothing is concluded if the key is not matched", () => {
    const { finding } = probed(archive, {
      hears: heard("PatientName", "PN", () => ""),
    });
    assert.equal(finding("case.name").outcome, "unknown");
    assert.match(finding("case.name").text, /PatientName is not matched/);
  });
});

describe("ranges and lists", () => {
  test("ranges that are ignored", () => {
    const { finding } = probed(archive, {
      hears: heard("StudyDate", "DA", (day) => day.includes("-") ? "" : day),
    });
    assert.match(finding("range.date").text, /^ignored/);
    assert.match(finding("range.date-open").text, /^ignored/);
    assert.equal(finding("match.StudyDate").outcome, "works");
  });

  test("open ranges that find nothing", () => {
    const { finding } = probed(archive, {
      hears: heard(
        "StudyDate",
        "DA",
        (day) => /^-|-$/.test(day) ? "18000101" : day,
      ),
    });
    assert.equal(finding("range.date").outcome, "works");
    assert.equal(finding("range.date-open").outcome, "fails");
  });

  test("lists of UIDs that are cut", () => {
    const { finding } = probed(archive, {
      hears: heard(
        "StudyInstanceUID",
        "UI",
        (uids) => uids.split("\\").slice(0, 500).join("\\"),
      ),
    });
    assert.equal(finding("uid-list").outcome, "works");
    assert.equal(finding("uid-list.length").outcome, "partly");
    assert.match(
      finding("uid-list.length").text,
      /^100 UIDs work, 1000 do not: the last UID/,
    );
  });

  test("lists of which only the first UID counts", () => {
    const { finding } = probed(archive, {
      hears: heard(
        "StudyInstanceUID",
        "UI",
        (uids) => uids.split("\\", 1)[0]!,
      ),
    });
    assert.match(finding("uid-list").text, /find 1 of two/);
  });
});

describe("levels and models", () => {
  test("relational queries, agreed and kept", () => {
    const { finding } = probed(archive, { relational: true });
    assert.equal(finding("relational").outcome, "works");
    assert.match(finding("hierarchy").text, /^answered all the same/);
  });

  test("relational queries, agreed and not kept", () => {
    const { finding } = probed(archive);
    assert.equal(finding("relational").outcome, "fails");
    assert.match(finding("relational").text, /^agreed, but refused: .*A900/);
  });

  test("patients and the worklist", () => {
    const { report } = probed(archive, {}, models("patient", "worklist"));
    const works = (model: string, id: string) =>
      report.findings.filter((one) =>
        one.model === model && one.id === id && one.outcome === "works"
      ).length;
    assert.equal(works("patient", "match.PatientName"), 1);
    assert.equal(works("patient", "wildcard.many"), 1);
    assert.equal(
      works("worklist", "match.ScheduledProcedureStepSequence.Modality"),
      1,
    );
    assert.equal(works("worklist", "sequence.empty"), 1);
  });

  test("a model without a hierarchy is asked once", () => {
    const { steps } = probed(archive, {}, models("ups-pull"));
    assert.equal(steps.filter(({ kind }) => kind === "find").length, 1);
  });
});

describe("matches", () => {
  test("that come twice", () => {
    const { finding } = probed(archive, {
      find: (_, { matches }) => ({ matches: [...matches, ...matches] }),
    });
    assert.equal(finding("duplicates").outcome, "fails");
  });

  test("that are others each time", () => {
    let turn = 0;
    const { finding } = probed(archive, {
      find: ({ purpose }, { matches }) =>
        /All matches|same query/i.test(purpose)
          ? { matches: matches.slice(10 * turn++) }
          : {},
    });
    assert.notEqual(finding("repetition").outcome, "works");
  });

  test("whose limit the peer reports", () => {
    const { finding } = probed(archive, {
      find: (_, { matches, status }) =>
        matches.length > 20
          ? { matches: matches.slice(0, 20), status: 0xa700 }
          : { status },
    });
    assert.match(finding("limit").text, /^stops after 20 matches.*A700/);
  });
});

describe("associations", () => {
  test("implicit VR little endian alone", () => {
    const { finding } = probed(archive, {
      open: ({ contexts }) => ({
        contexts: contexts.map((context, at) => {
          const [syntax] = context.transferSyntaxes;
          const isGood = context.transferSyntaxes.includes(IMPLICIT_LE.uid);
          return {
            id: 2 * at + 1,
            result: isGood ? 0 : 4,
            abstractSyntax: context.abstractSyntax,
            transferSyntax: isGood ? syntax : undefined,
          };
        }),
      }),
    });
    const { outcome, text, advice } = finding("context.study");
    assert.equal(outcome, "works");
    assert.match(text, /^in Little Endian Implicit; refused /);
    assert.deepEqual(advice.map(({ option }) => option), ["-xi"]);
  });

  test("titles that are checked, and one association at a time", () => {
    let open = 0;
    const { finding } = probed(archive, {
      done: ({ kind }) => {
        if (kind === "close") open--;
        return {};
      },
      open({ calledAeTitle }) {
        const isWrong = calledAeTitle !== undefined;
        if (!isWrong && open === 0) {
          open++;
          return {};
        }
        const reason = isWrong ? 7 : 2;
        return {
          accept: undefined,
          contexts: [],
          error: new RejectedError("The peer rejected it", 1, 1, reason),
        };
      },
    });
    assert.match(finding("called-title").text, /^checked: .*rejected/);
    assert.match(finding("calling-title").text, /^not checked/);
    assert.match(finding("several").text, /^1 at once; the next: /);
  });

  test("one that keeps silent is given up after two waits", () => {
    const { report, failure } = probed(archive, {
      find: () => ({
        matches: [],
        status: undefined,
        error: new TimeoutError("Timed out", "first-response"),
      }),
    });
    assert.equal(failure?.code, "timeout");
    assert.equal(report.queries, 2);
  });

  test("the end of the time ends the probe with its report", () => {
    let count = 0;
    const late = (_: FindStep) =>
      ++count < 5 ? {} : {
        matches: [],
        status: undefined,
        error: new TimeoutError("The run took longer than 3 s", "total"),
      };
    const { report } = probed(archive, { find: late });
    assert.equal(report.queries, 5);
    assert.equal(report.incomplete, "The run took longer than 3 s");
    assert.ok(report.verdict.rely.length > 0);
  });
});

describe("what all responses have in common", () => {
  test("statuses, warnings and lost attributes are findings", () => {
    const { finding } = probed(archive, {
      find: () => ({
        warnings: ["The peer answers message 7 as message 8: accepted"],
        losses: ["2 bytes cannot be read"],
        status: 0xb000,
      }),
    });
    assert.match(finding("protocol").text, /message N as message N/);
    assert.match(finding("protocol").text, /N bytes cannot be read/);
    assert.match(finding("statuses").text, /^B000 \d+ times/);
  });

  test("text without a character set, and in another one", () => {
    const without = probed(archive, {
      find: (_, { matches }) => ({
        matches: matches.map((match) => {
          const copy = match.clone();
          copy.delete(keywordTag("SpecificCharacterSet"));
          return copy;
        }),
      }),
    });
    const missing = without.finding("charset.missing");
    assert.deepEqual(missing.advice.map(({ option }) => option), [
      "--assume-charset",
    ]);
    const declared = textElement(
      keywordTag("SpecificCharacterSet"),
      "CS",
      "ISO_IR 100",
    );
    const wrong = probed(archive, {
      find: (_, { matches }) => ({
        matches: matches.map((match) => {
          const copy = match.clone();
          copy.set(declared);
          return copy;
        }),
      }),
    });
    assert.match(wrong.finding("charset.wrong").text, /PatientName/);
  });

  test("what a peer says is harmless for terminals", () => {
    const { report } = probed(archive, {
      find: () => ({ warnings: ["bad \x1b[31m"], comment: "\x1b]0;x\x07" }),
    });
    assert.ok(!JSON.stringify(report).includes("\\u001b"));
  });
});

test("options that are said to help are options of a query", () => {
  const known = new Set(
    OPTION_TABLE.filter((row) => belongsTo(row, "find"))
      .flatMap(({ spellings }) => spellings),
  );
  const reports = [
    probed(archive, { relational: true }),
    probed(archive, {
      hears: (identifier) => {
        const level = identifier.get(keywordTag("QueryRetrieveLevel"))!;
        return Dataset.of(level);
      },
      find: (_, { matches }) => ({
        matches: matches.slice(0, 30),
        status: 0xa700,
        warnings: ["odd"],
        firstTime: 5000,
      }),
    }),
    probed(archive, {
      find: ({ cancelAfter }, { status }) =>
        cancelAfter === 1
          ? { afterCancel: 99, error: new TimeoutError("late", "response") }
          : { status: status === 0 ? 0xb000 : 0xa900 },
    }, models("study", "worklist")),
  ];
  const advised = new Set(
    reports.flatMap(({ report }) =>
      report.findings.flatMap(({ advice }) => advice.map((one) => one.option))
    ),
  );
  assert.ok(advised.size > 5, [...advised].join());
  for (const option of advised) assert.ok(known.has(option), option);
});
