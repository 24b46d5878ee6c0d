/**
 * The ADDRESS of a peer: `[AE@]HOST:PORT`, `dicom://[AE@]HOST[:PORT]`, `dicoms://…`, `NAME+dicom://…`, `mock:SOURCE`. Does not
 * depend on options or resolves no names.
 */

import { UsageError } from "../../errors.ts";
import { AE_TITLE, integer } from "./value.ts";

/** A peer, as one argument names it. */
export type Address =
  | {
    readonly transport: "tcp" | "tls";
    /** Name or IP address, IPv6 without its brackets. */
    readonly host: string;
    readonly port: number;
    /** The text before the `@`. */
    readonly aeTitle: string | undefined;
    /** The transport plug-in that a scheme such as `NAME+dicom` names, and the whole address for it. */
    readonly plugin?: { readonly name: string; readonly address: string };
  }
  | { readonly transport: "mock"; readonly source: string };

/** Registered port of DICOM over plain TCP (PS3.8 9.1.1). */
const DICOM_PORT = 104;
/** Registered port of DICOM over TLS (PS3.15 B.1). */
const DICOM_TLS_PORT = 2762;

/** A scheme that names a transport plug-in has its name before a plus sign. */
const SCHEME = /^(?:([a-z0-9][a-z0-9-]*)\+)?(dicoms?):\/\/(.*)$/is;
/** One letter is a drive of Windows. */
const ANY_SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;
const MOCK = /^mock:(.*)$/is;
/** AE title, host or bracketed IPv6, port. Anything with a sign that no host name has is a file or a key. */
const HOST_PORT = /^(?:([^@]*)@)?([A-Za-z0-9._-]+|\[[\w:.%-]+\])(?::(\d+))?$/s;

/** How the programs that are transport plug-ins are called, before their names. */
export const PLUGIN_PREFIX = "findscu-transport-";

/** A TCP port number. */
export const PORT = integer({ min: 1, max: 65535 });

/** Whether an argument has the form of an ADDRESS, right or wrong in detail. */
export function isAddress(argument: string): boolean {
  return ANY_SCHEME.test(argument) || MOCK.test(argument) ||
    HOST_PORT.exec(argument)?.[3] !== undefined;
}

/** A scheme that is not built in. Which plug-ins exist is known elsewhere. */
export class UnknownSchemeError extends UsageError {
  constructor(address: string, scheme: string) {
    super(`Unknown scheme "${scheme}" in the address "${address}"`, {
      hint: "Use dicom://, dicoms:// or mock:",
    });
  }
}

/** Reads an ADDRESS. Throws a `UsageError` that shows it and names the mistake. */
export function parseAddress(argument: string): Address {
  const mock = MOCK.exec(argument);
  if (mock !== null) {
    if (mock[1] === "") {
      throw wrong(argument, "nothing follows mock:", "Try mock:demo");
    }
    return { transport: "mock", source: mock[1]! };
  }
  const url = SCHEME.exec(argument);
  if (url === null) {
    const [, scheme] = ANY_SCHEME.exec(argument) ?? [];
    if (scheme !== undefined) throw new UnknownSchemeError(argument, scheme);
    return parseHostPort(argument, argument, "tcp", undefined);
  }
  const [, plugin, scheme, rest] = url;
  const isTls = scheme!.toLowerCase() === "dicoms";
  const address = parseHostPort(
    argument,
    rest!.replace(/\/$/, ""),
    isTls ? "tls" : "tcp",
    isTls ? DICOM_TLS_PORT : DICOM_PORT,
  );
  return plugin === undefined
    ? address
    : { ...address, plugin: { name: plugin.toLowerCase(), address: argument } };
}

function parseHostPort(
  argument: string,
  rest: string,
  transport: "tcp" | "tls",
  defaultPort: number | undefined,
): Exclude<Address, { readonly transport: "mock" }> {
  const parts = HOST_PORT.exec(rest);
  if (parts === null) {
    // deno-lint-ignore no-control-regex
    const [foreign] = /[^\x00-\x7f]/u.exec(rest.replace(/^[^@]*@/, "")) ?? [];
    if (foreign !== undefined) {
      throw wrong(
        argument,
        `the host name has the character "${foreign}", which is not ASCII`,
        "Write the name as DNS has it: the labels with such letters begin with xn--",
      );
    }
    throw wrong(
      argument,
      "no host, or more than host and port",
      "Give HOST:PORT or AE@HOST:PORT, an IPv6 host in brackets",
    );
  }
  const port = PORT.read(parts[3] ?? String(defaultPort));
  if (!port.ok) {
    throw wrong(
      argument,
      `port ${parts[3]} is out of range`,
      port.mistake.hint,
    );
  }
  return {
    transport,
    host: withoutBrackets(parts[2]!),
    port: port.value,
    aeTitle: parts[1] === undefined
      ? undefined
      : aeTitleIn(argument, parts[1], defaultPort !== undefined),
  };
}

/** The host without the brackets around IPv6 addresses. */
export function withoutBrackets(host: string): string {
  return /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
}

function aeTitleIn(argument: string, text: string, isUrl: boolean): string {
  let title = text;
  if (isUrl) {
    try {
      title = decodeURIComponent(text);
    } catch {
      throw wrong(argument, `"${text}" is not valid percent-encoding`);
    }
  }
  const reading = AE_TITLE.read(title);
  if (reading.ok) return reading.value;
  throw wrong(argument, `"${title}" is not an AE title`, reading.mistake.hint);
}

function wrong(argument: string, detail: string, hint?: string): UsageError {
  return new UsageError(
    `Invalid address "${argument}": ${detail}`,
    hint === undefined ? {} : { hint },
  );
}
