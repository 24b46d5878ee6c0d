/** Status codes of DIMSE responses as a table (PS3.7 Annex C, PS3.4 C.4.1.1.4 and the services named). Knows no network. */

import { advise, type Hint, type Remedy } from "../errors.ts";

/** What a status means for the operation. Only `pending` is not final. */
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
  /** What kind of end or response it is (PS3.7 Annex C). */
  readonly category: StatusCategory;
  /** The words that DCMTK's tools print for it. */
  readonly name: string;
  /** One plain phrase. */
  readonly meaning: string;
  /** What the user can do, where there is something. */
  readonly hint: string | undefined;
  /** What that comes to, for programs that have words of their own for it. */
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
/** Matching terminated by C-CANCEL (PS3.4 Table C.4-1). */
export const CANCEL = 0xfe00;

interface Row {
  readonly from: number;
  readonly to: number;
  readonly category: StatusCategory;
  readonly name: string;
  readonly meaning: string;
  readonly hint?: Hint;
}

const OTHER_MODEL = advise("Choose another information model", "model");
const LOG_HINT = "Check the peer's log";
/** What to look at where the keys are at fault. */
export const KEYS_HINT =
  "Check the query level, and that the unique keys of the levels above have single values";

/** One row per code or range; the first that fits counts. */
const STATUS_TABLE: readonly Row[] = [
  {
    from: 0x0000,
    to: 0x0000,
    category: "success",
    name: "Success",
    meaning: "matching is complete",
  },
  {
    from: 0xff00,
    to: 0xff00,
    category: "pending",
    name: "Pending",
    meaning: "matches are continuing",
  },
  {
    from: 0xff01,
    to: 0xff01,
    category: "pending",
    name: "Pending: WarningUnsupportedOptionalKeys",
    meaning:
      "matches are continuing, at least one optional key is not supported",
  },
  {
    from: 0xff02,
    to: 0xffff,
    category: "pending",
    name: "Pending",
    meaning: "pending, with a code that the standard does not define",
  },
  {
    from: 0xfe00,
    to: 0xfe00,
    category: "cancel",
    name: "Cancel: MatchingTerminatedDueToCancelRequest",
    meaning: "matching was ended by the cancel request",
  },
  {
    from: 0x0105,
    to: 0x0105,
    category: "failure",
    name: "Failed: NoSuchAttribute",
    meaning: "no such attribute",
    hint: KEYS_HINT,
  },
  {
    from: 0x0106,
    to: 0x0106,
    category: "failure",
    name: "Failed: InvalidAttributeValue",
    meaning: "an attribute value is not valid",
    hint: KEYS_HINT,
  },
  {
    from: 0x0107,
    to: 0x0107,
    category: "warning",
    name: "Warning: AttributeListError",
    meaning: "one or more attributes were not recognised",
  },
  {
    from: 0x0110,
    to: 0x0110,
    category: "failure",
    name: "Failed: ProcessingFailure",
    meaning: "general failure in processing the operation",
    hint: LOG_HINT,
  },
  {
    from: 0x0111,
    to: 0x0111,
    category: "failure",
    name: "Failed: DuplicateSOPInstance",
    meaning: "duplicate SOP instance",
  },
  {
    from: 0x0112,
    to: 0x0112,
    category: "failure",
    name: "Failed: NoSuchSOPInstance",
    meaning: "no such SOP instance",
  },
  {
    from: 0x0115,
    to: 0x0115,
    category: "failure",
    name: "Failed: InvalidArgumentValue",
    meaning: "an argument value is out of range or not appropriate",
    hint: KEYS_HINT,
  },
  {
    from: 0x0116,
    to: 0x0116,
    category: "warning",
    name: "Warning: AttributeValueOutOfRange",
    meaning: "an attribute value is out of range",
  },
  {
    from: 0x0117,
    to: 0x0117,
    category: "failure",
    name: "Failed: InvalidObjectInstance",
    meaning: "the SOP instance UID violates the UID construction rules",
  },
  {
    from: 0x0118,
    to: 0x0118,
    category: "failure",
    name: "Failed: NoSuchSOPClass",
    meaning: "no such SOP class",
    hint: OTHER_MODEL,
  },
  {
    from: 0x0119,
    to: 0x0119,
    category: "failure",
    name: "Failed: ClassInstanceConflict",
    meaning: "the SOP instance is not of the SOP class named",
  },
  {
    from: 0x0120,
    to: 0x0120,
    category: "failure",
    name: "Failed: MissingAttribute",
    meaning: "a required attribute is missing",
    hint: KEYS_HINT,
  },
  {
    from: 0x0121,
    to: 0x0121,
    category: "failure",
    name: "Failed: MissingAttributeValue",
    meaning: "a required attribute has no value",
    hint: KEYS_HINT,
  },
  {
    from: 0x0122,
    to: 0x0122,
    category: "failure",
    name: "Refused: SOPClassNotSupported",
    meaning: "the SOP class is not supported",
    hint: OTHER_MODEL,
  },
  {
    from: 0x0124,
    to: 0x0124,
    category: "failure",
    name: "Refused: NotAuthorized",
    meaning: "the peer does not allow this operation to this user",
    hint: "Ask the peer's administrator to allow queries from this AE",
  },
  {
    from: 0x0210,
    to: 0x0210,
    category: "failure",
    name: "Failed: DuplicateInvocation",
    meaning: "the message id is already in use",
  },
  {
    from: 0x0211,
    to: 0x0211,
    category: "failure",
    name: "Failed: UnrecognizedOperation",
    meaning: "the peer does not recognise this operation",
  },
  {
    from: 0x0212,
    to: 0x0212,
    category: "failure",
    name: "Failed: MistypedArgument",
    meaning: "a parameter was not agreed for the association",
  },
  {
    from: 0x0213,
    to: 0x0213,
    category: "failure",
    name: "Failed: ResourceLimitation",
    meaning: "the peer lacks the resources for this operation",
    hint: "Narrow the query or try again later",
  },
  {
    from: 0xa700,
    to: 0xa700,
    category: "failure",
    name: "Refused: OutOfResources",
    meaning:
      "the peer is out of resources, often because there are too many matches",
    hint: "Narrow the query, for example with a date range, or try again later",
  },
  {
    from: 0xa710,
    to: 0xa710,
    category: "failure",
    name: "Failed: InvalidPriorRecordKey",
    meaning: "the prior record key is not valid",
  },
  {
    from: 0xa700,
    to: 0xa7ff,
    category: "failure",
    name: "Refused: OutOfResources",
    meaning: "the peer is out of resources",
    hint: "Narrow the query, for example with a date range, or try again later",
  },
  {
    from: 0xa900,
    to: 0xa900,
    category: "failure",
    name: "Error: DataSetDoesNotMatchSOPClass",
    meaning: "the identifier does not fit the information model",
    hint: KEYS_HINT,
  },
  {
    from: 0xa900,
    to: 0xa9ff,
    category: "failure",
    name: "Error: DataSetDoesNotMatchSOPClass",
    meaning: "the identifier does not fit the information model",
    hint: KEYS_HINT,
  },
  {
    from: 0xb001,
    to: 0xb001,
    category: "warning",
    name: "Warning: MatchingReachedResponseLimit",
    meaning: "the peer's limit of responses was reached, there may be more",
    hint: "Narrow the query to get the rest",
  },
  {
    from: 0x0001,
    to: 0x0001,
    category: "warning",
    name: "Warning",
    meaning: "warning",
  },
  {
    from: 0xb000,
    to: 0xbfff,
    category: "warning",
    name: "Warning",
    meaning: "complete with a warning",
  },
  {
    from: 0xc000,
    to: 0xcfff,
    category: "failure",
    name: "Failed: UnableToProcess",
    meaning: "the peer was unable to process the query",
    hint: LOG_HINT,
  },
];

/** A status as `0xHHHH`, lower-case, four digits. */
export function formatStatus(status: number): string {
  return `0x${status.toString(16).padStart(4, "0")}`;
}

/** Everything known of a status; unknown ones are failures, with their number kept. */
export function statusInfo(status: number): StatusInfo {
  for (const row of STATUS_TABLE) {
    if (status >= row.from && status <= row.to) {
      return {
        status,
        category: row.category,
        name: row.name,
        meaning: row.meaning,
        ...hintOf(row),
      };
    }
  }
  return {
    status,
    category: "failure",
    name: `Unknown Status: 0x${status.toString(16)}`,
    meaning: "a status that the standard does not define",
    hint: LOG_HINT,
    remedy: undefined,
  };
}

function hintOf({ hint }: Row): Pick<StatusInfo, "hint" | "remedy"> {
  return typeof hint === "object"
    ? { hint: hint.text, remedy: hint.remedy }
    : { hint, remedy: undefined };
}

/** Whether more responses follow: what `statusInfo` says, at no cost, since it is asked of every match. */
export function isPending(status: number): boolean {
  return status >= PENDING;
}

/** The rows, for documentation. */
export function statusTable(): readonly Readonly<Row>[] {
  return STATUS_TABLE;
}
