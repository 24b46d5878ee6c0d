/** The way to a peer as the command line asks for it: from its settings to a connector. Loaded only where there is one. */
import type { Notices } from "../src/cli/host.ts";
import type { Route, RoutedHop } from "../src/cli/config/run_config.ts";
import type { Connector } from "../src/transport.ts";
import { formatAddress } from "../transports/socket_errors.ts";
import { tcpConnector } from "../transports/tcp.ts";
import { execConnector } from "../transports/via/exec.ts";
import { httpConnectConnector } from "../transports/via/http_connect.ts";
import { socks5Connector } from "../transports/via/socks5.ts";
import { requireNetwork, requireProgram } from "./rights.ts";

/** What opens connections by this way, and what may open a second one to the same peer: not a program, which may ask questions. Throws `UsageError` for what Deno may not do, and for what a proxy cannot be told. */
export function routeConnector(
  { hops }: Route,
  notices: Notices,
): { over: Connector; again?: Connector } {
  let connector: Connector = tcpConnector({ native: true });
  for (const [index, hop] of hops.entries()) {
    notices.info(`Way to the peer: ${nameOf(hop)}`);
    if (index === 0) requireRights(hop);
    connector = through(hop, connector, notices);
  }
  return hops.some(({ kind }) => kind === "exec")
    ? { over: connector }
    : { over: connector, again: connector };
}

function requireRights(hop: RoutedHop): void {
  if (hop.kind !== "exec") return requireNetwork(hop.host, hop.port);
  requireProgram(typeof hop.command === "string" ? "/bin/sh" : hop.command[0]);
}

function through(hop: RoutedHop, over: Connector, notices: Notices): Connector {
  if (hop.kind === "exec") {
    return execConnector({ command: hop.command, stderr: notices.info });
  }
  const { host, port, user, password } = hop;
  const proxy = {
    host,
    port,
    over,
    ...(user !== undefined && {
      login: {
        user,
        password: password.kind === "value" ? password.value : "",
      },
    }),
  };
  return hop.kind === "socks5"
    ? socks5Connector(proxy)
    : httpConnectConnector(proxy);
}

function nameOf(hop: RoutedHop): string {
  if (hop.kind !== "exec") {
    const name = hop.kind === "socks5" ? "SOCKS5 proxy" : "HTTP proxy";
    return `${name} ${formatAddress(hop.host, hop.port)}`;
  }
  const { command } = hop;
  return typeof command === "string" ? command : command.join(" ");
}
