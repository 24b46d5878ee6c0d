/**
 * PDVs to messages (PS3.8 Annex E). PDVs are one stream: where P-DATA-TF PDUs begin and end means nothing, so any packing is
 * understood. Does not depend on sockets or C-FIND.
 */
import { advise, type Hint, RemoteProtocolError } from "../errors.ts";
import { formatSize } from "../bytes/size.ts";
import { isEqual, viewOf } from "../bytes/view.ts";
import { AbortReason } from "../pdu/reasons.ts";
import type { Pdv } from "../pdu/types.ts";
import { decodeCommand } from "./command_codec.ts";
import type { Command, Message } from "./commands.ts";
import { Repeats, type RepeatTaker } from "./repeats.ts";
import { formatStatus, statusInfo } from "./status.ts";

/** Largest command set or dataset assembled from fragments, in bytes, by default. No identifier comes near it. */
export const MAX_MESSAGE_LENGTH = 64 * 1024 * 1024;

/** Largest command set, in bytes: a dozen short elements (PS3.7 Annex E). */
const MAX_COMMAND_LENGTH = 64 * 1024;

/** The message that is too large, and its fate. */
export interface MessageLimit {
  /** Largest dataset, in bytes; `MAX_MESSAGE_LENGTH` when absent. */
  readonly maxLength?: number;
  /** Deliver a message without a dataset that is larger, and say so, instead of giving the peer up: it can be answered. */
  readonly drops?: boolean;
}

const NOTHING = new Uint8Array(0);

/**
 * Collects fragments. A message that came in one piece is handed out without copying; from the second piece on they are copied into
 * blocks that grow, so that memory follows the bytes received and not the number of fragments, and nothing is copied again and
 * again.
 */
