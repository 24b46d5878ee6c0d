/**
 * The faults of `faults.ts` that change a response as a whole: its command set, its status, its place in the query. One response
 * in, one response out. Does not depend on PDUs.
 */
import { encodeDataset } from "../../codec/encode.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import { rawElement } from "../../codec/values.ts";
import { Dataset } from "../../dataset/dataset.ts";
import { encodeCommand } from "../../dimse/command_codec.ts";
import type { Command } from "../../dimse/commands.ts";
import { statusInfo } from "../../dimse/status.ts";
import { editIdentifier } from "./identifier.ts";
import type { CommandEdit, FaultEffect } from "./faults.ts";
import { joinParts } from "../recording/pdu_stream.ts";

/** A response, split into its parts. */
export interface Response {
  readonly contextId: number;
  readonly command: Command;
  readonly data: Uint8Array | undefined;
}

/** The facts about the association and the query that the edits need. */
export interface ResponseContext {
  readonly syntax: TransferSyntax;
  /** Maximum length that the requestor announced, 0 for none. */
  readonly maxPduLength: number;
  /** Matches of the query so far. */
  readonly matches: number;
  readonly lastMatch: Response | undefined;
}

/** A context id that no requestor proposes. */
const FOREIGN_CONTEXT = 251;

const CANCELLED = 0xfe00;

/** Whether more responses follow this one. */
export function isPendingResponse(command: Command): boolean {
  return command.status !== undefined &&
    statusInfo(command.status).category === "pending";
}

/** The response that ends the query in place of this one, or undefined. */
export function endedEarly(
  response: Response,
  effect: FaultEffect,
  context: ResponseContext,
): Response | undefined {
  if (effect.kind === "final") {
    const goesOn = isPendingResponse(response.command);
    if (goesOn ? context.matches < effect.after : effect.isLimit) {
      return undefined;
    }
    return ending(
      response,
      effect.status,
      effect.comment,
      effect.offendingElements,
    );
  }
  if (effect.kind === "command" && effect.edit === "failure-with-dataset") {
    const failure = ending(response, 0xa900);
    const comment = Dataset.of(
      rawElement(0x00000902, "LO", "Identifier does not match"),
    );
    const data = encodeDataset(comment, context.syntax);
    return {
      ...failure,
      command: { ...failure.command, hasDataset: true },
      data,
    };
  }
  return undefined;
}

/** The response with the edits of the fault that keep it in its place. */
export function altered(
  response: Response,
  effect: FaultEffect,
  context: ResponseContext,
): Response {
  const { command, data } = response;
  const pending = isPendingResponse(command);
  if (effect.kind === "pending" && pending) {
    return { ...response, command: { ...command, status: effect.status } };
  }
  if (
    effect.kind === "cancel" && effect.how === "success" &&
    command.status === CANCELLED
  ) {
    return { ...response, command: { ...command, status: 0x0000 } };
  }
  if (
    effect.kind === "identifier" && pending && data !== undefined &&
    command.status !== undefined
  ) {
    const edited = editIdentifier(data, effect.edit, {
      syntax: context.syntax,
      maxPduLength: context.maxPduLength,
      status: command.status,
    });
    return { ...response, data: edited };
  }
  if (effect.kind === "command" && (pending || command.status === 0)) {
    return withCommandEdit(response, effect.edit, context.lastMatch);
  }
  return response;
}

function withCommandEdit(
  response: Response,
  edit: CommandEdit,
  lastMatch: Response | undefined,
): Response {
  const { command } = response;
  switch (edit) {
    case "message-id":
      return withMessageId(response, 1000);
    case "context-id":
      return { ...response, contextId: FOREIGN_CONTEXT };
    case "no-status":
      return { ...response, command: { ...command, status: undefined } };
    case "dataset-denied":
      return { ...response, command: { ...command, hasDataset: false } };
    case "no-dataset":
      return {
        ...response,
        command: { ...command, hasDataset: false },
        data: undefined,
      };
    case "success-with-dataset":
      if (isPendingResponse(command) || lastMatch?.data === undefined) {
        return response;
      }
      return {
        ...response,
        command: { ...command, hasDataset: true },
        data: lastMatch.data,
      };
    default:
      return response;
  }
}

/** The bytes of a command set, with the faults that are about those. */
export function commandBytes(
  command: Command,
  effect: FaultEffect,
): Uint8Array {
  const bytes = encodeCommand(command);
  if (effect.kind !== "command") return bytes;
  if (effect.edit === "no-group-length") {
    return bytes.subarray(GROUP_LENGTH_SIZE);
  }
  return effect.edit === "double-status" ? withDoubleStatus(bytes) : bytes;
}

/** Bytes of element (0000,0000). */
const GROUP_LENGTH_SIZE = 12;

/** The response to a request of another message id. */
export function withMessageId(response: Response, offset: number): Response {
  const { command } = response;
  const id = ((command.messageIdBeingRespondedTo ?? 0) + offset) & 0xffff;
  return {
    ...response,
    command: { ...command, messageIdBeingRespondedTo: id },
  };
}

/** A response to the same request without dataset. */
export function ending(
  response: Response,
  status: number,
  errorComment?: string,
  offendingElements?: readonly number[],
): Response {
  return {
    contextId: response.contextId,
    command: {
      ...response.command,
      hasDataset: false,
      status,
      errorComment,
      offendingElements,
    },
    data: undefined,
  };
}

/** The command set with two values in (0000,0900). */
function withDoubleStatus(command: Uint8Array): Uint8Array {
  const view = new DataView(
    command.buffer,
    command.byteOffset,
    command.length,
  );
  for (let at = 0; at + 8 <= command.length;) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length;
    if (view.getUint16(at + 2, true) === 0x0900) {
      const value = command.subarray(at + 8, end);
      const doubled = joinParts([
        command.subarray(0, end),
        value,
        command.subarray(end),
      ]);
      const edited = new DataView(doubled.buffer);
      edited.setUint32(at + 4, length * 2, true);
      edited.setUint32(8, view.getUint32(8, true) + length, true);
      return doubled;
    }
    at = end;
  }
  return command;
}
