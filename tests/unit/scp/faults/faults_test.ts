/** Every named fault, performed on a real conversation between our SCU and the mock SCP, and what arrives. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { rawElement, rawStringOf } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import { decodeCommand } from "../../../../src/dimse/command_codec.ts";
import { demoArchive } from "../../../../src/scp/archive/demo.ts";
import { faultNamed, FAULTS } from "../../../../src/scp/faults/faults.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import { Deframer } from "../../../../src/pdu/deframer.ts";
import type { Pdu, Pdv } from "../../../../src/pdu/types.ts";
import {
  type Conversation,
  converse,
  type Outcome,
} from "../../../support/mock_conversation.ts";

const archive = demoArchive();

/** The first nine patients, in plain ASCII, as far as their names have an e. */
function identifier(): Dataset {
  return Dataset.of(
    rawElement(0x00080052, "CS", "PATIENT"),
    rawElement(0x00100010, "PN", "*e*"),
    rawElement(0x00100020, "LO", "DEMO-000*"),
    rawElement(0x00100040, "CS", ""),
  );
}

const plain = converse({
  archive,
  model: "patient",
  identifier: identifier(),
});
const COUNT = plain.matches.length;

function run(fault: string, more: Partial<Conversation> = {}): Outcome {
  return converse({
    archive,
    model: "patient",
    identifier: identifier(),
    fault,
    ...more,
  });
}

/** The PDUs that reached the SCU. */
function pdus(outcome: Outcome): Pdu[] {
  const deframer = new Deframer();
  const found: Pdu[] = [];
  for (const { from, bytes } of outcome.log) {
    if (from !== "acceptor") continue;
    deframer.push(bytes);
    for (let frame = deframer.next(); frame; frame = deframer.next()) {
      found.push(decodePdu(frame.bytes.slice(frame.start, frame.end)));
    }
  }
  return found;
}

function pdvCounts(outcome: Outcome): number[] {
  return pdus(outcome).flatMap((pdu) =>
    pdu.type === "p-data-tf" ? [pdu.pdvs.length] : []
  );
}

function commandsOf(outcome: Outcome): Pdv[] {
  return pdus(outcome).flatMap((pdu) =>
    pdu.type === "p-data-tf"
      ? pdu.pdvs.filter(({ isCommand }) => isCommand)
      : []
  );
}

function names(outcome: Outcome): string[] {
  return outcome.matches.map((match) => rawStringOf(match.get(0x00100010)!));
}

function types(outcome: Outcome): string[] {
  return outcome.events.map(({ type }) => type);
}

test("the conversation without a fault is the yardstick", () => {
  assert.ok(COUNT >= 5);
  assert.equal(plain.final?.status, 0x0000);
  assert.ok(types(plain).includes("released"));
  assert.ok(!types(plain).includes("warning"));
});

test("names are unique, plain words, with a summary on one line", () => {
  const seen = new Set(FAULTS.map(({ name }) => name));
  assert.equal(seen.size, FAULTS.length);
  for (const { name, summary } of FAULTS) {
    assert.match(name, /^[a-z][a-z0-9-]*$/);
    assert.match(summary, /^[A-Z0-9][^\n]{5,70}[^.\n]$/);
    assert.equal(faultNamed(name)?.name, name);
  }
  assert.equal(faultNamed("nothing"), undefined);
});

describe("every fault comes to an end in bounded steps", () => {
  for (const { name } of FAULTS) {
    test(name, () => {
      const outcome = run(name);
      assert.ok(outcome.events.length < 1000);
    });
  }
});

