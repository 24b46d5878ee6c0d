/** The command `config`: shows saved connections, adds, removes and tries them. */
import { textFromFile } from "../../bytes/typed_text.ts";
import { type InputError, OutputError, UsageError } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import type {
  CheckedPeer,
  SavedAction,
  SavedConfig,
} from "../config/run_config.ts";
import { fileMistake } from "../config/connections.ts";
import {
  type TomlValue,
  withoutTable,
  withTable,
} from "../config/toml_text.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import { openConsole } from "../log/console.ts";
import { connectionsOf } from "./shared/connections_file.ts";
import { echoPeer } from "./echo.ts";
import { asFindscuError, interruption } from "./shared/peer.ts";

/** Runs it; returns the exit code. Rejects with `InputError` and `OutputError`. */
export async function runConfig(
  config: SavedConfig,
  host: Host,
): Promise<number> {
  const { action } = config;
  switch (action.kind) {
    case "names":
      await host.stdout.write(action.names.map((name) => `${name}\n`).join(""));
      return EXIT_SUCCESS;
    case "show":
      await host.stdout.write(fileText(config, action));
      return EXIT_SUCCESS;
    case "add":
      await add(config, action, host);
      return EXIT_SUCCESS;
    case "remove":
      await remove(config, action.name, host);
      return EXIT_SUCCESS;
    case "check":
      return await check(config, action.peers, host);
  }
}

type Action<Kind> = Extract<SavedAction, { readonly kind: Kind }>;

function fileText(
  { path, text }: SavedConfig,
  { peers }: Action<"show">,
): string {
  const title = text === undefined ? `${path} (does not exist yet)` : path;
  if (peers.length === 0) {
    return `${title}\n\nNo connection is saved. To save one: findscu config add NAME ADDRESS\n`;
  }
  const rows = peers.map(({ name, address, words }) => [
    sanitize(name),
    sanitize(address),
    sanitize(words.map(shellWord).join(" ")),
  ]);
  return `${title}\n\n${aligned(rows)}`;
}

/** Columns, each as wide as necessary. */
function aligned(rows: readonly (readonly string[])[]): string {
  const width = (column: number) =>
    Math.max(...rows.map((row) => row[column]!.length));
  return rows.map((row) =>
    `${
      row.map((cell, column) => cell.padEnd(width(column))).join("  ").trimEnd()
    }\n`
  ).join("");
}

/** A word as a shell reads it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

async function add(
  config: SavedConfig,
  { name, address, values }: Action<"add">,
  host: Host,
): Promise<void> {
  const { text = "", path } = config;
  const table = new Map<string, TomlValue>([["address", address], ...values]);
  const newText = withTable(text, ["peers", name], table);
  // Read back first: text that cannot be read is not written.
  const before = await meaningOf(text, host);
  const connections = await connectionsOf(newText, placeOf(host), host);
  connections.peer(name);
  const { [name]: _, ...others } = connections.file.data["peers"] as Peers;
  if (!isEqual(others, before)) throw unwritable(path, "cannot be added to");
  await write(config, newText, host);
  await host.stdout.write(
    `Saved ${name} (${sanitize(address)}) in "${sanitize(path)}"\n`,
  );
}

async function remove(
  config: SavedConfig,
  name: string,
  host: Host,
): Promise<void> {
  const { text = "", path } = config;
  const { [name]: _, ...others } = await meaningOf(text, host);
  const remainder = withoutTable(text, ["peers", name]);
  if (
    remainder === undefined ||
    !isEqual(await meaningOf(remainder, host), others)
  ) {
    throw unwritable(path, `does not have ${name} in a table of its own`);
  }
  await write(config, remainder, host);
  await host.stdout.write(`Removed ${name} from "${sanitize(path)}"\n`);
}

type Peers = Readonly<Record<string, unknown>>;

/** The peers that a text has. */
async function meaningOf(text: string, host: Host): Promise<Peers> {
  const { file } = await connectionsOf(text, placeOf(host), host);
  return file.data["peers"] as Peers | undefined ?? {};
}

function placeOf(host: Host) {
  return host.connectionsPlace()!;
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function unwritable(path: string, reason: string): InputError {
  return fileMistake(
    path,
    undefined,
    undefined,
    `the file ${reason}`,
    "Change it with an editor",
  );
}

/**
 * Writes the file in one step; if it is a link, the file that it leads to. A new one is its owner's alone, as is its folder. Rejects
 * with `OutputError` if another run has changed the file since this one read it.
 */
async function write(
  { path, text: before }: SavedConfig,
  text: string,
  host: Host,
): Promise<void> {
  const { files } = host;
  const kind = files.stat(path)?.kind;
  if (kind === undefined) {
    await files.makeDirectory(placeOf(host).directory);
  }
  const place = kind === undefined ? path : files.realPath(path);
  // A device or a pipe has nothing that could be lost.
  const release = kind === undefined || kind === "file"
    ? await files.lock(`${place}.lock`)
    : () => {};
  try {
    const now = files.stat(place)?.kind === "file"
      ? textFromFile(files.read(place))
      : undefined;
    if (kind !== "other" && now !== before) {
      throw new OutputError(
        "output-unwritable",
        `Another run has changed "${path}" meanwhile`,
        { hint: "Run the command again" },
      );
    }
    const sink = files.sink(place);
    try {
      sink.write(text);
    } finally {
      sink.close();
    }
  } finally {
    release();
  }
}

/** Echoes to each, all at once except for those that want a password typed; returns the first failure's exit code. */
async function check(
  { log }: SavedConfig,
  peers: readonly CheckedPeer[],
  host: Host,
): Promise<number> {
  if (peers.length === 0) {
    throw new UsageError("No connection is saved", {
      hint: "findscu config add NAME ADDRESS saves one",
    });
  }
  const output = await openConsole(host, log);
  const width = Math.max(...peers.map(({ name }) => name.length));
  const isAsking = ({ config: { target } }: CheckedPeer) =>
    target.transport === "tls" && target.tls.credentials !== undefined &&
    target.tls.password.kind === "prompt";
  let code: number = EXIT_SUCCESS;
  const results = peers.map((peer) =>
    isAsking(peer) ? undefined : attempt(peer)
  );
  for (const [index, peer] of peers.entries()) {
    const { text, exit } = await (results[index] ?? attempt(peer));
    if (code === EXIT_SUCCESS) code = exit;
    await output.flush();
    await host.stdout.write(`${sanitize(peer.name).padEnd(width)}  ${text}\n`);
  }
  return code;

  async function attempt({ config }: CheckedPeer) {
    const stop = interruption(config, host);
    try {
      const text = await echoPeer(config, {
        host,
        output,
        signal: stop.signal,
      });
      return { text, exit: EXIT_SUCCESS };
    } catch (error) {
      const failure = asFindscuError(error);
      return {
        text: `FAILED  ${failure.lines.join("; ")}`,
        exit: exitCodeOf(failure),
      };
    } finally {
      stop.end();
    }
  }
}
