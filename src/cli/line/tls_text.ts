/** `--list-ciphers` and `--list-profiles` as text: the capabilities of this executable's TLS. Prints nothing itself. */

import type { TlsProfileSupport, TlsSupport, VersionFacts } from "../host.ts";
import type { OptionRow } from "./options/row.ts";
import { bannerLine, TITLE_LINE } from "./usage_error.ts";

/** The output of `--list-ciphers`: in DCMTK's layout, one IANA name per line. */
export function cipherListText(
  support: TlsSupport,
  version: VersionFacts,
): string {
  return text(version, [
    "Supported TLS ciphersuites are:",
    ...support.ciphers.map((name) => `  ${name}`),
  ]);
}

/** The output of `--list-profiles`: each profile with its option and the extent of its support. */
export function profileListText(
  support: TlsSupport,
  rows: readonly OptionRow[],
  version: VersionFacts,
): string {
  return text(version, [
    `TLS security profiles (PS3.15 Annex B) of this executable, on ${support.runtime}:`,
    ...support.profiles.flatMap((profile) => profileLines(profile, rows)),
  ]);
}

function profileLines(
  profile: TlsProfileSupport,
  rows: readonly OptionRow[],
): string[] {
  const { id, name, isRetired, isDefault, support } = profile;
  const row = rows.find(({ spellings }) =>
    spellings.includes(`--profile-${id}`)
  );
  const remarks = [
    ...(isRetired ? ["retired"] : []),
    ...(isDefault ? ["default"] : []),
  ];
  const remark = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
  const head = `  ${row?.spellings.join("  ") ?? id}: ${name}${remark}`;
  if (support === "none") return ["", head, "    not supported"];
  return [
    "",
    head,
    `    ${profile.versions.join(", ")}`,
    ...profile.suites.map((suite) => `    ${suite}`),
    ...profile.missing.map((part) => `    not supported: ${part}`),
  ];
}

function text(version: VersionFacts, lines: readonly string[]): string {
  return [bannerLine(version), "", TITLE_LINE, "", ...lines]
    .map((line) => `${line}\n`).join("");
}
