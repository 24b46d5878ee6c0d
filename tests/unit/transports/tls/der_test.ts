import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecodeError } from "../../../../src/errors.ts";
import {
  bitStringBytes,
  DerReader,
  derTime,
  integerHex,
  oidText,
  TAG,
} from "../../../../transports/tls/der.ts";
import {
  describeFile,
  pemBlocks,
  toPem,
} from "../../../../transports/tls/pem.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const ascii = (text: string) => new TextEncoder().encode(text);

describe("DerReader", () => {
  test("reads values in their order", () => {
    const reader = new DerReader(bytes(0x30, 3, 2, 1, 5, 4, 0));
    assert.deepEqual(reader.inside().next(TAG.integer).content, bytes(5));
    assert.equal(reader.done, false);
    assert.equal(reader.optional(TAG.integer), undefined);
    assert.equal(reader.optional(TAG.octetString)?.content.length, 0);
    assert.equal(reader.done, true);
  });

  test("reads long lengths", () => {
    const long = new Uint8Array(4 + 300).fill(1);
    long.set([0x04, 0x82, 0x01, 0x2c]);
    assert.equal(new DerReader(long).next().content.length, 300);
  });

  test("reads indefinite lengths where BER is allowed", () => {
    const input = bytes(0x30, 0x80, 2, 1, 5, 0x30, 0x80, 4, 0, 0, 0, 0, 0, 9);
    const reader = new DerReader(input, { ber: true });
    const { content, encoded } = reader.next(TAG.sequence);
    assert.deepEqual(content, input.subarray(2, 11));
    assert.deepEqual(encoded, input.subarray(0, 13));
    const inner = new DerReader(content, { ber: true });
    assert.deepEqual(inner.next(TAG.integer).content, bytes(5));
    assert.equal(inner.inside().next(TAG.octetString).content.length, 0);
    for (let length = 0; length < 13; length++) {
      const cut = new DerReader(input.subarray(0, length), { ber: true });
      assert.throws(() => cut.next(), DecodeError);
    }
  });

  const broken: readonly [string, Uint8Array][] = [
    ["nothing", bytes()],
    ["a tag alone", bytes(0x30)],
    ["a length cut off", bytes(0x30, 0x82, 1)],
    ["contents cut off", bytes(0x30, 5, 1)],
    ["an indefinite length", bytes(0x30, 0x80, 0, 0)],
    ["a length of five bytes", bytes(0x30, 0x85, 0, 0, 0, 0, 1, 0)],
    ["a long tag", bytes(0x3f, 0x81, 1, 0)],
  ];
  for (const [what, input] of broken) {
    test(`refuses ${what}`, () => {
      assert.throws(() => new DerReader(input).next(), DecodeError);
    });
  }
});

test("oidText() spells object identifiers", () => {
  assert.equal(oidText(bytes(0x55, 0x1d, 0x13)), "2.5.29.19");
  assert.equal(
    oidText(bytes(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d)),
    "1.2.840.113549",
  );
  assert.equal(oidText(bytes(0x88, 0x37)), "2.999");
});

test("derTime() reads both kinds of time", () => {
  const time = (tag: number, text: string) => {
    const content = ascii(text);
    return derTime({ tag, content, encoded: content });
  };
  assert.equal(
    time(TAG.utcTime, "491231235959Z"),
    Date.UTC(2049, 11, 31, 23, 59, 59),
  );
  assert.equal(time(TAG.utcTime, "500101000000Z"), Date.UTC(1950, 0, 1));
  assert.equal(
    time(TAG.generalizedTime, "20510102030405Z"),
    Date.UTC(2051, 0, 2, 3, 4, 5),
  );
  assert.throws(() => time(TAG.utcTime, "soon"), DecodeError);
});

test("integerHex() drops leading zeros only", () => {
  assert.equal(integerHex(bytes(0, 0xab, 0x01)), "ab01");
  assert.equal(integerHex(bytes(0)), "0");
});

test("bitStringBytes() wants whole bytes", () => {
  assert.deepEqual(bitStringBytes(bytes(0, 1, 2)), bytes(1, 2));
  assert.throws(() => bitStringBytes(bytes(3, 1)), DecodeError);
});

describe("PEM", () => {
  test("blocks survive a round trip", () => {
    const der = Uint8Array.from({ length: 200 }, (_, index) => index);
    const text = `Some words\n${toPem("X509 CRL", der)}${
      toPem("CERTIFICATE", der)
    }`;
    const blocks = pemBlocks(ascii(text.replaceAll("\n", "\r\n")));
    assert.deepEqual(blocks.map(({ label }) => label), [
      "X509 CRL",
      "CERTIFICATE",
    ]);
    assert.deepEqual(blocks[1]?.der, der);
  });

  test("a block without an end does not hide the next one", () => {
    const der = Uint8Array.of(1, 2, 3);
    const text = "-----BEGIN CERTIFICATE-----\nAAAA\n".repeat(2) +
      toPem("CERTIFICATE", der);
    assert.deepEqual(pemBlocks(ascii(text)).map((block) => block.der), [der]);
  });

  test("encryption shows in the label or in the headers", () => {
    const block = (label: string, headers = "") =>
      pemBlocks(ascii(
        `-----BEGIN ${label}-----\n${headers}AAAA\n-----END ${label}-----`,
      ))[0]?.encrypted;
    assert.equal(block("PRIVATE KEY"), false);
    assert.equal(block("ENCRYPTED PRIVATE KEY"), true);
    assert.equal(
      block(
        "RSA PRIVATE KEY",
        "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
      ),
      true,
    );
  });

  test("damaged armour holds nothing", () => {
    assert.deepEqual(
      pemBlocks(ascii("-----BEGIN A-----\n!!!\n-----END A-----")),
      [],
    );
    assert.deepEqual(pemBlocks(ascii("-----BEGIN A-----\nAAAA\n")), []);
    assert.equal(
      describeFile(ascii("-----BEGIN A-----\nAAAA")),
      "holds a damaged PEM block",
    );
  });
});
