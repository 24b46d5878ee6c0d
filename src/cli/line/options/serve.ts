/** Option rows of `findscu serve`. Data only. */

import { AE_TITLE, integer, SECONDS, text } from "../value.ts";
import { section } from "./row.ts";

const group = "server options";

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const SERVE_OPTIONS = [
  ...section([group], { commands: ["serve"] }, {
    servePort: { spellings: ["--port"], metavars: ["port"], value: integer({ min: 0, max: 65535 }),
      short: "listen on this port, 0 for any free one", default: "11112", isCommon: true },
    serveAeTitle: { spellings: ["-aet", "--aet", "--aetitle"], value: AE_TITLE,
      short: "our AE title; calls to any other are rejected",
      long: "It is also returned as RetrieveAETitle.", default: "any", isCommon: true },
    serveBind: { spellings: ["--bind"], metavars: ["address"], value: text({ min: 1 }),
      short: "listen on this local address",
      long: "0.0.0.0 and :: accept other machines: anyone who reaches the port can then read all data.",
      default: "127.0.0.1", isCommon: true },
    serveLimit: { spellings: ["--limit"], value: integer({ min: 1 }),
      short: "return at most this many matches",
      long: "A query with more matches ends with status A700.", default: "unlimited", isCommon: true },
    serveLatency: { spellings: ["--latency"], value: SECONDS, short: "wait this long before each response", default: "0" },
    serveMaxAssociations: { spellings: ["--max-associations"], value: integer({ min: 1 }),
      short: "serve at most this many associations at once",
      long: "Further ones get a transient rejection: local limit exceeded. Connections without a request yet count as well.",
      default: "256" },
    serveIdleTimeout: { spellings: ["--idle-timeout"], value: SECONDS,
      short: "end the associations of idle clients, 0 for no limit",
      long: "A client is idle if it neither completes a request nor reads what is sent to it. Time spent answering a query does not count.",
      default: "300" },
    serveAllowedAeTitle: { spellings: ["--allow-aet"], value: AE_TITLE,
      short: "accept only this calling AE title; may be repeated", repeats: true },
    serveFuzzy: { spellings: ["--fuzzy"],
      short: "ignore case and accents when matching person names",
      long: "Otherwise only for callers that request it." },
    serveRequestedCharset: { spellings: ["--requested-charset"],
      short: "answer in the character set of the query",
      long: "Text that it cannot encode is returned as stored, as is all text without this option." },
    serveFault: { spellings: ["--fault"], metavars: ["name"], value: text({ min: 1 }),
      short: "misbehave in this way; see --list-faults",
      long: "For testing other SCUs: packing, statuses, broken identifiers, improper endings. Also available as mock:demo?fault=NAME.",
      isCommon: true, complete: "faults" },
    listFaults: { spellings: ["--list-faults"],
      short: "list the names for --fault, and exit", isCommon: true, ends: "list-faults" },
  }),
] as const;
