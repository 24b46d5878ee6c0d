/**
 * `-X` and `-Xx`: names and contents of the file of one response, as DCMTK names and fills them. Does not depend on any file
 * system: where and how bytes are stored is the caller's.
 */
import { latin1 } from "../bytes/latin1.ts";
import { encodeDataset } from "../codec/encode.ts";
import type { TransferSyntax } from "../codec/transfer_syntax.ts";
import { encodeFileStart } from "../file/part10.ts";
import { dcmtkXmlFile } from "./dcmtk/xml.ts";
import type { MatchRecord, ReceivedDataset, TextOptions } from "./writer.ts";

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

/** The files of `-X` of one run. */
export class DicomFiles {
  readonly #identity: FileIdentity;
  readonly #starts: FileStart[] = [];

  constructor(identity: FileIdentity) {
    this.#identity = identity;
  }

  /**
   * A PS3.10 file in the transfer syntax of the network, values as received, sequences of undefined length. Throws `EncodeError`
   * for data that the transfer syntax cannot carry.
   */
  file(number: number, receivedDataset: ReceivedDataset): NamedBytes {
    const { syntax, dataset } = receivedDataset;
    const body = encodeDataset(dataset, syntax, {
      oldVrs: this.#identity.oldVrs ?? false,
      lengths: "undefined",
    });
    return this.#file(number, syntax, body);
  }

  /** The same file by the quick way, which reports nothing: what came is what it holds. Undefined if that is not certain. */
  unchanged(
    number: number,
    { elements, syntax }: ReceivedDataset,
  ): NamedBytes | undefined {
    return elements?.isAsEncoded === true && this.#identity.oldVrs !== true
      ? this.#file(number, syntax, elements.whole)
      : undefined;
  }

  #file(number: number, syntax: TransferSyntax, body: Uint8Array): NamedBytes {
    const { newUid, stem } = this.#identity;
    const start = this.#start(syntax, newUid());
    const bytes = new Uint8Array(start.length + body.length);
    bytes.set(start);
    bytes.set(body, start.length);
    return { name: responseFileName(number, "dcm", stem), bytes };
  }

  /** Everything before the dataset. It differs in one UID, which is put into the last start with one as long. */
  #start(syntax: TransferSyntax, uid: string): Uint8Array {
    let start = this.#starts.find((one) =>
      one.syntax.uid === syntax.uid && one.uid.length === uid.length
    );
    if (start === undefined) {
      start = fileStart(syntax, uid, this.#identity);
      this.#starts.push(start);
    }
    const { bytes, uidAt } = start;
    for (let at = 0; at < uid.length; at++) {
      bytes[uidAt + at] = uid.charCodeAt(at);
    }
    return bytes;
  }
}

/** Tag and VR of Media Storage SOP Instance UID; its length follows. */
const UID_HEAD = "\x02\x00\x03\x00UI";

/** The beginning of a file, to be made that of another one. */
interface FileStart {
  readonly syntax: TransferSyntax;
  /** The instance's UID that it was made with. */
  readonly uid: string;
  readonly bytes: Uint8Array;
  /** The offset of the UID. */
  readonly uidAt: number;
}

function fileStart(
  syntax: TransferSyntax,
  uid: string,
  identity: FileIdentity,
): FileStart {
  const version = identity.implementationVersionName;
  const bytes = encodeFileStart(syntax, {
    sopClassUid: RESPONSE_SOP_CLASS,
    sopInstanceUid: uid,
    implementationClassUid: identity.implementationClassUid,
    ...(version === undefined ? {} : { implementationVersionName: version }),
  });
  const uidAt = latin1(bytes).indexOf(UID_HEAD) + UID_HEAD.length + 2;
  return { syntax, uid, bytes, uidAt };
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
