/**
 * The blocks that DCMTK 3.6.7 prints at debug level: association parameters, PDUs, DIMSE messages. Text only, in which what the
 * peer and the user say is harmless; does not depend on levels or streams.
 */
import { hex } from "../../bytes/hex.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import { formatTag } from "../../dataset/tag.ts";
import type { Command, Priority } from "../../dimse/commands.ts";
import { dcmtkStatusText, formatStatus } from "../../dimse/status.ts";
import type { ClientAssociation } from "../../client/client.ts";
import { dcmtkUidName } from "../../dictionary/dcmtk_uid_names.ts";
import { sanitize } from "../../output/sanitize.ts";
import {
  type AssociateAc,
  DICOM_APPLICATION_CONTEXT,
  type ExtendedNegotiation,
  type UserIdentity,
} from "../../pdu/types.ts";

/** The parameters of both ends of an association; a block for the request lacks the answers. */
export interface AssociationParameters {
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  readonly maxPduLength: number;
  readonly contexts: readonly {
    readonly abstractSyntax: string;
    readonly transferSyntaxes: readonly string[];
  }[];
  readonly extended: readonly ExtendedNegotiation[];
  readonly userIdentity: UserIdentity | undefined;
}

/** Names of the results in PS3.8 Table 9-18. */
const CONTEXT_RESULTS = [
  "Accepted",
  "User Rejection",
  "No Reason",
  "Abstract Syntax Not Supported",
  "Transfer Syntaxes Not Supported",
] as const;

const USER_IDENTITY_TYPES = [
  "none",
  "user name",
  "user name and passcode",
  "Kerberos ticket",
  "SAML assertion",
  "JSON web token",
] as const;

/** `=Name` for a well-known UID, else the UID. */
function uidText(uid: string): string {
  const name = dcmtkUidName(uid);
  return name === undefined ? sanitize(uid) : `=${name}`;
}

/** The parameters about to be requested. */
export function requestBlock(ours: AssociationParameters): string {
  return [
    "Request Parameters:",
    "====================== BEGIN A-ASSOCIATE-RQ =====================",
    ...partners(ours, undefined),
    "Presentation Contexts:",
    ...ours.contexts.flatMap(({ abstractSyntax, transferSyntaxes }, index) => [
      `  Context ID:        ${2 * index + 1} (Proposed)`,
      `    Abstract Syntax: ${uidText(abstractSyntax)}`,
      "    Proposed SCP/SCU Role: Default",
      "    Proposed Transfer Syntax(es):",
      ...transferSyntaxes.map((syntax) => `      ${uidText(syntax)}`),
    ]),
    ...extensions(ours, undefined),
    "======================= END A-ASSOCIATE-RQ ======================",
  ].join("\n");
}

/** The agreed parameters. */
export function acceptBlock(
  ours: AssociationParameters,
  association: ClientAssociation,
): string {
  const { accepted, contexts } = association;
  return [
    "Association Parameters Negotiated:",
    "====================== BEGIN A-ASSOCIATE-AC =====================",
    ...partners(ours, accepted),
    "Presentation Contexts:",
    ...contexts.flatMap(({ id, result, abstractSyntax, transferSyntax }) => [
      `  Context ID:        ${id} (${
        CONTEXT_RESULTS[result] ?? "--Invalid Result/Reason--"
      })`,
      `    Abstract Syntax: ${uidText(abstractSyntax)}`,
      "    Proposed SCP/SCU Role: Default",
      "    Accepted SCP/SCU Role: Default",
      ...transferSyntax === undefined
        ? []
        : [`    Accepted Transfer Syntax: ${uidText(transferSyntax)}`],
    ]),
    ...extensions(ours, accepted),
    "======================= END A-ASSOCIATE-AC ======================",
  ].join("\n");
}

function partners(
  ours: AssociationParameters,
  accepted: AssociateAc | undefined,
): string[] {
  const theirs = accepted?.userInformation;
  return [
    `Our Implementation Class UID:      ${ours.implementationClassUid}`,
    `Our Implementation Version Name:   ${ours.implementationVersionName}`,
    `Their Implementation Class UID:    ${
      sanitize(theirs?.implementationClassUid ?? "")
    }`,
    `Their Implementation Version Name: ${
      sanitize(theirs?.implementationVersionName ?? "")
    }`,
    `Application Context Name:    ${
      sanitize(accepted?.applicationContext ?? DICOM_APPLICATION_CONTEXT)
    }`,
    `Calling Application Name:    ${sanitize(ours.callingAeTitle)}`,
    `Called Application Name:     ${sanitize(ours.calledAeTitle)}`,
    `Responding Application Name: ${
      sanitize(accepted?.calledAeTitle ?? ours.calledAeTitle)
    }`,
    `Our Max PDU Receive Size:    ${ours.maxPduLength}`,
    `Their Max PDU Receive Size:  ${theirs?.maxPduLength ?? 0}`,
  ];
}

