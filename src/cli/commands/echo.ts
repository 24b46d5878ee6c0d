/** The command `echo`: C-ECHO to a peer (PS3.4 Annex A). */
import { IMPLICIT_LE } from "../../codec/transfer_syntax.ts";
import { VERIFICATION } from "../../find/models.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import type { EchoConfig } from "../config/run_config.ts";
import { openConsole } from "../log/console.ts";
import {
  asFindscuError,
  closeAssociation,
  interruption,
  openAssociation,
} from "./peer.ts";
import { report, type Step } from "./report.ts";

/** Runs it; answers the exit code. */
export async function runEcho(config: EchoConfig, host: Host): Promise<number> {
  const output = await openConsole(host, config.log);
  const stop = interruption(config, host);
  let step: Step = "request";
  try {
    const association = await openAssociation(
      config,
      {
        contexts: [{
          abstractSyntax: VERIFICATION,
          transferSyntaxes: [IMPLICIT_LE.uid],
        }],
      },
      host,
      output,
      stop.signal,
    );
    try {
      step = "other";
      for (let round = 1; round <= config.repeat; round++) {
        output.log.info(`Sending Echo Request (MsgID ${round})`);
        const begin = host.now();
        await association.echo();
        const time = (host.now() - begin).toFixed(1);
        output.log.info(`Received Echo Response (Success) after ${time} ms`);
      }
      step = "release";
      await closeAssociation(association, config, output);
    } finally {
      await association.abort();
    }
    return EXIT_SUCCESS;
  } catch (error) {
    const known = asFindscuError(error);
    const { form, target } = config;
    const host = "host" in target ? target.host : undefined;
    report({ error: known, step, host }, form, output);
    return exitCodeOf(known);
  } finally {
    stop.end();
    await output.flush();
  }
}
