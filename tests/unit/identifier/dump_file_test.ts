import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../../src/errors.ts";
import { isSequence } from "../../../src/dataset/dataset.ts";
import { parseDump } from "../../../src/identifier/dump_file.ts";
import { show, showText, thrownBy, utf8 } from "./show.ts";

function read(...lines: string[]): string {
  return show(parseDump(utf8(lines.join("\n")), "q.dump"));
}

/** One line each, read as dump2dcm reads it unless a comment says otherwise. */
const LINES: readonly [line: string, elements: string][] = [
  ["(0010,0010) PN [A^B]", "0010,0010 PN 415e4220"],
  ["(0010,0010) [A^B]", "0010,0010 PN 415e4220"],
  ["(0010,0010)PN[A^B]", "0010,0010 PN 415e4220"],
  [" ( 0010 , 0010 ) PN [A^B]   # c", "0010,0010 PN 415e4220"],
  ["(00 10,0010) PN [A]", "0010,0010 PN 4120"],
  ["(28,10) US 5", "0028,0010 US 0500"],
  ["(0010,0010)\tPN\t[a]", "0010,0010 PN 6120"],
  ["I: (0010,0010) PN [a]   #   2, 1 PatientName", "0010,0010 PN 6120"],
  ["D: (0010,0010) PN [a]", "0010,0010 PN 6120"],
  ["(0010,0010) PN A^B # c", "0010,0010 PN 415e4220"],
  ["(0010,0010) PN A B", "0010,0010 PN 41204220"],
  ["(0010,0020) 12345", "0010,0020 LO 313233343520"],
  ["(0018,1065) DS 1#2", "0018,1065 DS 3120"],
  // dump2dcm takes the two letters as a VR that it does not know, and loses the value.
  ["(0008,0060) MR", "0008,0060 CS 4d52"],
  ["(0010,0010) PN a(b)", "0010,0010 PN 61286229"],
  ["(0010,0010) PN a[b]", "0010,0010 PN 615b625d"],
  ['(0008,0060) CS "CT"', "0008,0060 CS 22435422"],
  ["(0010,0010) PN =foo", "0010,0010 PN 3d666f6f"],
  ["(0010,0010) PN", "0010,0010 PN"],
  ["(0010,0010)", "0010,0010 PN"],
  ["(0010,0010) PN []", "0010,0010 PN"],
  ["(0010,0010) PN (no value available)  # 0", "0010,0010 PN"],
  ["(0010,0010) PN (a) # x", "0010,0010 PN"],
  ["(0010,0010) PN [(a)] # x", "0010,0010 PN 28612920"],
  ["(0010,0010) PN [a]b] # [x]", "0010,0010 PN 615d625d2023205b7820"],
  ["(0010,0010) PN [ abc ]", "0010,0010 PN 20616263"],
  ["(0010,0010) PN [a # b]", "0010,0010 PN 612023206220"],
  ["(0010,0010) PN [x] trailing", "0010,0010 PN 7820"],
  ["(0008,0060) CS [CT]]", "0008,0060 CS 43545d20"],
  ["(0008,0060) CS CT\\MR", "0008,0060 CS 43545c4d5220"],
  [
    "(0008,0016) UI =CTImageStorage",
    "0008,0016 UI 312e322e3834302e31303030382e352e312e342e312e312e3200",
  ],
  [
    "(0008,0016) UI [=CTImageStorage]",
    "0008,0016 UI 312e322e3834302e31303030382e352e312e342e312e312e3200",
  ],
  ["(0008,0016) UI [1.2.3 ]", "0008,0016 UI 312e322e3300"],
  ["(0028,0010) US 256\\12", "0028,0010 US 00010c00"],
  ["(0028,0010) US [256]", "0028,0010 US 0001"],
  ["(0028,0010) US", "0028,0010 US"],
  ["(0028,0106) xs 5", "0028,0106 US 0500"],
  ["(0028,0106) US -5", "0028,0106 US fbff"],
  ["(0028,0106) SS -5", "0028,0106 SS fbff"],
  ["(0018,9073) FD 1.5\\2 #", "0018,9073 FD 000000000000f83f0000000000000040"],
  ["(0018,9073) FD [1.5]", "0018,9073 FD 000000000000f83f"],
  ["(0072,0083) UV 18446744073709551615", "0072,0083 UV ffffffffffffffff"],
  ["(0072,0067) OF 1.5\\2", "0072,0067 OF 0000c03f00000040"],
  ["(0072,0073) OD 1.5", "0072,0073 OD 000000000000f83f"],
  ["(0072,0075) OL 1\\2", "0072,0075 OL 0100000002000000"],
  ["(0028,0009) AT (3004,000c)", "0028,0009 AT 04300c00"],
  ["(0028,0009) AT (3004,000c)\\(0010,0010)", "0028,0009 AT 04300c0010001000"],
  ["(0028,0009) AT [(3004,000c)]", "0028,0009 AT 04300c00"],
  ["(0028,0009) AT ( 3004 , 000c )", "0028,0009 AT 04300c00"],
  ["(0028,0009) AT (no value available)", "0028,0009 AT"],
  ["(0028,2000) OB 01\\02\\03", "0028,2000 OB 01020300"],
  ["(0028,2000) OB [01\\02]", "0028,2000 OB 0102"],
  ["(7fe0,0010) OW 0102\\0304", "7fe0,0010 OW 02010403"],
  ["(7fe0,0010) ox 01\\02", "7fe0,0010 OW 01000200"],
  ["(0009,1001) UN 41\\42", "0009,1001 UN 4142"],
  ["(0009,1001) LO [abc]", "0009,1001 LO 61626320"],
  ["(0009,1001) 41\\42", "0009,1001 UN 4142"],
  ["(0009,1001) ?? 41\\42", "0009,1001 UN 4142"],
  ["(0010,0010) UN 41\\42", "0010,0010 UN 4142"],
  ["(0072,006e) LT [a # b] c]", "0072,006e LT 61202320625d2063"],
  ["(0002,0010) UI =LittleEndianExplicit", ""],
  ["# (0010,0010) PN [a]", ""],
  ["   # a comment", ""],
  ["I: Request Identifiers:", ""],
  ["", ""],
];

