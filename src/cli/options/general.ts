/** Option rows that every command has: help, version, messages. Data only. */

import { choice, PATH } from "../value.ts";
import { LOG_LEVELS } from "../log.ts";
import type { OptionRow } from "./row.ts";

/** Chapter of these rows; they are looked at before the others, since they say how faults are reported. */
export const GENERAL_GROUP = "general options";

const group = GENERAL_GROUP;
const commands = ["find", "echo", "serve", "man", "completions"] as const;
const since = "0.1.0";

export const GENERAL_OPTIONS = [
  {
    id: "help",
    isCommon: true,
    spellings: ["-h", "--help"],
    arity: 0,
    group,
    short: "print this text and exit",
    long: "-h prints the options that most people need, --help all of them.",
    ends: "help",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "version",
    isCommon: true,
    spellings: ["-V", "--version"],
    arity: 0,
    group,
    short: "print version, runtime and libraries, and exit",
    ends: "version",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "arguments",
    spellings: ["--arguments"],
    arity: 0,
    group,
    short: "print the arguments as understood",
    long: "Command files are expanded and options shown by their long names.",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "quiet",
    spellings: ["-q", "--quiet"],
    onlyIn: { "-q": "dcmtk" },
    arity: 0,
    group,
    short: "print neither warnings nor errors",
    long:
      "In a query with an ADDRESS, -q takes a key instead; --quiet is quiet everywhere.",
    exclusive: "verbosity",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "verbose",
    isCommon: true,
    spellings: ["-v", "--verbose"],
    arity: 0,
    group,
    short: "print the steps taken",
    exclusive: "verbosity",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "debug",
    isCommon: true,
    spellings: ["-d", "--debug"],
    arity: 0,
    group,
    short: "print what helps to find a fault",
    exclusive: "verbosity",
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "logLevel",
    spellings: ["-ll", "--log-level"],
    arity: 1,
    metavars: ["level"],
    value: choice(["off", ...LOG_LEVELS], { anyCase: true }),
    complaint: "Invalid log level for --log-level option",
    group,
    short: "print messages of this level and above",
    default: "warn",
    forbids: [["verbose", "debug", "quiet"]],
    commands,
    origin: "dcmtk",
    since,
    status: "served",
  },
  {
    id: "logConfig",
    spellings: ["-lc", "--log-config"],
    arity: 1,
    metavars: ["file"],
    value: PATH,
    group,
    short: "take the logger's settings from a file",
    long:
      "A file as DCMTK's programs read it: loggers, levels, appenders, layouts. What is not supported is named in a warning.",
    forbids: [["verbose", "debug", "quiet"], ["logLevel"]],
    commands,
    origin: "dcmtk",
    complete: "file",
    since,
    status: "served",
  },
] as const satisfies readonly OptionRow[];
