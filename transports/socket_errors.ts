/** The ways in which connections fail, in plain words, for the sockets of every runtime; and how addresses are written. Opens none. */
import { messageOf, TransportError, UsageError } from "../src/errors.ts";
import { formatAddress, type Target } from "../src/transport.ts";

/** Throws `UsageError` for an invalid TCP port; 0, for any free one, is valid for listening. */
export function checkPort(port: number, smallest: 0 | 1 = 1): void {
  if (Number.isInteger(port) && port >= smallest && port <= 65535) return;
  throw new UsageError(`Invalid port ${port}`, {
    hint: `A port is a whole number from ${smallest} to 65535`,
  });
}

/** The system's code of an error (`ECONNREFUSED`, …), or an empty string. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/**
 * The error of a socket that is reported as open but has no peer: so Bun's sockets report a refused connection under Wine, whose
 * own calls report it rightly.
 */
export class NoPeerError extends Error {
  readonly code = "ECONNREFUSED";

  constructor() {
    super("open without a peer");
  }
}

/** The sentence for a connection that could not be opened, from the system's error. */
export function connectError(error: unknown, target: Target): TransportError {
  const peer = formatAddress(target.host, target.port);
  const words = CONNECT_ERRORS[errorCode(firstOf(error))];
  const [what, hint] = words ?? [messageOf(error), undefined];
  return new TransportError("connect", `Cannot connect to "${peer}": ${what}`, {
    cause: error,
    hint,
  });
}

/** The sentence for an open connection that broke: from the system's error, or from `what` is known. */
export function brokenError(
  peer: string,
  why: string | Error,
): TransportError {
  const what = typeof why === "string"
    ? why
    : BREAKS[errorCode(why)] ?? why.message;
  return new TransportError(
    "closed",
    `Connection to "${peer}" is closed: ${what}`,
    typeof why === "string" ? {} : { cause: why },
  );
}

/** Several addresses of one name that all failed come as an AggregateError; its first member is the most informative. */
function firstOf(error: unknown): unknown {
  const errors = (error as { errors?: unknown } | undefined)?.errors;
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : error;
}

// deno-fmt-ignore
const CONNECT_ERRORS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ECONNREFUSED: ["connection refused", "Check the port number and that the archive is running"],
  ENOTFOUND: ["unknown host", "Check the spelling of the host name"],
  EAI_AGAIN: ["the host name cannot be resolved at the moment", "Check the network connection and the name server"],
  EHOSTUNREACH: ["host unreachable", "Check the address, the route to it and any firewall between"],
  ENETUNREACH: ["network unreachable", "Check the network connection and the route to the host"],
  ETIMEDOUT: ["the host does not answer", "Check the address and any firewall that may drop the packets"],
  ECONNRESET: ["the connection was reset while it was being opened", "Check that the port belongs to a DICOM service"],
  EACCES: ["the system does not allow it", "Check the rights of this process to use the network"],
};

/** Plain words for the ways in which an open connection ends badly. */
const BREAKS: Readonly<Record<string, string>> = {
  ECONNRESET: "reset by the peer",
  EPIPE: "the peer no longer listens",
  ECONNABORTED: "aborted by the system",
  ETIMEDOUT: "the peer stopped answering",
  EHOSTUNREACH: "the host became unreachable",
  ENETUNREACH: "the network became unreachable",
};
