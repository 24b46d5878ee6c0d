/** What the tests of the character sets share: bytes as text, and options that let no warning pass. */
import assert from "node:assert/strict";
import type { CharsetOptions } from "../../../src/charset/charset.ts";
import { withRemedy } from "../../../src/cli/line/remedies.ts";

export { hex as fromHex, toHex } from "../../support/hex.ts";

/** Options under which every warning fails the test. */
export const strict: CharsetOptions = {
  warn: (text) => assert.fail(`Unexpected warning: ${text}`),
};

/** Options that keep the warnings. */
export function collecting(
  options: CharsetOptions = {},
): { options: CharsetOptions; warnings: string[] } {
  const warnings: string[] = [];
  return {
    options: {
      ...options,
      warn: (text, _, remedy) => warnings.push(withRemedy(text, remedy)),
    },
    warnings,
  };
}
