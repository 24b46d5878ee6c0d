/**
 * The agreement of requestor and acceptor: building A-ASSOCIATE-RQ and A-ASSOCIATE-AC, and reading the agreement out
 * of the two (PS3.8 9.3.2 and 9.3.3, PS3.7 D.3). Pure functions; does not depend on states or bytes.
 */
import { LocalProtocolError, UsageError } from "../errors.ts";
import { ContextResult, explainContextResult } from "../pdu/reasons.ts";
import {
  AE_TITLE_LENGTH,
  type AnsweredContext,
  type AssociateAc,
  type AssociateRq,
  DICOM_APPLICATION_CONTEXT,
  type ExtendedNegotiation,
  type ProposedContext,
  PROTOCOL_VERSION_1,
  type RoleSelection,
  type UserIdentity,
  type UserInformation,
} from "../pdu/types.ts";
import { VERSION } from "../version.ts";
import type {
  AssociateAnswer,
  AssociateRequest,
  AssociationConfig,
  NegotiatedContext,
} from "./events.ts";

/** Our implementation class UID (PS3.7 D.3.3.2), derived from a UUID as PS3.5 B.2 allows. */
export const IMPLEMENTATION_CLASS_UID =
  "2.25.59589251001705980508838058896206774690";

const MAX_CONTEXTS = 128;
const MAX_VERSION_NAME_LENGTH = 16;

/** Our implementation version name (PS3.7 D.3.3.2.3). */
export const IMPLEMENTATION_VERSION_NAME = `FINDSCU_${VERSION}`
  .toUpperCase().replace(/\W/g, "_").slice(0, MAX_VERSION_NAME_LENGTH);

const MAX_U32 = 0xffffffff;
/** A P-DATA-TF whose only PDV has a fragment of two bytes after its six-byte header. */
const MIN_SEND_LIMIT = 8;

/** Builds the A-ASSOCIATE-RQ; `UsageError` when a parameter cannot be proposed. */
export function propose(
  request: AssociateRequest,
  config: AssociationConfig,
): AssociateRq {
  checkAeTitle(request.calledAeTitle, "called AE title");
  checkAeTitle(request.callingAeTitle, "calling AE title");
  if (request.contexts.length === 0) {
    throw new UsageError("Cannot propose an association: no contexts given");
  }
  if (request.contexts.length > MAX_CONTEXTS) {
    throw new UsageError(
      `Cannot propose ${request.contexts.length} presentation contexts: ` +
        `ids suffice for ${MAX_CONTEXTS}`,
    );
  }
  const contexts = request.contexts.map((context, index) => {
    checkUid(context.abstractSyntax, "abstract syntax");
    if (context.transferSyntaxes.length === 0) {
      throw new UsageError(
        `Cannot propose "${context.abstractSyntax}": no transfer syntax given`,
      );
    }
    for (const syntax of context.transferSyntaxes) {
      checkUid(syntax, "transfer syntax");
    }
    return {
      // Ids are odd (PS3.8 9.3.2.2).
      id: 2 * index + 1,
      abstractSyntax: context.abstractSyntax,
      transferSyntaxes: context.transferSyntaxes,
    };
  });
  const { asyncOperations, roles, extended } = request;
  const { commonExtended, userIdentity } = request;
  return {
    type: "associate-rq",
    protocolVersion: PROTOCOL_VERSION_1,
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts,
    userInformation: {
      ...ownInformation(config),
      ...(asyncOperations === undefined ? {} : { asyncOperations }),
      ...(roles === undefined ? {} : { roles }),
      ...(extended === undefined ? {} : { extended }),
      ...(commonExtended === undefined ? {} : { commonExtended }),
      ...(userIdentity === undefined ? {} : { userIdentity }),
    },
    unknownItems: [],
  };
}

/** The capabilities of an acceptor. */
export interface AcceptPolicy {
  /** Supported transfer syntaxes, best first, of an abstract syntax; undefined when that is not supported. */
  readonly transferSyntaxes: (
    abstractSyntax: string,
  ) => readonly string[] | undefined;
  /** Whose order decides between several possible transfer syntaxes; ours by default. */
  readonly preference?: "own" | "requestor";
  /** The answer to a SOP class extended negotiation; undefined for none (PS3.7 D.3.3.5). */
  readonly extended?: (
    proposal: ExtendedNegotiation,
  ) => Uint8Array | undefined;
  /** The roles granted to the requestor; undefined for the default roles (PS3.7 D.3.3.4). */
  readonly role?: (proposal: RoleSelection) => RoleSelection | undefined;
  /** The server response for an identity that requests one (PS3.7 D.3.3.7); undefined for none. */
  readonly userIdentity?: (identity: UserIdentity) => Uint8Array | undefined;
}

