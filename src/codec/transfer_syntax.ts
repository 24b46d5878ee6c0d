/** The transfer syntaxes as table rows (PS3.5 Annex A, PS3.6 Table A-1). Does not depend on sockets or files. */

/** How a dataset is laid out in bytes. */
export interface TransferSyntax {
  /** UID, PS3.6 Table A-1. */
  readonly uid: string;
  /** Short name for dumps. */
  readonly name: string;
  /** Byte order of multi-byte numbers. */
  readonly littleEndian: boolean;
  /** Whether the VR is written in each element (PS3.5 7.1.2) or known from the dictionary (7.1.3). */
  readonly explicitVr: boolean;
  /** Whether the whole dataset is a raw deflate stream (PS3.5 A.5). */
  readonly deflated: boolean;
  /** Whether pixel data is encapsulated (PS3.5 A.4); everything else is then explicit VR little endian. */
  readonly encapsulated: boolean;
}

/** Implicit VR Little Endian, the default transfer syntax (PS3.5 A.1, 10.1). */
export const IMPLICIT_LE: TransferSyntax = {
  uid: "1.2.840.10008.1.2",
  name: "Little Endian Implicit",
  littleEndian: true,
  explicitVr: false,
  deflated: false,
  encapsulated: false,
};

/** Explicit VR Little Endian (PS3.5 A.2). */
export const EXPLICIT_LE: TransferSyntax = {
  uid: "1.2.840.10008.1.2.1",
  name: "Little Endian Explicit",
  littleEndian: true,
  explicitVr: true,
  deflated: false,
  encapsulated: false,
};

/** Explicit VR Big Endian, retired (PS3.5 2016b A.3). */
export const EXPLICIT_BE: TransferSyntax = {
  uid: "1.2.840.10008.1.2.2",
  name: "Big Endian Explicit",
  littleEndian: false,
  explicitVr: true,
  deflated: false,
  encapsulated: false,
};

/** Deflated Explicit VR Little Endian (PS3.5 A.5). */
export const DEFLATED_LE: TransferSyntax = {
  uid: "1.2.840.10008.1.2.1.99",
  name: "Deflated Explicit VR Little Endian",
  littleEndian: true,
  explicitVr: true,
  deflated: true,
  encapsulated: false,
};

const BY_UID = new Map(
  [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE].map((
    syntax,
  ) => [syntax.uid, syntax]),
);

/**
 * The layout of a transfer syntax. Every other UID below the DICOM root is an encapsulated one, which files use and whose
 * datasets are explicit VR little endian (PS3.5 A.4); undefined for UIDs outside of it.
 */
export function transferSyntaxOf(uid: string): TransferSyntax | undefined {
  const syntax = BY_UID.get(uid);
  if (syntax !== undefined || !uid.startsWith("1.2.840.10008.1.2.")) {
    return syntax;
  }
  return { ...EXPLICIT_LE, uid, name: uid, encapsulated: true };
}
