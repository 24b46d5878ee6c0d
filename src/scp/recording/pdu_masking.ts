/**
 * Masks in the bytes of a PDU whatever is no number of the protocol: titles and user identity, reserved fields, unknown items, bytes
 * beyond the end. The fragments of P-DATA-TF are left to `masking.ts`. Does not depend on recordings.
 */
import { latin1 } from "../../bytes/latin1.ts";
import { ITEM_TYPE } from "../../pdu/item_types.ts";
import { AE_TITLE_LENGTH, type Pdu } from "../../pdu/types.ts";
import { maskText } from "./masking.ts";

const HEAD_LENGTH = 6;
/** Offsets in A-ASSOCIATE-RQ and -AC (PS3.8 Tables 9-11 and 9-17): reserved fields, titles, items. */
const [RESERVED, CALLED, CALLING, RESERVED_TOO, ITEMS] = [8, 10, 26, 42, 74];
/** Bytes that mean something in A-ASSOCIATE-RJ and A-ABORT (PS3.8 Tables 9-21 and 9-26). */
const REASONS: Readonly<Partial<Record<Pdu["type"], readonly number[]>>> = {
  "associate-rj": [7, 8, 9],
  "abort": [8, 9],
};

/** Masks a PDU in place; `pdu` is the decoded `bytes`. */
export function maskPduBytes(bytes: Uint8Array, pdu: Pdu): void {
  bytes[1] = 0;
  switch (pdu.type) {
    case "p-data-tf":
      return;
    case "associate-rq":
    case "associate-ac":
      return maskAssociation(bytes);
    default: {
      const kept = REASONS[pdu.type] ?? [];
      for (let at = HEAD_LENGTH; at < bytes.length; at++) {
        if (!kept.includes(at)) bytes[at] = 0;
      }
    }
  }
}

function maskAssociation(bytes: Uint8Array): void {
  bytes.fill(0, RESERVED, CALLED);
  for (const at of [CALLED, CALLING]) {
    maskText(bytes.subarray(at, at + AE_TITLE_LENGTH));
  }
  bytes.fill(0, RESERVED_TOO, ITEMS);
  maskItems(bytes.subarray(ITEMS), maskItem);
}

/** Calls `mask` for every item in the bytes (type, reserved byte, length, contents); what is none is blanked. */
function maskItems(
  bytes: Uint8Array,
  mask: (type: number, content: Uint8Array) => void,
): void {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = lengthAt(bytes, at + 2);
    const content = bytes.subarray(at + 4, at + 4 + length);
    if (content.length < length) break;
    bytes[at + 1] = 0;
    mask(bytes[at]!, content);
    at += 4 + length;
  }
  bytes.fill(0, at);
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

function maskItem(type: number, content: Uint8Array): void {
  switch (type) {
    case ITEM_TYPE.applicationContext:
    case ITEM_TYPE.abstractSyntax:
    case ITEM_TYPE.transferSyntax:
    case ITEM_TYPE.implementationClassUid:
      return maskUnlessUid(content);
    case ITEM_TYPE.implementationVersionName:
      if (content.length > 16) maskText(content);
      return;
    case ITEM_TYPE.proposedContext:
    case ITEM_TYPE.answeredContext:
      content[1] = 0;
      if (type === ITEM_TYPE.proposedContext) content[2] = 0;
      content[3] = 0;
      return maskItems(content.subarray(4), maskItem);
    case ITEM_TYPE.userInformation:
      return maskItems(content, maskItem);
    case ITEM_TYPE.maxPduLength:
    case ITEM_TYPE.asyncOperations:
      return void content.fill(0, 4);
    case ITEM_TYPE.role:
      return void maskField(content, maskUnlessUid).fill(0, 2);
    case ITEM_TYPE.extended:
      return maskOptions(maskField(content, maskUnlessUid));
    case ITEM_TYPE.commonExtended: {
      const service = maskField(content, maskUnlessUid);
      let related = maskField(service, maskUnlessUid).subarray(2);
      while (related.length > 1) related = maskField(related, maskUnlessUid);
      return;
    }
    case ITEM_TYPE.userIdentity: {
      const secondary = maskField(content.subarray(2), maskWhole);
      return void maskField(secondary, maskWhole).fill(0);
    }
    case ITEM_TYPE.userIdentityResponse:
      return void maskField(content, maskWhole).fill(0);
    default:
      maskWhole(content);
  }
}

/** Masks a field that its length precedes, and returns the bytes that follow. A field that is cut off is masked as a whole. */
function maskField(
  bytes: Uint8Array,
  mask: (field: Uint8Array) => void,
): Uint8Array {
  if (bytes.length < 2) return bytes;
  const end = 2 + lengthAt(bytes, 0);
  if (end > bytes.length) maskWhole(bytes.subarray(2));
  else mask(bytes.subarray(2, end));
  return bytes.subarray(end);
}

/** Sub-options of extended negotiation (PS3.4 C.5.1.1) are 0 or 1, each a byte. */
function maskOptions(options: Uint8Array): void {
  if (options.some((byte) => byte > 1)) maskWhole(options);
}

function maskUnlessUid(uid: Uint8Array): void {
  if (!/^[0-9.]{0,64}\0?$/.test(latin1(uid))) maskText(uid);
}

function maskWhole(bytes: Uint8Array): void {
  bytes.fill(0x58);
}
