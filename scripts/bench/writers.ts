/**
 * Times decoding and every output format alone, without a network: nanoseconds a match of 25 attributes, medians of 9 rounds.
 *
 *   bun scripts/bench/writers.ts [FORMAT…]
 */
import process from "node:process";
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { FORMATS } from "../../src/output/format_names.ts";
import { resultWriter } from "../../src/output/formats.ts";
import { encodeChunk } from "../../src/output/writer.ts";

const ROUNDS = 9;
const MATCHES = 20_000;
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function time(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS + 2 }, () => {
    // Processor time: other processes do not count.
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) * 1e3 / MATCHES;
  });
  return median(rounds.slice(2));
}

const bytes = encodeDataset(STUDY, EXPLICIT_LE);
const decodeOnly = time(() => {
  for (let count = 0; count < MATCHES; count++) {
    decodeDataset(bytes, EXPLICIT_LE);
  }
});
console.log(`decode\t${decodeOnly.toFixed(0)} ns`);
const chosen = process.argv.slice(2);
for (const format of FORMATS) {
  if (chosen.length > 0 && !chosen.includes(format)) continue;
  const spent = time(() => {
    const writer = resultWriter(format);
    writer.begin();
    for (let count = 0; count < MATCHES; count += BATCH) {
      let chunk = "";
      for (let number = count; number < count + BATCH; number++) {
        const dataset = decodeDataset(bytes, EXPLICIT_LE);
        const record = { number, status: 0xff00, dataset, syntax: EXPLICIT_LE };
        chunk += writer.match(record);
      }
      encodeChunk(writer, chunk);
    }
  });
  console.log(`${format}\t${spent.toFixed(0)} ns, decoding included`);
}
