/** C-FIND in one call: an address and keys in, matches out. Chooses connector, level, VRs and character set. */
import type { ConnectOptions } from "../src/client/client.ts";
import {
  type ClientTimeouts,
  DEFAULT_TIMEOUTS,
} from "../src/client/settings.ts";
import {
  find as findWith,
  type Query,
  type QueryOptions,
} from "../src/client/query.ts";
import type { FindOptions } from "../src/client/operation.ts";
import { type Address, parseAddress } from "../src/cli/line/address.ts";
import type { Dataset } from "../src/dataset/dataset.ts";
import { UsageError } from "../src/errors.ts";
import { type FindModel, findModel } from "../src/find/models.ts";
import type { Connector, Target } from "../src/transport.ts";
import { identifierOf, type Keys, type KeysOptions } from "./keys.ts";
import type { SecurityOptions } from "./secure.ts";

/** Options besides address and keys. */
export interface FindSettings
  extends
    KeysOptions,
    Pick<FindOptions, "priority" | "cancelAfter">,
    Pick<
      ConnectOptions,
      | "callingAeTitle"
      | "calledAeTitle"
      | "maxPduLength"
      | "maxResponseSize"
      | "signal"
      | "trace"
      | "userIdentity"
      | "warn"
    > {
  /** The information model: `study` when absent, `worklist`, `patient` or another name of `FIND_MODELS`, or a SOP Class UID. */
  readonly model?: string;
  /** Deadlines in milliseconds. */
  readonly timeouts?: Partial<ClientTimeouts>;
  /** TLS of a `dicoms://` address. */
  readonly tls?: SecurityOptions;
  /** The connector below DICOM and TLS: a proxy, or a transport of your own; TCP when absent. */
  readonly over?: Connector;
}

/**
 * Queries an archive, a worklist server or any other C-FIND SCP: `dicom://AE@host:port`, `dicoms://…` for TLS, `AE@host:port`, or
 * `mock:demo` for the built-in archive. Nothing is sent until you iterate.
 *
 * ```ts
 * import { find } from "findscu";
 *
 * const keys = { PatientName: "Doe*", StudyDate: "20200101-", StudyInstanceUID: "" };
 * for await (const match of find("mock:demo", keys)) {
 *   console.log(match.get("PatientName"), match.toJSON());
 * }
 * ```
 *
 * Throws `UsageError` at once for an invalid address or keys; later errors are thrown by the iteration.
 */
export function find(
  address: string,
  keys: Keys | Dataset,
  settings?: FindSettings,
): Query;
/** The full form: every setting of connection and request. */
export function find(options: QueryOptions): Query;
export function find(
  first: string | QueryOptions,
  keys?: Keys | Dataset,
  settings: FindSettings = {},
): Query {
  if (typeof first === "object" && first !== null) return findWith(first);
  if (keys === undefined) throw new UsageError("No keys given");
  checkNames(settings, SETTINGS, "setting");
  const peer = peerOf(first);
  const model = modelOf(settings.model ?? "study");
  const { dataset, warnings } = identifierOf(keys, model, settings);
  for (const text of warnings) settings.warn?.(text);
  return findWith({
    ...connectionTo(peer, settings),
    abstractSyntax: model.uid,
    identifier: dataset,
    ...(settings.relational && {
      extended: [{
        sopClassUid: model.uid,
        // Relational queries (PS3.4 C.5.1.1).
        information: Uint8Array.of(1),
      }],
    }),
    ...(settings.priority && { priority: settings.priority }),
    ...(settings.cancelAfter !== undefined && {
      cancelAfter: settings.cancelAfter,
    }),
  });
}

function peerOf(address: unknown): Address {
  if (typeof address === "string") return parseAddress(address);
  throw new UsageError(`The address is ${address}, not a text`, {
    hint: "Write dicom://AE@host:port",
  });
}

function modelOf(nameOrUid: string): FindModel {
  const model = findModel(nameOrUid);
  if (model !== undefined) return model;
  if (/^[0-9]+(\.[0-9]+)+$/.test(nameOrUid) && nameOrUid.length <= 64) {
    return { name: nameOrUid, title: nameOrUid, uid: nameOrUid, levels: [] };
  }
  throw new UsageError(`Unknown information model "${nameOrUid}"`, {
    hint: "Use a name in FIND_MODELS or a SOP Class UID",
  });
}

/** Names of the settings: a misspelt one would have no effect. */
const SETTINGS: { readonly [Name in keyof Required<FindSettings>]: true } = {
  callingAeTitle: true,
  calledAeTitle: true,
  cancelAfter: true,
  charset: true,
  dictionary: true,
  level: true,
  maxPduLength: true,
  maxResponseSize: true,
  model: true,
  over: true,
  priority: true,
  relational: true,
  signal: true,
  timeouts: true,
  tls: true,
  trace: true,
  userIdentity: true,
  warn: true,
};