describe("packings deliver every match", () => {
  const rows: [fault: string, check: (counts: number[]) => boolean][] = [
    ["one-pdu", (counts) => counts.includes(2)],
    ["command-and-half", (counts) => counts.includes(2) && counts.includes(1)],
    ["four-fragments", (counts) => counts.includes(4)],
    ["data-with-next-command", (counts) => counts.includes(2)],
    ["last-with-final", (counts) => counts.at(-1) === 3],
    ["everything", (counts) => counts.length === 1 && counts[0]! > 3],
    ["small-fragments", (counts) => counts.length > COUNT * 6],
    ["odd-fragments", (counts) => counts.length > COUNT * 6],
    ["empty-pdu", (counts) => counts.includes(0)],
    ["empty-fragment", (counts) => counts.length === COUNT * 3 + 1],
  ];
  for (const [fault, check] of rows) {
    test(fault, () => {
      const outcome = run(fault);
      const counts = pdvCounts(outcome);
      assert.ok(check(counts), counts.join(" "));
      if (fault === "empty-pdu") return; // Whether that is tolerated is the SCU's own test.
      assert.deepEqual(names(outcome), names(plain));
      assert.equal(outcome.final?.status, 0x0000);
    });
  }
  test("odd fragments are odd", () => {
    const odd = pdus(run("odd-fragments")).some((pdu) =>
      pdu.type === "p-data-tf" &&
      pdu.pdvs.some(({ data }) => data.length % 2 === 1)
    );
    assert.equal(odd, true);
  });
  test("packing never exceeds the announced maximum", () => {
    for (const fault of ["everything", "one-pdu", "last-with-final"]) {
      for (const pdu of pdus(run(fault, { maxPduLength: 256 }))) {
        if (pdu.type !== "p-data-tf") continue;
        const size = pdu.pdvs.reduce(
          (sum, pdv) => sum + 6 + pdv.data.length,
          0,
        );
        assert.ok(size <= 256, `${fault}: ${size}`);
      }
    }
  });
});

describe("rejections", () => {
  for (const fault of FAULTS.filter(({ effect }) => effect.kind === "reject")) {
    test(fault.name, () => {
      const [rejected] = pdus(run(fault.name));
      assert.ok(rejected?.type === "associate-rj");
      assert.ok(fault.effect.kind === "reject");
      assert.equal(rejected.result, fault.effect.result);
      assert.equal(rejected.source, fault.effect.source);
      assert.equal(rejected.reason, fault.effect.reason);
    });
  }
});

describe("association", () => {
  test("no-context and no-syntax refuse all contexts", () => {
    for (const [fault, result] of [["no-context", 3], ["no-syntax", 4]]) {
      const [accept] = pdus(run(String(fault)));
      assert.ok(accept?.type === "associate-ac");
      assert.deepEqual(accept.contexts.map((one) => one.result), [result]);
    }
  });
  test("no-answer says nothing at all", () => {
    assert.deepEqual(pdus(run("no-answer")), []);
  });
  test("foreign protocols are reported as such", () => {
    for (const fault of ["http", "tls", "text"]) {
      assert.ok(types(run(fault)).includes("error"), fault);
    }
  });
  test("close-at-once and abort-at-once", () => {
    const closed = run("close-at-once");
    assert.equal(closed.closedByScp, true);
    assert.deepEqual(pdus(closed), []);
    assert.equal(pdus(run("abort-at-once"))[0]?.type, "abort");
  });
});

describe("statuses", () => {
  const rows: [fault: string, matches: number, final: number][] = [
    ["final-b000", 2, 0xb000],
    ["fail-a700", 2, 0xa700],
    ["fail-a900", 0, 0xa900],
    ["fail-c001", 1, 0xc001],
    ["fail-c502", 0, 0xc502],
    ["fail-0110", 0, 0x0110],
    ["fail-0122", 0, 0x0122],
    ["fail-0124", 0, 0x0124],
    ["fail-0211", 0, 0x0211],
    ["cap-5", 5, 0x0000],
    ["cancelled", 1, 0xfe00],
  ];
  for (const [fault, matches, status] of rows) {
    test(fault, () => {
      const outcome = run(fault);
      assert.equal(outcome.matches.length, matches);
      assert.equal(outcome.final?.status, status);
    });
  }
  test("fail-a900 names the element and says why", () => {
    const { command } = run("fail-a900").final!;
    assert.deepEqual(command.offendingElements, [0x00100020]);
    assert.equal(command.errorComment, "Wildcard is not supported here");
  });
  test("all-ff01 and all-ff02", () => {
    assert.deepEqual(new Set(run("all-ff01").statuses), new Set([0xff01]));
    assert.deepEqual(new Set(run("all-ff02").statuses), new Set([0xff02]));
  });
});

