/** Where things are in the text of a TOML file, and its editing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  tomlDuplicate,
  tomlEntries,
  tomlLine,
  withoutTable,
  withTable,
} from "../../../../src/cli/config/toml_text.ts";

const FILE = `# My archives
[defaults]
aetitle = "ME" # everywhere

# The good one
[peers.prod]
address = "pacs:104"
query = [
  "PatientName", # [peers.no]
  "[peers.no]",
]
note = """
[peers.no]
"""

# In the cellar
[peers."old one"]
address = 'old:104'
timeout.x = 5
[[others]]
a = 1
`;

describe("tomlEntries()", () => {
  const entries = tomlEntries(FILE);
  for (
    const [path, line] of [
      [["defaults", "aetitle"], 3],
      [["peers", "prod"], 6],
      [["peers", "prod", "query"], 8],
      [["peers", "old one", "address"], 18],
      [["peers", "old one", "timeout", "x"], 19],
      [["others"], 20],
      [["peers", "no"], undefined],
    ] as const
  ) {
    test(path.join("."), () => assert.equal(tomlLine(entries, path), line));
  }
});

describe("tomlDuplicate()", () => {
  for (
    const [text, name, lines] of [
      ["[a]\nb=1\n[c]\n[a]\n", "a", [1, 4]],
      ["[a]\nb=1\n'b'=2\n", "a.b", [2, 3]],
      ['a.b=1\n[x]\n[a]\n"b"=2\n', "a.b", [1, 4]],
      ["a = {b = 1}\n[a.c]\n", "a", [1, 2]],
    ] as const
  ) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(tomlDuplicate(tomlEntries(text)), { name, lines });
    });
  }
  test("nothing of the kind", () => {
    assert.equal(tomlDuplicate(tomlEntries(FILE)), undefined);
    assert.equal(
      tomlDuplicate(tomlEntries("[[a]]\nb=1\n[[a]]\nb=1\n")),
      undefined,
    );
  });
});

describe("withTable()", () => {
  const values = new Map<string, string | number | boolean | string[]>([
    ["address", "a:1"],
    ["timeout", 5],
    ["abort", true],
    ["query", ['A="x\\y"', "B"]],
  ]);
  const table = `[peers.new]
address = "a:1"
timeout = 5
abort = true
query = ["A=\\"x\\\\y\\"", "B"]
`;
  for (
    const [text, result] of [
      ["", table],
      ["a=1\n", `a=1\n\n${table}`],
      ["a=1", `a=1\n\n${table}`],
      ["a=1\n\n", `a=1\n\n${table}`],
      ["a=1\r\n", `a=1\r\n\r\n${table.replaceAll("\n", "\r\n")}`],
    ] as const
  ) {
    test(JSON.stringify(text), () => {
      assert.equal(withTable(text, ["peers", "new"], values), result);
    });
  }
  test("a name that is not a bare word", () => {
    assert.equal(withTable("", ["peers", "a.b"], new Map()), '[peers."a.b"]\n');
  });
});

describe("withoutTable() keeps what is others'", () => {
  for (
    const [name, path, text, left] of [
      [
        "the comment above goes",
        ["p", "a"],
        "# x\n\n# a\n[p.a]\nk=1\n",
        "# x\n",
      ],
      [
        "the comment of the next one stays",
        ["p", "a"],
        "[p.a]\nk=1\n\n# b\n[p.b]\nk=2",
        "# b\n[p.b]\nk=2\n",
      ],
      ["tables below", ["p", "a"], "[p.a]\n[p.b]\n[p.a.x]\nk=1\n", "[p.b]\n"],
      ["CRLF", ["p", "a"], "[p.b]\r\n[p.a]\r\nk=1\r\n", "[p.b]\r\n"],
      ["no such table", ["p", "a"], "p.a.k=1\n", undefined],
      ["only a table below", ["p", "a"], "[p.a.b]\n", undefined],
    ] as const
  ) {
    test(name, () => assert.equal(withoutTable(text, path), left));
  }
  test("in a file with everything", () => {
    const left = withoutTable(FILE, ["peers", "prod"])!;
    assert.equal(
      left,
      FILE.replace(/# The good one[^]*?(?=# In the cellar)/, ""),
    );
  });
});