class Fragments {
  #blocks: Uint8Array[] = [];
  /** Bytes used of the last block; those before it are full. */
  #filled = 0;
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  add(part: Uint8Array): void {
    const last = this.#blocks[this.#blocks.length - 1];
    if (last === undefined || this.#length === 0) {
      // Full, so that no other bytes are overwritten.
      this.#blocks = [part];
      this.#filled = this.#length = part.length;
      return;
    }
    const fitting = part.subarray(0, last.length - this.#filled);
    last.set(fitting, this.#filled);
    this.#filled += fitting.length;
    const rest = part.subarray(fitting.length);
    if (rest.length > 0) {
      const block = new Uint8Array(Math.max(rest.length, this.#length));
      block.set(rest);
      this.#blocks.push(block);
      this.#filled = rest.length;
    }
    this.#length += part.length;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  take(): Uint8Array {
    const [first = NOTHING] = this.#blocks;
    let whole = first;
    if (this.#length < first.length) whole = viewOf(first, 0, this.#length);
    else if (this.#length > first.length) {
      whole = new Uint8Array(this.#length);
      let at = 0;
      for (const block of this.#blocks) {
        const part = block.subarray(0, this.#length - at);
        whole.set(part, at);
        at += part.length;
      }
    }
    this.#blocks = [];
    this.#length = this.#filled = 0;
    return whole;
  }
}

/** Puts messages together, in order. One instance per association. */
export class Assembler {
  readonly #command = new Fragments();
  readonly #data = new Fragments();
  readonly #maxLength: number;
  readonly #drops: boolean;
  /** The dataset under way is too large: its remaining fragments are dropped. */
  #isDropping = false;
  /** A command whose dataset is still to come. */
  #awaiting: { contextId: number; command: Command } | undefined;
  /** Whether the last message came without a dataset: one that follows it is its own, for lack of an announcement. */
  #wasBare = false;
  /** A pending response that says it has no dataset: held back, because some peers send one all the same. */
  #lastMessage: Message | undefined;
  /** The last command set. The responses of one query are nearly all alike, down to the byte: they are decoded once. */
  #last: { readonly bytes: Uint8Array; readonly command: Command } | undefined;
  readonly #repeats = new Repeats();
  readonly #warn: (text: string) => void;

  constructor(
    warn: (text: string) => void,
    { maxLength = MAX_MESSAGE_LENGTH, drops = false }: MessageLimit = {},
  ) {
    this.#warn = warn;
    this.#maxLength = maxLength;
    this.#drops = drops;
  }

  /** Takes one PDV; calls `deliver` for each message that it completes. Throws `RemoteProtocolError`. */
  push(pdv: Pdv, deliver: (message: Message) => void): void {
    if (pdv.isCommand) this.#pushCommand(pdv, deliver);
    else this.#pushData(pdv, deliver);
  }

  /**
   * Takes the messages of received bytes from `at` on that repeat the last command set, in PDUs no longer than this; returns the
   * offset after them.
   */
  takeRepeats(
    bytes: Uint8Array,
    at: number,
    taker: RepeatTaker,
    maxPduLength: number,
  ): number {
    if (
      this.#awaiting !== undefined || this.#lastMessage !== undefined ||
      !this.#command.isEmpty
    ) return at;
    const limit = this.#maxLength;
    const end = this.#repeats.take(bytes, at, taker, maxPduLength, limit);
    if (end > at) this.#wasBare = false;
    return end;
  }

  /** The command whose dataset is not there yet, or not whole. */
  get awaiting(): Command | undefined {
    return this.#awaiting?.command;
  }

  /** Hands out the message that was held back: to be called when nothing more can come. */
  flush(deliver: (message: Message) => void): void {
    const message = this.#lastMessage;
    this.#lastMessage = undefined;
    if (message !== undefined) deliver(message);
  }

  /** The command whose dataset is awaited, without it; fragments of it that arrive later are left out. */
  skipDataset(): Message | undefined {
    const awaiting = this.#awaiting;
    if (awaiting === undefined) return undefined;
    this.#awaiting = undefined;
    this.#data.take();
    this.#isDropping = false;
    this.#wasBare = true;
    return { ...awaiting, dataset: undefined };
  }

  #pushCommand(pdv: Pdv, deliver: (message: Message) => void): void {
    this.flush(deliver);
    if (this.#awaiting !== undefined) {
      if (!this.#data.isEmpty || this.#isDropping) {
        throw new RemoteProtocolError(
          "The peer began a new message before the dataset of the last one was complete",
          { abortReason: AbortReason.invalidParameter },
        );
      }
      this.#warn("The peer announced a dataset but sent none: accepted");
      const awaiting = this.#awaiting;
      this.#awaiting = undefined;
      deliver({ ...awaiting, dataset: undefined });
    }
    if (this.#command.length + pdv.data.length > MAX_COMMAND_LENGTH) {
      throw tooLarge("command set", MAX_COMMAND_LENGTH);
    }
    this.#command.add(pdv.data);
    if (!pdv.isLast) return;
    const command = this.#decode(this.#command.take(), pdv.contextId);
    if (command.hasDataset) {
      this.#awaiting = { contextId: pdv.contextId, command };
      this.#wasBare = false;
      return;
    }
    this.#wasBare = true;
    const message = {
      contextId: pdv.contextId,
      command,
      dataset: undefined,
    };
    if (
      command.status !== undefined &&
      statusInfo(command.status).category === "pending"
    ) this.#lastMessage = message;
    else deliver(message);
  }

  #pushData(pdv: Pdv, deliver: (message: Message) => void): void {
    if (!this.#command.isEmpty) {
      throw new RemoteProtocolError(
        "The peer sent a dataset in the middle of a command set",
        { abortReason: AbortReason.invalidParameter },
      );
    }
    if (this.#awaiting === undefined && this.#lastMessage !== undefined) {
      this.#warn(
        "The peer sent a dataset although its response announced none: accepted",
      );
      const { contextId, command } = this.#lastMessage;
      this.#awaiting = { contextId, command: { ...command, hasDataset: true } };
      this.#wasBare = false;
      this.#lastMessage = undefined;
    }
    if (this.#awaiting === undefined) {
      if (!this.#wasBare) {
        throw new RemoteProtocolError(
          "The peer sent a dataset instead of a command",
          { abortReason: AbortReason.unexpectedParameter },
        );
      }
      if (pdv.isLast) {
        this.#warn(
          "The peer sent a dataset that belongs to no message: left out",
        );
      }
      return;
    }
    if (pdv.contextId !== this.#awaiting.contextId) {
      this.#warn(
        `The peer sent a command on presentation context ${this.#awaiting.contextId}, but its dataset on ${pdv.contextId}`,
      );
    }
    this.#isDropping ||= this.#data.length + pdv.data.length > this.#maxLength;
    if (this.#isDropping) {
      if (!this.#drops) {
        throw tooLarge("dataset", this.#maxLength, TOO_LARGE_HINT);
      }
      this.#data.take();
    } else this.#data.add(pdv.data);
    if (!pdv.isLast) return;
    const { contextId, command } = this.#awaiting;
    this.#awaiting = undefined;
    if (this.#isDropping) {
      this.#isDropping = false;
      deliver({ contextId, command, dataset: undefined, isTooLarge: true });
    } else deliver({ contextId, command, dataset: this.#data.take() });
  }

  #decode(bytes: Uint8Array, contextId: number): Command {
    if (this.#last !== undefined && isEqual(bytes, this.#last.bytes)) {
      return this.#last.command;
    }
    let command: Command;
    try {
      command = decodeCommand(bytes, this.#warn);
    } catch (cause) {
      throw new RemoteProtocolError(
        `The peer sent a command set that cannot be read: ${
          (cause as Error).message
        }`,
        { abortReason: AbortReason.invalidParameter, cause },
      );
    }
    const { status } = command;
    if (status !== undefined && status > 0xff01) {
      this.#warn(
        `The peer answered with the undefined status ${
          formatStatus(status)
        }: treated as pending`,
      );
    }
    this.#last = { bytes, command };
    if (command.hasDataset) this.#repeats.learn(contextId, command, bytes);
    return command;
  }
}

const TOO_LARGE_HINT = advise(
  "Allow larger responses",
  "max-response-size",
);

function tooLarge(
  what: string,
  limit: number,
  hint?: Hint,
): RemoteProtocolError {
  return new RemoteProtocolError(
    `The peer sends a ${what} of more than ${formatSize(limit)}`,
    { abortReason: AbortReason.invalidParameter, ...(hint && { hint }) },
  );
}
