/** An SCP that plays a script over the mock transport, as odd as the test wants it: what a real SCP would never let us send. */
import { mockPair } from "../../transports/mock.ts";
import { decodeCommand, encodeCommand } from "../../src/dimse/command_codec.ts";
import type { Command } from "../../src/dimse/commands.ts";
import { C_FIND_RSP } from "../../src/dimse/commands.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { decodePdu } from "../../src/pdu/decode.ts";
import { Deframer } from "../../src/pdu/deframer.ts";
import { encodePdu } from "../../src/pdu/encode.ts";
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
  Pdu,
  Pdv,
} from "../../src/pdu/types.ts";
import type { Connector, Listener, Transport } from "../../src/transport.ts";

/** One step of the peer once the query is in. */
export type Step =
  | { readonly send: Uint8Array }
  /** Waits until the client has sent this many further PDUs. */
  | { readonly await: number }
  | { readonly close: true };

/** Glues byte runs together. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A P-DATA-TF with these PDVs. */
export function pdata(...pdvs: readonly Pdv[]): Uint8Array {
  return encodePdu({ type: "p-data-tf", pdvs });
}

/** The bytes of a match: explicit VR little endian, PatientID as given. */
export function identifier(patientId: string): Uint8Array {
  return encodeDataset(
    Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00100020, "LO", patientId),
    ),
    EXPLICIT_LE,
  );
}

/** A C-FIND-RSP command set to message 1, with changes. */
export function response(
  status: number,
  hasDataset: boolean,
  changes: Partial<Command> = {},
): Uint8Array {
  return encodeCommand({
    commandField: C_FIND_RSP,
    affectedSopClassUid: "1.2.840.10008.5.1.4.1.2.2.1",
    messageIdBeingRespondedTo: 1,
    status,
    hasDataset,
    ...changes,
  });
}

/** A command PDV. */
export function cmd(data: Uint8Array, isLast = true, contextId = 1): Pdv {
  return { contextId, isCommand: true, isLast, data };
}

/** A dataset PDV. */
export function data(data: Uint8Array, isLast = true, contextId = 1): Pdv {
  return { contextId, isCommand: false, isLast, data };
}

/** An ordinary match, command and identifier in a PDU each. */
export function match(patientId: string, status = 0xff00): Uint8Array {
  return concat(
    pdata(cmd(response(status, true))),
    pdata(data(identifier(patientId))),
  );
}

/** The ordinary end. */
export function success(status = 0): Uint8Array {
  return pdata(cmd(response(status, false)));
}

/** What the peer saw and did. */
export interface PeerLog {
  readonly received: Pdu[];
}

/** The command fields (PS3.7 E.1) of the commands that are in one fragment of PDUs. */
export function commandsOf(pdus: readonly Pdu[]): number[] {
  return pdus.flatMap((pdu) => pdu.type === "p-data-tf" ? pdu.pdvs : [])
    .filter((pdv) => pdv.isCommand)
    .map((pdv) => decodeCommand(pdv.data).commandField);
}

/** How a peer behaves outside of its script. */
export interface ScriptOptions {
  /** Makes the answer to A-ASSOCIATE-RQ; null closes the connection. Accepts all when absent. */
  readonly onRequest?: (request: AssociateRq) => Uint8Array | null;
  readonly answerRelease?: boolean;
  /** Called when the client requests the release. */
  readonly onRelease?: () => void;
}

/**
 * A connector to a peer that accepts the association, waits for the C-FIND-RQ, plays the steps, and answers a release request.
 * `onRequest` replaces the A-ASSOCIATE-AC by other bytes, or by none (null closes).
 */
export function scriptedPeer(
  steps: readonly Step[],
  options: ScriptOptions & { readonly chunkSize?: number } = {},
): { connector: Connector; log: PeerLog } {
  const log: PeerLog = { received: [] };
  const connector: Connector = () => {
    const [client, server] = mockPair({
      name: "script",
      ...(options.chunkSize !== undefined && { chunkSize: options.chunkSize }),
    });
    void play(server, steps, options, log);
    return Promise.resolve(client);
  };
  return { connector, log };
}

/** Plays the script to everybody who connects while `body` runs, one after the other; answers what the peer saw. */
export async function playAll(
  listener: Listener,
  steps: readonly Step[],
  options: ScriptOptions,
  body: (port: number) => Promise<void>,
): Promise<PeerLog> {
  const log: PeerLog = { received: [] };
  const played = (async () => {
    for await (const transport of listener) {
      await play(transport, steps, options, log);
    }
  })();
  try {
    await body(listener.address.port);
  } finally {
    listener.close();
  }
  await played;
  return log;
}

/** Plays the script on an open transport. */
export async function play(
  transport: Transport,
  steps: readonly Step[],
  options: ScriptOptions,
  log: PeerLog,
): Promise<void> {
  const deframer = new Deframer();
  const next = async (): Promise<Pdu | undefined> => {
    while (true) {
      const frame = deframer.next();
      if (frame !== undefined) {
        const pdu = decodePdu(frame.bytes.subarray(frame.start, frame.end));
        log.received.push(pdu);
        return pdu;
      }
      const chunk = await transport.read();
      if (chunk === null) return undefined;
      deframer.push(chunk);
    }
  };
  try {
    const request = await next();
    if (request?.type !== "associate-rq") return transport.close();
    const answer = options.onRequest === undefined
      ? acceptAll(request)
      : options.onRequest(request);
    if (answer === null) return transport.close();
    await transport.write(answer);
    // The command set and the identifier of C-FIND-RQ.
    for (let pdus = 0; pdus < 2; pdus++) {
      const pdu = await next();
      if (pdu === undefined || pdu.type === "abort") return transport.close();
    }
    for (const step of steps) {
      if ("send" in step) await transport.write(step.send);
      else if ("await" in step) {
        for (let pdus = 0; pdus < step.await; pdus++) await next();
      } else return transport.close();
    }
    for (let pdu = await next(); pdu !== undefined; pdu = await next()) {
      if (pdu.type === "release-rq") options.onRelease?.();
      if (pdu.type === "release-rq" && options.answerRelease !== false) {
        await transport.write(encodePdu({ type: "release-rp" }));
      }
    }
  } catch {
    // The client hung up: that is what some scripts are about.
  }
  transport.close();
}

/** An A-ASSOCIATE-AC that accepts every context in explicit VR little endian. */
export function acceptAll(
  request: AssociateRq,
  transferSyntax = EXPLICIT_LE.uid,
): Uint8Array {
  return answerAllContexts(request, { result: 0, transferSyntax });
}

/** An A-ASSOCIATE-AC with the same answer to every context, apart from the changes to it. */
export function answerAllContexts(
  request: AssociateRq,
  answer: Omit<AnsweredContext, "id">,
  change: (usual: AssociateAc) => Partial<AssociateAc> = () => ({}),
): Uint8Array {
  const usual: AssociateAc = {
    type: "associate-ac",
    protocolVersion: 1,
    calledAeTitle: request.calledAeTitle,
    callingAeTitle: request.callingAeTitle,
    applicationContext: request.applicationContext,
    contexts: request.contexts.map(({ id }) => ({ id, ...answer })),
    userInformation: { maxPduLength: 16384 },
    unknownItems: [],
  };
  return encodePdu({ ...usual, ...change(usual) });
}
