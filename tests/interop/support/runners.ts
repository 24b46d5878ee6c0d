/** DCMTK's findscu and ours, run alike: through a relay to the same server, in a folder of their own. */
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { machineHost } from "../../../host/machine.ts";
import type { OutputStream } from "../../../src/cli/host.ts";
import { LossyStream } from "../../../src/cli/log/console.ts";
import { run } from "../../../src/cli/run.ts";
import { FakeInput } from "../../support/fake_host.ts";
import { scriptCommand } from "../../support/process.ts";
import {
  execute,
  type ExecuteOptions,
  installed,
  type Outcome,
} from "./process.ts";
import { relayed, type Wire } from "./relay.ts";

const CLI = fileURLToPath(new URL("../../../cli.ts", import.meta.url));

/** Stands for the port of the relay in an argument. */
export const PORT = "%PORT%";

/** A run and what passed between both ends. */
export interface Run extends Outcome {
  readonly wire: Wire;
}

/** Where DCMTK's findscu is, or undefined. */
export const DCMTK_FINDSCU = installed("findscu");

/**
 * Runs our findscu, without a relay. On the real network and with real files, but in this process unless the run is about one: starting
 * a runtime takes longer than most queries.
 */
export async function ours(
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<Outcome> {
  const { cwd, onStart, input = "", env = {} } = options;
  if (cwd !== undefined || onStart !== undefined || input === null) {
    const [program = "", ...words] = scriptCommand(CLI);
    return await execute(program, [...words, ...args], options);
  }
  const stdout = new CollectedStream();
  const stderr = new CollectedStream();
  const machine = machineHost();
  const code = await run({
    ...machine,
    args,
    env: (name) => name in env ? env[name] : machine.env(name),
    stdin: new FakeInput(input),
    stdout,
    stderr: new LossyStream(stderr),
    onInterrupt: () => () => {},
  });
  return { code, stdout: stdout.bytes, stderr: stderr.bytes };
}

/** A run whose output is text. */
export interface Printed {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same, with the output as text. */
export async function printed(
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<Printed> {
  const { code, stdout, stderr } = await ours(args, options);
  return { code, stdout: String(stdout), stderr: String(stderr) };
}

/** A stream to a pipe whose bytes are kept. */
class CollectedStream implements OutputStream {
  readonly isTerminal = false;
  readonly obeysEscapes = false;
  readonly columns = undefined;
  readonly #chunks: Buffer[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  write(chunk: string | Uint8Array): Promise<boolean> {
    // Two calls for the compiler: both make a copy.
    this.#chunks.push(
      typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk),
    );
    return Promise.resolve(true);
  }
}

/** Runs our findscu; `PORT` in the arguments becomes that of a relay to `port`. */
export function ourFind(
  args: readonly string[],
  port: number,
  options: ExecuteOptions = {},
): Promise<Run> {
  return throughRelay((all) => ours(all, options), args, port);
}

/** Runs DCMTK's findscu the same way. */
export function dcmtkFind(
  args: readonly string[],
  port: number,
  options: ExecuteOptions = {},
): Promise<Run> {
  if (DCMTK_FINDSCU === undefined) throw new Error("DCMTK is not installed");
  const program = DCMTK_FINDSCU;
  return throughRelay((all) => execute(program, all, options), args, port);
}

async function throughRelay(
  run: (args: string[]) => Promise<Outcome>,
  args: readonly string[],
  port: number,
): Promise<Run> {
  const { result, wire } = await relayed(
    port,
    (relay) => run(args.map((arg) => arg.replace(PORT, String(relay)))),
  );
  return { ...result, wire };
}

/** The files of a folder, by name. */
export function filesIn(folder: string): Map<string, Uint8Array> {
  return new Map(
    readdirSync(folder).sort()
      .map((name) => [name, readFileSync(`${folder}/${name}`)]),
  );
}
