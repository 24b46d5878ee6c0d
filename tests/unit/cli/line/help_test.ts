/** `--help` and `--version` as rendered from the table. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  EXAMPLES,
  helpText,
  versionText,
} from "../../../../src/cli/line/help.ts";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
} from "../../../../src/cli/line/options.ts";
import { belongsTo } from "../../../../src/cli/line/options/row.ts";
import { find } from "../../../support/configured.ts";

const version = {
  version: "1.2.3",
  commit: "abc1234",
  date: "2030-01-31",
  platform: "linux x64",
  runtime: "Bun 1.4.5",
  libraries: ["BoringSSL 1", "zlib 2"],
};
const request = {
  rows: OPTION_TABLE,
  commands: COMMAND_TABLE,
  version,
  command: "find",
  long: true,
} as const;

describe("helpText()", () => {
  for (const long of [true, false]) {
    const text = helpText({ ...request, long });

    test(`fits a terminal of 80 columns (${long ? "long" : "short"})`, () => {
      for (const line of text.split("\n")) {
        assert.ok(line.length <= 80, line);
        assert.equal(line, line.trimEnd());
      }
    });

    test(long ? "shows every option" : "shows the common options", () => {
      for (const row of OPTION_TABLE) {
        if (!belongsTo(row, "find") || !(long || row.isCommon)) continue;
        const shown = long ? row.spellings : row.spellings.slice(0, 1);
        for (const spelling of shown) {
          assert.match(
            text,
            new RegExp(
              `(^|[\\s,])${spelling.replace(/[+$]/g, "\\$&")}([\\s,]|$)`,
              "m",
            ),
          );
        }
      }
    });
  }

  test("is short where it is to be, and says where there is more", () => {
    for (const { name } of [{ name: "find" } as const, ...COMMAND_TABLE]) {
      const text = helpText({ ...request, command: name, long: false });
      assert.ok(text.split("\n").length <= 80, name);
      assert.match(text, /^All options: findscu( \w+)? --help\./m);
    }
    const text = helpText({ ...request, long: false });
    assert.doesNotMatch(text, /--repeat|query information model/);
    for (const [wish, line] of EXAMPLES) {
      assert.ok(text.includes(`  # ${wish}\n  ${line}\n`), wish);
      const words = line.replaceAll('"', "").split(" ").slice(1);
      assert.doesNotThrow(() => find(...words), line);
    }
  });

  test("shows only the options and commands that it is given", () => {
    const text = helpText({
      ...request,
      rows: OPTION_TABLE.filter((row) => row.id !== "study"),
      commands: [],
    });
    assert.doesNotMatch(text, /--study/);
    assert.doesNotMatch(text, /findscu serve|^commands/m);
  });

  test("puts an option in DCMTK's columns", () => {
    const lines = helpText(request).split("\n");
    assert.ok(
      lines.includes(
        "    -aet  --aetitle TITLE       our AE title (default: FINDSCU; with an ADDRESS,",
      ),
    );
    assert.ok(
      lines.includes("  -v      --verbose             print the steps taken"),
    );
    assert.ok(
      lines.includes(
        "          --repeat COUNT        send each request this many times (default: 1)",
      ),
    );
    assert.ok(lines.includes("network options:"));
    assert.ok(lines.includes("  application entity titles:"));
  });

  test("shows the options and usage of a command", () => {
    const text = helpText({ ...request, command: "serve" });
    assert.match(text, /^usage: findscu serve \[options\] \[SOURCE\]$/m);
    assert.match(text, /--port PORT/);
    assert.doesNotMatch(text, /--study/);
  });

  test("lists the exit codes in the long text only", () => {
    assert.match(helpText(request), /^exit codes:$/m);
    assert.doesNotMatch(helpText({ ...request, long: false }), /exit codes/);
  });
});

describe("versionText()", () => {
  test("begins with DCMTK's banner lines and lists the facts", () => {
    assert.equal(
      versionText(version),
      [
        "$findscu: findscu v1.2.3 2030-01-31 $",
        "",
        "findscu: DICOM query (C-FIND) SCU",
        "",
        "Commit: abc1234",
        "Platform: linux x64",
        "Runtime: Bun 1.4.5",
        "",
        "Libraries:",
        "- BoringSSL 1",
        "- zlib 2",
        "",
      ].join("\n"),
    );
  });

  test("does without what is not known", () => {
    const text = versionText({
      ...version,
      commit: undefined,
      date: undefined,
      libraries: [],
    });
    assert.match(text, /^\$findscu: findscu v1\.2\.3 \$\n/);
    assert.doesNotMatch(text, /Commit|Libraries/);
  });
});
