/** The command `echo`: C-ECHO to a peer (PS3.4 Annex A). */
import { IMPLICIT_LE } from "../../codec/transfer_syntax.ts";
import type { ClientAssociation } from "../../client/client.ts";
import { VERIFICATION } from "../../find/models.ts";
import { sanitize } from "../../output/sanitize.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import type { EchoConfig } from "../config/run_config.ts";
import { openConsole, type RunContext } from "../log/console.ts";
import { peerText } from "../results/about.ts";
import {
  asFindscuError,
  closeAssociation,
  interruption,
  openAssociation,
} from "./shared/peer.ts";
import { report, type Stage } from "./shared/report.ts";

/** Runs it; returns the exit code. */
export async function runEcho(config: EchoConfig, host: Host): Promise<number> {
  const output = await openConsole(host, config.log);
  const stop = interruption(config, host);
  const { form, target } = config;
  let step: Stage = "request";
  try {
    const text = await echoPeer(
      config,
      { host, output, signal: stop.signal },
      (next) => {
        step = next;
      },
    );
    await output.flush();
    if (config.log.level !== "fatal" && config.log.level !== "off") {
      await host.stdout.write(`${sanitize(peerText(config))} ${text}\n`);
    }
    const { unwritten } = output;
    return unwritten === undefined ? EXIT_SUCCESS : exitCodeOf(unwritten);
  } catch (error) {
    const failure = asFindscuError(error);
    const host = "host" in target ? target.host : undefined;
    report({ error: failure, step, host }, form, output);
    return exitCodeOf(failure);
  } finally {
    stop.end();
    await output.flush();
  }
}

/**
 * Opens an association, sends the echoes and closes it again; returns a summary, as in `answered in 2.1 ms`.
 * Rejects with the failure, and reports each step before it.
 */
export async function echoPeer(
  config: EchoConfig,
  context: RunContext,
  enter: (step: Stage) => void = () => {},
): Promise<string> {
  const { host, output } = context;
  const { log } = output;
  const association = await openAssociation(
    config,
    {
      contexts: [{
        abstractSyntax: VERIFICATION,
        transferSyntaxes: [IMPLICIT_LE.uid],
      }],
    },
    context,
  );
  const times: number[] = [];
  try {
    enter("other");
    for (let round = 1; round <= config.repeat; round++) {
      log.info(`Sending Echo Request (MsgID ${round})`);
      const begin = host.clock.now();
      await association.echo();
      const time = host.clock.now() - begin;
      times.push(time);
      log.info(`Received Echo Response (Success) after ${ms(time)}`);
    }
    enter("release");
    await closeAssociation(association, config, output);
  } finally {
    await association.abort();
  }
  return answerText(times, association);
}

/** The peer's response time, the connection, and the peer's name for itself. */
function answerText(
  times: readonly number[],
  { accepted, transport }: ClientAssociation,
): string {
  const [first = 0] = times;
  const how = times.length === 1
    ? `answered in ${ms(first)}`
    : `answered ${times.length} times, in ${ms(Math.min(...times), "")} to ${
      ms(Math.max(...times))
    }`;
  const { implementationVersionName, implementationClassUid } =
    accepted.userInformation;
  const facts = [
    implementationVersionName?.trim() || implementationClassUid,
    transport.kind === "tls" ? transport.security?.[0] : undefined,
  ].filter((fact) => fact !== undefined && fact !== "");
  return facts.length === 0 ? how : `${how} (${sanitize(facts.join(", "))})`;
}

function ms(time: number, unit = " ms"): string {
  return `${time.toFixed(1)}${unit}`;
}
