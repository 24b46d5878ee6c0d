/** The kinds of query input. Apart from their readers, so that the command line knows their names without loading those. */

/** DICOM, text dump, query text (one key per line), JSON (DICOM JSON or keyed by keyword), Native DICOM Model. */
export const INPUT_KINDS = ["dicom", "dump", "keys", "json", "xml"] as const;

/** A kind of query input. */
export type InputKind = (typeof INPUT_KINDS)[number];
