/**
 * The option table: one row per option, from which the parser, the help, the man page, the completions and the types of the
 * parsed values are derived. The order of the rows is the order of the help and of the checks.
 */

import { GENERAL_OPTIONS } from "./options/general.ts";
import { LIST_OPTIONS } from "./options/lists.ts";
import { NETWORK_OPTIONS } from "./options/network.ts";
import { OUTPUT_OPTIONS } from "./options/output.ts";
import { PROBE_OPTIONS } from "./options/probe.ts";
import { QUERY_OPTIONS } from "./options/query.ts";
import { SERVE_OPTIONS } from "./options/serve.ts";
import { TLS_OPTIONS } from "./options/tls.ts";
import { TLS_POLICY_OPTIONS } from "./options/tls_policy.ts";
import type { CommandName, OptionRow } from "./options/row.ts";
import type { ValueKind } from "./value.ts";

const ROWS = [
  ...GENERAL_OPTIONS,
  ...QUERY_OPTIONS,
  ...LIST_OPTIONS,
  ...NETWORK_OPTIONS,
  ...TLS_OPTIONS,
  ...TLS_POLICY_OPTIONS,
  ...OUTPUT_OPTIONS,
  ...PROBE_OPTIONS,
  ...SERVE_OPTIONS,
];

/** All options. */
export const OPTION_TABLE: readonly OptionRow[] = ROWS;

/** A word that may come first on the command line. */
export interface CommandRow {
  readonly name: CommandName;
  /** The words after it, for the usage line. */
  readonly parameters: string;
  readonly short: string;
}

// deno-fmt-ignore
/** The commands besides the query itself. */
export const COMMAND_TABLE: readonly CommandRow[] = [
  { name: "echo", parameters: "PEER PORT | ADDRESS", short: "check that the peer responds (C-ECHO)" },
  { name: "probe", parameters: "ADDRESS", short: "report what the peer can do, with evidence" },
  { name: "compare", parameters: "ADDRESS ADDRESS", short: "report the differences between two peers" },
  { name: "serve", parameters: "[SOURCE]", short: "run a C-FIND SCP, for tests and demonstrations" },
  { name: "config", parameters: "[add|remove|check]", short: "show, add, remove or check saved connections" },
  { name: "help", parameters: "[TOPIC]",
    short: "explain an option, a command, keys, dates, lists, connections, tls, exit-codes or formats" },
  { name: "man", parameters: "", short: "print the manual page" },
  { name: "completions", parameters: "bash|zsh|fish|powershell", short: "print or install the completions of a shell" },
];

type Row = typeof ROWS[number];

/** Name of an option in code. */
export type OptionId = Row["id"];

type ValueOf<R> = R extends { value: ValueKind<infer T> }
  ? R extends { metavars: readonly [string, string] } ? readonly [T, T]
  : R extends { repeats: true } ? readonly T[]
  : T
  : true;

/** The values of the options in effect: `true` for a switch, else the value, or all of them if the option may be repeated. */
export type OptionValues = {
  readonly [R in Row as R["id"]]?: ValueOf<R>;
};
