/** The manual page as rendered from the tables. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EXIT_CODES } from "../../../../src/cli/exit_code.ts";
import { manText } from "../../../../src/cli/line/man.ts";
import {
  COMMAND_TABLE,
  OPTION_TABLE,
} from "../../../../src/cli/line/options.ts";

const rows = OPTION_TABLE;
const commands = COMMAND_TABLE;
const version = {
  version: "1.2.3",
  commit: undefined,
  date: "2030-01-31",
  platform: "linux x64",
  runtime: "Bun 1.4.5",
  libraries: [],
};
const text = manText({ rows, commands, version });
const lines = text.split("\n");

/** As roff writes it. */
function escaped(word: string): string {
  return word.replaceAll("-", "\\-");
}

describe("manText()", () => {
  test("begins with the title, the date and the version", () => {
    assert.equal(
      lines[0],
      '.TH FINDSCU 1 "2030-01-31" "findscu 1.2.3" "User Commands"',
    );
  });

  test("has every section that manual pages have", () => {
    const sections = lines.filter((line) => line.startsWith(".SH "));
    for (const name of ["NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS"]) {
      assert.ok(sections.includes(`.SH ${name}`), name);
    }
  });

  test("shows every spelling of every option", () => {
    for (const { spellings } of rows) {
      for (const spelling of spellings) {
        assert.ok(text.includes(`\\fB${escaped(spelling)}\\fR`), spelling);
      }
    }
  });

  test("shows every command and every exit code", () => {
    for (const { name } of commands) {
      assert.ok(text.includes(`\\fB${name}\\fR`), name);
    }
    for (const { exit } of EXIT_CODES) {
      assert.ok(text.includes(`.TP\n\\fB${exit}\\fR\n`), String(exit));
    }
  });

  test("shows only the options and commands that it is given", () => {
    const some = manText({
      rows: rows.filter((row) => row.id !== "debug"),
      commands: [],
      version,
    });
    assert.doesNotMatch(some, /\\-\\-debug/);
    assert.doesNotMatch(some, /COMMANDS/);
  });

  test("is ASCII, and no text is taken for a request", () => {
    assert.match(text, /^[\n\x20-\x7e]*$/);
    const requests = /^\.(TH|SH|SS|PP|TP|IP|br|nf|fi|nh|ad l|RS 4|RE)\b/;
    for (const line of lines) {
      if (/^[.']/.test(line)) assert.match(line, requests);
    }
  });

  test("keeps backslashes out of roff's hands", () => {
    const row = {
      ...rows[0]!,
      short: "either a\\b",
      long: ".not a request",
    };
    const shown = manText({ rows: [row], commands: [], version });
    assert.match(shown, /a\\eb/);
    assert.match(shown, /^\\&\.not a request$/m);
  });
});