describe("commands", () => {
  test("no-group-length begins with another element", () => {
    const outcome = run("no-group-length");
    assert.equal(commandsOf(outcome)[0]?.data[2], 0x02);
    assert.deepEqual(names(outcome), names(plain));
  });
  test("double-status is read by its first value", () => {
    const outcome = run("double-status");
    assert.deepEqual(names(outcome), names(plain));
    assert.equal(
      commandsOf(outcome)[0]!.data.length,
      commandsOf(plain)[0]!.data.length + 2,
    );
  });
  test("wrong-context comes on a context never proposed", () => {
    assert.equal(commandsOf(run("wrong-context"))[0]?.contextId, 251);
  });
  test("no-dataset leaves the datasets out", () => {
    const outcome = run("no-dataset");
    assert.equal(outcome.raw.length, COUNT);
    assert.ok(outcome.raw.every(({ length }) => length === 0));
  });
  test("dataset-denied sends them all the same", () => {
    assert.deepEqual(names(run("dataset-denied")), names(plain));
  });
  test("success-with-dataset and failure-with-dataset", () => {
    const success = run("success-with-dataset");
    assert.equal(success.final?.status, 0x0000);
    assert.ok(success.final?.dataset !== undefined);
    const failure = run("failure-with-dataset");
    assert.equal(failure.final?.status, 0xa900);
    assert.ok(failure.final?.dataset !== undefined);
  });
});

describe("ends that are none", () => {
  test("abort, after two matches", () => {
    const outcome = run("abort");
    assert.equal(outcome.matches.length, 2);
    assert.ok(types(outcome).includes("aborted"));
    assert.equal(outcome.final, undefined);
  });
  test("abort-odd keeps its odd source", () => {
    const abort = pdus(run("abort-odd")).at(-1);
    assert.ok(abort?.type === "abort");
    assert.deepEqual([abort.source, abort.reason], [1, 99]);
  });
  test("close and close-on-query", () => {
    assert.equal(run("close").matches.length, 2);
    assert.equal(run("close").closedByScp, true);
    assert.equal(run("close-on-query").matches.length, 0);
  });
  test("release-mid-query", () => {
    const outcome = run("release-mid-query");
    assert.equal(outcome.matches.length, 1);
    assert.equal(pdus(outcome).at(-1)?.type, "release-rq");
  });
  test("silent never answers the query", () => {
    const outcome = run("silent");
    assert.equal(outcome.final, undefined);
    assert.deepEqual(pdus(outcome).map(({ type }) => type), ["associate-ac"]);
  });
});

describe("time", () => {
  test("slow waits before the first response and between", () => {
    assert.equal(run("slow").waited, 2000 + 100 * COUNT);
    assert.equal(run("very-slow").waited, 60_000);
  });
  test("drip sends byte by byte, and nothing is lost", () => {
    const outcome = run("drip");
    assert.deepEqual(names(outcome), names(plain));
    assert.ok(
      outcome.log.every(({ from, bytes }) =>
        from === "requestor" || bytes.length === 1
      ),
    );
    assert.ok(run("slow-drip").waited > 0);
  });
});