describe("parseDump() reads", () => {
  for (const [line, elements] of LINES) {
    test(line === "" ? "an empty line" : line, () => {
      assert.equal(read(line), elements);
    });
  }

  test("lines in any order", () => {
    assert.equal(
      read("(0010,0020) LO [1]", "(0008,0052) CS [STUDY]", "(0010,0010) PN"),
      "0008,0052 CS 535455445920; 0010,0010 PN; 0010,0020 LO 3120",
    );
  });

  test("the example of dump2dcm's manual", () => {
    assert.equal(
      showText(parseDump(
        utf8([
          "(0008,0020) DA [19921012]            #  8, 1 StudyDate",
          "(0008,0016) UI =MRImageStorage       # 26, 1 SOPClassUID",
          "(0002,0012) UI [1.2.276.0.7230010.100.1.1]",
          "(0020,0032) DS [0.0\\0.0]             #  8, 2 ImagePositionPatient",
          "(0028,0009) AT (3004,000c)           #  4, 1 FrameIncrementPointer",
          "(0028,0010) US 256                   #  4, 1 Rows",
          "(0002,0001) OB 01\\00",
        ].join("\n")),
        "example",
      )),
      "0008,0016 UI [1.2.840.10008.5.1.4.1.1.4\0]; 0008,0020 DA [19921012]; " +
        "0020,0032 DS [0.0\\0.0 ]; 0028,0009 AT [\x04\x30\x0c\0]; 0028,0010 US [\0\x01]",
    );
  });

  test("sequences and items as findscu prints them", () => {
    assert.equal(
      read(
        "I: # Dicom-Data-Set",
        "I: # Used TransferSyntax: Little Endian Explicit",
        "I: (0040,0100) SQ (Sequence with explicit length #=2)      #  12, 1 ScheduledProcedureStepSequence",
        "I:   (fffe,e000) na (Item with explicit length #=2)          #  50, 1 Item",
        "I:     (0008,0060) CS [CT]                                     #   2, 1 Modality",
        "I:     (0040,0008) SQ (Sequence with explicit length #=0)      #   0, 0 ScheduledProtocolCodeSequence",
        "I:     (fffe,e0dd) na (SequenceDelimitationItem for re-encod.) #   0, 0 SequenceDelimitationItem",
        "I:   (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem",
        "I:   (fffe,e000) na (Item with explicit length #=0)          #   0, 1 Item",
        "I:   (fffe,e00d) na (ItemDelimitationItem for re-encoding)   #   0, 0 ItemDelimitationItem",
        "I: (fffe,e0dd) na (SequenceDelimitationItem for re-encod.) #   0, 0 SequenceDelimitationItem",
        "I: (0040,1001) SH (no value available)                     #   0, 0 RequestedProcedureID",
        "I: ",
      ),
      "0040,0100 SQ [{0008,0060 CS 4354; 0040,0008 SQ []} {}]; 0040,1001 SH",
    );
  });

  test("sequences with bare delimiters", () => {
    assert.equal(
      read(
        "(0008,1115) SQ",
        "(fffe,e000)",
        "(0008,0060) CS CT",
        "(fffe,e00d)",
        "(fffe,e0dd)",
        "(0010,0010) PN [x]",
      ),
      "0008,1115 SQ [{0008,0060 CS 4354}]; 0010,0010 PN 7820",
    );
  });

  test("whether lengths are undefined", () => {
    const element = parseDump(
      utf8([
        "(0008,1115) SQ (Sequence with undefined length #=1)",
        "(fffe,e000) na (Item with undefined length #=0)",
        "(fffe,e00d) na (ItemDelimitationItem)",
        "(fffe,e0dd) na (SequenceDelimitationItem)",
      ].join("\n")),
      "q",
    ).get(0x00081115);
    assert.ok(isSequence(element));
    assert.deepEqual(
      [element.undefinedLength, element.items[0]!.undefinedLength],
      [true, true],
    );
  });

  test("text byte for byte", () => {
    const latin = Uint8Array.from(
      "(0010,0010) PN [M\xfcller\x1b]",
      (c) => c.charCodeAt(0),
    );
    assert.equal(show(parseDump(latin, "q")), "0010,0010 PN 4dfc6c6c65721b20");
  });

  test("a VR that the dictionary does not have, with a warning", () => {
    const warnings: string[] = [];
    const dataset = parseDump(utf8("# x\n(0010,0010) LO [x]"), "q", {
      warn: (text) => warnings.push(text),
    });
    assert.equal(show(dataset), "0010,0010 LO 7820");
    assert.deepEqual(warnings, [
      "q, line 2: (0010,0010) has VR LO, the dictionary says PN",
    ]);
  });
});

