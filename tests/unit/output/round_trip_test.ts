/** What the JSON formats write reads back as the same dataset; what must not be executed or obeyed leaves no format as it is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Charset } from "../../../src/charset/charset.ts";
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import { FORMATS } from "../../../src/output/format_names.ts";
import { HtmlWriter } from "../../../src/output/html.ts";
import { isHostile } from "../../../src/output/sanitize.ts";
import { parseJsonQueries } from "../../../src/identifier/json_file.ts";
import { generatedDatasets, plain } from "../../support/generated.ts";
import { datasetOfJson } from "../../support/keyword_json.ts";
import { HOSTILE, written } from "./support.ts";

const RUNS = { numRuns: 1000 };

describe("1,000 generated datasets", () => {
  test("come back from dicom-json, in UTF-8", () => {
    fc.assert(
      fc.property(generatedDatasets(), ({ dataset, inUtf8 }) => {
        const json = written(resultWriter("dicom-json"), [dataset]);
        assert.deepEqual(
          plain(parseJsonQueries(json, "generated")[0]!),
          plain(inUtf8),
        );
      }),
      RUNS,
    );
  });

  test("come back from json, in their own character set", () => {
    fc.assert(
      fc.property(generatedDatasets(), ({ dataset }) => {
        const [object] = JSON.parse(written(resultWriter("json"), [dataset]));
        assert.deepEqual(plain(datasetOfJson(object)), plain(dataset));
      }),
      RUNS,
    );
  });
});

/** Texts of the kind that an attacker would put into a name. */
const hostileText = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      ..."a<>&\"'=+-@,;\t\r\n\x00\x07\x1b\x7f\x9b\u061c\u202e\u2066\u2028\ufeff",
      "]]>",
      "-->",
      "</script>",
      "${x}",
      "\ud800",
    ),
    maxLength: 20,
  }),
  fc.constant(HOSTILE),
).map((text) => text.replaceAll("\\", "").toWellFormed());

/** What formats may put out besides harmless characters: ends of lines, and tabs in between. */
function harmless(text: string): string {
  return text.replace(/\r\n|[\n\t]/g, "");
}

describe("hostile values", () => {
  const utf8 = Charset.of(["ISO_IR 192"]);
  for (const format of [...FORMATS, "html"] as const) {
    // CSV has no way to write them; it is made harmless where it meets a terminal.
    if (format === "csv" || format === "tsv") continue;
    test(`steer no terminal in ${format}`, () => {
      fc.assert(
        fc.property(hostileText, (text) => {
          const dataset = Dataset.of(
            textElement(0x00080005, "CS", "ISO_IR 192"),
            textElement(0x00081030, "LO", text, utf8),
            textElement(0x00100010, "PN", text, utf8),
            textElement(0x00104000, "LT", text, utf8),
            textElement(0x00110010, "LO", text, utf8),
            textElement(0x00111001, "UN", text),
            sequence(0x00400100, [
              Dataset.of(textElement(0x00400007, "LO", text, utf8)),
            ]),
          );
          const writer = format === "html"
            ? new HtmlWriter()
            : resultWriter(format, { width: 80 });
          const output = harmless(written(writer, [dataset]));
          const at = Array.from(
            output,
            (character) => character.charCodeAt(0),
          ).findIndex(isHostile);
          assert.equal(at, -1, JSON.stringify(output.slice(at - 20, at + 20)));
        }),
      );
    });
  }
});
