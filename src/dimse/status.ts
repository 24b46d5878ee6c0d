/**
 * Status codes of DIMSE responses as a table (PS3.7 Annex C, PS3.4 C.4.1.1.4 and the services named). Does not depend on the
 * network.
 */

import { advise, type Hint, type Remedy } from "../errors.ts";
import { hex } from "../bytes/hex.ts";
/** The meaning of a status for the operation. Only `pending` is not final. */
export type StatusCategory =
  | "success"
  | "pending"
  | "cancel"
  | "warning"
  | "failure";

/** A status, explained. */
export interface StatusInfo {
  /** The full 16-bit value, never bucketed. */
  readonly status: number;
  /** The kind of end or response (PS3.7 Annex C). */
  readonly category: StatusCategory;
  /** The words that DCMTK's tools print for it. */
  readonly name: string;
  /** One plain phrase. */
  readonly meaning: string;
  /** Advice for the user, if there is any. */
  readonly hint: string | undefined;
  /** The remedy behind that advice, for programs with their own words for it. */
  readonly remedy: Remedy | undefined;
}

/** C-FIND pending (PS3.4 Table C.4-1). */
export const PENDING = 0xff00;
/** C-FIND pending, at least one optional key was not supported for matching (PS3.4 Table C.4-1). */
export const PENDING_UNSUPPORTED_KEYS = 0xff01;
/** Success (PS3.7 C.1.1). */
export const SUCCESS = 0x0000;
/** The SOP class has no such operation (PS3.7 C.5). */
export const UNRECOGNIZED_OPERATION = 0x0211;
/** The peer refuses: out of resources (PS3.4 Table C.4-1). */
export const OUT_OF_RESOURCES = 0xa700;
/** Matching terminated by C-CANCEL (PS3.4 Table C.4-1). */
export const CANCEL = 0xfe00;

/** DCMTK's words at debug level are those of the statuses that its C-FIND knows by name. */
type Row = readonly [
  from: number,
  to: number,
  category: StatusCategory,
  name: string,
  meaning: string,
  hint?: Hint | undefined,
  dcmtkWords?: string,
];

const LOG_HINT = "Check the peer's log";
/** The keys to check for the cause. */
export const KEYS_HINT =
  "Check the query level, and that the unique keys of the levels above have single values";
const MODEL_HINT = advise("Choose another information model", "model");
const NARROW_HINT = advise(
  "Narrow the query, for example with a date range, or try again later",
  "split",
);
const ____ = undefined;

