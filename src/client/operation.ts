/**
 * A running query and its matches, as the library shows them. Does not depend on any transport or association except for a few
 * calls into it.
 */
import { type AttributeValue, valuesOf } from "../codec/access.ts";
import type { ByteRange } from "../bytes/view.ts";
import type { PlainElements } from "../codec/plain_elements.ts";
import type { TransferSyntax } from "../codec/transfer_syntax.ts";
import type { Dataset } from "../dataset/dataset.ts";
import type { Tag } from "../dataset/tag.ts";
import type { Command, Priority } from "../dimse/commands.ts";
import { type StatusInfo, statusInfo } from "../dimse/status.ts";
import { FindscuError } from "../errors.ts";
import type {
  FinalResponse,
  MatchEvent,
  ScuEvent,
} from "../find/scu_events.ts";
import { dicomJson } from "../output/dicom_json.ts";
import { statusError } from "./explain.ts";

/** A dataset in the DICOM JSON model (PS3.18 Annex F): attributes by their tags, `GGGGEEEE`. */
export type DicomJson = Record<
  string,
  { vr: string; Value?: unknown[]; InlineBinary?: string }
>;

const NOTHING: readonly string[] = [];
const EMPTY = new Uint8Array(0);

/** One match of a query. The identifier is decoded when it is first read. */
export class Match {
  /** Counts the responses of its request from 1. */
  readonly number: number;
  /** Full 16-bit status: FF00, or FF01 when a key was not supported for matching. */
  readonly status: number;
  /** The transfer syntax that `bytes` are in. */
  readonly syntax: TransferSyntax;
  /** The command set that came before the identifier. */
  readonly command: Command;
  readonly #event: MatchEvent;
  readonly #channel: Pick<Channel, "decode" | "elements">;
  #bytes: Uint8Array | undefined;
  #dataset: Dataset | undefined;
  #losses: string[] | undefined;

  /** Made by `FindOperation`. */
  constructor(
    event: MatchEvent,
    syntax: TransferSyntax,
    channel: Pick<Channel, "decode" | "elements">,
  ) {
    this.number = event.number;
    this.status = event.status;
    this.syntax = syntax;
    this.command = event.command;
    this.#event = event;
    this.#channel = channel;
  }

  /** The identifier as received. */
  get bytes(): Uint8Array {
    return this.#bytes ??= this.#event.dataset ?? EMPTY;
  }

  /**
   * Where `bytes` lie, without a view of them.
   * @internal
   */
  get range(): ByteRange {
    const { range } = this.#event;
    if (range !== undefined) return range;
    const { bytes } = this;
    return { bytes, start: 0, end: bytes.length };
  }

  /**
   * The elements of `dataset` where they lie in the bytes, if it is of the usual kind and lost nothing; until those of another match
   * are read. Quicker than the dataset by far.
   * @internal
   */
  get elements(): PlainElements | undefined {
    return this.#channel.elements?.of(this);
  }

  /** The identifier. Undecodable parts are missing, with a warning; see `losses`. */
  get dataset(): Dataset {
    this.#dataset ??= this.#channel.decode(this, (text) => {
      (this.#losses ??= []).push(text);
    });
    return this.#dataset;
  }

  /**
   * The first value of an attribute by keyword or tag: text, a number or, of a sequence, an item; undefined without one. Throws
   * `UsageError` for an unknown keyword.
   */
  get(attribute: string | Tag): AttributeValue | undefined {
    return valuesOf(this.dataset, attribute)[0];
  }

  /** All values of an attribute by keyword or tag; none when it is absent or empty. Throws as `get` does. */
  getAll(attribute: string | Tag): AttributeValue[] {
    return valuesOf(this.dataset, attribute);
  }

  /** The identifier as an object of the DICOM JSON model (PS3.18 Annex F); `JSON.stringify` calls this. */
  toJSON(): DicomJson {
    return JSON.parse(dicomJson(this.dataset)) as DicomJson;
  }

  /** The parts missing from `dataset` because they could not be decoded, and why; empty until it is read. */
  get losses(): readonly string[] {
    return this.#losses ?? NOTHING;
  }
}

/** How an operation ended. */
export interface FindResult extends StatusInfo {
  /** Number of matches. */
  readonly matches: number;
  /** The final response. One that answers our C-CANCEL-RQ is not a failure, whatever its status. */
  readonly final: FinalResponse;
}

/** Whether the peer sent all matches that it has, as far as it reports: the query was not cancelled, and nothing is missing. */
export function isWhole({ category, final }: FindResult): boolean {
  return category === "success" && !final.cancelled;
}

/** The query to send. */
export interface FindOptions {
  /** SOP Class UID of the information model. */
  readonly abstractSyntax: string;
  /** The identifier: matching keys, and empty return keys. */
  readonly identifier: Dataset | Uint8Array;
  /** `medium` when absent; hardly any peer cares. */
  readonly priority?: Priority;
  /** Send C-CANCEL-RQ after this many matches, and continue reading. */
  readonly cancelAfter?: number;
  /** Write the VRs that came after 1993 as OB. */
  readonly oldVrs?: boolean;
  /** Deflate level 0..9 if the context is deflated. */
  readonly compressionLevel?: number;
}

