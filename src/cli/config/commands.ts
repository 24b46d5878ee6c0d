/** The meaning of options for the commands `echo`, `serve` and `probe`. */
import { LONGEST_TIMER } from "../../driver/drive.ts";
import { UsageError } from "../../errors.ts";
import type { OptionValues } from "../line/options.ts";
import type { CommandLine } from "../line/parse.ts";
import type { LogConfig } from "../log/console.ts";
import { type EffectiveOptions, inputLimit } from "./effective.ts";
import { serverTlsOf } from "./peer.ts";
import type {
  EchoConfig,
  PeerConfig,
  ProbeConfig,
  ServeConfig,
  Timeouts,
} from "./run_config.ts";
import { givenModel, isSet } from "./find.ts";
import type { ConfigHost } from "../host.ts";

/** The meaning of options for C-ECHO. Throws `UsageError` for parameters that it does not accept. */
export function echoConfig(
  peer: PeerConfig,
  values: OptionValues,
  files: readonly string[],
): EchoConfig {
  refuseMore(files);
  return { ...peer, command: "echo", repeat: values.repeat ?? 1 };
}

/** Their meaning for `serve`. Throws `UsageError` for parameters that it does not accept. */
export function serveConfig(
  { form, parameters }: CommandLine,
  values: OptionValues,
  log: LogConfig,
): ServeConfig {
  refuseMore(parameters.slice(1));
  return {
    command: "serve",
    form,
    source: parameters[0] ?? "demo",
    bind: values.serveBind ?? "127.0.0.1",
    port: values.servePort ?? 11112,
    aeTitle: values.serveAeTitle,
    allowedAeTitles: values.serveAllowedAeTitle ?? [],
    limit: values.serveLimit ?? Infinity,
    latency: Math.min((values.serveLatency ?? 0) * 1000, LONGEST_TIMER),
    maxAssociations: values.serveMaxAssociations ?? 256,
    idleTimeout: (values.serveIdleTimeout ?? 300) * 1000 || Infinity,
    fuzzy: values.serveFuzzy ?? false,
    requestedCharset: values.serveRequestedCharset ?? false,
    fault: values.serveFault,
    tls: serverTlsOf(values),
    maxPduLength: values.maxPduLength ?? 16384,
    maxInputSize: inputLimit(values),
    log,
  };
}

/** Throws `UsageError` if there are parameters left. */
export function refuseMore(parameters: readonly string[]): void {
  if (parameters.length > 0) {
    throw new UsageError(`Unexpected parameter "${parameters[0]}"`);
  }
}

/** Longest waits of a probe, shorter than those of a query, in milliseconds: a peer that hangs is a finding, not a reason to wait. */
const RESPONSE_WAIT = 30_000;
const ASSOCIATION_WAIT = 10_000;
const TOTAL_WAIT = 300_000;

/** Everything about one probe. */
export function probeConfig(
  peer: PeerConfig,
  values: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): ProbeConfig {
  return {
    ...peer,
    timeouts: probeTimeouts(peer.timeouts, values),
    log: { ...peer.log, responses: false, keepsStdout: true },
    command: "probe",
    model: givenModel(values),
    keys: options.occurrences("probeKeys").filter(({ source }) =>
      source === undefined
    ).map(({ values: [term] }) => ({ term: term! })),
    budget: values.probeBudget ?? 60,
    rate: values.probeRate,
    associations: values.probeAssociations ?? 4,
    showPhi: values.showPhi ?? false,
    format: values.probeFormat ?? "text",
    outputFile: values.probeOutputFile === "-"
      ? undefined
      : values.probeOutputFile,
    html: values.probeHtml,
    color: values.color ?? (isSet("NO_COLOR", host) ? "never" : "auto"),
  };
}

function probeTimeouts(timeouts: Timeouts, values: OptionValues): Timeouts {
  const isGiven = values.dimseTimeout !== undefined ||
    values.socketTimeout !== undefined;
  const wait = (value: number | undefined, timeout: number) =>
    value !== undefined || isGiven ? timeout : RESPONSE_WAIT;
  return {
    ...timeouts,
    ...(values.acseTimeout === undefined && {
      association: ASSOCIATION_WAIT,
      release: ASSOCIATION_WAIT,
    }),
    ...(values.connectTimeout === undefined && { connect: ASSOCIATION_WAIT }),
    firstResponse: wait(values.firstResponseTimeout, timeouts.firstResponse),
    response: wait(values.responseTimeout, timeouts.response),
    total: values.totalTimeout === undefined ? TOTAL_WAIT : timeouts.total,
  };
}
