/**
 * An SCP that costs next to nothing, to measure SCUs against: it accepts every presentation context and answers any C-FIND with
 * copies of one pre-encoded match, as many as the called AE title says (`N10000`), and any C-ECHO.
 *
 *   bun scripts/bench/replay_scp.ts        listens on a free port and prints it; then the instant of each connection's first byte
 */
import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import { Association } from "../../src/association/association.ts";
import { answerRequest } from "../../src/association/negotiation.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { Assembler } from "../../src/dimse/assembler.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_ECHO_RSP,
  C_FIND_RQ,
  C_FIND_RSP,
  type Command,
  type Message,
} from "../../src/dimse/commands.ts";
import { fragment } from "../../src/dimse/fragmenter.ts";
import { PENDING } from "../../src/dimse/status.ts";
import { PduWriter } from "../../src/pdu/encode.ts";

/** Matches per write: about what a real SCP's socket buffer holds. */
const BLOCK = 256;

/** What a study-level query of the usual keys gets from an archive. */
const MATCH = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 100"),
  textElement(0x00080020, "DA", "20240229"),
  textElement(0x00080030, "TM", "093000"),
  textElement(0x00080050, "SH", "A1234567"),
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00080061, "CS", ["CT", "SR"]),
  textElement(0x00081030, "LO", "Thorax with contrast"),
  textElement(0x00100010, "PN", "Doe^Jane Alexandra"),
  textElement(0x00100020, "LO", "PID-0001234"),
  textElement(0x00100030, "DA", "19700101"),
  textElement(0x0020000d, "UI", "1.2.826.0.1.3680043.10.1338.1.20240229.1"),
  textElement(0x00201208, "IS", "412"),
);

function serve(socket: Socket): void {
  const association = new Association("acceptor", {
    maxPduLength: 16_384,
    acseTimeout: Infinity,
    artimTimeout: Infinity,
  });
  const assembler = new Assembler(() => {});
  let matches = 0;
  const flush = (): void => {
    const bytes = association.pollTransmit();
    if (bytes !== undefined) socket.write(bytes);
    if (association.wantsClose) socket.end();
  };
  const take = ({ contextId, command }: Message): void => {
    if (command.commandField === C_CANCEL_RQ) return;
    const context = association.contexts.find(({ id }) => id === contextId);
    const syntax = context?.transferSyntax === EXPLICIT_LE.uid
      ? EXPLICIT_LE
      : IMPLICIT_LE;
    const limit = association.maxSendPduLength;
    const final = new PduWriter(256);
    put(final, contextId, response(command, 0), undefined, limit);
    if (command.commandField !== C_FIND_RQ) {
      socket.write(final.finish());
      return;
    }
    const block = (count: number): Uint8Array =>
      blockOf(count, contextId, command, syntax, limit);
    void replay(socket, matches, block, final.finish());
  };
  association.transportOpened(0);
  socket.on("data", (chunk: Uint8Array) => {
    association.receive(chunk, 0);
    for (
      let event = association.pollEvent();
      event !== undefined;
      event = association.pollEvent()
    ) {
      if (event.type === "requested") {
        matches = Number(/^N(\d+)$/.exec(event.request.calledAeTitle)?.[1]);
        association.accept(answerRequest(event.request, {
          transferSyntaxes: () => [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
        }));
      } else if (event.type === "data") {
        for (const pdv of event.pdvs) assembler.push(pdv, take);
      } else if (
        event.type === "release-requested" && !association.wantsClose
      ) association.release();
    }
    flush();
  });
  socket.on("end", () => socket.end());
  socket.on("error", () => socket.destroy());
}

/** Writes `matches` matches in blocks, as fast as the socket takes them, then the final response. */
async function replay(
  socket: Socket,
  matches: number,
  block: (count: number) => Uint8Array,
  final: Uint8Array,
): Promise<void> {
  const full = matches >= BLOCK ? block(BLOCK) : undefined;
  let left = matches;
  for (; full !== undefined && left >= BLOCK; left -= BLOCK) {
    if (socket.write(full)) continue;
    await new Promise<void>((resolve) => {
      const goOn = () => {
        socket.off("drain", goOn).off("close", goOn);
        resolve();
      };
      socket.on("drain", goOn).on("close", goOn);
    });
    if (socket.destroyed) return;
  }
  socket.write(Buffer.concat([block(left), final]));
}

function blockOf(
  count: number,
  contextId: number,
  request: Command,
  syntax: TransferSyntax,
  limit: number,
): Uint8Array {
  const identifier = encodeDataset(MATCH, syntax);
  const writer = new PduWriter(
    Math.max(256, count * (identifier.length + 256)),
  );
  for (let index = 0; index < count; index++) {
    put(writer, contextId, response(request, PENDING), identifier, limit);
  }
  return writer.finish();
}

function put(
  writer: PduWriter,
  contextId: number,
  command: Command,
  identifier: Uint8Array | undefined,
  limit: number,
): void {
  for (const pdv of fragment(contextId, command, identifier, limit)) {
    writer.putPdv(pdv);
  }
}

function response(request: Command, status: number): Command {
  return {
    commandField: request.commandField === C_ECHO_RQ ? C_ECHO_RSP : C_FIND_RSP,
    affectedSopClassUid: request.affectedSopClassUid,
    messageIdBeingRespondedTo: request.messageId,
    status,
    hasDataset: status === PENDING,
  };
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.once("data", () => {
    console.log(performance.timeOrigin + performance.now());
  });
  serve(socket);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});
