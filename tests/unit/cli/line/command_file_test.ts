/** Command files and their words. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  expandCommandFiles,
  splitWords,
} from "../../../../src/cli/line/parse.ts";
import { UsageError } from "../../../../src/errors.ts";

describe("splitWords()", () => {
  for (
    const [content, words] of [
      ["", []],
      [" \t\r\n ", []],
      ["a b\tc\r\nd\ne", ["a", "b", "c", "d", "e"]],
      [`-k "Patient Name" 'x y'`, ["-k", "Patient Name", "x y"]],
      [`"QR"SCP`, ["QR", "SCP"]],
      [`a"b c"=x`, ["ab c", "=x"]],
      [`"" ''`, ["", ""]],
      [`"a'b" 'a"b'`, ["a'b", 'a"b']],
      [`x "unterminated\nto the end`, ["x", "unterminated\nto the end"]],
      [`a\\ "b\\"c`, ["a\\", "b\\", "c"]],
      ["# no comment", ["#", "no", "comment"]],
    ] as const
  ) {
    test(JSON.stringify(content), () => {
      assert.deepEqual(splitWords(content), words);
    });
  }
});

describe("expandCommandFiles()", () => {
  const files: Record<string, string> = {
    one: "-S -k A=1",
    nested: "@one",
    empty: "",
  };
  function read(name: string): string {
    const content = files[name];
    if (content === undefined) throw new Error(name);
    return content;
  }

  test("inserts words at the place of the file, any number of times", () => {
    assert.deepEqual(
      expandCommandFiles(["-v", "@one", "host", "@one", "@empty"], read),
      ["-v", "-S", "-k", "A=1", "host", "-S", "-k", "A=1"],
    );
  });

  test("is not recursive", () => {
    assert.deepEqual(expandCommandFiles(["@nested"], read), ["@one"]);
  });

  test("leaves a lone @ alone", () => {
    assert.deepEqual(expandCommandFiles(["@", "a@one"], read), ["@", "a@one"]);
  });

  test("names the file that cannot be opened", () => {
    assert.throws(
      () => expandCommandFiles(["@none"], read),
      (error) =>
        error instanceof UsageError &&
        error.message === "Cannot open command file 'none'",
    );
  });
});
