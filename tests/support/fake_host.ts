/** A machine made of plain objects: the command line runs on it as on a real one, without process, socket, file or time. */
import { createHmac } from "node:crypto";
import { connectionsPlace } from "../../host/connections_place.ts";
import { LossyStream } from "../../src/cli/log/console.ts";
import type {
  Host,
  InputStream,
  Link,
  LinkOptions,
  ListenAddress,
  Pager,
  TlsSupport,
  VersionFacts,
} from "../../src/cli/host.ts";
import type { NetworkTarget } from "../../src/cli/target.ts";
import { UsageError } from "../../src/errors.ts";
import type { Connector, Listener, Transport } from "../../src/transport.ts";
import { mockPair } from "../../transports/mock.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeFiles } from "./fake_files.ts";
import { FakeStream } from "./fake_stream.ts";
import { FakeNetwork } from "./fake_network.ts";
import { generator } from "./random.ts";

/** What a fake machine has; it is empty and alone when nothing is said. */
export interface FakeHostOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: FakeFiles;
  readonly stdin?: string | Uint8Array;
  readonly stdout?: FakeStream;
  readonly stderr?: FakeStream;
  readonly clock?: FakeClock;
  readonly network?: FakeNetwork;
  /** Who answers at every address, in place of the network. */
  readonly peer?: Connector;
}

/** The date and time of day when the clock is at 0. */
const START = new Date(2026, 10, 22, 9, 5);

/** See the head of this file. */
export class FakeHost implements Host {
  readonly args: readonly string[];
  readonly files: FakeFiles;
  readonly stdin: InputStream;
  readonly stdout: FakeStream;
  readonly stderr: LossyStream;
  /** What the messages go to. */
  readonly messages: FakeStream;
  readonly clock: FakeClock;
  readonly process = { pid: 4711, hostname: "box" };
  readonly version: VersionFacts = {
    version: "1.2.3",
    commit: undefined,
    date: "2026-11-22",
    platform: "linux x64",
    runtime: "Fake 1.0",
    libraries: [],
  };
  /** Datagrams that were sent, as `host:port`, with their text. */
  readonly datagrams: string[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #network: FakeNetwork;
  readonly #peer: Connector | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #open = new Set<Transport>();
  readonly #random = generator(1);

  constructor(options: FakeHostOptions = {}) {
    this.args = options.args ?? [];
    this.files = options.files ?? new FakeFiles();
    this.stdin = new FakeInput(options.stdin ?? "");
    this.stdout = options.stdout ?? new FakeStream();
    this.messages = options.stderr ?? new FakeStream();
    this.stderr = new LossyStream(this.messages);
    this.clock = options.clock ?? new FakeClock();
    this.#env = options.env ?? {};
    this.#network = options.network ?? new FakeNetwork();
    this.#peer = options.peer;
  }

  env(name: string): string | undefined {
    return this.#env[name];
  }

  date(): Date {
    return new Date(START.getTime() + this.clock.time);
  }

  randomBytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#random(256));
  }

  keyedHash(): (data: Uint8Array) => Uint8Array {
    return (data) => createHmac("sha256", "fake").update(data).digest();
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ctrl-C. */
  interrupt(): void {
    for (const listener of this.#listeners) listener();
  }

  connector(target: NetworkTarget): Promise<Connector> {
    if (target.route !== undefined) {
      return Promise.reject(new UsageError("This machine has no proxies"));
    }
    const connect = this.#peer ?? this.#network.connect;
    return Promise.resolve(async (place, options) => {
      const transport = await connect(place, options);
      this.#open.add(transport);
      return transport;
    });
  }

  transportPlugins(): readonly string[] {
    return [];
  }

  link(options: LinkOptions): Promise<Link> {
    const delay = (milliseconds: number) =>
      new Promise<void>((resolve) => this.clock.after(milliseconds, resolve));
    const [client, server] = mockPair({ ...options, delay });
    this.#open.add(client);
    return Promise.resolve({
      client,
      server,
      fail: (error) => server.break(error),
    });
  }

  listen(address: ListenAddress): Promise<Listener> {
    return Promise.resolve(this.#network.listen(address.port));
  }

  connectionsPlace() {
    return connectionsPlace((name) => this.#env[name], "linux");
  }

  tlsSupport(): Promise<TlsSupport> {
    return Promise.resolve({ runtime: "Fake 1.0", ciphers: [], profiles: [] });
  }

  openPager(): Promise<Pager | undefined> {
    return Promise.resolve(undefined);
  }

  sendDatagram(
    { host, port }: { readonly host: string; readonly port: number },
    bytes: Uint8Array,
  ): Promise<void> {
    this.datagrams.push(`${host}:${port} ${new TextDecoder().decode(bytes)}`);
    return Promise.resolve();
  }

  /** Closes what is still open, as the end of a process does. */
  end(): void {
    for (const transport of this.#open) transport.close();
  }
}

/** Standard input that is a pipe. */
export class FakeInput implements InputStream {
  readonly isTerminal = false;
  #content: Uint8Array;

  constructor(content: string | Uint8Array) {
    this.#content = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
  }

  readAll(): Promise<Uint8Array> {
    return Promise.resolve(this.#take(this.#content.length));
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const content = await this.readAll();
    if (content.length > 0) yield content;
  }

  readSecret(): Promise<string | undefined> {
    if (this.#content.length === 0) return Promise.resolve(undefined);
    const end = this.#content.indexOf(0x0a);
    const length = end < 0 ? this.#content.length : end + 1;
    const line = new TextDecoder().decode(this.#take(length));
    return Promise.resolve(line.replace(/\r?\n$/, ""));
  }

  #take(length: number): Uint8Array {
    const taken = this.#content.subarray(0, length);
    this.#content = this.#content.subarray(length);
    return taken;
  }
}
