/**
 * Cuts a byte stream into PDUs by their length fields (PS3.8 9.3.1). Does not look inside them, but distinguishes a peer
 * that does not speak DICOM at all by its first bytes. "Not enough yet" is `undefined`, never an error.
 */
import { hexBytes } from "../bytes/hex.ts";
import { latin1 } from "../bytes/latin1.ts";
import { quantity, RemoteProtocolError } from "../errors.ts";
import { AbortReason } from "./reasons.ts";
import { PDU_HEADER_LENGTH, PDU_TYPES } from "./types.ts";

/**
 * Longest PDU accepted, header excluded, whatever we announced: peers exceed the announced length in practice, but
 * a length without bound would let one wrong byte claim 4 GiB of memory.
 */
export const MAX_PDU_LENGTH = 64 * 1024 * 1024;

/** Longest PDU other than P-DATA-TF: 128 contexts with sixty transfer syntaxes each, and a token for the user, are half of it. */
const MAX_CONTROL_PDU_LENGTH = 1024 * 1024;

/** One whole PDU within a larger buffer. */
export interface Frame {
  /** PDU-type byte, 1 to 7. */
  readonly pduType: number;
  /** The buffer that contains the PDU. */
  readonly bytes: Uint8Array;
  /** Offset of the PDU-type byte. */
  readonly start: number;
  /** Offset after the PDU's last byte. */
  readonly end: number;
}

/** Takes whole PDUs from `at` on by itself; returns the offset after them. */
export type TakeBytes = (bytes: Uint8Array, at: number) => number;

const FIRST_CAPACITY = 512;

/** Chunks in, whole PDUs out. Holds on to the chunks: they must not change afterwards. */
export class Deframer {
  #chunks: Uint8Array[] = [];
  /** Position of the next byte in the first chunk. */
  #at = 0;
  /** The part received so far of a PDU that spans chunks. Grows with the bytes that arrive, not with the claimed length. */
  #partial: Uint8Array | undefined;
  #filled = 0;
  #isFirst = true;

