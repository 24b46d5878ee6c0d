/** Reads RFC 4180, independently of the writer. */
import assert from "node:assert/strict";

/** The records of a text. `end` is what records end with. */
export function parseCsv(
  text: string,
  separator = ",",
  end = "\r\n",
): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        field += text[at];
      }
      at++;
    } else {
      while (text[at] !== separator && text[at] !== end[0]) field += text[at++];
    }
    record.push(field);
    if (text[at] === separator) at++;
    else {
      assert.equal(text.slice(at, at + end.length), end);
      at += end.length;
      records.push(record);
      record = [];
    }
  }
  return records;
}
