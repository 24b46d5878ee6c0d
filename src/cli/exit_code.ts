/** The exit codes of the program, as a table: every failure class has its own. Does not depend on any message or option. */

import { type ErrorCode, FindscuError } from "../errors.ts";

/** One exit code, for the program and for the manual. */
export interface ExitCodeRow {
  /** The exit code of the process. */
  readonly exit: number;
  /** Its meaning, in a few words. */
  readonly meaning: string;
  /** Errors that end in it. */
  readonly errors: readonly ErrorCode[];
}

/** Success: also with no match, and when the reader of stdout went away. */
export const EXIT_SUCCESS = 0;

/** A defect of findscu itself. */
export const EXIT_INTERNAL = 99;

// deno-fmt-ignore
/** All exit codes, ascending. Ranges as in DCMTK's tools: 20 input files, 40 output, 60 network, 80 processing. */
export const EXIT_CODES: readonly ExitCodeRow[] = [
  { exit: EXIT_SUCCESS, meaning: "success, also without a match", errors: [] },
  { exit: 1, meaning: "wrong command line, or a key that cannot be encoded", errors: ["usage", "encode"] },
  { exit: 20, meaning: "input file cannot be read", errors: ["input-unreadable"] },
  { exit: 22, meaning: "input file is not valid", errors: ["input-invalid"] },
  { exit: 40, meaning: "output cannot be written", errors: ["output-unwritable"] },
  { exit: 45, meaning: "output directory does not exist", errors: ["output-no-directory"] },
  { exit: 60, meaning: "connection refused, or peer unreachable or unknown", errors: ["connect"] },
  { exit: 61, meaning: "TLS failed", errors: ["tls"] },
  { exit: 62, meaning: "association rejected", errors: ["rejected"] },
  { exit: 63, meaning: "no acceptable presentation context", errors: ["no-context"] },
  { exit: 64, meaning: "aborted by the peer", errors: ["aborted"] },
  { exit: 65, meaning: "connection closed early", errors: ["closed"] },
  { exit: 66, meaning: "time-out", errors: ["timeout"] },
  { exit: 67, meaning: "protocol violation, or undecodable data, by the peer", errors: ["remote-protocol", "decode"] },
  { exit: 80, meaning: "the peer answered with a failure status", errors: ["status"] },
  { exit: 81, meaning: "cancelled by the peer without a request", errors: ["cancelled"] },
  { exit: 82, meaning: "the answer is known to be incomplete", errors: ["incomplete"] },
  { exit: 83, meaning: "the compared peers differ", errors: ["different"] },
  { exit: EXIT_INTERNAL, meaning: "defect of findscu", errors: ["local-protocol"] },
  { exit: 130, meaning: "interrupted (Ctrl-C)", errors: ["interrupted"] },
];

/** The exit code of anything thrown; anything but a `FindscuError` is a defect. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof FindscuError)) return EXIT_INTERNAL;
  return EXIT_CODES.find((row) => row.errors.includes(error.code))?.exit ??
    EXIT_INTERNAL;
}
