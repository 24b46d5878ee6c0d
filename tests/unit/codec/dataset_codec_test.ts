import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeDataset } from "../../../src/codec/decode.ts";
import { MAX_DEPTH } from "../../../src/codec/structure.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import {
  bigintsOf,
  numberElement,
  numbersOf,
  stringsOf,
  tagElement,
  tagsOf,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset, isSequence, sequence } from "../../../src/dataset/dataset.ts";
import { type Vr, VR_TABLE } from "../../../src/dataset/vr.ts";
import { DecodeError } from "../../../src/errors.ts";
import { hex, toHex } from "../../support/hex.ts";

const SYNTAXES = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE];

/** A standard attribute of each VR, so that implicit VR finds it again. */
const OF_EVERY_VR = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 100"),
  textElement(0x00080020, "DA", "20260102"),
  textElement(0x00080030, "TM", "1200"),
  textElement(0x0008002a, "DT", "20260102120000"),
  textElement(0x00080050, "SH", "A1"),
  textElement(0x00080054, "AE", "ARCHIVE"),
  textElement(0x00080119, "UC", "code"),
  textElement(0x00080120, "UR", "http://example.org/"),
  textElement(0x00100010, "PN", "Doe^Jane"),
  textElement(0x00101010, "AS", "042Y"),
  textElement(0x00102000, "LO", ["a", "b"]),
  textElement(0x001021b0, "LT", "history\\x"),
  textElement(0x00080081, "ST", "street"),
  textElement(0x00189919, "UT", "text"), /* private-free UT stand-in */
  textElement(0x00200013, "IS", ["1", "-2"]),
  textElement(0x00201041, "DS", "1.5"),
  textElement(0x0020000d, "UI", "1.2.3"),
  numberElement(0x00280010, "US", [1, 65535]),
  numberElement(0x00189219, "SS", [-5]),
  numberElement(0x00186018, "UL", [1]),
  numberElement(0x00186020, "SL", [-2, 3]),
  numberElement(0x00189073, "FD", [1.5, -0.1]),
  numberElement(0x00089459, "FL", [0.5]),
  numberElement(0x00720082, "SV", [-9007199254740993n]),
  numberElement(0x00720083, "UV", [18446744073709551615n]),
  tagElement(0x00280009, [0x00181063, 0x00181065]),
  numberElement(0x00420011, "OB", [1, 2, 3]),
  numberElement(0x00660016, "OF", [1.25]),
  numberElement(0x00660023, "OL", [70000]),
  numberElement(0x7fe00001, "OV", [12345678901234n]),
  numberElement(0x7fe00009, "OD", [2.5]),
  numberElement(0x00281201, "OW", [1, 0xff00]),
  sequence(0x00400100, [
    Dataset.of(textElement(0x00080060, "CS", "MR")),
    new Dataset(),
  ]),
);

function plain(dataset: Dataset): unknown[] {
  return [...dataset].map((element) =>
    isSequence(element)
      ? [element.tag, element.items.map((item) => plain(item.dataset))]
      : [element.tag, element.vr, "value" in element && toHex(element.value)]
  );
}

function inBoth(dataset: Dataset, syntax: TransferSyntax): Dataset {
  return decodeDataset(encodeDataset(dataset, syntax), syntax);
}

