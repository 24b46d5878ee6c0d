/** What a peer receives from an SCP with a fault, PDU by PDU, as lines. */
import { decodeDataset } from "../../../../src/codec/decode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { Deframer } from "../../../../src/pdu/deframer.ts";
import type { Pdu, Pdv } from "../../../../src/pdu/types.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import type { FaultStep } from "../../../../src/scp/faults/tap.ts";
import { joinParts } from "../../../../src/scp/recording/pdu_stream.ts";
import { converse } from "../../../support/mock_conversation.ts";
import { shown } from "../../codec/damage.ts";

const CHARSETS = ["ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 6\\ISO 2022 IR 87"];
const NAMES = ["M\xfcller^A", "M\xc3\xbcller^B", "Yamada=\x1b$B;3ED\x1b(B"];

const STUDIES = NAMES.map((name, index) =>
  Dataset.of(
    rawElement(0x00080005, "CS", CHARSETS[index]!),
    rawElement(0x00080020, "DA", "20260102"),
    rawElement(0x00080030, "TM", "1200"),
    rawElement(0x00080050, "SH", `A${index}`),
    sequence(0x00081032, [Dataset.of(rawElement(0x00080100, "SH", "C"))]),
    rawElement(0x00080060, "CS", "CT"),
    rawElement(0x00100010, "PN", name),
    rawElement(0x00100020, "LO", `${index}`),
    rawElement(0x0020000d, "UI", `1.2.${5 * index}`),
    rawElement(0x00201208, "IS", "7"),
  )
);

const IDENTIFIER = Dataset.of(
  rawElement(0x00080052, "CS", "STUDY"),
  ...[...STUDIES[0]!].filter(({ tag }) => tag !== 0x00080060)
    .map(({ tag, vr }) =>
      vr === "SQ" ? sequence(tag, []) : rawElement(tag, vr, "")
    ),
);

/** The query that is cancelled after its first match, for faults about that. */
const CANCELLED = /^cancel-/;

/** What the SCP's side does in a conversation with three matches. */
function steps(fault?: string): readonly FaultStep[] {
  return converse({
    archive: Archive.fromDatasets(STUDIES),
    model: "study",
    identifier: IDENTIFIER,
    transferSyntax: EXPLICIT_LE.uid,
    ...(fault !== undefined && { fault }),
    ...(fault !== undefined && CANCELLED.test(fault) && { cancelAfter: 1 }),
    ...(fault === "oversize" && { maxPduLength: 512 }),
  }).steps;
}

/** Makes lines of the bytes that are sent. */
class Description {
  readonly #lines: string[] = [];
  readonly #deframer = new Deframer();
  readonly #fragments = {
    command: [] as Uint8Array[],
    data: [] as Uint8Array[],
  };
  /** The messages that have a name, by their text. */
  readonly #names: ReadonlyMap<string, string>;

  constructor(names: ReadonlyMap<string, string> = new Map()) {
    this.#names = names;
  }

  of(steps: readonly FaultStep[]): string[] {
    let pieces = 0;
    let pause = 0;
    for (const step of steps) {
      if (step.type === "close") this.#add("close");
      else if (step.type === "wait") {
        if (pieces > 0) pause += step.milliseconds;
        else this.#add(`wait ${step.milliseconds}`);
      } else {
        pieces++;
        for (const line of this.#received(step.bytes)) {
          this.#add(
            pieces > 1 ? `${line}, in ${pieces} pieces and ${pause} ms` : line,
          );
          pieces = 0;
          pause = 0;
        }
      }
    }
    return this.#lines;
  }

  /** Adds a line, or counts one more of the same. */
  #add(line: string): void {
    const [, count = "1", last] = /^(?:(\d+) × )?(.*)$/.exec(
      this.#lines.at(-1) ?? "",
    )!;
    if (last === line) this.#lines.pop();
    this.#lines.push(last === line ? `${+count + 1} × ${line}` : line);
  }

  #received(bytes: Uint8Array): string[] {
    try {
      this.#deframer.push(bytes);
      const lines: string[] = [];
      for (let frame; (frame = this.#deframer.next()) !== undefined;) {
        lines.push(
          this.#pdu(decodePdu(frame.bytes.slice(frame.start, frame.end))),
        );
      }
      return lines;
    } catch {
      return [`bytes ${JSON.stringify(String.fromCharCode(...bytes))}`];
    }
  }

  #pdu(pdu: Pdu): string {
    switch (pdu.type) {
      case "associate-ac":
        return `accept ${
          pdu.contexts.map(({ id, result }) => `${id}:${result}`).join(" ")
        }`;
      case "associate-rj":
        return `reject ${pdu.result} ${pdu.source} ${pdu.reason}`;
      case "abort":
        return `abort ${pdu.source} ${pdu.reason}`;
      case "p-data-tf":
        return `data ${
          pdu.pdvs.map((pdv) => this.#pdv(pdv)).join(" | ") || "without a PDV"
        }`;
      default:
        return pdu.type;
    }
  }

  /** Context and length of a fragment; with the last one, the message. */
  #pdv({ contextId, isCommand, isLast, data }: Pdv): string {
    const parts = this.#fragments[isCommand ? "command" : "data"];
    parts.push(data);
    const head = `${contextId} ${
      isCommand ? "command" : "data"
    } ${data.length}`;
    if (!isLast) return head;
    const bytes = joinParts(parts.splice(0));
    const syntax = isCommand ? IMPLICIT_LE : EXPLICIT_LE;
    const text = shown(decodeDataset(bytes, syntax, { lenient: true })).join(
      " ",
    )
      .replace(/(?:\\0){20,}/, "\\0…");
    return `${head} last: ${this.#names.get(text) ?? text}`;
  }
}

/** The usual messages by the names that they have in other lines, and those of each fault. */
export function wireLines(faults: readonly string[]): string[] {
  const usual = new Description().of(steps());
  const texts = usual.flatMap((line) => line.split(" last: ")[1] ?? []);
  const [pending = "", first = "", , second = "", , third = "", success = ""] =
    texts;
  const names = new Map([
    [pending, "PENDING"],
    [first, "STUDY 1"],
    [second, "STUDY 2"],
    [third, "STUDY 3"],
    [success, "SUCCESS"],
  ]);
  return [
    ...Array.from(names, ([text, name]) => `${name} = ${text}`),
    ...[undefined, ...faults].flatMap((fault) => [
      "",
      fault ?? "without a fault",
      ...new Description(names).of(steps(fault)).map((line) => `  ${line}`),
    ]),
  ];
}
