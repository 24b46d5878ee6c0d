/** The settings of `findscu probe`: its own limits, and shorter waits than a query has. */

import type { EffectiveOptions } from "./effective.ts";
import { givenModel, isSet } from "./find.ts";
import type { ConfigHost } from "../host.ts";
import type { OptionValues } from "../line/options.ts";
import type { PeerConfig, ProbeConfig, Timeouts } from "./run_config.ts";

/** Longest waits of a probe in milliseconds: a peer that hangs is a finding, not a reason to wait. */
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
    timeouts: timeoutsOf(peer.timeouts, values),
    log: { ...peer.log, responses: false, keepsStdout: true },
    command: "probe",
    model: givenModel(values),
    keys: options.occurrences("probeStart").filter(({ source }) =>
      source === undefined
    ).map(({ values: [term] }) => ({ term: term! })),
    budget: values.probeBudget ?? 60,
    rate: values.probeRate,
    associations: values.probeAssociations ?? 4,
    showPhi: values.showPhi ?? false,
    format: values.probeFormat ?? "text",
    file: values.probeOutput === "-" ? undefined : values.probeOutput,
    html: values.probeHtml,
    color: values.color ?? (isSet("NO_COLOR", host) ? "never" : "auto"),
  };
}

function timeoutsOf(timeouts: Timeouts, values: OptionValues): Timeouts {
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
    ...(values.timeout === undefined && { connect: ASSOCIATION_WAIT }),
    firstResponse: wait(values.firstResponseTimeout, timeouts.firstResponse),
    response: wait(values.responseTimeout, timeouts.response),
    total: values.totalTimeout === undefined ? TOTAL_WAIT : timeouts.total,
  };
}
