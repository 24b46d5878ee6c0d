/** Which bytes are a DICOM file, and in which syntax: both sides of every boundary. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { decodeHeader, detachedHeader } from "../../../src/file/header.ts";
import {
  decodeFile,
  detectSyntax,
  encodeFile,
  isDicom,
  isPart10,
} from "../../../src/file/part10.ts";
import { hex, toHex } from "../../support/hex.ts";

const ZEROS = (count: number) => "00 ".repeat(count);
const META = '02 00 10 00 "UI" 14 00 "1.2.840.10008.1.2.1" 00';
const NAME = '10 00 10 00 "PN" 04 00 "Doe "';

describe("detectSyntax() reads the first element", () => {
  // deno-fmt-ignore
  const rows: [name: string, bytes: string, syntax: TransferSyntax | undefined][] = [
    ["nothing", "", IMPLICIT_LE],
    ["seven bytes", '08 00 05 00 "CS" 00', undefined],
    ["eight bytes with a VR", '08 00 05 00 "CS" 00 00', EXPLICIT_LE],
    ["a VR after a big endian tag", '00 08 00 05 "CS" 00 00', EXPLICIT_BE],
    ["a VR after the same group both ways", '01 01 00 05 "CS" 00 00', EXPLICIT_LE],
    ["a high group with a VR", 'E0 7F 10 00 "OW" 00 00 00 00 00 00', EXPLICIT_LE],
    ["a high big endian group with a VR", '7F E0 00 10 "OW" 00 00 00 00 00 00', EXPLICIT_BE],
    ["no VR, a length that is there", '08 00 05 00 02 00 00 00 "AB"', IMPLICIT_LE],
    ["no VR, a length that is too long", '08 00 05 00 03 00 00 00 "AB"', undefined],
    ["no VR, an undefined length", "08 00 05 00 FF FF FF FF", IMPLICIT_LE],
    ["no VR, length zero", "08 00 05 00 00 00 00 00", IMPLICIT_LE],
    ["no VR, group 0001", "01 00 05 00 00 00 00 00", undefined],
    ["no VR, group 0002", "02 00 05 00 00 00 00 00", IMPLICIT_LE],
    ["no VR, group 201f", "1F 20 05 00 00 00 00 00", IMPLICIT_LE],
    ["no VR, group 2020", "20 20 05 00 00 00 00 00", undefined],
    ["text", '"PatientName=Doe"', undefined],
  ];
  for (const [name, bytes, syntax] of rows) {
    test(`${name}: ${syntax?.name ?? "no dataset"}`, () => {
      assert.equal(detectSyntax(hex(bytes)), syntax);
      assert.equal(isDicom(hex(bytes)), bytes !== "" && syntax !== undefined);
    });
  }
});

describe("a file begins", () => {
  // deno-fmt-ignore
  const rows: [name: string, bytes: string, isPart10: boolean, isDicom: boolean][] = [
    ["with preamble and prefix", `${ZEROS(128)} "DICM"`, true, true],
    ["with preamble and half a prefix", `${ZEROS(128)} "DIC"`, false, false],
    ["with a preamble and another prefix", `${ZEROS(128)} "DICX"`, false, false],
    ["with a short preamble", `${ZEROS(127)} "DICM" 00`, false, false],
    ["with the prefix", '"DICM"', false, true],
    ["with half the prefix", '"DIC"', false, false],
    ["with meta information", META, false, true],
  ];
  for (const [name, text, part10, dicom] of rows) {
    test(`${name}: ${dicom ? "" : "no "}DICOM`, () => {
      const bytes = hex(text);
      assert.equal(isPart10(bytes), part10);
      assert.equal(isDicom(bytes), dicom);
    });
  }
});

describe("meta information is read to its end, element by element", () => {
  const UNKNOWN_LENGTH = '02 00 01 00 "OB" 00 00 02 00 00 00 00 01';
  // deno-fmt-ignore
  const rows: [name: string, bytes: string, metaSize: number, size: number][] = [
    ["short elements", `${META} ${NAME}`, 1, 1],
    ["a long element of each form", `${UNKNOWN_LENGTH} ${META} 02 00 00 01 "UN" 00 00 02 00 00 00 01 02 02 00 01 01 "UT" 00 00 02 00 00 00 "ab" 02 00 02 01 "OW" 00 00 02 00 00 00 01 02 ${NAME}`, 5, 1],
    ["nothing after it", META, 1, 0],
  ];
  for (const [name, text, metaSize, size] of rows) {
    test(name, () => {
      for (const head of ["", '"DICM"', `${ZEROS(128)} "DICM"`]) {
        const { meta, dataset, syntax } = decodeFile(hex(`${head} ${text}`));
        assert.equal(meta?.size, metaSize);
        assert.equal(dataset.size, size);
        assert.equal(syntax.uid, EXPLICIT_LE.uid);
      }
    });
  }

  test("that is cut short names the element", () => {
    const bytes = hex(`"DICM" ${META} 02 00 13 00 "SH" 05 00 "abcd"`);
    assert.throws(() => decodeFile(bytes), {
      name: "DecodeError",
      message: "The file meta information is cut short (at byte offset 32)",
    });
    assert.equal(decodeFile(bytes.subarray(0, 32)).dataset.size, 0);
    assert.throws(() => decodeFile(bytes.subarray(0, 31)), /cut short/);
  });

  test("without a transfer syntax is reported, and the data decides", () => {
    const meta = '02 00 02 00 "UI" 04 00 "1.2" 00';
    // deno-fmt-ignore
    const rows: [string, TransferSyntax][] = [
      [NAME, EXPLICIT_LE],
      ['10 00 10 00 04 00 00 00 "Doe "', IMPLICIT_LE],
      ['00 10 00 10 "PN" 00 04 "Doe "', EXPLICIT_BE],
      ["", IMPLICIT_LE],
    ];
    for (const [body, syntax] of rows) {
      const warnings: string[] = [];
      const file = decodeFile(hex(`"DICM" ${meta} ${body}`), {
        warn: (text) => warnings.push(text),
      });
      assert.equal(file.syntax, syntax);
      assert.deepEqual(warnings, [
        "The meta information has no transfer syntax: detected from the data",
      ]);
    }
  });

  test("with a syntax that does not exist is refused", () => {
    const bytes = hex('"DICM" 02 00 10 00 "UI" 06 00 "1.2.3" 00');
    assert.throws(() => decodeFile(bytes), {
      message: 'Unknown transfer syntax "1.2.3"',
    });
  });
});

test("encodeFile() writes preamble, prefix, meta information with its length, and the dataset", () => {
  const dataset = Dataset.of(textElement(0x00100010, "PN", "Doe"));
  const meta = {
    sopClassUid: "1.2.3",
    sopInstanceUid: "1.2.4",
    implementationClassUid: "1.2.5",
  };
  const bytes = (implementationVersionName?: string) =>
    toHex(encodeFile(dataset, EXPLICIT_LE, {
      ...meta,
      ...implementationVersionName && { implementationVersionName },
    }));
  const expected = (length: string, version: string) =>
    toHex(hex(`
      ${ZEROS(128)} "DICM"
      02 00 00 00 "UL" 04 00 ${length} 00 00 00
      02 00 01 00 "OB" 00 00 02 00 00 00 00 01
      02 00 02 00 "UI" 06 00 "1.2.3" 00
      02 00 03 00 "UI" 06 00 "1.2.4" 00
      02 00 10 00 "UI" 14 00 "1.2.840.10008.1.2.1" 00
      02 00 12 00 "UI" 06 00 "1.2.5" 00
      ${version}
      10 00 10 00 "PN" 04 00 "Doe "
    `));
  assert.equal(bytes(), expected("54", ""));
  assert.equal(bytes("TEST"), expected("60", '02 00 13 00 "SH" 04 00 "TEST"'));
});

describe("decodeHeader()", () => {
  test("reads 16 kB, then eight times as much each time it is not enough", () => {
    const pixels = 'E0 7F 10 00 "OW" 00 00 00 00 00 00';
    // The header ends just before, at, and after the end of a piece; the next tag has to be seen.
    for (
      const [header, asked] of [
        [16 * 1024 - 4, [16 * 1024]],
        [16 * 1024 - 2, [16 * 1024, 128 * 1024]],
        [128 * 1024 - 4, [16 * 1024, 128 * 1024]],
        [128 * 1024, [16 * 1024, 128 * 1024, 1024 * 1024]],
      ] as const
    ) {
      const length = header - 12;
      const size = header + 12 + 2_000_000;
      const file = new Uint8Array(size);
      file.set(hex('08 00 18 00 "UT" 00 00'));
      new DataView(file.buffer).setUint32(8, length, true);
      file.fill(0x41, 12, header);
      file.set(hex(pixels), header);
      const requests: number[] = [];
      const { dataset } = decodeHeader(size, (count) => {
        requests.push(count);
        return file.subarray(0, count);
      });
      assert.equal(dataset.size, 1);
      assert.deepEqual(requests, asked);
    }
  });

  test("reads a file that is smaller at once", () => {
    const bytes = hex(NAME);
    const requests: number[] = [];
    const { dataset } = decodeHeader(bytes.length, (count) => {
      requests.push(count);
      return bytes.subarray(0, count);
    });
    assert.equal(dataset.size, 1);
    assert.deepEqual(requests, [bytes.length]);
  });
});

test("detachedHeader() keeps long text, and bytes up to 256, but no fragments", () => {
  const bytes = (tag: number, length: number) =>
    ({ tag, vr: "OB", value: new Uint8Array(length) }) as const;
  const header = Dataset.of(
    textElement(0x00104000, "LT", "x".repeat(300)),
    bytes(0x00291010, 256),
    bytes(0x00291011, 257),
    { tag: 0x7fe00010, vr: "OB", fragments: [new Uint8Array(2)] },
  );
  assert.deepEqual([...detachedHeader(header)].map(({ tag }) => tag), [
    0x00104000,
    0x00291010,
  ]);
});
