/**
 * PDUs as lines of text for debug logs. Names codes and, given a function for that, UIDs; never shows credentials or the contents
 * of messages, and lets no control character of the peer through. Does not depend on states.
 */
import { upperHex } from "../bytes/hex.ts";
import { FindscuError } from "../errors.ts";
import { decodePdu } from "./decode.ts";
import { Deframer } from "./deframer.ts";
import {
  explainAbort,
  explainContextResult,
  explainReject,
} from "./reasons.ts";
import {
  type AssociateAc,
  type AssociateRq,
  type Pdu,
  PDU_NAMES,
  type Pdv,
  type UnknownItem,
  type UserInformation,
} from "./types.ts";

/** The name of a well-known UID, or undefined. */
export type NameOfUid = (uid: string) => string | undefined;

/** One PDU as lines: its name first, its fields indented below. */
export function describePdu(
  pdu: Pdu,
  nameOf: NameOfUid = () => undefined,
): string[] {
  const name = PDU_NAMES[pdu.type];
  switch (pdu.type) {
    case "associate-rq":
    case "associate-ac":
      return [name, ...indent(describeAssociate(pdu, nameOf))];
    case "associate-rj": {
      const { result, source, reason } = pdu;
      const { short } = explainReject(result, source, reason);
      return [
        `${name}: ${short} (result ${result}, source ${source}, reason ${reason})`,
      ];
    }
    case "p-data-tf":
      return [name, ...indent(pdu.pdvs.map(describePdv))];
    case "release-rq":
    case "release-rp":
      return [name];
    case "abort": {
      const { source, reason } = pdu;
      const { short } = explainAbort(source, reason);
      return [`${name}: ${short} (source ${source}, reason ${reason})`];
    }
  }
}

/** Describes one direction of a connection from its raw bytes, in chunks of any size. */
export class PduTrace {
  readonly #deframer = new Deframer();
  readonly #nameOf: NameOfUid | undefined;
  #isUnreadable = false;

  /** @param nameOf names UIDs if it can */
  constructor(nameOf?: NameOfUid) {
    this.#nameOf = nameOf;
  }

