/** Wild cards and person names (PS3.4 C.2.2.2.1 and C.2.2.2.4). */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import {
  comparableName,
  fold,
  nameTest,
  wildcardTest,
} from "../../../src/matching/text_match.ts";

describe("wildcardTest()", () => {
  const rows: [pattern: string, text: string, matches: boolean][] = [
    ["*", "", true],
    ["*", "anything", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["a*", "a", true],
    ["a*", "abc", true],
    ["a*", "ba", false],
    ["*a", "ba", true],
    ["*a", "ab", false],
    ["*a*", "bab", true],
    ["a*c", "ac", true],
    ["a*c", "abbbc", true],
    ["a*c", "acb", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["a**c", "abc", true],
    ["*ab*ab*", "abab", true],
    ["*ab*ab*", "aba", false],
    ["*a?b", "xaab", true],
    ["a.c", "abc", false],
    ["[a]", "[a]", true],
    ["?*", "", false],
    ["?*", "x", true],
    ["*?", "x", true],
    ["??", "例題", true],
    ["?", "𠀀", true],
    ["*?𠀀", "a𠀀", true],
    ["*?𠀀", "𠀀", false],
    ["??", "𠀀", false],
    ["𠀁*?", "𠀀a", false],
    ["*例", "空例", true],
    ["A*", "a", false],
  ];
  for (const [pattern, text, matches] of rows) {
    test(`"${pattern}" ${matches ? "matches" : "misses"} "${text}"`, () => {
      assert.equal(wildcardTest(pattern)(text), matches);
    });
  }
  test("does not explode on many stars", () => {
    const pattern = "*a".repeat(30) + "b";
    assert.equal(wildcardTest(pattern)("a".repeat(5000)), false);
  });
});

describe("nameTest()", () => {
  const japanese = "Yamada^Tarou=山田^太郎=やまだ^たろう";
  const rows: [
    key: string,
    name: string,
    strict: boolean,
    lenient: boolean,
  ][] = [
    ["Doe^Jane", "Doe^Jane", true, true],
    ["Doe^Jane", "Doe^Jane^^^", true, true],
    ["Doe^Jane^^", "Doe^Jane", true, true],
    ["Doe^Jane", "Doe^John", false, false],
    ["Doe", "Doe^Jane", false, false],
    ["doe^jane", "Doe^Jane", false, true],
    ["Doe*", "Doe^Jane", true, true],
    ["DOE*", "Doe^Jane", false, true],
    ["*Jane", "Doe^Jane", true, true],
    ["D?e^*", "Doe^Jane", true, true],
    ["Doe^*", "Doe", true, true],
    ["*^Jane", "Doe^Jane", true, true],
    ["*^Jane", "Jane", false, false],
    ["Doe^*^X", "Doe^Jane", false, false],
    ["Doe ^ Jane", "Doe^Jane", true, true],
    ["Müller^Jörg", "Müller^Jörg", true, true],
    ["Muller^Jorg", "Müller^Jörg", false, true],
    ["MÜLLER*", "Müller^Jörg", false, true],
    ["Strasse*", "Straße^X", false, true],
    ["Lucja", "Łucja", false, true],
    ["Bjorn", "Bjørn", false, true],
    ["ΕΛΈΝΗ", "Ελένη", false, true],
    ["ελενη", "Ελένη", false, true],
    ["ИВАНОВ", "Иванов", false, true],
    ["Yamada^Tarou", japanese, true, true],
    ["山田^太郎", japanese, true, true],
    ["やまだ*", japanese, true, true],
    ["山田*", japanese, true, true],
    ["鈴木*", japanese, false, false],
    ["=山田^太郎", japanese, true, true],
    ["=山田*", japanese, true, true],
    ["==やまだ*", japanese, true, true],
    ["Yamada*=山田*=やまだ*", japanese, true, true],
    ["Yamada*=鈴木*", japanese, false, false],
    ["Yamada^Tarou=", japanese, true, true],
    ["=Yamada*", japanese, false, false],
    ["*=홍^길동", "Hong^Gildong=\x1b$)C홍^\x1b$)C길동", false, true],
    ["*=やまだ*", japanese, false, true],
    ["Yamada*=鈴木*=やまだ*", japanese, false, false],
    ["*=*", japanese, true, true],
    ["*=*=*", "Doe^Jane", true, true],
    ["=山田", "Doe^Jane", false, false],
    ["ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ^タロウ", false, true],
    ["カ", "ガ", false, false],
    ["פלוני", "אלמוני^פלוני", false, false],
    ["*פלוני", "אלמוני^פלוני", true, true],
  ];
  for (const [key, name, strict, lenient] of rows) {
    test(`"${key}" and "${name}"`, () => {
      assert.equal(
        nameTest(key, false)(comparableName(name, false)),
        strict,
        "exact",
      );
      assert.equal(
        nameTest(key, true)(comparableName(name, true)),
        lenient,
        "lenient",
      );
    });
  }
});

test("fold() leaves letters of other scripts alone", () => {
  assert.equal(fold("ガ한글"), "ガ한글");
  assert.equal(fold("ÀÉîõÜ"), "aeiou");
  assert.equal(fold("Ｗｉｄｅ"), "wide");
  assert.equal(fold("İ"), "i");
});
