/** Several peers: those of `--also`, and the two of `compare`. */
import { UsageError } from "../../errors.ts";
import { formatsWith } from "../../output/format_names.ts";
import type { ConfigHost } from "../host.ts";
import type { OptionValues } from "../line/options.ts";
import type { CommandLine } from "../line/parse.ts";
import { peerConfig } from "./peer.ts";
import { type Connections, withSaved } from "./connections.ts";
import { resolvePeer } from "./parameters.ts";
import type { FindConfig, NamedPeer } from "./run_config.ts";
import { readOptions } from "./effective.ts";

/** A query whose answers of two peers are compared. Throws `UsageError` for a format that cannot show that. */
export function comparedConfig(
  find: FindConfig,
  peers: readonly NamedPeer[],
  values: OptionValues,
): FindConfig {
  const { results } = find;
  // Text is the default.
  const format = values.format === undefined && results.format === "text"
    ? "table"
    : results.format;
  const comparing = formatsWith("compare");
  if (format === undefined || !comparing.includes(format)) {
    throw new UsageError(
      `A comparison cannot be written in format ${format ?? "dcmtk"}`,
      { hint: `Choose one of ${comparing.join(", ")}` },
    );
  }
  return { ...find, results: { ...results, format }, peers, compares: true };
}

/** The two peers to compare. Throws `UsageError` when there is none, or one. */
export function comparedWords(
  { parameters: [first, second] }: CommandLine,
): readonly [string, string] {
  if (first === undefined || second === undefined) {
    throw new UsageError(
      first === undefined
        ? "compare needs two peers"
        : `compare needs another peer besides "${first}"`,
      { hint: "Write findscu compare AE@HOST:PORT AE@HOST:PORT" },
    );
  }
  return [first, second];
}

/** The peers that words name, with the options that are saved for each. Throws `UsageError`. */
export function namedPeers(
  words: readonly string[],
  line: CommandLine,
  host: ConfigHost,
  connections: Connections | undefined,
): NamedPeer[] {
  return words.map((name) => {
    const { address, options: saved } = resolvePeer(name, connections);
    const wholeLine = withSaved(line, { address, options: saved });
    const { values, log, options } = readOptions(wholeLine, address, host);
    const peer = peerConfig(line.form, address, values, log, options);
    return { name, peer };
  });
}

/** Throws `UsageError` for a peer that occurs twice: each match would come twice, too. */
export function distinctPeers(
  peers: readonly NamedPeer[],
): readonly NamedPeer[] {
  const names = new Map<string, string>();
  for (const { name, peer } of peers) {
    const key = JSON.stringify([peer.target, peer.calledAeTitle]);
    const first = names.get(key);
    if (first !== undefined) {
      throw new UsageError(
        first === name
          ? `${name} is named twice`
          : `${first} and ${name} are the same peer`,
        { hint: "Name each peer once" },
      );
    }
    names.set(key, name);
  }
  return peers;
}