// deno-fmt-ignore
/** One row per code or range; the first that fits counts. */
const STATUS_TABLE: readonly Row[] = [
  [0x0000, 0x0000, "success", "Success", "matching is complete", ____, "Success: Matching is complete"],
  [0xff00, 0xff00, "pending", "Pending", "matches are continuing", ____, "Pending: Matches are continuing"],
  [0xff01, 0xff01, "pending", "Pending: WarningUnsupportedOptionalKeys", "matches are continuing, at least one optional key is not supported", ____, "Pending: Matches are continuing - Warning: Unsupported optional keys"],
  [0xff02, 0xffff, "pending", "Pending", "pending, with a code that the standard does not define"],
  [0xfe00, 0xfe00, "cancel", "Cancel: MatchingTerminatedDueToCancelRequest", "matching was ended by the cancel request", ____, "Cancel: Matching terminated due to Cancel Request"],
  [0x0105, 0x0105, "failure", "Failed: NoSuchAttribute", "no such attribute", KEYS_HINT],
  [0x0106, 0x0106, "failure", "Failed: InvalidAttributeValue", "an attribute value is not valid", KEYS_HINT],
  [0x0107, 0x0107, "warning", "Warning: AttributeListError", "one or more attributes were not recognised"],
  [0x0110, 0x0110, "failure", "Failed: ProcessingFailure", "general failure in processing the operation", LOG_HINT],
  [0x0111, 0x0111, "failure", "Failed: DuplicateSOPInstance", "duplicate SOP instance"],
  [0x0112, 0x0112, "failure", "Failed: NoSuchSOPInstance", "no such SOP instance"],
  [0x0115, 0x0115, "failure", "Failed: InvalidArgumentValue", "an argument value is out of range or not appropriate", KEYS_HINT],
  [0x0116, 0x0116, "warning", "Warning: AttributeValueOutOfRange", "an attribute value is out of range"],
  [0x0117, 0x0117, "failure", "Failed: InvalidObjectInstance", "the SOP instance UID violates the UID construction rules"],
  [0x0118, 0x0118, "failure", "Failed: NoSuchSOPClass", "no such SOP class", MODEL_HINT],
  [0x0119, 0x0119, "failure", "Failed: ClassInstanceConflict", "the SOP instance is not of the SOP class named"],
  [0x0120, 0x0120, "failure", "Failed: MissingAttribute", "a required attribute is missing", KEYS_HINT],
  [0x0121, 0x0121, "failure", "Failed: MissingAttributeValue", "a required attribute has no value", KEYS_HINT],
  [0x0122, 0x0122, "failure", "Refused: SOPClassNotSupported", "the SOP class is not supported", MODEL_HINT, "Refused: SOP Class not supported"],
  [0x0124, 0x0124, "failure", "Refused: NotAuthorized", "the peer does not allow this operation to this user", "Ask the peer's administrator to allow queries from this AE"],
  [0x0210, 0x0210, "failure", "Failed: DuplicateInvocation", "the message id is already in use"],
  [0x0211, 0x0211, "failure", "Failed: UnrecognizedOperation", "the peer does not recognise this operation"],
  [0x0212, 0x0212, "failure", "Failed: MistypedArgument", "a parameter was not agreed for the association"],
  [0x0213, 0x0213, "failure", "Failed: ResourceLimitation", "the peer lacks the resources for this operation", "Narrow the query or try again later"],
  [0xa700, 0xa700, "failure", "Refused: OutOfResources", "the peer is out of resources, often because there are too many matches", NARROW_HINT, "Refused: Out of resources"],
  [0xa710, 0xa710, "failure", "Failed: InvalidPriorRecordKey", "the prior record key is not valid"],
  [0xa700, 0xa7ff, "failure", "Refused: OutOfResources", "the peer is out of resources", NARROW_HINT],
  [0xa900, 0xa900, "failure", "Error: DataSetDoesNotMatchSOPClass", "the identifier does not fit the information model", KEYS_HINT, "Error: Data Set does not match SOP Class"],
  [0xa900, 0xa9ff, "failure", "Error: DataSetDoesNotMatchSOPClass", "the identifier does not fit the information model", KEYS_HINT],
  [0xb001, 0xb001, "warning", "Warning: MatchingReachedResponseLimit", "the peer's limit of responses was reached, there may be more", "Narrow the query to get the rest"],
  [0x0001, 0x0001, "warning", "Warning", "warning"],
  [0xb000, 0xbfff, "warning", "Warning", "complete with a warning"],
  [0xc000, 0xcfff, "failure", "Failed: UnableToProcess", "the peer was unable to process the query", LOG_HINT, "Failed: Unable to process"],
];

/** A status as `0xHHHH`, lower-case, four digits. */
export function formatStatus(status: number): string {
  return `0x${hex(status, 4)}`;
}

function rowOf(status: number): Row | undefined {
  return STATUS_TABLE.find(([from, to]) => status >= from && status <= to);
}

/** Everything known of a status; unknown ones are failures, with their number kept. */
export function statusInfo(status: number): StatusInfo {
  const [, , category, name, meaning, hint] = rowOf(status) ?? [
    status,
    status,
    "failure",
    unknownName(status),
    "a status that the standard does not define",
    LOG_HINT,
  ];
  return typeof hint === "object"
    ? { status, category, name, meaning, hint: hint.text, remedy: hint.remedy }
    : { status, category, name, meaning, hint, remedy: undefined };
}

function unknownName(status: number): string {
  return `Unknown Status: 0x${status.toString(16)}`;
}

/** DCMTK's name for a status of C-FIND, which it shows at info level. */
export function dcmtkStatusName(status: number): string {
  const [, , , name, , , words] = rowOf(status) ?? [];
  return name === undefined || words === undefined ? unknownName(status) : name;
}

/** DCMTK's words for the status of a C-FIND response at debug level. */
export function dcmtkStatusText(status: number): string {
  const [, , category, , , , words] = rowOf(status) ?? [];
  if (words !== undefined) return words;
  if (status >>> 8 === 0xa9) return dcmtkStatusText(0xa900);
  if (category === "warning") return "Warning";
  const first = status >>> 12;
  return first === 0xa || first === 0
    ? "Failure"
    : "Unknown Status Code (non-standard)";
}

/** Whether more responses follow: as `statusInfo` says, but cheaper, since it is needed for every match. */
export function isPending(status: number): boolean {
  return status >= PENDING;
}

/** Codes, categories and meanings, for documentation. */
export function statusTable(): readonly Readonly<
  { from: number; to: number; category: StatusCategory; meaning: string }
>[] {
  return STATUS_TABLE.map(([from, to, category, , meaning]) => ({
    from,
    to,
    category,
    meaning,
  }));
}
