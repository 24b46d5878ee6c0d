/**
 * The least that a C-FIND SCU can do, as a yardstick: sends three prepared messages, counts PDUs and looks at nothing in them but
 * the status. It understands only the replay SCP, and imports nothing of ours.
 *
 *   bun scripts/bench/bare_reader.ts PORT MATCHES
 */
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import process from "node:process";

const [port = "0", matches = "0"] = process.argv.slice(2);
const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 255]);
const item = (type: number, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, 0]), u16(body.length), body]);
};
const pdu = (type: number, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, 0]), u32(body.length), body]);
};
const element = (group: number, number: number, value: Uint8Array) => {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
};
const number = (value: number) => Buffer.from([value & 255, value >> 8]);
const pdv = (control: number, data: Uint8Array) =>
  pdu(4, u32(data.length + 2), Buffer.from([1, control]), data);

const associate = pdu(
  1,
  u16(1),
  u16(0),
  Buffer.from(`N${matches}`.padEnd(16)),
  Buffer.from("BARE".padEnd(16)),
  Buffer.alloc(32),
  item(0x10, Buffer.from("1.2.840.10008.3.1.1.1")),
  item(
    0x20,
    Buffer.from([1, 0, 0, 0]),
    item(0x30, Buffer.from(STUDY_ROOT)),
    item(0x40, Buffer.from("1.2.840.10008.1.2")),
  ),
  item(
    0x50,
    item(0x51, u32(16384)),
    item(0x52, Buffer.from("1.2.3.4")),
  ),
);
const command = Buffer.concat([
  element(0, 2, Buffer.from(`${STUDY_ROOT}\0`)),
  element(0, 0x100, number(0x20)),
  element(0, 0x110, number(1)),
  element(0, 0x700, number(0)),
  element(0, 0x800, number(1)),
]);
const request = Buffer.concat([
  pdv(3, Buffer.concat([element(0, 0, u32(command.length).swap32()), command])),
  pdv(
    2,
    Buffer.concat([
      element(0x0008, 0x0052, Buffer.from("STUDY ")),
      element(0x0010, 0x0010, Buffer.alloc(0)),
    ]),
  ),
]);

/** Where the status of a response lies, counted from the end of its PDU: the replay SCP writes no element behind it. */
const STATUS_FROM_END = 2;

const socket = connect({
  port: Number(port),
  host: "127.0.0.1",
  noDelay: true,
});
let rest: Uint8Array | undefined;
let count = 0;
socket.on("connect", () => socket.write(associate));
socket.on("data", (chunk: Uint8Array) => {
  const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
  let at = 0;
  while (at + 6 <= bytes.length) {
    const end = at + 6 + (bytes[at + 3]! << 16 | bytes[at + 4]! << 8) +
      bytes[at + 5]!;
    if (end > bytes.length) break;
    if (bytes[at] === 2) socket.write(request);
    if (bytes[at] === 4 && (bytes[at + 11]! & 1) === 1) {
      const status = bytes[end - STATUS_FROM_END]! |
        bytes[end - STATUS_FROM_END + 1]! << 8;
      if (status === 0) socket.write(pdu(5, Buffer.alloc(4)));
      else count++;
    }
    if (bytes[at] === 6) {
      if (count !== Number(matches)) process.exitCode = 1;
      socket.end();
    }
    at = end;
  }
  rest = at < bytes.length ? bytes.subarray(at) : undefined;
});
