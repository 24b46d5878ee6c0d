/** The words of every way in which an association or a query ends badly, and of the advice that follows. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hintOf } from "../../../src/cli/line/remedies.ts";
import {
  type EndContext,
  endOf,
  noContextError,
  statusError,
  timeoutError,
} from "../../../src/client/explain.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import type { Command } from "../../../src/dimse/commands.ts";
import {
  FindscuError,
  RemoteProtocolError,
  TransportError,
} from "../../../src/errors.ts";
import { findModel, VERIFICATION } from "../../../src/find/models.ts";
import type { FinalResponse } from "../../../src/find/scu_events.ts";

const CONTEXT: EndContext = {
  target: { host: "pacs", port: 104 },
  request: { callingAeTitle: "ME", calledAeTitle: "PACS", contexts: [] },
  accepted: true,
  answered: false,
  served: 0,
  timeouts: {
    association: 1500,
    firstResponse: 2000,
    response: 3000,
    release: 4000,
  },
  secured: false,
  failure: undefined,
};

const REGISTER =
  'eers that do not recognise a calling AE title often end the connection like this: ask the administrator to register "ME", or choose another with -aet';
const VALID = "The matches received are valid, but there may be more";
const CHECK_LOG = "Check the peer's log";

function answered(requests: string): string {
  return `It had answered ${requests} on this association: it may limit their number or time, or have failed on this one: check its log`;
}

type Row = [
  name: string,
  event: Parameters<typeof endOf>[0],
  context: Partial<EndContext>,
  code: string,
  message: string,
  hint?: string,
];

const rejected = (result: number, source: number, reason: number) =>
  ({ type: "rejected", result, source, reason }) as const;
const aborted = (source: number, reason: number) =>
  ({ type: "aborted", source, reason }) as const;
const CLOSED = { type: "closed" } as const;
const timeout = (
  phase: "association" | "first-response" | "response" | "release",
) => ({ type: "timeout", phase }) as const;

const BY_USER =
  "The peer's application aborted the association (source 0, reason 0)";
const BY_PROVIDER =
  "The peer's network layer aborted the association because it received a PDU of a type that it does not know (source 2, reason 1)";
const CLOSED_FIRST = "closed the connection before its first response";

// deno-fmt-ignore
const ENDS: readonly Row[] = [
  ["a rejected calling title", rejected(1, 1, 3), {}, "rejected", "The peer rejected the association: the peer does not recognise our calling AE title (result 1, source 1, reason 3)", 'Have "ME" registered at the peer, or use a title that it knows with -aet; titles are case-sensitive'],
  ["a rejected called title", rejected(1, 1, 7), {}, "rejected", "The peer rejected the association: the peer does not recognise the called AE title (result 1, source 1, reason 7)", 'It was called "PACS": give its own title with -aec, or before the @ of an address; titles are case-sensitive'],
  ["the same reason of another source", rejected(1, 2, 3), {}, "rejected", "The peer rejected the association for a reason that DICOM does not define (result 1, source 2, reason 3)", "Check the peer's log, and that it knows this host and both AE titles"],
  ["a rejection for now", rejected(2, 3, 2), {}, "rejected", "The peer rejected the association for now: the peer has reached its limit of associations, in total or for this AE (result 2, source 3, reason 2)", "Try again when other associations have ended"],
  ["an abort before any answer", aborted(0, 0), {}, "aborted", BY_USER, `P${REGISTER}`],
  ["an abort after one answer", aborted(0, 0), { served: 1 }, "aborted", BY_USER, answered("1 request")],
  ["an abort after two answers", aborted(0, 0), { served: 2 }, "aborted", BY_USER, answered("2 requests")],
  ["an abort amid an answer", aborted(0, 0), { answered: true }, "aborted", BY_USER, VALID],
  ["an abort by the provider before any answer", aborted(2, 1), {}, "aborted", BY_PROVIDER, `P${REGISTER}`],
  ["an abort by the provider amid an answer", aborted(2, 1), { answered: true }, "aborted", BY_PROVIDER, "Check the peer's log; -d shows the PDUs on this side"],
  ["an abort by the provider after an answer", aborted(2, 1), { served: 1 }, "aborted", BY_PROVIDER, "Check the peer's log; -d shows the PDUs on this side"],
  ["an abort of a reserved source", aborted(1, 99), { served: 1 }, "aborted", "The peer aborted the association with a source that DICOM does not define (source 1, reason 99)", CHECK_LOG],
  ["a close instead of an association", CLOSED, { accepted: false }, "closed", "The peer at pacs:104 closed the connection before it answered the association request", `Check that the port speaks DICOM; p${REGISTER}`],
  ["a close instead of an association over TLS", CLOSED, { accepted: false, secured: true }, "closed", "The peer at pacs:104 closed the connection before it answered the association request", `The peer may demand a client certificate, or another one; p${REGISTER}`],
  ["a close before the first response", CLOSED, {}, "closed", `The peer at pacs:104 ${CLOSED_FIRST}`, `P${REGISTER}`],
  ["a close amid an answer", CLOSED, { answered: true }, "closed", "The peer at pacs:104 closed the connection before its final response", VALID],
  ["no further event after three answers", undefined, { served: 3 }, "closed", `The peer at pacs:104 ${CLOSED_FIRST}`, answered("3 requests")],
  ["a close by a host with colons", CLOSED, { target: { host: "::1", port: 104 }, answered: true }, "closed", "The peer at [::1]:104 closed the connection before its final response", VALID],
  ["a close by what has no port", CLOSED, { target: { host: "mock:demo", port: 0 }, answered: true }, "closed", "The peer at mock:demo closed the connection before its final response", VALID],
  ["a transport's own exception", undefined, { failure: new Error("cable pulled") }, "closed", "The transport to pacs:104 failed: cable pulled"],
  ["a transport that was closed", undefined, { failure: new TransportError("closed", "gone"), answered: true }, "closed", "The peer at pacs:104 closed the connection before its final response", VALID],
  ["a transport with better words", undefined, { failure: new TransportError("tls", "Certificate refused") }, "tls", "Certificate refused"],
  ["no answer to the association request", timeout("association"), {}, "timeout", "Timed out: waited 1.5 s for the answer to the association request from pacs:104", "Check that the port speaks DICOM and that both sides use TLS or neither does, or wait longer with -ta"],
  ["the same over TLS", timeout("association"), { secured: true }, "timeout", "Timed out: waited 1.5 s for the answer to the association request from pacs:104", "TLS is established, so check that the port speaks DICOM, or wait longer with -ta"],
  ["no first response", timeout("first-response"), { secured: true }, "timeout", "Timed out: waited 2 s for the first response from pacs:104", "The archive may be slow with broad queries: narrow the query, or wait longer with -td"],
  ["no first response after an answer", timeout("first-response"), { served: 1 }, "timeout", "Timed out: waited 2 s for the first response from pacs:104", "It had answered 1 request on this association: the peer hangs, or this one takes longer: narrow it, or wait longer with -td"],
  ["no first response after two answers", timeout("first-response"), { served: 2 }, "timeout", "Timed out: waited 2 s for the first response from pacs:104", "It had answered 2 requests on this association: the peer hangs, or this one takes longer: narrow it, or wait longer with -td"],
  ["no next response", timeout("response"), { served: 2 }, "timeout", "Timed out: waited 3 s for the next response from pacs:104", "The archive may be slow: narrow the query, or wait longer with -td"],
  ["no answer to the release", timeout("release"), {}, "timeout", "Timed out: waited 4 s for the answer to the release request from pacs:104", "The results are complete; only the release was not confirmed"],
  ["a release by the peer", { type: "peer-released", early: false }, {}, "closed", "The peer released the association"],
  ["a release by the peer amid an answer", { type: "peer-released", early: true }, {}, "closed", "The peer released the association before its final response"],
];

describe("the user reads of", () => {
  for (const [name, event, context, code, message, hint] of ENDS) {
    test(name, () => {
      const error = endOf(event, { ...CONTEXT, ...context });
      assert.ok(error instanceof FindscuError);
      assert.deepEqual(
        [error.code, error.message, hintOf(error)],
        [code, message, hint],
      );
    });
  }

  test("what broke the transport as the cause", () => {
    for (
      const failure of [
        new Error("cable"),
        new TransportError("closed", "gone"),
        undefined,
      ]
    ) {
      const error = endOf(undefined, { ...CONTEXT, failure });
      assert.equal(error?.cause, failure);
      assert.equal("cause" in error!, failure !== undefined);
    }
  });

  test("a connection or a run that takes too long", () => {
    // deno-fmt-ignore
    const rows = [
      ["connect", "Timed out: waited 30 s for the connection to open from pacs:104", "Check host, port and firewall, or wait longer with -to"],
      ["total", "Timed out: waited 30 s in all from pacs:104", "Allow more with --total-timeout, or narrow the query"],
    ] as const;
    for (const [phase, message, hint] of rows) {
      const error = timeoutError(phase, 30_000, CONTEXT.target);
      assert.deepEqual([error.message, hintOf(error)], [message, hint]);
      assert.equal(error.phase, phase);
      const known = timeoutError(
        phase,
        30_000,
        CONTEXT.target,
        "Better advice",
      );
      assert.equal(hintOf(known), "Better advice");
    }
  });
});

test("events of an association that continues are no end", () => {
  const events = [
    { type: "warning", text: "odd" },
    { type: "released" },
  ] as const;
  for (const event of events) {
    assert.equal(endOf(event, CONTEXT), undefined, event.type);
  }
  const error = new RemoteProtocolError("Not a PDU");
  assert.equal(endOf({ type: "error", error }, CONTEXT), error);
});

const STUDY = findModel("study")!.uid;
const UNSUPPORTED = "the peer does not support this SOP class";
const NO_SYNTAX = "the peer supports none of the proposed transfer syntaxes";
const OTHER = "It may support another information model: try";
const PROBE = "; findscu probe reports which ones it supports";

describe("a service that is not accepted, and what else to try:", () => {
  // deno-fmt-ignore
  const rows: [
    uid: string,
    result: number | undefined,
    syntaxes: string[],
    message: string,
    hint?: string,
  ][] = [
    [STUDY, 3, [], `Study Root Query/Retrieve: ${UNSUPPORTED}`, `${OTHER} -P (patient), -W (worklist)${PROBE}`],
    [findModel("patient")!.uid, 3, [], `Patient Root Query/Retrieve: ${UNSUPPORTED}`, `${OTHER} -S (study), -W (worklist)${PROBE}`],
    [findModel("worklist")!.uid, 3, [], `Modality Worklist: ${UNSUPPORTED}`, `${OTHER} -S (study), -P (patient)${PROBE}`],
    [findModel("hanging-protocol")!.uid, 3, [], `Hanging Protocol: ${UNSUPPORTED}`, `${OTHER} -S (study), -P (patient), -W (worklist)${PROBE}`],
    [VERIFICATION, 3, [], `Verification: ${UNSUPPORTED}`, "Find out which services the peer offers, and choose one of them"],
    ["1.2.3", 3, [], `1.2.3: ${UNSUPPORTED}`, "Find out which services the peer offers, and choose one of them"],
    [STUDY, 4, [IMPLICIT_LE.uid], `Study Root Query/Retrieve: ${NO_SYNTAX}`, "Only Little Endian Implicit was proposed: propose the others too, without -xi"],
    [STUDY, 4, ["1.2.9"], `Study Root Query/Retrieve: ${NO_SYNTAX}`, "Only 1.2.9 was proposed: propose the others too, without -xi"],
    [STUDY, 4, [IMPLICIT_LE.uid, EXPLICIT_LE.uid], `Study Root Query/Retrieve: ${NO_SYNTAX}`, "All uncompressed transfer syntaxes were proposed, which every peer must support: it may not support this information model after all (check its log, or try another model)"],
    [STUDY, 1, [], "Study Root Query/Retrieve: rejected by the peer's application", "Check that the peer permits this service to our AE title"],
    [STUDY, 2, [], "Study Root Query/Retrieve: rejected without a reason", CHECK_LOG],
    [STUDY, 9, [], "Study Root Query/Retrieve: result 9, which DICOM does not define", CHECK_LOG],
    [STUDY, undefined, [], "Study Root Query/Retrieve: it was not proposed"],
  ];
  for (const [uid, result, transferSyntaxes, message, hint] of rows) {
    test(message, () => {
      const context = { transferSyntax: undefined };
      const error = noContextError(
        uid,
        [
          { ...context, id: 1, abstractSyntax: "9.9", result: 0 },
          ...(result === undefined
            ? []
            : [{ ...context, id: 3, abstractSyntax: uid, result }]),
        ],
        [
          { abstractSyntax: "9.9", transferSyntaxes: ["9"] },
          { abstractSyntax: uid, transferSyntaxes },
        ],
      );
      assert.deepEqual(
        [error.message, hintOf(error)],
        [`The peer does not accept ${message}`, hint],
      );
    });
  }
});

describe("a query that fails with", () => {
  const LEVELS =
    "Check the query level, and that the unique keys of the levels above have single values";
  const PLACE =
    "Check that the keys belong to this information model and are in the right place";
  const NO_FIT = "the identifier does not fit the information model";
  const WORKLIST = findModel("worklist")!.uid;
  // deno-fmt-ignore
  const rows: [
    status: number,
    command: Partial<Command>,
    model: string | undefined,
    message: string,
    hint: string,
  ][] = [
    [0xa700, {}, STUDY, "the peer is out of resources, often because there are too many matches", "Query it in parts with --split, narrow it, for example with a date range, or try again later"],
    [0xa700, { errorComment: "busy" }, STUDY, 'the peer is out of resources, often because there are too many matches; the peer says "busy"', "Query it in parts with --split, narrow it, for example with a date range, or try again later"],
    [0xa900, { errorComment: "no", offendingElements: [0x00100020, 0x00091001], errorId: 7 }, STUDY, `${NO_FIT}; the peer says "no"; offending element PatientID (0010,0020), (0009,1001); error id 7`, `The peer rejects PatientID (0010,0020), (0009,1001): leave it out, or change its value. ${LEVELS}`],
    [0xa900, {}, STUDY, NO_FIT, LEVELS],
    [0xa900, {}, WORKLIST, NO_FIT, PLACE],
    [0xa900, { offendingElements: [0x00080061] }, WORKLIST, `${NO_FIT}; offending element ModalitiesInStudy (0008,0061)`, `The peer rejects ModalitiesInStudy (0008,0061): leave it out, or change its value. ${PLACE}`],
    [0xa900, { offendingElements: [] }, undefined, NO_FIT, LEVELS],
    [0xc001, { errorId: 0 }, STUDY, "the peer was unable to process the query; error id 0", CHECK_LOG],
    [0x0122, {}, STUDY, "the SOP class is not supported", "Choose another information model (-P, -S, -O, -W, --model)"],
    [0x1234, {}, STUDY, "a status that the standard does not define", CHECK_LOG],
  ];
  for (const [status, command, model, message, hint] of rows) {
    const hex = `0x${status.toString(16).padStart(4, "0")}`;
    test(`${hex}: ${message}`, () => {
      const final = { status, command } as FinalResponse;
      const error = statusError("C-FIND", final, model);
      assert.deepEqual(
        [error.message, hintOf(error), error.namesElements],
        [
          `C-FIND failed with status ${hex}: ${message}`,
          hint,
          (command.offendingElements?.length ?? 0) > 0,
        ],
      );
    });
  }
});
