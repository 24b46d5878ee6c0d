/**
 * Files that a command line names twice: an output in the place of an input, or of another output, would take what is there away.
 * Loaded if a run writes a file.
 */
import { UsageError } from "../../../errors.ts";
import type { FileSystem } from "../../host.ts";

/** A file with its part in the run, for the message: `--output`, `the list`. */
export interface NamedFile {
  readonly role: string;
  /** As typed; undefined or `-` if there is none. */
  readonly path: string | undefined;
}

/** Throws `UsageError` for an output that another output, or an input, names as well, under whatever path. */
export function checkDistinct(
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[],
  files: Pick<FileSystem, "stat" | "realPath" | "absolute">,
): void {
  const roles = new Map<string, string>();
  for (const { role, path } of inputs) {
    const place = path === undefined ? undefined : placeOf(path, files);
    if (place !== undefined) roles.set(place, role);
  }
  for (const { role, path } of outputs) {
    const place = path === undefined ? undefined : placeOf(path, files);
    if (place === undefined) continue;
    const other = roles.get(place);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${role} name the same file: "${path}"`,
        {
          hint: "Give the output a name of its own",
        },
      );
    }
    roles.set(place, role);
  }
}

/** What tells a file from others; undefined for standard streams and devices, which lose nothing. */
function placeOf(
  path: string,
  files: Pick<FileSystem, "stat" | "realPath" | "absolute">,
): string | undefined {
  if (path === "-") return undefined;
  const kind = files.stat(path)?.kind;
  if (kind === undefined) return files.absolute(path);
  return kind === "file" ? files.realPath(path) : undefined;
}
