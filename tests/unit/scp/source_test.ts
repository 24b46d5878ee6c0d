/** Sources: names, paths that only look like options, and options that are wrong. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { faultNamed } from "../../../src/scp/faults/faults.ts";
import {
  type MockBehaviour,
  parseMockSource,
} from "../../../src/scp/source.ts";
import { UsageError } from "../../../src/errors.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";

const RIGHT: readonly [text: string, name: string, behaviour: MockBehaviour][] =
  [
    ["demo", "demo", {}],
    ["a/b.json", "a/b.json", {}],
    ["C:\\scans", "C:\\scans", {}],
    ["demo?fault=abort", "demo", { fault: faultNamed("abort")! }],
    ["demo?latency=20&chunk=7&cut=0&limit=5", "demo", {
      latency: 20,
      chunkSize: 7,
      cutAfter: 0,
      limit: 5,
    }],
    ["run.rec?realtime", "run.rec", { realtime: true }],
    // A question mark in a path: what follows it is not a list of options.
    ["what?.json", "what?.json", {}],
    ["what?.json?limit=1", "what?.json", { limit: 1 }],
    ["?limit=1", "?limit=1", {}],
    ["demo?", "demo?", {}],
  ];

const WRONG: readonly [text: string, message: string, hint: string][] = [
  ["demo?fault=aborrt", 'Unknown fault "aborrt"', "Did you mean abort?"],
  [
    "demo?fault=",
    'Unknown fault ""',
    "findscu serve --list-faults lists them all",
  ],
  [
    "demo?fault=xyzzyxyzzy",
    'Unknown fault "xyzzyxyzzy"',
    "findscu serve --list-faults lists them all",
  ],
  ["demo?falt=abort", 'Unknown mock option "falt"', "Did you mean fault?"],
  [
    "demo?colour=red",
    'Unknown mock option "colour"',
    "There are fault, latency, chunk, cut, limit, realtime, loose",
  ],
  [
    "demo?latency=99999999999",
    'Invalid mock option "latency=99999999999"',
    "Give a whole number from 0 to 2147483647",
  ],
  [
    "demo?latency=-1",
    'Invalid mock option "latency=-1"',
    "Give a whole number of 0 or more",
  ],
  [
    "demo?chunk=0",
    'Invalid mock option "chunk=0"',
    "Give a whole number of 1 or more",
  ],
  [
    "demo?limit",
    'Invalid mock option "limit="',
    "Give a whole number of 1 or more",
  ],
  [
    "a.rec?realtime=2",
    'Invalid mock option "realtime=2"',
    "realtime does not have a value",
  ],
  [
    "demo?fault=abort&fault=slow",
    'Mock option "fault" is given twice',
    "Give each option once",
  ],
];

describe("parseMockSource()", () => {
  for (const [text, name, behaviour] of RIGHT) {
    test(`takes ${text} apart`, () => {
      assert.deepEqual(parseMockSource(text), { name, behaviour });
    });
  }
  for (const [text, message, hint] of WRONG) {
    test(`refuses ${text}`, () => {
      assert.throws(() => parseMockSource(text), (error) => {
        assert.ok(error instanceof UsageError);
        assert.deepEqual([error.message, hintOf(error)], [message, hint]);
        return true;
      });
    });
  }
});
