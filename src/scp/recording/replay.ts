/**
 * Plays the acceptor's part of a recording. The requestor's messages must mean the same as the recorded ones: the same contexts,
 * commands and identifiers; its fragments, titles, and other information about the requestor may differ. Does not depend on files
 * or the clock.
 */
import { hexBytes } from "../../bytes/hex.ts";
import { decodeDataset } from "../../codec/decode.ts";
import { encodeDataset } from "../../codec/encode.ts";
import { EXPLICIT_LE } from "../../codec/transfer_syntax.ts";
import { stringsOf } from "../../codec/values.ts";
import { Dataset, type Element } from "../../dataset/dataset.ts";
import {
  formatTag,
  QUERY_RETRIEVE_LEVEL,
  type Tag,
} from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { decodeCommand } from "../../dimse/command_codec.ts";
import { C_CANCEL_RQ } from "../../dimse/commands.ts";
import { DecodeError, FindscuError } from "../../errors.ts";
import type { Pdu } from "../../pdu/types.ts";
import { withoutMasked } from "./masking.ts";
import {
  Contexts,
  joinParts,
  PduStream,
  type RecordedUnit,
} from "./pdu_stream.ts";
import type { Recording } from "./recording.ts";

/** The next step of a replay. */
export type ReplayStep =
  /** These bytes are sent; `pause` is how long that took in the recording, from the bytes before (milliseconds). */
  | {
    readonly type: "send";
    readonly pause: number;
    readonly bytes: Uint8Array;
  }
  /** The connection is closed by the acceptor. */
  | { readonly type: "close"; readonly pause: number }
  /** Nothing until the requestor has said more; `isEnd` when that is its abort. */
  | { readonly type: "await"; readonly what: string; readonly isEnd: boolean }
  /** The recording is over. */
  | { readonly type: "done"; readonly isClosedByRequestor: boolean };

/** One thing that a requestor says. */
interface Message {
  /** Its name, for messages: `C-FIND-RQ`, `identifier`. */
  readonly what: string;
  /** The parts that must be equal. */
  readonly meaning: string;
  /** The identifier, to name the attribute that differs. */
  readonly dataset?: Dataset;
}

const HINT =
  "Repeat the query with the options and keys it was recorded with, add ?loose to the file's name, or record again";

/** Decodes the messages of a requestor. */
class Listener {
  readonly #stream = new PduStream();
  readonly #contexts: Contexts;
  readonly #anonymous: boolean;

  constructor(contexts: Contexts, anonymous: boolean) {
    this.#contexts = contexts;
    this.#anonymous = anonymous;
  }

  *hear(bytes: Uint8Array): Generator<Message> {
    for (const { pdu } of this.#stream.push(bytes)) {
      if (pdu.type === "p-data-tf") {
        for (const unit of this.#stream.units(pdu)) yield this.#message(unit);
      } else yield sayingOf(pdu);
    }
  }

  #message(unit: RecordedUnit): Message {
    const bytes = joinParts(unit.parts);
    if (unit.isCommand) {
      const command = decodeCommand(bytes);
      const meaning = JSON.stringify([unit.contextId, command]);
      return command.commandField === C_CANCEL_RQ
        ? { what: "cancel request", meaning }
        : { what: "command", meaning };
    }
    const dataset = decodeDataset(
      bytes,
      this.#contexts.syntaxOf(unit.contextId),
    );
    const comparable = this.#anonymous ? withoutMasked(dataset) : dataset;
    const meaning = hexBytes(encodeDataset(comparable, EXPLICIT_LE));
    return { what: "identifier", meaning, dataset: comparable };
  }
}

function sayingOf(pdu: Pdu): Message {
  if (pdu.type === "associate-rq") {
    return {
      what: "association request",
      meaning: JSON.stringify(pdu.contexts),
    };
  }
  const what = pdu.type === "release-rq" ? "release request" : pdu.type;
  return { what, meaning: pdu.type };
}

/** The first attribute that two datasets do not have in common. */
function firstDifference(one: Dataset, other: Dataset): Tag | undefined {
  const tags = Array.from(
    new Set([...one, ...other].map(({ tag }) => tag)),
  ).sort((a, b) => a - b);
  const meaningOf = (element: Element | undefined) =>
    element && hexBytes(encodeDataset(Dataset.of(element), EXPLICIT_LE));
  return tags.find((tag) =>
    meaningOf(one.get(tag)) !== meaningOf(other.get(tag))
  );
}

/** A recording from the acceptor's side. */
export class Replay {
  readonly #recording: Recording;
  readonly #listener: Listener;
  /** The expected messages of the requestor, in order. */
  readonly #script: readonly Message[];
  /** How many of those come before each entry. */
  readonly #before: readonly number[];
  readonly #isLoose: boolean;
  readonly #notices: string[] = [];
  #position = 0;
  #bytes = 0;
  #index = 0;

