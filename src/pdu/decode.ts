/**
 * Bytes to PDU (PS3.8 9.3, PS3.7 D.3.3). Structure is checked, lengths above all; content is not: titles, UIDs and
 * codes are kept as received, since peers in the field stretch the rules. Text loses its padding only.
 */
import { upperHex } from "../bytes/hex.ts";
import { ByteReader } from "../bytes/reader.ts";
import { viewOf } from "../bytes/view.ts";
import { DecodeError, quantity } from "../errors.ts";
import { ITEM_TYPE } from "./item_types.ts";
import { ContextResult } from "./reasons.ts";
import { decodeText } from "./text.ts";
import {
  AE_TITLE_LENGTH,
  type AnsweredContext,
  type AssociateAc,
  type AssociateCommon,
  type AssociateRq,
  type CommonExtendedNegotiation,
  IS_COMMAND,
  IS_LAST,
  type Pdu,
  PDU_HEADER_LENGTH,
  PDU_TYPES,
  type Pdv,
  PDV_HEADER_LENGTH,
  type ProposedContext,
  RESERVED_LENGTH,
  type UnknownItem,
  type UserInformation,
} from "./types.ts";

/** Receives oddities that are tolerable: one sentence, without a period. */
export type WarnOfPdu = (text: string) => void;

/**
 * Most PDVs read from one P-DATA-TF: objects are far larger than the shortest PDV, so their number is limited and not only the
 * PDU's length. Two hundred thousand messages packed into one PDU would come near it.
 */
export const MAX_PDVS = 0x40000;

/** Decodes exactly one PDU; `DecodeError` when it is malformed, too short, too long or of an unknown type. */
export function decodePdu(bytes: Uint8Array, warn: WarnOfPdu = () => {}): Pdu {
  const reader = new ByteReader(bytes, false);
  const type = reader.u8("PDU type");
  reader.skip(1, "PDU header");
  const length = reader.u32("PDU length");
  const body = reader.sub(length, "PDU");
  reader.expectEnd("PDU");
  switch (type) {
    case PDU_TYPES["associate-rq"]:
      return decodeRequest(body, warn);
    case PDU_TYPES["associate-ac"]:
      return decodeAccept(body, warn);
    case PDU_TYPES["associate-rj"]: {
      // Reserved, result, source, reason (PS3.8 Table 9-21).
      body.skip(1, "A-ASSOCIATE-RJ");
      const result = body.u8("reject result");
      const source = body.u8("reject source");
      const reason = body.u8("reject reason");
      ignoreRest(body, "A-ASSOCIATE-RJ", warn);
      return { type: "associate-rj", result, source, reason };
    }
    case PDU_TYPES["p-data-tf"]: {
      const pdvs: Pdv[] = [];
      decodePdvs(bytes, body.position, body.end, pdvs);
      return { type: "p-data-tf", pdvs };
    }
    case PDU_TYPES["release-rq"]:
      // Four reserved bytes, not tested (PS3.8 Table 9-24).
      return { type: "release-rq" };
    case PDU_TYPES["release-rp"]:
      // Four reserved bytes, not tested (PS3.8 Table 9-25).
      return { type: "release-rp" };
    case PDU_TYPES.abort: {
      // Two reserved bytes, source, reason (PS3.8 Table 9-26).
      body.skip(2, "A-ABORT");
      const source = body.u8("abort source");
      const reason = body.u8("abort reason");
      ignoreRest(body, "A-ABORT", warn);
      return { type: "abort", source, reason };
    }
    default:
      throw new DecodeError(`Unknown PDU type ${hex(type)}`, { offset: 0 });
  }
}

/**
 * Appends the PDVs of a P-DATA-TF body, `bytes` from `start` to `end`, to `into`; each fragment is a view (PS3.8 9.3.5).
 * On a `DecodeError` some may have been appended already.
 */
