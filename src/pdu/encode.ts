/**
 * PDU to bytes (PS3.8 9.3, PS3.7 D.3.3). Writes its input, in the order of the standard's tables; whether
 * that makes sense is not known here. Multi-byte numbers are big endian (PS3.8 9.3.1).
 */
import { upperHex } from "../bytes/hex.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { EncodeError } from "../errors.ts";
import { ITEM_TYPE } from "./item_types.ts";
import { encodeText } from "./text.ts";
import {
  AE_TITLE_LENGTH,
  type AssociateAc,
  type AssociateRq,
  IS_COMMAND,
  IS_LAST,
  type Pdu,
  PDU_TYPES,
  type Pdv,
  RESERVED_LENGTH,
  type UnknownItem,
  type UserInformation,
} from "./types.ts";

const BLANK = 0x20;

/** One PDU as bytes; `EncodeError` when a field does not fit. */
export function encodePdu(pdu: Pdu): Uint8Array {
  const writer = new ByteWriter(false);
  // PDU-type, one reserved byte, then the length of everything that follows (PS3.8 9.3.1).
  writer.u8(PDU_TYPES[pdu.type]).u8(0);
  writer.prefixed32("PDU", () => writeBody(writer, pdu));
  return writer.finish();
}

/** Collects PDUs to be sent, as one run of bytes. */
export class PduWriter {
  readonly #writer: ByteWriter;

  /** @param capacity bytes expected; more will fit */
  constructor(capacity: number) {
    this.#writer = new ByteWriter(false, capacity);
  }

  /** Appends a PDU that is encoded. */
  put(pdu: Uint8Array): void {
    this.#writer.put(pdu);
  }

