/** What masking makes of every form of value, byte for byte, in datasets, command sets and associations. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  type TransferSyntax,
} from "../../../../src/codec/transfer_syntax.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import { latin1, latin1Bytes } from "../../../../src/bytes/latin1.ts";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import {
  maskCommandBytes,
  maskDatasetBytes,
  withoutMasked,
} from "../../../../src/scp/recording/masking.ts";
import { maskPduBytes } from "../../../../src/scp/recording/pdu_masking.ts";
import { hex, toHex } from "../../../support/hex.ts";

/** Each call returns 32 bytes: 0 to 31 for a UID, and their successors for what comes after those. */
const hash = (data: Uint8Array) =>
  Uint8Array.from({ length: 32 }, (_, at) => data.length === 32 ? at + 1 : at);

function masked(bytes: Uint8Array, syntax: TransferSyntax = EXPLICIT_LE) {
  const copy = bytes.slice();
  const isWhole = maskDatasetBytes(copy, syntax, { hash });
  return { isWhole, bytes: copy };
}

describe("a value is masked", () => {
  // deno-fmt-ignore
  const rows: [tag: number, vr: string, before: string, after: string][] = [
    // Text keeps blanks, wild cards, separators and its length.
    [0x00100010, "PN", "Doe^John=Doe\\Roe*?", "XXX^XXXX=XXX\\XXX*?"],
    [0x00100010, "PN", "\xd6z^\xe4b ", "XX^XX "],
    [0x00100010, "PN", "a\x83\\b", "XXXX"],
    [0x00100010, "PN", "\x83\\\x83\\^b", "XXXX^X"],
    [0x00100010, "PN", "\x1b$B;3\x1b(B^ ", "XXXXXXXXX "],
    [0x00100010, "PN", '""', '""'],
    [0x00081030, "LO", "Head CT\0", "XXXX XX\0"],
    // Digits of dates, times, ages and numbers become 1.
    [0x00080020, "DA", "20260102-20260203", "11111111-11111111"],
    [0x00080030, "TM", "093059.5", "111111.1"],
    [0x00080030, "TM", "09:30", "11:11"],
    [0x0008002a, "DT", "20260102+0100", "11111111+1111"],
    [0x00101010, "AS", "042Y", "111Y"],
    [0x00101010, "AS", "042Z", "XXXX"],
    [0x00101030, "DS", "72.5E+1", "11.1E+1"],
    [0x00280008, "IS", "12345 ", "11111 "],
    [0x00080020, "DA", "April 1st", "XXXXX XXX"],
    [0x00201070, "IS", "12a4", "XXXX"],
    // Numbers of images are kept if they are small, and masked otherwise.
    [0x00200013, "IS", "1234", "1234"],
    [0x00200013, "IS", "12345 ", "11111 "],
    [0x00200013, "IS", " -12 ", " -12 "],
    [0x00200013, "IS", "+1\\22", "+1\\22"],
    // UIDs, but for those of the standard.
    [0x00080016, "UI", "1.2.840.10008.1.1", "1.2.840.10008.1.1"],
    [0x0020000d, "UI", "9.8.77", "1.2.34"],
    [0x0020000d, "UI", "9.87*\0", "1.23*\0"],
    [0x0020000d, "UI", "9.9\\8.8", "1.2\\1.2"],
    [0x0020000d, "UI", "DOE", "XXX"],
    // Codes that say how data is organised.
    [0x00080060, "CS", "CT\\MR", "CT\\MR"],
    [0x00080060, "CS", "CT\\DOE", "XX\\XXX"],
    [0x00100040, "CS", " F ", " F "],
    [0x00080052, "CS", "STUDY", "STUDY"],
    // What the dictionary does not know, or has with another VR, is text.
    [0x00091001, "DA", "20260102", "XXXXXXXX"],
    [0x00100011, "CS", "F ", "X "],
    [0x00100040, "LO", "F ", "X "],
    [0x00080020, "LO", "20260102", "XXXXXXXX"],
    // UN is what the dictionary says, if that is one VR.
    [0x00080020, "UN", "20260102", "11111111"],
    [0x00280106, "UN", "12", "XX"],
    // Bytes and numbers become zero.
    [0x00420011, "OB", "PDF.", "\0\0\0\0"],
    [0x00189073, "FD", "12345678", "\0\0\0\0\0\0\0\0"],
    [0x00280010, "US", "\0\x02", "\0\x02"],
    [0x00280009, "AT", "\x18\0c\x10", "\0\0\0\0"],
    // A group length, as long as it is one.
    [0x00100000, "UL", "\x08\0\0\0", "\x08\0\0\0"],
    [0x00100000, "LO", "DOE1", "XXXX"],
    [0x00100000, "UL", "DOE JOHN", "XXX XXXX"],
  ];
  for (const [tag, vr, before, after] of rows) {
    test(`${vr} ${JSON.stringify(before)} as ${JSON.stringify(after)}`, () => {
      // Encoded without the encoder, which would compute a group length.
      const value = latin1Bytes(before);
      const padding = value.length % 2;
      const isLong = /^(?:OB|UN)$/.test(vr);
      const head = [
        tag >> 16 & 0xff,
        tag >> 24 & 0xff,
        tag & 0xff,
        tag >> 8 & 0xff,
        ...latin1Bytes(vr),
        ...(isLong ? [0, 0] : []),
        value.length + padding,
        0,
        ...(isLong ? [0, 0] : []),
      ];
      const bytes = Uint8Array.from([
        ...head,
        ...value,
        ...(padding === 1 ? [0x20] : []),
      ]);
      const result = masked(bytes);
      assert.equal(result.isWhole, true);
      assert.equal(
        latin1(result.bytes),
        latin1(Uint8Array.from(head)) + after + " ".repeat(padding),
      );
    });
  }

  test("UIDs longer than a hash with its successor", () => {
    const uid = `2.${"7".repeat(40)}`;
    const result = masked(
      encodeDataset(Dataset.of(rawElement(0x0020000d, "UI", uid)), EXPLICIT_LE),
    );
    const digits = (count: number, first: number) =>
      Array.from({ length: count }, (_, at) => 1 + (at + first) % 9).join("");
    const all = digits(32, 0) + digits(9, 1);
    assert.equal(latin1(result.bytes.subarray(8)), `${all[0]}.${all.slice(1)}`);
  });

  test("in items, and in fragments", () => {
    const dataset = Dataset.of(
      sequence(0x00400275, [Dataset.of(rawElement(0x00100020, "LO", "DOE1"))]),
      { tag: 0x7fe00010, vr: "OB", fragments: [hex(""), hex("01 02 03 04")] },
    );
    const { bytes } = masked(encodeDataset(dataset, EXPLICIT_LE));
    assert.equal(
      toHex(bytes),
      toHex(hex(`
        40 00 75 02 "SQ" 00 00 14 00 00 00
          FE FF 00 E0 0C 00 00 00
            10 00 20 00 "LO" 04 00 "XXXX"
        E0 7F 10 00 "OB" 00 00 FF FF FF FF
          FE FF 00 E0 00 00 00 00
          FE FF 00 E0 04 00 00 00 00 00 00 00
        FE FF DD E0 00 00 00 00
      `)),
    );
  });
});