describe("encodeDataset() and decodeDataset()", () => {
  for (const syntax of SYNTAXES) {
    for (const lengths of ["defined", "undefined"] as const) {
      test(`round-trip ${syntax.name} with ${lengths} lengths`, () => {
        const bytes = encodeDataset(OF_EVERY_VR, syntax, { lengths });
        const back = decodeDataset(bytes, syntax);
        if (syntax.explicitVr) {
          // Odd values gained their padding on the way out.
          assert.deepEqual(
            plain(back),
            plain(inBoth(OF_EVERY_VR, EXPLICIT_LE)),
          );
        } else {
          assert.deepEqual(
            plain(back).map((row) => (row as unknown[])[0]),
            plain(OF_EVERY_VR).map((row) => (row as unknown[])[0]),
          );
        }
        const again = encodeDataset(back, syntax, { lengths: "kept" });
        assert.equal(toHex(again), toHex(bytes));
      });
    }
  }

  test("are given an attribute of every VR but UN", () => {
    const vrs = Object.keys(VR_TABLE).filter((vr) => vr !== "UN");
    assert.deepEqual(
      [...new Set([...OF_EVERY_VR].map(({ vr }) => vr))].sort(),
      vrs.sort(),
    );
  });

  test("know every VR in explicit form", () => {
    for (const vr of Object.keys(VR_TABLE) as Vr[]) {
      if (vr === "SQ") continue;
      const dataset = Dataset.of({
        tag: 0x00091001,
        vr,
        value: new Uint8Array(8).fill(0x31),
      });
      for (const syntax of [EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE]) {
        assert.deepEqual(plain(inBoth(dataset, syntax)), plain(dataset), vr);
      }
    }
  });

  test("write the bytes of PS3.5 7.1.2 and 7.1.3", () => {
    const dataset = Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      numberElement(0x00280010, "US", [512]),
      { tag: 0x00420011, vr: "OB", value: new Uint8Array([7]) },
    );
    assert.equal(
      toHex(encodeDataset(dataset, EXPLICIT_LE)),
      toHex(hex(`
        08 00 52 00 "CS" 06 00 "STUDY "
        28 00 10 00 "US" 02 00 00 02
        42 00 11 00 "OB" 00 00 02 00 00 00 07 00
      `)),
    );
    assert.equal(
      toHex(encodeDataset(dataset, EXPLICIT_BE)),
      toHex(hex(`
        00 08 00 52 "CS" 00 06 "STUDY "
        00 28 00 10 "US" 00 02 02 00
        00 42 00 11 "OB" 00 00 00 00 00 02 07 00
      `)),
    );
    assert.equal(
      toHex(encodeDataset(dataset, IMPLICIT_LE)),
      toHex(hex(`
        08 00 52 00 06 00 00 00 "STUDY "
        28 00 10 00 02 00 00 00 00 02
        42 00 11 00 02 00 00 00 07 00
      `)),
    );
  });

  test("recompute group lengths", () => {
    const dataset = Dataset.of(
      numberElement(0x00080000, "UL", [99]),
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00100020, "LO", "1"),
    );
    const back = inBoth(dataset, EXPLICIT_LE);
    assert.deepEqual(numbersOf(back.get(0x00080000)!), [14]);
  });

  test("write VRs that came after 1993 as OB when asked", () => {
    const bytes = encodeDataset(
      Dataset.of(textElement(0x00080119, "UC", "code")),
      EXPLICIT_LE,
      { oldVrs: true },
    );
    assert.equal(toHex(bytes.subarray(4, 6)), toHex(hex('"OB"')));
  });
});

