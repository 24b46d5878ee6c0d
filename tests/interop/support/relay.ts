/** A TCP relay that keeps what passes, and just enough of an upper layer parser, independent of ours, to compare it (PS3.8 9.3). */
import { Buffer } from "node:buffer";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How long the last bytes may take from an SCU that is done. */
const END_LIMIT_MS = 5_000;

/** What passed through one relay, all connections together. */
export interface Wire {
  /** From the SCU. */
  readonly sent: Buffer;
  /** From the SCP. */
  readonly received: Buffer;
}

/** Runs `body` with the port of a relay to a local port. Answers its result and what passed. */
export async function relayed<Result>(
  port: number,
  body: (port: number) => Promise<Result>,
): Promise<{ result: Result; wire: Wire }> {
  const sent: Buffer[] = [];
  const received: Buffer[] = [];
  const open = new Set<Socket>();
  const pass = (from: Socket, to: Socket, kept: Buffer[]) => {
    open.add(from);
    from.setNoDelay(true);
    from.on("data", (chunk: Buffer) => {
      kept.push(chunk);
      if (!to.destroyed) to.write(chunk);
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => open.delete(from));
  };
  /** For each SCU that it has said all it had to say. */
  const ends: Promise<void>[] = [];
  const server = createServer((near) => {
    ends.push(
      new Promise((resolve) =>
        near.once("end", resolve).once("close", resolve)
      ),
    );
    const far = connect(port, "127.0.0.1");
    pass(near, far, sent);
    pass(far, near, received);
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  try {
    const result = await body((server.address() as AddressInfo).port);
    const limit = new AbortController();
    const { signal } = limit;
    await Promise.race([
      Promise.all(ends),
      delay(END_LIMIT_MS, undefined, { signal }).catch(() => {}),
    ]);
    limit.abort();
    return {
      result,
      wire: { sent: Buffer.concat(sent), received: Buffer.concat(received) },
    };
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
}

/** A PDU: its type byte and what follows the six bytes of its header. */
export interface RawPdu {
  readonly type: number;
  readonly body: Buffer;
}

/** The PDUs of one direction. An incomplete one at the end is left out. */
function pdusOf(bytes: Buffer): RawPdu[] {
  const pdus: RawPdu[] = [];
  let at = 0;
  while (at + 6 <= bytes.length) {
    const end = at + 6 + bytes.readUInt32BE(at + 2);
    if (end > bytes.length) break;
    pdus.push({ type: bytes[at]!, body: bytes.subarray(at + 6, end) });
    at = end;
  }
  return pdus;
}

/** What A-ASSOCIATE-RQ proposes. */
export interface Proposal {
  readonly calledAeTitle: string;
  readonly callingAeTitle: string;
  readonly applicationContext: string;
  /** `id: abstract syntax: transfer syntaxes`, in order. */
  readonly contexts: readonly string[];
  readonly maxPduLength: number | undefined;
}

/** Reads the A-ASSOCIATE-RQ that begins a direction. */
export function proposalOf(sent: Buffer): Proposal | undefined {
  const request = pdusOf(sent)[0];
  if (request?.type !== 1) return undefined;
  const { body } = request;
  const contexts: string[] = [];
  let applicationContext = "";
  let maxPduLength: number | undefined;
  for (const item of itemsOf(body.subarray(68))) {
    if (item.type === 0x10) applicationContext = item.body.toString("latin1");
    if (item.type === 0x20) {
      const syntaxes = itemsOf(item.body.subarray(4))
        .map((one) => one.body.toString("latin1"));
      contexts.push(`${item.body[0]}: ${syntaxes.join(" ")}`);
    }
    if (item.type === 0x50) {
      const limit = itemsOf(item.body).find((one) => one.type === 0x51);
      maxPduLength = limit?.body.readUInt32BE(0);
    }
  }
  return {
    calledAeTitle: body.toString("latin1", 4, 20).trim(),
    callingAeTitle: body.toString("latin1", 20, 36).trim(),
    applicationContext,
    contexts,
    maxPduLength,
  };
}

function itemsOf(bytes: Buffer): RawPdu[] {
  const items: RawPdu[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    items.push({ type: bytes[at]!, body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return items;
}

/** A message: command set and dataset as hexadecimal digits, which compare and print well. */
export interface RawMessage {
  readonly contextId: number;
  readonly command: string;
  readonly dataset: string;
}

/** The messages of one direction, put together from their fragments. */
export function messagesOf(bytes: Buffer): RawMessage[] {
  const messages: { contextId: number; command: string; dataset: string }[] =
    [];
  let isComplete = true;
  for (const pdu of pdusOf(bytes)) {
    if (pdu.type !== 4) continue;
    let at = 0;
    while (at + 6 <= pdu.body.length) {
      const end = at + 4 + pdu.body.readUInt32BE(at);
      const contextId = pdu.body[at + 4]!;
      const flags = pdu.body[at + 5]!;
      const data = pdu.body.toString("hex", at + 6, end);
      const isCommand = (flags & 1) !== 0;
      if (isCommand && isComplete) {
        messages.push({ contextId, command: "", dataset: "" });
      }
      const message = messages.at(-1)!;
      if (isCommand) message.command += data;
      else message.dataset += data;
      if (isCommand) isComplete = (flags & 2) !== 0;
      at = end;
    }
  }
  return messages;
}

/** The types of the PDUs of one direction, those with data left out: how the association began and ended. */
export function controlPdus(bytes: Buffer): number[] {
  return pdusOf(bytes).map((pdu) => pdu.type).filter((type) => type !== 4);
}
