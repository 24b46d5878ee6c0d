/**
 * The real command line, from its arguments to its exit code, on a machine in memory. Time is not waited for: whenever nobody has
 * anything to do any more, the clock moves on to the next timer.
 */
import { run } from "../../src/cli/run.ts";
import type { Connector } from "../../src/transport.ts";
import "./cli_modules.ts";
import { type Answer, answerAll } from "./answering_server.ts";
import { FakeClock } from "./fake_clock.ts";
import { type FakeContent, FakeFiles } from "./fake_files.ts";
import { FakeHost } from "./fake_host.ts";
import { NETWORK } from "./fake_network.ts";
import { FakeStream } from "./fake_stream.ts";
import {
  type PeerLog,
  playAll,
  type ScriptOptions,
  type Step,
} from "./scripted_peer.ts";

/** What a command line finds on its machine. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Files that are there, by their paths; a `FakeFiles` keeps what is written for the next run. */
  readonly files?: FakeFiles | Readonly<Record<string, FakeContent>>;
  readonly stdin?: string | Uint8Array;
  /** Who answers at every address; without it, those who listen on the network of the tests do. */
  readonly peer?: Connector;
  /** Width of the terminal that both streams are. */
  readonly columns?: number;
  /** Ctrl-C comes after this many milliseconds on the clock: in a wait that prints nothing, too. */
  readonly interruptAfter?: number;
  /** Called with what comes on either stream, as it comes, and the time on the clock; `interrupt` is Ctrl-C. */
  readonly onOutput?: (
    text: string,
    interrupt: () => void,
    time: number,
  ) => void;
}

/** What became of it. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** All files that are there afterwards. */
  readonly files: FakeFiles;
  /** Milliseconds that went by on the clock of the machine. */
  readonly elapsed: number;
}

/** Command lines on one machine: each run sees the files that those before it have written. */
export function cliOn(files: FakeFiles) {
  return (args: readonly string[], options: CliOptions = {}): Promise<CliRun> =>
    cli(args, { files, ...options });
}

/** Runs a command line to its end. Rejects with what it printed when it comes to none. */
export async function cli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliRun> {
  const { host, clock } = machine(args, options);
  const begin = clock.time;
  try {
    const code = await clock.during(run(host));
    return { ...finished(host, code), elapsed: clock.time - begin };
  } catch (error) {
    throw new Error(
      `findscu ${args.join(" ")}: ${String(error)}\n` +
        `stdout: ${host.stdout.text}\nstderr: ${host.messages.text}`,
      { cause: error },
    );
  } finally {
    host.end();
  }
}

/** The clock of the server that serves at the moment: its clients live in its time. */
let serverClock: LoopClock | undefined;

/** Runs `body` with the port of `findscu serve` with these arguments, in memory; answers what became of it after Ctrl-C. */
export async function withServer(
  args: readonly string[],
  body: (port: number) => Promise<void>,
  options: CliOptions = {},
): Promise<CliRun> {
  const { host, clock } = machine(["serve", ...args, "--port", "0"], options);
  const outer = serverClock;
  serverClock = clock;
  const over = run(host);
  try {
    let port: string | undefined;
    while (port === undefined) {
      await loopTurn();
      port = /Listening on \S+:(\d+)/.exec(host.stdout.text)?.[1];
      if (host.messages.text.includes("rror")) {
        throw new Error(host.messages.text);
      }
    }
    await body(Number(port));
  } finally {
    serverClock = outer;
    host.interrupt();
  }
  const code = await clock.during(over);
  host.end();
  return { ...finished(host, code), elapsed: clock.time };
}

function machine(
  args: readonly string[],
  options: CliOptions,
): { host: FakeHost; clock: LoopClock } {
  const { columns, files } = options;
  const clock = serverClock ?? new LoopClock();
  const stream = () =>
    new NotedStream(columns, (text) => {
      clock.note();
      options.onOutput?.(text, () => host.interrupt(), clock.time);
    });
  const host: FakeHost = new FakeHost({
    args,
    clock,
    stdout: stream(),
    stderr: stream(),
    network: NETWORK,
    files: files instanceof FakeFiles ? files : new FakeFiles(files),
    ...options.env && { env: options.env },
    ...options.stdin !== undefined && { stdin: options.stdin },
    ...options.peer && { peer: options.peer },
  });
  if (options.interruptAfter !== undefined) {
    clock.after(options.interruptAfter, () => host.interrupt());
  }
  return { host, clock };
}

function finished(host: FakeHost, code: number): Omit<CliRun, "elapsed"> {
  const { stdout, messages, files } = host;
  return { code, stdout: stdout.text, stderr: messages.text, files };
}

/** Runs `body` with the port of a peer in memory that plays the steps to everybody who connects; answers what the peer saw. */
export async function withPeer(
  steps: readonly Step[],
  options: ScriptOptions,
  body: (port: number) => Promise<void>,
): Promise<PeerLog> {
  return await playAll(NETWORK.listen(), steps, options, body);
}

/** Runs `body` with the port of a peer in memory that answers each query, counted from 1 per association. */
export async function withAnsweringPeer(
  answer: (query: number) => Answer,
  body: (port: number) => Promise<void>,
): Promise<void> {
  await answerAll(NETWORK.listen(), answer, body);
}

/** Turns of the loop in which nothing happens, after which everybody is taken to wait for the clock. */
const STILL = 40;
/** The same, after which nothing is taken to wait for anything that could come. */
const STUCK = 20_000;

/** A clock whose turns are those of the loop, and which moves on by itself. */
class LoopClock extends FakeClock {
  #notes = 0;

  override turn(): Promise<void> {
    this.note();
    return loopTurn();
  }

  override after(milliseconds: number, callback: () => void): () => void {
    this.note();
    return super.after(milliseconds, callback);
  }

  /** Something happens. */
  note(): void {
    this.#notes++;
  }

  /** Moves on until this is settled. Rejects when nothing happens any more. */
  async during<T>(action: Promise<T>): Promise<T> {
    let isOver = false;
    const over = action.finally(() => isOver = true);
    over.catch(() => {});
    let seen = -1;
    for (let still = 0; !isOver; still++) {
      await loopTurn();
      if (seen !== this.#notes) {
        seen = this.#notes;
        still = 0;
      }
      if (still % STILL === STILL - 1) this.next();
      if (still > STUCK) throw new Error("it waits for what never comes");
    }
    return await over;
  }
}

function loopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A stream that says when something is written. */
class NotedStream extends FakeStream {
  readonly #onText: (text: string) => void;

  constructor(columns: number | undefined, onText: (text: string) => void) {
    super(columns === undefined ? {} : { isTerminal: true, columns });
    this.#onText = onText;
  }

  override write(chunk: string | Uint8Array): Promise<boolean> {
    const before = this.text.length;
    const taken = super.write(chunk);
    this.#onText(this.text.slice(before));
    return taken;
  }
}
