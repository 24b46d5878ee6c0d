/** The parameters of a command line: a peer, by ADDRESS, name, or PEER and PORT, and query files. Opens nothing. */
import { UsageError } from "../../errors.ts";
import {
  type Address,
  isAddress,
  parseAddress,
  PORT,
} from "../line/address.ts";
import { aeTitleHint, peerHint } from "../line/parameter_hint.ts";
import type { CommandLine } from "../line/parse.ts";
import {
  type Connections,
  type SavedPeer,
  UnknownPeerError,
} from "./connections.ts";

/** The peer: PEER and PORT, or the first ADDRESS among the parameters. */
export function peerOf(
  line: CommandLine,
  connections: Connections | undefined,
): Pick<SavedPeer, "address" | "options"> {
  if (line.form === "dcmtk") {
    return { address: peerAndPort(line.parameters), options: [] };
  }
  const word = line.parameters[addressIndex(line, connections)];
  if (word === undefined) {
    throw new UsageError("Missing address", {
      hint: line.command === "probe" && line.occurrences.length === 0
        ? "Give the peer, for example findscu probe MYPACS@HOST:104"
        : "-q needs a key after it; for fewer messages use --quiet",
    });
  }
  return resolvePeer(word, connections);
}

/** The word that names the peer: an ADDRESS, or the name of a saved connection. */
export function peerWord(
  line: CommandLine,
  connections: Connections | undefined,
): string {
  return line.parameters[addressIndex(line, connections)] ?? "";
}

/**
 * The one way from a word to a peer: an ADDRESS, or the name of a saved connection with its options. Throws `UnknownPeerError` if
 * it is neither, and as long as connections are not known, upon which the line is tried again with them.
 */
export function resolvePeer(
  word: string,
  connections: Connections | undefined,
): Pick<SavedPeer, "address" | "options"> {
  if (isAddress(word)) return { address: parseAddress(word), options: [] };
  const peer = connections?.peer(word);
  if (peer !== undefined) return peer;
  throw new UnknownPeerError(word, connections?.names);
}

/** Index of the ADDRESS among the parameters: the first one that is one, else the first name, else the first word. */
function addressIndex(
  { parameters }: CommandLine,
  connections: Connections | undefined,
): number {
  const address = parameters.findIndex(isAddress);
  if (address >= 0) return address;
  const name = parameters.findIndex((word) =>
    connections?.names.includes(word) ?? false
  );
  return Math.max(name, 0);
}

/** DCMTK's PEER and PORT. */
function peerAndPort(parameters: readonly string[]): Address {
  const [host, port] = parameters;
  if (host === undefined || port === undefined) {
    const parameter = host === undefined ? "peer" : "port";
    const hint = peerHint(parameters);
    throw new UsageError(`Missing parameter ${parameter}`, {
      ...hint && { hint },
    });
  }
  if (host === "") {
    throw new UsageError("Missing parameter peer", {
      hint: "PEER is empty: give the archive's host name or address",
    });
  }
  const reading = PORT.read(port);
  if (reading.ok) {
    const hint = aeTitleHint(host, port);
    if (hint !== undefined) {
      throw new UsageError(`Invalid parameter value ${host}`, { hint });
    }
    return { transport: "tcp", host, port: reading.value, aeTitle: undefined };
  }
  const { reason, hint } = reading.mistake;
  // DCMTK reads the port as an unsigned number, of which a negative one is a very large one.
  const range = /^\s*-\d/.test(port) ? "overflow" : reason;
  if (range !== "invalid") {
    throw new UsageError(`Invalid parameter value ${port} (${range})`, {
      hint,
    });
  }
  throw new UsageError(`Invalid parameter value ${port}`, {
    hint: peerHint(parameters) ?? `The second parameter is the port. ${hint}`,
  });
}

/** The query files: the remaining parameters. */
export function filesOf(
  line: CommandLine,
  connections: Connections | undefined,
): string[] {
  const { form, parameters } = line;
  if (form === "dcmtk") return parameters.slice(2);
  const at = addressIndex(line, connections);
  return parameters.filter((_, index) => index !== at);
}