export function decodePdvs(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Pdv[],
): void {
  // Errors name offsets from the PDU's first byte.
  const first = start - PDU_HEADER_LENGTH;
  const most = into.length + MAX_PDVS;
  let at = start;
  while (at < end) {
    if (into.length === most) {
      throw new DecodeError(`A P-DATA-TF holds more than ${MAX_PDVS} PDVs`, {
        offset: at - first,
      });
    }
    if (end - at < PDV_HEADER_LENGTH) {
      throw new DecodeError(
        `Unexpected end of P-DATA-TF: ${
          quantity(end - at, "byte")
        } left, no room for a PDV`,
        { offset: at - first },
      );
    }
    // Item length: counts the context id, the message control header and the fragment (PS3.8 Table 9-23).
    const length = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) |
      (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    const next = at + 4 + length;
    if (length < 2 || next > end) {
      throw new DecodeError(
        `PDV length ${length} does not fit into its P-DATA-TF, ${
          quantity(end - at - 4, "byte is", "bytes are")
        } left`,
        { offset: at - first },
      );
    }
    // Message control header: only bits 0 and 1 carry meaning (PS3.8 E.2).
    const control = bytes[at + 5]!;
    into.push({
      contextId: bytes[at + 4]!,
      isCommand: (control & IS_COMMAND) !== 0,
      isLast: (control & IS_LAST) !== 0,
      data: viewOf(bytes, at + PDV_HEADER_LENGTH, next),
    });
    at = next;
  }
}

function decodeRequest(body: ByteReader, warn: WarnOfPdu): AssociateRq {
  const contexts: ProposedContext[] = [];
  const common = decodeAssociate(body, warn, (itemType, item) => {
    if (itemType !== ITEM_TYPE.proposedContext) return false;
    contexts.push(decodeProposed(item, warn));
    return true;
  });
  return { type: "associate-rq", ...common, contexts };
}

function decodeAccept(body: ByteReader, warn: WarnOfPdu): AssociateAc {
  const contexts: AnsweredContext[] = [];
  const common = decodeAssociate(body, warn, (itemType, item) => {
    if (itemType !== ITEM_TYPE.answeredContext) return false;
    contexts.push(decodeAnswered(item, warn));
    return true;
  });
  return { type: "associate-ac", ...common, contexts };
}

/** The fields in common; `takeContext` consumes the presentation context items of its PDU. */
function decodeAssociate(
  body: ByteReader,
  warn: WarnOfPdu,
  takeContext: (itemType: number, item: ByteReader) => boolean,
): AssociateCommon {
  // Version bits, two reserved bytes, titles, 32 reserved bytes (PS3.8 Tables 9-11 and 9-17).
  const protocolVersion = body.u16("protocol version");
  body.skip(2, "reserved bytes");
  const calledAeTitle = decodeAeTitle(body, "called AE title");
  const callingAeTitle = decodeAeTitle(body, "calling AE title");
  const reserved = body.take(RESERVED_LENGTH, "reserved bytes");
  let applicationContext = "";
  const userInformation: Collected = {};
  const unknownItems: UnknownItem[] = [];
  eachItem(body, (itemType, item) => {
    if (takeContext(itemType, item)) return;
    switch (itemType) {
      case ITEM_TYPE.applicationContext:
        applicationContext = decodeName(item);
        break;
      case ITEM_TYPE.userInformation:
        decodeUserInformation(item, warn, userInformation);
        break;
      default:
        // Items of unknown types are ignored (PS3.8 9.3.1); keeping them costs nothing.
        warn(`Ignored unknown item of type ${hex(itemType)}`);
        unknownItems.push({ itemType, data: item.rest() });
    }
  });
  return {
    protocolVersion,
    calledAeTitle,
    callingAeTitle,
    ...(reserved.some((byte) => byte !== 0) ? { reserved } : {}),
    applicationContext,
    userInformation,
    unknownItems,
  };
}

/** Leading and trailing blanks do not count (PS3.8 Table 9-11); NULs come from peers that pad as C does. */
function decodeAeTitle(body: ByteReader, what: string): string {
  return decodeText(body.take(AE_TITLE_LENGTH, what));
}

