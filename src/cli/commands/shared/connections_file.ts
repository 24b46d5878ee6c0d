/** Reads the file with saved connections, and loads the TOML parser, which few runs need. */
import { textFromFile } from "../../../bytes/typed_text.ts";
import { sanitize } from "../../../output/sanitize.ts";
import {
  Connections,
  fileMistake,
  repetitionIn,
} from "../../config/connections.ts";
import { tomlEntries } from "../../config/toml_text.ts";
import type { ConnectionsPlace, Host } from "../../host.ts";

/**
 * The saved connections of this user; none if there is no file, or no place for it. Rejects with `InputError`, and as
 * `connectionsPlace` throws.
 */
export async function loadConnections(host: Host): Promise<Connections> {
  const place = host.connectionsPlace();
  if (place === undefined) {
    const nowhere = { path: "", directory: "", home: undefined };
    return await connectionsOf("", nowhere, host, false);
  }
  const { path } = place;
  const exists = host.files.stat(path) !== undefined;
  const text = exists ? textFromFile(host.files.read(path)) : "";
  return await connectionsOf(text, place, host, exists);
}

/** The meaning of the file's current or new text. Rejects with `InputError` if it is not valid TOML, or not saved connections. */
export async function connectionsOf(
  text: string,
  { path, directory, home }: ConnectionsPlace,
  { files }: Host,
  exists = true,
): Promise<Connections> {
  return new Connections({
    path,
    exists,
    text,
    data: text === "" ? {} : await parseFile(text, path),
    resolve: (name) =>
      home !== undefined && /^~[/\\]/.test(name)
        ? files.join(home, name.slice(2))
        : files.join(directory, name),
    absolute: files.absolute,
  });
}

async function parseFile(
  text: string,
  path: string,
): Promise<Record<string, unknown>> {
  const { parse } = await import("@std/toml/parse.js");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The parser has other words for that.
    const repetition = repetitionIn(tomlEntries(text), path);
    if (repetition !== undefined) throw repetition;
    const [, line, column, reason] =
      /^Parse error on line (\d+), column (\d+): (.*)$/s.exec(error.message) ??
        [];
    throw fileMistake(
      path,
      line === undefined ? undefined : Number(line),
      column === undefined ? undefined : Number(column) + 1,
      sanitize(reason ?? error.message),
      "Write it as TOML: text in quotes, lists in [brackets]",
    );
  }
}