describe("decodeDataset()", () => {
  test("reads VR UN of undefined length as an implicit VR sequence", () => {
    const bytes = hex(`
      09 00 10 00 "LO" 04 00 "ACME"
      09 00 01 10 "UN" 00 00 FF FF FF FF
        FE FF 00 E0 0A 00 00 00
          08 00 60 00 02 00 00 00 "MR"
        FE FF DD E0 00 00 00 00
    `);
    const items = decodeDataset(bytes, EXPLICIT_LE).items(0x00091001);
    assert.equal(items.length, 1);
    assert.deepEqual(stringsOf(items[0]!.dataset.get(0x00080060)!), ["MR"]);
  });

  test("reads UN of undefined length inside big endian as little endian", () => {
    const bytes = hex(`
      00 09 10 01 "UN" 00 00 FF FF FF FF
        FE FF 00 E0 0A 00 00 00
          08 00 60 00 02 00 00 00 "MR"
        FE FF DD E0 00 00 00 00
      00 10 00 20 "LO" 00 02 "7 "
    `);
    const dataset = decodeDataset(bytes, EXPLICIT_BE);
    assert.equal(dataset.items(0x00091001).length, 1);
    assert.deepEqual(stringsOf(dataset.get(0x00100020)!), ["7"]);
  });

  test("stops at either delimiter", () => {
    for (const end of ["FE FF 0D E0", "FE FF DD E0"]) {
      const bytes = hex(`
        40 00 00 01 "SQ" 00 00 FF FF FF FF
          FE FF 00 E0 FF FF FF FF
            08 00 60 00 "CS" 02 00 "MR"
          ${end} 00 00 00 00
        FE FF DD E0 00 00 00 00
        40 00 01 10 "SH" 02 00 "X "
      `);
      const dataset = decodeDataset(bytes, EXPLICIT_LE);
      assert.equal(dataset.items(0x00400100).length, 1);
      assert.deepEqual(stringsOf(dataset.get(0x00401001)!), ["X"]);
    }
  });

  test("tolerates irregularities, each with a warning", () => {
    const rows: [string, RegExp][] = [
      [
        '10 00 20 00 "LO" 02 00 "1 " 08 00 60 00 "CS" 02 00 "MR"',
        /out of order/,
      ],
      ['10 00 20 00 "LO" 02 00 "1 " 10 00 20 00 "LO" 02 00 "1 "', /twice/],
      ['10 00 20 00 "ZZ" 00 00 02 00 00 00 "1 "', /unknown VR "ZZ"/],
      ['10 00 20 00 02 00 00 00 "1 "', /implicit VR little endian/],
      ['10 00 20 00 "LO" 02 00 "1 " 00 00 00 00', /padding/],
      [
        '08 00 60 00 "CS" 02 00 "MR" 10 00 20 00 02 00 00 00 "1 "',
        /has no VR/,
      ],
      ['FE FF 0D E0 00 00 00 00 10 00 20 00 "LO" 02 00 "1 "', /Stray/],
    ];
    for (const [bytes, expected] of rows) {
      const warnings: string[] = [];
      const dataset = decodeDataset(hex(bytes), EXPLICIT_LE, {
        warn: (text) => warnings.push(text),
      });
      assert.ok(dataset.has(0x00100020), bytes);
      assert.match(warnings.join("\n"), expected);
    }
  });

  test("names attribute and offset of what is broken", () => {
    const bytes = hex('10 00 20 00 "LO" 20 00 "1 "');
    assert.throws(
      () => decodeDataset(bytes, EXPLICIT_LE),
      (error: unknown) =>
        error instanceof DecodeError &&
        error.message ===
          "(0010,0020) claims 32 bytes, but only 2 are left (at byte offset 0)",
    );
  });

  test("keeps what can be read when lenient", () => {
    const bytes = hex(
      '08 00 60 00 "CS" 02 00 "MR" 10 00 20 00 "LO" 20 00 "1 "',
    );
    const warnings: string[] = [];
    const dataset = decodeDataset(bytes, EXPLICIT_LE, {
      lenient: true,
      warn: (text) => warnings.push(text),
    });
    assert.equal(dataset.size, 2);
    assert.equal(warnings.length, 1);
  });

  test("refuses nesting without end", () => {
    let dataset = new Dataset();
    for (let depth = 0; depth <= MAX_DEPTH; depth++) {
      dataset = Dataset.of(sequence(0x00400100, [dataset]));
    }
    const bytes = encodeDataset(dataset, EXPLICIT_LE);
    assert.throws(() => decodeDataset(bytes, EXPLICIT_LE), /nested deeper/);
  });

  test("every truncation is a value or a DecodeError", () => {
    for (const syntax of SYNTAXES) {
      const bytes = encodeDataset(OF_EVERY_VR, syntax, {
        lengths: "undefined",
      });
      for (let end = 0; end < bytes.length; end++) {
        try {
          decodeDataset(bytes.subarray(0, end), syntax);
        } catch (error) {
          assert.ok(error instanceof DecodeError, `${syntax.name} ${end}`);
        }
      }
    }
  });

  test("any bytes are a value or a DecodeError", () => {
    let seed = 12345;
    const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
    for (let round = 0; round < 3000; round++) {
      const syntax = SYNTAXES[round % 3]!;
      const bytes = encodeDataset(OF_EVERY_VR, syntax).slice();
      for (let change = 0; change < 4; change++) {
        bytes[random() % bytes.length] = random() & 0xff;
      }
      try {
        decodeDataset(bytes, syntax);
        decodeDataset(bytes, syntax, { lenient: true });
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    }
  });
});

describe("values", () => {
  test("are read as numbers, 64-bit ones exactly", () => {
    const get = (tag: number) => OF_EVERY_VR.get(tag)!;
    assert.deepEqual(numbersOf(get(0x00280010)), [1, 65535]);
    assert.deepEqual(numbersOf(get(0x00186020)), [-2, 3]);
    assert.deepEqual(numbersOf(get(0x00189073)), [1.5, -0.1]);
    assert.deepEqual(bigintsOf(get(0x00720082)), [-9007199254740993n]);
    assert.deepEqual(bigintsOf(get(0x00720083)), [18446744073709551615n]);
    assert.deepEqual(tagsOf(get(0x00280009)), [0x00181063, 0x00181065]);
  });

  test("lose their padding, and only that", () => {
    const row = (vr: Exclude<Vr, "SQ">, text: string) =>
      stringsOf({ tag: 0, vr, value: hex(`"${text}"`) });
    assert.deepEqual(row("LO", " a \\b  "), ["a", "b"]);
    assert.deepEqual(row("LT", "  a\\b "), ["  a\\b"]);
    assert.deepEqual(row("PN", "Doe^Jane "), ["Doe^Jane"]);
    assert.deepEqual(row("CS", ""), []);
    assert.deepEqual(
      stringsOf({ tag: 0, vr: "UI", value: hex('"1.2" 00') }),
      ["1.2"],
    );
  });

  test("are checked when numbers are written", () => {
    assert.throws(
      () => numberElement(0x00280010, "US", [65536]),
      /out of range: 65536, allowed is 0 to 65535/,
    );
    assert.throws(() => numberElement(0x00280010, "US", [1.5]), /whole/);
  });
});
