/** Carries out the steps of a probe: opens associations, sends, measures time, keeps the rate. Decides nothing. */
import {
  type ClientAssociation,
  connect,
  type ConnectOptions,
  type Match,
} from "../../../client/client.ts";
import {
  type FindscuError,
  StatusError,
  TransportError,
} from "../../../errors.ts";
import type { FinalResponse } from "../../../find/scu_events.ts";
import type { UserIdentity } from "../../../pdu/types.ts";
import type {
  Answer,
  Came,
  Done,
  EchoStep,
  FindStep,
  Opened,
  OpenStep,
  ProbeStep,
  Slot,
} from "../../../probe/step.ts";
import { NO_FACTS, WireWatch } from "../../../probe/wire.ts";
import type { Connector } from "../../../transport.ts";
import type { ProbeConfig } from "../../config/run_config.ts";
import type { Host } from "../../host.ts";
import { asFindscuError, connectionTarget, pause } from "../shared/peer.ts";

/** How long a peer may go on after C-CANCEL-RQ, in milliseconds. */
const CANCEL_GRACE = 5_000;

/** Matches after it that are kept; more are only counted. */
const MOST_AFTER_CANCEL = 1_000;

/** The needs of the runner. */
export interface ProbePeerOptions {
  readonly config: ProbeConfig;
  readonly host: Host;
  readonly connector: Connector;
  readonly identity: UserIdentity | undefined;
  readonly signal: AbortSignal;
}

interface Held {
  readonly association: ClientAssociation;
  readonly watch: WireWatch;
  /** Collects oddities since it was last emptied. */
  readonly warnings: string[];
}

/** The peer of a probe. */
export class ProbePeer {
  readonly #options: ProbePeerOptions;
  readonly #associations = new Map<Slot, Held>();
  /** When the next query may go out, in milliseconds of the host's clock. */
  #next = 0;

  constructor(options: ProbePeerOptions) {
    this.#options = options;
  }

  /** Does one step. Failures of the peer are part of the outcome; anything else is thrown. */
  async do(step: ProbeStep): Promise<Came> {
    switch (step.kind) {
      case "open":
        return await this.#open(step);
      case "echo":
        return await this.#echo(step);
      case "find":
        return await this.#find(step);
      case "close":
        return await this.#close(step.slot);
    }
  }

  /** Aborts whatever is open. */
  async end(): Promise<void> {
    for (const { association } of this.#associations.values()) {
      await association.abort();
    }
    this.#associations.clear();
  }

