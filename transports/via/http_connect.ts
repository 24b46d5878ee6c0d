/** HTTP proxies that tunnel: CONNECT (RFC 9110, 9.3.6) with Basic authentication (RFC 7617). Names are resolved by the proxy. */
import { advise, type Hint, UsageError } from "../../src/errors.ts";
import {
  type Connector,
  formatAddress,
  type Target,
} from "../../src/transport.ts";
import {
  type Conversation,
  type Login,
  proxyConnector,
  type ProxyOptions,
} from "./tunnel.ts";

/** Longest head of an answer, in bytes. */
const LONGEST_HEAD = 65_536;

/** A connector through an HTTP proxy. Throws `UsageError` for a user name that the protocol cannot carry. */
export function httpConnectConnector(proxy: ProxyOptions): Connector {
  if (proxy.login?.user.includes(":")) {
    throw new UsageError(
      "A user name for an HTTP proxy cannot hold a colon (RFC 7617, 2)",
    );
  }
  return proxyConnector({ kind: "http", name: "HTTP proxy", ask }, proxy);
}

async function ask(
  conversation: Conversation,
  { host, port }: Target,
  login: Login | undefined,
): Promise<void> {
  const place = formatAddress(host, port);
  if (/[\s\0-\x1f]/.test(place)) {
    throw conversation.refusal("the host name holds blanks or controls");
  }
  const encoder = new TextEncoder();
  const lines = [
    `CONNECT ${place} HTTP/1.1`,
    `Host: ${place}`,
    ...(login === undefined
      ? []
      : [`Proxy-Authorization: Basic ${credentials(login)}`]),
    "",
    "",
  ];
  await conversation.send(encoder.encode(lines.join("\r\n")));
  let head: Head;
  // Interim answers (1xx) precede the one that counts.
  do head = await nextHead(conversation); while (head.status < 200);
  if (head.status < 300) return;
  const [what, hint] = explain(head, login);
  throw conversation.refusal(what, hint);
}

/** User and password in Base64, as UTF-8. */
function credentials({ user, password }: Login): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return btoa(String.fromCharCode(...bytes));
}

/** Status line and header fields of an answer. */
interface Head {
  readonly status: number;
  /** The number and the proxy's text for it. */
  readonly text: string;
  /** The ways to log in that it offers. */
  readonly schemes: readonly string[];
}

async function nextHead(conversation: Conversation): Promise<Head> {
  const bytes = await conversation.takeUntil((so) => {
    if (!looksLikeHttp(so)) throw foreign(conversation, so[0]);
    const end = headEnd(so);
    if (end < 0 && so.length > LONGEST_HEAD) {
      throw conversation.refusal("the proxy's answer has no end");
    }
    return end;
  });
  const [first = "", ...fields] = new TextDecoder("latin1").decode(bytes)
    .split(/\r?\n/);
  const [, status, reason = ""] = /^HTTP\/\d\.\d (\d{3})(?: (.*))?$/.exec(
    first,
  ) ?? [];
  if (status === undefined) throw foreign(conversation, bytes[0]);
  return {
    status: Number(status),
    text: `${status} ${reason}`.trim(),
    schemes: fields.flatMap((field) =>
      /^proxy-authenticate:\s*([\w-]+)/i.exec(field)?.[1] ?? []
    ),
  };
}

const HTTP = new TextEncoder().encode("HTTP/");

function looksLikeHttp(bytes: Uint8Array): boolean {
  return HTTP.every((byte, at) => at >= bytes.length || bytes[at] === byte);
}

/** The end of the head: after the empty line. */
function headEnd(bytes: Uint8Array): number {
  const [lineFeed, carriageReturn] = [0x0a, 0x0d];
  for (let at = bytes.indexOf(lineFeed); at >= 0;) {
    const next = bytes[at + 1] === carriageReturn ? at + 2 : at + 1;
    if (bytes[next] === lineFeed) return next + 1;
    at = bytes.indexOf(lineFeed, at + 1);
  }
  return -1;
}

function foreign(conversation: Conversation, first: number | undefined) {
  return conversation.refusal(
    first === 0x05 || first === 0x00
      ? "the server speaks SOCKS, not HTTP"
      : "the server is not an HTTP proxy",
    advise("Check host, port and kind of the proxy", "socks-proxy"),
  );
}

function explain(
  { status, text, schemes }: Head,
  login: Login | undefined,
): readonly [what: string, hint: Hint] {
  // Some answer 401, which is meant for web servers, to a wrong password.
  if (status === 407 || status === 401) {
    if (
      schemes.length > 0 &&
      !schemes.some((scheme) => scheme.toLowerCase() === "basic")
    ) {
      return [
        `the proxy requires a login by ${schemes.join(" or ")} (${text})`,
        "findscu supports only Basic: have the administrator allow it, or use another route",
      ];
    }
    return login === undefined
      ? [
        `the proxy requires a user name and password (${text})`,
        advise("Name the user, with a password", "proxy-login", "http"),
      ]
      : [
        `the proxy refuses the user name or the password (${text})`,
        advise("Check the user and its password", "proxy-user"),
      ];
  }
  if (status === 403 || status === 405 || status === 501) {
    return [
      `the proxy does not allow it (${text})`,
      "Many HTTP proxies only allow port 443: have the administrator allow host and port",
    ];
  }
  return status >= 500
    ? [
      `the proxy cannot reach the peer (${text})`,
      "Check host name, port and that the archive is running",
    ]
    : [
      `the proxy answers "${text}"`,
      "Check that it is a proxy, and not a web server",
    ];
}