describe("identifiers", () => {
  const umlaut = Dataset.of(
    rawElement(0x00080052, "CS", "PATIENT"),
    rawElement(0x00100020, "LO", "DEMO-0010"),
    rawElement(0x00100010, "PN", ""),
    rawElement(0x00100030, "DA", ""),
    rawElement(0x00100040, "CS", ""),
    rawElement(0x00201200, "IS", ""),
  );
  const one = (fault: string, more: Partial<Conversation> = {}) =>
    run(fault, {
      identifier: umlaut,
      transferSyntax: EXPLICIT_LE.uid,
      ...more,
    });
  const charset = (outcome: Outcome) => {
    const element = outcome.matches[0]!.get(0x00080005);
    return element && rawStringOf(element).trim();
  };
  test("charset-missing, -misspelt and -wrong", () => {
    assert.equal(charset(one("one-pdu")), "ISO_IR 100");
    assert.equal(charset(one("charset-missing")), undefined);
    assert.equal(charset(one("charset-misspelt")), "ISO-IR 100");
    assert.equal(charset(run("charset-wrong")), "ISO_IR 100");
  });
  test("un-vr", () => {
    const [match] = one("un-vr").matches;
    assert.equal(match!.get(0x00100010)?.vr, "UN");
  });
  test("extra-attributes, dropped-attributes and emptied-attributes", () => {
    const normal = one("one-pdu").matches[0]!.size;
    assert.ok(one("extra-attributes").matches[0]!.size > normal);
    assert.ok(one("dropped-attributes").matches[0]!.size < normal);
    assert.equal(one("emptied-attributes").matches[0]!.size, normal);
  });
  test("invalid-values", () => {
    const [match] = one("invalid-values").matches;
    assert.match(rawStringOf(match!.get(0x00201200)!), /^\d+\.0 ?$/);
    assert.equal(rawStringOf(match!.get(0x00100030)!), "2024-02-31");
  });
  test("oversize sends more than was announced", () => {
    const outcome = one("oversize", { maxPduLength: 1024 });
    const largest = Math.max(
      ...pdus(outcome).map((pdu) =>
        pdu.type === "p-data-tf" ? pdu.pdvs[0]!.data.length : 0
      ),
    );
    assert.ok(largest > 1024, String(largest));
  });
  test("truncated datasets end too early", () => {
    assert.ok(
      one("truncated").raw[0]!.length < one("one-pdu").raw[0]!.length,
    );
  });
  test("status-in-dataset", () => {
    assert.equal(one("status-in-dataset").matches[0]!.has(0x00000900), true);
  });
});

describe("cancel and release", () => {
  test("cancel-ignored sends all matches and success", () => {
    const many = Dataset.of(
      rawElement(0x00080052, "CS", "PATIENT"),
      rawElement(0x00100010, "PN", ""),
    );
    const outcome = run("cancel-ignored", { identifier: many, cancelAfter: 1 });
    assert.equal(outcome.final?.status, 0x0000);
    assert.equal(outcome.matches.length, archive.patients.length);
  });
  test("cancel-success calls a cancelled query a success", () => {
    const many = { identifier: identifier(), cancelAfter: 1 };
    const status = run("cancel-success", many).final?.status;
    assert.equal(status, 0x0000);
    assert.equal(run("cancel-success").final?.status, 0x0000);
  });
  test("release-ignored leaves the release open", () => {
    const outcome = run("release-ignored");
    assert.equal(outcome.final?.status, 0x0000);
    assert.ok(!types(outcome).includes("released"));
  });
  test("release-closed", () => {
    assert.equal(run("release-closed").closedByScp, true);
  });
  test("release-collision ends in a release", () => {
    const outcome = run("release-collision");
    assert.deepEqual(
      pdus(outcome).slice(-2).map(({ type }) => type),
      ["release-rq", "release-rp"],
    );
    assert.ok(types(outcome).includes("released"));
  });
  test("data-in-release sends a match while releasing", () => {
    const sent = pdus(run("data-in-release")).map(({ type }) => type);
    assert.deepEqual(sent.slice(-3), ["p-data-tf", "p-data-tf", "release-rp"]);
  });
  test("stale-response begins with an earlier message id", () => {
    const ids = commandsOf(run("stale-response"))
      .map(({ data }) => decodeCommand(data).messageIdBeingRespondedTo);
    assert.deepEqual(ids.slice(0, 3), [0, 1, 1]);
  });
});
