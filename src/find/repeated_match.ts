/** A match whose command set repeats the one before it: one object, which makes a view of its identifier if it is wanted. */
import { type ByteRange, viewOf } from "../bytes/view.ts";
import type { Command } from "../dimse/commands.ts";
import type { MatchEvent } from "./scu_events.ts";

/** The event of such a match. */
export class RepeatedMatch implements MatchEvent, ByteRange {
  readonly number: number;
  readonly contextId: number;
  readonly command: Command;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;

  /** The identifier is in `bytes` from `start` to `end`. */
  constructor(
    command: Command,
    number: number,
    contextId: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ) {
    this.number = number;
    this.contextId = contextId;
    this.command = command;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get type(): "match" {
    return "match";
  }

  get messageId(): number {
    return this.command.messageIdBeingRespondedTo!;
  }

  get status(): number {
    return this.command.status!;
  }

  get range(): ByteRange {
    return this;
  }

  get dataset(): Uint8Array {
    return viewOf(this.bytes, this.start, this.end);
  }
}
