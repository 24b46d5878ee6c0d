import assert from "node:assert/strict";
import { test } from "node:test";
import { mutationsOf } from "../../../scripts/mutate.ts";

/** Each change of a program, as the program that it leads to. */
function changed(code: string): string[] {
  return mutationsOf(code).map(({ at, from, to }) =>
    code.slice(0, at) + to + code.slice(at + from.length)
  );
}

test("mutationsOf() changes operators, numbers and truth, one at a time", () => {
  assert.deepEqual(changed("a<b&&!c"), ["a<=b&&!c", "a<b||!c", "a<b&&c"]);
  assert.deepEqual(changed("x=0x10+1_000"), [
    "x=17+1_000",
    "x=0x10-1_000",
    "x=0x10+1001",
  ]);
  assert.deepEqual(changed("i++;done=true"), [
    "i--;done=true",
    "i++;done=false",
  ]);
  assert.deepEqual(changed("5n>>>2"), ["6n>>>2", "5n<<2", "5n>>>3"]);
});

test("mutationsOf() leaves comments, texts and patterns alone", () => {
  for (
    const code of [
      "// a < 1",
      "/* 1 + 2 */",
      '"1 < 2"',
      "'!'",
      "`1 + ${name} 2`",
      "x = /a+[/+]1/g;",
      "return /1*/;",
      "f(/!/)",
      "a => b",
      "(...a) => a?.b",
      "o.true",
      "constructor(toString, valueOf)",
    ]
  ) {
    assert.deepEqual(changed(code), [], code);
  }
});

test("mutationsOf() looks into templates, and distinguishes a division from a pattern", () => {
  assert.deepEqual(changed("`a${b+{c}}d ${`${1}`} 2`"), [
    "`a${b-{c}}d ${`${1}`} 2`",
    "`a${b+{c}}d ${`${2}`} 2`",
  ]);
  assert.deepEqual(changed("(a)/b/c"), ["(a)*b/c", "(a)/b*c"]);
});

test("mutationsOf() refuses what is no program", () => {
  assert.throws(() => mutationsOf("a ; \u0001"), SyntaxError);
});
