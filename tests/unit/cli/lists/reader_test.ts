/** Lists as rows: what spreadsheets, people and programs write, and what is not a list. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { latin1Bytes } from "../../../../src/bytes/latin1.ts";
import {
  attributeNamed,
  findColumn,
} from "../../../../src/cli/lists/columns.ts";
import { openList } from "../../../../src/cli/lists/reader.ts";
import { Dictionary } from "../../../../src/dictionary/dictionary.ts";
import { FindscuError } from "../../../../src/errors.ts";

const DICTIONARY = Dictionary.standard;

/** Reads a whole list, given in chunks of this size. */
async function read(
  content: string | Uint8Array,
  wanted: readonly string[] = [],
  size = 7,
) {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  const list = await openList(chunksOf(bytes, size), {
    name: '"x"',
    requestedColumns: wanted,
    find: (columns, name) => findColumn(columns, name, DICTIONARY),
    isAttribute: (name) => attributeNamed(name, DICTIONARY) !== undefined,
  });
  const rows: string[][] = [];
  let number = 0;
  for await (const row of list.rows) {
    assert.equal(row.number, ++number);
    rows.push([...row.cells]);
  }
  return { columns: list.columns, rows };
}

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

describe("CSV", () => {
  for (const separator of [",", ";", "\t"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      for (const size of [1, 2, 3, 1000]) {
        test(`with ${JSON.stringify([separator, end, size])}`, async () => {
          const lines = [
            ["MRN", '"scan day"'],
            ["1", `"a${separator} ""b"""`],
            ["2", ""],
            ["3"],
          ];
          const text = lines.map((line) => line.join(separator)).join(end) +
            end;
          assert.deepEqual(await read(text, [], size), {
            columns: ["MRN", "scan day"],
            rows: [["1", `a${separator} "b"`], ["2", ""], ["3", ""]],
          });
        });
      }
    }
  }
  test("with line ends within values", async () => {
    const { rows } = await read('PatientID,"a\nb"\n1,"x\r\ny"\n');
    assert.deepEqual(rows, [["1", "x\ny"]]);
  });
  test("without a line end at the end", async () => {
    assert.deepEqual((await read("PatientID\n1\n2")).rows, [["1"], ["2"]]);
  });
  test("in UTF-8 and UTF-16 with a mark, UTF-8 without, and Windows-1252", async () => {
    const text = "PatientID,Name\n1,Müller €\n2,Łódź\n";
    const utf16 = (isBig: boolean) => {
      const bytes = new Uint8Array(2 + text.length * 2);
      const view = new DataView(bytes.buffer);
      view.setUint16(0, 0xfeff, !isBig);
      for (let at = 0; at < text.length; at++) {
        view.setUint16(2 + at * 2, text.charCodeAt(at), !isBig);
      }
      return bytes;
    };
    const utf8 = new TextEncoder().encode(text);
    const marked = new TextEncoder().encode(`\ufeff${text}`);
    for (const bytes of [utf8, marked, utf16(true), utf16(false)]) {
      for (const size of [1, 2, 5, 1000]) {
        const { columns, rows } = await read(bytes, [], size);
        assert.deepEqual(columns, ["PatientID", "Name"]);
        assert.deepEqual(rows, [["1", "Müller €"], ["2", "Łódź"]]);
      }
    }
    const windows = latin1Bytes(
      "PatientID;Name\n1;M\xfcller \x80\n2;\xe9t\xe9",
    );
    for (const size of [1, 2, 5, 1000]) {
      const { rows } = await read(windows, [], size);
      assert.deepEqual(rows, [["1", "Müller €"], ["2", "été"]]);
    }
  });
});

describe("plain lines", () => {
  test("are called by the key that is named; blank ones between others are rows", async () => {
    assert.deepEqual(await read("\n 7 \n\nx\r\n\n\n", ["PatientID"]), {
      columns: ["PatientID"],
      rows: [["7"], [""], ["x"]],
    });
  });
  test("may begin with the name", async () => {
    assert.deepEqual((await read("patient id\n7\n", ["PatientID"])).rows, [[
      "7",
    ]]);
  });
});

