/** The connector of a run: the network, or a mock in this program; with a recording if requested. */
import type { Connector } from "../../../transport.ts";
import type { Host } from "../../host.ts";
import { LOGGERS } from "../../log/log.ts";
import { UsageError } from "../../../errors.ts";
import type { PeerConfig } from "../../config/run_config.ts";
import type { NetworkTarget, RoutedHop } from "../../target.ts";
import type { RunContext } from "../../log/console.ts";
import { readSecret, type SecretSource } from "../../../security.ts";

/** The connector of a configuration. The signal ends the reading of a mock's data. */
export async function connectorOf(
  config: PeerConfig,
  context: RunContext,
): Promise<Connector> {
  const { target, record } = config;
  const connector = target.transport === "mock"
    ? await mockConnector(target.source, context)
    : await networkConnector(target, context);
  if (record === undefined) return connector;
  const { recorded } = await import("./record.ts");
  return recorded(connector, record, context.host, context.output);
}

/** The connector of the network. The TLS parameters are reported at once: the association may still fail. */
async function networkConnector(
  target: NetworkTarget,
  { host, output: { log, own }, signal }: RunContext,
): Promise<Connector> {
  // A run may connect more than once; oddities of the peer are reported once.
  const warnings = new Set<string>();
  const warn = (text: string) => {
    if (warnings.has(text)) return;
    warnings.add(text);
    log.named(LOGGERS.tls).warn(text);
  };
  const connector = await host.connector(
    await withPasswords(target, host, signal),
    {
      info: (text) => own.named(LOGGERS.tls).info(text),
      warn,
    },
    signal,
  );
  if (target.transport === "tcp") return connector;
  return async (place, options) => {
    const transport = await connector(place, options);
    for (const line of transport.info.security ?? []) {
      own.named(LOGGERS.tls).info(line);
    }
    return transport;
  };
}

/** The same, with the passwords of its proxies read. */
async function withPasswords(
  target: NetworkTarget,
  host: Host,
  signal: AbortSignal,
): Promise<NetworkTarget> {
  const { route } = target;
  if (route?.kind !== "hops") return target;
  const hops: RoutedHop[] = [];
  for (const hop of route.hops) {
    if (hop.kind === "exec" || hop.user === undefined) {
      hops.push(hop);
      continue;
    }
    const place = `${hop.user}@${hop.host}:${hop.port}`;
    if (hop.password.kind === "prompt" && !host.stdin.isTerminal) {
      throw new UsageError(`The password of the proxy "${place}" is missing`, {
        hint:
          "Add --via-password-env VARIABLE or --via-password-file FILE after its --via",
      });
    }
    const value = await secretOf(
      hop.password,
      host,
      signal,
      `Password of ${place}: `,
    );
    hops.push({ ...hop, password: { kind: "value", value: value ?? "" } });
  }
  return { ...target, route: { ...route, hops } };
}

async function mockConnector(
  text: string,
  context: RunContext,
): Promise<Connector> {
  const { host, output } = context;
  const [{ loadMock }, { mockEndpoint }, { serveConnection }] = await Promise
    .all([
      import("./mock_source.ts"),
      import("../../../scp/endpoint.ts"),
      import("../../../driver/serve.ts"),
    ]);
  const { content, source } = await loadMock(text, context);
  const { behaviour } = source;
  return async () => {
    const link = await host.link({ ...behaviour, name: source.name });
    void serveConnection(link.server, {
      endpoint: () => mockEndpoint(content, behaviour, { withoutAbort: true }),
      clock: host.clock,
      onEvent: (event) => {
        // A client that departs from a recording gets an explanation in words, which an A-ABORT cannot carry.
        if (event.type === "error" && content.kind === "recording") {
          link.fail(event.error);
        }
        if (event.type === "warning" && content.kind === "recording") {
          output.own.warn(event.text);
        }
      },
    });
    return link.client;
  };
}

/** The secret, from wherever it is kept; undefined when there is none. */
export async function secretOf(
  source: SecretSource,
  host: Host,
  signal: AbortSignal,
  prompt = "Password: ",
): Promise<string | undefined> {
  return await readSecret(source, {
    env(name) {
      const value = host.env(name);
      if (value !== undefined) return value;
      throw new UsageError(`The environment variable "${name}" is not set`);
    },
    async file(path) {
      await host.files.readPipes([path], signal);
      return host.files.read(path);
    },
    async prompt() {
      const value = await host.stdin.readSecret(prompt, signal);
      if (value !== undefined) return value;
      throw new UsageError("No password was given");
    },
  });
}
