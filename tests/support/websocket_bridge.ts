/** A bridge from WebSockets (RFC 6455) to TCP, as websockify is one: `ws://127.0.0.1:PORT/HOST/PORT`. As small as tests can have it. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A running bridge. */
export interface Bridge {
  readonly port: number;
  close(): void;
}

/** Starts a bridge on the loopback interface. It answers 502 if it does not reach the peer. */
export async function websocketBridge(): Promise<Bridge> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    greet(socket, (far) => sockets.add(far));
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The handshake (RFC 6455 4.2), once the peer is reached. */
function greet(socket: Socket, opened: (far: Socket) => void): void {
  let head = "";
  const read = (chunk: Buffer) => {
    head += chunk.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    socket.off("data", read);
    socket.pause();
    const [, host, port] =
      /^GET \/\[?([^/\]]+)\]?\/(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
    if (host === undefined) {
      return void socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
    }
    const key = /^Sec-WebSocket-Key: *(\S+)/im.exec(head)?.[1] ?? "";
    const far = connect({
      host,
      port: Number(port),
      noDelay: true,
      allowHalfOpen: true,
    });
    opened(far);
    const refuse = () => void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    far.once("error", refuse);
    far.on("error", () => far.destroy());
    far.once("connect", () => {
      far.off("error", refuse);
      const accept = createHash("sha1")
        .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      bridge(socket, far);
      // Closed while the peer was being reached.
      if (socket.destroyed) far.destroy();
    });
  };
  socket.on("data", read);
}

/** Passes bytes on, as long as both sides take them. */
function bridge(socket: Socket, far: Socket): void {
  let unread: Buffer = Buffer.alloc(0);
  let isClosing = false;
  const send = (opcode: number, data: Buffer) =>
    socket.write(frame(opcode, data));
  const closeWith = (code: number) => {
    if (isClosing) return;
    isClosing = true;
    const data = Buffer.alloc(2);
    data.writeUInt16BE(code);
    send(CLOSE, data);
    socket.end();
  };

  far.on("data", (chunk: Buffer) => {
    if (isClosing || send(BINARY, chunk)) return;
    far.pause();
    socket.once("drain", () => far.resume());
  });
  far.once("end", () => closeWith(1000));
  far.on("close", () => closeWith(1011));
  socket.on("close", () => far.destroySoon());
  socket.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let next; (next = taken(unread)) !== undefined;) {
      const { opcode, data } = next;
      unread = next.rest;
      if (opcode === PING) send(PONG, data);
      if (opcode === CLOSE) {
        // The peer gets all that came before; what it still sends is dropped until it has closed.
        isClosing = true;
        send(CLOSE, data.subarray(0, 2));
        socket.end();
        far.end();
        far.resume();
      }
      // A fragment of a message is passed on as such: opcode 0.
      if (opcode > TEXT + 1) continue;
      if (far.destroyed || far.write(data)) continue;
      socket.pause();
      far.once("drain", () => socket.resume());
    }
  });
  socket.resume();
}

/** A frame of our own, unmasked (RFC 6455 5.2). */
function frame(opcode: number, data: Buffer): Buffer {
  const { length } = data;
  let head: Buffer;
  if (length < 126) head = Buffer.from([0x80 | opcode, length]);
  else if (length < 0x10000) {
    head = Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]);
  } else {
    head = Buffer.alloc(10);
    head.writeUInt16BE((0x80 | opcode) << 8 | 127);
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, data]);
}

/** The first frame of a client, unmasked; undefined while it is not all there. */
function taken(
  bytes: Buffer,
): { opcode: number; data: Buffer; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const opcode = bytes[0]! & 0x0f;
  let length = bytes[1]! & 0x7f;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const end = at + 4 + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const data = Buffer.from(bytes.subarray(at + 4, end));
  for (let index = 0; index < length; index++) {
    data[index]! ^= mask[index & 3]!;
  }
  return { opcode, data, rest: bytes.subarray(end) };
}