/** The requirements of a query on its association. */
export interface Channel {
  /** The next event, waited for. */
  event(): Promise<ScuEvent>;
  /** The next event that has already arrived. */
  poll(): ScuEvent | undefined;
  /** Sends C-CANCEL-RQ; with a grace time, the peer must end within it. */
  cancel(grace?: number): boolean;
  /** Finds the elements of a match where they lie; undefined if its dataset is not what came. */
  readonly elements: PlainElements | undefined;
  decode(match: Match, reportLoss: (text: string) => void): Dataset;
  syntaxOf(contextId: number): TransferSyntax;
  /** A final response with the comment that some peers send as a dataset. */
  commented(final: FinalResponse): FinalResponse;
}

type FinalEvent = Extract<ScuEvent, { readonly type: "final" }>;

/** A running query: an async iterator over its matches. */
export class FindOperation implements AsyncIterableIterator<Match> {
  readonly #channel: Channel;
  readonly #grace: number;
  readonly #abstractSyntax: string;
  #matches = 0;
  #result: FindResult | undefined;
  #failure: unknown;
  /** The end, seen while a batch was collected: kept for the next call, so that a failure comes after its matches. */
  #final: FinalEvent | undefined;
  /** The context of the last match: nearly always that of the next one too. */
  #contextId: number | undefined;
  #syntax: TransferSyntax | undefined;

  /** Made by `ClientAssociation.find`. */
  constructor(channel: Channel, grace: number, abstractSyntax: string) {
    this.#channel = channel;
    this.#grace = grace;
    this.#abstractSyntax = abstractSyntax;
  }

  /** How the query ended; undefined before it did. */
  get result(): FindResult | undefined {
    return this.#result;
  }

  /** Number of matches so far. */
  get matches(): number {
    return this.#matches;
  }

  /** Whether its end was read: before that the association accepts no other request. */
  get isOver(): boolean {
    return this.#result !== undefined || this.#failure !== undefined;
  }

  /**
   * Requests the peer to stop (C-CANCEL-RQ); matches may still come until it does, which many peers never do: after `grace`
   * milliseconds, if given, the association is aborted with a `TimeoutError`. Returns whether the request was sent.
   */
  cancel(grace?: number): boolean {
    return this.#channel.cancel(grace);
  }

  /** Itself: it is iterated over once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next match. */
  async next(): Promise<IteratorResult<Match, undefined>> {
    if (this.isOver) return { done: true, value: undefined };
    const match = await this.#nextMatch();
    return match === undefined
      ? { done: true, value: undefined }
      : { done: false, value: match };
  }

  /** All matches available without waiting, at least one unless the query has ended: fewer steps than one by one. */
  async nextBatch(): Promise<Match[]> {
    const first = await this.next();
    if (first.done) return [];
    const batch = [first.value];
    while (this.#result === undefined) {
      const event = this.#pollQuietly();
      if (event === undefined) break;
      if (event.type === "match") batch.push(this.#match(event));
      if (event.type === "final") {
        this.#final = event;
        break;
      }
    }
    return batch;
  }

  /** An end of the association waits for the next call, so that it comes after the matches before it. */
  #pollQuietly(): ScuEvent | undefined {
    try {
      return this.#channel.poll();
    } catch {
      return undefined; // `event` says it again.
    }
  }

  /**
   * Called when a loop is left early: cancels, and waits briefly for the end. The outcome does not matter then; an association
   * that is over says so when it is used again.
   */
  async return(): Promise<IteratorResult<Match, undefined>> {
    if (!this.isOver) {
      this.#channel.cancel(this.#grace);
      try {
        while (await this.#nextMatch() !== undefined);
      } catch (error) {
        if (!(error instanceof FindscuError)) throw error;
      }
    }
    return { done: true, value: undefined };
  }

  async #nextMatch(): Promise<Match | undefined> {
    try {
      while (true) {
        const event = this.#final ?? this.#channel.poll() ??
          await this.#channel.event();
        if (event.type === "match") return this.#match(event);
        if (event.type === "final") return this.#finish(event.final);
      }
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #match(event: MatchEvent): Match {
    this.#matches++;
    const { contextId } = event;
    if (this.#syntax === undefined || contextId !== this.#contextId) {
      this.#contextId = contextId;
      this.#syntax = this.#channel.syntaxOf(contextId);
    }
    return new Match(event, this.#syntax, this.#channel);
  }

  #finish(response: FinalResponse): undefined {
    const final = this.#channel.commented(response);
    const info = statusInfo(final.status);
    this.#result = { ...info, matches: this.#matches, final };
    // The status with which a peer ends a cancelled query is up to the peer.
    if (info.category === "failure" && !final.cancelled) {
      throw statusError("C-FIND", final, this.#abstractSyntax);
    }
    return undefined;
  }
}
