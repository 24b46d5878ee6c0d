/**
 * The seven PDUs of the DICOM upper layer and their items as plain data (PS3.8 9.3, PS3.7 Annex D.3.3).
 * Does not depend on bytes or states. Numbers with a code table stay numbers, so unknown codes survive;
 * their meaning is explained in `reasons.ts`.
 */

/** Any PDU. `type` is the discriminator. */
export type Pdu =
  | AssociateRq
  | AssociateAc
  | AssociateRj
  | PDataTf
  | ReleaseRq
  | ReleaseRp
  | Abort;

/** The PDU-type byte of each PDU (PS3.8 9.3.2 to 9.3.8). */
export const PDU_TYPES = {
  "associate-rq": 0x01,
  "associate-ac": 0x02,
  "associate-rj": 0x03,
  "p-data-tf": 0x04,
  "release-rq": 0x05,
  "release-rp": 0x06,
  "abort": 0x07,
} as const satisfies Record<Pdu["type"], number>;

/** PDU-type, reserved byte and PDU-length: the start of every PDU (PS3.8 9.3.1). */
export const PDU_HEADER_LENGTH = 6;

/** Item length, presentation context id and message control header: the start of every PDV (PS3.8 9.3.5.1). */
export const PDV_HEADER_LENGTH = 6;

/** Bytes that a P-DATA-TF with one PDV adds to the fragment. */
export const FRAGMENT_OVERHEAD = PDU_HEADER_LENGTH + PDV_HEADER_LENGTH;

/** Bytes of an AE title field, and of the reserved field after the two of an association PDU (PS3.8 Table 9-11). */
export const AE_TITLE_LENGTH = 16;
/** See `AE_TITLE_LENGTH`. */
export const RESERVED_LENGTH = 32;

/** The one version of the upper layer protocol, as a bit of Protocol-version (PS3.8 Table 9-11). */
export const PROTOCOL_VERSION_1 = 0x0001;

/** Bits of the message control header (PS3.8 E.2). */
export const IS_COMMAND = 0x01;
/** See `IS_COMMAND`. */
export const IS_LAST = 0x02;

/** The names of the PDUs, as the standard writes them. */
export const PDU_NAMES = {
  "associate-rq": "A-ASSOCIATE-RQ",
  "associate-ac": "A-ASSOCIATE-AC",
  "associate-rj": "A-ASSOCIATE-RJ",
  "p-data-tf": "P-DATA-TF",
  "release-rq": "A-RELEASE-RQ",
  "release-rp": "A-RELEASE-RP",
  "abort": "A-ABORT",
} as const satisfies Record<Pdu["type"], string>;

/** The one application context name that DICOM defines (PS3.7 A.2.1). */
export const DICOM_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";

/** The fields that A-ASSOCIATE-RQ and A-ASSOCIATE-AC have in common. */
export interface AssociateCommon {
  /** Bit field; bit 0 set means version 1, the only one there is. */
  readonly protocolVersion: number;
  /** Title of the acceptor, without padding. Only an echo in A-ASSOCIATE-AC. */
  readonly calledAeTitle: string;
  /** Title of the requestor, without padding. Only an echo in A-ASSOCIATE-AC. */
  readonly callingAeTitle: string;
  /** The 32 reserved bytes that the acceptor echoes; absent when they are all zero. */
  readonly reserved?: Uint8Array;
  /** Application context name; empty when the peer left the item out. */
  readonly applicationContext: string;
  /** The sender's information about itself and its proposals for negotiation. */
  readonly userInformation: UserInformation;
  /** Items of types that the standard does not define, in the order received. */
  readonly unknownItems: readonly UnknownItem[];
}

/** A-ASSOCIATE-RQ (PS3.8 9.3.2): the requestor proposes an association. */
export interface AssociateRq extends AssociateCommon {
  /** Which PDU it is. */
  readonly type: "associate-rq";
  /** The presentation contexts that are proposed. */
  readonly contexts: readonly ProposedContext[];
}

/** A-ASSOCIATE-AC (PS3.8 9.3.3): the acceptor agrees, perhaps to less than was proposed. */
export interface AssociateAc extends AssociateCommon {
  /** Which PDU it is. */
  readonly type: "associate-ac";
  /** The result of each proposed context. */
  readonly contexts: readonly AnsweredContext[];
}

/** A-ASSOCIATE-RJ (PS3.8 9.3.4). The numbers are as received, defined or not. */
export interface AssociateRj {
  readonly type: "associate-rj";
  /** 1 permanent, 2 transient. */
  readonly result: number;
  /** 1 service user, 2 provider (ACSE), 3 provider (presentation). */
  readonly source: number;
  /** Meaning depends on `source`. */
  readonly reason: number;
}

/** P-DATA-TF (PS3.8 9.3.5): fragments of messages. */
export interface PDataTf {
  readonly type: "p-data-tf";
  readonly pdvs: readonly Pdv[];
}