function decodeProposed(item: ByteReader, warn: WarnOfPdu): ProposedContext {
  // Id, three reserved bytes, one abstract syntax, one or more transfer syntaxes (PS3.8 Table 9-13).
  const id = item.u8("presentation context id");
  item.skip(3, "presentation context");
  let abstractSyntax = "";
  const transferSyntaxes: string[] = [];
  eachItem(item, (itemType, sub) => {
    if (itemType === ITEM_TYPE.abstractSyntax) abstractSyntax = decodeName(sub);
    else if (itemType === ITEM_TYPE.transferSyntax) {
      transferSyntaxes.push(decodeName(sub));
    } else ignoreSubItem(itemType, id, warn);
  });
  return { id, abstractSyntax, transferSyntaxes };
}

function decodeAnswered(item: ByteReader, warn: WarnOfPdu): AnsweredContext {
  // Id, reserved, result, reserved, one transfer syntax (PS3.8 Table 9-18).
  const id = item.u8("presentation context id");
  item.skip(1, "presentation context");
  const result = item.u8("presentation context result");
  item.skip(1, "presentation context");
  let transferSyntax: string | undefined;
  const take = (itemType: number, sub: ByteReader): void => {
    if (itemType === ITEM_TYPE.transferSyntax) {
      transferSyntax ??= decodeName(sub);
    } else ignoreSubItem(itemType, id, warn);
  };
  // The transfer syntax of a context that was not accepted is not significant (PS3.8 9.3.3.2).
  if (result === ContextResult.accepted) eachItem(item, take);
  else {
    leniently(() => eachItem(item, take), warn, `presentation context ${id}`);
    item.rest();
  }
  return { id, result, transferSyntax };
}

function ignoreSubItem(itemType: number, id: number, warn: WarnOfPdu): void {
  warn(
    `Ignored unknown sub-item of type ${
      hex(itemType)
    } in presentation context ${id}`,
  );
}

/** User information on its way. */
type Collected = {
  -readonly [K in keyof UserInformation]: UserInformation[K] extends
    readonly (infer Item)[] | undefined ? Item[] : UserInformation[K];
};

/** Adds to `out`, should the item come twice. */
function decodeUserInformation(
  item: ByteReader,
  warn: WarnOfPdu,
  out: Collected,
): void {
  let mustBeSound = false;
  const take = (itemType: number, sub: ByteReader, second: number): void => {
    mustBeSound = NEEDED.has(itemType);
    const what = `user information sub-item ${hex(itemType)}`;
    const decode = () => {
      decodeSubItem(itemType, sub, second, warn, out);
      ignoreRest(sub, what, warn);
    };
    leniently(decode, warn, what, () => !mustBeSound);
    mustBeSound = false;
  };
  // If the lengths of sub-items go wrong, the rest is lost; the essential items may have been read by then.
  leniently(
    () => eachItem(item, take),
    warn,
    "end of user information",
    () => !mustBeSound && out.maxPduLength !== undefined,
  );
}

/** Sub-items that decide which data is sent, or who may query: they must be sound. */
const NEEDED: ReadonlySet<number> = new Set([
  ITEM_TYPE.maxPduLength,
  ITEM_TYPE.userIdentity,
]);

/** Runs it; malformed parts are left out with a warning, unless `isAllowed` says no. */
function leniently(
  decode: () => void,
  warn: WarnOfPdu,
  what: string,
  isAllowed: () => boolean = () => true,
): void {
  try {
    decode();
  } catch (error) {
    if (!(error instanceof DecodeError) || !isAllowed()) throw error;
    warn(`Ignored the malformed ${what}: ${error.message}`);
  }
}

