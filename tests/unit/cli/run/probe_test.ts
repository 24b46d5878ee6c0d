/**
 * `findscu probe` against `findscu serve` with its faults: the report names each misbehaviour, within budget and time.
 * In memory: a real network changes nothing of it, and `tests/interop/probe_test.ts` has one.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cli, type CliRun, withServer } from "../../../support/cli.ts";

interface Report {
  readonly complete: boolean;
  readonly incomplete?: string;
  readonly queries: number;
  readonly findings: readonly {
    readonly id: string;
    readonly model?: string;
    readonly level?: string;
    readonly outcome: string;
    readonly text: string;
    readonly advice: readonly { readonly option: string }[];
  }[];
}

/** What a report has to say of a fault. */
interface Expectation {
  /** Finding, and what is in its text. */
  readonly says: readonly (readonly [id: string, text: RegExp])[];
  /** The exit code if it is not 0. */
  readonly exit?: number;
  readonly serve?: readonly string[];
  readonly probe?: readonly string[];
  /** An option that is advised. */
  readonly advises?: string;
}

/** The peer is given up, which the report says. */
function givenUp(
  text: RegExp,
  probe: readonly string[] = [],
): Expectation {
  return { says: [["statuses", text]], exit: 82, probe };
}

function rejected(text: RegExp, exit = 62): Expectation {
  return { says: [["associate", text]], exit };
}

function wire(text: RegExp): Expectation {
  return { says: [["packing", text]] };
}

const PATIENCE = ["--first-response-timeout", "1", "--response-timeout", "1"];

