/** SCPs that send far more than was requested, over TCP: to see what that costs the reader. */
import { createServer, type Socket } from "node:net";
import { deflateRawSync } from "node:zlib";
import { Charset } from "../../src/charset/charset.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { DEFLATED_LE, EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { decodePdu } from "../../src/pdu/decode.ts";
import { Deframer } from "../../src/pdu/deframer.ts";
import { encodePdu } from "../../src/pdu/encode.ts";
import type { AssociateRq } from "../../src/pdu/types.ts";
import {
  acceptAll,
  cmd,
  data,
  pdata,
  response,
  success,
} from "./scripted_peer.ts";

/** What is wrong with the answer. */
export const EXCESSES = {
  /** One match that inflates to 300 MB, if the deflated syntax was proposed. */
  bomb: () => [
    pdata(cmd(response(0xff00, true))),
    ...fragments(new Uint8Array(deflateRawSync(value(300e6), { level: 9 }))),
    success(),
  ],
  /** One match with a value of 20 MB. */
  value: () => [
    pdata(cmd(response(0xff00, true))),
    ...fragments(value(20e6)),
    success(),
  ],
  /** The same in UTF-8, of characters that no single byte holds. */
  utf8: () => [
    pdata(cmd(response(0xff00, true))),
    ...fragments(encodeDataset(
      Dataset.of(
        textElement(0x00080005, "CS", "ISO_IR 192"),
        textElement(
          0x00081030,
          "UT",
          "é日本".repeat(20e6 / 8),
          Charset.of(["ISO_IR 192"]),
        ),
      ),
      EXPLICIT_LE,
    )),
    success(),
  ],
  /** A dataset that never ends. */
  *fragments(): Generator<Uint8Array> {
    yield pdata(cmd(response(0xff00, true)));
    const part = pdata(data(new Uint8Array(16_000), false));
    while (true) yield part;
  },
} as const satisfies Record<string, () => Iterable<Uint8Array>>;

function value(length: number): Uint8Array {
  return encodeDataset(
    Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00081030, "UT", "Thorax ".repeat(length / 7)),
    ),
    EXPLICIT_LE,
  );
}

function* fragments(bytes: Uint8Array): Generator<Uint8Array> {
  const SIZE = 16_000;
  for (let at = 0; at < bytes.length; at += SIZE) {
    const part = bytes.subarray(at, at + SIZE);
    yield pdata(data(part, at + SIZE >= bytes.length));
  }
}

/** Serves each connection with the same excess; answers the port and how to stop. */
export async function hostileServer(
  excess: keyof typeof EXCESSES,
): Promise<{ port: number; stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const deframer = new Deframer();
    let isAnswering = false;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Uint8Array) => {
      deframer.push(new Uint8Array(chunk));
      for (let frame; (frame = deframer.next()) !== undefined;) {
        const pdu = frame.bytes.subarray(frame.start, frame.end);
        if (frame.pduType === 1) {
          socket.write(acceptAll(
            decodePdu(pdu) as AssociateRq,
            (excess === "bomb" ? DEFLATED_LE : EXPLICIT_LE).uid,
          ));
        } else if (frame.pduType === 5) {
          socket.end(encodePdu({ type: "release-rp" }));
        } else if (frame.pduType === 4 && !isAnswering) {
          isAnswering = true;
          send(socket, EXCESSES[excess]()[Symbol.iterator]());
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" ? address?.port ?? 0 : 0,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** As fast as the peer takes it. */
function send(socket: Socket, parts: Iterator<Uint8Array>): void {
  while (!socket.destroyed) {
    const { value, done } = parts.next();
    if (done) return;
    if (!socket.write(value)) {
      socket.once("drain", () => send(socket, parts));
      return;
    }
  }
}
