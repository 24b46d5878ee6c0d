/**
 * Files that are written. Nothing is replaced or emptied before there is new content; a replaced file keeps its mode
 * and its owner; a link is replaced itself, and never written through. Does not depend on any format.
 */
import type { Stats } from "node:fs";
import { builtin } from "../src/builtin.ts";
import type { FileWriter, TextSink } from "../src/cli/host.ts";
import { messageOf, OutputError } from "../src/errors.ts";
import { refusalOf } from "./rights.ts";
import { platform, utf8 } from "./runtime.ts";
import { errorCode } from "../transports/socket_errors.ts";

/** Loaded when something is written to a file, which most queries never do. */
const fs = () => builtin("node:fs");
const names = () => builtin("node:path");

/** Mode of new files before the umask, and of those that only their owner may read. */
const SHARED = 0o666;
const PRIVATE = 0o600;

/** Begins a file that has its name when it is complete. Throws `OutputError`. */
export function outputFile(path: string): FileWriter {
  return new CompleteFile(path, begun(path, SHARED));
}

/**
 * Begins a file that has its name, in place of an older one, from its first text on; a new one is its owner's alone. Throws
 * `OutputError`.
 */
export function growingFile(path: string): TextSink {
  return new GrowingFile(path, begun(path, PRIVATE));
}

/** Adds to the end of a file, which is made if need be, or replaced by the new content. Throws `OutputError`. */
export function appendToFile(
  path: string,
  chunk: string | Uint8Array,
  isReplaced: boolean,
): void {
  attempt(path, () => {
    if (isReplaced) return replaceFile(path, chunk);
    refuseLinkElsewhere(path);
    const fd = fs().openSync(path, "a", SHARED);
    try {
      fs().writeFileSync(fd, chunk);
    } finally {
      fs().closeSync(fd);
    }
  });
}

/** Creates or replaces a file in one step. Throws whatever the system throws. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const file = fileAt(path, SHARED);
  try {
    file.write(content);
    file.place(path, true);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The error for something that cannot be written. */
export function unwritable(name: string, cause: unknown): OutputError {
  if (cause instanceof OutputError) return cause;
  if (errorCode(cause) === "ENOENT") {
    return new OutputError(
      "output-no-directory",
      `Cannot write ${name}: its directory does not exist`,
      { cause, hint: "Create the directory, or name another one" },
    );
  }
  const refusal = refusalOf(cause);
  return new OutputError(
    "output-unwritable",
    `Cannot write ${name}: ${refusal?.message ?? reasonOf(cause)}`,
    { cause, ...refusal?.hint !== undefined && { hint: refusal.hint } },
  );
}

/** The system's message, without its call and path: the path may be that of the unfinished file. */
function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/^(E[A-Z]+: [^,]*), .*$/s, "$1");
}

/** Does something to a file that may fail with any error; throws `OutputError`. */
export function attempt<T>(path: string, action: () => T): T {
  try {
    refuseOddName(path);
    return action();
  } catch (cause) {
    throw unwritable(`"${path}"`, cause);
  }
}

/** Windows itself would say that the directory does not exist, or write to something else. */
function refuseOddName(path: string): void {
  if (platform() !== "win32") return;
  const complaint = nameComplaint(path);
  if (complaint === undefined) return;
  throw new OutputError(
    "output-unwritable",
    `Cannot write "${path}": ${complaint.message}`,
    { hint: complaint.hint },
  );
}

/** The system's own names for streams and devices, which are links to them. */
const SYSTEM = /^\/(?:dev|proc)\//;

/** The entry at a path; undefined for nothing, and for a link that is to be replaced. */
export function factsAt(path: string): Stats | undefined {
  const facts = fs().lstatSync(path, { throwIfNoEntry: false });
  return facts?.isSymbolicLink() && !SYSTEM.test(path) ? undefined : facts;
}

