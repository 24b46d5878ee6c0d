/**
 * A recording as an SCP: the acceptor's recorded messages are sent again, once the requestor has sent its recorded ones. At
 * once, or with the pauses of the recording. Sans-I/O, same shape as any other endpoint. Does not depend on files or sockets.
 */
import type { Endpoint } from "../../dimse/session.ts";
import { DecodeError, FindscuError } from "../../errors.ts";
import { encodePdu } from "../../pdu/encode.ts";
import type { Recording } from "./recording.ts";
import { Replay, type ReplayStep } from "./replay.ts";

/** Events that a replay reports. */
export type ReplayScpEvent =
  /** Everything was said and heard. */
  | { readonly type: "replayed" }
  /** Something differs from the recording, and was answered all the same. */
  | { readonly type: "warning"; readonly text: string }
  /** The requestor departed from the recording, or the recording ends too early for it. */
  | { readonly type: "error"; readonly error: FindscuError };

/** How a recording is replayed. */
export interface ReplayOptions {
  /** Keep the pauses of the recording. */
  readonly realtime?: boolean;
  /** Answer queries with other keys of the same level, too. */
  readonly loose?: boolean;
  /** Send no A-ABORT to a requestor that departs from the recording: the code that receives the events reports it. */
  readonly withoutAbort?: boolean;
}

/** A step that has its time. */
type TimedStep = Exclude<ReplayStep, { readonly type: "await" | "done" }>;

/** How long a requestor may wait for data that the recording lacks, in milliseconds. */
const PATIENCE = 2_000;

/** Source and reason of the A-ABORT that answers a departure: service provider, no reason (PS3.8 9.3.8). */
const ABORT = encodePdu({ type: "abort", source: 2, reason: 0 });

/** One replay. */
export class ReplayScp implements Endpoint<ReplayScpEvent> {
  readonly #replay: Replay;
  readonly #options: ReplayOptions;
  readonly #events: ReplayScpEvent[] = [];
  /** The step that waits for its time. */
  #step: TimedStep | undefined;
  /** When that is, or when patience ends. */
  #due: number | undefined;
  /** When something was last said or heard. */
  #last = 0;
  #now = 0;
  #isOver = false;
  #farewell: Uint8Array | undefined;

  /** Throws `InputError` when the recording makes no sense. */
  constructor(recording: Recording, options: ReplayOptions = {}) {
    this.#replay = new Replay(recording, options.loose);
    this.#options = options;
  }

  transportOpened(now: number): void {
    this.#now = this.#last = now;
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#now = this.#last = now;
    this.#due = undefined;
    if (this.#isOver) return;
    try {
      this.#replay.hear(bytes);
      for (const text of this.#replay.takeNotices()) {
        this.#events.push({ type: "warning", text });
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#fail(error);
    }
  }

  transportClosed(now: number): void {
    this.#now = now;
    this.#isOver = true;
  }

  handleTimeout(now: number): void {
    this.#now = now;
  }

  pollTransmit(): Uint8Array | undefined {
    if (this.#isOver) return this.#takeFarewell();
    const step = this.#step ?? this.#replay.next();
    switch (step.type) {
      case "send":
      case "close":
        if (this.#options.realtime === true && this.#waits(step)) {
          return undefined;
        }
        this.#step = this.#due = undefined;
        this.#last = this.#now;
        if (step.type === "send") return step.bytes;
        this.#events.push({ type: "replayed" });
        this.#isOver = true;
        return undefined;
      case "await":
        if (step.isEnd) this.#losePatience(step.what);
        return this.#takeFarewell();
      case "done":
        if (step.isClosedByRequestor) this.#losePatience("closing");
        else {
          this.#fail(
            new DecodeError("Replay: the recording stops here, without an end"),
          );
        }
        return this.#takeFarewell();
    }
  }

  pollEvent(): ReplayScpEvent | undefined {
    return this.#events.shift();
  }

  pollTimeout(): number | undefined {
    return this.#isOver ? undefined : this.#due;
  }

  get wantsClose(): boolean {
    return this.#isOver && this.#farewell === undefined &&
      this.#events.length === 0;
  }

  /** Ends the replay from outside. */
  abort(): void {
    if (!this.#isOver) this.#farewell = ABORT;
    this.#isOver = true;
  }

  #takeFarewell(): Uint8Array | undefined {
    const farewell = this.#farewell;
    this.#farewell = undefined;
    return farewell;
  }

  /** Whether the time of a step has not come. */
  #waits(step: TimedStep): boolean {
    this.#step = step;
    this.#due = this.#last + step.pause;
    return this.#now < this.#due;
  }

  /** The requestor should end it now, as it did then; one that waits for more waits for ever. */
  #losePatience(what: string): void {
    this.#due ??= this.#now + PATIENCE;
    if (this.#now < this.#due) return;
    this.#fail(
      new DecodeError(
        `Replay: the recording ends with the requestor's ${what}, but this one goes on`,
        { hint: "Record the query to its end" },
      ),
    );
  }

  #fail(error: FindscuError): void {
    this.#events.push({ type: "error", error });
    if (this.#options.withoutAbort !== true) this.#farewell = ABORT;
    this.#isOver = true;
  }
}