const FAULTS: Readonly<Record<string, Expectation>> = {
  "http": rejected(/HTTP, not in DICOM/, 67),
  "text": rejected(/answered in text/, 67),
  "no-answer": {
    ...rejected(/Timed out: waited 1 s/, 66),
    probe: ["-ta", "1"],
  },
  "close-at-once": rejected(/closed the connection/, 65),
  "abort-at-once": rejected(/aborted the association/, 64),
  "reject-calling": rejected(/does not recognise our calling AE title/),
  "reject-limit": rejected(/reached its limit of associations/),
  "no-context": {
    says: [["context.study", /refused: the peer does not support/]],
    exit: 63,
  },
  "no-syntax": {
    says: [["context.study", /refused: .*none of the proposed transfer/]],
    exit: 63,
  },
  "one-pdu": wire(/command and dataset in one PDU/),
  "four-fragments": wire(/up to 4 PDVs in one PDU/),
  "data-with-next-command": wire(/parts of several messages in one PDU/),
  "everything": wire(/parts of several messages in one PDU/),
  "small-fragments": wire(/many small fragments/),
  "odd-fragments": wire(/odd length/),
  "empty-pdu": wire(/PDUs without a PDV/),
  "empty-fragment": wire(/PDVs without data/),
  "wrong-message-id": { says: [["protocol", /answers message N as message/]] },
  "no-group-length": wire(/without a group length/),
  "dataset-denied": { says: [["protocol", /announced none/]] },
  "no-dataset": { says: [["protocol", /matches have no identifier/]] },
  "wrong-context": wire(/contexts that were not accepted/),
  "double-status": wire(/several values of one number/),
  "no-status": givenUp(/none \(remote-protocol\)/),
  "success-with-dataset": { says: [["protocol", /has a dataset/]] },
  "failure-with-dataset": {
    says: [["start", /status A900/], ["protocol", /has a dataset/]],
  },
  "all-ff01": { says: [["pending", /^FF01 of \d+ matches/]] },
  "all-ff02": { says: [["pending", /FF02 is not defined/]] },
  "warning-b001": {
    says: [["statuses", /B001 \d+ times/]],
    advises: "--split",
  },
  "final-b000": { says: [["statuses", /B000 \d+ times/]] },
  "fail-a700": { says: [["limit", /stops after 2 matches with status A700/]] },
  "fail-a900": {
    says: [[
      "start",
      /A900.*PatientID \(0010,0020\), comment "Wildcard is not/,
    ]],
  },
  "fail-c502": { says: [["statuses", /C502/]] },
  "fail-0110": { says: [["start", /comment "Database is down"/]] },
  "fail-0124": { says: [["start", /does not allow this operation/]] },
  "cap-5": {
    says: [["limit", /stops after 5 matches with status 0000, as if/]],
    advises: "--split",
  },
  "cap-10": {
    says: [["limit", /stops after 10 matches with status A700.*Limit is 10/]],
    advises: "--split",
  },
  "cancelled": { says: [["statuses", /FE00 \d+ times/]] },
  "abort": givenUp(/none \(aborted\)/),
  "close-on-query": givenUp(/none \(closed\)/),
  "release-mid-query": givenUp(/none \(closed\)/),
  "silent": givenUp(/none \(timeout\) 2 times/, PATIENCE),
  "very-slow": givenUp(/none \(timeout\) 2 times/, PATIENCE),
  "slow": {
    says: [["speed", /^first response after [2-9]\d{3} ms/]],
    probe: ["--budget", "1", "-q", "PatientName=Doe^John"],
    advises: "--first-response-timeout",
  },
  "charset-missing": {
    says: [["charset.missing", /nothing declared: PatientName/]],
    advises: "--assume-charset",
  },
  "charset-misspelt": { says: [["charset.misspelt", /ISO-IR 100/]] },
  "charset-wrong": {
    says: [["charset.wrong", /do not fit what is declared/]],
    advises: "--charset-map",
  },
  "un-vr": { says: [["vr-unknown", /AccessionNumber/]] },
  "extra-attributes": { says: [["attributes.extra", /InstitutionAddress/]] },
  "dropped-attributes": {
    says: [["return.PatientName", /^left out of .* required/]],
  },
  "emptied-attributes": { says: [["return.PatientName", /^returned empty/]] },
  "invalid-values": {
    says: [["values.invalid", /^broken by: .*PatientBirthDate/]],
  },
  "uid-padding": {
    says: [["uid-padding", /^with blanks: .*StudyInstanceUID/]],
  },
  "status-in-dataset": { says: [["command-elements", /Status/]] },
  "oversize": { says: [["protocol", /PDUs of N bytes, more than/]] },
  "truncated": { says: [["protocol", /cannot be read/]] },
  "cancel-ignored": {
    says: [["cancel", /^ignored: all \d+ matches came/]],
    serve: ["--latency", "0.004"],
    probe: ["--budget", "5", "-q", "PatientName=Doe^John"],
    advises: "--max-results",
  },
  "cancel-success": {
    says: [["cancel", /^heeded, but with another status/]],
    serve: ["--latency", "0.004"],
    probe: ["--budget", "5", "-q", "PatientName=Doe^John"],
  },
  "stale-response": { says: [["protocol", /which is no longer open/]] },
  "release-ignored": {
    says: [["release", /Timed out/]],
    probe: ["-ta", "1", "--budget", "1"],
  },
  "release-closed": { says: [["release", /closed the connection instead/]] },
  "release-collision": { says: [["release", /at the same time/]] },
  "data-in-release": {
    says: [["release.queries", /no longer open|sends data/]],
  },
};

// On one runtime only: 15 s of arithmetic in memory, in which the other would do the same.
const isBun = "Bun" in globalThis;

describe("a probe names what a peer does wrong:", () => {
  if (isBun) return;
  for (const [fault, expected] of Object.entries(FAULTS)) {
    test(fault, () => namesFault(fault, expected));
  }
});

async function namesFault(
  fault: string,
  { says, exit = 0, serve = [], probe = [], advises }: Expectation,
): Promise<void> {
  await withServer(["--fault", fault, ...serve], async (port) => {
    const run = await cli([
      "probe",
      `127.0.0.1:${port}`,
      "-S",
      "--format",
      "json",
      "--associations",
      "2",
      "--quiet",
      ...probe,
    ]);
    const report = reportOf(run);
    for (const [id, text] of says) {
      const found = report.findings.filter((finding) => finding.id === id);
      assert.ok(
        found.some((finding) => text.test(finding.text)),
        `${id}: ${found.map((finding) => finding.text).join(" | ")}`,
      );
    }
    assert.equal(run.code, exit);
    assert.equal(report.complete, exit === 0);
    assert.ok(report.queries <= 60);
    if (advises !== undefined) {
      const options = report.findings.flatMap(({ advice }) =>
        advice.map(({ option }) => option)
      );
      assert.ok(options.includes(advises), options.join());
    }
  });
}

function reportOf(run: CliRun): Report {
  assert.notEqual(run.stdout, "", run.stderr);
  return JSON.parse(run.stdout) as Report;
}

