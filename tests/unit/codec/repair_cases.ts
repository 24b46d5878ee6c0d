/** Damage between two good attributes, in explicit VR little endian, and how it is read and reported. */

/** SpecificCharacterSet and QueryRetrieveLevel, which the damage follows, and StudyInstanceUID, which follows the damage. */
export const HEAD =
  '08 00 05 00 "CS" 0A 00 "ISO_IR 192" 08 00 52 00 "CS" 06 00 "STUDY "';
export const TAIL = '20 00 0D 00 "UI" 08 00 "1.2.3.4" 00';
export const BEFORE = "(0008,0005)=ISO_IR 192 (0008,0052)=STUDY";
export const AFTER = "(0020,000d)=1.2.3.4";

export interface Case {
  readonly name: string;
  /** What lies between `HEAD` and `TAIL`. */
  readonly bytes: string;
  /** How that is read. */
  readonly shown: string;
  readonly warnings?: readonly string[];
  readonly losses?: readonly string[];
}

export const ITEM = "FE FF 00 E0";
const ITEM_END = "FE FF 0D E0 00 00 00 00";
const SEQUENCE_END = "FE FF DD E0 00 00 00 00";

export const CASES: readonly Case[] = [
  {
    name: "VR --",
    bytes: '10 00 B0 21 "--" 06 00 "G0000 "',
    shown: "(0010,21b0)=G0000",
    warnings: ['(0010,21b0) has the unknown VR "--": read as UN'],
  },
  {
    name: "VR of two blanks",
    bytes: '08 00 30 10 "  " 06 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ['(0008,1030) has the unknown VR "  ": read as UN'],
  },
  {
    name: "VR of two NULs",
    bytes: '08 00 30 10 00 00 06 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ['(0008,1030) has the unknown VR "\\x00\\x00": read as UN'],
  },
  {
    name: "VR in small letters",
    bytes: '08 00 30 10 "lo" 06 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ['(0008,1030) has the unknown VR "lo": read as UN'],
  },
  {
    name: "VR ox with a long length",
    bytes: '09 00 01 10 "ox" 00 00 06 00 00 00 "Thorax"',
    shown: "(0009,1001)=Thorax",
    warnings: ['(0009,1001) has the unknown VR "ox": read as UN'],
  },
  {
    name: "VR ZZ with a long length",
    bytes: '09 00 01 10 "ZZ" 00 00 06 00 00 00 "Thorax"',
    shown: "(0009,1001)=Thorax",
    warnings: ['(0009,1001) has the unknown VR "ZZ": read as UN'],
  },
  {
    name: "VR ZZ with a short length",
    bytes: '09 00 01 10 "ZZ" 06 00 "Thorax"',
    shown: "(0009,1001)=Thorax",
    warnings: ['(0009,1001) has the unknown VR "ZZ": read as UN'],
  },
  {
    name: "VR LO with a long length",
    bytes: '08 00 30 10 "LO" 00 00 06 00 00 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ["(0008,1030) has the wrong form of length for VR LO"],
  },
  {
    name: "VR UT with a short length",
    bytes: '08 00 30 10 "UT" 06 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ["(0008,1030) has the wrong form of length for VR UT"],
  },
  {
    name: "VR UN with a short length",
    bytes: '08 00 30 10 "UN" 06 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ["(0008,1030) has the wrong form of length for VR UN"],
  },
  {
    name: "no VR",
    bytes: '08 00 30 10 06 00 00 00 "Thorax"',
    shown: "(0008,1030)=Thorax",
    warnings: ["(0008,1030) has no VR though the transfer syntax is explicit"],
  },
  {
    name: "VR ?? inside a private sequence",
    bytes:
      `09 00 03 10 "SQ" 00 00 FF FF FF FF ${ITEM} 1E 00 00 00 09 00 00 00 "UL" 04 00 08 00 00 00 09 00 01 10 "??" 00 00 09 00 02 10 "??" 02 00 "0 " ${SEQUENCE_END}`,
    shown: "(0009,1003)[{(0009,0000)=8 (0009,1001)= (0009,1002)=0}]",
    warnings: [
      '(0009,1003)[1](0009,1001) has the unknown VR "??": read as UN',
      '(0009,1003)[1](0009,1002) has the unknown VR "??": read as UN',
    ],
  },
  {
    name: "four unknown VRs in a row",
    bytes:
      '08 00 30 10 "--" 02 00 "A " 08 00 3E 10 "??" 02 00 "B " 08 00 50 10 "xx" 02 00 "C " 08 00 60 10 "@@" 02 00 "D "',
    shown: "(0008,1030)=A (0008,103e)=B (0008,1050)=C (0008,1060)=D",
    warnings: [
      '(0008,1030) has the unknown VR "--": read as UN',
      '(0008,103e) has the unknown VR "??": read as UN',
      '(0008,1050) has the unknown VR "xx": read as UN',
      '(0008,1060) has the unknown VR "@@": read as UN',
    ],
  },
  {
    name: "an item length that is too short",
    bytes:
      `08 00 10 11 "SQ" 00 00 16 00 00 00 ${ITEM} 06 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}]",
    warnings: ["The length of an item in (0008,1110)[1] is 6 but should be 14"],
  },
  {
    name: "an item length that is too long",
    bytes:
      `08 00 10 11 "SQ" 00 00 16 00 00 00 ${ITEM} 40 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}]",
    warnings: [
      "The length of an item in (0008,1110)[1] is 64 but should be 14",
    ],
  },
  {
    name: "the first of two item lengths too short",
    bytes:
      `08 00 10 11 "SQ" 00 00 2C 00 00 00 ${ITEM} 06 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34" ${ITEM} 0E 00 00 00 08 00 55 11 "UI" 06 00 "1.2.56"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}{(0008,1155)=1.2.56}]",
    warnings: ["The length of an item in (0008,1110)[1] is 6 but should be 14"],
  },
  {
    name: "a sequence length that is too short",
    bytes:
      `08 00 10 11 "SQ" 00 00 0C 00 00 00 ${ITEM} 0E 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}]",
    warnings: ["(0008,1110) has the length 12 but its items have 22 bytes"],
  },
  {
    name: "a sequence length that is too long",
    bytes:
      `08 00 10 11 "SQ" 00 00 1C 00 00 00 ${ITEM} 0E 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}]",
    warnings: ["(0008,1110) has the length 28 but its items have 22 bytes"],
  },
  {
    name: "a sequence length that leaves the dataset",
    bytes:
      `08 00 10 11 "SQ" 00 00 FF FF 00 00 ${ITEM} 0E 00 00 00 08 00 55 11 "UI" 06 00 "1.2.34"`,
    shown: "(0008,1110)[{(0008,1155)=1.2.34}]",
    warnings: ["(0008,1110) has the length 65535 but its items have 22 bytes"],
  },
  {
    name: "UN of undefined length with explicit items",
    bytes:
      `10 00 02 22 "UN" 00 00 FF FF FF FF ${ITEM} 1A 00 00 00 08 00 00 00 "UL" 04 00 0E 00 00 00 08 00 00 01 "SH" 06 00 "T-1234" ${SEQUENCE_END}`,
    shown: "(0010,2202)[{(0008,0000)=14 (0008,0100)=T-1234}]",
  },
  {
    name: "a sequence without items and delimiter",
    bytes: '08 00 32 10 "SQ" 00 00 FF FF FF FF 08 00 3E 10 "LO" 06 00 "Series"',
    shown: "(0008,1032)[] (0008,103e)=Series",
    warnings: ["(0008,1032) ends without its sequence delimiter"],
  },
  {
    name: "a sequence without its delimiter",
    bytes:
      `08 00 32 10 "SQ" 00 00 FF FF FF FF ${ITEM} 0C 00 00 00 08 00 00 01 "SH" 04 00 "CODE" 08 00 3E 10 "LO" 06 00 "Series"`,
    shown: "(0008,1032)[{(0008,0100)=CODE}] (0008,103e)=Series",
    warnings: ["(0008,1032) ends without its sequence delimiter"],
  },
  {
    name: "an item without its delimiter, before the next item",
    bytes:
      `08 00 32 10 "SQ" 00 00 FF FF FF FF ${ITEM} FF FF FF FF 08 00 00 01 "SH" 04 00 "ONE " ${ITEM} FF FF FF FF 08 00 00 01 "SH" 04 00 "TWO " ${ITEM_END} ${SEQUENCE_END}`,
    shown: "(0008,1032)[{(0008,0100)=ONE}{(0008,0100)=TWO}]",
    warnings: [
      "An item of undefined length ends without its delimiter in (0008,1032)[1]",
    ],
  },
  {
    name: "a value length that leaves the dataset",
    bytes: '10 00 10 00 "PN" 88 13 "Doe^J "',
    shown: "(0010,0010)=Doe^J",
    losses: [
      "(0010,0010) has the length 5000, but the next attribute follows after 6 bytes",
    ],
  },
  {
    name: "a value length that is too short",
    bytes: '10 00 10 00 "PN" 02 00 "Doe^J "',
    shown: "(0010,0010)=Do",
    losses: ["4 bytes after (0010,0010) cannot be read"],
  },
  {
    name: "a value length that covers the next head",
    bytes: '10 00 10 00 "PN" 0A 00 "Doe^J " 10 00 20 00 "LO" 02 00 "1 "',
    shown: "(0010,0010)=Doe^J (0010,0020)=1",
    losses: [
      "(0010,0010) has the length 10, but the next attribute follows after 6 bytes",
    ],
  },
  {
    name: "a value length that covers the next attribute exactly",
    bytes: '10 00 10 00 "PN" 10 00 "Doe^J " 10 00 20 00 "LO" 02 00 "1 "',
    shown: "(0010,0010)=Doe^J (0010,0020)=1",
    losses: [
      "(0010,0010) has the length 16, but the next attribute follows after 6 bytes",
    ],
  },
  {
    name: "a value length that covers the next two attributes exactly",
    bytes:
      '10 00 10 00 "PN" 20 00 "Doe^J " 10 00 20 00 "LO" 02 00 "1 " 10 00 30 00 "DA" 08 00 "19700101"',
    shown: "(0010,0010)=Doe^J (0010,0020)=1 (0010,0030)=19700101",
    losses: [
      "(0010,0010) has the length 32, but the next attribute follows after 6 bytes",
    ],
  },
  {
    name: "a length of an empty value that covers the next attribute exactly",
    bytes: '10 00 10 00 "PN" 0A 00 10 00 20 00 "LO" 02 00 "1 "',
    shown: "(0010,0010)= (0010,0020)=1",
    losses: [
      "(0010,0010) has the length 10, but the next attribute follows after 0 bytes",
    ],
  },
  {
    name: "the length of a number that covers the next attribute exactly",
    bytes: '18 00 30 60 "UL" 0E 00 07 00 00 00 18 00 04 90 "CS" 02 00 "1 "',
    shown: "(0018,6030)=7 (0018,9004)=1",
    losses: [
      "(0018,6030) has the length 14, but the next attribute follows after 4 bytes",
    ],
  },
  {
    name: "a value length that ends within an item of the next sequence",
    bytes:
      `08 00 3E 10 "LO" 18 00 "AB" 08 00 10 11 "SQ" 00 00 1E 00 00 00 ${ITEM} 16 00 00 00 10 00 20 00 "LO" 02 00 "A " 20 00 10 00 "SH" 04 00 "S123" 10 00 10 00 "PN" 02 00 "D "`,
    shown:
      "(0008,103e)=AB (0008,1110)[{(0010,0020)=A (0020,0010)=S123}] (0010,0010)=D",
    losses: [
      "(0008,103e) has the length 24, but the next attribute follows after 2 bytes",
    ],
  },
  {
    name: "a value length that covers an attribute, far before other damage",
    bytes:
      '08 00 30 10 "LO" 18 00 "Thorax" 08 00 3E 10 "LO" 0A 00 "Thorax seq" 10 00 10 00 "PN" 06 00 "Doe^J " 18 00 10 00 "LO" 88 13 "1 "',
    shown:
      "(0008,1030)=Thorax (0008,103e)=Thorax seq (0010,0010)=Doe^J (0018,0010)=1",
    losses: [
      "(0008,1030) has the length 24, but the next attribute follows after 6 bytes",
      "(0018,0010) has the length 5000, but the next attribute follows after 2 bytes",
    ],
  },
  {
    name: "a text with the rest of a buffer after its NUL",
    bytes: '10 00 10 00 "PN" 10 00 "Doe^J" 00 "leftovers" 00',
    shown: "(0010,0010)=Doe^J\0leftovers",
  },
  {
    name: "an attribute that occurs twice with the same value",
    bytes: '10 00 20 00 "LO" 02 00 "A " 10 00 20 00 "LO" 02 00 "A "',
    shown: "(0010,0020)=A",
    warnings: ["(0010,0020) occurs twice: the second one is ignored"],
  },
  {
    name: "an attribute that occurs twice with two values",
    bytes: '10 00 20 00 "LO" 02 00 "A " 10 00 20 00 "LO" 02 00 "B "',
    shown: "(0010,0020)=A",
    losses: ["(0010,0020) occurs twice: the second one is ignored"],
  },
  {
    name: "an item in implicit VR",
    bytes: `08 00 10 11 "SQ" 00 00 14 00 00 00 ${ITEM} 0C 00 00 00 ` +
      '10 00 20 00 04 00 00 00 "4711"',
    shown: "(0008,1110)[{(0010,0020)=4711}]",
    warnings: [
      "The item in (0008,1110)[1] is encoded in implicit VR little endian, not in explicit VR little endian",
    ],
  },
  {
    name: "half a number",
    bytes: '18 00 73 90 "FD" 04 00 01 02 03 04',
    shown: "(0018,9073)=\x01\x02\x03\x04",
    losses: ["(0018,9073) FD has 4 bytes, not a multiple of 8"],
  },
  {
    name: "a number and a part of the next",
    bytes: '18 00 13 93 "UL" 06 00 01 00 00 00 02 00',
    shown: "(0018,9313)=1",
    losses: ["(0018,9313) UL has 6 bytes, not a multiple of 4"],
  },
  {
    name: "half a tag in an item",
    bytes: `08 00 10 11 "SQ" 00 00 12 00 00 00 ${ITEM} 0A 00 00 00 ` +
      '28 00 09 00 "AT" 02 00 18 00',
    shown: "(0008,1110)[{(0028,0009)=\x18}]",
    losses: ["(0008,1110)[1](0028,0009) AT has 2 bytes, not a multiple of 4"],
  },
  {
    name: "a byte too many of words that are shown as numbers",
    bytes: '09 00 01 10 "OF" 00 00 05 00 00 00 01 02 03 04 05',
    shown: "(0009,1001)=\x01\x02\x03\x04\x05",
    losses: ["(0009,1001) OF has 5 bytes, not a multiple of 4"],
  },
  {
    name: "bytes of no meaning",
    bytes: "FF FE FD FC FB FA F9 F8 F7 F6",
    shown: "",
    losses: ["10 bytes after (0008,0052) cannot be read"],
  },
];
