/** The command `serve`: an archive as an SCP, for demonstrations and for testing other people's SCUs. */
import { serve } from "../../driver/serve.ts";
import { formatStatus } from "../../dimse/status.ts";
import { findModel } from "../../find/models.ts";
import type { ArchiveScpEvent } from "../../mock/scp.ts";
import { ArchiveScp } from "../../mock/scp.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import type { Logger } from "../log.ts";
import type { ServeConfig } from "../run_config.ts";
import { archiveOf } from "./archive_source.ts";
import { openConsole } from "./console.ts";
import { asFindscuError } from "./peer.ts";
import { report } from "./report.ts";

/** Runs it until Ctrl-C; answers the exit code. */
export async function runServe(
  config: ServeConfig,
  host: Host,
): Promise<number> {
  const output = await openConsole(host, config.log);
  const { log } = output;
  const controller = new AbortController();
  const unlisten = host.onInterrupt(() => controller.abort());
  try {
    const archive = await archiveOf(config.source);
    const listener = await host.listen({
      host: config.bind,
      port: config.port,
    });
    const { host: at, port } = listener.address;
    const shown = at.includes(":") ? `[${at}]` : at;
    await host.stdout.write(
      `Listening on ${shown}:${port} as ${config.aeTitle ?? "any AE title"}\n`,
    );
    await serve<ArchiveScpEvent>(listener, {
      endpoint: () =>
        new ArchiveScp({
          archive,
          ...(config.aeTitle !== undefined && {
            aeTitle: config.aeTitle,
            checkCalledAeTitle: true,
          }),
          allowedAeTitles: config.allowedAeTitles,
          limit: config.limit,
          latency: config.latency,
          maxPduLength: config.maxPduLength,
        }),
      signal: controller.signal,
      onEvent: (event, peer) => {
        describe(event, peer, log);
        void output.flush();
      },
      onError: (error, peer) => {
        log.error(`${peer}: ${error instanceof Error ? error.message : error}`);
        void output.flush();
      },
    });
    return EXIT_SUCCESS;
  } catch (error) {
    const known = asFindscuError(error);
    report(known, "other", config.form, log);
    return exitCodeOf(known);
  } finally {
    unlisten();
    await output.flush();
  }
}

function describe(event: ArchiveScpEvent, peer: string, log: Logger): void {
  switch (event.type) {
    case "requested":
      return log.info(
        `${peer}: association requested by ${event.request.callingAeTitle} to ${event.request.calledAeTitle}`,
      );
    case "query": {
      const { sopClassUid, messageId } = event.request;
      const model = findModel(sopClassUid)?.title ?? sopClassUid;
      return log.info(`${peer}: query ${messageId}, ${model}`);
    }
    case "answered":
      return log.info(
        `${peer}: query ${event.request.messageId} answered with ${event.matches} matches, status ${
          formatStatus(event.status)
        }`,
      );
    case "echo":
      return log.info(`${peer}: echo`);
    case "cancel":
      return log.info(`${peer}: query ${event.messageId} cancelled`);
    case "warning":
      return log.warn(`${peer}: ${event.text}`);
    case "error":
      return log.error(`${peer}: ${event.error.message}`);
    default:
      return log.info(`${peer}: ${event.type.replaceAll("-", " ")}`);
  }
}
