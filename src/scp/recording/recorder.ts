/**
 * Turns the traffic of a connection into the lines of a recording: as it was, or masked for sharing. Masking works on whole
 * PDUs, so an anonymous recording has one entry per PDU. Does not depend on files or the clock.
 */
import { decodeCommand } from "../../dimse/command_codec.ts";
import {
  C_CANCEL_RQ,
  C_ECHO_RQ,
  C_ECHO_RSP,
  C_FIND_RQ,
  C_FIND_RSP,
} from "../../dimse/commands.ts";
import { formatStatus } from "../../dimse/status.ts";
import { FindscuError } from "../../errors.ts";
import {
  type KeyedHash,
  maskCommandBytes,
  maskDatasetBytes,
  MASKED,
} from "./masking.ts";
import { maskPduBytes } from "./pdu_masking.ts";
import {
  Contexts,
  joinParts,
  PduStream,
  type RecordedPdu,
  type RecordedUnit,
  scatter,
} from "./pdu_stream.ts";
import {
  type DataEntry,
  type Direction,
  formatEntry,
  formatHeader,
  type RecordingHeader,
  Seal,
} from "./recording.ts";

/** How to record. */
export interface RecorderOptions {
  readonly header: Omit<RecordingHeader, "anonymous" | "masked">;
  /** Mask identifying values, UIDs by this hash under a random key. */
  readonly anonymousBy?: KeyedHash;
}

/** Makes the text of a recording, piece by piece; times are milliseconds since the start. */
export interface Recorder {
  /** The header line. */
  begin(): string;
  /** Lines for bytes that passed; none yet, if a message must be complete first. */
  data(time: number, from: Direction, bytes: Uint8Array): string;
  /** The last lines, when the connection is over. */
  end(time: number, by: Direction): string;
}

/** A recorder for one connection. */
export function recorder(options: RecorderOptions): Recorder {
  const instance = options.anonymousBy === undefined
    ? new PlainRecorder(options)
    : new MaskingRecorder(options, options.anonymousBy);
  const seal = new Seal();
  return {
    begin: () => seal.lines(instance.begin()),
    data: (time, from, bytes) => seal.lines(instance.data(time, from, bytes)),
    end: (time, by) => seal.lines(instance.end(time, by)),
  };
}

const COMMAND_NAMES: ReadonlyMap<number, string> = new Map([
  [C_FIND_RQ, "C-FIND-RQ"],
  [C_FIND_RSP, "C-FIND-RSP"],
  [C_ECHO_RQ, "C-ECHO-RQ"],
  [C_ECHO_RSP, "C-ECHO-RSP"],
  [C_CANCEL_RQ, "C-CANCEL-RQ"],
]);

function describeUnit(unit: RecordedUnit): string {
  const bytes = joinParts(unit.parts);
  if (!unit.isCommand) return `dataset of ${bytes.length} bytes`;
  const command = decodeCommand(bytes);
  const name = COMMAND_NAMES.get(command.commandField) ?? "command";
  const id = command.messageId ?? command.messageIdBeingRespondedTo;
  const status = command.status === undefined
    ? ""
    : ` ${formatStatus(command.status)}`;
  return `${name} ${id ?? "?"}${status}`;
}

/** A description of a PDU, in a few words without any value of a dataset. */
function describePdu(
  { pdu }: RecordedPdu,
  units: readonly RecordedUnit[],
): string {
  const name = pdu.type === "abort"
    ? "A-ABORT"
    : pdu.type === "p-data-tf"
    ? "P-DATA-TF"
    : `A-${pdu.type.toUpperCase()}`;
  return units.length === 0
    ? name
    : `${name}: ${units.map(describeUnit).join(", ")}`;
}

/** Bytes as they came, with a note of the PDUs they completed. */
class PlainRecorder implements Recorder {
  readonly #header: RecordingHeader;
  readonly #streams = { requestor: new PduStream(), acceptor: new PduStream() };

  constructor(options: RecorderOptions) {
    this.#header = { ...options.header, anonymous: false };
  }