  /** Appends a P-DATA-TF that carries this one fragment: the bytes of `put`, without detours (PS3.8 9.3.5). */
  putPdv(pdv: Pdv): void {
    this.#writer.u8(PDU_TYPES["p-data-tf"]).u8(0).u32(pdv.data.length + 6);
    writePdv(this.#writer, pdv);
  }

  /** The collected bytes; the writer is used up. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }
}

function writePdv(writer: ByteWriter, pdv: Pdv): void {
  // Item length: context id, message control header and fragment (PS3.8 9.3.5.1, E.2).
  writer.u32(pdv.data.length + 2).u8(pdv.contextId);
  writer.u8((pdv.isCommand ? IS_COMMAND : 0) | (pdv.isLast ? IS_LAST : 0));
  writer.put(pdv.data);
}

function writeBody(writer: ByteWriter, pdu: Pdu): void {
  switch (pdu.type) {
    case "associate-rq":
    case "associate-ac":
      return writeAssociate(writer, pdu);
    case "associate-rj":
      // Reserved, result, source, reason (PS3.8 Table 9-21).
      writer.u8(0).u8(pdu.result).u8(pdu.source).u8(pdu.reason);
      return;
    case "p-data-tf":
      for (const pdv of pdu.pdvs) writePdv(writer, pdv);
      return;
    case "release-rq":
    case "release-rp":
      // Four reserved bytes (PS3.8 Tables 9-24 and 9-25).
      writer.u32(0);
      return;
    case "abort":
      // Two reserved bytes, source, reason (PS3.8 Table 9-26).
      writer.u16(0).u8(pdu.source).u8(pdu.reason);
      return;
  }
}

function writeAssociate(writer: ByteWriter, pdu: AssociateRq | AssociateAc) {
  // Version bits, two reserved bytes, titles, 32 reserved bytes (PS3.8 Tables 9-11 and 9-17).
  writer.u16(pdu.protocolVersion).u16(0);
  writeAeTitle(writer, pdu.calledAeTitle, "called AE title");
  writeAeTitle(writer, pdu.callingAeTitle, "calling AE title");
  writeReserved(writer, pdu.reserved);
  // An empty name means an absent item.
  if (pdu.applicationContext !== "") {
    writeText(writer, ITEM_TYPE.applicationContext, pdu.applicationContext);
  }
  if (pdu.type === "associate-rq") writeProposed(writer, pdu);
  else writeAnswered(writer, pdu);
  writeUserInformation(writer, pdu.userInformation);
  writeUnknown(writer, pdu.unknownItems);
}

function writeAeTitle(writer: ByteWriter, title: string, what: string): void {
  const bytes = encodeText(title, what);
  if (bytes.length > AE_TITLE_LENGTH) {
    throw new EncodeError(
      `Cannot encode ${what}: "${title}" has more than ${AE_TITLE_LENGTH} characters`,
    );
  }
  writer.put(bytes).fill(AE_TITLE_LENGTH - bytes.length, BLANK);
}

function writeReserved(writer: ByteWriter, bytes: Uint8Array | undefined) {
  if (bytes === undefined) {
    writer.fill(RESERVED_LENGTH);
    return;
  }
  if (bytes.length !== RESERVED_LENGTH) {
    throw new EncodeError(
      `Cannot encode reserved bytes: ${bytes.length} given, ${RESERVED_LENGTH} wanted`,
    );
  }
  writer.put(bytes);
}

function writeProposed(writer: ByteWriter, pdu: AssociateRq): void {
  for (const context of pdu.contexts) {
    writeItem(writer, ITEM_TYPE.proposedContext, () => {
      // Id, three reserved bytes, one abstract syntax, one or more transfer syntaxes (PS3.8 Table 9-13).
      writer.u8(context.id).fill(3);
      if (context.abstractSyntax !== "") {
        writeText(writer, ITEM_TYPE.abstractSyntax, context.abstractSyntax);
      }
      for (const syntax of context.transferSyntaxes) {
        writeText(writer, ITEM_TYPE.transferSyntax, syntax);
      }
    });
  }
}

function writeAnswered(writer: ByteWriter, pdu: AssociateAc): void {
  for (const context of pdu.contexts) {
    writeItem(writer, ITEM_TYPE.answeredContext, () => {
      // Id, reserved, result, reserved, one transfer syntax (PS3.8 Table 9-18).
      writer.u8(context.id).u8(0).u8(context.result).u8(0);
      if (context.transferSyntax !== undefined) {
        writeText(writer, ITEM_TYPE.transferSyntax, context.transferSyntax);
      }
    });
  }
}

function writeUserInformation(
  writer: ByteWriter,
  information: UserInformation,
): void {
  writeItem(writer, ITEM_TYPE.userInformation, () => {
    const { maxPduLength, asyncOperations, userIdentity } = information;
    const { implementationClassUid, implementationVersionName } = information;
    if (maxPduLength !== undefined) {
      writeItem(writer, ITEM_TYPE.maxPduLength, () => writer.u32(maxPduLength));
    }
    if (implementationClassUid !== undefined) {
      writeText(
        writer,
        ITEM_TYPE.implementationClassUid,
        implementationClassUid,
      );
    }
    if (asyncOperations !== undefined) {
      // Operations invoked, then performed (PS3.7 Table D.3-7).
      writeItem(writer, ITEM_TYPE.asyncOperations, () => {
        writer.u16(asyncOperations.invoked).u16(asyncOperations.performed);
      });
    }
    for (const role of information.roles ?? []) {
      // UID after its length, SCU role, SCP role (PS3.7 Table D.3-9).
      writeItem(writer, ITEM_TYPE.role, () => {
        writeUid(writer, role.sopClassUid);
        writer.u8(role.scu ? 1 : 0).u8(role.scp ? 1 : 0);
      });
    }
    if (implementationVersionName !== undefined) {
      writeText(
        writer,
        ITEM_TYPE.implementationVersionName,
        implementationVersionName,
      );
    }
    for (const extended of information.extended ?? []) {
      // UID after its length, then the service class's own bytes (PS3.7 Table D.3-11).
      writeItem(writer, ITEM_TYPE.extended, () => {
        writeUid(writer, extended.sopClassUid);
        writer.put(extended.information);
      });
    }
    for (const common of information.commonExtended ?? []) {
      // The byte that is reserved elsewhere is a version here (PS3.7 Table D.3-12).
      writeItem(writer, ITEM_TYPE.commonExtended, () => {
        writeUid(writer, common.sopClassUid);
        writeUid(writer, common.serviceClassUid);
        writer.prefixed16("related general SOP classes", () => {
          for (const uid of common.relatedSopClassUids) writeUid(writer, uid);
        });
      }, common.version);
    }
    if (userIdentity !== undefined) {
      // Type, whether an answer is wanted, both fields after their lengths (PS3.7 Table D.3-14).
      writeItem(writer, ITEM_TYPE.userIdentity, () => {
        writer.u8(userIdentity.identityType);
        writer.u8(userIdentity.responseRequested ? 1 : 0);
        writeCounted(writer, userIdentity.primary, "user identity");
        writeCounted(writer, userIdentity.secondary, "passcode");
      });
    }
    const { userIdentityResponse } = information;
    if (userIdentityResponse !== undefined) {
      // The response after its length (PS3.7 Table D.3-15).
      writeItem(writer, ITEM_TYPE.userIdentityResponse, () => {
        writeCounted(writer, userIdentityResponse, "user identity response");
      });
    }
    writeUnknown(writer, information.unknown ?? []);
  });
}

/** Item type, a byte that is reserved except for one item, length, content (PS3.8 9.3.2.1 and all others). */
function writeItem(
  writer: ByteWriter,
  itemType: number,
  body: () => void,
  second = 0,
): void {
  writer.u8(itemType).u8(second);
  writer.prefixed16(`item ${upperHex(itemType, 2)}H`, body);
}

function writeText(writer: ByteWriter, itemType: number, text: string): void {
  writeItem(writer, itemType, () => {
    writer.put(encodeText(text, "name"));
  });
}

/** A UID after its length, not padded (PS3.8 Annex F). */
function writeUid(writer: ByteWriter, uid: string): void {
  writeCounted(writer, encodeText(uid, "UID"), "UID");
}

function writeCounted(writer: ByteWriter, bytes: Uint8Array, what: string) {
  writer.prefixed16(what, () => writer.put(bytes));
}

function writeUnknown(writer: ByteWriter, items: readonly UnknownItem[]): void {
  for (const item of items) {
    writeItem(writer, item.itemType, () => writer.put(item.data));
  }
}
