/**
 * Archives that are the same bytes whenever and wherever they are made: fixed times, owners and order. Formats: ustar (POSIX.1) with
 * gzip, and ZIP (APPNOTE 6.3) with deflate, no more of either than a handful of small-named files needs.
 */
import { deflateRawSync, gzipSync } from "node:zlib";

/** One file of an archive. */
export interface ArchiveFile {
  /** Path in the archive, with forward slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable?: boolean;
}

const BLOCK = 512;
const LEVEL = 9;

const encoder = new TextEncoder();

/** A gzipped tar archive; `date` is the time of all files, `YYYY-MM-DD`. */
export function tarGz(
  files: readonly ArchiveFile[],
  date: string,
): Uint8Array {
  const seconds = Date.parse(date) / 1000;
  const parts: Uint8Array[] = [];
  for (const file of files) {
    const { bytes } = file;
    parts.push(tarHeader(file, seconds), bytes);
    parts.push(new Uint8Array((BLOCK - bytes.length % BLOCK) % BLOCK));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  const packed = new Uint8Array(gzipSync(joined(parts), { level: LEVEL }));
  packed[9] = 0xff; // the system it was made on (RFC 1952): unknown
  return packed;
}

function tarHeader(file: ArchiveFile, seconds: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (at: number, text: string) =>
    header.set(encoder.encode(text), at);
  const octal = (at: number, width: number, value: number) =>
    put(at, value.toString(8).padStart(width - 1, "0"));
  const name = encoder.encode(file.path);
  if (name.length > 100) {
    throw new RangeError(`The name is too long for ustar: "${file.path}"`);
  }
  header.set(name, 0);
  octal(100, 8, file.isExecutable ? 0o755 : 0o644);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, file.bytes.length);
  octal(136, 12, seconds);
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\0" + "00");
  put(265, "root");
  put(297, "root");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return header;
}

/** A ZIP archive; `date` is the time of all files, `YYYY-MM-DD`. */
export function zip(files: readonly ArchiveFile[], date: string): Uint8Array {
  const locals: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (const { path, bytes, isExecutable } of files) {
    const name = encoder.encode(path);
    const packed = new Uint8Array(deflateRawSync(bytes, { level: LEVEL }));
    // What both headers share, from "version needed" to the length of the extra field.
    const common = new Uint8Array(26);
    const view = new DataView(common.buffer);
    view.setUint16(0, 20, true); // 2.0
    view.setUint16(2, 0x0800, true); // names are UTF-8
    view.setUint16(4, 8, true); // deflate
    view.setUint16(8, dosDate(date), true);
    view.setUint32(10, crc32(bytes), true);
    view.setUint32(14, packed.length, true);
    view.setUint32(18, bytes.length, true);
    view.setUint16(22, name.length, true);
    const local = joined([signature(0x04034b50), common, name, packed]);
    const tail = new Uint8Array(14);
    const tailView = new DataView(tail.buffer);
    const mode = isExecutable ? 0o100755 : 0o100644;
    tailView.setUint32(6, mode * 0x10000, true); // Unix mode
    tailView.setUint32(10, offset, true);
    const madeBy = new Uint8Array([20, 3]); // 2.0 on Unix
    entries.push(
      joined([signature(0x02014b50), madeBy, common, tail, name]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = joined(entries);
  const end = new Uint8Array(18);
  const view = new DataView(end.buffer);
  view.setUint16(4, files.length, true);
  view.setUint16(6, files.length, true);
  view.setUint32(8, directory.length, true);
  view.setUint32(12, offset, true);
  return joined([...locals, directory, signature(0x06054b50), end]);
}

function signature(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function dosDate(date: string): number {
  const [year = 1980, month = 1, day = 1] = date.split("-").map(Number);
  return (year - 1980) * 512 + month * 32 + day;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/** CRC-32 of ISO 3309, as gzip and ZIP have it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(
    parts.reduce((total, part) => total + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
