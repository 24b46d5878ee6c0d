/**
 * An archive as a C-FIND SCP for one association. Sans-I/O: responses are made when `pollTransmit` requests bytes, so a slow
 * client slows the search down, and a cancel is heeded at any time. Does not depend on sockets or the clock.
 */
import { answerRequest as negotiate } from "../association/negotiation.ts";
import { formatSize } from "../bytes/size.ts";
import { decodeDataset } from "../codec/decode.ts";
import { inflate } from "../codec/deflate.ts";
import { encodeDataset } from "../codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  transferSyntaxOf,
} from "../codec/transfer_syntax.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { EventQueue } from "../association/event_queue.ts";
import type { Endpoint } from "../dimse/session.ts";
import { CANCEL, OUT_OF_RESOURCES, SUCCESS } from "../dimse/status.ts";
import { DecodeError, TooLargeError } from "../errors.ts";
import { FIND_MODELS, findModel, VERIFICATION } from "../find/models.ts";
import { type FindRequest, FindScp, type ScpEvent } from "../find/scp.ts";
import {
  PresentationRejectReason,
  RejectReason,
  RejectResult,
  RejectSource,
} from "../pdu/reasons.ts";
import type { AssociateRq, ExtendedNegotiation } from "../pdu/types.ts";
import type { Archive } from "./archive/archive.ts";
import {
  answerInSlices,
  type QueryResponse,
  WORKING,
} from "./archive/query.ts";
import type { Unfulfilled } from "./archive/search.ts";

/** How the archive behaves as a server. */
export interface ArchiveScpOptions {
  /** The archive to search. */
  readonly archive: Archive;
  /** Our AE title: answered as RetrieveAETitle. */
  readonly aeTitle?: string;
  /** Whether a called title other than ours is turned away. */
  readonly checkCalledAeTitle?: boolean;
  /** Calling AE titles that are let in; all of them when empty or absent. */
  readonly allowedAeTitles?: readonly string[];
  /** Most matches per query; more end it with A700. */
  readonly limit?: number;
  /** Milliseconds before each response. */
  readonly latency?: number;
  /** Whether person names match without regard to case and accents even if that is not negotiated. */
  readonly fuzzy?: boolean;
  /** Whether answers are in the character set of the query, if it carries them; as stored when absent. */
  readonly answerInRequestedCharset?: boolean;
  /** Largest PDU we accept, in bytes; 0 for any. */
  readonly maxPduLength?: number;
  /** Whether there are as many associations as are allowed: this one is turned away, for the moment. */
  readonly isFull?: boolean;
}

/** Events for a server's log. */
export type ArchiveScpEvent =
  | Exclude<ScpEvent, { readonly type: "find" }>
  | {
    readonly type: "query";
    readonly request: FindRequest;
    readonly identifier: Dataset;
  }
  | {
    readonly type: "answered";
    readonly request: FindRequest;
    readonly status: number;
    readonly matches: number;
    /** Of an empty answer: the keys that nothing fulfilled. */
    readonly unfulfilled?: Unfulfilled;
  };

const DEFAULT_MAX_PDU_LENGTH = 65_536;
const ACSE_TIMEOUT = 30_000;
const ARTIM_TIMEOUT = 30_000;
/** Responses are collected up to this many bytes before they are handed to the transport. */
const CHUNK = 64 * 1024;
const UNABLE_TO_PROCESS = 0xc000;
/**
 * Largest identifier of a query, in bytes, inflated if it is deflated: more than 15,000 UIDs. Decoding it needs up to
 * 40 ms, in which no other association is served.
 */
export const MAX_IDENTIFIER_LENGTH = 1024 * 1024;
/** Largest total of the identifiers of the queries that are open on one association, in bytes. Decoded they need ten times that. */
export const MAX_OPEN_IDENTIFIERS = 2 * MAX_IDENTIFIER_LENGTH;
/**
 * Answers to the sub-options (PS3.4 C.5.1.1): relational queries, date-time and fuzzy matching, time zone, enhanced conversion,
 * empty and multiple value matching. The worklist (K.5.1) has the last two at other places, and is not checked for them.
 */
const SUPPORTED_EXTENSIONS: readonly number[] = [1, 1, 1, 1, 0, 1, 1];

const SYNTAXES: readonly string[] = [
  EXPLICIT_LE.uid,
  IMPLICIT_LE.uid,
  EXPLICIT_BE.uid,
  DEFLATED_LE.uid,
];
const MODELS: ReadonlySet<string> = new Set(FIND_MODELS.map(({ uid }) => uid));

