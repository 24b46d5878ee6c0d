/** Names on Windows, looked at on every system. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameComplaint } from "../../host/output_file.ts";

describe("nameComplaint()", () => {
  for (
    const path of [
      "x.csv",
      "C:\\data\\x.csv",
      "C:/data/x.csv",
      "C:x.csv",
      "\\\\server\\share\\Ärzte Übung\\x y.csv",
      "\\\\?\\C:\\data\\x.csv",
      "\\\\?\\UNC\\server\\share\\x.csv",
      "..\\x.csv",
      ".hidden",
      "console.csv",
      "com10.csv",
      "auxiliary",
      "x.aux",
      "nul",
      "C:\\data\\NUL",
      "\\\\.\\COM1",
      "結果 نتيجة.csv",
      "100%&(1)^;=,'.csv",
      `${"n".repeat(226)}.csv`,
    ]
  ) {
    test(`takes ${path}`, () => {
      assert.equal(nameComplaint(path), undefined);
    });
  }

  for (
    const [path, message] of [
      ["CON", /^CON is a device/],
      ["aux.csv", /^AUX is a device/],
      ["nul.csv", /^NUL is a device/],
      ["C:\\data\\Com1.dcm", /^COM1 is a device/],
      ["lpt9 .tar.gz", /^LPT9 is a device/],
      ["COM\u00b2", /^COM\u00b2 is a device/],
      ["conin$", /^CONIN\$ is a device/],
      ["prn:x", /^PRN is a device/],
      ["q?.csv", /has "\?" in it/],
      ["a*b.csv", /has "\*" in it/],
      ["x|y.csv", /has "\|" in it/],
      ["<x>.csv", /has "<" in it/],
      ['a"b.csv', /has quotation marks in it/],
      ["a\tb.csv", /has control characters in it/],
      ["x.csv:stream", /has ":" in it/],
      ["C:\\data\\10:30.csv", /has ":" in it/],
      ["\\\\server\\share\\10:30.csv", /has ":" in it/],
      ["C:\\a?b\\x.csv", /has "\?" in it/],
      [`C:\\data\\${"n".repeat(231)}`, /too long/],
    ] as const
  ) {
    test(`complains of ${path}`, () => {
      const complaint = nameComplaint(path);
      assert.match(complaint?.message ?? "", message);
      assert.match(complaint?.hint ?? "", /^Give /);
    });
  }
});
