/** The origin of a result, for documents that are kept. Does not depend on any format. */
import { formatAddress } from "../../transport.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import type { About, AskedKey } from "../../output/about.ts";
import { CellReader } from "../../output/cells.ts";
import { columnsOf } from "../../output/columns.ts";
import { StoredTexts } from "../../output/stored_text.ts";
import type { TextOptions } from "../../output/writer.ts";
import type { Host } from "../host.ts";
import type { FindConfig, PeerConfig } from "../config/run_config.ts";
import type { ResultQuery } from "./sink.ts";

/** Question, archive and time of a run that is about to start. */
export function aboutOf(
  config: FindConfig,
  queries: readonly ResultQuery[],
  text: TextOptions,
  host: Host,
): About {
  return {
    queries: queries.map((one) =>
      keysOf(one, text).map((key) => filledKey(key, one, config))
    ),
    list: config.list?.file,
    conditions: [
      ...config.enforce ? ["every key, again (--enforce)"] : [],
      ...config.where.map(({ attribute, operator, value }) =>
        attribute + operator + value
      ),
    ],
    model: config.model.title,
    peer: peersText(config),
    time: host.date(),
    program: `findscu ${host.version.version}`,
  };
}

/** The peers of a run as addresses. */
function peersText(config: FindConfig): string {
  return config.peers.length === 0
    ? peerText(config)
    : config.peers.map(({ peer }) => peerText(peer)).join(", ");
}

/** The peer as an address: `MYPACS@pacs.example.org:104`. */
export function peerText(
  { target, calledAeTitle }: Pick<PeerConfig, "target" | "calledAeTitle">,
): string {
  if (target.transport === "mock") return `mock:${target.source}`;
  const { host, port } = target;
  return `${calledAeTitle}@${formatAddress(host, port)}`;
}

/** A key as it was typed if the rows of a list fill it: the identifier has nothing but an example then. */
function filledKey(
  { label, value }: AskedKey,
  { list }: ResultQuery,
  { identifier }: FindConfig,
): AskedKey {
  if (list === undefined || value === "") return { label, value };
  if (list.keys.has(label)) return { label, value: `{${label}}` };
  const term = identifier.keys.map(({ term }) => term).find((term) =>
    term.toLowerCase().startsWith(`${label.toLowerCase()}=`) &&
    term.includes("{")
  );
  return { label, value: term?.slice(label.length + 1) ?? value };
}

const QUERY_RETRIEVE_LEVEL = {
  path: [0x00080052],
  label: "QueryRetrieveLevel",
} as const;

function keysOf(
  { dataset, selectors }: ResultQuery,
  text: TextOptions,
): AskedKey[] {
  const { dictionary = Dictionary.standard } = text;
  const columns = [
    QUERY_RETRIEVE_LEVEL,
    ...columnsOf(dataset, dictionary, selectors),
  ];
  const texts = new StoredTexts({ ...text, dates: "stored" });
  const cells = new CellReader(text).cells({ dataset }, columns);
  return columns.map(({ label }, index) => ({
    label,
    value: texts.text(cells[index]!),
  })).filter(({ label, value }) =>
    value !== "" || label !== QUERY_RETRIEVE_LEVEL.label
  );
}
