/** Opening and ending the association of a run, with the messages that go with it, its time limit and Ctrl-C. */
import type { ContextProposal } from "../../../association/events.ts";
import {
  type ClientAssociation,
  connect,
  type ConnectOptions,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../../../client/client.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import { noContextError } from "../../../client/explain.ts";
import { CancelledError, FindscuError, TimeoutError } from "../../../errors.ts";
import {
  type ExtendedNegotiation,
  FRAGMENT_OVERHEAD,
  type UserIdentity,
} from "../../../pdu/types.ts";
import type { Target } from "../../../transport.ts";
import type { Host } from "../../host.ts";
import type { PeerConfig } from "../../config/run_config.ts";
import {
  acceptBlock,
  acceptDump,
  type AssociationParameters,
  requestBlock,
} from "../../log/dcmtk_blocks.ts";
import { connectorOf, secretOf } from "./connector.ts";
import type { Console, RunContext } from "../../log/console.ts";

/** Largest PDU that DCMTK's tools send, in bytes. */
const MOST_SENT = 131_072;

/** Something that ends a run early, and how to get rid of it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Ends the run with this error, as Ctrl-C would. */
  fail(error: FindscuError): void;
  /** Stops listening and waiting. */
  end(): void;
}

/** Ctrl-C and the limit of the whole run as one signal. A second Ctrl-C is left to the host. */
export function interruption(config: PeerConfig, host: Host): Interruption {
  const controller = new AbortController();
  const unlisten = host.onInterrupt(() =>
    controller.abort(
      new CancelledError("interrupted", "Interrupted before the end"),
    )
  );
  const { total } = config.timeouts;
  const stopTimer = total === Infinity ? undefined : host.clock.after(
    total,
    () =>
      controller.abort(
        new TimeoutError(
          `Timed out: the run took longer than ${total / 1000} s`,
          "total",
          { hint: "Allow more with --total-timeout, or narrow the query" },
        ),
      ),
  );
  return {
    signal: controller.signal,
    fail: (error) => controller.abort(error),
    end: () => {
      unlisten();
      stopTimer?.();
    },
  };
}

/** Waits for so many milliseconds, or until the run is to end, which the caller learns from the signal. */
export async function pause(
  milliseconds: number,
  { clock }: Host,
  signal: AbortSignal,
): Promise<void> {
  // A signal that was aborted before reports nothing any more.
  if (milliseconds <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const stop = clock.after(milliseconds, finish);
    function finish() {
      stop();
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish, { once: true });
  });
}

/** Requirements of a command on its association. */
export interface AssociationRequest {
  readonly contexts: readonly ContextProposal[];
  readonly extended?: readonly ExtendedNegotiation[];
  /** The dictionary that responses are decoded with; the standard's if absent. */
  readonly dictionary?: Dictionary;
  /** Which of several queries is under way, for warnings. */
  readonly place?: () => string | undefined;
  /** A transformation of each decoded response. */
  readonly mend?: (dataset: Dataset) => Dataset;
}

/** Opens the association, saying so at `-v`. */
export async function openAssociation(
  config: PeerConfig,
  request: AssociationRequest,
  context: RunContext,
): Promise<ClientAssociation> {
  const { host, output, signal } = context;
  const { log, own } = output;
  const userIdentity = await userIdentityOf(config, host, signal);
  const ours = parametersOf(config, request, userIdentity);
  log.block("debug", () => requestBlock(ours));
  log.info("Requesting Association");
  log.block("debug", () => settingsOf(config.socketTimeout));
  await output.flush();
  const answerPdu = log.shows("debug") ? new FirstPdu() : undefined;
  const pduLogger = own.shows("trace")
    ? new (await import("./pdu_logger.ts")).PduLogger(own)
    : undefined;
  const options: ConnectOptions = {
    connector: await connectorOf(config, context),
    clock: host.clock,
    target: connectionTarget(config),
    callingAeTitle: config.callingAeTitle,
    calledAeTitle: config.calledAeTitle,
    contexts: request.contexts,
    maxPduLength: config.maxPduLength,
    timeouts: config.timeouts,
    signal,
    warn: (text) => {
      const place = request.place?.();
      own.warn(place === undefined ? text : `${place}: ${text}`);
    },
    ...(config.maxResponseSize !== undefined && {
      maxResponseSize: config.maxResponseSize,
    }),
    ...(request.dictionary && { dictionary: request.dictionary }),
    ...(request.mend && { mend: request.mend }),
    ...(answerPdu && {
      trace: (direction, bytes) => {
        if (direction === "received") answerPdu.push(bytes);
        pduLogger?.log(direction, bytes);
      },
    }),
    ...(request.extended && { extended: request.extended }),
    ...(userIdentity && { userIdentity }),
  };
  const association = await connect(options);
  if (answerPdu !== undefined) {
    log.block("debug", () => acceptDump(answerPdu.bytes));
    log.debug("Parsing an A-ASSOCIATE PDU");
    log.block("debug", () => acceptBlock(ours, association));
  }
  if (!association.contexts.some((context) => context.result === 0)) {
    await association.abort();
    const [firstContext] = request.contexts;
    throw noContextError(
      firstContext!.abstractSyntax,
      association.contexts,
      request.contexts,
    );
  }
  const limit = sendLimit(association.accepted.userInformation.maxPduLength);
  // DCMTK subtracts the header of the PDU, too, though the limit is without it.
  log.info(`Association Accepted (Max Send PDV: ${limit - FRAGMENT_OVERHEAD})`);
  return association;
}