const TLS_SETTINGS: {
  readonly [Name in keyof Required<SecurityOptions>]: true;
} = {
  authorities: true,
  key: true,
  certificate: true,
  pkcs12: true,
  password: true,
  insecure: true,
};

/** Refuses what is no object, and members without a meaning. */
function checkNames(object: unknown, known: object, what: string): void {
  if (typeof object !== "object" || object === null) {
    throw new UsageError(`The ${what}s are ${object}, not an object`);
  }
  const unknown = Object.keys(object).find((name) =>
    !Object.hasOwn(known, name)
  );
  if (unknown !== undefined) {
    throw new UsageError(`Unknown ${what} "${unknown}"`, {
      hint: `There are ${Object.keys(known).join(", ")}`,
    });
  }
}

/** The connection settings for an address and settings. Throws `UsageError`. */
export function connectionOf(
  address: string,
  settings: Omit<FindSettings, keyof KeysOptions> = {},
): ConnectOptions {
  return connectionTo(peerOf(address), settings);
}

function connectionTo(
  peer: Address,
  settings: Omit<FindSettings, keyof KeysOptions>,
): ConnectOptions {
  checkNames(settings, SETTINGS, "setting");
  if (settings.timeouts !== undefined) {
    checkNames(settings.timeouts, DEFAULT_TIMEOUTS, "timeout");
  }
  if (settings.tls !== undefined) {
    checkNames(settings.tls, TLS_SETTINGS, "TLS setting");
    if (!Array.isArray(settings.tls.authorities ?? [])) {
      throw new UsageError('"authorities" is not a list of files');
    }
  }
  if (peer.transport === "tcp" && settings.tls !== undefined) {
    throw new UsageError("Settings of TLS have no effect on a plain address", {
      hint: "Use a dicoms:// address",
    });
  }
  if (peer.transport === "mock" && settings.over !== undefined) {
    throw new UsageError(
      `"mock:${peer.source}" is connected to nothing, so "over" has no effect`,
      { hint: "Use a dicom:// address: the connector decides what answers" },
    );
  }
  if (peer.transport !== "mock" && peer.plugin !== undefined) {
    throw new UsageError(
      `"${peer.plugin.name}+dicom://" works only on the command line`,
      { hint: 'In the library, pass the transport as "over"' },
    );
  }
  const { callingAeTitle, maxPduLength, maxResponseSize, signal } = settings;
  if (signal && typeof signal.addEventListener !== "function") {
    throw new UsageError('"signal" is not an AbortSignal');
  }
  const { timeouts, trace, userIdentity, warn } = settings;
  const calledAeTitle = settings.calledAeTitle ??
    (peer.transport === "mock" ? undefined : peer.aeTitle);
  return {
    connector: connectorOf(peer, settings),
    target: targetOf(peer),
    ...(callingAeTitle !== undefined && { callingAeTitle }),
    ...(calledAeTitle !== undefined && { calledAeTitle }),
    ...(maxPduLength !== undefined && { maxPduLength }),
    ...(maxResponseSize !== undefined && { maxResponseSize }),
    ...(signal && { signal }),
    ...(timeouts && { timeouts }),
    ...(trace && { trace }),
    ...(userIdentity && { userIdentity }),
    ...(warn && { warn }),
  };
}

function targetOf(peer: Address): Target {
  return peer.transport === "mock"
    ? { host: peer.source, port: 0 }
    : { host: peer.host, port: peer.port };
}

/** Modules that only some programs need are loaded when the connection is opened. */
function connectorOf(
  peer: Address,
  { over, tls = {}, warn }: Omit<FindSettings, keyof KeysOptions>,
): Connector {
  switch (peer.transport) {
    case "mock": {
      if (peer.source !== "demo") {
        throw new UsageError(
          `"mock:${peer.source}" works only on the command line`,
          {
            hint:
              "Use mock:demo for the built-in archive, or mockConnector(archive) for your own",
          },
        );
      }
      return async (target, options) => {
        const { demoConnector } = await import("./mock.ts");
        return await demoConnector()(target, options);
      };
    }
    case "tcp":
      return async (target, options) => {
        const { plainConnector } = await import("../transports/plain.ts");
        return await plainConnector(over && { over, again: over })(
          target,
          options,
        );
      };
    case "tls":
      return async (target, options) => {
        const { secureConnector } = await import("./secure.ts");
        const connector = await secureConnector(tls, over, warn);
        return await connector(target, options);
      };
  }
}
