/**
 * Named misbehaviour of a mock SCP, as data: known behaviour of peers in the field. `tap.ts` makes an SCP behave so.
 * Does not depend on bytes. Statuses PS3.7 Annex C and PS3.4 C.4.1.1.4; packing PS3.8 9.3.5 and Annex E; rejection PS3.8 9.3.4.
 */

/** How command and dataset fragments are spread over P-DATA-TF PDUs. */
export type Packing =
  /** Command and dataset of each response in one PDU. */
  | "one-pdu"
  /** The command with the first half of its dataset, then the rest. */
  | "command-and-half"
  /** Command and dataset in two fragments each, all four in one PDU. */
  | "four-fragments"
  /** A dataset with the command of the next response. */
  | "data-with-next-command"
  /** The last match with the final response. */
  | "last-with-final"
  /** All responses of a query in one PDU, up to 64 KiB. */
  | "everything"
  /** Fragments of 16 bytes, one to a PDU. */
  | "small-fragments"
  /** Fragments of 17 bytes: not even. */
  | "odd-fragments"
  /** A PDU without any PDV before each response. */
  | "empty-pdu"
  /** A PDV without data before the end of each dataset. */
  | "empty-fragment";

/** A change to the command set of responses. */
export type CommandEdit =
  | "message-id"
  | "no-group-length"
  | "dataset-denied"
  | "no-dataset"
  | "context-id"
  | "double-status"
  | "no-status"
  | "success-with-dataset"
  | "failure-with-dataset";

/** A change to the identifier of matches. */
export type IdentifierEdit =
  | "charset-missing"
  | "charset-misspelt"
  | "charset-wrong"
  | "un-vr"
  | "undefined-lengths"
  | "extra-attributes"
  | "dropped-attributes"
  | "emptied-attributes"
  | "invalid-values"
  | "uid-padding"
  | "status-in-dataset"
  | "oversize"
  | "truncated";

/** The effect of a fault. Numbers of matches count from the beginning of each query; times are milliseconds. */
export type FaultEffect =
  | {
    readonly kind: "reject";
    readonly result: number;
    readonly source: number;
    readonly reason: number;
  }
  | { readonly kind: "contexts"; readonly result: number }
  | {
    readonly kind: "silence";
    readonly from: "association" | "response" | "release";
  }
  | {
    readonly kind: "cut";
    readonly how: "abort" | "close" | "release";
    /** Instead of the answer to the association request, or after this many matches. */
    readonly at: "association" | number;
    /** Source of the A-ABORT. */
    readonly source?: number;
    /** Reason of the A-ABORT. */
    readonly reason?: number;
  }
  | {
    readonly kind: "release";
    readonly how: "close" | "collision" | "data";
  }
  | { readonly kind: "foreign"; readonly protocol: "http" | "tls" | "text" }
  | { readonly kind: "packing"; readonly packing: Packing }
  | { readonly kind: "command"; readonly edit: CommandEdit }
  | { readonly kind: "identifier"; readonly edit: IdentifierEdit }
  | { readonly kind: "pending"; readonly status: number }
  | {
    /** A response without dataset in between, after this many matches; the query continues. */
    readonly kind: "interjection";
    readonly status: number;
    readonly after: number;
  }
  | {
    /** The query ends this way after this many matches, even if there are more, and in the same way if there are fewer. */
    readonly kind: "final";
    readonly status: number;
    readonly after: number;
    /** Only if there are more matches. */
    readonly isLimit?: true;
    readonly comment?: string | undefined;
    readonly offendingElements?: readonly number[] | undefined;
  }
  | {
    readonly kind: "delay";
    /** Before the first response of a query. */
    readonly first: number;
    /** Before each further one. */
    readonly between: number;
  }
  | {
    readonly kind: "drip";
    /** Bytes at a time. */
    readonly size: number;
    /** Pause between them. */
    readonly pause: number;
  }
  | { readonly kind: "cancel"; readonly how: "ignored" | "success" }
  | { readonly kind: "stale"; readonly messageIdOffset: number };

/** A named fault. */
export interface Fault {
  /** Its name. */
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /**
   * Its effect.
   * @internal
   */
  readonly effect: FaultEffect;
}

function row(name: string, summary: string, effect: FaultEffect): Fault {
  return { name, summary, effect };
}

