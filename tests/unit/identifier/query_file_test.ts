import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseQueryText } from "../../../src/identifier/detect.ts";

describe("parseQueryText()", () => {
  test("gives one term per line, with its place", () => {
    const text = [
      "# a comment",
      "",
      "PatientName=A^B=C^D",
      "   StudyDate=20200101-  \r",
      "\t# an indented comment",
      "0010,0020",
    ].join("\n");
    assert.deepEqual(parseQueryText(text, "q.txt"), [
      {
        text: "PatientName=A^B=C^D",
        file: { name: "q.txt", line: 3, column: 1 },
      },
      {
        text: "StudyDate=20200101-",
        file: { name: "q.txt", line: 4, column: 4 },
      },
      { text: "0010,0020", file: { name: "q.txt", line: 6, column: 1 } },
    ]);
  });

  test("takes a # inside a line as part of the value", () => {
    assert.deepEqual(
      parseQueryText("StudyID=#1 # 2", "q").map(({ text }) => text),
      ["StudyID=#1 # 2"],
    );
  });

  test("knows the line ends of every system", () => {
    assert.deepEqual(
      parseQueryText("A\nB\r\nC\rD", "q").map((
        { text, file },
      ) => [text, file!.line]),
      [["A", 1], ["B", 2], ["C", 3], ["D", 4]],
    );
  });

  test("finds nothing in an empty text", () => {
    assert.deepEqual(parseQueryText("\n \n#\n", "q"), []);
  });
});
