/** Ends of associations in words: hints look at what was proposed, sent and already answered. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type EndContext,
  endOf,
  noContextError,
  statusError,
} from "../../../src/client/explain.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import type { Command } from "../../../src/dimse/commands.ts";
import { FindscuError } from "../../../src/errors.ts";
import { findModel, VERIFICATION } from "../../../src/find/models.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";

const STUDY = findModel("study")!.uid;
const WORKLIST = findModel("worklist")!.uid;

describe("noContextError()", () => {
  function hint(
    result: number,
    abstractSyntax: string,
    transferSyntaxes: readonly string[],
  ): string {
    const error = noContextError(
      abstractSyntax,
      [{ id: 1, abstractSyntax, result, transferSyntax: undefined }],
      [{ abstractSyntax, transferSyntaxes }],
    );
    return hintOf(error) ?? "";
  }

  test("names the only transfer syntax that was proposed", () => {
    const text = hint(4, STUDY, [IMPLICIT_LE.uid]);
    assert.match(text, /^Only Little Endian Implicit was proposed.*-xi/);
  });

  test("proposes nothing that was proposed", () => {
    const text = hint(4, STUDY, [EXPLICIT_LE.uid, IMPLICIT_LE.uid]);
    assert.doesNotMatch(text, /propose /i);
    assert.match(text, /another model/);
  });

  test("offers the information models that were not asked for", () => {
    assert.match(hint(3, WORKLIST, []), /-S \(study\), -P \(patient\);/);
    assert.match(hint(3, STUDY, []), /-P \(patient\), -W \(worklist\);/);
    assert.doesNotMatch(hint(3, VERIFICATION, []), /-[SPW]/);
  });
});

describe("endOf()", () => {
  const base: EndContext = {
    target: { host: "pacs", port: 104 },
    request: {
      callingAeTitle: "ME",
      calledAeTitle: "PACS",
      contexts: [],
    } as unknown as EndContext["request"],
    accepted: true,
    answered: false,
    served: 0,
    timeouts: { firstResponse: 1000, association: 1000 },
    secured: false,
    failure: undefined,
  };
  const ABORT = { type: "aborted", source: 0, reason: 0 } as const;

  function hint(
    event: Parameters<typeof endOf>[0],
    changes: Partial<EndContext>,
  ): string {
    const error = endOf(event, { ...base, ...changes });
    assert.ok(error instanceof FindscuError);
    return hintOf(error) ?? "";
  }

  for (
    const [name, event] of [["abort", ABORT], ["close", undefined]] as const
  ) {
    test(`${name} before any answer may be for the AE title`, () =>
      assert.match(hint(event, {}), /"ME".*-aet/));

    test(`${name} after answers is not`, () => {
      const text = hint(event, { served: 86 });
      assert.match(text, /had answered 86 requests/);
      assert.doesNotMatch(text, /ME|-aet/);
      assert.match(hint(event, { served: 1 }), /answered 1 request /);
    });

    test(`${name} in the midst of an answer keeps what came`, () =>
      assert.match(hint(event, { answered: true, served: 3 }), /are valid/));
  }

  test("a time-out looks at TLS and at earlier answers", () => {
    const wait = (phase: "association" | "first-response") =>
      ({ type: "timeout", phase }) as const;
    assert.match(hint(wait("association"), {}), /both sides use TLS/);
    const secured = hint(wait("association"), { secured: true });
    assert.match(secured, /^TLS is established/);
    assert.match(hint(wait("first-response"), { served: 2 }), /answered 2/);
  });
});

describe("statusError()", () => {
  const failed = (abstractSyntax: string, command: Partial<Command> = {}) =>
    statusError(
      "C-FIND",
      {
        status: 0xa900,
        command: { ...command } as Command,
        messageId: 1,
        responses: 1,
        cancelled: false,
        dataset: undefined,
        contextId: 1,
      },
      abstractSyntax,
    );

  test("names the offending element by its keyword", () => {
    const error = failed(STUDY, { offendingElements: [0x00080061] });
    assert.match(error.message, /ModalitiesInStudy \(0008,0061\)$/);
    assert.match(error.hint!, /rejects ModalitiesInStudy/);
  });

  test("speaks of no offending element where there is none", () => {
    assert.doesNotMatch(failed(STUDY).hint!, /offending|fault/);
  });

  test("speaks of levels only where the model has some", () => {
    assert.match(failed(STUDY).hint!, /query level/);
    assert.doesNotMatch(failed(WORKLIST).hint!, /level/);
  });
});
