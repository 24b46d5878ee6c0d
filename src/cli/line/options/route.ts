/** Option rows about the way to the peer. Data only. */

import { PATH, text } from "../value.ts";
import { VIA } from "../via.ts";
import type { OptionRow } from "./row.ts";

const group = "network options";
const subgroup = "way to the peer";
const since = "0.1.0";

export const ROUTE_OPTIONS = [
  {
    id: "via",
    spellings: ["--via"],
    arity: 1,
    metavars: ["way"],
    value: VIA,
    group,
    subgroup,
    short:
      "reach the peer through socks5://[USER@]HOST:PORT, http://[USER@]HOST:PORT or exec:COMMAND",
    long:
      "TLS runs inside, from end to end, and names are resolved at the other end. COMMAND is a program whose input and output carry the bytes, such as exec:ssh -W %h:%p gateway; exec-sh: has a shell run it. What it says on stderr is shown with -v. May be repeated: the first one is reached from here, each other one through those before it.",
    repeats: true,
    origin: "ours",
    since,
    status: "served",
  },
  {
    id: "viaPasswordEnv",
    spellings: ["--via-password-env"],
    arity: 1,
    metavars: ["variable"],
    value: text({ min: 1 }),
    group,
    subgroup,
    short: "the proxy's password, from an environment variable",
    long: "It belongs to the --via before it.",
    repeats: true,
    requires: [["via"]],
    origin: "ours",
    since,
    status: "served",
  },
  {
    id: "viaPasswordFile",
    spellings: ["--via-password-file"],
    arity: 1,
    metavars: ["file"],
    value: PATH,
    group,
    subgroup,
    short: "the proxy's password, from the first line of a file",
    long: "It belongs to the --via before it.",
    repeats: true,
    requires: [["via"]],
    origin: "ours",
    complete: "file",
    since,
    status: "served",
  },
  {
    id: "transport",
    spellings: ["--transport"],
    arity: 1,
    metavars: ["file"],
    value: PATH,
    group,
    subgroup,
    short: "open connections with a module of JavaScript or TypeScript",
    long:
      "Its default export is a Connector, see docs/transports.md. The executable made with Deno cannot load one.",
    forbids: [["via"]],
    origin: "ours",
    complete: "file",
    since,
    status: "served",
  },
] as const satisfies readonly OptionRow[];
