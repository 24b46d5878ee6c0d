/**
 * The machine as the command line sees it, on the `node:` modules that Deno, Bun and Node share: streams, files, signals, time,
 * and the choice of the transport. Does not depend on any option or DICOM.
 */
import { builtin } from "../src/builtin.ts";
import { keyedHash } from "../library/keyed_hash.ts";
import { textFromBytes } from "../src/bytes/typed_text.ts";
import type {
  Host,
  Link,
  LinkOptions,
  ListenAddress,
  Notices,
} from "../src/cli/host.ts";
import { LossyStream } from "../src/cli/log/console.ts";
import type { NetworkTarget } from "../src/cli/target.ts";
import { systemClock } from "../src/driver/drive.ts";
import type { Connector, Listener } from "../src/transport.ts";
import { plainConnector } from "../transports/plain.ts";
import { tcpListener } from "../transports/tcp.ts";
import { connectionsPlace } from "./connections_place.ts";
import { FILES } from "./files.ts";
import { pluginNames } from "./plugins.ts";
import { requireNetwork, variable } from "./rights.ts";
import {
  afterShortRun,
  exit,
  listenTo,
  platform,
  programArguments,
  systemText,
} from "./runtime.ts";
import { isTerminal, StandardInput, StandardOutput } from "./streams.ts";
import { type BuildFacts, versionFacts } from "./version.ts";

/** The host of the running process. */
export function machineHost(build: BuildFacts = {}): Host {
  return {
    args: args(),
    env: variable,
    stdin: new StandardInput(),
    stdout: new StandardOutput(1),
    stderr: new LossyStream(new StandardOutput(2)),
    files: FILES,
    clock: systemClock,
    date: () => new Date(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    keyedHash,
    onInterrupt,
    connector,
    transportPlugins: () => pluginNames(variable("PATH")),
    link,
    listen,
    connectionsPlace: () => connectionsPlace(variable, platform()),
    async tlsSupport() {
      const { tlsSupport } = await import("./tls.ts");
      return tlsSupport();
    },
    async openPager(command) {
      const { openPager } = await import("./pager.ts");
      const pager = await openPager(command);
      if (pager === undefined) return undefined;
      pagers++;
      return {
        write: (bytes) => pager.write(bytes),
        close: () => pager.close().finally(() => pagers--),
      };
    },
    async sendDatagram(address, bytes) {
      const { sendDatagram } = await import("./datagram.ts");
      await sendDatagram(address, bytes);
    },
    get process() {
      return { pid: builtin("node:process").pid, hostname: hostName() };
    },
    get version() {
      return versionFacts(build);
    },
  };
}

/** The arguments; the runtimes drop bytes that are not UTF-8, which the system may still have. */
function args(): string[] {
  const args = programArguments();
  if (!args.some((argument) => argument.includes("\ufffd"))) return args;
  try {
    const words = builtin("node:fs").readFileSync("/proc/self/cmdline");
    return textFromBytes(words).split("\0").slice(0, -1).slice(-args.length);
  } catch {
    return args; // Only Linux reports this.
  }
}

async function link(options: LinkOptions): Promise<Link> {
  const { mockPair } = await import("../transports/mock.ts");
  const [client, server] = mockPair(options);
  return { client, server, fail: (error) => server.break(error) };
}

/** For logs; `localhost` if Deno lacks the permission to ask. */
function hostName(): string {
  try {
    return builtin("node:os").hostname();
  } catch {
    return "localhost";
  }
}

/** Sources of passwords, besides files and the command line. */
function secrets(signal: AbortSignal | undefined) {
  return {
    env: variable,
    async ask(question: string) {
      const { promptForSecret: readSecret } = await import("./secret.ts");
      return await readSecret(question, signal);
    },
  };
}

async function connector(
  target: NetworkTarget,
  notices: Notices,
  signal: AbortSignal,
): Promise<Connector> {
  // The program ends with process.exit, whatever is still under way.
  const native = true;
  let way: { readonly over?: Connector; readonly again?: Connector } = {};
  if (target.route === undefined) requireNetwork(target.host, target.port);
  else {
    const { routeConnector } = await import("./route.ts");
    way = await routeConnector(
      target.route,
      notices,
      () => variable("PATH"),
    );
  }
  if (target.transport === "tcp") {
    return plainConnector({ native, ...way });
  }
  const { connectorFor } = await import("./tls.ts");
  return await connectorFor(target.tls, secrets(signal), notices, signal, way);
}

async function listen(address: ListenAddress): Promise<Listener> {
  const { host, port } = address;
  requireNetwork(host, port);
  if (address.tls === undefined) return await tcpListener(address);
  const { listenerFor } = await import("./tls.ts");
  return await listenerFor(address.tls, address, secrets(address.signal));
}

/** How many pagers have the terminal. Without us they would fight with the shell for it. */
let pagers = 0;

/** The first interrupt goes to the listener; a second one ends the process, as people expect. */
function onInterrupt(listener: () => void): () => void {
  let count = 0;
  const handle = () => {
    if (++count > 1 && pagers === 0) exit(130);
    listener();
  };
  let endHangUp = () => {};
  const listenToHangUp = () => {
    endHangUp = listenTo("SIGHUP", ignoresHangUp() ? () => {} : handle);
  };
  // Deno listens to this one too as soon as it listens to any other.
  if ("Deno" in globalThis) listenToHangUp();
  // Whether it is ignored takes a tenth of a short run to find out.
  else endHangUp = afterShortRun(listenToHangUp);
  const ends = [
    listenTo("SIGINT", handle),
    listenTo("SIGTERM", handle),
    // Ctrl-Break; other systems have no such signal.
    ...platform() === "win32" ? [listenTo("SIGBREAK", handle)] : [],
  ];
  return () => {
    endHangUp();
    for (const end of ends) end();
  };
}

/** Whether the end of the terminal is to be outlived: `nohup` has it ignored, which listening would undo. */
function ignoresHangUp(): boolean {
  // On Windows it is the window that is being closed: whatever is to be kept has seconds.
  if (platform() === "win32") return false;
  // A program under `nohup` does not write to a terminal.
  if (isTerminal(1) || isTerminal(2)) return false;
  try {
    const status = systemText("/proc/self/status");
    // A mask in hexadecimal digits, the bit of SIGHUP last. A search takes a fraction of the time of an expression.
    const start = status.indexOf("\nSigIgn:");
    const end = status.indexOf("\n", start + 1);
    if (start >= 0) return parseInt(status[end - 1]!, 16) % 2 === 1;
  } catch {
    // Only Linux reports this, and only to those who may read it.
  }
  return true;
}
