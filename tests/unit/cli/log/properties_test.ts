import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  isTrue,
  parseProperties,
  subset,
  substitute,
} from "../../../../src/cli/log/properties.ts";

describe("parseProperties()", () => {
  test("reads names and values without the blanks around them", () => {
    assert.deepEqual(
      [...parseProperties(" a =  b c \n\td=e=f\r\ng=\n")],
      [["a", "b c"], ["d", "e=f"], ["g", ""]],
    );
  });

  test("passes over comments and lines without an equals sign", () => {
    const text = "# a=b\n  # c=d\n! bang\nnothing\n\n";
    assert.equal(parseProperties(text).size, 0);
  });

  test("lets the last of equal names count and knows no continuation", () => {
    assert.deepEqual(
      [...parseProperties("a=1\na=2 \\\n  3\n")],
      [["a", "2 \\"]],
    );
  });
});

test("subset() cuts the prefix off", () => {
  assert.deepEqual(
    [...subset(parseProperties("a.b=1\na.c.d=2\nab=3"), "a.")],
    [["b", "1"], ["c.d", "2"]],
  );
});

describe("substitute()", () => {
  const warnings: string[] = [];
  const values = (text: string) => {
    warnings.length = 0;
    return substitute(
      parseProperties(text),
      (name) => name === "HOME" ? "/home" : undefined,
      (warning) => warnings.push(warning),
    );
  };

  test("takes properties before the environment, and goes on in what it put in", () => {
    const text = "a=<${b}>\nb=${c}!\nc=deep\nd=${HOME}/${nope}";
    assert.deepEqual([...values(text)], [
      ["a", "<deep!>"],
      ["b", "deep!"],
      ["c", "deep"],
      ["d", "/home/${nope}"],
    ]);
    assert.deepEqual(warnings, []);
  });

  test("warns of a value that refers to itself", () => {
    assert.equal(values("a=x${b}\nb=${a}").get("a"), "x${a}");
    assert.match(warnings[0]!, /^"a" refers to itself$/);
  });

  test("ends, however many references come of a few", () => {
    const doubling = Array.from(
      { length: 60 },
      (_, at) => `v${at + 1}=\${v${at}}\${v${at}}`,
    );
    const found = values(["v0=x", ...doubling].join("\n"));
    assert.equal(found.get("v5"), "x".repeat(32));
    assert.equal(found.get("v60"), "${v59}${v59}");
    assert.ok(warnings.includes('"v60" refers to too many others'));
  });

  test("allows a value a hundred references", () => {
    const references = (count: number) =>
      values(`x=1\na=${"${x}".repeat(count)}`).get("a");
    assert.equal(references(100), "1".repeat(100));
    assert.deepEqual(warnings, []);
    assert.equal(references(101), "${x}".repeat(101));
    assert.deepEqual(warnings, ['"a" refers to too many others']);
  });

  test("leaves a value alone whose brace has no end", () => {
    assert.equal(values("b=1\na=${b} ${c").get("a"), "${b} ${c");
    assert.equal(warnings.length, 1);
  });
});

test("isTrue() reads what log4cplus reads", () => {
  for (const text of ["true", "TRUE", "1", "7"]) assert.ok(isTrue(text), text);
  for (const text of ["false", "0", "yes", ""]) assert.ok(!isTrue(text), text);
  assert.equal(isTrue(undefined, true), true);
});
