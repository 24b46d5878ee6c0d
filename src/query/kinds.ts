/** The kinds of query input. Apart from what reads them, so that the command line knows their names without loading that. */

/** DICOM, text dump, query text (one key per line), DICOM JSON. */
export const INPUT_KINDS = ["dicom", "dump", "keys", "json"] as const;

/** A kind of query input. */
export type InputKind = (typeof INPUT_KINDS)[number];