/** Lines, then line, column and reason, carets below the last line shown, hint. */
const ERRORS: readonly [
  lines: readonly string[],
  place: string,
  reason: string,
  shown: readonly [string, string],
  hint?: string,
][] = [
  [
    ["PatientName PN [a]"],
    "line 1, column 1",
    "no tag at the beginning of the line",
    ["PatientName PN [a]", "^^^^^^^^^^^^^^^^^^"],
    "Each line is (gggg,eeee) VR value",
  ],
  [
    ["(10010,0010) PN [a]"],
    "line 1, column 1",
    "no tag at the beginning of the line",
    ["(10010,0010) PN [a]", "^^^^^^^^^^^^^^^^^^^"],
    "Each line is (gggg,eeee) VR value",
  ],
  [
    ["(0010,0010 PN [a]"],
    "line 1, column 1",
    "no tag at the beginning of the line",
    ["(0010,0010 PN [a]", "^^^^^^^^^^^^^^^^^"],
    "Each line is (gggg,eeee) VR value",
  ],
  [
    ["", "(0010,0010) PN [a"],
    "line 2, column 16",
    '"]" missing after the value',
    ["(0010,0010) PN [a", "               ^^"],
  ],
  [["(0010,0010) PN <a>"], "line 1, column 16", '"<" cannot begin a value', [
    "(0010,0010) PN <a>",
    "               ^^^",
  ], "Put the value between brackets: [<...]"],
  [
    ["(0010,0010) PN (not loaded)"],
    "line 1, column 16",
    "the value was left out when this dump was written",
    ["(0010,0010) PN (not loaded)", "               ^^^^^^^^^^^^"],
  ],
  [["(0010,0010) XX [a]"], "line 1, column 13", 'unknown VR "XX"', [
    "(0010,0010) XX [a]",
    "            ^^",
  ]],
  [
    ["(0010,0010) PN [a]", "(0010,0010) PN [b]"],
    "line 2, column 1",
    "(0010,0010) occurs twice",
    ["(0010,0010) PN [b]", "^^^^^^^^^^^"],
  ],
  [
    ["(0000,0002) UI [1.2]"],
    "line 1, column 1",
    "command elements cannot be part of a query",
    ["(0000,0002) UI [1.2]", "^^^^^^^^^^^"],
  ],
  [["(0028,0010) US abc"], "line 1, column 16", '"abc" is not a whole number', [
    "(0028,0010) US abc",
    "               ^^^",
  ], "US needs decimal numbers; separate several with backslashes"],
  [
    ["(0028,0010) US 1\\70000"],
    "line 1, column 18",
    "70000 is out of range: US allows 0 to 65535",
    ["(0028,0010) US 1\\70000", "                 ^^^^^"],
  ],
  [
    ["(0028,0010) US [1 2]"],
    "line 1, column 17",
    '"1 2" is not a whole number',
    ["(0028,0010) US [1 2]", "                ^^^"],
    "US needs decimal numbers; separate several with backslashes",
  ],
  [
    ["(0028,0009) AT (300z,c)"],
    "line 1, column 16",
    '"(300z,c)" is not a tag',
    ["(0028,0009) AT (300z,c)", "               ^^^^^^^^"],
    "Write tags as (gggg,eeee); separate several with backslashes",
  ],
  [
    ["(0028,2000) OB 01 02"],
    "line 1, column 16",
    '"01 02" is not a hexadecimal number',
    ["(0028,2000) OB 01 02", "               ^^^^^"],
    "Write bytes in hexadecimal, separated by backslashes: 01\\ff",
  ],
  [
    ["(0028,2000) OB 01\\02..."],
    "line 1, column 21",
    "the value was truncated when this dump was written",
    ["(0028,2000) OB 01\\02...", "                    ^^^"],
    "Make the dump with long values: dcmdump +L",
  ],
  [
    ["(7fe0,0010) OW =pixels.raw"],
    "line 1, column 16",
    "values in other files are not read",
    ["(7fe0,0010) OW =pixels.raw", "               ^^^^^^^^^^^"],
    "Write the value into the dump as hexadecimal numbers",
  ],
  [
    ["(0008,0016) UI =Nothing"],
    "line 1, column 16",
    'unknown UID keyword "Nothing"',
    ["(0008,0016) UI =Nothing", "               ^^^^^^^^"],
    "Give the UID itself, or a keyword of PS3.6 Annex A such as =CTImageStorage",
  ],
  [
    ["(0008,1115) SQ [x]"],
    "line 1, column 17",
    "a sequence cannot have a value",
    ["(0008,1115) SQ [x]", "                ^"],
    "Items follow on their own lines, each beginning with (fffe,e000)",
  ],
  [
    ["(0008,1115) SQ", "(0010,0010) PN x"],
    "line 2, column 1",
    "(0008,1115) is still open here",
    ["(0010,0010) PN x", "^^^^^^^^^^^"],
    "A sequence holds items only; end it with (fffe,e0dd)",
  ],
  [
    ["(0008,1115) SQ", "(fffe,e000) na", "(fffe,e000) na"],
    "line 3, column 1",
    "an item begins outside a sequence",
    ["(fffe,e000) na", "^^^^^^^^^^^^^^"],
    "Is the line (fffe,e00d) of the previous item missing?",
  ],
  [
    ["(0008,1115) SQ", "(fffe,e000) na", "(fffe,e0dd) na"],
    "line 3, column 1",
    "the item is still open here",
    ["(fffe,e0dd) na", "^^^^^^^^^^^^^^"],
    "End an item with (fffe,e00d)",
  ],
  [
    ["(fffe,e000) na"],
    "line 1, column 1",
    "an item begins outside a sequence",
    ["(fffe,e000) na", "^^^^^^^^^^^^^^"],
    "Is the line (fffe,e00d) of the previous item missing?",
  ],
  [["(fffe,e00d) na"], "line 1, column 1", "no item is open here", [
    "(fffe,e00d) na",
    "^^^^^^^^^^^^^^",
  ]],
  [
    ["(0008,1115) SQ", "(fffe,e00d) na"],
    "line 2, column 1",
    "no item is open here",
    ["(fffe,e00d) na", "^^^^^^^^^^^^^^"],
  ],
  [["(fffe,e0dd) na"], "line 1, column 1", "no sequence is open here", [
    "(fffe,e0dd) na",
    "^^^^^^^^^^^^^^",
  ]],
  [["(fffe,1234) na"], "line 1, column 1", "unknown delimiter", [
    "(fffe,1234) na",
    "^^^^^^^^^^^^^^",
  ]],
  [
    ["(0008,1115) SQ", "(fffe,e000) na"],
    "line 2, column 1",
    "the item that begins here has no end",
    ["(fffe,e000) na", "^^^^^^^^^^^^^^"],
    "End it with a line (fffe,e00d)",
  ],
  [
    ["# x", "(0008,1115) SQ"],
    "line 2, column 1",
    "the sequence that begins here has no end",
    ["(0008,1115) SQ", "^^^^^^^^^^^^^^"],
    "End it with a line (fffe,e0dd)",
  ],
  [
    ["(7fe0,0010) OB (PixelSequence #=1)", "(fffe,e000) pi 01\\02"],
    "line 2, column 1",
    "pixel data fragments cannot be part of a query",
    ["(fffe,e000) pi 01\\02", "^^^^^^^^^^^^^^^^^^^^"],
  ],
];

describe("parseDump() refuses", () => {
  for (const [lines, place, reason, [shown, carets], hint] of ERRORS) {
    test(lines.join(" / "), () => {
      const error = thrownBy(() => read(...lines));
      assert.ok(error instanceof InputError);
      assert.equal(error.code, "input-invalid");
      assert.equal(
        error.message,
        `Bad query file "q.dump", ${place}: ${reason}\n  ${shown}\n  ${carets}`,
      );
      assert.equal(error.hint, hint);
    });
  }
});