  begin(): string {
    return formatHeader(this.#header);
  }

  data(time: number, from: Direction, bytes: Uint8Array): string {
    const note = this.#note(from, bytes);
    return formatEntry({
      kind: "data",
      time,
      from,
      bytes,
      ...(note === "" ? {} : { note }),
    });
  }

  end(time: number, by: Direction): string {
    return formatEntry({ kind: "end", time, by });
  }

  /** A stream that is not DICOM is recorded too, only without notes. */
  #note(from: Direction, bytes: Uint8Array): string {
    const stream = this.#streams[from];
    const notes: string[] = [];
    try {
      for (const recordedPdu of stream.push(bytes)) {
        notes.push(describePdu(recordedPdu, stream.units(recordedPdu.pdu)));
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      notes.push("not readable");
    }
    return notes.join("; ");
  }
}

/** An entry that waits until all it holds is masked. */
interface QueuedText {
  readonly entry: DataEntry;
  /** Fragments of incomplete messages in it; it can go when there are none. */
  readonly openPdus: Set<Uint8Array>;
}

/** Whole PDUs, masked. Entries keep their order in time over both directions. */
class MaskingRecorder implements Recorder {
  readonly #header: RecordingHeader;
  readonly #hash: KeyedHash;
  readonly #contexts = new Contexts();
  readonly #streams = { requestor: new PduStream(), acceptor: new PduStream() };
  readonly #brokenDirections = new Set<Direction>();
  readonly #queue: QueuedText[] = [];

  constructor(options: RecorderOptions, hash: KeyedHash) {
    this.#hash = hash;
    this.#header = { ...options.header, anonymous: true, masked: MASKED };
  }

  begin(): string {
    const { peer } = this.#header;
    return formatHeader({
      ...this.#header,
      ...(peer === undefined ? {} : { peer: "masked" }),
    });
  }

  data(time: number, from: Direction, bytes: Uint8Array): string {
    try {
      if (this.#brokenDirections.has(from)) {
        this.#blank(time, from, bytes.length);
      } else {
        const stream = this.#streams[from];
        for (const recordedPdu of stream.push(bytes)) {
          this.#take(time, from, recordedPdu, stream);
        }
      }
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#brokenDirections.add(from);
      this.#blank(time, from, bytes.length);
    }
    return this.#flush();
  }

  end(time: number, by: Direction): string {
    for (const stream of Object.values(this.#streams)) {
      for (const part of stream.abandon()) part.fill(0);
    }
    for (const { openPdus } of this.#queue) openPdus.clear();
    return this.#flush() + formatEntry({ kind: "end", time, by });
  }

  #blank(time: number, from: Direction, length: number): void {
    this.#queue.push({
      entry: {
        kind: "data",
        time,
        from,
        bytes: new Uint8Array(length),
        note: "not readable, blanked",
      },
      openPdus: new Set(),
    });
  }

  #take(
    time: number,
    from: Direction,
    recordedPdu: RecordedPdu,
    stream: PduStream,
  ): void {
    const { bytes, pdu } = recordedPdu;
    this.#contexts.learn(pdu);
    maskPduBytes(bytes, pdu);
    const units = stream.units(pdu);
    const openPdus = new Set(
      pdu.type === "p-data-tf" ? pdu.pdvs.map(({ data }) => data) : [],
    );
    const note = describePdu(recordedPdu, units);
    this.#queue.push({
      entry: { kind: "data", time, from, bytes, note },
      openPdus,
    });
    for (const unit of units) this.#mask(unit);
  }

  #mask(unit: RecordedUnit): void {
    const whole = joinParts(unit.parts);
    if (unit.isCommand) maskCommandBytes(whole);
    else {
      maskDatasetBytes(whole, this.#contexts.syntaxOf(unit.contextId), {
        hash: this.#hash,
      });
    }
    scatter(whole, unit.parts);
    for (const { openPdus } of this.#queue) {
      for (const part of unit.parts) openPdus.delete(part);
    }
  }

  /** The lines of all entries up to the first that still waits. */
  #flush(): string {
    let text = "";
    while (this.#queue[0]?.openPdus.size === 0) {
      text += formatEntry(this.#queue.shift()!.entry);
    }
    return text;
  }
}
