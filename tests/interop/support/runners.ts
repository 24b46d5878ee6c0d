/** DCMTK's findscu and ours, run alike: through a relay to the same server, in a folder of their own. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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

/** Runs our findscu from its source, without a relay. */
export function ours(
  args: readonly string[],
  options: ExecuteOptions = {},
): Promise<Outcome> {
  const [program = "", ...words] = scriptCommand(CLI);
  return execute(program, [...words, ...args], options);
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