  /**
   * `isLoose`: an identifier may have other keys than the recorded one, of the same level. Throws `DecodeError` when what the
   * requestor says in the recording cannot be read.
   */
  constructor(recording: Recording, isLoose = false) {
    this.#recording = recording;
    this.#isLoose = isLoose;
    const contexts = new Contexts();
    const acceptor = new PduStream();
    const anonymous = recording.header.anonymous === true;
    const listener = new Listener(contexts, anonymous);
    const script: Message[] = [];
    const before: number[] = [];
    for (const entry of recording.entries) {
      before.push(script.length);
      if (entry.kind === "end") continue;
      if (entry.from === "requestor") {
        script.push(...listener.hear(entry.bytes));
      } else learn(contexts, acceptor, entry.bytes);
    }
    this.#script = script;
    this.#before = before;
    this.#listener = new Listener(contexts, anonymous);
  }

  /** Receives the requestor's bytes. Throws `DecodeError` with the offset where it departs from the recording. */
  hear(bytes: Uint8Array): void {
    const offset = this.#bytes;
    this.#bytes += bytes.length;
    for (const message of this.#listener.hear(bytes)) {
      const script = this.#script[this.#position];
      // An acceptor may ignore a cancel (PS3.7 9.3.2.3): this one has only the recorded answers.
      if (
        message.what === "cancel request" && script?.what !== message.what
      ) {
        continue;
      }
      if (script === undefined || script.what !== message.what) {
        throw new DecodeError(
          `Replay: the requestor sends ${message.what} where the recording has ${
            script?.what ?? "ended"
          }`,
          { offset, hint: HINT },
        );
      }
      if (
        script.meaning !== message.meaning && this.#excuses(message, script)
      ) {
        this.#notices.push(
          `The identifier differs from the recording${
            attributeOf(message, script)
          }: answered as recorded`,
        );
      } else if (script.meaning !== message.meaning) {
        throw new DecodeError(
          `Replay: ${message.what} differs from the recording${
            attributeOf(message, script)
          }`,
          { offset, hint: HINT },
        );
      }
      this.#position++;
    }
  }

  /** Differing messages that were answered all the same; returned once. */
  takeNotices(): string[] {
    return this.#notices.splice(0);
  }

  #excuses(message: Message, script: Message): boolean {
    return this.#isLoose && message.dataset !== undefined &&
      script.dataset !== undefined &&
      levelOf(message.dataset) === levelOf(script.dataset);
  }

  /** The next step of the acceptor; changes after `hear`. Steps other than `await` and `done` are given once. */
  next(): ReplayStep {
    const { entries } = this.#recording;
    for (; this.#index < entries.length; this.#index++) {
      const entry = entries[this.#index]!;
      if (entry.kind === "data" && entry.from === "requestor") continue;
      if (this.#position < this.#before[this.#index]!) {
        return awaiting(this.#script[this.#position]!);
      }
      if (entry.kind === "end" && entry.by === "requestor") continue;
      const pause = entry.time - (entries[this.#index - 1]?.time ?? entry.time);
      this.#index++;
      return entry.kind === "end"
        ? { type: "close", pause }
        : { type: "send", pause, bytes: entry.bytes };
    }
    const nextMessage = this.#script[this.#position];
    if (nextMessage !== undefined) return awaiting(nextMessage);
    const last = entries.at(-1);
    return {
      type: "done",
      isClosedByRequestor: last?.kind === "end" && last.by === "requestor",
    };
  }
}

/** Whether both directions of a recording are whole PDUs from beginning to end. */
export function isReadable(recording: Recording): boolean {
  for (const direction of ["requestor", "acceptor"] as const) {
    const stream = new PduStream();
    let bytesLeft = 0;
    try {
      for (const entry of recording.entries) {
        if (entry.kind === "end" || entry.from !== direction) continue;
        bytesLeft += entry.bytes.length;
        for (const { bytes } of stream.push(entry.bytes)) {
          bytesLeft -= bytes.length;
        }
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      return false;
    }
    if (bytesLeft > 0) return false;
  }
  return true;
}

function levelOf(dataset: Dataset): string | undefined {
  const element = dataset.get(QUERY_RETRIEVE_LEVEL);
  return element && stringsOf(element)[0];
}

function awaiting({ what }: Message): ReplayStep {
  return { type: "await", what, isEnd: what === "abort" };
}

/** Notes the accepted contexts; an acceptor that speaks nonsense, as some recordings are about, teaches nothing. */
function learn(
  contexts: Contexts,
  acceptor: PduStream,
  bytes: Uint8Array,
): void {
  try {
    for (const { pdu } of acceptor.push(bytes)) contexts.learn(pdu);
  } catch (error) {
    if (!(error instanceof FindscuError)) throw error;
  }
}

function attributeOf(message: Message, script: Message): string {
  if (message.dataset === undefined || script.dataset === undefined) {
    return "";
  }
  const tag = firstDifference(message.dataset, script.dataset);
  if (tag === undefined) return "";
  const keyword = Dictionary.standard.keyword(tag) ?? "";
  return ` at ${formatTag(tag)} ${keyword}`.trimEnd();
}