/** DCMTK sends nothing larger than this, whatever it may. */
function sendLimit(announced: number | undefined): number {
  const limit = announced || MOST_SENT;
  return Math.min(limit - limit % 2, MOST_SENT);
}

function parametersOf(
  config: PeerConfig,
  { contexts, extended }: AssociationRequest,
  userIdentity: UserIdentity | undefined,
): AssociationParameters {
  return {
    callingAeTitle: config.callingAeTitle,
    calledAeTitle: config.calledAeTitle,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    maxPduLength: config.maxPduLength,
    contexts,
    extended: extended ?? [],
    userIdentity,
  };
}

function settingsOf(socketTimeout: number): string {
  const lines = socketTimeout < 0
    ? []
    : ["send", "receive"].map((way) =>
      `setting network ${way} timeout to ${
        socketTimeout === 0 ? "0 (infinite)" : `${socketTimeout} seconds`
      }`
    );
  return [...lines, "Constructing Associate RQ PDU"].join("\n");
}

/** Keeps the first PDU that is received. */
class FirstPdu {
  #bytes = new Uint8Array(0);

  push(chunk: Uint8Array): void {
    if (this.#bytes.length >= this.#end()) return;
    const all = new Uint8Array(this.#bytes.length + chunk.length);
    all.set(this.#bytes);
    all.set(chunk, this.#bytes.length);
    this.#bytes = all;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end());
  }

  /** The end of a PDU: six bytes of header, the last four of which are the length of the rest (PS3.8 9.3.1). */
  #end(): number {
    return this.#bytes.length < 6
      ? 6
      : 6 + new DataView(this.#bytes.buffer).getUint32(2);
  }
}

/** The peer's address, for a connector. */
export function connectionTarget({ target }: PeerConfig): Target {
  if (target.transport === "mock") return { host: target.source, port: 0 };
  const { host, port, family } = target;
  return { host, port, ...(family !== undefined && { family }) };
}

/** Ends the association as the command line wants it. A release that fails is an error of its own. */
export async function closeAssociation(
  association: ClientAssociation,
  config: PeerConfig,
  output: Console,
): Promise<void> {
  if (config.abort) {
    output.log.info("Aborting Association");
    await association.abort();
    return;
  }
  output.log.info("Releasing Association");
  try {
    await association.release();
  } catch (error) {
    // Everything that the run was for has arrived.
    if (!isEndedByUser(error)) throw error;
  }
}

/** Whether Ctrl-C or the limit of the whole run ended it, and nothing that went wrong. */
export function isEndedByUser(error: unknown): boolean {
  return error instanceof TimeoutError && error.phase === "total" ||
    error instanceof CancelledError && error.code === "interrupted";
}

/** User identity negotiation with user name and, if given, passcode (PS3.7 D.3.3.7). */
export async function userIdentityOf(
  config: PeerConfig,
  host: Host,
  signal: AbortSignal,
): Promise<UserIdentity | undefined> {
  const { userIdentity } = config;
  if (userIdentity === undefined) return undefined;
  const password = await secretOf(userIdentity.password, host, signal);
  const encoder = new TextEncoder();
  return {
    identityType: password === undefined ? 1 : 2,
    responseRequested: false,
    primary: encoder.encode(userIdentity.user),
    secondary: encoder.encode(password ?? ""),
  };
}

/** Errors of ours pass on as such; anything else is a defect and keeps its stack. */
export function asFindscuError(error: unknown): FindscuError {
  if (error instanceof FindscuError) return error;
  throw error;
}
