/** The way to a peer as the command line specifies it: from its settings to a connector. Loaded only if there is one. */
import type { Notices } from "../src/cli/host.ts";
import type { Route, RoutedHop } from "../src/cli/target.ts";
import { PLUGIN_PREFIX } from "../src/cli/line/address.ts";
import { UsageError } from "../src/errors.ts";
import { type Connector, formatAddress } from "../src/transport.ts";
import { tcpConnector } from "../transports/tcp.ts";
import { execConnector } from "../transports/via/exec.ts";
import { httpConnectConnector } from "../transports/via/http_connect.ts";
import { socks5Connector } from "../transports/via/socks5.ts";
import { moduleConnector } from "./module_connector.ts";
import { findPlugin, pluginNames } from "./plugins.ts";
import { requireNetwork, requireProgram } from "./rights.ts";

/** The connectors of a way. */
export interface Way {
  readonly over: Connector;
  /** The connector for a second connection to the same peer: not a program, which may prompt the user, and not foreign code. */
  readonly again?: Connector;
}

/** The connectors of a way. Rejects with `UsageError` if a permission of Deno's or a file is missing. */
export async function routeConnector(
  route: Route,
  notices: Notices,
  path: () => string | undefined,
): Promise<Way> {
  switch (route.kind) {
    case "hops":
      return hopsConnector(route.hops, notices);
    case "plugin":
      return { over: pluginConnector(route, notices, path()) };
    case "module":
      return { over: await moduleConnector(route.file) };
  }
}

function pluginConnector(
  { name, address }: Extract<Route, { readonly kind: "plugin" }>,
  notices: Notices,
  path: string | undefined,
): Connector {
  const program = findPlugin(name, path);
  if (program === undefined) {
    const names = pluginNames(path);
    throw new UsageError(
      `Unknown transport plug-in "${name}": no program ${PLUGIN_PREFIX}${name} is on the PATH`,
      {
        hint: names.length === 0
          ? "No plug-in is installed; docs/transports.md shows how to write one"
          : `Besides dicom://, dicoms:// and mock: you can use ${
            names.map((one) => `${one}+dicom://`).join(", ")
          }`,
      },
    );
  }
  requireProgram(program);
  notices.info(`Way to the peer: ${program}`);
  const word = address.replaceAll("%", "%%");
  return execConnector({
    command: [program.replaceAll("%", "%%"), "%h", "%p", word],
    kind: name,
    stderr: notices.info,
  });
}

function hopsConnector(hops: readonly RoutedHop[], notices: Notices): Way {
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