/** A log is added to where a link leads within its own directory, as in `today.log`, and nowhere else. */
function refuseLinkElsewhere(path: string): void {
  if (
    SYSTEM.test(path) ||
    !fs().lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
  ) return;
  if (
    names().dirname(fs().realpathSync(path)) ===
      fs().realpathSync(names().dirname(path))
  ) return;
  throw new OutputError(
    "output-unwritable",
    `Cannot write "${path}": it is a link to another directory`,
    { hint: "Name the file itself" },
  );
}

function begun(path: string, mode: number): OpenFile {
  return attempt(path, () => fileAt(path, mode));
}

function fileAt(path: string, mode: number): OpenFile {
  const facts = factsAt(path);
  return facts === undefined || facts.isFile()
    ? new PartialFile(path, facts, mode)
    : new DeviceFile(path);
}

/** A file that is open for writing. Its methods throw whatever the system throws. */
interface OpenFile {
  write(chunk: string | Uint8Array): void;
  /** Gives it its name; nothing is written afterwards unless it stays open. */
  place(path: string, isLast: boolean): void;
  /** Closes it; a file without a name is removed. Never fails. */
  close(): void;
  /** Truncates to a length in bytes, renames the file if it has a name, and closes it. Returns whether that worked. Never fails. */
  abandon(path: string, length: number): boolean;
}

/** A part of the names of unfinished files that is unique to this process. */
let mark = "";
/** How many this one has begun. */
let count = 0;

/** A part of a name that nothing else has. */
export function unique(): string {
  mark ||= crypto.randomUUID().replaceAll("-", "").slice(0, 12);
  return `${mark}${(count++).toString(36)}`;
}

/** A file beside the place that it is for. */
class PartialFile implements OpenFile {
  readonly #partial: string;
  readonly #path: string;
  #fd: number;
  #hasName = false;
  /** Whether the file may replace the other one. */
  readonly #keepsOwner: boolean;
  /** Even if the user does not wait for the end, nothing is left over. */
  readonly #onExit = () => void this.close();

