/** The character set of a response: declared if its text needs it or the query asks for it, and fitting all of its text. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { latin1 } from "../../../../src/bytes/latin1.ts";
import { plainValue, sequence } from "../../../../src/dataset/dataset.ts";
import { rawElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { findModel } from "../../../../src/find/models.ts";
import { Archive } from "../../../../src/scp/archive/archive.ts";
import { answerQuery } from "../../../../src/scp/archive/query.ts";

const CHARSET = 0x00080005;
const NAME = 0x00100010;
const DESCRIPTION = 0x00081030;
const CODES = 0x00081032;

/** A study whose texts are in this character set. */
function study(
  charset: string | undefined,
  name: string,
  text = "Head",
): Dataset {
  return Dataset.of(
    ...(charset === undefined ? [] : [rawElement(CHARSET, "CS", charset)]),
    rawElement(DESCRIPTION, "LO", text),
    sequence(CODES, [Dataset.of(rawElement(0x00080104, "LO", text))]),
    rawElement(NAME, "PN", name),
    rawElement(0x00100020, "LO", "1"),
    rawElement(0x0020000d, "UI", "1.2"),
  );
}

function respond(
  stored: Dataset,
  keys: readonly ReturnType<typeof rawElement>[],
  answerInRequestedCharset = false,
  others: ReturnType<typeof sequence>[] = [],
): Record<"charset" | "name" | "text" | "code", string | undefined> {
  const [match] = answerQuery(Archive.fromDatasets([stored]), {
    model: findModel("study")!,
    identifier: Dataset.of(
      rawElement(0x00080052, "CS", "STUDY"),
      rawElement(DESCRIPTION, "LO", ""),
      rawElement(NAME, "PN", ""),
      ...keys,
      ...others,
    ),
    answerInRequestedCharset,
  });
  assert.ok(match?.dataset !== undefined);
  const { dataset } = match;
  const value = (tag: number, of: Dataset = dataset) => {
    const bytes = plainValue(of.get(tag));
    return bytes && latin1(bytes).trimEnd();
  };
  const [item] = dataset.items(CODES);
  return {
    charset: value(CHARSET),
    name: value(NAME),
    text: value(DESCRIPTION),
    code: item && value(0x00080104, item.dataset),
  };
}

const asked = (charset: string) => rawElement(CHARSET, "CS", charset);
const NO_CODE = { text: "Head", code: undefined };

describe("a response", () => {
  // deno-fmt-ignore
  const rows: [name: string, actual: () => unknown, expected: unknown][] = [
    ["in ASCII declares nothing, whatever is stored",
      () => respond(study("ISO_IR 100", "Miller"), []), { ...NO_CODE, charset: undefined, name: "Miller" }],
    ["in ASCII declares what is stored, if the query has the attribute",
      () => respond(study("ISO_IR 100", "Miller"), [asked("")]), { ...NO_CODE, charset: "ISO_IR 100", name: "Miller" }],
    ["in ASCII declares nothing if nothing is stored, though the query has the attribute",
      () => respond(study(undefined, "Miller"), [asked("ISO_IR 192")]), { ...NO_CODE, charset: undefined, name: "Miller" }],
    ["with other text declares what is stored",
      () => respond(study("ISO_IR 100", "M\xfcller"), []), { ...NO_CODE, charset: "ISO_IR 100", name: "M\xfcller" }],
    ["with other text declares what is stored, not what the query has",
      () => respond(study("ISO_IR 100", "M\xfcller"), [asked("ISO_IR 192")]), { ...NO_CODE, charset: "ISO_IR 100", name: "M\xfcller" }],
    ["with other text is in the character set of the query if the server does that",
      () => respond(study("ISO_IR 100", "M\xfcller"), [asked("ISO_IR 192")], true), { ...NO_CODE, charset: "ISO_IR 192", name: "M\xc3\xbcller" }],
    ["is as stored if the character set of the query does not have the text",
      () => respond(study("ISO_IR 100", "M\xfcller"), [asked("ISO_IR 144")], true), { ...NO_CODE, charset: "ISO_IR 100", name: "M\xfcller" }],
    ["in ASCII stays so if the server answers in the character set of the query",
      () => respond(study("ISO_IR 100", "Miller"), [asked("ISO_IR 192")], true), { ...NO_CODE, charset: "ISO_IR 100", name: "Miller" }],
    ["with escape sequences declares what is stored",
      () => respond(study("\\ISO 2022 IR 87", "\x1b$B;3\x1b(B"), []), { ...NO_CODE, charset: "\\ISO 2022 IR 87", name: "\x1b$B;3\x1b(B" }],
    ["with other text in items declares what is stored",
      () => respond(study("ISO_IR 100", "Miller", "Sch\xe4del"), [], false, [sequence(CODES, [])]),
      { charset: "ISO_IR 100", name: "Miller", text: "Sch\xe4del", code: "Sch\xe4del" }],
    ["with other text in items is converted there, too",
      () => respond(study("ISO_IR 100", "Miller", "Sch\xe4del"), [asked("ISO_IR 192")], true, [sequence(CODES, [])]),
      { charset: "ISO_IR 192", name: "Miller", text: "Sch\xc3\xa4del", code: "Sch\xc3\xa4del" }],
  ];
  for (const [name, actual, expected] of rows) {
    test(name, () => assert.deepEqual(actual(), expected));
  }

  test("of parts in several character sets is UTF-8", () => {
    const series = Dataset.of(
      rawElement(CHARSET, "CS", "ISO_IR 144"),
      rawElement(0x0020000d, "UI", "1.2"),
      rawElement(0x0020000e, "UI", "1.2.3"),
      rawElement(0x0008103e, "LO", "\xbb"),
    );
    const archive = Archive.fromDatasets([
      study("ISO_IR 100", "M\xfcller"),
      Dataset.of(...series, rawElement(0x00100020, "LO", "1")),
    ]);
    const [match] = answerQuery(archive, {
      model: findModel("study")!,
      identifier: Dataset.of(
        rawElement(0x00080052, "CS", "SERIES"),
        rawElement(0x0008103e, "LO", ""),
        rawElement(NAME, "PN", ""),
        rawElement(0x0020000d, "UI", "1.2"),
      ),
      relational: true,
    });
    const text = (tag: number) =>
      latin1(plainValue(match!.dataset!.get(tag))!).trimEnd();
    assert.equal(text(CHARSET), "ISO_IR 192");
    assert.equal(text(0x0008103e), "\xd0\x9b");
    assert.equal(text(NAME), "M\xc3\xbcller");
  });
});
