/**
 * Writes a complete test PKI into a directory, which is created when missing; see `tests/support/certificates/pki.ts` for its files.
 *
 *     deno run -A scripts/make_certificates.ts DIRECTORY      (or: bun scripts/make_certificates.ts DIRECTORY)
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { makePki, TEST_PASSWORD } from "../tests/support/certificates/pki.ts";

/** Makes the PKI and writes its files, readable by their owner only. Returns the path of a file by its name. */
export async function makeCertificates(
  directory: string,
): Promise<(name: string) => string> {
  mkdirSync(directory, { recursive: true });
  const path = (name: string) => join(directory, name);
  for (const [name, content] of await makePki()) {
    writeFileSync(path(name), content, { mode: 0o600 });
  }
  return path;
}

if (import.meta.main) {
  const directory = process.argv[2];
  if (directory === undefined) {
    console.error("Usage: make_certificates.ts DIRECTORY");
    process.exitCode = 1;
  } else {
    await makeCertificates(directory);
    console.log(`Test PKI in "${directory}", password "${TEST_PASSWORD}"`);
  }
}
