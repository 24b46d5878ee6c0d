/** From arguments to the settings of a query: keys, model, proposal, what is printed. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exitCodeOf } from "../../../../src/cli/exit_code.ts";
import type { FindConfig } from "../../../../src/cli/config/run_config.ts";
import {
  address,
  dcmtk,
  find,
  outcome,
  refusal,
} from "../../../support/configured.ts";

describe("configure() and the query", () => {
  test("keeps keys in order, with the option they came with", () => {
    const { keys } = address("-q", "A=1", "-k", "B=", "--query=C").identifier;
    assert.deepEqual(keys, [
      { term: "A=1" },
      { term: "B=" },
      { term: "C" },
    ]);
  });

  test("reads command files", () => {
    const config = find("@command.txt", "host", "104");
    assert.equal(config.model.name, "study");
    assert.equal(config.identifier.keys[0]?.term, "PatientName=A B");
  });

  for (
    const [args, model] of [
      [["-P"], "patient"],
      [["-S"], "study"],
      [["-O"], "psonly"],
      [["-W", "-q", "A"], "worklist"],
      [["--mwl", "-q", "A"], "worklist"],
      [["-P", "-S"], "study"],
      [["-S", "--model", "ups-pull", "-q", "A"], "ups-pull"],
      [["--model", "ups-pull", "-P"], "patient"],
      [["--model", "1.2.3", "-q", "A"], "1.2.3"],
    ] as const
  ) {
    test(`${args.join(" ")} means ${model}`, () => {
      const config = address(...args);
      assert.equal(config.model.name, model);
    });
  }

  for (
    const [option, syntaxes] of [
      ["-x=", [".1", ".2", ""]],
      ["-xe", [".1", ".2", ""]],
      ["-xb", [".2", ".1", ""]],
      ["-xd", [".1.99", ".1", ".2", ""]],
      ["-xi", [""]],
    ] as const
  ) {
    test(`${option} proposes in DCMTK's order`, () => {
      assert.deepEqual(
        dcmtk(option).transferSyntaxes,
        syntaxes.map((suffix) => `1.2.840.10008.1.2${suffix}`),
      );
    });
  }

  test("needs a file or a key with PEER PORT, not with an ADDRESS", () => {
    const none =
      "either query file or override keys (or both) must be specified | Keys like";
    assert.equal(
      refusal("-S", "host", "104"),
      `${none} -k PatientName name the attributes to request`,
    );
    assert.equal(
      refusal("--model", "protocol-approval", "host:104"),
      `${none} -q PatientName name the attributes to request`,
    );
    for (
      const [args, isUsual] of [
        [["-W"], true],
        [["-q", "PatientID=1", "-q", "StudyDate=today"], true],
        [["-q", "PatientID=1", "-q", "StudyDate"], false],
        [["-q", "PatientID="], false],
        [["-q", "StudyInstanceUID=*"], false],
        [["-q", "PatientName=D*"], true],
        [["-q", "PatientID=1", "--columns", "StudyDate"], false],
        [["-q", "PatientID=1", "--count"], false],
        [["--query-file", "query.txt"], false],
        [["a.dcm"], false],
      ] as const
    ) {
      assert.equal(find("host:104", ...args).identifier.usual, isUsual);
    }
    assert.equal(dcmtk("-k", "PatientID=1").identifier.usual, false);
    assert.equal(find("host", "104", "-k", "").identifier.keys.length, 1);
    assert.equal(
      find("host", "104", "--query-file", "query.txt").command,
      "find",
    );
    assert.equal(find("-S", "host:104").identifier.keys.length, 0);
  });

  for (const name of ["none.dcm", "secret.dcm"]) {
    test(`refuses a query file that cannot be read: ${name}`, () => {
      for (const peer of [["host", "104"], ["host:104"]]) {
        const result = outcome([...peer, "a.dcm", name]);
        assert.ok(!result.ok);
        assert.equal(result.error.message, `cannot access file: ${name}`);
        assert.equal(exitCodeOf(result.error), 20);
      }
    });
  }

  test("takes a file that is not there for a key without its option", () => {
    assert.equal(
      refusal("host:104", "PatientName=A"),
      'cannot access file: PatientName=A | Write -q "PatientName=A" if that is a key',
    );
    assert.equal(
      refusal("host", "104", "PatientName"),
      'cannot access file: PatientName | Write -k "PatientName" if that is a key',
    );
    assert.equal(refusal("host:104", "a/b.txt"), "cannot access file: a/b.txt");
  });

  test("reads standard input once", () => {
    assert.equal(
      refusal("host:104", "-", "--query-file", "-"),
      "Standard input can be read only once",
    );
  });

  test("takes the rightmost of repeated options, unread the others", () => {
    assert.equal(dcmtk("-pdu", "x", "-pdu", "4096").maxPduLength, 4096);
    assert.equal(
      dcmtk("--cancel", "3", "--cancel", "0").cancelAfter,
      undefined,
    );
  });
});

describe("configure() and messages", () => {
  for (
    const [args, level, responses] of [
      [[], "warn", true],
      [["-v"], "info", true],
      [["-d"], "debug", true],
      [["-q"], "fatal", false],
      [["-q", "-v"], "info", true],
      [["-ll", "trace"], "trace", true],
      [["-ll", "INFO"], "info", true],
      [["-ll", "warn"], "warn", false],
      [["-ll", "error"], "error", false],
      [["-ll", "off"], "off", false],
      [["-sr"], "warn", false],
      [["-sr", "+sr"], "warn", true],
      [["-q", "+sr"], "fatal", true],
      [["-X"], "warn", false],
      [["-X", "+sr"], "warn", true],
      [["-Xs", "f"], "warn", false],
      [["--format", "json"], "warn", false],
      [["--format", "json", "+sr"], "warn", true],
      [["--format", "dcmtk"], "warn", true],
    ] as const
  ) {
    test(`${args.join(" ") || "(nothing)"} → ${level}`, () => {
      const { log } = dcmtk(...args);
      assert.equal(log.level, level);
      assert.equal(log.responses, responses);
    });
  }

  test("an ADDRESS prints data by default", () => {
    assert.equal(address("--format", "json").results.format, "json");
    assert.equal(address("-sr").results.format, undefined);
    assert.equal(address("-X").results.format, undefined);
    assert.equal(address("-X", "+sr", "-q", "A").results.format, "text");
    assert.equal(address("-X", "--format", "json").results.format, "json");
    assert.equal(address("--quiet", "-q", "A").results.format, "text");
  });

  test("--arguments shows the words in DCMTK's manner", () => {
    const { log } = find("--arguments", "-S", "host", "104", "-k", "A=1");
    assert.equal(
      log.argumentsLine,
      "calling 'findscu' with 6 arguments: '--arguments' '--study' 'host' '104' '--key' 'A=1' \n",
    );
  });

  test("NO_COLOR counts unless --color is given", () => {
    const color = (args: string[], env: Record<string, string>) => {
      const result = outcome(["host:104", ...args], env);
      assert.ok(result.ok);
      return (result.config as FindConfig).results.color;
    };
    assert.equal(color([], {}), "auto");
    assert.equal(color([], { NO_COLOR: "" }), "auto");
    assert.equal(color([], { NO_COLOR: "1" }), "never");
    assert.equal(color(["--color", "always"], { NO_COLOR: "1" }), "always");
  });

  test("a mistake names its form", () => {
    const form = (...args: string[]) => {
      const result = outcome(args);
      assert.ok(!result.ok);
      return result.form;
    };
    assert.equal(form("--foo", "host", "104"), "dcmtk");
    assert.equal(form("--foo", "host:104"), "address");
    assert.equal(form("@none", "host:104"), "address");
    assert.equal(form("@none", "host", "104"), "dcmtk");
  });
});

test("the time-outs of dicom-findscu 0.10 are options, too", () => {
  const config = find("host:104", "--read-timeout=7", "--write-timeout", "8");
  assert.equal(config.socketTimeout, 7);
  assert.equal(config.timeouts.response, 7000);
  assert.equal(config.writeTimeout, 8);
});
