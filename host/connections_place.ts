/** The place where each system keeps the settings of a user's programs. Opens nothing. */
import { builtin } from "../src/builtin.ts";
import type { ConnectionsPlace } from "../src/cli/host.ts";
import { UsageError } from "../src/errors.ts";

/** Variable that names the file, whatever the system. */
const VARIABLE = "FINDSCU_CONFIG";

/**
 * The path of the saved connections: from the variable, else the system's place for settings. Throws `UsageError` as `env` does.
 */
export function connectionsPlace(
  env: (name: string) => string | undefined,
  platform: string,
): ConnectionsPlace | undefined {
  const isWindows = platform === "win32";
  const homeVariable = isWindows ? "USERPROFILE" : "HOME";
  const { posix, win32 } = builtin("node:path");
  const paths = isWindows ? win32 : posix;
  const read = (name: string) => {
    try {
      return env(name) || undefined;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const names = [
        VARIABLE,
        ...isWindows ? ["APPDATA"] : ["XDG_CONFIG_HOME"],
      ];
      throw new UsageError(error.message, {
        cause: error,
        hint: `Saved connections need --allow-env=${
          [...names, homeVariable].join(",")
        } and --allow-read of their file`,
      });
    }
  };
  const path = read(VARIABLE);
  const home = read(homeVariable);
  const place = (path: string): ConnectionsPlace => ({
    path,
    directory: paths.dirname(path),
    home,
  });
  if (path !== undefined) return place(path);
  // A relative one is to be ignored (XDG Base Directory Specification).
  const xdg = isWindows || platform === "darwin"
    ? undefined
    : read("XDG_CONFIG_HOME");
  const folder = isWindows
    ? read("APPDATA")
    : platform === "darwin"
    ? home && paths.join(home, "Library", "Application Support")
    : xdg !== undefined && paths.isAbsolute(xdg)
    ? xdg
    : home && paths.join(home, ".config");
  return folder === undefined
    ? undefined
    : place(paths.join(folder, "findscu", "config.toml"));
}
