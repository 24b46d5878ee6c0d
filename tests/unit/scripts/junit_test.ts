/** Reports as the two runners write them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readJunit } from "../../../scripts/junit.ts";

const DENO = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="11" failures="2" errors="0" time="0.012">
    <testsuite name="./a_test.ts" tests="6" disabled="2" errors="0" failures="1">
        <testcase name="group" classname="./a_test.ts" time="0.006" line="2" col="1">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="top" classname="./a_test.ts" time="0.000" line="3" col="1">
        </testcase>
        <testcase name="skipped" classname="./a_test.ts" time="0.000" line="3" col="24">
            <skipped/>
        </testcase>
    </testsuite>
    <testsuite name="ext:deno_node/testing.ts" tests="5" disabled="1" errors="0" failures="1">
        <testcase name="group &gt; a" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="1">
        </testcase>
        <testcase name="group &gt; b" classname="ext:deno_node/testing.ts" time="0.001" line="1" col="1">
            <failure message="&lt;testcase name=&quot;x&quot;&gt;">no</failure>
        </testcase>
        <testcase name="group &gt; inner" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="1">
        </testcase>
        <testcase name="group &gt; inner &gt; d" classname="ext:deno_node/testing.ts" time="0.000" line="1" col="1">
        </testcase>
    </testsuite>
</testsuites>
`;

const BUN = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="5" assertions="0" failures="1" skipped="1" time="0.02">
  <testsuite name="a_test.ts" file="a_test.ts" tests="5" assertions="0" failures="1" skipped="1" time="0.01" hostname="vm">
    <testsuite name="group" file="a_test.ts" line="2" tests="3" assertions="0" failures="1" skipped="0" time="0" hostname="vm">
      <testcase name="a" classname="group" time="0.0007" file="a_test.ts" line="2" assertions="0" />
      <testcase name="b" classname="group" time="0.0008" file="a_test.ts" line="2" assertions="0">
        <failure type="AssertionError" message="1 !== 2">1 !== 2</failure>
      </testcase>
      <testsuite name="inner" file="a_test.ts" line="2" tests="1" assertions="0" failures="0" skipped="0" time="0" hostname="vm">
        <testcase name="d" classname="inner &gt; group" time="0.00003" file="a_test.ts" line="2" assertions="0" />
      </testsuite>
    </testsuite>
    <testcase name="top" classname="" time="0.00001" file="a_test.ts" line="3" assertions="0" />
    <testcase name="skipped" classname="" time="0" file="a_test.ts" line="3" assertions="0">
      <skipped />
    </testcase>
  </testsuite>
</testsuites>
`;

describe("readJunit()", () => {
  for (
    const [runner, xml, file] of [
      ["Deno", DENO, "./a_test.ts"],
      ["Bun", BUN, "a_test.ts"],
    ] as const
  ) {
    test(`counts the leaves of a report of ${runner}`, () => {
      const report = readJunit(xml);
      assert.equal(report?.passed, 3);
      assert.equal(report.failed, 1);
      assert.equal(report.skipped, 1);
      assert.deepEqual(report.failures, ["group > b"]);
      assert.deepEqual(report.skips, ["skipped"]);
      assert.ok(report.files.has(file));
    });
  }

  test("counts a group that fails by itself", () => {
    const report = readJunit(`<testsuites>
      <testcase name="group" classname="./a_test.ts"><failure/></testcase>
      <testcase name="group &gt; a" classname="ext"></testcase>
    </testsuites>`);
    assert.equal(report?.failed, 1);
    assert.equal(report.passed, 1);
  });

  test("refuses what is empty or cut off", () => {
    assert.equal(readJunit(""), undefined);
    assert.equal(readJunit(DENO.slice(0, -20)), undefined);
  });
});
