/**
 * Times decoding, encoding, every output format and character sets alone, without a network: nanoseconds an element, medians, in
 * processor time, so that other processes do not count.
 *
 *   bun scripts/bench/micro.ts [--json] [--quick] [NAME…]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { Charset } from "../../src/charset/charset.ts";
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { PlainElements } from "../../src/codec/plain_elements.ts";
import { EXPLICIT_LE, IMPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import {
  decodedValues,
  textElement,
  textKind,
} from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { FORMATS } from "../../src/output/format_names.ts";
import { resultWriter } from "../../src/output/formats.ts";
import { encodeChunk, recordOf } from "../../src/output/writer.ts";

const { values: options, positionals: chosen } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const ROUNDS = options.quick ? 1 : 9;
const WARMING = options.quick ? 0 : 2;
const MATCHES = options.quick ? 200 : 20_000;
const BATCH = 100;

/** A study as archives answer it, in 25 attributes. */
const STUDY = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 100"),
  textElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
  textElement(0x00080020, "DA", "20240229"),
  textElement(0x00080030, "TM", "093000.123"),
  textElement(0x00080050, "SH", "A1234567"),
  textElement(0x00080052, "CS", "STUDY"),
  textElement(0x00080054, "AE", "ARCHIVE"),
  textElement(0x00080056, "CS", "ONLINE"),
  textElement(0x00080061, "CS", ["CT", "SR"]),
  textElement(0x00080080, "LO", "General Hospital"),
  textElement(0x00080090, "PN", "Roe^Richard"),
  textElement(0x00081030, "LO", "Thorax with contrast"),
  textElement(0x00081060, "PN", "Poe^Paula^^Dr"),
  textElement(0x00100010, "PN", "Doe^Jane Alexandra"),
  textElement(0x00100020, "LO", "PID-0001234"),
  textElement(0x00100021, "LO", "HOSPITAL"),
  textElement(0x00100030, "DA", "19700101"),
  textElement(0x00100040, "CS", "F"),
  textElement(0x00101010, "AS", "054Y"),
  textElement(0x00101030, "DS", "71.5"),
  textElement(0x0020000d, "UI", "1.2.826.0.1.3680043.10.1338.1.20240229.1"),
  textElement(0x00200010, "SH", "4711"),
  textElement(0x00201206, "IS", "3"),
  textElement(0x00201208, "IS", "412"),
  textElement(0x00324000, "LT", "seen"),
);

/** Names in several character sets, with their defined terms (PS3.3 C.12.1.1.2). */
const NAMES: readonly (readonly [terms: string, name: string])[] = [
  ["ISO_IR 100", "M\u00fcller^J\u00f6rg"],
  ["ISO_IR 144", "\u041b\u044e\u043ace\u043c\u0431yp\u0433"],
  ["ISO_IR 192", "Wang^XiaoDong=\u738b^\u5c0f\u6771"],
  ["ISO_IR 13", "\uff94\uff8f\uff80\uff9e^\uff80\uff9b\uff73"],
  ["\\ISO 2022 IR 87", "Yamada^Tarou=\u5c71\u7530^\u592a\u90ce"],
  ["\\ISO 2022 IR 149", "Hong^Gildong=\u6d2a^\u5409\u6d1e"],
  ["GB18030", "Wang^XiaoDong=\u738b^\u5c0f\u4e1c"],
];

const elements = new PlainElements(Dictionary.standard);

/** A match as a run has it: decoded by writers that need it to be. */
function received(bytes: Uint8Array): Parameters<typeof recordOf>[0] {
  let decoded: Dataset | undefined;
  const range = { bytes, start: 0, end: bytes.length };
  const source = { range, syntax: EXPLICIT_LE };
  return {
    status: 0xff00,
    syntax: EXPLICIT_LE,
    losses: [],
    get dataset() {
      return decoded ??= decodeDataset(bytes, EXPLICIT_LE);
    },
    get elements() {
      return elements.of(source);
    },
  };
}

/** What is timed, and how many elements one call of it is about. */
interface Work {
  readonly name: string;
  readonly elements: number;
  readonly times: number;
  run(times: number): void;
}

function repeated(name: string, elements: number, once: () => void): Work {
  const run = (times: number) => {
    for (let count = 0; count < times; count++) once();
  };
  return { name, elements, times: MATCHES, run };
}

function works(): Work[] {
  const explicit = encodeDataset(STUDY, EXPLICIT_LE);
  const implicit = encodeDataset(STUDY, IMPLICIT_LE);
  const { size } = STUDY;
  const writers = FORMATS.map((format): Work => ({
    name: `decode and write ${format}`,
    elements: size,
    times: MATCHES,
    run(times) {
      const writer = resultWriter(format);
      writer.begin();
      for (let count = 0; count < times; count += BATCH) {
        let chunk = "";
        for (let number = count; number < count + BATCH; number++) {
          chunk += writer.match(recordOf(received(explicit), number));
        }
        encodeChunk(writer, chunk);
      }
    },
  }));
  const charsets = NAMES.flatMap(([terms, name]) => {
    const charset = Charset.of(terms.split("\\"));
    const element = textElement(0x00100010, "PN", name, charset);
    const label = terms.replace(/^\\/, "");
    return [
      repeated(`read ${label}`, 1, () => decodedValues(element, charset)),
      repeated(`write ${label}`, 1, () => charset.encode(name, textKind("PN"))),
    ];
  });
  return [
    repeated("decode explicit VR", size, () => {
      decodeDataset(explicit, EXPLICIT_LE);
    }),
    repeated("decode implicit VR", size, () => {
      decodeDataset(implicit, IMPLICIT_LE);
    }),
    repeated("encode explicit VR", size, () => {
      encodeDataset(STUDY, EXPLICIT_LE);
    }),
    ...writers,
    ...charsets,
  ];
}

/** Nanoseconds an element. */
function time({ elements, times, run }: Work): number {
  const rounds = Array.from({ length: ROUNDS + WARMING }, () => {
    const start = process.cpuUsage();
    run(times);
    const { user, system } = process.cpuUsage(start);
    return (user + system) * 1e3 / times / elements;
  }).slice(WARMING);
  return rounds.toSorted((a, b) => a - b)[rounds.length >> 1]!;
}

const figures = works()
  .filter(({ name }) =>
    chosen.length === 0 || chosen.some((word) => name.includes(word))
  )
  .map((work): [string, number] => [work.name, Math.round(time(work))]);
if (options.json) console.log(JSON.stringify(figures));
else for (const [name, spent] of figures) console.log(`${spent} ns  ${name}`);
