/**
 * Which products announce which implementation class UID and version name (PS3.7 D.3.3.2), each with the source of that knowledge.
 * A toolkit is often all there is to see: archives built on it announce it as their own. Data with its look-up.
 */

import { IMPLEMENTATION_CLASS_UID } from "../association/negotiation.ts";

/** A row. */
export interface Product {
  readonly name: string;
  /** The implementation class UID begins with it. */
  readonly uid: string;
  /** A pattern that the version name must match as well. */
  readonly version?: RegExp;
  /** The source of this knowledge. */
  readonly source: string;
}

const OFFIS = "1.2.276.0.7230010.3.0.3.";

// deno-fmt-ignore
/** More special rows first. */
const PRODUCTS: readonly Product[] = [
  { name: "findscu serve", uid: IMPLEMENTATION_CLASS_UID, source: "findscu itself" },
  { name: "Orthanc", uid: OFFIS, version: /orthanc/i, source: "Orthanc's own associations" },
  { name: "DCMTK, or an archive built on it (Orthanc, Horos, OsiriX and others)", uid: OFFIS,
    source: "DCMTK, dcmdata/dcuid.h" },
  { name: "dcm4che 5 (dcm4chee-arc and others)", uid: "1.2.40.0.13.1.3",
    source: "dcm4che, org.dcm4che3.data.Implementation" },
  { name: "dcm4che 1 or 2 (dcm4chee 2 and others)", uid: "1.2.40.0.13.1.1",
    source: "dcm4che 2, org.dcm4che2.data.Implementation" },
  { name: "pynetdicom", uid: "1.2.826.0.1.3680043.9.3811.", source: "pynetdicom, its UID prefix" },
  { name: "fo-dicom", uid: "1.3.6.1.4.1.30071.8", source: "fo-dicom, DicomImplementation" },
  { name: "ClearCanvas", uid: "1.3.6.1.4.1.25403.1.1.1", source: "ClearCanvas, DicomImplementation" },
  { name: "DICOM-rs", uid: "2.25.262086406829110419931297894772577063974", source: "dicom-rs, dicom-object and dicom-ul" },
  { name: "Conquest DICOM server", uid: "1.2.826.0.1.3680043.2.135.1066.101", source: "Conquest, version.h" },
  { name: "dcmjs-dimse", uid: "1.2.826.0.1.3680043.10.854", source: "dcmjs-dimse, Constants.js" },
  { name: "GDCM", uid: "1.2.826.0.1.3680043.2.1143.107.104.103.115", source: "GDCM, gdcmFileMetaInformation.cxx" },
];

/** The product that announces these; undefined for one that is not in the table. */
export function productOf(
  uid: string,
  versionName: string | undefined,
): Product | undefined {
  return PRODUCTS.find((row) =>
    (uid === row.uid ||
      uid.startsWith(row.uid.endsWith(".") ? row.uid : `${row.uid}.`)) &&
    (row.version === undefined || row.version.test(versionName ?? ""))
  );
}
