/**
 * Invariants, for any bytes from the peer, in any chunks, whatever was said before:
 *   1. `decodePdu` gives a value or a `DecodeError`, `Deframer` PDUs or a `RemoteProtocolError`;
 *   2. `Association`, `Session`, `FindScu`, `FindScp` and `ArchiveScp` never throw: what the peer does wrong is an event;
 *   3. of the events that end an association there is one at most, and nothing but a warning comes after it;
 *   4. what was decoded and encoded decodes to the same;
 *   5. once the peer has gone and time has passed, everything is over and no deadline is left.
 */
import assert from "node:assert/strict";
import { Association } from "../../../src/association/association.ts";
import { answerRequest } from "../../../src/association/negotiation.ts";
import { IMPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { encodeCommand } from "../../../src/dimse/command_codec.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_FIND_RQ,
} from "../../../src/dimse/commands.ts";
import { type Endpoint, Session } from "../../../src/dimse/session.ts";
import {
  DecodeError,
  EncodeError,
  RemoteProtocolError,
} from "../../../src/errors.ts";
import { FindScp } from "../../../src/find/scp.ts";
import { FindScu } from "../../../src/find/scu.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import { demoArchive } from "../../../src/scp/archive/demo.ts";
import { ArchiveScp } from "../../../src/scp/archive_scp.ts";
import { decodePdu } from "../../../src/pdu/decode.ts";
import { Deframer } from "../../../src/pdu/deframer.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateRq } from "../../../src/pdu/types.ts";
import { fuzzBytes, joined, type Random } from "../../support/fuzz.ts";
import {
  acceptAll,
  cmd,
  data,
  identifier,
  match,
  pdata,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const CONFIG = {
  maxPduLength: 16_384,
  acseTimeout: 30_000,
  artimTimeout: 5_000,
  firstResponseTimeout: 60_000,
  responseTimeout: 60_000,
};
const LONG = 1_000_000;

const PROPOSAL: AssociateRq = {
  type: "associate-rq",
  protocolVersion: 1,
  calledAeTitle: "SCP",
  callingAeTitle: "SCU",
  applicationContext: "1.2.840.10008.3.1.1.1",
  contexts: [{
    id: 1,
    abstractSyntax: STUDY_ROOT,
    transferSyntaxes: [IMPLICIT_LE.uid],
  }],
  userInformation: {
    maxPduLength: 16_384,
    implementationClassUid: "1.2.3",
    implementationVersionName: "PEER",
    asyncOperations: { invoked: 0, performed: 1 },
    roles: [{ sopClassUid: STUDY_ROOT, scu: true, scp: false }],
    extended: [{ sopClassUid: STUDY_ROOT, information: new Uint8Array(5) }],
    userIdentity: {
      identityType: 2,
      responseRequested: true,
      primary: new Uint8Array([65]),
      secondary: new Uint8Array([66, 67]),
    },
  },
  unknownItems: [],
};
const REQUEST = {
  callingAeTitle: "SCU",
  calledAeTitle: "SCP",
  contexts: [{
    abstractSyntax: STUDY_ROOT,
    transferSyntaxes: [IMPLICIT_LE.uid],
  }],
};
const ABORT = encodePdu({ type: "abort", source: 0, reason: 0 });
const REJECT = encodePdu({
  type: "associate-rj",
  result: 1,
  source: 1,
  reason: 7,
});
const RELEASE_RQ = encodePdu({ type: "release-rq" });
const RELEASE_RP = encodePdu({ type: "release-rp" });
const ECHO = pdata(
  cmd(encodeCommand({
    commandField: C_ECHO_RQ,
    messageId: 3,
    hasDataset: false,
  })),
);
const QUERY = pdata(
  cmd(encodeCommand({
    commandField: C_FIND_RQ,
    affectedSopClassUid: STUDY_ROOT,
    messageId: 8,
    priority: 0,
    hasDataset: true,
  })),
  data(identifier("A")),
);
const CANCEL = pdata(
  cmd(encodeCommand({
    commandField: C_CANCEL_RQ,
    messageIdBeingRespondedTo: 8,
    hasDataset: false,
  })),
);
const ACCEPT = acceptAll(PROPOSAL);

/** What an acceptor says to a requestor. */
const FROM_ACCEPTOR = [
  joined(ACCEPT, match("A"), match("B"), success(), RELEASE_RP),
  joined(ACCEPT, match("A"), ECHO, success(0xa700), RELEASE_RQ),
  joined(ACCEPT, match("A"), ABORT),
  joined(ACCEPT, RELEASE_RQ, RELEASE_RP),
  REJECT,
  ABORT,
];
/** What a requestor says to an acceptor. */
export const FROM_REQUESTOR = [
  joined(encodePdu(PROPOSAL), ECHO, QUERY, CANCEL, RELEASE_RQ),
  joined(encodePdu(PROPOSAL), QUERY, QUERY, ABORT),
  joined(encodePdu(PROPOSAL), RELEASE_RQ, QUERY),
  ABORT,
];

const ENDS: ReadonlySet<string> = new Set([
  ...["rejected", "released", "aborted", "closed", "timeout", "error"],
]);

/** Gives the bytes to an endpoint in chunks, then the end of the transport; `react` is the user. Checks what it reports. */
export function converse<E extends { readonly type: string }>(
  endpoint: Endpoint<E>,
  bytes: Uint8Array,
  random: Random,
  react: (event: E) => void,
): void {
  const told: string[] = [];
  let sent = 0;
  const drain = () => {
    for (let event = endpoint.pollEvent(); event;) {
      told.push(event.type);
      react(event);
      event = endpoint.pollEvent();
    }
    for (let out = endpoint.pollTransmit(); out;) {
      sent += out.length;
      out = endpoint.pollTransmit();
    }
  };
  let now = 0;
  endpoint.transportOpened(now);
  drain();
  const isWhole = random(3) === 0;
  for (let at = 0; at < bytes.length;) {
    const size = isWhole ? bytes.length : 1 + random(200);
    endpoint.receive(bytes.subarray(at, at + size), now);
    drain();
    at += size;
    now += random(10);
  }
  if (random(2) === 0) endpoint.transportClosed(now);
  drain();
  for (let step = 0; step < 5; step++) {
    now += LONG;
    endpoint.handleTimeout(now);
    drain();
  }
  if (!endpoint.wantsClose) {
    // A peer that says nothing more is waited for if nothing is due; it can always go.
    endpoint.transportClosed(now);
    drain();
  }
  assert.equal(endpoint.wantsClose, true);
  assert.equal(endpoint.pollTimeout(), undefined);
  const first = told.findIndex((type) => ENDS.has(type));
  const rest = told.slice(first + 1).filter((type) => ENDS.has(type));
  if (first >= 0) assert.deepEqual(rest, [], told.join(" "));
  assert.ok(sent < 1024 * 1024, `${sent} bytes sent`);
}

fuzzBytes(
  "decodePdu() and Deframer of any bytes",
  [...FROM_ACCEPTOR, ...FROM_REQUESTOR],
  (bytes) => {
    const deframer = new Deframer();
    deframer.push(bytes);
    try {
      for (let frame = deframer.next(); frame; frame = deframer.next()) {
        const pdu = decodePdu(frame.bytes.subarray(frame.start, frame.end));
        assert.deepEqual(decodePdu(encodePdu(pdu)), pdu);
      }
    } catch (error) {
      const isDocumented = error instanceof DecodeError ||
        error instanceof EncodeError || error instanceof RemoteProtocolError;
      if (!isDocumented) throw error;
    }
  },
);

fuzzBytes("a requestor", FROM_ACCEPTOR, (bytes, random) => {
  const association = new Association("requestor", CONFIG);
  association.request(REQUEST);
  converse(association, bytes, random, (event) => {
    if (event.type === "release-requested" && !association.isOver) {
      association.release();
    } else if (event.type === "data" && association.state === "Sta6") {
      if (random(8) === 0) association.release();
    }
  });
});

fuzzBytes("an acceptor", FROM_REQUESTOR, (bytes, random) => {
  const session = new Session("acceptor", CONFIG);
  converse(session, bytes, random, (event) => {
    if (session.isOver) return;
    if (event.type === "requested") {
      session.accept(answerRequest(event.request, {
        transferSyntaxes: () => [IMPLICIT_LE.uid],
      }));
    } else if (event.type === "release-requested") session.release();
  });
});

fuzzBytes("FindScu", FROM_ACCEPTOR, (bytes, random) => {
  const scu = new FindScu(CONFIG);
  scu.request(REQUEST);
  converse(scu, bytes, random, (event) => {
    const context = scu.contextOf(STUDY_ROOT);
    if (scu.isOver || context === undefined) return;
    if (event.type === "accepted") {
      scu.find(context, identifier("A"), 0, "medium", 1 + random(3));
    } else if (event.type === "match" && random(3) === 0) scu.cancel(0, 1000);
    else if (event.type === "final") {
      if (random(2) === 0) scu.release(0);
      else scu.find(context, identifier("B"), 0);
    }
  });
});

fuzzBytes("FindScp", FROM_REQUESTOR, (bytes, random) => {
  const scp = new FindScp(CONFIG);
  converse(scp, bytes, random, (event) => {
    if (event.type === "requested") {
      if (random(8) === 0) return scp.reject(1, 1, 7);
      scp.accept(answerRequest(event.request, {
        transferSyntaxes: () => [IMPLICIT_LE.uid],
        extended: ({ information }) => information,
      }));
    } else if (event.type === "find") {
      scp.pending(event.request, identifier("A"));
      if (random(2) === 0) scp.finish(event.request, 0);
    } else if (event.type === "cancel") {
      for (const request of scp.openRequests) scp.finish(request, 0xfe00);
    } else if (event.type === "release-requested") scp.release();
  });
});

const DEMO = demoArchive();

fuzzBytes("ArchiveScp", FROM_REQUESTOR, (bytes, random) => {
  const archive = random(4) === 0 ? new Archive() : DEMO;
  const scp = new ArchiveScp({ archive, aeTitle: "SCP" });
  converse(scp, bytes, random, () => {});
});