  /** Adds received bytes. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** The next whole PDU, or `undefined`. `RemoteProtocolError` when the stream is not a sequence of PDUs. */
  next(): Frame | undefined {
    while (true) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return undefined;
      const frame = this.#partial === undefined
        ? this.#nextInPlace(chunk)
        : this.#nextAcross(chunk);
      if (this.#at === chunk.length) {
        this.#chunks.shift();
        this.#at = 0;
      }
      if (frame !== undefined) return frame;
    }
  }

  /** Offers the received bytes where a PDU begins; those that are taken are skipped. */
  skip(take: TakeBytes): void {
    const chunk = this.#chunks[0];
    if (chunk === undefined || this.#partial !== undefined) return;
    this.#at = take(chunk, this.#at);
    if (this.#at < chunk.length) return;
    this.#chunks.shift();
    this.#at = 0;
  }

  /** Removes the bytes since the last whole PDU, for a caller that continues after an error of `next`. */
  takeRest(): Uint8Array[] {
    const [first, ...others] = this.#chunks;
    const rest = [
      ...this.#partial ? [this.#partial.subarray(0, this.#filled)] : [],
      ...first ? [first.subarray(this.#at), ...others] : [],
    ];
    this.#chunks = [];
    this.#at = this.#filled = 0;
    this.#partial = undefined;
    return rest;
  }

  /** The PDU at the read position, without copying; its beginning is set aside when the chunk ends before it does. */
  #nextInPlace(chunk: Uint8Array): Frame | undefined {
    const start = this.#at;
    const bytesLeft = chunk.length - start;
    if (bytesLeft >= PDU_HEADER_LENGTH) {
      const end = start + this.#sizeOf(chunk, start);
      if (end <= chunk.length) {
        this.#at = end;
        return { pduType: chunk[start]!, bytes: chunk, start, end };
      }
    }
    this.#partial = new Uint8Array(Math.max(bytesLeft, FIRST_CAPACITY));
    this.#partial.set(chunk.subarray(start));
    this.#filled = bytesLeft;
    this.#at = chunk.length;
    return undefined;
  }

  /** Copies from the chunk the bytes that the PDU set aside still lacks. */
  #nextAcross(chunk: Uint8Array): Frame | undefined {
    this.#fill(chunk, PDU_HEADER_LENGTH);
    if (this.#filled < PDU_HEADER_LENGTH) return undefined;
    const size = this.#sizeOf(this.#partial!, 0);
    this.#fill(chunk, size);
    if (this.#filled < size) return undefined;
    const bytes = this.#partial!;
    this.#partial = undefined;
    this.#filled = 0;
    return { pduType: bytes[0]!, bytes, start: 0, end: size };
  }

  /** Copies until `length` bytes have arrived, or the chunk is used up. */
  #fill(chunk: Uint8Array, length: number): void {
    const count = Math.min(length - this.#filled, chunk.length - this.#at);
    if (count <= 0) return;
    const needed = this.#filled + count;
    let partial = this.#partial!;
    if (needed > partial.length) {
      // Doubling keeps the copying linear; never beyond the size of the PDU.
      const grown = new Uint8Array(
        Math.max(needed, Math.min(length, partial.length * 2)),
      );
      grown.set(partial.subarray(0, this.#filled));
      this.#partial = partial = grown;
    }
    partial.set(chunk.subarray(this.#at, this.#at + count), this.#filled);
    this.#filled = needed;
    this.#at += count;
  }

  /** Size of the PDU whose header is at `at`, header included (PS3.8 9.3.1). */
  #sizeOf(bytes: Uint8Array, at: number): number {
    const pduType = bytes[at]!;
    const length = ((bytes[at + 2]! << 24) | (bytes[at + 3]! << 16) |
      (bytes[at + 4]! << 8) | bytes[at + 5]!) >>> 0;
    if (pduType < 0x01 || pduType > 0x07) {
      throw this.#isFirst
        ? notDicom(bytes.subarray(at, at + PDU_HEADER_LENGTH))
        : new RemoteProtocolError(
          `Received a PDU of unknown type ${pduType}`,
          { abortReason: AbortReason.unrecognizedPdu },
        );
    }
    const limit = pduType === PDU_TYPES["p-data-tf"]
      ? MAX_PDU_LENGTH
      : MAX_CONTROL_PDU_LENGTH;
    if (length > limit) {
      throw new RemoteProtocolError(
        `Received a PDU that claims ${
          quantity(length, "byte")
        }: more than the ${limit} accepted`,
        {
          abortReason: AbortReason.invalidParameter,
          hint: "The peer is probably not a DICOM application, or is faulty",
        },
      );
    }
    this.#isFirst = false;
    return PDU_HEADER_LENGTH + length;
  }
}

/** The protocol that the first six bytes of a stream reveal if they are not a PDU header. */
function notDicom(head: Uint8Array): RemoteProtocolError {
  const options = { abortReason: AbortReason.unrecognizedPdu };
  // TLS record: content type 21 (alert) or 22 (handshake), then major version 3 (RFC 8446 5.1).
  if ((head[0] === 0x15 || head[0] === 0x16) && head[1] === 0x03) {
    return new RemoteProtocolError(
      "The peer speaks TLS where plain DICOM was expected",
      { ...options, hint: "Use TLS for this peer, or its port without TLS" },
    );
  }
  const text = latin1(head);
  if (text.startsWith("HTTP")) {
    return new RemoteProtocolError("The peer answered in HTTP, not in DICOM", {
      ...options,
      hint: "This port belongs to a web server: " +
        "use the DICOM port, often 104, 4242 or 11112",
    });
  }
  if (/^[\t\r\n\x20-\x7e]+$/.test(text)) {
    return new RemoteProtocolError(
      `The peer answered in text, not in DICOM: ${JSON.stringify(text)}`,
      {
        ...options,
        hint: "Another service listens on this port: check the port number",
      },
    );
  }
  const bytes = hexBytes(head, " ");
  return new RemoteProtocolError(
    `The peer does not speak DICOM: its first bytes are ${bytes}`,
    {
      ...options,
      hint: "Check host and port, and whether the peer expects TLS",
    },
  );
}
