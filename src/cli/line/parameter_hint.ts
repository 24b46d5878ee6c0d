/**
 * The probable meaning of parameters that are not understood. Does not depend on any option and reads no
 * file.
 */
import { nearestWords } from "../../dictionary/nearest.ts";
import { COMMAND_TABLE } from "./options.ts";
import type { CommandForm } from "./options/row.ts";

const AE_AND_HOST = /^([^@\s]{1,16})@([A-Za-z0-9._-]+|\[[\w:.%-]+\])$/;
const FOREIGN_SCHEME = /^(?!dicoms?:)[a-z][a-z0-9+.-]*:\/\//i;
const BARE_IPV6 = /^[0-9a-f]*(?::[0-9a-f]*){2,}$/i;

/** The hint for parameters that are not PEER and PORT; undefined if nothing better can be said than that. */
export function peerHint(parameters: readonly string[]): string | undefined {
  const [first = ""] = parameters;
  const command = commandHint(first);
  if (command !== undefined) return command;
  for (const parameter of parameters) {
    const aeAndHost = AE_AND_HOST.exec(parameter);
    if (aeAndHost !== null) {
      return `Write ${parameter}:104, or another port`;
    }
    if (FOREIGN_SCHEME.test(parameter)) {
      return "An address begins with dicom:// or dicoms://, or is HOST:PORT";
    }
    if (BARE_IPV6.test(parameter)) {
      const at = parameter.lastIndexOf(":");
      // Without a port, the rest must be an address.
      if (/(^|[^:]):$/.test(parameter.slice(0, at))) {
        return `Write [${parameter}]:PORT`;
      }
      return `Write [${parameter.slice(0, at)}]:${
        parameter.slice(at + 1) || "PORT"
      } if these are the host and port`;
    }
    if (parameter.includes("=")) return keyHint(parameter, "dcmtk");
  }
  return parameters.length < 2
    ? "Give PEER and PORT, or an address: HOST:PORT"
    : undefined;
}

/** Commands of other programs, and what to do here. */
const COMMAND_HINTS: readonly (readonly [words: string, hint: string])[] = [
  [
    "find query search list ls c-find cfind findscu",
    "A query has no command word: begin with the address, as in findscu HOST:PORT -q StudyDate=today",
  ],
  ["ping c-echo cecho echoscu verify test", "Did you mean the command echo?"],
  [
    "scp server start mock demo",
    "Did you mean the command serve, or mock:demo for an address?",
  ],
  ["add remove peers connections", "Did you mean the command config?"],
  ["--help ?", "Did you mean the command help?"],
  [
    "get move retrieve download",
    "findscu does not retrieve images, it prints the matches: see findscu help",
  ],
];

/** What a word in place of a peer or a file was meant to be, if that is a command. */
function commandHint(word: string): string | undefined {
  const lower = word.toLowerCase();
  const foreign = COMMAND_HINTS
    .find(([words]) => words.split(" ").includes(lower))?.[1];
  if (foreign !== undefined) return foreign;
  const names = COMMAND_TABLE.map((row) => row.name);
  const [command] = nearestWords(lower, names, 1);
  if (command === undefined) return undefined;
  return word === command
    ? `The command ${command} must be the first word`
    : `Did you mean the command ${command}?`;
}

/** The hint for a PEER that is written as an address, which together with a PORT it may not be. */
export function aeTitleHint(peer: string, port: string): string | undefined {
  const parts = AE_AND_HOST.exec(peer);
  return parts === null
    ? undefined
    : `Write ${peer}:${port}, or give the AE title with -aec`;
}

/** The hint for a query file that is not there. */
export function fileHint(name: string, form: CommandForm): string | undefined {
  const command = form === "address" ? commandHint(name) : undefined;
  if (command !== undefined) return command;
  if (/^[\u2010-\u2015\u2212]/.test(name)) {
    return "Write options with a plain hyphen: this one is the dash of a word processor";
  }
  if (name.startsWith("=")) return "Write Keyword=VALUE without blanks";
  return /^[\w.,()[\]]+=/.test(name) || /^[A-Z][A-Za-z]+$/.test(name)
    ? keyHint(name, form)
    : undefined;
}

function keyHint(key: string, form: CommandForm): string {
  const option = form === "dcmtk" ? "-k" : "-q";
  return `Write ${option} "${key}" if that is a key`;
}
