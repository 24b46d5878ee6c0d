/** What the tests of the character sets share: bytes as text, and options that let no warning pass. */
import assert from "node:assert/strict";
import type { CharsetOptions } from "../../../src/charset/charset.ts";
import { withRemedy } from "../../../src/cli/line/remedies.ts";

/** Bytes from hexadecimal digits, white space between them as it pleases. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  return Uint8Array.from(
    { length: digits.length / 2 },
    (_, at) => parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

/** Bytes as hexadecimal digits in pairs. */
export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

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