describe("a dataset is blanked as a whole", () => {
  const text = Dataset.of(rawElement(0x00100020, "LO", "DOE1"));
  // deno-fmt-ignore
  const rows: [string, Uint8Array, TransferSyntax, boolean][] = [
    ["not when it is regular", encodeDataset(text, EXPLICIT_LE), EXPLICIT_LE, true],
    ["when it is damaged", encodeDataset(text, EXPLICIT_LE).subarray(0, -1), EXPLICIT_LE, false],
    ["when it is compressed", encodeDataset(text, DEFLATED_LE), DEFLATED_LE, false],
    ["not when swapped numbers are harmless", hex('00 28 00 10 "US" 00 02 02 00'), EXPLICIT_BE, true],
    ["when swapped numbers are not", hex('00 20 00 13 "US" 00 02 02 00'), EXPLICIT_BE, false],
    ["not for text in big endian", encodeDataset(text, EXPLICIT_BE), EXPLICIT_BE, true],
  ];
  for (const [name, bytes, syntax, isWhole] of rows) {
    test(name, () => {
      const result = masked(bytes, syntax);
      assert.equal(result.isWhole, isWhole);
      assert.equal(result.bytes.some((byte) => byte !== 0), isWhole);
      assert.ok(!latin1(result.bytes).includes("DOE"));
    });
  }
});

