/** Option rows that every command has: help, version, messages. Data only. */

import { choice, PATH, SIZE } from "../value.ts";
import { LOG_LEVELS } from "../../log/log.ts";
import { section } from "./row.ts";

/** Chapter of these rows; they are looked at before the others, since they say how mistakes are reported. */
export const GENERAL_GROUP = "general options";

const group = GENERAL_GROUP;

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const GENERAL_OPTIONS = [
  ...section([group], { commands: ["find", "echo", "probe", "serve", "man", "completions"], origin: "dcmtk" }, {
    help: { spellings: ["-h", "--help"],
      short: "print this text and exit",
      long: "-h prints the options that most people need, --help all of them.", isCommon: true, ends: "help" },
    version: { spellings: ["-V", "--version"],
      short: "print version, runtime and libraries, and exit", isCommon: true, ends: "version" },
    argumentsLine: { spellings: ["--arguments"],
      short: "print the arguments as understood",
      long: "Command files are expanded and options shown by their long names." },
    quiet: { spellings: ["-q", "--quiet"], onlyIn: { "-q": "dcmtk" },
      short: "print neither warnings nor errors",
      long: "In a query with an ADDRESS, -q means --query; --quiet works everywhere.", exclusive: "level" },
    verbose: { spellings: ["-v", "--verbose"], short: "print the steps taken", isCommon: true, exclusive: "level" },
    debug: { spellings: ["-d", "--debug"], short: "print debug messages", isCommon: true, exclusive: "level" },
    logLevel: { spellings: ["-ll", "--log-level"], metavars: ["level"],
      value: choice(["off",...LOG_LEVELS], { anyCase: true }), complaint: "Invalid log level for --log-level option",
      short: "print messages of this level and above", default: "warn", forbids: [["verbose", "debug", "quiet"]] },
    logSettings: { spellings: ["-lc", "--log-config"], value: PATH,
      short: "read the logger's settings from a file",
      long: "The same format as for DCMTK's programs: loggers, levels, appenders, layouts. Anything unsupported is named in a warning.",
      forbids: [["verbose", "debug", "quiet"], ["logLevel"]] },
    maxInputSize: { spellings: ["--max-input-size"], value: SIZE,
      short: "largest input file, in bytes or like 64k, 16M, 1G",
      long: "Applies to query files, standard input, command files, certificates, dictionaries and logger settings, whether files or pipes, but not to the data of mock: and serve. To apply to command files, it must be given outside of them.",
      default: "16M", commands: ["find", "echo", "probe", "serve"], origin: "ours" },
    install: { spellings: ["--install"],
      short: "install the completions where the shell finds them",
      long: "Prints what remains to be done, if anything. None of your files is changed.", isCommon: true,
      commands: ["completions"], origin: "ours" },
  }),
] as const;
