/** Filters that a peer did not apply are reported, and applied here on request. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { textElement } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import {
  cmd,
  concat,
  data,
  pdata,
  response,
  success,
} from "../../../support/scripted_peer.ts";
import { cli, type CliRun, withPeer } from "../../../support/cli.ts";

/** A study with this sex, or without the attribute. */
function study(id: string, sex?: string, status = 0xff00): Uint8Array {
  const dataset = Dataset.of(
    textElement(0x00100020, "LO", id),
    ...sex === undefined ? [] : [textElement(0x00100040, "CS", sex)],
  );
  return concat(
    pdata(cmd(response(status, true))),
    pdata(data(encodeDataset(dataset, EXPLICIT_LE))),
  );
}

/** Asks for women a peer that answers what it is given. */
async function women(
  matches: readonly Uint8Array[],
  ...options: string[]
): Promise<CliRun> {
  let finished: CliRun | undefined;
  const steps = [{ send: concat(...matches, success()) }];
  await withPeer(steps, {}, async (port) => {
    finished = await cli([
      ...["-q", "QueryRetrieveLevel=STUDY", "-q", "PatientID"],
      ...["-q", "PatientSex=F"],
      ...options,
      `127.0.0.1:${port}`,
    ]);
  });
  return finished!;
}

const MIXED = [study("A", "F"), study("B", "M"), study("C", "F"), study("D")];

describe("responses that contradict a key", () => {
  test("are reported once, with the key and their number", async () => {
    const { code, stdout, stderr } = await women(MIXED, "--format", "csv");
    assert.equal(code, 0);
    assert.equal(stdout.split("\r\n").length, 6);
    assert.match(stderr, /1 of 4 matches does not fulfil PatientSex \(1\)/);
    assert.match(stderr, /Hint: --enforce/);
    assert.equal(stderr.match(/PatientSex/g)?.length, 1, stderr);
  });

  test("are left out by --enforce, and counted", async () => {
    const { code, stdout, stderr } = await women(
      MIXED,
      "--enforce",
      "--format",
      "table",
    );
    assert.equal(code, 0);
    assert.match(stdout, /^A +F\nC +F\n/m);
    assert.match(stdout, /^2 matches in .* s, 2 left out by --enforce/m);
    assert.match(
      stderr,
      /2 of 4 matches left out by --enforce: PatientSex differs in 1, PatientSex is absent or empty in 1/,
    );
  });

  test("do not count for --max-results when they are left out", async () => {
    const { code, stdout } = await women(
      MIXED,
      "--enforce",
      "--max-results",
      "2",
      "--format",
      "csv",
    );
    assert.equal(code, 0);
    assert.equal(stdout, "PatientID,PatientSex\r\nA,F\r\nC,F\r\n");
  });

  test("are not looked for in DCMTK's form", async () => {
    const steps = [{ send: concat(...MIXED, success()) }];
    await withPeer(steps, {}, async (port) => {
      const args = ["-S", "-k", "PatientID", "-k", "PatientSex=F"];
      const peer = ["127.0.0.1", String(port)];
      const plain = await cli([...args, ...peer]);
      assert.doesNotMatch(plain.stderr, /fulfil|Hint/);
      const enforced = await cli([...args, "--enforce", ...peer]);
      assert.equal(enforced.code, 0);
      assert.equal(enforced.stdout, "");
      assert.match(enforced.stderr, /2 of 4 matches left out by --enforce/);
      assert.match(enforced.stderr, /\[A \]/);
      assert.doesNotMatch(enforced.stderr, /\[[BD] \]/);
    });
  });
});

test("nothing is reported if every match fulfils the keys", async () => {
  const { code, stderr } = await women([study("A", "F"), study("C", "F")]);
  assert.deepEqual([code, stderr], [0, ""]);
});

describe("status FF01", () => {
  test("is reported with the key that did not come back", async () => {
    const { code, stderr } = await women([
      study("A", undefined, 0xff01),
      study("B", undefined, 0xff01),
    ]);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /2 of 2 matches came with status 0xff01.* returned no PatientSex/,
    );
  });

  test("is reported with the keys that have a value otherwise", async () => {
    const { stderr } = await women([study("A", "F", 0xff01)]);
    assert.match(stderr, /1 of 1 match came .*0xff01.*perhaps PatientSex/);
  });
});

test("a key that no match has a value of cannot be checked, which is reported", async () => {
  const { stderr } = await women([study("A"), study("B", "")]);
  assert.match(stderr, /no match has a value of PatientSex/);
});

describe("if nothing is found", () => {
  const cases: [title: string, keys: string[], said: RegExp][] = [
    [
      "a key of another level",
      [
        "QueryRetrieveLevel=STUDY",
        "Modality=XX",
        "PatientID=NONE",
      ],
      /ModalitiesInStudy/,
    ],
    ["text that may be stored in other bytes", [
      "PatientName=Müllerová*",
    ], /W: Hint: .*--charset "/],
  ];
  for (const [title, keys, said] of cases) {
    test(`${title} is named as a reason`, async () => {
      const args = keys.flatMap((key) => ["-q", key]);
      for (const options of [[], ["--strict"], ["--split"]]) {
        // What is below the level is an error of a strict run before anything is sent.
        if (title.includes("level") && options.includes("--strict")) continue;
        const { code, stdout, stderr } = await cli([
          "mock:demo",
          "--count",
          ...args,
          ...options,
        ]);
        assert.deepEqual([code, stdout], [0, "0\n"]);
        assert.match(stderr, /No match. Possible reason:/);
        assert.match(stderr, said);
      }
    });
  }

  test("nothing is reported if nothing strikes", async () => {
    const query = ["-q", "PatientID=NO-SUCH-PATIENT", "--count"];
    const { code, stdout, stderr } = await cli(["mock:demo", ...query]);
    assert.deepEqual([code, stdout, stderr], [0, "0\n", ""]);
  });
});

test("--enforce points out a key that nothing can be kept by", async () => {
  const matches = [study("A"), study("B", "")];
  const { code, stderr } = await women(matches, "--enforce", "--count");
  assert.equal(code, 0);
  assert.match(stderr, /2 of 2 matches left out by --enforce/);
  assert.match(stderr, /Hint: The peer returns no value of PatientSex/);
});

test("a strict run fails when keys were not applied", async () => {
  const { code, stderr } = await women(MIXED, "--strict", "--format", "csv");
  assert.equal(code, 67);
  assert.match(stderr, /^E: .*does not fulfil PatientSex/m);
});