  async #open(step: OpenStep): Promise<Opened> {
    const { config, host, connector, identity, signal } = this.#options;
    const begin = host.clock.now();
    let connected: number | undefined;
    const watch = new WireWatch();
    const warnings: string[] = [];
    const userIdentity = identity ??
      (step.userName === undefined ? undefined : {
        identityType: 1,
        responseRequested: true,
        primary: new TextEncoder().encode(step.userName),
        secondary: new Uint8Array(),
      });
    const options: ConnectOptions = {
      connector: async (target, settings) => {
        const transport = await connector(target, settings);
        connected = host.clock.now();
        return transport;
      },
      clock: host.clock,
      target: connectionTarget(config),
      callingAeTitle: step.callingAeTitle ?? config.callingAeTitle,
      calledAeTitle: step.calledAeTitle ?? config.calledAeTitle,
      contexts: step.contexts,
      maxPduLength: config.maxPduLength,
      timeouts: config.timeouts,
      signal,
      warn: (text) => warnings.push(text),
      trace: (direction, bytes) => {
        if (direction === "received") watch.push(bytes);
      },
      ...(config.maxResponseSize !== undefined && {
        maxResponseSize: config.maxResponseSize,
      }),
      ...(step.extended && { extended: step.extended }),
      ...(userIdentity && { userIdentity }),
    };
    const times = () => ({
      connectTime: connected === undefined ? undefined : connected - begin,
      associateTime: connected === undefined
        ? undefined
        : host.clock.now() - connected,
    });
    try {
      const association = await connect(options);
      await this.#associations.get(step.slot)?.association.abort();
      this.#associations.set(step.slot, { association, watch, warnings });
      return {
        kind: "opened",
        ...times(),
        security: association.transport.security ?? [],
        accept: association.accepted,
        contexts: association.contexts,
        warnings: warnings.splice(0),
        error: undefined,
      };
    } catch (error) {
      return {
        kind: "opened",
        ...times(),
        security: [],
        accept: undefined,
        contexts: [],
        warnings,
        error: asFindscuError(error),
      };
    }
  }

  async #echo({ slot }: EchoStep): Promise<Done> {
    return await this.#timed(slot, (association) => association.echo());
  }

  async #close(slot: Slot): Promise<Done> {
    const done = await this.#timed(
      slot,
      (association) => association.release(),
    );
    await this.#associations.get(slot)?.association.abort();
    this.#associations.delete(slot);
    return done;
  }

  async #timed(
    slot: Slot,
    run: (association: ClientAssociation) => Promise<void>,
  ): Promise<Done> {
    const { host } = this.#options;
    const begin = host.clock.now();
    const association = this.#associations.get(slot);
    let error: FindscuError | undefined;
    association?.watch.take();
    try {
      if (association === undefined) throw notOpen();
      await run(association.association);
    } catch (failure) {
      error = asFindscuError(failure);
    }
    const time = host.clock.now() - begin;
    const warnings = association?.warnings.splice(0) ?? [];
    const wire = association?.watch.take() ?? NO_FACTS;
    return { kind: "done", time, warnings, error, wire };
  }

  async #find(step: FindStep): Promise<Answer> {
    await this.#pace();
    const { host } = this.#options;
    const association = this.#associations.get(step.slot);
    const begin = host.clock.now();
    const matches: Match[] = [];
    let count = 0;
    const pendingCounts = new Map<number, number>();
    let final: FinalResponse | undefined;
    let firstTime: number | undefined;
    let cancelled: number | undefined;
    let error: FindscuError | undefined;
    association?.watch.take();
    try {
      if (association === undefined) throw notOpen();
      const operation = association.association.find({
        abstractSyntax: step.model.uid,
        identifier: step.identifier,
        cancelAfter: step.cancelAfter,
      });
      try {
        for await (const match of operation) {
          firstTime ??= host.clock.now() - begin;
          const { status } = match;
          pendingCounts.set(status, (pendingCounts.get(status) ?? 0) + 1);
          count++;
          // A peer that never stops fills no memory.
          if (count <= step.cancelAfter + MOST_AFTER_CANCEL) {
            matches.push(match);
          }
          if (count === step.cancelAfter) {
            // Sent already, with this very match; now it has its deadline.
            operation.cancel(CANCEL_GRACE);
            cancelled = host.clock.now();
          }
        }
      } finally {
        final = operation.result?.final;
      }
    } catch (failure) {
      error = asFindscuError(failure);
      if (error instanceof StatusError) error = undefined;
    }
    const time = host.clock.now() - begin;
    const losses: string[] = [];
    const datasets = matches.map((match) => {
      const { dataset } = match;
      losses.push(...match.losses);
      return dataset;
    });
    if (final !== undefined) firstTime ??= time;
    const wasCancelled = final?.cancelled ?? cancelled !== undefined;
    return {
      kind: "answer",
      matches: datasets,
      pendingCounts,
      status: final?.status,
      comment: final?.command.errorComment || undefined,
      offending: final?.command.offendingElements ?? [],
      firstTime,
      time,
      afterCancel: wasCancelled
        ? Math.max(0, count - step.cancelAfter)
        : undefined,
      cancelTime: cancelled === undefined
        ? undefined
        : time - (cancelled - begin),
      warnings: association?.warnings.splice(0) ?? [],
      losses,
      wire: association?.watch.take() ?? NO_FACTS,
      error,
    };
  }

  /** Waits for its turn, unless the run ends before. */
  async #pace(): Promise<void> {
    const { config: { rate }, host, signal } = this.#options;
    if (rate === undefined) return;
    await pause(this.#next - host.clock.now(), host, signal);
    this.#next = host.clock.now() + 1000 / rate;
  }
}

function notOpen(): TransportError {
  return new TransportError("closed", "The association is no longer open");
}
