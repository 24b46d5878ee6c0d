/** A folder of good and bad files for `mock:`, and what is served of it: the same on a disk and in memory. */
import assert from "node:assert/strict";
import { encodeDataset } from "../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../src/codec/transfer_syntax.ts";
import { rawElement, textElement } from "../../src/codec/values.ts";
import { Dataset, sequence } from "../../src/dataset/dataset.ts";
import { encodeFile } from "../../src/file/part10.ts";

/** Where the UIDs of these files begin. */
export const ROOT = "1.2.826.0.1.3680043.9.7003";

function meta(sopClassUid: string) {
  return {
    sopClassUid,
    sopInstanceUid: `${ROOT}.9`,
    implementationClassUid: ROOT,
  };
}

/** A CT image of a study of its own, with pixels. */
export function image(number: number, more = 0): Dataset {
  const text = (tag: number, vr: "UI" | "LO" | "PN" | "CS", value: string) =>
    textElement(tag, vr, value);
  return Dataset.of(
    text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
    text(0x00080018, "UI", `${ROOT}.${number}.1.${1 + more}`),
    text(0x00080060, "CS", "CT"),
    text(0x00100010, "PN", `Sample^Number ${number}`),
    text(0x00100020, "LO", `S${number}`),
    text(0x0020000d, "UI", `${ROOT}.${number}`),
    text(0x0020000e, "UI", `${ROOT}.${number}.1`),
    { tag: 0x7fe00010, vr: "OW", value: new Uint8Array(50_000) },
  );
}

/** The file of an image. */
export function file(dataset: Dataset, syntax: TransferSyntax = EXPLICIT_LE) {
  return encodeFile(dataset, syntax, meta("1.2.840.10008.5.1.4.1.1.2"));
}

/** A worklist item as wlmscpfs keeps it. */
const STEP = Dataset.of(
  textElement(0x00100010, "PN", "Waiting^Walter"),
  textElement(0x00100020, "LO", "W1"),
  sequence(0x00400100, [Dataset.of(textElement(0x00080060, "CS", "MR"))]),
);

/** The arguments of a query that shows what is served. */
export const COLUMNS = [
  "-q",
  "PatientName",
  "-q",
  "PatientID",
  "--format",
  "csv",
];

/** Writes the files by their paths below the folder. */
export function writeFolder(
  write: (name: string, content: string | Uint8Array) => unknown,
): void {
  write("mixed/a.dcm", file(image(1)));
  write("mixed/b", file(image(1, 1), IMPLICIT_LE));
  write("mixed/deep/c.dcm", file(image(2), DEFLATED_LE));
  write("mixed/deep/deeper/d.dcm", encodeDataset(image(3), EXPLICIT_LE));
  write("mixed/deep/step.wl", file(STEP));
  write("mixed/.hidden/e.dcm", file(image(4)));
  write("mixed/README.txt", "Not DICOM, and never mind");
  write("mixed/lockfile", "");
  write(
    "mixed/DICOMDIR",
    encodeFile(
      Dataset.of(rawElement(0x00041130, "CS", "SET")),
      EXPLICIT_LE,
      meta("1.2.840.10008.1.3.10"),
    ),
  );
  write("mixed/cut.dcm", file(image(5)).subarray(0, 300));
  write("mixed/short.wl", file(image(6)).subarray(0, 100));
  write("mixed/twice.dcm", file(image(1)));
  write("text/README.txt", "Not DICOM at all");
  write("broken/cut.dcm", file(image(5)).subarray(0, 300));
}

/** What a query with `COLUMNS` for the folder `mixed` has to print. */
export function checkMixed(
  { code, stdout, stderr }: {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  },
): void {
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    "PatientName,PatientID\r\nSample^Number 1,S1\r\nSample^Number 2,S2\r\nSample^Number 3,S3\r\n",
  );
  const lines = stderr.trimEnd().split("\n");
  assert.equal(lines.length, 3, stderr);
  assert.match(lines[0]!, /^W: ".*cut\.dcm" is ignored: /);
  assert.match(
    lines[1]!,
    /^W: ".*short\.wl" is left out: it holds no DICOM data$/,
  );
  assert.match(
    lines[2]!,
    /^W: ".*twice\.dcm": Second image with the same UID left out/,
  );
}