function extensions(
  ours: AssociationParameters,
  accepted: AssociateAc | undefined,
): string[] {
  const information = accepted?.userInformation;
  const identity = ours.userIdentity;
  return [
    ...negotiations("Requested Extended Negotiation:", ours.extended),
    ...negotiations(
      "Accepted Extended Negotiation: ",
      information?.extended ?? [],
    ),
    `Requested User Identity Negotiation: ${
      identity === undefined
        ? "none"
        : USER_IDENTITY_TYPES[identity.identityType] ?? identity.identityType
    }`,
    `User Identity Negotiation Response:  ${
      information?.userIdentityResponse === undefined ? "none" : "present"
    }`,
  ];
}

function negotiations(
  title: string,
  all: readonly ExtendedNegotiation[],
): string[] {
  if (all.length === 0) return [`${title} none`];
  return [
    title.trimEnd(),
    ...all.flatMap(({ sopClassUid, information }) => [
      `  Abstract Syntax: ${uidText(sopClassUid)}`,
      `    [${
        Array.from(information, (byte) => `0x${hex(byte, 2)}`).join(", ")
      }]`,
    ]),
  ];
}

const DUMPED_BYTES = 512;
const BYTES_PER_LINE = 16;
const PDU_HEADER = 6;

/** The bytes of an A-ASSOCIATE-AC, of which DCMTK shows no more than the first 512. */
export function acceptDump(pdu: Uint8Array): string {
  let text = `PDU Type: Associate Accept, PDU Length: ${
    pdu.length - PDU_HEADER
  } + ${PDU_HEADER} bytes PDU header\n`;
  if (pdu.length > DUMPED_BYTES) text += "Only dumping 512 bytes.\n";
  const bytes = pdu.subarray(0, DUMPED_BYTES);
  for (let at = 0; at < bytes.length; at++) {
    text += `  ${hex(bytes[at]!, 2)}`;
    if (at % BYTES_PER_LINE === BYTES_PER_LINE - 1) text += "\n";
  }
  return text;
}

/** The C-FIND-RQ. */
export function requestMessage(
  message: {
    readonly contextId: number;
    readonly messageId: number;
    readonly sopClassUid: string;
    readonly priority: Priority;
  },
): string {
  return [
    "===================== OUTGOING DIMSE MESSAGE ====================",
    "Message Type                  : C-FIND RQ",
    `Presentation Context ID       : ${message.contextId}`,
    `Message ID                    : ${message.messageId}`,
    `Affected SOP Class UID        : ${className(message.sopClassUid)}`,
    "Data Set                      : present",
    `Priority                      : ${message.priority}`,
    "======================= END DIMSE MESSAGE =======================",
  ].join("\n");
}

/** A C-FIND-RSP. */
export function responseMessage(command: Command, status: number): string {
  return [
    "===================== INCOMING DIMSE MESSAGE ====================",
    "Message Type                  : C-FIND RSP",
    `Message ID Being Responded To : ${command.messageIdBeingRespondedTo ?? 0}`,
    `Affected SOP Class UID        : ${
      command.affectedSopClassUid === undefined
        ? "none"
        : className(command.affectedSopClassUid)
    }`,
    `Data Set                      : ${
      command.hasDataset ? "present" : "none"
    }`,
    `DIMSE Status                  : ${formatStatus(status)}: ${
      dcmtkStatusText(status)
    }`,
    "======================= END DIMSE MESSAGE =======================",
  ].join("\n");
}

function className(uid: string): string {
  return dcmtkUidName(uid) ?? sanitize(uid);
}

/** The text before a message is read. */
export function readingLine(syntax?: TransferSyntax): string {
  const command = 'DcmDataset::read() TransferSyntax="Little Endian Implicit"';
  return syntax === undefined
    ? command
    : `${command}\nDcmDataset::read() TransferSyntax="${syntax.name}"`;
}

/** The status detail of a failure (PS3.7 C.4), as a dump in DCMTK's style; undefined if there is none. */
export function statusDetail(command: Command): string | undefined {
  const { offendingElements, errorComment, errorId } = command;
  const lines: string[] = [];
  const line = (head: string, value: string, tail: string) =>
    lines.push(`${head} ${value.padEnd(40)} # ${tail}`);
  if (offendingElements !== undefined && offendingElements.length > 0) {
    const count = offendingElements.length;
    line(
      "(0000,0901) AT",
      offendingElements.map(formatTag).join("\\"),
      `${String(4 * count).padStart(3)},${
        String(count).padStart(2)
      } OffendingElement`,
    );
  }
  if (errorComment !== undefined) {
    const length = errorComment.length + errorComment.length % 2;
    line(
      "(0000,0902) LO",
      length === 0 ? "(no value available)" : `[${sanitize(errorComment)}]`,
      `${String(length).padStart(3)}, ${length === 0 ? 0 : 1} ErrorComment`,
    );
  }
  if (errorId !== undefined) {
    line("(0000,0903) US", String(errorId), "  2, 1 ErrorID");
  }
  return lines.length === 0
    ? undefined
    : "Status Detail:\n\n# Dicom-Data-Set\n" +
      `# Used TransferSyntax: Little Endian Implicit\n${lines.join("\n")}\n`;
}