describe("JSON", () => {
  const objects = [
    { PatientID: "1", StudyDate: "20260101", Modalities: ["CT"], X: null },
    { PatientID: 'a"]},{\\', list: { x: 1 }, N: 5, Modalities: ["CT", "MR"] },
  ];
  for (const size of [1, 3, 1000]) {
    for (
      const [name, text] of [
        ["an array", JSON.stringify(objects)],
        ["a shown array", JSON.stringify(objects, undefined, 2) + "\n"],
        ["lines", objects.map((object) => JSON.stringify(object)).join("\n")],
      ] as const
    ) {
      test(`${name}, ${size} bytes at once`, async () => {
        const { columns, rows } = await read(text, [], size);
        assert.deepEqual(columns, [
          "PatientID",
          "StudyDate",
          "Modalities",
          "X",
        ]);
        assert.deepEqual(rows, [["1", "20260101", "CT", ""], [
          'a"]},{\\',
          "",
          "",
          "",
        ]]);
      });
    }
  }
  test("in the DICOM model", async () => {
    const { columns, rows } = await read(
      '{"00100020":{"vr":"LO","Value":["7"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A^B","Ideographic":"C"}]},"00080020":{"vr":"DA"}}',
    );
    assert.deepEqual(columns, ["00100020", "00100010", "00080020"]);
    assert.deepEqual(rows, [["7", "A^B=C", ""]]);
  });
});

describe("what is not a list", () => {
  for (
    const [text, message, wanted = []] of [
      ["", /empty/],
      [" \n\r\n", /empty/],
      ["[]", /empty/],
      ["7\n8\n", /has no heading/],
      ['PatientID,X\n1,"a\n', /line 2: a quoted value is not closed/],
      ['PatientID,X\n1,a"b\n', /line 2: a quotation mark within/],
      ["PatientID,PatientID\n1,2\n", /two columns named "PatientID"/],
      ["PatientID,X\n1,2,3\n", /Row 1 .* has 3 fields, its heading 2/],
      ['{"PatientID":"1"}\nx\n', /Line 2 .* is not a JSON object/],
      ['{"PatientID":"1"}\n7\n', /Line 2 .* is not a JSON object/],
      ['[{"PatientID":"1"}', /it has no end/],
      ['[{"PatientID":"1"},]', /comma/],
      ['[{"PatientID":"1"}]x', /after its end/],
      ["[7]", /element 1 is not an object/],
      ["[{]", /not a JSON array/],
      ["a\0b", /not text/],
      ['<?xml version="1.0"?>\n<matches/>\n', /is XML or HTML/],
      ["<!DOCTYPE html>\n", /is XML or HTML/, ["PatientID"]],
      [
        "\xff\xfe\0\0P\0\0\0",
        /not text/,
        ["PatientID"],
      ],
      ["x".repeat(3_000_000), /more than a million/, ["PatientID"]],
    ] as const
  ) {
    test(JSON.stringify(text.slice(0, 40)), async () => {
      await assert.rejects(
        read(
          text.startsWith("\xff") ? latin1Bytes(text) : text,
          wanted,
          100_000,
        ),
        (error: unknown) =>
          error instanceof FindscuError && message.test(error.message),
      );
    });
  }
});

test("damage in the encoding after a mistake in the format leaves no unhandled rejection", async () => {
  for (
    const bytes of [
      latin1Bytes("PatientID\tx\n7\tD\tx\n7\t8\nen\0\x02D\t\0\x02D\tx\n"),
      latin1Bytes(
        '\xef\xbb\xbfPatientID\nN,"s"\r\n1,"a, ""b"""\r\n2\r\n\x84\n',
      ),
      latin1Bytes('a,b\n1,"x"y\n2,3\n\0'),
    ]
  ) {
    for (let size = 1; size < 65; size++) {
      await assert.rejects(read(bytes, [], size), FindscuError);
    }
  }
});

test("a line that names the separator, as Excel reads it", async () => {
  for (const separator of [";", ",", "\t", "|", ":"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = ["sep=" + separator, "PatientID,x", "1,2", ""]
        .map((line) => line.replace(",", separator)).join(end);
      assert.deepEqual(await read(text, [], 3), {
        columns: ["PatientID", "x"],
        rows: [["1", "2"]],
      });
    }
  }
});

test("a heading is no plain line, although it lacks the column or has a strange separator", async () => {
  for (
    const [text, columns] of [
      ["PatientID\n1\n", ["PatientID"]],
      ["Patient ID|Remark\n1|x\n", ["Patient ID|Remark"]],
    ] as const
  ) {
    const list = await read(text, ["PatientName"]);
    assert.deepEqual(list.columns, columns);
  }
  assert.deepEqual(await read("4711\nPatientID\n", ["PatientID"]), {
    columns: ["PatientID"],
    rows: [["4711"], ["PatientID"]],
  });
});
