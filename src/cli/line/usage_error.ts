/** How a wrong command line is reported, in either grammar. Does not depend on any option. */

import type { FindscuError } from "../../errors.ts";
import type { VersionFacts } from "../host.ts";
import type { CommandForm } from "./options/row.ts";
import { hintOf } from "./remedies.ts";

/** The line that begins help, version and errors in the manner of DCMTK's tools. */
export function bannerLine(version: VersionFacts): string {
  const date = version.date === undefined ? "" : ` ${version.date}`;
  return `$findscu: findscu v${version.version}${date} $`;
}

/** The program's description, below the banner. */
export const TITLE_LINE = "findscu: DICOM query (C-FIND) SCU";

/** A hint as a sentence, with its end. */
export function sentence(hint: string): string {
  return /[.?]$/.test(hint) ? hint : `${hint}.`;
}

/**
 * The text for stderr: with PEER PORT the four lines of DCMTK's tools, with an ADDRESS one line. A hint, if there is one,
 * is one more line, except for exact output.
 */
export function renderUsageError(
  error: FindscuError,
  form: CommandForm,
  version: VersionFacts,
  isExact = false,
): string {
  const lines = form === "dcmtk"
    ? [bannerLine(version), "", TITLE_LINE, `error: ${error.message}`]
    : [`findscu: ${error.message}`];
  const hint = hintOf(error);
  if (hint !== undefined && !isExact) {
    lines.push(`hint: ${sentence(hint)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}
