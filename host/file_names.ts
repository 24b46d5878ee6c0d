/** Names that Windows does not treat as files, or does not accept. Opens nothing. */
import { builtin } from "../src/builtin.ts";

/** The fault of a name. */
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
 * The fault of the path of a file that is to be written on Windows; undefined for a good one, and for a device that is meant:
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
    const shown = character === '"'
      ? "quotation marks"
      : character < " "
      ? "control characters"
      : `"${character}"`;
    return {
      message: `no name on Windows has ${shown} in it`,
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