  /** The lines of the PDUs that are whole now. Bytes that are not PDUs give one line, and none after it. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    if (this.#isUnreadable) return lines;
    this.#deframer.push(chunk);
    try {
      for (let f = this.#deframer.next(); f; f = this.#deframer.next()) {
        const pdu = decodePdu(f.bytes.subarray(f.start, f.end));
        lines.push(...describePdu(pdu, this.#nameOf));
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#isUnreadable = true;
      lines.push(`Unreadable bytes: ${error.message}`);
    }
    return lines;
  }
}

function describeAssociate(
  pdu: AssociateRq | AssociateAc,
  nameOf: NameOfUid,
): string[] {
  return [
    `Protocol version: ${upperHex(pdu.protocolVersion, 4)}`,
    `Called AE title: ${quote(pdu.calledAeTitle)}`,
    `Calling AE title: ${quote(pdu.callingAeTitle)}`,
    `Application context: ${uid(pdu.applicationContext, nameOf)}`,
    ...(pdu.type === "associate-rq"
      ? describeProposed(pdu, nameOf)
      : describeAnswered(pdu, nameOf)),
    ...describeUserInformation(pdu.userInformation, nameOf),
    ...describeUnknown(pdu.unknownItems),
  ];
}

function describeProposed(pdu: AssociateRq, nameOf: NameOfUid): string[] {
  return pdu.contexts.flatMap((context) => [
    `Presentation context ${context.id}`,
    ...indent([
      `Abstract syntax: ${uid(context.abstractSyntax, nameOf)}`,
      ...context.transferSyntaxes.map((syntax) =>
        `Transfer syntax: ${uid(syntax, nameOf)}`
      ),
    ]),
  ]);
}

function describeAnswered(pdu: AssociateAc, nameOf: NameOfUid): string[] {
  return pdu.contexts.flatMap((context) => {
    const { id, result, transferSyntax } = context;
    const { short } = explainContextResult(result);
    const head = `Presentation context ${id}: ${short} (${result})`;
    // Not significant unless accepted (PS3.8 9.3.3.2).
    if (result !== 0 || transferSyntax === undefined) return [head];
    return [
      head,
      ...indent([`Transfer syntax: ${uid(transferSyntax, nameOf)}`]),
    ];
  });
}

function describeUserInformation(
  information: UserInformation,
  nameOf: NameOfUid,
): string[] {
  const lines: string[] = [];
  const { maxPduLength, asyncOperations, userIdentity } = information;
  const { implementationClassUid, implementationVersionName } = information;
  if (maxPduLength !== undefined) {
    lines.push(
      `Maximum PDU length: ${maxPduLength === 0 ? "any" : maxPduLength}`,
    );
  }
  if (implementationClassUid !== undefined) {
    lines.push(`Implementation class UID: ${quote(implementationClassUid)}`);
  }
  if (implementationVersionName !== undefined) {
    lines.push(
      `Implementation version name: ${quote(implementationVersionName)}`,
    );
  }
  if (asyncOperations !== undefined) {
    const { invoked, performed } = asyncOperations;
    lines.push(
      `Asynchronous operations: ${count(invoked)} invoked, ${
        count(performed)
      } performed`,
    );
  }
  for (const { sopClassUid, scu, scp } of information.roles ?? []) {
    lines.push(
      `Roles for ${uid(sopClassUid, nameOf)}: SCU ${yesNo(scu)}, SCP ${
        yesNo(scp)
      }`,
    );
  }
  for (const extended of information.extended ?? []) {
    const bytes = Array.from(extended.information, (byte) => upperHex(byte, 2));
    lines.push(
      `Extended negotiation for ${uid(extended.sopClassUid, nameOf)}: ${
        bytes.join(" ") || "empty"
      }`,
    );
  }
  for (const common of information.commonExtended ?? []) {
    lines.push(
      `Common extended negotiation for ${uid(common.sopClassUid, nameOf)}`,
      ...indent([
        `Service class: ${uid(common.serviceClassUid, nameOf)}`,
        ...common.relatedSopClassUids.map((related) =>
          `Related SOP class: ${uid(related, nameOf)}`
        ),
      ]),
    );
  }
  if (userIdentity !== undefined) {
    // Credentials: lengths only.
    const { identityType, primary, secondary, responseRequested } =
      userIdentity;
    lines.push(
      `User identity: type ${identityType}, ${primary.length} + ${secondary.length} bytes, response ${
        responseRequested ? "requested" : "not requested"
      }`,
    );
  }
  if (information.userIdentityResponse !== undefined) {
    lines.push(
      `User identity response: ${information.userIdentityResponse.length} bytes`,
    );
  }
  lines.push(...describeUnknown(information.unknown ?? []));
  return lines;
}

function describeUnknown(items: readonly UnknownItem[]): string[] {
  return items.map(({ itemType, data }) =>
    `Unknown item ${upperHex(itemType, 2)}H: ${data.length} bytes`
  );
}

function describePdv({ contextId, isCommand, isLast, data }: Pdv): string {
  return `Context ${contextId}: ${
    isCommand ? "command" : "dataset"
  }, ${data.length} bytes${isLast ? ", last fragment" : ""}`;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function uid(value: string, nameOf: NameOfUid): string {
  const name = nameOf(value);
  return name === undefined ? quote(value) : `${quote(value)} (${name})`;
}

/** Between quotes, with everything but printable ASCII written as `\xNN`. */
function quote(text: string): string {
  const safe = text.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\x${upperHex(character.charCodeAt(0), 2)}`,
  );
  return `"${safe}"`;
}

function count(operations: number): string {
  return operations === 0 ? "unlimited" : String(operations);
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}
