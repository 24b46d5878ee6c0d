/** The value of `--via`: one way to the peer, a proxy or a program. Does not depend on any option and opens nothing. */
import type { Hop } from "../target.ts";
import { PORT } from "./address.ts";
import { withoutBrackets } from "./address.ts";
import type { Reading, ValueKind } from "./value.ts";

const HINT =
  "Give socks5://[USER@]HOST:PORT, http://[USER@]HOST:PORT, exec:COMMAND or exec-sh:COMMAND";

/** Registered port of SOCKS. */
const SOCKS_PORT = "1080";

/** User name, then host or bracketed IPv6, then port. */
const PROXY = /^(?:([^@]*)@)?([A-Za-z0-9._-]+|\[[\w:.%-]+\])(?::(\d+))?\/?$/s;

/** A way to the peer. */
export const VIA: ValueKind<Hop> = {
  metavar: "way",
  read(text) {
    const [, scheme, rest] = /^([a-z0-9+.-]+):(.*)$/is.exec(text) ?? [];
    switch (scheme?.toLowerCase()) {
      case "socks5":
      case "socks5h":
        return proxy("socks5", rest!, SOCKS_PORT);
      case "http":
        return proxy("http", rest!, undefined);
      case "exec":
        return program(rest!);
      case "exec-sh":
        return rest!.trim() === ""
          ? invalid("Nothing follows exec-sh:")
          : good({ kind: "exec", command: rest! });
      case "https":
        return invalid(
          "TLS to the proxy itself is not supported; TLS to the peer works through any proxy",
        );
      case "socks4":
      case "socks4a":
      case "socks":
        return invalid("Only SOCKS version 5 is supported: socks5://HOST:PORT");
      default:
        return invalid(HINT);
    }
  },
};

function proxy(
  kind: "socks5" | "http",
  rest: string,
  defaultPort: string | undefined,
): Reading<Hop> {
  const authority = /^\/\/(.*)$/s.exec(rest)?.[1];
  const [, login, host, digits = defaultPort] = PROXY.exec(authority ?? "") ??
    [];
  if (host === undefined) {
    return invalid(`Give ${kind}://[USER@]HOST:PORT, an IPv6 host in brackets`);
  }
  if (digits === undefined) {
    return invalid(
      `Give the port as well, often 3128 or 8080: http://${host}:3128`,
    );
  }
  const port = PORT.read(digits);
  if (!port.ok) return port;
  if (login?.includes(":")) {
    return invalid(
      "Other users can read a password on the command line: use --via-password-env or --via-password-file instead",
    );
  }
  let user = login;
  try {
    user = login && decodeURIComponent(login);
  } catch {
    return invalid("The user name is not valid percent-encoding");
  }
  if (user === "") return invalid("The user name before the @ is empty");
  return good({
    kind,
    host: withoutBrackets(host),
    port: port.value,
    user,
  });
}

function program(rest: string): Reading<Hop> {
  const words = wordsOf(rest);
  if (words === undefined) return invalid("A quotation mark is not closed");
  const [first, ...others] = words;
  return first === undefined
    ? invalid("Nothing follows exec:")
    : good({ kind: "exec", command: [first, ...others] });
}

/**
 * The words of a command: parted by blanks, kept together by quotation marks of either kind. A backslash is just one, as in paths
 * of Windows.
 */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (const [part] of text.matchAll(/"[^"]*"|'[^']*'|\s+|./gs)) {
    if (part === '"' || part === "'") return undefined;
    if (/^\s/.test(part)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + part.replace(/^(["'])(.*)\1$/s, "$2");
  }
  return word === undefined ? words : [...words, word];
}

function good(value: Hop): Reading<Hop> {
  return { ok: true, value };
}

function invalid(hint: string): Reading<never> {
  return { ok: false, mistake: { reason: "invalid", hint, isOurs: true } };
}
