/** Option rows of `findscu probe`. Data only. */

import { choice, FILE, integer, PATH, text } from "../value.ts";
import { section } from "./row.ts";

const group = "probe options";

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const PROBE_OPTIONS = [
  ...section([group], { commands: ["probe"], isCommon: true }, {
    probeKeys: { spellings: ["-q", "--query"], onlyIn: { "-q": "address" }, metavars: ["key"], value: text(),
      short: "probe with the entity that has this key; may be repeated",
      long: "For example AccessionNumber=A123 or StudyDate=-7d. Every check uses a single entity.",
      default: "one of today, of the last seven days, or of any day", repeats: true, complete: "keys" },
    probeBudget: { spellings: ["--budget"], value: integer({ min: 0, max: 1000 }),
      short: "send at most this many queries",
      long: "The most important checks come first; the report lists those left out.", default: "60" },
    probeRate: { spellings: ["--rate"], value: integer({ min: 1, max: 1000 }),
      short: "send at most this many queries per second", default: "unlimited, one after the other" },
    probeAssociations: { spellings: ["--associations"], value: integer({ min: 1, max: 16 }),
      short: "open at most this many associations at once", default: "4" },
    showPhi: { spellings: ["--show-phi"], short: "show patient values in the report unmasked", default: "masked" },
    probeFormat: { spellings: ["--format"], metavars: ["name"], value: choice(["text", "json", "html"]),
      short: "print the report as text, json or html", default: "text" },
    probeOutputFile: { spellings: ["--output"], value: PATH, short: "write the report to a file", default: "standard output" },
    probeHtml: { spellings: ["--html"], value: FILE,
      short: "also write the report as an HTML page",
      long: "A self-contained file, for example to attach to a ticket." },
  }),
] as const;
