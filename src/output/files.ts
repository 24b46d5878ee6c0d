/**
 * `-X` and `-Xx`: names and contents of the file of one response, as DCMTK names and fills them. Does not depend on any file
 * system: where and how bytes are stored is the caller's.
 */
import { encodeFile } from "../file/part10.ts";
import { dcmtkXmlFile } from "./dcmtk/xml.ts";
import type { MatchRecord, TextOptions } from "./writer.ts";

/** A file to be written. */
export interface NamedBytes {
  /** Name without directory. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Media Storage SOP Class UID that DCMTK's findscu puts into response files: private to it, as identifiers are not instances of a
 * storage class.
 */
const RESPONSE_SOP_CLASS = "1.2.276.0.7230010.3.1.0.1";

/** The origin recorded in a DICOM file. */
export interface FileIdentity {
  /** A new UID for each file. */
  readonly newUid: () => string;
  readonly implementationClassUid: string;
  readonly implementationVersionName?: string;
  /** Write the VRs that came after 1993 as OB (`-u`). */
  readonly oldVrs?: boolean;
  /** The prefix of the file's name; `rsp` if absent. */
  readonly stem?: string;
}

/** `rsp0001.dcm`, with another stem `studies0001.dcm`; numbers beyond four digits get longer names. */
export function responseFileName(
  number: number,
  suffix: "dcm" | "xml",
  stem = "rsp",
): string {
  return `${stem}${String(number).padStart(4, "0")}.${suffix}`;
}

/**
 * `-X`: a PS3.10 file in the transfer syntax of the network, values as received, sequences of undefined length. Throws
 * `EncodeError` for data that the transfer syntax cannot carry.
 */
export function dicomFile(
  record: MatchRecord,
  identity: FileIdentity,
): NamedBytes {
  const { number, dataset, syntax } = record;
  const version = identity.implementationVersionName;
  const bytes = encodeFile(dataset, syntax, {
    sopClassUid: RESPONSE_SOP_CLASS,
    sopInstanceUid: identity.newUid(),
    implementationClassUid: identity.implementationClassUid,
    ...(version === undefined ? {} : { implementationVersionName: version }),
  }, { oldVrs: identity.oldVrs ?? false, lengths: "undefined" });
  return { name: responseFileName(number, "dcm", identity.stem), bytes };
}

/** `-Xx`: DCMTK's XML of one response. */
export function xmlFile(
  record: MatchRecord,
  options: TextOptions = {},
): NamedBytes {
  return {
    name: responseFileName(record.number, "xml"),
    bytes: dcmtkXmlFile(record, options),
  };
}
