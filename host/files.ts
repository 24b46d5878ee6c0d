/** The file system as the command line sees it, for Deno, Bun and Node.js. */
import { builtin } from "../src/builtin.ts";
import type { FileSystem } from "../src/cli/host.ts";
import { FindscuError, InputError, messageOf } from "../src/errors.ts";
import {
  limitInput,
  readChunks,
  readInput,
  readPipes,
  UnfitInputError,
} from "./input_file.ts";
import {
  appendToFile,
  growingFile,
  outputFile,
  promised,
  replaceFile,
} from "./output_file.ts";
import { outputFolder } from "./output_folder.ts";
import { refusalOf } from "./rights.ts";

/** Loaded when a file is touched, which most queries never do. */
const fs = () => builtin("node:fs");

/** The `InputError` for a failed read. */
export function unreadable(name: string, cause: unknown): FindscuError {
  if (cause instanceof FindscuError) return cause;
  const refusal = refusalOf(cause);
  const hint = cause instanceof UnfitInputError ? cause.hint : refusal?.hint;
  return new InputError(
    "input-unreadable",
    `Cannot read ${name}: ${refusal?.message ?? messageOf(cause)}`,
    { cause, ...hint !== undefined && { hint } },
  );
}

function allows(path: string, mode: number): boolean {
  try {
    fs().accessSync(path, mode);
    return true;
  } catch (error) {
    // Deno may lack the permission to identify the user: reading or writing will show.
    return refusalOf(error) !== undefined;
  }
}

/** Bytes of a long file that are read at once. */
const PIECE = 1 << 20;

/** The files of this machine. */
export const FILES: FileSystem = {
  stat(path) {
    try {
      const facts = fs().statSync(path);
      return {
        kind: facts.isFile()
          ? "file"
          : facts.isDirectory()
          ? "directory"
          : "other",
        size: facts.size,
        readable: allows(path, fs().constants.R_OK),
        writable: allows(path, fs().constants.W_OK),
      };
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal !== undefined) throw refusal;
      return undefined;
    }
  },
  read(path, limit) {
    try {
      return readInput(path, limit);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  async *chunks(path, signal) {
    try {
      yield* readChunks(path, signal);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  async readPipes(paths, signal) {
    for (const path of paths) {
      try {
        await readPipes([path], { signal });
      } catch (cause) {
        throw unreadable(`"${path}"`, cause);
      }
    }
  },
  limitInput,
  readStart(path, length) {
    try {
      const fd = fs().openSync(path, "r");
      try {
        const bytes = new Uint8Array(length);
        let at = 0;
        while (at < length) {
          const count = fs().readSync(fd, bytes, at, length - at, at);
          if (count === 0) break;
          at += count;
        }
        return bytes.subarray(0, at);
      } finally {
        fs().closeSync(fd);
      }
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  *pieces(path) {
    let fd: number | undefined;
    try {
      fd = fs().openSync(path, "r");
      const buffer = new Uint8Array(PIECE);
      for (
        let count;
        (count = fs().readSync(fd, buffer, 0, PIECE, null)) > 0;
      ) {
        yield buffer.subarray(0, count);
      }
    } catch (cause) {
      // Errors of the reader of a piece do not pass through here.
      throw unreadable(`"${path}"`, cause);
    } finally {
      if (fd !== undefined) fs().closeSync(fd);
    }
  },
  realPath(path) {
    try {
      return fs().realpathSync.native(path);
    } catch (cause) {
      throw unreadable(`"${path}"`, cause);
    }
  },
  list(path) {
    try {
      return fs().readdirSync(path).sort();
    } catch (cause) {
      throw unreadable(`the directory "${path}"`, cause);
    }
  },
  async lock(path) {
    const { lockFile } = await import("./lock_file.ts");
    return lockFile(path);
  },
  async extend(path, length) {
    const { extendedFile } = await import("./extended_file.ts");
    return extendedFile(path, length);
  },
  async remove(path) {
    const { removeFile } = await import("./extended_file.ts");
    removeFile(path);
  },
  write(path, bytes) {
    return promised(path, () => replaceFile(path, bytes));
  },
  folder: outputFolder,
  create(path) {
    try {
      return Promise.resolve(outputFile(path));
    } catch (error) {
      return Promise.reject(error);
    }
  },
  append(path, chunk, isReplaced = false) {
    return promised(path, () => appendToFile(path, chunk, isReplaced));
  },
  rename(from, to) {
    return promised(to, () => fs().renameSync(from, to));
  },
  sink: growingFile,
  join(directory, name) {
    const { isAbsolute, join } = builtin("node:path");
    return isAbsolute(name) ? name : join(directory, name);
  },
  absolute: (path) => builtin("node:path").resolve(path),
  makeDirectory(path) {
    return promised(
      path,
      () => fs().mkdirSync(path, { recursive: true, mode: 0o700 }),
    );
  },
};
