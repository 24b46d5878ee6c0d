import assert from "node:assert/strict";
import { test } from "node:test";
import { Logger } from "../../../../src/cli/log/log.ts";
import { textOptions } from "../../../../src/cli/results/results.ts";
import {
  charsetOf,
  rawElement,
  stringsOf,
} from "../../../../src/codec/values.ts";
import { Charset } from "../../../../src/charset/charset.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";

function collected(assumeCharset: string[] = []) {
  let said = "";
  const log = new Logger({
    level: "warn",
    responses: false,
    sink: (lines) => said += lines,
  });
  const options = textOptions({ assumeCharset, charsetMap: new Map() }, log);
  return { options, said: () => said };
}

test("textOptions() has each irregularity of an attribute reported once, with its name", () => {
  const { options, said } = collected();
  for (let match = 1; match <= 3; match++) {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 192"),
      rawElement(0x00100010, "PN", "M\xfcller".repeat(match)),
      rawElement(0x00100020, "LO", match === 3 ? "\xff" : "1"),
      rawElement(0x00111001, "LO", "\xfe"),
    );
    const charset = charsetOf(dataset, Charset.ascii, options);
    for (const element of dataset) stringsOf(element, charset);
  }
  const lines = said().trim().split("\n");
  assert.equal(lines.length, 3, said());
  assert.match(lines[0]!, /^W: PatientName \(0010,0010\): 1 place not /);
  assert.match(lines[1]!, /^W: \(0011,1001\): 1 place not decodable/);
  assert.match(lines[2]!, /^W: PatientID \(0010,0020\): 1 place not /);
});

test("textOptions() stops telling what never ends", () => {
  const { options, said } = collected();
  for (let match = 0; match < 1000; match++) {
    const dataset = Dataset.of(
      rawElement(0x00080005, "CS", `NONSENSE ${match}`),
    );
    charsetOf(dataset, Charset.ascii, options);
  }
  const lines = said().trim().split("\n");
  assert.equal(lines.length, 101);
  assert.match(lines.at(-1)!, /not reported/);
});

test("textOptions() assumes the given character set", () => {
  const { options, said } = collected(["ISO_IR 144"]);
  const charset = Charset.of([], options);
  const element = rawElement(0x00100010, "PN", "\xbb");
  assert.deepEqual(stringsOf(element, charset), ["\u041b"]);
  assert.equal(said(), "");
});