function rejection(
  name: string,
  summary: string,
  result: number,
  source: number,
  reason: number,
): Fault {
  return row(name, summary, { kind: "reject", result, source, reason });
}

function packing(kind: Packing, summary: string): Fault {
  return row(kind, summary, { kind: "packing", packing: kind });
}

function command(edit: CommandEdit, name: string, summary: string): Fault {
  return row(name, summary, { kind: "command", edit });
}

function identifier(edit: IdentifierEdit, summary: string): Fault {
  return row(edit, summary, { kind: "identifier", edit });
}

function final(
  name: string,
  summary: string,
  status: number,
  after: number,
  comment?: string,
  offendingElements?: readonly number[],
): Fault {
  return row(name, summary, {
    kind: "final",
    status,
    after,
    comment,
    offendingElements,
  });
}

/** A limit: whatever has no more matches is answered in full. */
function cap(
  name: string,
  summary: string,
  status: number,
  after: number,
  comment?: string,
): Fault {
  return row(name, summary, {
    kind: "final",
    status,
    after,
    comment,
    isLimit: true,
  });
}

// deno-fmt-ignore
/** All faults, in the order in which a peer can show them. */
export const FAULTS: readonly Fault[] = [
  // Before and during association establishment.
  row("http", "Answers in HTTP, as a web server on the port would", { kind: "foreign", protocol: "http" }),
  row("tls", "Answers with a TLS alert, as a TLS port would", { kind: "foreign", protocol: "tls" }),
  row("text", "Answers with a line of text, as a mail server would", { kind: "foreign", protocol: "text" }),
  row("no-answer", "Never answers the association request", { kind: "silence", from: "association" }),
  row("close-at-once", "Closes the connection on the association request", { kind: "cut", how: "close", at: "association" }),
  row("abort-at-once", "Aborts on the association request", { kind: "cut", how: "abort", at: "association" }),
  rejection("reject", "Rejects, permanently, without a reason", 1, 1, 1),
  rejection("reject-context-name", "Rejects the application context", 1, 1, 2),
  rejection("reject-calling", "Rejects the calling AE title", 1, 1, 3),
  rejection("reject-called", "Rejects the called AE title", 1, 1, 7),
  rejection("reject-acse", "Rejects by the provider, no reason", 1, 2, 1),
  rejection("reject-version", "Rejects the protocol version", 1, 2, 2),
  rejection("reject-congestion", "Rejects for congestion, for now", 2, 3, 1),
  rejection("reject-limit", "Rejects: too many associations, for now", 2, 3, 2),
  rejection("reject-odd", "Rejects with undefined codes", 9, 8, 77),
  row("no-context", "Accepts, but refuses every abstract syntax", { kind: "contexts", result: 3 }),
  row("no-syntax", "Accepts, but refuses every transfer syntax", { kind: "contexts", result: 4 }),
  // The way messages are packed.
  packing("one-pdu", "Command and dataset share a PDU"),
  packing("command-and-half", "The command shares a PDU with half the dataset"),
  packing("four-fragments", "Four fragments in a PDU"),
  packing("data-with-next-command", "A dataset shares a PDU with the next command"),
  packing("last-with-final", "The last match shares a PDU with the end"),
  packing("everything", "All responses in one PDU"),
  packing("small-fragments", "Commands and datasets in many small fragments"),
  packing("odd-fragments", "Fragments of odd length"),
  packing("empty-pdu", "P-DATA-TF without a PDV before each response"),
  packing("empty-fragment", "A PDV without data in each dataset"),
  // Commands.
  command("message-id", "wrong-message-id", "Answers another message id"),
  command("no-group-length", "no-group-length", "Commands without their length"),
  command("dataset-denied", "dataset-denied", "Announces no dataset, but sends one"),
  command("no-dataset", "no-dataset", "Matches without a dataset"),
  command("context-id", "wrong-context", "Answers on a context never proposed"),
  command("double-status", "double-status", "Numbers with two values"),
  command("no-status", "no-status", "Responses without a status"),
  command("success-with-dataset", "success-with-dataset", "The final success carries a dataset"),
  command("failure-with-dataset", "failure-with-dataset", "Fails with A900, its comment in a dataset"),
  // Statuses.
  row("all-ff01", "Every match has status FF01", { kind: "pending", status: 0xff01 }),
  row("all-ff02", "Every match has the unknown status FF02", { kind: "pending", status: 0xff02 }),
  row("warning-b001", "B001 without a dataset after the first match", { kind: "interjection", status: 0xb001, after: 1 }),
  final("final-b000", "Ends with the warning B000", 0xb000, 2),
  final("fail-a700", "Out of resources, after 2 matches", 0xa700, 2, "Too busy"),
  final("fail-a900", "Identifier refused at once, with element and comment", 0xa900, 0, "Wildcard is not supported here", [0x00100020]),
  final("fail-c001", "Unable to process, after 1 match", 0xc001, 1),
  final("fail-c502", "Unable to process C502, no comment", 0xc502, 0),
  final("fail-0110", "Processing failure", 0x0110, 0, "Database is down"),
  final("fail-0122", "SOP class not supported", 0x0122, 0),
  final("fail-0124", "Not authorised", 0x0124, 0),
  final("fail-0211", "Unrecognised operation", 0x0211, 0),
  cap("cap-5", "Stops silently after 5 matches", 0x0000, 5),
  cap("cap-10", "Stops after 10 matches with A700", 0xa700, 10, "Limit is 10"),
  final("cancelled", "Ends with status cancelled, without a request", 0xfe00, 1),
  // Ends before the final response.
  row("abort", "Aborts after 2 matches", { kind: "cut", how: "abort", at: 2 }),
  row("abort-on-query", "Accepts the association, aborts the query", { kind: "cut", how: "abort", at: 0 }),
  row("abort-odd", "Aborts with a source that is reserved", { kind: "cut", how: "abort", at: 1, source: 1, reason: 99 }),
  row("close", "Closes the connection after 2 matches", { kind: "cut", how: "close", at: 2 }),
  row("close-on-query", "Closes the connection on the query", { kind: "cut", how: "close", at: 0 }),
  row("release-mid-query", "Requests the release after 1 match", { kind: "cut", how: "release", at: 1 }),
  row("silent", "Accepts the query and never answers", { kind: "silence", from: "response" }),
  // Time.
  row("slow", "2 s before the first response, 100 ms between", { kind: "delay", first: 2000, between: 100 }),
  row("very-slow", "60 s before the first response", { kind: "delay", first: 60_000, between: 0 }),
  row("drip", "Sends byte by byte", { kind: "drip", size: 1, pause: 0 }),
  row("slow-drip", "Sends 7 bytes every 20 ms", { kind: "drip", size: 7, pause: 20 }),
  // Identifiers.
  identifier("charset-missing", "Text without Specific Character Set"),
  identifier("charset-misspelt", "Specific Character Set terms misspelt"),
  identifier("charset-wrong", "Declares ISO_IR 100, whatever the text is"),
  identifier("un-vr", "Known attributes with VR UN"),
  identifier("undefined-lengths", "Sequences and items of undefined length"),
  identifier("extra-attributes", "Attributes that were not requested"),
  identifier("dropped-attributes", "Every other attribute is missing"),
  identifier("emptied-attributes", "Every other attribute is empty"),
  identifier("invalid-values", "Values that break their VR"),
  identifier("uid-padding", "UIDs padded with blanks"),
  identifier("status-in-dataset", "Repeats the status in the dataset"),
  identifier("oversize", "PDUs longer than the announced maximum"),
  identifier("truncated", "Datasets that end too early"),
  // Cancel and release.
  row("cancel-ignored", "Does not react to C-CANCEL", { kind: "cancel", how: "ignored" }),
  row("cancel-success", "Ends a cancelled query with success", { kind: "cancel", how: "success" }),
  row("stale-response", "A match of an earlier message id comes first", { kind: "stale", messageIdOffset: -1 }),
  row("release-ignored", "Never answers the release request", { kind: "silence", from: "release" }),
  row("release-closed", "Closes instead of answering the release", { kind: "release", how: "close" }),
  row("release-collision", "Requests the release at the same time", { kind: "release", how: "collision" }),
  row("data-in-release", "Sends a match before the release response", { kind: "release", how: "data" }),
];

/** The fault of a name, exact case. */
export function faultNamed(name: string): Fault | undefined {
  return FAULTS.find((fault) => fault.name === name);
}