test("a probe of a good peer", async (t) => {
  await withServer(["--aet", "DEMO"], async (port) => {
    const address = `DEMO@127.0.0.1:${port}`;

    await t.test("says first what it will do, then reports", async () => {
      const page = "report.html";
      const run = await cli(["probe", address, "--html", page]);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /^Probing 127\.0\.0\.1:\d+\./);
      assert.match(run.stderr, /at most 60 C-FINDs/);
      assert.match(run.stdout, /^Probe of .*\(FIND-SCU to DEMO\)/);
      assert.match(run.stdout, /^\+ Wild card \*/m);
      assert.match(run.stdout, /called.*checked: with FINDSCU-NOBODY/i);
      assert.match(run.files.text(page), /^<!DOCTYPE html>/);
    });

    await t.test("masks patients unless they are to be shown", async () => {
      const args = ["probe", address, "-S", "--quiet", "--format", "json"];
      const start = ["-q", "PatientName=Doe^John", "--budget", "5"];
      const masked = await cli([...args, ...start]);
      assert.equal(masked.code, 0, masked.stderr);
      assert.doesNotMatch(masked.stdout, /Doe/);
      const shown = await cli([...args, ...start, "--show-phi"]);
      assert.match(shown.stdout, /Doe\^John/);
    });

    await t.test("keeps budget and rate", async () => {
      const run = await cli([
        "probe",
        address,
        "--budget",
        "4",
        "--rate",
        "2",
        "--format",
        "json",
        "--quiet",
      ]);
      const report = reportOf(run);
      assert.equal(report.queries, 4);
      assert.equal(report.complete, true);
      // Three pauses of half a second.
      assert.ok(run.elapsed > 1_400);
    });

    await t.test("writes to a file", async () => {
      const file = "report.json";
      const run = await cli([
        ...["probe", address, "-W", "--budget", "3", "--quiet"],
        ...["--format", "json", "--output", file],
      ]);
      assert.equal(run.code, 0, run.stderr);
      assert.equal(run.stdout, "");
      const report = JSON.parse(run.files.text(file)) as Report;
      assert.ok(report.findings.some(({ model }) => model === "worklist"));
      assert.ok(!report.findings.some(({ model }) => model === "study"));
    });

    await t.test("ends with the report if its time is over", async () => {
      const run = await cli([
        ...["probe", address, "-S", "--rate", "1", "--format", "json"],
        ...["--total-timeout", "3"],
      ]);
      assert.equal(run.code, 82, run.stderr);
      const report = reportOf(run);
      assert.equal(report.complete, false);
      assert.match(report.incomplete ?? "", /took longer than 3 s/);
      assert.ok(report.queries > 0);
    });

    await t.test("ends with the report at Ctrl-C", async () => {
      let isInterrupted = false;
      const run = await cli(
        ["probe", address, "-S", "--rate", "1", "--format", "json", "-v"],
        {
          // Once: a second one ends it without its report.
          onOutput: (text, interrupt) => {
            if (isInterrupted || !/All matches, up to/.test(text)) return;
            isInterrupted = true;
            interrupt();
          },
        },
      );
      assert.equal(run.code, 130, run.stderr);
      assert.equal(reportOf(run).complete, false);
    });
  });
});

test("a probe that cannot begin", async (t) => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["probe"], /Missing address/],
    [["probe", "host", "104"], /neither an address|host:104|Missing address/],
    [["probe", "a:1", "b:2"], /Unexpected parameter "b:2"/],
    [["probe", "a:1", "--budget", "none"], /--budget.*\n?.*whole number/],
    [["probe", "a:1", "--associations", "99"], /--associations/],
    [["probe", "a:1", "--format", "pdf"], /--format.*\n?.*text, json, html/],
    [["probe", "a:1", "-q", "PatientNam=X"], /PatientName/],
    [["probe", "a:1", "-q", "PatientName"], /does not name an entity/],
  ];
  for (const [args, text] of cases) {
    await t.test(args.join(" "), async () => {
      const run = await cli(args);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.stderr, text);
      assert.equal(run.stdout, "");
    });
  }
  await t.test("nothing listens: that is the report", async () => {
    const run = await cli(["probe", "127.0.0.1:1", "--format", "json"]);
    assert.equal(run.code, 60, run.stderr);
    assert.equal(reportOf(run).complete, false);
    assert.match(run.stderr, /refused/i);
  });
});
