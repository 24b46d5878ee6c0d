/**
 * Invariants, for any text or bytes that a user gives as keys or query file:
 *   1. the parsers give a value, a `UsageError` (typed keys) or an `InputError` (files), never another exception;
 *   2. a path that was read is written to a text that is read the same;
 *   3. what was built can be encoded, or is refused with an `EncodeError`.
 */
import assert from "node:assert/strict";
import { encodeDataset } from "../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { EncodeError, InputError, UsageError } from "../../../src/errors.ts";
import {
  parseQueryText,
  readQueryInput,
} from "../../../src/identifier/detect.ts";
import { parseDump } from "../../../src/identifier/dump_file.ts";
import { parseJsonQueries } from "../../../src/identifier/json_file.ts";
import {
  applyAssignment,
  applyKey,
  parseKey,
} from "../../../src/identifier/key.ts";
import {
  formatSelector,
  parseSelector,
} from "../../../src/identifier/selector.ts";
import { fuzzBytes, fuzzText } from "../../support/fuzz.ts";

const KEYS = [
  "PatientName=Doe^J*",
  "0008,0052=STUDY",
  "(0010,0020)=ID\\ID2",
  "ScheduledProcedureStepSequence[0].Modality=CT",
  "00400100[2].00080060",
  "RequestedProcedureCodeSequence[]",
  '"ACME":0009,xx01=41\\42',
  "Columns=512",
  "SelectorSTValue=1.5e3",
  "OffendingElement=(0010,0010)",
  "StudyDate=20240101-",
  "# comment",
];

const JSON_FILE = JSON.stringify({
  "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
  "00100010": { vr: "PN", Value: [{ Alphabetic: "Doe^Jane" }] },
  "00280010": { vr: "US", Value: [512] },
  "00400100": {
    vr: "SQ",
    Value: [{ "00400002": { vr: "DA", Value: ["20240101"] } }],
  },
  "00091001": { vr: "UN", InlineBinary: "AQID" },
});

const DUMP = `# Dicom-Data-Set
(0008,0052) CS [STUDY]        #   6, 1 QueryRetrieveLevel
(0010,0010) PN [Doe^J*]
(0028,0010) US 512
(0040,0100) SQ
  (fffe,e000) -
    (0040,0002) DA [20240101-]
  (fffe,e00d) -
(fffe,e0dd) -
(0009,1001) UN 01\\02
`;

/** Runs one that may refuse its input in this way. */
function refusing(
  documented: typeof UsageError | typeof InputError,
  act: () => Dataset | undefined,
): void {
  try {
    const dataset = act();
    if (dataset !== undefined) encodeDataset(dataset, EXPLICIT_LE);
  } catch (error) {
    if (error instanceof documented || error instanceof EncodeError) return;
    throw error;
  }
}

fuzzText("a typed key", KEYS, (text) => {
  refusing(UsageError, () => {
    const dataset = new Dataset();
    applyKey(dataset, text);
    applyKey(dataset, text);
    return dataset;
  });
});

fuzzText("a path", KEYS.map((key) => key.split("=")[0]!), (text) => {
  refusing(UsageError, () => {
    const selector = parseSelector(text);
    assert.deepEqual(parseSelector(formatSelector(selector)), selector);
    return undefined;
  });
});

fuzzText("a query text file", [KEYS.join("\n")], (text) => {
  refusing(InputError, () => {
    const dataset = new Dataset();
    for (const term of parseQueryText(text, "file")) {
      const assignment = parseKey(term);
      if (assignment !== undefined) applyAssignment(dataset, assignment);
    }
    return dataset;
  });
});

fuzzText("DICOM JSON", [JSON_FILE, `[${JSON_FILE}]`, "{}"], (text) => {
  refusing(InputError, () => parseJsonQueries(text, "file")[0]);
});

fuzzText("a dump", [DUMP], (text) => {
  const bytes = new TextEncoder().encode(text);
  refusing(InputError, () => parseDump(bytes, "file"));
});

const utf8 = new TextEncoder();
fuzzBytes(
  "query input of any kind",
  [
    utf8.encode(KEYS.join("\r\n")),
    utf8.encode(JSON_FILE),
    utf8.encode(DUMP),
    Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0),
    encodeDataset(
      Dataset.of(textElement(0x00080052, "CS", "STUDY")),
      EXPLICIT_LE,
    ),
  ],
  (bytes) => {
    refusing(InputError, () => {
      const [input] = readQueryInput(bytes, "file");
      return input === undefined || input.kind === "keys"
        ? undefined
        : input.dataset;
    });
  },
);
