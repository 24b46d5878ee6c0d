/** SOCKS version 5 (RFC 1928) with or without user name and password (RFC 1929). Names are resolved by the proxy. */
import { isIPv4, isIPv6 } from "node:net";
import { advise, type Hint, UsageError } from "../../src/errors.ts";
import type { Connector, Target } from "../../src/transport.ts";
import {
  type Conversation,
  type Login,
  proxyConnector,
  type ProxyOptions,
} from "./tunnel.ts";

const VERSION = 0x05;
/** Version of the negotiation of RFC 1929. */
const LOGIN_VERSION = 0x01;

const METHOD = { none: 0x00, password: 0x02, unacceptable: 0xff } as const;
const CONNECT = 0x01;
const ADDRESS = { ipv4: 0x01, name: 0x03, ipv6: 0x04 } as const;

// deno-fmt-ignore
/** The replies of a proxy that does not connect (RFC 1928, 6). */
const REPLIES: Readonly<Record<number, readonly [what: string, hint: Hint]>> = {
  0x01: ["the proxy reports a general failure", "It may not know the host name; its log may say more"],
  0x02: ["the proxy's rules do not allow it", "Have its administrator allow host and port"],
  0x03: ["the network is unreachable from the proxy", "Check the address and the routes of the proxy"],
  0x04: ["the host is unreachable from the proxy", "Check the host name and any firewall between"],
  0x05: ["the proxy reports that the connection was refused", "Check the port number and that the archive is running"],
  0x06: ["the host does not answer the proxy", "Check the address and any firewall between"],
  0x07: ["the proxy does not open connections", "Use another proxy: this one only supports other commands"],
  0x08: ["the proxy does not support this type of address", "Give a host name, or an address of the other family"],
};

/** A connector through a SOCKS5 proxy. Throws `UsageError` for a user name or password that the protocol cannot carry. */
export function socks5Connector(proxy: ProxyOptions): Connector {
  const { login } = proxy;
  if (login !== undefined) loginBytes(login);
  return proxyConnector({ kind: "socks5", name: "SOCKS5 proxy", ask }, proxy);
}

async function ask(
  conversation: Conversation,
  target: Target,
  login: Login | undefined,
): Promise<void> {
  const methods = login === undefined
    ? [METHOD.none]
    : [METHOD.none, METHOD.password];
  await conversation.send(
    Uint8Array.of(VERSION, methods.length, ...methods),
  );
  const method = await chosenMethod(conversation);
  if (method === METHOD.password && login !== undefined) {
    await conversation.send(loginBytes(login));
    const [version, status] = await conversation.take(2);
    if (version !== LOGIN_VERSION || status !== 0) {
      throw conversation.refusal(
        "the proxy refuses the user name or the password",
        advise("Check the user and its password", "proxy-user"),
      );
    }
  } else if (method !== METHOD.none) {
    throw login === undefined
      ? conversation.refusal(
        "the proxy requires a user name and password",
        advise("Name the user, with a password", "proxy-login", "socks5"),
      )
      : conversation.refusal(
        "the proxy does not accept a user name and password",
        "It requires an authentication method that findscu does not support",
      );
  }
  await conversation.send(
    Uint8Array.of(VERSION, CONNECT, 0, ...addressBytes(conversation, target)),
  );
  const [version, reply = 0, , type = 0] = await conversation.take(4);
  if (version !== VERSION) throw foreign(conversation, version);
  if (reply !== 0) {
    const [what, hint] = REPLIES[reply] ??
      [`the proxy answers with the unknown code ${reply}`, undefined];
    throw conversation.refusal(what, hint);
  }
  await conversation.take(await addressLength(conversation, type) + 2);
}

async function chosenMethod(conversation: Conversation): Promise<number> {
  const [version, method = METHOD.unacceptable] = await conversation.takeFirst(
    2,
    HTTP_PROBE,
    (protocol) => protocol === "HTTP" ? foreign(conversation, HTTP) : undefined,
  );
  if (version !== VERSION) throw foreign(conversation, version);
  return method;
}

/** A request that every HTTP server answers; without an end of line it would wait for one. */
const HTTP_PROBE = new TextEncoder().encode("HEAD / HTTP/1.0\r\n\r\n");

/** The H of "HTTP/1.1". */
const HTTP = 0x48;

/** Other protocols, by the first byte of the answer. */
function foreign(conversation: Conversation, first: number | undefined) {
  return first === HTTP
    ? conversation.refusal(
      "the proxy answers in HTTP, not in SOCKS5",
      advise("Name it as an HTTP proxy", "http-proxy"),
    )
    : conversation.refusal(
      "the server is not a SOCKS5 proxy",
      "Check host, port and kind of the proxy",
    );
}

/** User name and password as RFC 1929 has them. */
function loginBytes({ user, password }: Login): Uint8Array {
  const encoder = new TextEncoder();
  const fields = [encoder.encode(user), encoder.encode(password)];
  if (fields.some(({ length }) => length > 255)) {
    throw new UsageError(
      "A user name or password for a SOCKS5 proxy is longer than 255 bytes",
    );
  }
  return Uint8Array.of(
    LOGIN_VERSION,
    ...fields.flatMap((field) => [field.length, ...field]),
  );
}

/** Address and port of the peer (RFC 1928, 4 and 5). */
function addressBytes(
  conversation: Conversation,
  { host, port }: Target,
): number[] {
  return [...hostBytes(conversation, host), port >> 8, port & 0xff];
}

function hostBytes(conversation: Conversation, host: string): number[] {
  if (isIPv4(host)) return [ADDRESS.ipv4, ...host.split(".").map(Number)];
  // An address with a zone means something on this machine alone, and has no binary form.
  if (isIPv6(host) && !host.includes("%")) {
    return [ADDRESS.ipv6, ...ipv6Bytes(host)];
  }
  const name = new TextEncoder().encode(host);
  if (name.length > 255) {
    throw conversation.refusal("the host name is longer than 255 bytes");
  }
  return [ADDRESS.name, name.length, ...name];
}

/** The 16 bytes of an IPv6 address (RFC 4291, 2.2). */
function ipv6Bytes(address: string): number[] {
  // The parser of URLs knows all ways of writing one.
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = "", after] = text.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const head = groups(before);
  const tail = groups(after ?? "");
  const zeros = Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail].flatMap((
    group,
  ) => [group >> 8, group & 0xff]);
}

/** Length of the address that follows in an answer. */
async function addressLength(
  conversation: Conversation,
  type: number,
): Promise<number> {
  switch (type) {
    case ADDRESS.ipv4:
      return 4;
    case ADDRESS.ipv6:
      return 16;
    case ADDRESS.name:
      return (await conversation.take(1))[0]!;
    default:
      throw conversation.refusal(
        `the proxy answers with an address of unknown type ${type}`,
      );
  }
}
