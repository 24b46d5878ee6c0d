/** Loads credentials and keeps everything that is said, so that a test can look for secrets in it. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { FindscuError } from "../../src/errors.ts";
import {
  type CredentialOptions,
  loadCredentials,
} from "../../transports/tls/credentials.ts";

/** Everything that was said, for the last test. */
export const said: string[] = [];

/** Loads, and notes what comes. */
export async function load(options: Partial<CredentialOptions>) {
  const loaded = await loadCredentials({ now: Date.now(), ...options });
  said.push(inspect(loaded, { depth: 10, showHidden: true }));
  said.push(JSON.stringify(loaded), String(loaded.identity));
  return loaded;
}

/** The same, which must fail with this sentence. */
export async function refused(
  options: Partial<CredentialOptions>,
  sentence: RegExp,
): Promise<void> {
  await assert.rejects(load(options), (error) => {
    assert.ok(error instanceof FindscuError, String(error));
    assert.match(error.message, sentence);
    said.push(
      inspect(error, { depth: 10, showHidden: true }),
      error.hint ?? "",
    );
    return true;
  });
}