describe("a command set keeps", () => {
  const SOP_CLASS = "00 00 02 00 1C 00 00 00";
  // deno-fmt-ignore
  const rows: [
    name: string,
    before: string,
    after: string,
    isWhole: boolean,
  ][] = [
    ["its numbers", "00 00 00 00 04 00 00 00 01 02 03 04 00 00 00 01 02 00 00 00 20 80", "", true],
    ["message ids, priority, type and status", "00 00 10 01 02 00 00 00 07 00 00 00 20 01 02 00 00 00 07 00 00 00 00 07 02 00 00 00 02 00 00 00 00 08 02 00 00 00 01 01 00 00 00 09 02 00 00 00 00 A9 00 00 03 09 02 00 00 00 05 00", "", true],
    ["a SOP class of the standard", `${SOP_CLASS} "1.2.840.10008.5.1.4.1.2.2.1" 00`, "", true],
    ["no other SOP class", '00 00 02 00 06 00 00 00 "1.2.34"', '00 00 02 00 06 00 00 00 "XXXXXX"', true],
    ["offending elements of the standard", "00 00 01 09 08 00 00 00 10 00 20 00 10 00 10 00", "", true],
    ["no unknown offending elements", "00 00 01 09 08 00 00 00 10 00 20 00 10 00 11 00", '00 00 01 09 08 00 00 00 "X" 00 20 00 "X" 00 "X" 00', true],
    ["no cut offending elements", '00 00 01 09 06 00 00 00 10 00 20 00 "ab"', '00 00 01 09 06 00 00 00 "X" 00 20 00 "XX"', true],
    ["no comment", '00 00 02 09 06 00 00 00 "Bad Jo"', '00 00 02 09 06 00 00 00 "XXX XX"', true],
    ["no number of another length", '00 00 00 09 04 00 00 00 "ab12"', '00 00 00 09 04 00 00 00 "XXXX"', true],
    ["no number of another group", '10 00 00 09 02 00 00 00 "ab"', '10 00 00 09 02 00 00 00 "XX"', true],
    ["nothing after a length that leaves it", '00 00 02 09 02 00 00 00 "ab" 00 00 02 09 03 00 00 00 "ab"', '00 00 02 09 02 00 00 00 "XX" 00 00 00 00 00 00 00 00 00 00', false],
    ["nothing of half a head", "00 00 02 09 02 00 00", "00 00 00 00 00 00 00", false],
    ["an empty value at the end", "00 00 02 09 00 00 00 00", "", true],
  ];
  for (const [name, before, after, isWhole] of rows) {
    test(name, () => {
      const bytes = hex(before);
      assert.equal(maskCommandBytes(bytes), isWhole);
      assert.equal(toHex(bytes), toHex(hex(after || before)));
    });
  }
});

test("an association keeps its contexts, but neither titles nor who asks", () => {
  const bytes = encodePdu(
    {
      type: "associate-rq",
      protocolVersion: 1,
      calledAeTitle: "ARCHIVE",
      callingAeTitle: "MINE",
      applicationContext: "1.2.840.10008.3.1.1.1",
      unknownItems: [],
      contexts: [{
        id: 1,
        abstractSyntax: "1.2.3",
        transferSyntaxes: ["1.2.4"],
      }],
      userInformation: {
        maxPduLength: 16384,
        implementationClassUid: "1.2.5",
        userIdentity: {
          identityType: 2,
          responseRequested: true,
          primary: latin1Bytes("doe"),
          secondary: latin1Bytes("secret"),
        },
      },
    } as Parameters<typeof encodePdu>[0],
  ).slice();
  maskPduBytes(bytes, decodePdu(bytes));
  const pdu = decodePdu(bytes);
  assert.ok(pdu.type === "associate-rq");
  assert.equal(pdu.calledAeTitle, "XXXXXXX");
  assert.equal(pdu.callingAeTitle, "XXXX");
  assert.deepEqual(pdu.contexts.map(({ abstractSyntax }) => abstractSyntax), [
    "1.2.3",
  ]);
  const { userIdentity } = pdu.userInformation;
  assert.equal(latin1(userIdentity!.primary), "XXX");
  assert.equal(latin1(userIdentity!.secondary), "XXXXXX");
  const release = encodePdu({ type: "release-rq" });
  const before = toHex(release);
  maskPduBytes(release, { type: "release-rq" });
  assert.equal(toHex(release), before);
});

