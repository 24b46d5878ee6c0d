/**
 * Wrong command lines, given to DCMTK's findscu and to ours: text and decision must agree. Skipped if DCMTK's is not
 * installed. Nothing is sent: every line fails before a connection is tried.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { describe, test } from "node:test";
import { configure } from "../../src/cli/config/config.ts";
import { renderUsageError } from "../../src/cli/line/usage_error.ts";
import { FakeFiles } from "../support/fake_files.ts";

const FINDSCU = "/usr/bin/findscu";
const isInstalled = statSync(FINDSCU, { throwIfNoEntry: false }) !== undefined;

const VERSION = {
  version: "0",
  commit: undefined,
  date: undefined,
  platform: "",
  runtime: "",
  libraries: [],
};

/** One command line per row; arguments are separated by single blanks, `''` is the empty one. */
const LINES = [
  "--foo",
  "--no --ke",
  "-k",
  "--key",
  "--log-level",
  "-lc",
  "+tls",
  "+tls a",
  "host 11 -k A +tls a",
  "-v",
  "-q",
  "--arguments",
  "host",
  "-q host",
  "a ''",
  "host ''",
  "host 0",
  "host 70000",
  "host 65536",
  "host 99999999999999999999999",
  "host -1",
  "host -70000 -k a",
  "host abc",
  "host x11",
  "- abc",
  "-5 abc",
  "host 11",
  "- 11",
  "-5 11",
  "host +11",
  "host 11 -pdu 1",
  "host 11 -pdu 200000",
  "host 11 -pdu abc",
  "host 11 -pdu ''",
  "host 11 -pdu -1",
  "host 11 -pdu -",
  "host 11 -pdu -k",
  "host 11 -pdu 99999999999999999999",
  "host 11 -pdu 1 -pdu 4096",
  "host 11 -pdu 4096 -pdu 1",
  "host 11 -pdu 1 -to 0",
  "host 11 -pdu 1 +cl 3",
  "host 11 -Xlo 3 -pdu 1",
  "host 11 -q -pdu 1",
  "host 11 -ll fatal -pdu 1",
  "host 11 -ll error -pdu 1",
  "host 11 -to 0",
  "host 11 -to -5",
  "host 11 -to ''",
  "host 11 -ts -2",
  "host 11 -ts -1",
  "host 11 -ts ''",
  "host 11 -ta -1",
  "host 11 -ta 0",
  "host 11 -td 0",
  "host 11 --repeat 0",
  "host 11 --repeat -1",
  "host 11 --cancel -1",
  "host 11 --cancel x",
  "host 11 +cl 3",
  "host 11 +cl 99",
  "host 11 -xd +cl 10",
  "host 11 -xd +cl -1",
  "host 11 +cl 3 -xd -xi",
  "host 11 -Xlo 3",
  "host 11 -Xlo 0",
  "host 11 -Xlo 0 -X",
  "host 11 -X -Xlo -1",
  "host 11 -Xs a -Xlo x",
  "host 11 -ll foo",
  "host 11 -ll ''",
  "host 11 -ll debug -v",
  "host 11 -ll foo -v",
  "host 11 -ll off",
  "host 11 -ll WARN",
  "host 11 -lc x -v",
  "host 11 -lc x -ll debug",
  "host 11 nofile",
  "nofile 11 nofile2 nofile3",
  "host 11 nofile -Xlo 3",
  "host 11 nofile +cf x",
  "host 11 nofile -pdu 1",
  "host 11 -pw",
  "host 11 +cf x",
  "host 11 +cf x -k A",
  "host 11 -k A +pw x",
  "host 11 -k A -pw",
  "host 11 -k A +ps +tla",
  "host 11 -k A -pem",
  "host 11 -k A -der",
  "host 11 -k A +cd x",
  "host 11 -k A +crl x",
  "host 11 -k A +crv",
  "host 11 -k A +py",
  "host 11 -k A +cs A +pz +tla",
  "host 11 -k A +cs A",
  "host 11 +pz -k A",
  "host 11 -k A -rc",
  "host 11 -k A -ic",
  "host 11 -k A +rs x",
  "host 11 -k A +ws",
  "host 11 -k A +ws +tla",
  "host 11 -k A +wf x",
  "host 11 -k A +wf x +tla",
  "host 11 -k A +tls k c +cf x -tls",
  "@nofile host 11",
  "host @nofile 11 --foo",
  "-h --foo",
  "--version --key",
  "-AET x",
  "--Study host 11",
  "-vd host 11",
  "-q -pdu",
] as const;

describe("wrong command lines read as DCMTK's", { skip: !isInstalled }, () => {
  for (const line of LINES) {
    test(`findscu ${line}`, () => {
      const args = line.split(" ").map((word) => word === "''" ? "" : word);
      const theirs = spawnSync(FINDSCU, args, { cwd: "/", encoding: "utf8" });
      const files = new FakeFiles({});
      const outcome = configure({ args, env: () => undefined, files });
      assert.ok(!outcome.ok, "ours takes it");
      const ours = renderUsageError(outcome.error, outcome.form, VERSION);
      assert.equal(theirs.status, 1);
      // With -q DCMTK hides some of them; we hide none.
      if (theirs.stderr === "") assert.match(line, /-q|-ll/);
      else assert.equal(comparable(ours), comparable(theirs.stderr));
    });
  }
});

/** Without what differs on purpose: the name and version in the first line, and our hints. */
function comparable(text: string): string {
  return text.replace(/^\$.*\n/, "$\n").replace(/^hint: .*\n/m, "");
}
