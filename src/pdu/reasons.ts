/**
 * The meaning of the numbers in A-ASSOCIATE-RJ, A-ABORT and A-ASSOCIATE-AC (PS3.8 Tables 9-18, 9-21 and 9-26): a short
 * phrase for logs, a plain sentence for the user, and advice. Undefined numbers are shown as they are.
 */
import { advise, type Hint } from "../errors.ts";

/** Result of A-ASSOCIATE-RJ. */
export const RejectResult = { permanent: 1, transient: 2 } as const;

/** Source of A-ASSOCIATE-RJ. */
export const RejectSource = { user: 1, acse: 2, presentation: 3 } as const;

/** Reasons of A-ASSOCIATE-RJ when the source is the user. */
export const RejectReason = {
  none: 1,
  applicationContext: 2,
  callingAeTitle: 3,
  calledAeTitle: 7,
} as const;

/** Reasons of A-ASSOCIATE-RJ when the source is the presentation service. */
export const PresentationRejectReason = {
  temporaryCongestion: 1,
  localLimitExceeded: 2,
} as const;

/** Source of A-ABORT. */
export const AbortSource = { user: 0, provider: 2 } as const;

/** Reason of A-ABORT when the source is the provider. */
export const AbortReason = {
  none: 0,
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unrecognizedParameter: 4,
  unexpectedParameter: 5,
  invalidParameter: 6,
} as const;

/** Result of a presentation context. */
export const ContextResult = {
  accepted: 0,
  userRejection: 1,
  noReason: 2,
  abstractSyntax: 3,
  transferSyntaxes: 4,
} as const;

/** A code explained. */
export interface Explanation {
  /** Short phrases, as DICOM log files show them. */
  readonly short: string;
  /** A plain sentence, without a period. */
  readonly text: string;
  /** Advice for the user: one sentence without a period, or undefined. */
  readonly hint: Hint | undefined;
}

/** The three numbers of A-ASSOCIATE-RJ explained. */
export interface RejectExplanation extends Explanation {
  /** `Rejected Permanent`. */
  readonly result: string;
  /** `Service User`. */
  readonly source: string;
  /** `Called AE Title Not Recognized`. */
  readonly reason: string;
}

const REJECT_RESULTS: Readonly<Record<number, string>> = {
  1: "Rejected Permanent",
  2: "Rejected Transient",
};

const REJECT_SOURCES: Readonly<Record<number, string>> = {
  1: "Service User",
  2: "Service Provider (ACSE Related)",
  3: "Service Provider (Presentation Related)",
};

interface Row {
  readonly phrase: string;
  readonly text: string;
  readonly hint?: string;
}

const NO_REASON: Row = {
  phrase: "No Reason",
  text: "the peer gives no reason",
  hint: "Check the peer's log, and that it knows this host and " +
    "both AE titles",
};

/** By source, then reason (PS3.8 Table 9-21). */
const REJECT_REASONS: Readonly<Record<number, Readonly<Record<number, Row>>>> =
  {
    1: {
      1: NO_REASON,
      2: {
        phrase: "App Context Name Not Supported",
        text: "the peer does not support the DICOM application context",
        hint: "Check that the port belongs to a DICOM application",
      },
      3: {
        phrase: "Calling AE Title Not Recognized",
        text: "the peer does not recognise our calling AE title",
        hint:
          "Have the calling AE title registered at the peer, or use one that " +
          "it knows; titles are case-sensitive",
      },
      7: {
        phrase: "Called AE Title Not Recognized",
        text: "the peer does not recognise the called AE title",
        hint:
          "Find out the peer's AE title and set it; titles are case-sensitive",
      },
    },
    2: {
      1: NO_REASON,
      2: {
        phrase: "Protocol Version Not Supported",
        text: "the peer does not support version 1 of the upper layer protocol",
        hint: "Check that the port belongs to a DICOM application",
      },
    },
    3: {
      1: {
        phrase: "Temporary Congestion",
        text: "the peer is temporarily too busy",
        hint: "Try again later",
      },
      2: {
        phrase: "Local Limit Exceeded",
        text:
          "the peer has reached its limit of associations, in total or for this AE",
        hint: "Try again when other associations have ended",
      },
    },
  };

const UNKNOWN_PHRASE = "UNKNOWN";

