/** A scripted peer with its log, and a usual query. */
import type { ConnectOptions } from "../../../src/client/client.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { findModel } from "../../../src/find/models.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { scriptedPeer, type Step } from "../../support/scripted_peer.ts";

export const STUDY = findModel("study")!.uid;
export const KEYS = Dataset.of(rawElement(0x00080052, "CS", "STUDY"));
export const QUERY = { abstractSyntax: STUDY, identifier: KEYS };
export const TARGET = { host: "pacs", port: 104 };

export function peer(
  steps: readonly Step[] = [],
  script: Parameters<typeof scriptedPeer>[1] = {},
) {
  const { connector, log } = scriptedPeer(steps, script);
  const clock = new FakeClock();
  return {
    log,
    clock,
    options: { connector, target: TARGET, clock } satisfies ConnectOptions,
    types: () => log.received.map(({ type }) => type),
  };
}