  constructor(path: string, replaced: Stats | undefined, mode: number) {
    this.#path = path;
    this.#partial = names().join(
      names().dirname(path),
      `.${names().basename(path)}.${unique()}.part`,
    );
    this.#fd = fs().openSync(
      this.#partial,
      "wx",
      replaced === undefined ? mode : PRIVATE,
    );
    builtin("node:process").once("exit", this.#onExit);
    this.#keepsOwner = replaced === undefined || takesAfter(this.#fd, replaced);
  }

  write(chunk: string | Uint8Array): void {
    fs().writeFileSync(this.#fd, chunk);
  }

  place(path: string, isLast: boolean): void {
    if (isLast) fs().closeSync(this.#fd);
    if (this.#keepsOwner || path !== this.#path) {
      fs().renameSync(this.#partial, path);
    } else {
      // Only its owner can make another file of the same owner: the old one gets the new content.
      fs().copyFileSync(this.#partial, path);
      fs().unlinkSync(this.#partial);
      if (!isLast) {
        fs().closeSync(this.#fd);
        this.#fd = fs().openSync(
          path,
          fs().constants.O_WRONLY | fs().constants.O_APPEND |
            (fs().constants.O_NOFOLLOW ?? 0),
        );
      }
    }
    this.#hasName = true;
    builtin("node:process").off("exit", this.#onExit);
  }

  close(): void {
    builtin("node:process").off("exit", this.#onExit);
    try {
      fs().closeSync(this.#fd);
    } catch {
      // Closed already.
    }
    try {
      if (!this.#hasName) fs().unlinkSync(this.#partial);
    } catch {
      // Already gone: either way nothing is left over.
    }
  }

  abandon(path: string, length: number): boolean {
    try {
      if (!this.#hasName) return false;
      fs().ftruncateSync(this.#fd, length);
      fs().renameSync(this.#path, path);
      return true;
    } catch {
      // A file that cannot be renamed stays as it is.
      return false;
    } finally {
      this.close();
    }
  }
}

/** Gives a file mode and owner of another; returns false when its owner cannot be had. */
function takesAfter(fd: number, { mode, uid, gid }: Stats): boolean {
  // Windows has rights of another kind, which the folder hands down.
  if (platform() === "win32") return true;
  const own = fs().fstatSync(fd);
  try {
    if (own.uid !== uid || own.gid !== gid) fs().fchownSync(fd, uid, gid);
  } catch {
    return false;
  }
  fs().fchmodSync(fd, mode & 0o7777);
  return true;
}

/** A device, a named pipe or a stream like `/dev/stdout`: written as it is, for it must not be replaced. */
class DeviceFile implements OpenFile {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = fs().openSync(path, "a");
  }

  write(chunk: string | Uint8Array): void {
    fs().writeFileSync(this.#fd, chunk);
  }

  place(_path: string, isLast: boolean): void {
    if (isLast) this.close();
  }

  close(): void {
    fs().closeSync(this.#fd);
  }

  /** Data written to a device cannot be taken back. */
  abandon(): boolean {
    this.close();
    return false;
  }
}

/** A file that has its name only when it is complete. */
class CompleteFile implements FileWriter {
  readonly #path: string;
  readonly #file: OpenFile;

  constructor(path: string, file: OpenFile) {
    this.#path = path;
    this.#file = file;
  }

  write(chunk: string | Uint8Array): Promise<void> {
    return promised(this.#path, () => this.#file.write(chunk));
  }

  commit(path = this.#path): Promise<void> {
    return promised(path, () => this.#file.place(path, true));
  }

  discard(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }
}

/** `attempt`, for those who wait. */
export function promised(path: string, action: () => void): Promise<void> {
  try {
    attempt(path, action);
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A file that is good at any moment. */
class GrowingFile implements TextSink {
  readonly #path: string;
  #file: OpenFile | undefined;
  #hasName = false;
  /** Bytes of the texts that were written whole. */
  #length = 0;

  constructor(path: string, file: OpenFile) {
    this.#path = path;
    this.#file = file;
  }

  write(text: string): void {
    const file = this.#file;
    if (file === undefined) return;
    const bytes = utf8(text);
    attempt(this.#path, () => {
      file.write(bytes);
      if (!this.#hasName) file.place(this.#path, false);
      this.#hasName = true;
    });
    this.#length += bytes.length;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  abandon(path: string): boolean {
    const file = this.#file;
    this.#file = undefined;
    return file?.abandon(path, this.#length) ?? false;
  }
}

/** The mistake in a name. */
export interface NameComplaint {
  readonly message: string;
  readonly hint: string;
}

/** Devices that Windows knows in every folder, whatever ending follows; some only before Windows 11. */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/i;

/** Characters that no name has there; a colon would begin a hidden stream beside the file. */
const FORBIDDEN = /[<>:"|?*\x00-\x1f]/;

/**
 * Longest name, in UTF-16 code units: 255, of which an unfinished file needs some for itself, and one that stays
 * incomplete.
 */
const MAX_LENGTH = 230;

/**
 * The mistake in the path of a file that is to be written on Windows; undefined for a good one, and for a device that is meant:
 * `NUL`, or one named by its own path (`\\.\COM1`).
 */
export function nameComplaint(path: string): NameComplaint | undefined {
  if (/^[\\/]{2}\.[\\/]/.test(path)) return undefined;
  const { win32 } = builtin("node:path");
  const { root } = win32.parse(path);
  const name = win32.basename(path);
  if (/^nul$/i.test(name)) return undefined;
  const [stem = ""] = name.split(/[.:]/, 1);
  const device = stem.trimEnd();
  if (DEVICE.test(device)) {
    return {
      message:
        `${device.toUpperCase()} is a device on Windows, with any ending`,
      hint: "Give the file another name",
    };
  }
  const [character] = FORBIDDEN.exec(path.slice(root.length)) ?? [];
  if (character !== undefined) {
    const display = character === '"'
      ? "quotation marks"
      : character < " "
      ? "control characters"
      : `"${character}"`;
    return {
      message: `no name on Windows has ${display} in it`,
      hint: "Give the file another name",
    };
  }
  return name.length > MAX_LENGTH
    ? {
      message: "its name is too long",
      hint: `Give it a name of ${MAX_LENGTH} characters at most`,
    }
    : undefined;
}
