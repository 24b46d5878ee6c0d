/** Keys with a wrong path, and what is said of them: reason, carets below the key, hint. */

const ATTRIBUTE =
  "Name an attribute by keyword or tag, for example PatientName or (0010,0010)";
const KEYWORD = "Name an attribute by its DICOM keyword, or by tag";
const TAG =
  "Write a tag as (gggg,eeee), gggg,eeee or ggggeeee in hexadecimal digits";
const NEXT =
  'Write "." before the next attribute, "[n]" for an item, or "=" before the value';
const WILDCARD = 'Put wildcards in the value, after "="';
const COUNTED = "Items are counted from 0";
const PRIVATE =
  'Write the group, and xx for the block, for example "ACME 1.1":0009,xx01';
const BLOCKS = "Private blocks run from 10 to ff";

/** Keys (the last one is wrong), reason, the line of carets, and the hint. */
export type KeyErrorRow = readonly [
  keys: string | readonly string[],
  reason: string,
  carets: string,
  hint?: string,
];

export const PATH_ERROR_ROWS: readonly KeyErrorRow[] = [
  [
    "StudyDate>=20200101",
    'unknown keyword "StudyDate>"',
    "^^^^^^^^^^",
    "Write = between attribute and value; a range is part of the value, as in StudyDate=20260101-",
  ],
  [
    "PatientNam=x",
    'unknown keyword "PatientNam"',
    "^^^^^^^^^^",
    "Did you mean PatientName, PatientID or PatientSex?",
  ],
  [
    "ReferencedStudySequence/Modality=x",
    'unknown keyword "ReferencedStudySequence/Modality"',
    "^".repeat(32),
    'Write "." between sequence and attribute',
  ],
  [
    "Serving demo: 67 patients, 262 studies",
    '"Serving demo: 67 patients, 262…" is not a tag',
    "^".repeat(38),
    "Write a tag as (gggg,eeee), gggg,eeee or ggggeeee in hexadecimal digits",
  ],
  ...(["'", "\u2018", "\u201c"] as const).map((quote): KeyErrorRow => [
    `${quote}PatientName=x${quote}`,
    `unknown keyword "${quote}PatientName"`,
    "^".repeat(12),
    "The shell left the quotes in the key: write straight double ones",
  ]),
  [
    "patientname=x",
    'unknown keyword "patientname"',
    "^^^^^^^^^^^",
    "Did you mean PatientName, PatientAge or PatientSize?",
  ],
  [
    "Patient Name=x",
    'unknown keyword "Patient Name"',
    "^^^^^^^^^^^^",
    "Did you mean PatientName, PatientAge or PatientState?",
  ],
  [
    "PATIENTNAME",
    'unknown keyword "PATIENTNAME"',
    "^^^^^^^^^^^",
    "Did you mean PatientName, PatientAge or PatientSize?",
  ],
  ["SQ=", 'unknown keyword "SQ"', "^^", KEYWORD],
  ["Foo", 'unknown keyword "Foo"', "^^^", KEYWORD],
  ["Xyzzyx=1", 'unknown keyword "Xyzzyx"', "^^^^^^", KEYWORD],
  ["10x10=a", '"10x10" is not a tag', "^^^^^", TAG],
  [
    "RETIRED_PatientName",
    'unknown keyword "RETIRED_PatientName"',
    "^^^^^^^^^^^^^^^^^^^",
    KEYWORD,
  ],
  [
    "GenericGroupLength=4",
    'unknown keyword "GenericGroupLength"',
    "^^^^^^^^^^^^^^^^^^",
    KEYWORD,
  ],
  ["é=1", 'unknown keyword "é"', "^", KEYWORD],
  [
    "StudyDescripton.Modality=CT",
    'unknown keyword "StudyDescripton"',
    "^^^^^^^^^^^^^^^",
    "Did you mean StudyDescription, StrainDescription or LUTDescriptor?",
  ],
  ["=abc", "attribute missing", "^", ATTRIBUTE],
  [".", "attribute missing", "^", ATTRIBUTE],
  [" ", "attribute missing", " ^", ATTRIBUTE],
  ["[0]", "attribute missing", "^", ATTRIBUTE],
  [
    "ReferencedSeriesSequence[0].",
    "attribute missing",
    "                            ^",
    ATTRIBUTE,
  ],
  [
    "ReferencedSeriesSequence[0].=x",
    "attribute missing",
    "                            ^",
    ATTRIBUTE,
  ],
  [
    "ReferencedSeriesSequence..Modality",
    "attribute missing",
    "                         ^",
    ATTRIBUTE,
  ],
  [".Modality", "attribute missing", "^", ATTRIBUTE],
  ["0010=x", '"0010" is not a tag', "^^^^", TAG],
  ["0010,=x", '"0010," is not a tag', "^^^^^", TAG],
  [",0010=x", '",0010" is not a tag', "^^^^^", TAG],
  ["0010,zzzz=x", '"0010,zzzz" is not a tag', "^^^^^^^^^", TAG],
  ["0010,0010junk=x", '"0010,0010junk" is not a tag', "^^^^^^^^^^^^^", TAG],
  ["0010,0010)=x", '"0010,0010)" is not a tag', "^^^^^^^^^^", TAG],
  ["0010,0010,=x", '"0010,0010," is not a tag', "^^^^^^^^^^", TAG],
  ["(0010,0010", '")" missing after the tag', "^^^^^^^^^^"],
  ["(0010,0010 =x", '")" missing after the tag', "^^^^^^^^^^^^^"],
  [
    "(0010,0010)junk=x",
    'unexpected "j" after the attribute',
    "           ^",
    NEXT,
  ],
  ["0010 0010=x", '"0010 0010" is not a tag', "^^^^^^^^^", TAG],
  ["001000100=x", '"001000100" is not a tag', "^^^^^^^^^", TAG],
  [
    "10010,0010=x",
    'group or element number too large in "10010,0010"',
    "^^^^^^^^^^",
  ],
  [
    "0010,10010=x",
    'group or element number too large in "0010,10010"',
    "^^^^^^^^^^",
  ],
  ["(fffff,0)", 'group or element number too large in "fffff,0"', "^^^^^^^^^"],
  ["00100010junk", '"00100010junk" is not a tag', "^^^^^^^^^^^^", TAG],
  ["0000,0002=1.2", "command elements cannot be part of a query", "^^^^^^^^^"],
  ["00000100", "command elements cannot be part of a query", "^^^^^^^^"],
  [
    "0002,0010=1.2",
    "file meta information cannot be part of a query",
    "^^^^^^^^^",
  ],
  [
    "TransferSyntaxUID",
    "file meta information cannot be part of a query",
    "^^^^^^^^^^^^^^^^^",
  ],
  [
    "fffe,e000=x",
    "items and delimiters cannot be part of a query",
    "^^^^^^^^^",
  ],
  ["Item", "items and delimiters cannot be part of a query", "^^^^"],
  [
    "CommandField=1",
    "command elements cannot be part of a query",
    "^^^^^^^^^^^^",
  ],
  ["0008,0000=4", "group lengths cannot be part of a query", "^^^^^^^^^"],
  ["0009,0000", "group lengths cannot be part of a query", "^^^^^^^^^"],
  [
    "ReferencedSeriesSequence[0].0010,0000=1",
    "group lengths cannot be part of a query",
    "                            ^^^^^^^^^",
  ],
  [
    "ReferencedSeriesSequence.0002,0010=1",
    "file meta information cannot be part of a query",
    "                         ^^^^^^^^^",
  ],
  ["PatientName*=x", '"*" is not allowed in a path', "           ^", WILDCARD],
  [
    "ReferencedSeriesSequence[*].Modality=CT",
    '"*" is not allowed in a path',
    "                         ^",
    "Give an item index, from 0",
  ],
  ["*", '"*" is not allowed in a path', "^", WILDCARD],
  ["(0010,00*0)", '"*" is not allowed in a path', "        ^", WILDCARD],
  [
    "ReferencedSeriesSequence[0",
    '"]" missing after the item index',
    "                        ^^",
  ],
  [
    "ReferencedSeriesSequence[a].Modality",
    '"a" is not an item index',
    "                         ^",
    COUNTED,
  ],
  [
    "ReferencedSeriesSequence[-1].Modality",
    '"-1" is not an item index',
    "                         ^^",
    COUNTED,
  ],
  [
    "ReferencedSeriesSequence[1x].Modality=CT",
    '"1x" is not an item index',
    "                         ^^",
    COUNTED,
  ],
  [
    "ReferencedSeriesSequence[1.5].Modality",
    '"1.5" is not an item index',
    "                         ^^^",
    COUNTED,
  ],
  [
    "ReferencedSeriesSequence[10000]",
    "item index 10000 is too large, at most 9999 is allowed",
    "                         ^^^^^",
  ],
  [
    "ReferencedSeriesSequence[99999999999999999999].Modality=x",
    "item index 99999999999999999999 is too large, at most 9999 is allowed",
    "                         ^^^^^^^^^^^^^^^^^^^^",
  ],
  [
    "ReferencedSeriesSequence[0]xModality=CT",
    'unexpected "x" after the attribute',
    "                           ^",
    NEXT,
  ],
  [
    "ReferencedSeriesSequence[0][1]",
    'unexpected "[" after the attribute',
    "                           ^",
    NEXT,
  ],
  [
    "ReferencedSeriesSequence[0]Modality",
    'unexpected "M" after the attribute',
    "                           ^",
    NEXT,
  ],
  [
    "ReferencedSeriesSequence=x",
    "a sequence cannot have a value",
    "                         ^",
    "Name an attribute of an item: Sequence[0].Attribute=value",
  ],
  [
    "ReferencedSeriesSequence[0]=x",
    "an item cannot have a value",
    "                            ^",
    "Name an attribute of the item: Sequence[0].Attribute=value",
  ],
  [
    "PatientID[0]=x",
    '"PatientID" is not a sequence but has VR LO',
    "^^^^^^^^^",
  ],
  ["PatientID[0]", '"PatientID" is not a sequence but has VR LO', "^^^^^^^^^"],
  [
    "PatientID[0].Modality=x",
    '"PatientID" is not a sequence but has VR LO',
    "^^^^^^^^^",
  ],
  [
    "PatientName.Modality=CT",
    '"PatientName" is not a sequence but has VR PN',
    "^^^^^^^^^^^",
  ],
  [
    "(0010,0010)[0]=x",
    '"(0010,0010)" is not a sequence but has VR PN',
    "^^^^^^^^^^^",
  ],
  [
    "ReferencedSeriesSequence.Modality[0]=CT",
    '"Modality" is not a sequence but has VR CS',
    "                         ^^^^^^^^",
  ],
  [
    "ReferencedSeriesSequence[0].PatientID.Modality=x",
    '"PatientID" is not a sequence but has VR LO',
    "                            ^^^^^^^^^",
  ],
  ['"ACME', "closing quote of the private creator missing", "^^^^^"],
  [
    '"ACME"0009,xx01',
    '":" missing after the private creator',
    "      ^^^^^^^^^",
    'Write "CREATOR":gggg,xxee',
  ],
  ['"ACME":', "not a private attribute", "       ^", PRIVATE],
  [
    '"ACME":0009,0001=x',
    "block 00 cannot be reserved",
    "       ^^^^^^^^^",
    BLOCKS,
  ],
  [
    '"ACME":0009,0101',
    "block 01 cannot be reserved",
    "       ^^^^^^^^^",
    BLOCKS,
  ],
  [
    '"ACME":0010,xx01',
    "group 0010 is not private",
    "       ^^^^^^^^^",
    "Private groups have odd numbers from 0009",
  ],
  ['"ACME":9,xx01', "not a private attribute", "       ^^^^^^", PRIVATE],
  ['"":0009,xx01', "not a private creator", "^^"],
  ['"A\\B":0009,xx01', "not a private creator", "^^^^^"],
  [
    '"ACME":PatientName',
    "not a private attribute",
    "       ^^^^^^^^^^^",
    PRIVATE,
  ],
  ['"ACME":0009,xx', "not a private attribute", "       ^^^^^^^", PRIVATE],
  [
    ["0009,0011=OTHER", '"ACME":0009,1101=41'],
    '(0009,0011) reserves that block for "OTHER"',
    "^^^^^^^^^^^^^^^^",
  ],
  [
    ["0009,1001=41", "0009,1001[0].Modality=CT"],
    "(0009,1001) is not a sequence but has a value of VR UN",
    "^^^^^^^^^",
  ],
  ["患者.PatientName=x", 'unknown keyword "患者"', "^^^^", KEYWORD],
];
