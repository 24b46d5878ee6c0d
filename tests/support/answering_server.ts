/** A peer that answers any number of queries, each as the test wants it. */
import type { Command } from "../../src/dimse/commands.ts";
import { decodePdu } from "../../src/pdu/decode.ts";
import { Deframer } from "../../src/pdu/deframer.ts";
import { encodePdu } from "../../src/pdu/encode.ts";
import type { Listener, Transport } from "../../src/transport.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  pdata,
  response,
} from "./scripted_peer.ts";

/** What becomes of one query. */
export type Answer =
  | {
    readonly status: number;
    readonly changes?: Partial<Command>;
    /** Identifiers of matches, encoded in explicit VR little endian. */
    readonly matches?: readonly Uint8Array[];
  }
  | "close"
  | "abort"
  | "silence";

/** Runs `body` with the port of a listener on which each query, counted from 1 per association, is answered; closes it at the end. */
export async function answerAll(
  listener: Listener,
  answer: (query: number) => Answer,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const served = (async () => {
    for await (const transport of listener) await serve(transport, answer);
  })();
  try {
    await body(listener.address.port);
  } finally {
    listener.close();
  }
  await served;
}

async function serve(
  transport: Transport,
  answer: (query: number) => Answer,
): Promise<void> {
  const deframer = new Deframer();
  let dataPdus = 0;
  try {
    for (let goesOn = true; goesOn;) {
      const frame = deframer.next();
      if (frame === undefined) {
        const chunk = await transport.read();
        if (chunk === null) break;
        deframer.push(chunk);
        continue;
      }
      const pdu = decodePdu(frame.bytes.subarray(frame.start, frame.end));
      if (pdu.type === "associate-rq") await transport.write(acceptAll(pdu));
      else if (pdu.type === "release-rq") {
        await transport.write(encodePdu({ type: "release-rp" }));
      } else if (pdu.type !== "p-data-tf") goesOn = false;
      // A query is two PDUs: the command set and the identifier.
      else if (++dataPdus % 2 === 0) {
        goesOn = await reply(transport, dataPdus / 2, answer(dataPdus / 2));
      }
    }
  } catch {
    // The client hung up.
  }
  transport.close();
}

/** Answers whether the association goes on. */
async function reply(
  transport: Transport,
  query: number,
  answer: Answer,
): Promise<boolean> {
  if (answer === "silence") return true;
  if (answer === "close") return false;
  if (answer === "abort") {
    await transport.write(encodePdu({ type: "abort", source: 0, reason: 0 }));
    return false;
  }
  const { status, changes, matches = [] } = answer;
  const to = { messageIdBeingRespondedTo: query };
  await transport.write(concat(
    ...matches.flatMap((match) => [
      pdata(cmd(response(0xff00, true, to))),
      pdata(data(match)),
    ]),
    pdata(cmd(response(status, false, { ...to, ...changes }))),
  ));
  return true;
}