/** Adds one sub-item to `out`, once it is read in full. */
function decodeSubItem(
  itemType: number,
  sub: ByteReader,
  second: number,
  warn: WarnOfPdu,
  out: Collected,
): void {
  switch (itemType) {
    case ITEM_TYPE.maxPduLength:
      out.maxPduLength = sub.u32("maximum length");
      break;
    case ITEM_TYPE.implementationClassUid:
      out.implementationClassUid = decodeName(sub);
      break;
    case ITEM_TYPE.asyncOperations:
      // Operations invoked, then performed (PS3.7 Table D.3-7).
      out.asyncOperations = {
        invoked: sub.u16("operations invoked"),
        performed: sub.u16("operations performed"),
      };
      break;
    case ITEM_TYPE.role:
      // UID after its length, SCU role, SCP role (PS3.7 Table D.3-9).
      out.roles = appended(out.roles, {
        sopClassUid: decodeUid(sub),
        scu: sub.u8("SCU role") !== 0,
        scp: sub.u8("SCP role") !== 0,
      });
      break;
    case ITEM_TYPE.implementationVersionName:
      out.implementationVersionName = decodeName(sub);
      break;
    case ITEM_TYPE.extended:
      // UID after its length, then the service class's own bytes (PS3.7 Table D.3-11).
      out.extended = appended(out.extended, {
        sopClassUid: decodeUid(sub),
        information: sub.rest(),
      });
      break;
    case ITEM_TYPE.commonExtended:
      out.commonExtended = appended(
        out.commonExtended,
        decodeCommonExtended(sub, second),
      );
      break;
    case ITEM_TYPE.userIdentity:
      // Type, whether an answer is wanted, both fields after their lengths (PS3.7 Table D.3-14).
      out.userIdentity = {
        identityType: sub.u8("user identity type"),
        responseRequested: sub.u8("positive response requested") !== 0,
        primary: decodeCounted(sub, "user identity"),
        secondary: decodeCounted(sub, "passcode"),
      };
      break;
    case ITEM_TYPE.userIdentityResponse:
      // The response after its length (PS3.7 Table D.3-15).
      out.userIdentityResponse = decodeCounted(sub, "user identity response");
      break;
    default:
      warn(`Ignored unknown user information sub-item ${hex(itemType)}`);
      out.unknown = appended(out.unknown, { itemType, data: sub.rest() });
  }
}

/** Adds to the list itself: there may be thousands. */
function appended<T>(list: T[] | undefined, value: T): T[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}

function decodeCommonExtended(
  sub: ByteReader,
  version: number,
): CommonExtendedNegotiation {
  // Three counted fields; the last is a list of counted UIDs (PS3.7 Table D.3-12).
  const sopClassUid = decodeUid(sub);
  const serviceClassUid = decodeUid(sub);
  const related = sub.sub(
    sub.u16("length of related SOP classes"),
    "related SOP classes",
  );
  const relatedSopClassUids: string[] = [];
  while (related.remaining > 0) relatedSopClassUids.push(decodeUid(related));
  return { version, sopClassUid, serviceClassUid, relatedSopClassUids };
}

/** Item type, a byte that is reserved except for one item, length, content (PS3.8 9.3.2.1 and all others). */
function eachItem(
  reader: ByteReader,
  visit: (itemType: number, item: ByteReader, second: number) => void,
): void {
  while (reader.remaining > 0) {
    const itemType = reader.u8("item type");
    const second = reader.u8("item header");
    const length = reader.u16("item length");
    visit(
      itemType,
      reader.sub(length, `item of type ${hex(itemType)}`),
      second,
    );
  }
}

function decodeName(item: ByteReader): string {
  return decodeText(item.rest());
}

function decodeUid(reader: ByteReader): string {
  return decodeText(decodeCounted(reader, "UID"));
}

function decodeCounted(reader: ByteReader, what: string): Uint8Array {
  return reader.take(reader.u16(`length of ${what}`), what);
}

/** A later edition may lengthen a field; unknown bytes at its end do no harm. */
function ignoreRest(reader: ByteReader, what: string, warn: WarnOfPdu): void {
  const count = reader.remaining;
  if (count === 0) return;
  warn(`Ignored ${quantity(count, "byte")} at the end of ${what}`);
  reader.skip(count);
}

function hex(value: number): string {
  return `${upperHex(value, 2)}H`;
}
