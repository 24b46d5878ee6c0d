/** Datasets with every single damage to their heads, and what is read of each, as lines. */
import { decodeDataset } from "../../../src/codec/decode.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { numberElement, rawElement } from "../../../src/codec/values.ts";
import {
  Dataset,
  isSequence,
  plainValue,
  sequence,
} from "../../../src/dataset/dataset.ts";
import { formatTag } from "../../../src/dataset/tag.ts";

const FRAGMENTS = [new Uint8Array(0), new Uint8Array([5, 6])];

/** Texts, numbers, a sequence, a private block, bytes. */
function sample(lengths: "defined" | "undefined"): Dataset {
  const items = ["C1", "C2"].map((text) =>
    Dataset.of(rawElement(0x00080100, "SH", text))
  );
  return Dataset.of(
    rawElement(0x00080052, "CS", "STUDY"),
    sequence(0x00081032, items),
    rawElement(0x00090010, "LO", "ACME"),
    { tag: 0x00091001, vr: "UN", value: new Uint8Array([1, 2, 3, 4]) },
    rawElement(0x00100010, "PN", "Doe^J"),
    rawElement(0x0020000d, "UI", "1.2.3"),
    numberElement(0x00280010, "US", [512]),
    rawElement(0x00321060, "LO", "Check"),
    ...(lengths === "undefined"
      ? [{ tag: 0x7fe00010, vr: "OB" as const, fragments: FRAGMENTS }]
      : []),
  );
}

/** The datasets that are damaged. */
export const DAMAGES: readonly {
  readonly name: string;
  readonly syntax: TransferSyntax;
  readonly lengths: "defined" | "undefined";
}[] = [
  { name: "explicit little", syntax: EXPLICIT_LE, lengths: "defined" },
  {
    name: "explicit little undefined",
    syntax: EXPLICIT_LE,
    lengths: "undefined",
  },
  { name: "implicit little", syntax: IMPLICIT_LE, lengths: "defined" },
  {
    name: "implicit little undefined",
    syntax: IMPLICIT_LE,
    lengths: "undefined",
  },
  { name: "explicit big", syntax: EXPLICIT_BE, lengths: "defined" },
];

/** A short form of each element: tag, VR and text, items in braces. */
export function shown(dataset: Dataset): string[] {
  return [...dataset].map((element) => {
    const tag = formatTag(element.tag).slice(1, -1).replace(",", "");
    if (isSequence(element)) {
      const items = element.items.map(({ dataset }) =>
        `{${shown(dataset).join(" ")}}`
      );
      return `${tag}[${items.join("")}]`;
    }
    const fragments = "fragments" in element ? element.fragments : undefined;
    const text = fragments?.map((one) => `{${one.join(",")}}`).join("") ??
      Array.from(
        plainValue(element) ?? [],
        (byte) =>
          byte > 0x20 && byte < 0x7f
            ? String.fromCharCode(byte)
            : `\\${byte.toString(16)}`,
      ).join("");
    return `${tag}${element.vr}=${text}`;
  });
}

/** The elements that are read, and what is said of them. */
interface Reading {
  readonly elements: readonly string[];
  readonly said: readonly string[];
}

function read(bytes: Uint8Array, syntax: TransferSyntax): Reading {
  const said: string[] = [];
  const dataset = decodeDataset(bytes, syntax, {
    warn: (text) => said.push(`W: ${text}`),
    lost: (text) => said.push(`L: ${text}`),
  });
  return { elements: shown(dataset), said };
}

/** Elements that are missing, others in their place, and what is said of that. */
function difference(good: Reading, now: Reading): string {
  const of = (
    sign: string,
    some: readonly string[],
    others: readonly string[],
  ) =>
    some.filter((one) => !others.includes(one)).map((one) => `${sign} ${one}`);
  return [
    ...of("-", good.elements, now.elements),
    ...of("+", now.elements, good.elements),
    ...now.said,
  ].join("; ") || "no difference";
}

/** Offsets of everything that is no value. */
function heads(bytes: Uint8Array, syntax: TransferSyntax): number[] {
  const isValue = new Uint8Array(bytes.length);
  const mark = (dataset: Dataset) => {
    for (const element of dataset) {
      if (isSequence(element)) {
        for (const item of element.items) mark(item.dataset);
      } else if ("value" in element) {
        const start = element.value.byteOffset - bytes.byteOffset;
        isValue.fill(1, start, start + element.value.length);
      }
    }
  };
  mark(decodeDataset(bytes, syntax));
  return [...bytes.keys()].filter((at) => isValue[at] === 0);
}

/** A line for each damage to the dataset of this name; damages of one byte with the same outcome share one. */
export function damaged(name: string): string[] {
  const { syntax, lengths } = DAMAGES.find((one) => one.name === name)!;
  const bytes = Uint8Array.from(
    encodeDataset(sample(lengths), syntax, { lengths }),
  );
  const good = read(bytes, syntax);
  const lines: string[] = [good.elements.join(" ")];
  const note = (place: string, damage: string, outcome: string) => {
    const last = lines.at(-1)!;
    const [lastPlace = "", rest = ""] = last.split(/=(.*)/s, 2);
    const [values = "", same = ""] = rest.split(/: (.*)/s, 2);
    if (lastPlace === place && same === outcome) {
      lines[lines.length - 1] = `${place}=${values},${damage}: ${outcome}`;
    } else lines.push(`${place}=${damage}: ${outcome}`);
  };
  for (const at of heads(bytes, syntax)) {
    const was = bytes[at]!;
    for (const value of new Set([0x00, 0xff, was + 2])) {
      if (value === was || value > 0xff) continue;
      const copy = bytes.slice();
      copy[at] = value;
      note(
        String(at),
        value.toString(16),
        difference(good, read(copy, syntax)),
      );
    }
  }
  for (let length = 0; length < bytes.length; length++) {
    note(
      "end",
      String(length),
      difference(good, read(bytes.subarray(0, length), syntax)),
    );
  }
  for (const at of heads(bytes, syntax)) {
    // A byte too few.
    const cut = Uint8Array.from([
      ...bytes.subarray(0, at),
      ...bytes.subarray(at + 1),
    ]);
    note("without", String(at), difference(good, read(cut, syntax)));
  }
  return lines;
}
