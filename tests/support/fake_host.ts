/** A machine made of plain objects, for tests of the command line. */

import { InputError } from "../../src/errors.ts";
import type { ConfigHost } from "../../src/cli/host.ts";

/** A file system that holds these texts; `null` stands for a file that may not be read. */
export function fakeFiles(
  contents: Readonly<Record<string, string | null>>,
): ConfigHost["files"] {
  return {
    stat(path) {
      const content = contents[path];
      return content === undefined ? undefined : {
        kind: "file",
        size: content?.length ?? 0,
        readable: content !== null,
        writable: true,
      };
    },
    read(path) {
      const content = contents[path];
      if (typeof content === "string") return new TextEncoder().encode(content);
      throw new InputError("input-unreadable", `Cannot read "${path}"`);
    },
  };
}