/** Explains A-ASSOCIATE-RJ (PS3.8 9.3.4). */
export function explainReject(
  result: number,
  source: number,
  reason: number,
): RejectExplanation {
  const row = REJECT_REASONS[source]?.[reason];
  const resultText = REJECT_RESULTS[result] ?? UNKNOWN_PHRASE;
  const sourceText = REJECT_SOURCES[source] ?? UNKNOWN_PHRASE;
  const phrase = row?.phrase ?? UNKNOWN_PHRASE;
  const numbers = `result ${result}, source ${source}, reason ${reason}`;
  const isTransient = result === RejectResult.transient;
  return {
    result: resultText,
    source: sourceText,
    reason: phrase,
    short: `${resultText}, ${sourceText}, ${phrase}`,
    text: row === undefined
      ? `The peer rejected the association for a reason that DICOM does not define (${numbers})`
      : `The peer rejected the association${
        isTransient ? " for now" : ""
      }: ${row.text} (${numbers})`,
    hint: row?.hint ?? (isTransient ? "Try again later" : NO_REASON.hint),
  };
}

/** By reason, when the source is the provider (PS3.8 Table 9-26). */
const ABORT_REASONS: Readonly<Record<number, Row>> = {
  0: { phrase: "No Reason", text: "without giving a reason" },
  1: {
    phrase: "Unrecognized PDU",
    text: "because it received a PDU of a type that it does not know",
  },
  2: {
    phrase: "Unexpected PDU",
    text: "because it received a PDU that it did not expect",
  },
  4: {
    phrase: "Unrecognized PDU Parameter",
    text: "because it does not know a parameter of a PDU",
  },
  5: {
    phrase: "Unexpected PDU Parameter",
    text: "because it did not expect a parameter of a PDU",
  },
  6: {
    phrase: "Invalid PDU Parameter",
    text: "because a parameter of a PDU has a value that it considers invalid",
  },
};

/** Explains A-ABORT (PS3.8 9.3.8). The reason counts only when the provider aborts. */
export function explainAbort(source: number, reason: number): Explanation {
  const numbers = `source ${source}, reason ${reason}`;
  if (source === AbortSource.user) {
    return {
      short: "Service User",
      text: `The peer's application aborted the association (${numbers})`,
      hint: "Check the peer's log: it may not permit this AE title or " +
        "this kind of query, or has failed",
    };
  }
  if (source !== AbortSource.provider) {
    return {
      short: `${UNKNOWN_PHRASE} (${numbers})`,
      text:
        `The peer aborted the association with a source that DICOM does not define (${numbers})`,
      hint: "Check the peer's log",
    };
  }
  const row = ABORT_REASONS[reason] ?? {
    phrase: UNKNOWN_PHRASE,
    text: "for a reason that DICOM does not define",
  };
  return {
    short: `Service Provider, ${row.phrase}`,
    text:
      `The peer's network layer aborted the association ${row.text} (${numbers})`,
    hint: advise(
      "Check the peer's log, and the PDUs on this side",
      "show-pdus",
    ),
  };
}

const CONTEXT_RESULTS: Readonly<Record<number, Row>> = {
  0: { phrase: "Accepted", text: "accepted" },
  1: {
    phrase: "User Rejection",
    text: "rejected by the peer's application",
    hint: "Check that the peer permits this service to our AE title",
  },
  2: {
    phrase: "No Reason",
    text: "rejected without a reason",
    hint: "Check the peer's log",
  },
  3: {
    phrase: "Abstract Syntax Not Supported",
    text: "the peer does not support this SOP class",
    hint: "Find out which services the peer offers, and choose one of them",
  },
  4: {
    phrase: "Transfer Syntaxes Not Supported",
    text: "the peer supports none of the proposed transfer syntaxes",
    hint: "Every peer must support Implicit VR Little Endian: check its log",
  },
};

/** Explains the result of a presentation context (PS3.8 Table 9-18). */
export function explainContextResult(result: number): Explanation {
  const row = CONTEXT_RESULTS[result];
  if (row === undefined) {
    return {
      short: UNKNOWN_PHRASE,
      text: `result ${result}, which DICOM does not define`,
      hint: "Check the peer's log",
    };
  }
  return { short: row.phrase, text: row.text, hint: row.hint };
}
