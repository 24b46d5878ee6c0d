import assert from "node:assert/strict";
import { test } from "node:test";
import { newUid } from "../../../../src/file/part10.ts";

test("newUid() makes a UID of a UUID of version 4 and of the variant of RFC 9562", () => {
  for (const byte of [0x00, 0x5a, 0xff]) {
    const uid = newUid(new Uint8Array(16).fill(byte));
    const [, number = ""] = /^2\.25\.(\d+)$/.exec(uid) ?? [];
    const digits = BigInt(number).toString(16).padStart(32, "0");
    assert.equal(digits[12], "4", digits);
    assert.match(digits[16]!, /[89ab]/, digits);
    const free = digits.slice(0, 12) + digits[13] + digits.slice(17);
    const hex = byte.toString(16).padStart(2, "0").repeat(16);
    assert.equal(free, hex.slice(0, 12) + hex[13] + hex.slice(17));
  }
});