/** One presentation data value: a fragment of a command set or of a dataset (PS3.8 9.3.5.1, Annex E.2). */
export interface Pdv {
  /** Presentation context id. */
  contextId: number;
  /** Bit 0 of the message control header: command rather than dataset. */
  isCommand: boolean;
  /** Bit 1 of the message control header: nothing of this command or dataset follows. */
  isLast: boolean;
  /** The fragment; a view of the received bytes, never a copy. */
  data: Uint8Array;
}

/** A-RELEASE-RQ (PS3.8 9.3.6). */
export interface ReleaseRq {
  readonly type: "release-rq";
}

/** A-RELEASE-RP (PS3.8 9.3.7). */
export interface ReleaseRp {
  readonly type: "release-rp";
}

/** A-ABORT (PS3.8 9.3.8). The numbers are as received, defined or not. */
export interface Abort {
  readonly type: "abort";
  /** 0 service user, 2 service provider. */
  readonly source: number;
  /** Significant when the provider aborts. */
  readonly reason: number;
}

/** Presentation context item of A-ASSOCIATE-RQ (PS3.8 9.3.2.2). */
export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number;
  /** UID of the abstract syntax; empty when the peer left the sub-item out. */
  readonly abstractSyntax: string;
  /** UIDs, in order of preference. */
  readonly transferSyntaxes: readonly string[];
}

/** Presentation context item of A-ASSOCIATE-AC (PS3.8 9.3.3.2). */
export interface AnsweredContext {
  /** As in the request. */
  readonly id: number;
  /** 0 acceptance, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes not supported. */
  readonly result: number;
  /** Undefined when the sub-item is missing, as some acceptors leave it out of rejected contexts. */
  readonly transferSyntax: string | undefined;
}

/** User information item (PS3.8 9.3.2.3, PS3.7 D.3.3): whatever sub-items were present. */
export interface UserInformation {
  /** Largest P-DATA-TF length that the sender accepts, 0 for any; undefined when not stated (PS3.8 D.1). */
  readonly maxPduLength?: number;
  /** PS3.7 D.3.3.2.1. */
  readonly implementationClassUid?: string;
  /** PS3.7 D.3.3.2.3, at most 16 characters. */
  readonly implementationVersionName?: string;
  /** PS3.7 D.3.3.3. */
  readonly asyncOperations?: AsyncOperations;
  /** PS3.7 D.3.3.4. */
  readonly roles?: readonly RoleSelection[];
  /** PS3.7 D.3.3.5. */
  readonly extended?: readonly ExtendedNegotiation[];
  /** PS3.7 D.3.3.6. */
  readonly commonExtended?: readonly CommonExtendedNegotiation[];
  /** Only in A-ASSOCIATE-RQ. */
  readonly userIdentity?: UserIdentity;
  /** Only in A-ASSOCIATE-AC: the server response of the user identity negotiation (PS3.7 D.3.3.7.2). */
  readonly userIdentityResponse?: Uint8Array;
  /** Sub-items of types that the standard does not define, in the order received. */
  readonly unknown?: readonly UnknownItem[];
}

/** Asynchronous operations window (PS3.7 D.3.3.3); 0 means unlimited. */
export interface AsyncOperations {
  /** Most requests that the requestor may have open. */
  readonly invoked: number;
  /** Most requests that the acceptor may have open. */
  readonly performed: number;
}

/** SCP/SCU role selection (PS3.7 D.3.3.4). */
export interface RoleSelection {
  /** The SOP class that it is about. */
  readonly sopClassUid: string;
  /** Whether the requestor may be SCU. */
  readonly scu: boolean;
  /** Whether the requestor may be SCP. */
  readonly scp: boolean;
}

/** SOP class extended negotiation (PS3.7 D.3.3.5). */
export interface ExtendedNegotiation {
  /** The SOP class that it is about. */
  readonly sopClassUid: string;
  /** Service class application information, defined by the service class. */
  readonly information: Uint8Array;
}

/** SOP class common extended negotiation (PS3.7 D.3.3.6). */
export interface CommonExtendedNegotiation {
  /** Version of the sub-item's layout; 0 is the only one defined. */
  readonly version: number;
  /** The SOP class that it is about. */
  readonly sopClassUid: string;
  /** The service class that it belongs to. */
  readonly serviceClassUid: string;
  /** More general SOP classes that serve, too. */
  readonly relatedSopClassUids: readonly string[];
}

/** User identity of the requestor (PS3.7 D.3.3.7.1). Holds credentials: never print the values. */
export interface UserIdentity {
  /** 1 user name, 2 user name and passcode, 3 Kerberos ticket, 4 SAML assertion, 5 JSON web token. */
  readonly identityType: number;
  /** Whether the peer is to confirm it. */
  readonly responseRequested: boolean;
  /** User name, ticket, assertion or token. */
  readonly primary: Uint8Array;
  /** The passcode for type 2, else empty. */
  readonly secondary: Uint8Array;
}

/** An item that the standard does not define: kept, and otherwise ignored (PS3.8 9.3.1). */
export interface UnknownItem {
  /** Its first byte. */
  readonly itemType: number;
  /** The bytes after its length. */
  readonly data: Uint8Array;
}
