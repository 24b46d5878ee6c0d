/** The command `serve`: an archive as an SCP, for demonstrations and for testing other people's SCUs. */
import { serve } from "../../driver/serve.ts";
import { formatTag, type Tag } from "../../dataset/tag.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { formatStatus } from "../../dimse/status.ts";
import { messageOf, quantity, UsageError } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import { findModel } from "../../find/models.ts";
import type { ArchiveCounts } from "../../scp/archive/archive.ts";
import type { Unfulfilled } from "../../scp/archive/search.ts";
import {
  type MockContent,
  mockEndpoint,
  type MockEvent,
} from "../../scp/endpoint.ts";
import { type MockBehaviour, requireFault } from "../../scp/source.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import type { Logger } from "../log/log.ts";
import type { ServeConfig } from "../config/run_config.ts";
import { openConsole } from "../log/console.ts";
import { type LoadedMock, loadMock } from "./shared/mock_source.ts";
import { asFindscuError } from "./shared/peer.ts";
import { report } from "./shared/report.ts";

/** Runs it until Ctrl-C; returns the exit code. */
export async function runServe(
  config: ServeConfig,
  host: Host,
): Promise<number> {
  const output = await openConsole(host, config.log);
  const { log } = output;
  const controller = new AbortController();
  const { signal } = controller;
  const unlisten = host.onInterrupt(() => controller.abort());
  try {
    const fault = config.fault === undefined
      ? undefined
      : requireFault(config.fault);
    const loaded = await loadMock(config.source, { host, output, signal });
    const behaviour = {
      ...behaviourOf(loaded),
      ...(fault !== undefined && { fault }),
    };
    await output.flush();
    const listener = await host.listen({
      host: config.bind,
      port: config.port,
      signal,
      notices: {
        info: (text) => log.info(text),
        warn: (text) => log.warn(text),
      },
      refused: (error) => {
        log.warn(error.message);
        void output.flush();
      },
      ...(config.tls !== undefined && { tls: config.tls }),
    });
    const { host: at, port } = listener.address;
    await host.stdout.write(
      `${describeContent(config.source, loaded.content)}\nListening on ${
        at.includes(":") ? `[${at}]` : at
      }:${port}${config.tls === undefined ? "" : " (TLS)"} as ${
        sanitize(config.aeTitle ?? "any AE title")
      }, Ctrl-C ends it\n`,
    );
    await serve<MockEvent>(listener, {
      maxAssociations: config.maxAssociations,
      idleTimeout: config.idleTimeout,
      clock: host.clock,
      endpoint: (isFull) =>
        mockEndpoint(loaded.content, behaviour, {
          ...(config.aeTitle !== undefined && {
            aeTitle: config.aeTitle,
            checkCalledAeTitle: true,
          }),
          allowedAeTitles: config.allowedAeTitles,
          limit: config.limit,
          latency: config.latency + (behaviour.latency ?? 0),
          fuzzy: config.fuzzy,
          answerInRequestedCharset: config.requestedCharset,
          maxPduLength: config.maxPduLength,
          isFull,
        }),
      signal,
      onEvent: (event, peer) => {
        describe(event, peer, log);
        void output.flush();
      },
      onError: (error, peer) => {
        log.error(`${peer}: ${messageOf(error)}`);
        void output.flush();
      },
    });
    return EXIT_SUCCESS;
  } catch (error) {
    if (signal.aborted && error === signal.reason) return EXIT_SUCCESS;
    const failure = asFindscuError(error);
    report({ error: failure, step: "other" }, config.form, output);
    return exitCodeOf(failure);
  } finally {
    unlisten();
    await output.flush();
  }
}

/** The behaviour of a source, as far as it applies to a server: settings of a connection in memory do not. */
function behaviourOf({ source, content }: LoadedMock): MockBehaviour {
  const { behaviour } = source;
  if (
    behaviour.chunkSize !== undefined || behaviour.cutAfter !== undefined
  ) {
    throw new UsageError("chunk and cut are for mock: only", {
      hint: "To cut real connections short, try --fault close or --fault drip",
    });
  }
  if (content.kind === "recording" && behaviour.fault !== undefined) {
    throw new UsageError("A recording is replayed as it is, without a fault");
  }
  return behaviour;
}

const UNITS: readonly (readonly [keyof ArchiveCounts, string, string])[] = [
  ["patients", "patient", "patients"],
  ["studies", "study", "studies"],
  ["series", "series", "series"],
  ["instances", "instance", "instances"],
  ["worklistItems", "worklist item", "worklist items"],
  ["others", "other item", "other items"],
];

function describeContent(source: string, content: MockContent): string {
  const name = sanitize(source);
  if (content.kind === "recording") return `Replaying ${name}`;
  const { counts } = content.archive;
  const parts = UNITS.filter(([unit]) => counts[unit] > 0)
    .map(([unit, one, many]) => quantity(counts[unit], one, many));
  return `Serving ${name}: ${parts.join(", ")}`;
}

/** Why an answer is empty. */
function reasonOf({ keys, among }: Unfulfilled): string {
  const name = (tag: Tag) => Dictionary.standard.keyword(tag) ?? formatTag(tag);
  const those = among === undefined ? "" : ` with that ${name(among)}`;
  return `: nothing${those} matches ${keys.map(name).join(" or ")}`;
}

function describe(event: MockEvent, peer: string, log: Logger): void {
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
    case "answered": {
      const { request, matches, status, unfulfilled } = event;
      const why = unfulfilled === undefined ? "" : reasonOf(unfulfilled);
      return log.info(
        `${peer}: query ${request.messageId} answered with ${
          quantity(matches, "match", "matches")
        }, status ${formatStatus(status)}${why}`,
      );
    }
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
