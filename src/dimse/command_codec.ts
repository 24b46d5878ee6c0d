/** Command sets to bytes and back: always implicit VR little endian, group 0000 alone (PS3.7 6.3). */
import { latin1, latin1Bytes } from "../bytes/latin1.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { DecodeError } from "../errors.ts";
import { formatTag, tagOf } from "../dataset/tag.ts";
import { type Command, NO_DATASET } from "./commands.ts";

/** Command Data Set Type of messages with a dataset; any value but 0101H says so, this is the customary one. */
const WITH_DATASET = 0x0001;

/** Tags that one warning names. */
const MOST_NAMED = 5;

function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0 || text[end - 1] === " ")) {
    end--;
  }
  return text.slice(0, end).trimStart();
}

/** The bytes of a command set: elements in tag order, group length first. */
export function encodeCommand(command: Command): Uint8Array {
  const writer = new ByteWriter(true, 128);
  const element = (number: number, value: Uint8Array): void => {
    writer.u16(0).u16(number).u32(value.length).put(value);
  };
  const u16 = (number: number, value: number | undefined): void => {
    if (value === undefined) return;
    writer.u16(0).u16(number).u32(2).u16(value);
  };
  const text = (
    number: number,
    value: string | undefined,
    padding: string,
  ): void => {
    if (value === undefined) return;
    element(
      number,
      latin1Bytes(value.length % 2 === 0 ? value : value + padding),
    );
  };
  writer.u16(0).u16(0x0000).u32(4).u32(0);
  text(0x0002, command.affectedSopClassUid, "\0");
  u16(0x0100, command.commandField);
  u16(0x0110, command.messageId);
  u16(0x0120, command.messageIdBeingRespondedTo);
  u16(0x0700, command.priority);
  u16(0x0800, command.hasDataset ? WITH_DATASET : NO_DATASET);
  u16(0x0900, command.status);
  if (command.offendingElements !== undefined) {
    const tags = new ByteWriter(true);
    for (const tag of command.offendingElements) {
      tags.u16(tag >>> 16).u16(tag & 0xffff);
    }
    element(0x0901, tags.finish());
  }
  text(0x0902, command.errorComment, " ");
  u16(0x0903, command.errorId);
  writer.patch32(8, writer.length - 12);
  return writer.finish();
}

/** An error comment is LO in the default repertoire (PS3.7 C.4.2); peers send any encoding, and UTF-8 is easily recognised. */
function commentText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

/**
 * Reads a command set. The group length may be missing, and numbers may carry more values than they should: the first counts.
 * Elements that these services do not use are passed over; `warn` hears of those of other groups. Throws `DecodeError` without
 * (0000,0100) or on broken lengths.
 */
export function decodeCommand(
  bytes: Uint8Array,
  warn: (text: string) => void = () => {},
): Command {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let commandField: number | undefined;
  let affectedSopClassUid: string | undefined;
  let messageId: number | undefined;
  let messageIdBeingRespondedTo: number | undefined;
  let priority: number | undefined;
  let dataSetType: number | undefined;
  let status: number | undefined;
  let offendingElements: number[] | undefined;
  let errorComment: string | undefined;
  let errorId: number | undefined;
  const foreign: string[] = [];

  let at = 0;
  while (at + 8 <= bytes.length) {
    const group = view.getUint16(at, true);
    const number = view.getUint16(at + 2, true);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    const end = start + length;
    if (end > bytes.length) {
      throw new DecodeError(
        `Element ${
          formatTag(tagOf(group, number))
        } of the command set claims ${length} bytes, but only ${
          bytes.length - start
        } are left`,
        { offset: at },
      );
    }
    at = end;
    if (group !== 0) {
      foreign.push(formatTag(tagOf(group, number)));
      continue;
    }
    const u16 = length >= 2 ? view.getUint16(start, true) : undefined;
    switch (number) {
      case 0x0002:
        affectedSopClassUid = withoutPadding(
          latin1(bytes.subarray(start, end)),
        );
        break;
      case 0x0100:
        commandField = u16;
        break;
      case 0x0110:
        messageId = u16;
        break;
      case 0x0120:
        messageIdBeingRespondedTo = u16;
        break;
      case 0x0700:
        priority = u16;
        break;
      case 0x0800:
        dataSetType = u16;
        break;
      case 0x0900:
        status = u16;
        break;
      case 0x0901:
        offendingElements = [];
        for (let tag = start; tag + 4 <= end; tag += 4) {
          offendingElements.push(
            view.getUint16(tag, true) * 0x10000 +
              view.getUint16(tag + 2, true),
          );
        }
        break;
      case 0x0902:
        errorComment = withoutPadding(commentText(bytes.subarray(start, end)));
        break;
      case 0x0903:
        errorId = u16;
        break;
    }
  }
  if (commandField === undefined) {
    throw new DecodeError("The command set has no Command Field (0000,0100)");
  }
  if (foreign.length > 0) {
    warn(
      `The peer's command sets hold attributes that do not belong there, ${
        foreign.slice(0, MOST_NAMED).join(", ")
      }${foreign.length > MOST_NAMED ? " and others" : ""}: ignored`,
    );
  }
  return {
    commandField,
    affectedSopClassUid,
    messageId,
    messageIdBeingRespondedTo,
    priority,
    hasDataset: dataSetType !== undefined && dataSetType !== NO_DATASET,
    status,
    offendingElements,
    errorComment,
    errorId,
  };
}
