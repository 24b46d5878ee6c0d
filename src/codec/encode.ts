/** Dataset to bytes (PS3.5 section 7), driven by the row of the transfer syntax. Does not depend on the network or files. */
import { ByteWriter } from "../bytes/writer.ts";
import {
  type Dataset,
  type Element,
  isFragments,
  isSequence,
  type SequenceElement,
} from "../dataset/dataset.ts";
import { formatTag, groupOf, isGroupLength } from "../dataset/tag.ts";
import { type Vr, vrInfo } from "../dataset/vr.ts";
import { EncodeError } from "../errors.ts";
import { deflate } from "./deflate.ts";
import {
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  swapped,
  UNDEFINED_LENGTH,
} from "./structure.ts";
import type { TransferSyntax } from "./transfer_syntax.ts";

/** How to encode. */
export interface EncodeOptions {
  /** Lengths of sequences and items: all defined (the default), all undefined, or each as it was read. */
  readonly lengths?: "defined" | "undefined" | "kept";
  /** Write the VRs that came after 1993 (UC UN UR UT OD OF OL OV SV UV) as OB, for peers that do not know them. */
  readonly oldVrs?: boolean;
  /** Deflate level 0..9, for the deflated transfer syntax. */
  readonly level?: number;
}

const NEW_VRS: ReadonlySet<Vr> = new Set<Vr>([
  "UC",
  "UN",
  "UR",
  "UT",
  "OD",
  "OF",
  "OL",
  "OV",
  "SV",
  "UV",
]);

/** The bytes of a dataset. Group lengths that are present are recomputed. Throws `EncodeError`. */
export function encodeDataset(
  dataset: Dataset,
  syntax: TransferSyntax,
  options: EncodeOptions = {},
): Uint8Array {
  const writer = new ByteWriter(syntax.littleEndian);
  writeElements(writer, dataset, syntax, options);
  const bytes = writer.finish();
  return syntax.deflated ? deflate(bytes, options.level) : bytes;
}

function writeElements(
  writer: ByteWriter,
  dataset: Dataset,
  syntax: TransferSyntax,
  options: EncodeOptions,
): void {
  let groupLengthAt: number | undefined;
  let group = -1;
  const closeGroup = (): void => {
    if (groupLengthAt === undefined) return;
    writer.patch32(groupLengthAt, writer.length - groupLengthAt - 4);
    groupLengthAt = undefined;
  };
  for (const element of dataset.elements) {
    if (groupOf(element.tag) !== group) {
      closeGroup();
      group = groupOf(element.tag);
    }
    if (isGroupLength(element.tag) && !isSequence(element)) {
      writeHeader(writer, element.tag, "UL", 4, syntax, options);
      groupLengthAt = writer.length;
      writer.u32(0);
    } else writeElement(writer, element, syntax, options);
  }
  closeGroup();
}

function writeElement(
  writer: ByteWriter,
  element: Element,
  syntax: TransferSyntax,
  options: EncodeOptions,
): void {
  if (isSequence(element)) {
    writeSequence(writer, element, syntax, options);
  } else if (isFragments(element)) {
    writeHeader(
      writer,
      element.tag,
      element.vr,
      UNDEFINED_LENGTH,
      syntax,
      options,
    );
    for (const fragment of element.fragments) {
      writeTag(writer, ITEM);
      writer.u32(fragment.length).put(fragment);
    }
    writeTag(writer, SEQUENCE_DELIMITATION);
    writer.u32(0);
  } else {
    const { tag, vr, value } = element;
    const info = vrInfo(vr);
    const padding = value.length & 1;
    writeHeader(writer, tag, vr, value.length + padding, syntax, options);
    writer.put(syntax.littleEndian ? value : swapped(value, info.unit));
    if (padding === 1) writer.u8(info.padding);
  }
}

function writeSequence(
  writer: ByteWriter,
  element: SequenceElement,
  syntax: TransferSyntax,
  options: EncodeOptions,
): void {
  const undefinedLength = (was: boolean): boolean =>
    options.lengths === "undefined" || (options.lengths === "kept" && was);
  const open = undefinedLength(element.undefinedLength);
  writeHeader(
    writer,
    element.tag,
    "SQ",
    open ? UNDEFINED_LENGTH : 0,
    syntax,
    options,
  );
  const start = writer.length;
  for (const item of element.items) {
    writeTag(writer, ITEM);
    if (undefinedLength(item.undefinedLength)) {
      writer.u32(UNDEFINED_LENGTH);
      writeElements(writer, item.dataset, syntax, options);
      writeTag(writer, ITEM_DELIMITATION);
      writer.u32(0);
    } else {
      writer.prefixed32(
        `Item of ${formatTag(element.tag)}`,
        () => writeElements(writer, item.dataset, syntax, options),
      );
    }
  }
  if (open) {
    writeTag(writer, SEQUENCE_DELIMITATION);
    writer.u32(0);
  } else writer.patch32(start - 4, writer.length - start);
}

function writeTag(writer: ByteWriter, tag: number): void {
  writer.u16(tag >>> 16).u16(tag & 0xffff);
}

/** PS3.5 7.1.2: tag, VR and a length of 16 or 32 bits; 7.1.3: tag and a length of 32 bits. */
function writeHeader(
  writer: ByteWriter,
  tag: number,
  vr: Vr,
  length: number,
  syntax: TransferSyntax,
  options: EncodeOptions,
): void {
  writeTag(writer, tag);
  if (!syntax.explicitVr) {
    writer.u32(length);
    return;
  }
  let headerVr = options.oldVrs && NEW_VRS.has(vr) ? "OB" : vr;
  // PS3.5 6.2.2: a value too long for the 16-bit length of its VR is written as UN.
  if (!vrInfo(headerVr).longForm && length > 0xffff) headerVr = "UN";
  if (
    headerVr === "UN" && vr !== "UN" && vrInfo(vr).unit > 1 &&
    !syntax.littleEndian
  ) {
    throw new EncodeError(
      `${formatTag(tag)} ${vr} is too long for big endian: ${length} bytes`,
    );
  }
  writer.u8(headerVr.charCodeAt(0)).u8(headerVr.charCodeAt(1));
  if (vrInfo(headerVr).longForm) writer.u16(0).u32(length);
  else writer.u16(length);
}
