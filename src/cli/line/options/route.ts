/** Option rows about the way to the peer. Data only. */

import { PATH, VARIABLE } from "../value.ts";
import { VIA } from "../via.ts";
import { section } from "./row.ts";

const group = "network options";

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const ROUTE_OPTIONS = [
  ...section([group, "way to the peer"], {}, {
    via: { spellings: ["--via"], value: VIA,
      short: "reach the peer through socks5://[USER@]HOST:PORT, http://[USER@]HOST:PORT or exec:COMMAND",
      long: "TLS runs end to end inside it, and names are resolved at its far end. COMMAND is a program whose stdin and stdout carry the bytes, such as exec:ssh -W %h:%p gateway; with exec-sh: a shell runs it. Its stderr output is shown with -v. May be repeated: the first one is reached directly, each further one through those before it.",
      repeats: true },
    viaPasswordEnv: { spellings: ["--via-password-env"], value: VARIABLE,
      short: "the proxy's password, from an environment variable",
      long: "Applies to the --via before it.", repeats: true, requires: [["via"]] },
    viaPasswordFile: { spellings: ["--via-password-file"], value: PATH,
      short: "the proxy's password, from the first line of a file",
      long: "Applies to the --via before it.", repeats: true, requires: [["via"]] },
    transport: { spellings: ["--transport"], value: PATH,
      short: "open connections with a JavaScript or TypeScript module",
      long: "Its default export is a Connector; see docs/transports.md. The executable made with Deno cannot load one.",
      forbids: [["via"]] },
  }),
] as const;
