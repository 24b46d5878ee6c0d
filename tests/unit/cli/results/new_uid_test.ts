import assert from "node:assert/strict";
import { test } from "node:test";
import { newUid, newUids } from "../../../../src/file/part10.ts";

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

test("newUids() counts on from a random UUID, and keeps what says that it is one", () => {
  for (const byte of [0x00, 0x5a, 0xff]) {
    const random = new Uint8Array(16).fill(byte);
    const next = newUids(random);
    const first = BigInt(next().slice("2.25.".length));
    // The random bits, but for one that leaves room.
    random[8] = byte & 0xdf;
    assert.equal(`2.25.${first}`, newUid(random));
    for (let count = 1n; count < 1000n; count++) {
      assert.equal(next(), `2.25.${first + count}`);
    }
  }
});

test("newUids() counts beyond its last digits", () => {
  const random = new Uint8Array(16).fill(0x5a);
  const uid = BigInt(newUid(random).slice("2.25.".length));
  // The next number that ends in nine zeros, less one: reached by its lower bits.
  const start = uid - uid % 1_000_000_000n + 999_999_999n;
  const bytes = Uint8Array.from(
    start.toString(16).padStart(32, "0").match(/../g)!,
    (digits) => parseInt(digits, 16),
  );
  const next = newUids(bytes);
  assert.equal(next(), `2.25.${start}`);
  assert.equal(next(), `2.25.${start + 1n}`);
  assert.equal(next(), `2.25.${start + 2n}`);
});
