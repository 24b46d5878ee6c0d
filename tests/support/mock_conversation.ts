/** One query from our own SCU to the mock SCP, in memory, step by step, with a fault between them if one is wanted. */
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import {
  IMPLICIT_LE,
  transferSyntaxOf,
} from "../../src/codec/transfer_syntax.ts";
import type { Dataset } from "../../src/dataset/dataset.ts";
import { findModel } from "../../src/find/models.ts";
import { FindScu } from "../../src/find/scu.ts";
import type { FinalResponse, ScuEvent } from "../../src/find/scu_events.ts";
import type { Archive } from "../../src/scp/archive/archive.ts";
import { type FaultStep, FaultTap } from "../../src/scp/faults/tap.ts";
import { faultNamed } from "../../src/scp/faults/faults.ts";
import type { Direction } from "../../src/scp/recording/recording.ts";
import { ArchiveScp } from "../../src/scp/archive_scp.ts";

/** What to ask. */
export interface Conversation {
  readonly archive: Archive;
  readonly model: string;
  readonly identifier: Dataset;
  readonly fault?: string;
  readonly cancelAfter?: number;
  readonly maxPduLength?: number;
  readonly transferSyntax?: string;
}

/** What came of it. */
export interface Outcome {
  readonly events: readonly ScuEvent[];
  readonly matches: readonly Dataset[];
  readonly raw: readonly Uint8Array[];
  readonly statuses: readonly number[];
  readonly final: FinalResponse | undefined;
  /** Every chunk that passed, as the SCU saw it. */
  readonly log: readonly { from: Direction; bytes: Uint8Array }[];
  /** What the SCP's side did, in order. */
  readonly steps: readonly FaultStep[];
  /** Milliseconds that the fault asked to wait. */
  readonly waited: number;
  /** Whether the SCP's side closed the connection before the SCU did. */
  readonly closedByScp: boolean;
}

const STEPS = 20_000;

/** Runs until nothing moves any more. */
export function converse(conversation: Conversation): Outcome {
  const { archive, identifier, fault, cancelAfter } = conversation;
  const uid = findModel(conversation.model)!.uid;
  const scu = new FindScu({
    maxPduLength: conversation.maxPduLength ?? 16384,
    acseTimeout: 1000,
    artimTimeout: 1000,
    firstResponseTimeout: 1000,
    responseTimeout: 1000,
  });
  const scp = new ArchiveScp({ archive, aeTitle: "DEMO" });
  const tap = fault === undefined
    ? undefined
    : new FaultTap(faultNamed(fault)!);
  const syntax = conversation.transferSyntax ?? IMPLICIT_LE.uid;
  const events: ScuEvent[] = [];
  const log: { from: Direction; bytes: Uint8Array }[] = [];
  let final: FinalResponse | undefined;
  let waited = 0;
  let closed = false;
  let matchCount = 0;
  const taken: FaultStep[] = [];

  const toScu = (bytes: Uint8Array) => {
    log.push({ from: "acceptor", bytes });
    scu.receive(bytes, 0);
  };
  scu.request({
    callingAeTitle: "TESTER",
    calledAeTitle: "DEMO",
    contexts: [{ abstractSyntax: uid, transferSyntaxes: [syntax] }],
  });
  scu.transportOpened(0);
  scp.transportOpened(0);

  for (let step = 0; step < STEPS; step++) {
    let moved = false;
    const out = scu.pollTransmit();
    if (out !== undefined && !closed) {
      moved = true;
      const bytes = out.slice();
      log.push({ from: "requestor", bytes });
      const result = tap?.incoming(bytes) ?? { deliver: bytes, steps: [] };
      if (result.deliver.length > 0) scp.receive(result.deliver, 0);
      taken.push(...result.steps);
      for (const one of result.steps) if (one.type === "send") toScu(one.bytes);
    }
    const back = scp.pollTransmit();
    if (back !== undefined && !closed) {
      moved = true;
      const steps = tap?.outgoing(back.slice()) ??
        [{ type: "send" as const, bytes: back.slice() }];
      taken.push(...steps);
      for (const one of steps) {
        if (one.type === "send") toScu(one.bytes);
        else if (one.type === "wait") waited += one.milliseconds;
        else {
          closed = true;
          scu.transportClosed(0);
        }
      }
    }
    while (scp.pollEvent() !== undefined) moved = true;
    for (
      let event = scu.pollEvent();
      event !== undefined;
      event = scu.pollEvent()
    ) {
      moved = true;
      events.push(event);
      if (event.type === "accepted") {
        const context = scu.contextOf(uid);
        if (context === undefined) scu.release(0);
        else {
          const bytes = encodeDataset(identifier, transferSyntaxOf(syntax)!);
          scu.find(context, bytes, 0);
        }
      }
      if (event.type === "match" && ++matchCount === cancelAfter) scu.cancel(0);
      if (event.type === "final") {
        final = event.final;
        scu.release(0);
      }
    }
    if (!moved) break;
  }
  const matches = events.filter((event) => event.type === "match");
  const raw = matches.map(({ dataset }) => dataset ?? new Uint8Array(0));
  return {
    events,
    matches: raw.map((bytes) =>
      decodeDataset(bytes, transferSyntaxOf(syntax)!, { lenient: true })
    ),
    raw,
    statuses: matches.map(({ status }) => status),
    final,
    log,
    steps: taken,
    waited,
    closedByScp: closed,
  };
}