interface Running {
  readonly request: FindRequest;
  readonly answers: Generator<QueryResponse | typeof WORKING>;
  /** Bytes of its identifier, inflated. */
  readonly size: number;
  matches: number;
  /** When the next response is due. */
  due: number;
}

/** The archive, as one association sees it. */
export class ArchiveScp implements Endpoint<ArchiveScpEvent> {
  readonly #options: ArchiveScpOptions;
  readonly #scp: FindScp;
  readonly #events = new EventQueue<ArchiveScpEvent>();
  readonly #running: Running[] = [];
  #extensions = new Map<string, Uint8Array>();
  #now = 0;
  #releasing = false;

  /** Serves one association; the next one needs another object. */
  constructor(options: ArchiveScpOptions) {
    this.#options = options;
    this.#scp = new FindScp({
      maxPduLength: options.maxPduLength ?? DEFAULT_MAX_PDU_LENGTH,
      acseTimeout: ACSE_TIMEOUT,
      artimTimeout: ARTIM_TIMEOUT,
      maxMessageLength: MAX_IDENTIFIER_LENGTH,
    });
  }

  transportOpened(now: number): void {
    this.#now = now;
    this.#scp.transportOpened(now);
  }

  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    this.#scp.receive(bytes, now);
    this.#pull();
  }

  transportClosed(now: number): void {
    this.#now = now;
    this.#running.length = 0;
    this.#scp.transportClosed(now);
    this.#pull();
  }

  handleTimeout(now: number): void {
    this.#now = now;
    this.#scp.handleTimeout(now);
    this.#pull();
  }

  pollTransmit(): Uint8Array | undefined {
    this.#work();
    return this.#scp.pollTransmit();
  }

  pollEvent(): ArchiveScpEvent | undefined {
    return this.#events.shift();
  }

  pollTimeout(): number | undefined {
    const due = this.#running[0]?.due;
    const below = this.#scp.pollTimeout();
    if (due === undefined) return below;
    return below === undefined ? due : Math.min(below, due);
  }

  get wantsClose(): boolean {
    return this.#scp.wantsClose;
  }

  /** Ends the association from our side, when the server stops. */
  abort(): void {
    this.#running.length = 0;
    this.#scp.abort();
  }

  /** Makes responses until there is a chunk of them, or nothing is due. */
  #work(): void {
    let byteCount = 0;
    while (byteCount < CHUNK) {
      const running = this.#running[0];
      if (running === undefined || running.due > this.#now) break;
      const step = this.#step(running);
      if (step === WORKING) break;
      byteCount += step;
    }
    if (this.#releasing && this.#running.length === 0) {
      this.#releasing = false;
      this.#scp.release();
    }
  }

  /** The next response of a query; returns how many bytes its identifier has, or that there is more work before it. */
  #step(running: Running): number | typeof WORKING {
    const { request } = running;
    const { value, done } = running.answers.next();
    if (value === WORKING) return WORKING;
    running.due = this.#now + (this.#options.latency ?? 0);
    if (done || value === undefined) {
      this.#finish(running, SUCCESS);
      return 0;
    }
    if (value.dataset === undefined) {
      const { status, errorComment, offendingElements, unfulfilled } = value;
      this.#finish(running, status, {
        ...(errorComment !== undefined && { errorComment }),
        ...(offendingElements !== undefined && { offendingElements }),
      }, unfulfilled);
      return 0;
    }
    const syntax = transferSyntaxOf(request.transferSyntax) ?? IMPLICIT_LE;
    const bytes = encodeDataset(value.dataset, syntax);
    running.matches++;
    this.#scp.pending(request, bytes, value.status);
    return bytes.length;
  }

  #finish(
    running: Running,
    status: number,
    details: Parameters<FindScp["finish"]>[2] = {},
    unfulfilled: Unfulfilled = { keys: [] },
  ): void {
    this.#running.splice(this.#running.indexOf(running), 1);
    this.#scp.finish(running.request, status, details);
    this.#events.push({
      type: "answered",
      request: running.request,
      status,
      matches: running.matches,
      ...(unfulfilled.keys.length > 0 && { unfulfilled }),
    });
  }

  #pull(): void {
    for (
      let event = this.#scp.pollEvent();
      event !== undefined;
      event = this.#scp.pollEvent()
    ) {
      switch (event.type) {
        case "requested":
          this.#events.push(event);
          this.#admit(event.request);
          break;
        case "find":
          this.#start(event.request);
          break;
        case "cancel": {
          const { messageId } = event;
          this.#events.push(event);
          const running = this.#running.find((one) =>
            one.request.messageId === messageId
          );
          if (running !== undefined) this.#finish(running, CANCEL);
          break;
        }
        case "release-requested":
          // A client that releases before the end still gets the current response.
          this.#events.push(event);
          this.#releasing = true;
          break;
        default:
          if (this.#scp.isOver) this.#running.length = 0;
          this.#events.push(event);
      }
    }
  }

  #admit(request: AssociateRq): void {
    const { allowedAeTitles = [], aeTitle, checkCalledAeTitle } = this.#options;
    if (this.#options.isFull === true) {
      return this.#scp.reject(
        RejectResult.transient,
        RejectSource.presentation,
        PresentationRejectReason.localLimitExceeded,
      );
    }
    const turnAway = (reason: number) =>
      this.#scp.reject(RejectResult.permanent, RejectSource.user, reason);
    if (
      allowedAeTitles.length > 0 &&
      !allowedAeTitles.includes(request.callingAeTitle.trim())
    ) return turnAway(RejectReason.callingAeTitle);
    if (checkCalledAeTitle && request.calledAeTitle.trim() !== aeTitle) {
      return turnAway(RejectReason.calledAeTitle);
    }
    this.#scp.accept(negotiate(request, {
      preference: "requestor",
      transferSyntaxes: (abstractSyntax) =>
        MODELS.has(abstractSyntax) || abstractSyntax === VERIFICATION
          ? SYNTAXES
          : undefined,
      extended: (proposal) => this.#extend(proposal),
    }));
  }

  /** Answers each sub-option with whether it will be honoured (PS3.4 C.5.1.1). */
  #extend(proposal: ExtendedNegotiation): Uint8Array | undefined {
    if (!MODELS.has(proposal.sopClassUid)) return undefined;
    const agreement = proposal.information.map((byte, index) =>
      byte === 1 ? SUPPORTED_EXTENSIONS[index] ?? 0 : 0
    );
    this.#extensions.set(proposal.sopClassUid, agreement);
    return agreement;
  }

  #start(request: FindRequest): void {
    const syntax = transferSyntaxOf(request.transferSyntax) ?? IMPLICIT_LE;
    const refuse = (status: number, errorComment: string) =>
      this.#scp.finish(request, status, { errorComment });
    let identifier: Dataset;
    let size: number;
    try {
      const plain = syntax.deflated
        ? inflate(request.identifier, MAX_IDENTIFIER_LENGTH)
        : request.identifier;
      size = plain.length;
      const openBytes = this.#running.reduce(
        (sum, one) => sum + one.size,
        size,
      );
      if (openBytes > MAX_OPEN_IDENTIFIERS) {
        return refuse(
          OUT_OF_RESOURCES,
          `Open queries with more than ${formatSize(MAX_OPEN_IDENTIFIERS)}`,
        );
      }
      identifier = decodeDataset(plain, { ...syntax, deflated: false });
    } catch (error) {
      if (error instanceof TooLargeError) {
        return refuse(
          OUT_OF_RESOURCES,
          `The identifier has more than ${formatSize(MAX_IDENTIFIER_LENGTH)}`,
        );
      }
      if (!(error instanceof DecodeError)) throw error;
      return refuse(
        UNABLE_TO_PROCESS,
        `The identifier cannot be read: ${error.message}`,
      );
    }
    this.#events.push({ type: "query", request, identifier });
    const model = findModel(request.sopClassUid);
    const agreement = this.#extensions.get(request.sopClassUid);
    const { archive, aeTitle, limit, fuzzy = false } = this.#options;
    const { answerInRequestedCharset = false } = this.#options;
    this.#running.push({
      request,
      answers: model === undefined ? unsupported() : answerInSlices(archive, {
        slice: Math.ceil(SLICE / (BASE_COST + size * (1 + size / LONG))),
        model,
        identifier,
        relational: agreement?.[0] === 1,
        combinedDateTime: agreement?.[1] === 1,
        fuzzy: fuzzy || agreement?.[2] === 1,
        timezoneAdjustment: agreement?.[3] === 1,
        emptyValue: agreement?.[5] === 1,
        multipleValue: agreement?.[6] === 1,
        answerInRequestedCharset,
        ...(aeTitle !== undefined && { retrieveAeTitle: aeTitle }),
        ...(limit !== undefined && { limit }),
      }),
      size,
      matches: 0,
      due: this.#now + (this.#options.latency ?? 0),
    });
  }
}

/**
 * The work of a few milliseconds: entities, weighed by the bytes of the identifier that each may be compared with. Those of an
 * identifier that is longer than any usual one count more, as they may be wild cards of the slowest kind.
 */
const SLICE = 400_000;
const BASE_COST = 100;
const LONG = 30_000;

function* unsupported(): Generator<QueryResponse> {
  yield { status: 0x0122, errorComment: "SOP class not supported" };
}