/** Answers a request as the policy says: each context on its own, and of several with the same id the first. */
export function answerRequest(
  request: AssociateRq,
  policy: AcceptPolicy,
): AssociateAnswer {
  const proposals = new Map<number, ProposedContext>();
  for (const context of request.contexts) {
    if (!proposals.has(context.id)) proposals.set(context.id, context);
  }
  const contexts = [...proposals.values()].map((context): AnsweredContext => {
    const { id, abstractSyntax, transferSyntaxes: syntaxes } = context;
    const supported = policy.transferSyntaxes(abstractSyntax);
    // A rejected context names a syntax all the same; it is not significant (PS3.8 9.3.3.2).
    const filler = syntaxes[0];
    if (supported === undefined) {
      const result = ContextResult.abstractSyntax;
      return { id, result, transferSyntax: filler };
    }
    const transferSyntax = policy.preference === "requestor"
      ? syntaxes.find((syntax) => supported.includes(syntax))
      : supported.find((syntax) => syntaxes.includes(syntax));
    return transferSyntax === undefined
      ? { id, result: ContextResult.transferSyntaxes, transferSyntax: filler }
      : { id, result: ContextResult.accepted, transferSyntax };
  });
  const { userInformation } = request;
  const extended: ExtendedNegotiation[] = [];
  for (const proposal of userInformation.extended ?? []) {
    const information = policy.extended?.(proposal);
    if (information === undefined) continue;
    extended.push({ sopClassUid: proposal.sopClassUid, information });
  }
  const roles: RoleSelection[] = [];
  for (const proposal of userInformation.roles ?? []) {
    const granted = policy.role?.(proposal);
    if (granted !== undefined) roles.push(granted);
  }
  const identity = userInformation.userIdentity;
  const userIdentityResponse = identity?.responseRequested === true
    ? policy.userIdentity?.(identity)
    : undefined;
  return {
    contexts,
    ...(extended.length === 0 ? {} : { extended }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(userIdentityResponse === undefined ? {} : { userIdentityResponse }),
  };
}

/** Builds the A-ASSOCIATE-AC; `LocalProtocolError` when the answer does not fit the request. */
export function accepting(
  request: AssociateRq,
  userAnswer: AssociateAnswer,
  config: AssociationConfig,
): AssociateAc {
  const openIds = new Set(request.contexts.map((context) => context.id));
  for (const { id, result, transferSyntax } of userAnswer.contexts) {
    if (!openIds.delete(id)) {
      throw new LocalProtocolError(
        `Cannot answer presentation context ${id}: not proposed, or answered twice`,
      );
    }
    if (result === ContextResult.accepted && !transferSyntax) {
      throw new LocalProtocolError(
        `Cannot accept presentation context ${id} without a transfer syntax`,
      );
    }
  }
  const { asyncOperations, roles, extended, userIdentityResponse } = userAnswer;
  return {
    type: "associate-ac",
    protocolVersion: PROTOCOL_VERSION_1,
    // Titles and reserved bytes are echoes (PS3.8 Table 9-17).
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    ...(request.reserved === undefined ? {} : { reserved: request.reserved }),
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: userAnswer.contexts,
    userInformation: {
      ...ownInformation(config),
      ...(asyncOperations === undefined ? {} : { asyncOperations }),
      ...(roles === undefined ? {} : { roles }),
      ...(extended === undefined ? {} : { extended }),
      ...(userIdentityResponse === undefined ? {} : { userIdentityResponse }),
    },
    unknownItems: [],
  };
}

/** The agreement: one entry per proposed context, in its order, and the oddities of the answer. */
export function negotiatedContexts(
  request: AssociateRq,
  accept: AssociateAc,
): { contexts: NegotiatedContext[]; warnings: string[] } {
  const warnings: string[] = [];
  const answers = new Map<number, AnsweredContext>();
  for (const context of accept.contexts) {
    if (answers.has(context.id)) {
      warnings.push(
        `Ignored a second answer to presentation context ${context.id}`,
      );
    } else answers.set(context.id, context);
  }
  const contexts = request.contexts.map((context): NegotiatedContext => {
    const { id, abstractSyntax } = context;
    const contextAnswer = answers.get(id);
    answers.delete(id);
    if (contextAnswer === undefined) {
      warnings.push(`The peer left presentation context ${id} unanswered`);
      const result = ContextResult.noReason;
      return { id, result, abstractSyntax, transferSyntax: undefined };
    }
    const { result } = contextAnswer;
    // The transfer syntax of a rejected context is not significant (PS3.8 9.3.3.2).
    if (result !== ContextResult.accepted) {
      return { id, result, abstractSyntax, transferSyntax: undefined };
    }
    return settle(context, contextAnswer.transferSyntax, warnings);
  });
  for (const id of answers.keys()) {
    warnings.push(`Ignored presentation context ${id}, which was not proposed`);
  }
  return { contexts, warnings };
}

/** A context that the peer accepted: with which transfer syntax? */
function settle(
  context: AssociateRq["contexts"][number],
  transferSyntax: string | undefined,
  warnings: string[],
): NegotiatedContext {
  const { id, abstractSyntax, transferSyntaxes } = context;
  const acceptance = { id, result: ContextResult.accepted, abstractSyntax };
  if (transferSyntax) {
    if (!transferSyntaxes.includes(transferSyntax)) {
      warnings.push(
        `The peer chose transfer syntax "${transferSyntax}" for presentation context ${id}, which was not proposed`,
      );
    }
    return { ...acceptance, transferSyntax };
  }
  const [only] = transferSyntaxes;
  if (only !== undefined && transferSyntaxes.length === 1) {
    warnings.push(
      `The peer accepted presentation context ${id} without naming a transfer syntax: using the one proposed`,
    );
    return { ...acceptance, transferSyntax: only };
  }
  const result = ContextResult.transferSyntaxes;
  warnings.push(
    `The peer accepted presentation context ${id} without naming a transfer syntax: treated as "${
      explainContextResult(result).short
    }"`,
  );
  return { id, result, abstractSyntax, transferSyntax: undefined };
}

/**
 * The largest P-DATA-TF length that the peer accepts; 0, or no statement, means any (PS3.8 D.1). A peer that announces less than
 * the least there can be does not mean it.
 */
export function sendLimit(peer: UserInformation): number {
  return Math.max(peer.maxPduLength || Infinity, MIN_SEND_LIMIT);
}

/** `UsageError` when a setting is out of range. */
export function checkConfig(config: AssociationConfig): void {
  const { maxPduLength } = config;
  if (
    !Number.isInteger(maxPduLength) || maxPduLength < 0 ||
    maxPduLength > MAX_U32
  ) {
    throw new UsageError(`Invalid maximum PDU length ${maxPduLength}`);
  }
  for (
    const key of ["acseTimeout", "releaseTimeout", "artimTimeout"] as const
  ) {
    if (config[key] !== undefined && !(config[key] > 0)) {
      throw new UsageError(`Invalid ${key} ${config[key]}: must be positive`);
    }
  }
  if (config.implementationClassUid !== undefined) {
    checkUid(config.implementationClassUid, "implementation class UID");
  }
  const name = config.implementationVersionName ?? "";
  if (name.length > MAX_VERSION_NAME_LENGTH) {
    throw new UsageError(
      `Implementation version name "${name}" has more than ${MAX_VERSION_NAME_LENGTH} characters`,
    );
  }
}

function ownInformation(config: AssociationConfig): UserInformation {
  const name = config.implementationVersionName ?? IMPLEMENTATION_VERSION_NAME;
  return {
    maxPduLength: config.maxPduLength,
    implementationClassUid: config.implementationClassUid ??
      IMPLEMENTATION_CLASS_UID,
    ...(name === "" ? {} : { implementationVersionName: name }),
  };
}

/** AE titles: 1 to 16 characters of the default repertoire, no backslash, not only blanks (PS3.5 6.2, PS3.8 9.3.2). */
function checkAeTitle(title: string, what: string): void {
  if (typeof title !== "string") {
    throw new UsageError(`Invalid ${what} ${title}: it is not a text`);
  }
  if (title.length > AE_TITLE_LENGTH) {
    throw new UsageError(
      `Invalid ${what} "${title}": ${title.length} characters, at most ${AE_TITLE_LENGTH} are allowed`,
    );
  }
  if (title.trim() === "") {
    throw new UsageError(`Invalid ${what} "${title}": it is empty`);
  }
  if (!/^[\x20-\x5b\x5d-\x7e]+$/.test(title)) {
    throw new UsageError(
      `Invalid ${what} "${title}": only ASCII characters other than backslash and control characters are allowed`,
    );
  }
}

/** UIDs: digits and periods, at most 64 (PS3.5 9.1). */
function checkUid(uid: string, what: string): void {
  if (!/^[0-9.]{1,64}$/.test(uid)) {
    throw new UsageError(
      `Invalid ${what} "${uid}": a UID has 1 to 64 digits and periods`,
    );
  }
}
