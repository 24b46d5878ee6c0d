/** Files that continue at the point where they were left, for a result that is resumed. Does not depend on any format. */
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import type { ExtendedFile } from "../src/cli/host.ts";
import { OutputError } from "../src/errors.ts";
import { attempt, promised } from "./output_file.ts";

/** A link is not followed, if the system knows how: the file is ours, and beside the one that was named. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** Opens a file and cuts it to a length in bytes. Throws `OutputError`. */
export function extendedFile(path: string, length: number): ExtendedFile {
  return attempt(path, () => {
    const fd = openSync(
      path,
      constants.O_RDWR | constants.O_CREAT | NO_FOLLOW,
      0o666,
    );
    try {
      if (!fstatSync(fd).isFile()) {
        throw new OutputError(
          "output-unwritable",
          `Cannot write "${path}": it is not a regular file`,
        );
      }
      ftruncateSync(fd, length);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return new Extended(path, fd, length);
  });
}

/** Removes a file, if there is one. Throws `OutputError`. */
export function removeFile(path: string): void {
  attempt(path, () => rmSync(path, { force: true }));
}

class Extended implements ExtendedFile {
  readonly #path: string;
  #fd: number | undefined;
  #length: number;

  constructor(path: string, fd: number, length: number) {
    this.#path = path;
    this.#fd = fd;
    this.#length = length;
  }

  write(bytes: Uint8Array): Promise<void> {
    return promised(this.#path, () => {
      for (let at = 0; at < bytes.length;) {
        const count = writeSync(
          this.#fd!,
          bytes,
          at,
          bytes.length - at,
          this.#length,
        );
        at += count;
        this.#length += count;
      }
    });
  }

  sync(): Promise<void> {
    return promised(this.#path, () => fdatasyncSync(this.#fd!));
  }

  close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch {
      // Earlier data was synced before.
    }
    return Promise.resolve();
  }
}