test("withoutMasked() empties what masking touches, in items too", () => {
  const dataset = Dataset.of(
    rawElement(0x00080052, "CS", "STUDY"),
    rawElement(0x00100010, "PN", "Doe"),
    sequence(0x00400275, [
      Dataset.of(
        rawElement(0x00080060, "CS", "CT"),
        rawElement(0x00100020, "LO", "1"),
      ),
    ]),
    { tag: 0x7fe00010, vr: "OB", fragments: [hex("01 02")] },
  );
  assert.equal(
    latin1(encodeDataset(withoutMasked(dataset), EXPLICIT_LE)),
    latin1(encodeDataset(
      Dataset.of(
        rawElement(0x00080052, "CS", "STUDY"),
        rawElement(0x00100010, "PN", ""),
        sequence(0x00400275, [
          Dataset.of(
            rawElement(0x00080060, "CS", "CT"),
            rawElement(0x00100020, "LO", ""),
          ),
        ]),
        { tag: 0x7fe00010, vr: "OB", fragments: [hex("01 02")] },
      ),
      EXPLICIT_LE,
    )),
  );
});

test("maskPduBytes() leaves no text in any field, and every length", () => {
  const canary = [...latin1Bytes("CANARYCANARY")];
  const sized = (bytes: readonly number[]) => [
    bytes.length >> 8,
    bytes.length & 0xff,
    ...bytes,
  ];
  const item = (type: number, ...content: number[]) => [
    type,
    0x43, // C
    ...sized(content),
  ];
  const body = [
    ...[0, 1, 0x43, 0x41],
    ...Array(6).fill(canary).flat().slice(0, 64),
    ...item(0x10, ...canary),
    ...item(
      0x21,
      ...[1, 0x43, 0, 0x41],
      ...item(0x40, ...latin1Bytes("1.2.840.10008.1.2")),
    ),
    ...item(0x21, ...[3, 0x43, 3, 0x41], ...item(0x40, ...canary)),
    ...item(0x99, ...canary),
    ...item(
      0x50,
      ...item(0x51, 0, 0, 64, 0),
      ...item(0x52, ...canary),
      ...item(0x54, ...sized(canary), 1, 0),
      ...item(0x56, ...sized(canary), ...canary),
      ...item(
        0x57,
        ...sized(canary),
        ...sized(canary),
        ...sized(sized(canary)),
      ),
      ...item(0x58, 2, 1, ...sized(canary), ...sized(canary)),
      ...item(0x59, ...sized(canary)),
      ...item(0x77, ...canary),
    ),
  ];
  const pdu = (type: number, content: readonly number[]) =>
    Uint8Array.of(type, 0x43, 0, 0, ...sized(content));
  const pdus: Uint8Array[] = [
    pdu(1, body),
    pdu(2, body),
    pdu(3, [0x43, 1, 1, 7, ...canary]),
    pdu(5, canary),
    pdu(6, canary),
    pdu(7, [0x43, 0x41, 2, 6, ...canary]),
  ];
  for (const bytes of pdus) {
    const before = bytes.slice();
    maskPduBytes(bytes, decodePdu(bytes));
    assert.doesNotMatch(latin1(bytes), /CA|C|NARY|RY/);
    decodePdu(bytes);
    const kept = { 1: [], 2: [], 3: [7, 8, 9], 5: [], 6: [], 7: [8, 9] };
    for (const at of kept[bytes[0] as keyof typeof kept]) {
      assert.equal(bytes[at], before[at]);
    }
  }
  const masked = decodePdu(pdus[1]!);
  assert.ok(masked.type === "associate-ac");
  assert.equal(masked.contexts[0]?.transferSyntax, "1.2.840.10008.1.2");
  assert.equal(masked.userInformation.maxPduLength, 0x4000);
});
