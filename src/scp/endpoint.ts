/** The endpoint of a mock connection: an archive, one with a fault, or a recording; all in the shape that the driver runs. */
import { Archive } from "./archive/archive.ts";
import { FaultTap } from "./faults/tap.ts";
import { type AbortableEndpoint, FaultyScp } from "./faults/faulty_scp.ts";
import type { Recording } from "./recording/recording.ts";
import {
  type ReplayOptions,
  ReplayScp,
  type ReplayScpEvent,
} from "./recording/replay_scp.ts";
import {
  ArchiveScp,
  type ArchiveScpEvent,
  type ArchiveScpOptions,
} from "./archive_scp.ts";
import type { MockBehaviour } from "./source.ts";

/** The source of answers. */
export type MockContent =
  | { readonly kind: "archive"; readonly archive: Archive }
  | { readonly kind: "recording"; readonly recording: Recording };

/** Events that a mock reports. */
export type MockEvent = ArchiveScpEvent | ReplayScpEvent;

/** One end of a mock connection. */
export type MockEndpoint = AbortableEndpoint<MockEvent>;

/** How an archive or a recording serves. */
export type MockServerOptions =
  & Omit<ArchiveScpOptions, "archive">
  & Pick<ReplayOptions, "withoutAbort">;

/** A fresh endpoint for one association. Throws `InputError` for a recording that makes no sense. */
export function mockEndpoint(
  content: MockContent,
  behaviour: MockBehaviour = {},
  options: MockServerOptions = {},
): MockEndpoint {
  // A rejected client meets neither a fault nor a recording.
  if (options.isFull === true) {
    return new ArchiveScp({ ...options, archive: new Archive() });
  }
  if (content.kind === "recording") {
    return new ReplayScp(content.recording, {
      realtime: behaviour.realtime ?? false,
      loose: behaviour.loose ?? false,
      withoutAbort: options.withoutAbort ?? false,
    });
  }
  const limit = Math.min(
    options.limit ?? Infinity,
    behaviour.limit ?? Infinity,
  );
  const scp = new ArchiveScp({ ...options, archive: content.archive, limit });
  return behaviour.fault === undefined
    ? scp
    : new FaultyScp(scp, new FaultTap(behaviour.fault));
}
