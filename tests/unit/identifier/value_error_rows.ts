/** Keys with a wrong value, and what is said of them: reason, carets below the key, hint. */
import type { KeyErrorRow } from "./path_error_rows.ts";

const WHOLE = "US needs decimal numbers; separate several with backslashes";
const DECIMAL =
  "Write numbers with a decimal point; separate several with backslashes";
const TAGS = "Write tags as (gggg,eeee); separate several with backslashes";
const BYTES = "Write bytes in hexadecimal, separated by backslashes: 01\\ff";
const WORDS =
  "Write 16-bit words in hexadecimal, separated by backslashes: 0001\\ffff";
const UID =
  "Give the UID itself, or a keyword of PS3.6 Annex A such as =CTImageStorage";

export const VALUE_ERROR_ROWS: readonly KeyErrorRow[] = [
  ["Columns=12abc", '"12abc" is not a whole number', "        ^^^^^", WHOLE],
  [
    "Columns=70000",
    "70000 is out of range: US allows 0 to 65535",
    "        ^^^^^",
  ],
  ["Columns=-1", "-1 is out of range: US allows 0 to 65535", "        ^^"],
  ["Columns=12\\", "number missing", "           ^", WHOLE],
  ["Columns=\\12", "number missing", "        ^", WHOLE],
  [
    "Columns=1\\70000\\2",
    "70000 is out of range: US allows 0 to 65535",
    "          ^^^^^",
  ],
  ["Columns=0x10", '"0x10" is not a whole number', "        ^^^^", WHOLE],
  ["Columns=1.5", '"1.5" is not a whole number', "        ^^^", WHOLE],
  ["Columns= ", "number missing", "        ^", WHOLE],
  ["Columns=1 2", '"1 2" is not a whole number', "        ^^^", WHOLE],
  [
    "SelectorSSValue=32768",
    "32768 is out of range: SS allows -32768 to 32767",
    "                ^^^^^",
  ],
  [
    "SelectorULValue=4294967296",
    "4294967296 is out of range: UL allows 0 to 4294967295",
    "                ^^^^^^^^^^",
  ],
  [
    "SelectorULValue=-1",
    "-1 is out of range: UL allows 0 to 4294967295",
    "                ^^",
  ],
  [
    "SelectorSLValue=2147483648",
    "2147483648 is out of range: SL allows -2147483648 to 2147483647",
    "                ^^^^^^^^^^",
  ],
  [
    "SelectorUVValue=18446744073709551616",
    "18446744073709551616 is out of range: UV allows 0 to 18446744073709551615",
    "                ^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "SelectorSVValue=9223372036854775808",
    "9223372036854775808 is out of range: SV allows -9223372036854775808 to 9223372036854775807",
    "                ^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "SelectorOLValue=-1",
    "-1 is out of range: OL allows 0 to 4294967295",
    "                ^^",
  ],
  [
    "SmallestImagePixelValue=65536",
    "65536 is out of range: US or SS allows -32768 to 65535",
    "                        ^^^^^",
  ],
  [
    "SmallestImagePixelValue=-32769",
    "-32769 is out of range: US or SS allows -32768 to 65535",
    "                        ^^^^^^",
  ],
  [
    "SelectorFLValue=1,5",
    '"1,5" is not a number',
    "                ^^^",
    DECIMAL,
  ],
  [
    "SelectorFLValue=abc",
    '"abc" is not a number',
    "                ^^^",
    DECIMAL,
  ],
  [
    "SelectorFLValue=1e99",
    "1e99 is out of range of a 32-bit float",
    "                ^^^^",
  ],
  [
    "SelectorFDValue=1e999",
    "1e999 is out of range of a 64-bit float",
    "                ^^^^^",
  ],
  ["SelectorFDValue=1\\\\2", "number missing", "                  ^", DECIMAL],
  [
    "SelectorFDValue=0x1p3",
    '"0x1p3" is not a number',
    "                ^^^^^",
    DECIMAL,
  ],
  [
    "FrameIncrementPointer=x",
    '"x" is not a tag',
    "                      ^",
    TAGS,
  ],
  [
    "FrameIncrementPointer=(0018,1063)x",
    '"(0018,1063)x" is not a tag',
    "                      ^^^^^^^^^^^^",
    TAGS,
  ],
  [
    "FrameIncrementPointer=0018,1063\\",
    "tag missing",
    "                                ^",
    TAGS,
  ],
  [
    "FrameIncrementPointer=(10018,1063)",
    '"(10018,1063)" is not a tag',
    "                      ^^^^^^^^^^^^",
    TAGS,
  ],
  [
    "FrameIncrementPointer=PatientName",
    '"PatientName" is not a tag',
    "                      ^^^^^^^^^^^",
    TAGS,
  ],
  ["0009,1001=X", '"X" is not a hexadecimal number', "          ^", BYTES],
  [
    "0009,1001=0102",
    '"0102" has more than 2 hexadecimal digits',
    "          ^^^^",
    BYTES,
  ],
  [
    "0009,1001=foo",
    '"foo" is not a hexadecimal number',
    "          ^^^",
    BYTES,
  ],
  ["0009,1001=41\\", "hexadecimal number missing", "             ^", BYTES],
  ["0009,1001=-1", '"-1" is not a hexadecimal number', "          ^^", BYTES],
  [
    "ICCProfile=010203",
    '"010203" has more than 2 hexadecimal digits',
    "           ^^^^^^",
    BYTES,
  ],
  [
    "PixelData=01020304",
    '"01020304" has more than 4 hexadecimal digits',
    "          ^^^^^^^^",
    WORDS,
  ],
  [
    "SelectorOWValue=g\\1",
    '"g" is not a hexadecimal number',
    "                ^",
    WORDS,
  ],
  ["SOPClassUID==Foo", 'unknown UID keyword "Foo"', "            ^^^^", UID],
  [
    "SOPClassUID==CT Image Storage",
    'unknown UID keyword "CT Image Storage"',
    "            ^^^^^^^^^^^^^^^^^",
    UID,
  ],
  [
    "SOPClassUID=1.2\\=Nope",
    'unknown UID keyword "Nope"',
    "                ^^^^^",
    UID,
  ],
];
