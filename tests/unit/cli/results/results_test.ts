import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Console } from "../../../../src/cli/log/console.ts";
import {
  openResults,
  type ResultSinks,
} from "../../../../src/cli/results/results.ts";
import type { ResultQuery } from "../../../../src/cli/results/sink.ts";
import type { FileWriter, Host } from "../../../../src/cli/host.ts";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { rawElement, textElement } from "../../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../../src/dataset/dataset.ts";
import type { Match } from "../../../../src/client/client.ts";
import { OutputError, UsageError } from "../../../../src/errors.ts";
import type { Summary } from "../../../../src/output/writer.ts";
import { address, dcmtk } from "../../../support/configured.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { FakeStream } from "../../../support/fake_stream.ts";

/** Files in memory; one called `full` cannot be written to. */
class FakeFolder {
  readonly files = new Map<string, string>();
  /** Files that were begun and neither kept nor thrown away. */
  open = 0;

  readonly create = (path: string): Promise<FileWriter> => {
    if (path.startsWith("nowhere/")) {
      return Promise.reject(
        new OutputError("output-no-directory", `Cannot write "${path}"`),
      );
    }
    this.open++;
    const stream = new FakeStream();
    return Promise.resolve({
      write: async (chunk) => {
        if (path === "full") {
          throw new OutputError("output-unwritable", `Cannot write "${path}"`);
        }
        await stream.write(chunk);
      },
      commit: (name = path) => {
        this.files.set(name, stream.text);
        this.open--;
        return Promise.resolve();
      },
      discard: () => {
        this.open--;
        return Promise.resolve();
      },
    });
  };
}

interface Setting {
  readonly stdout?: FakeStream;
  readonly stderr?: FakeStream;
  readonly asked?: readonly ResultQuery[];
}

/** The results of a command line, and all they touch. */
async function results(
  args: readonly string[],
  setting: Setting = {},
  configured = address,
) {
  const stdout = setting.stdout ?? new FakeStream();
  const stderr = setting.stderr ?? new FakeStream();
  const clock = new FakeClock();
  const folder = new FakeFolder();
  const host = {
    stdout,
    stderr,
    clock,
    date: () => new Date(2024, 4, 31, 9, 5),
    version: { version: "1.2.3" },
    files: {
      create: folder.create,
      stat: (path: string) =>
        path === "folder" ? { kind: "directory" } : undefined,
    },
  } as unknown as Host;
  const config = configured(...args);
  const output = new Console(host, config.log);
  const made = await openResults(
    config,
    setting.asked ?? [{ dataset: patient(""), selectors: [] }],
    host,
    output,
  ).finally(() => output.flush());
  return { results: made, stdout, stderr, clock, folder, output };
}

function patient(id: string, name?: string): Dataset {
  return Dataset.of(
    ...(name === undefined ? [] : [rawElement(0x00100010, "PN", name)]),
    textElement(0x00100020, "LO", id),
  );
}

function matches(...datasets: Dataset[]): Match[] {
  return datasets.map((dataset, index) =>
    ({
      number: index + 1,
      status: 0xff00,
      dataset,
      losses: [],
      syntax: EXPLICIT_LE,
    }) as unknown as Match
  );
}

const DONE: Summary = { matches: 2, elapsed: 10 };
const CUT: Summary = { matches: 2, elapsed: 10, incomplete: "interrupted" };

async function twoMatches(sinks: ResultSinks, summary = DONE): Promise<void> {
  await sinks.take(matches(patient("1")), 1);
  await sinks.take(matches(patient("2")), 2);
  await sinks.end(summary);
}

const LINES = '{"PatientID":"1"}\n{"PatientID":"2"}\n';

describe("openResults()", () => {
  test("writes data to stdout", async () => {
    const { results: sinks, stdout, stderr } = await results(
      ["--format", "jsonl"],
    );
    await twoMatches(sinks);
    assert.equal(stdout.text, LINES);
    assert.equal(stderr.text, "");
  });

  test("gives a file its name when the result is complete", async () => {
    const { results: sinks, stdout, folder } = await results(
      ["--format", "jsonl", "--output", "a.json"],
    );
    await sinks.take(matches(patient("1")), 1);
    assert.equal(folder.files.size, 0);
    await sinks.take(matches(patient("2")), 2);
    await sinks.end(DONE);
    assert.deepEqual([...folder.files], [["a.json", LINES]]);
    assert.equal(folder.open, 0);
    assert.equal(stdout.text, "");
  });

  test("keeps what was cut short under another name", async () => {
    const { results: sinks, stderr, folder } = await results(
      ["--format", "json", "--output", "a.json", "--html", "a.html"],
    );
    await twoMatches(sinks, CUT);
    assert.deepEqual([...folder.files.keys()], [
      "a.json.incomplete",
      "a.html.incomplete",
    ]);
    assert.equal(
      JSON.parse(folder.files.get("a.json.incomplete")!).length,
      2,
    );
    assert.match(stderr.text, /incomplete: 2 matches kept as "a.json.inc/);
  });

  test("says why there is nothing if the error is not shown beside it", async () => {
    const end = async (isTerminal: boolean, isWatched: boolean) => {
      const { results: sinks, stdout } = await results(["--format", "table"], {
        stdout: new FakeStream({ isTerminal }),
        stderr: new FakeStream({ isTerminal: isWatched }),
      });
      await sinks.end({ ...CUT, matches: 0 });
      return stdout.text.replaceAll(/\x1b\[\d*m/g, "");
    };
    assert.equal(await end(true, true), "No result\n");
    assert.equal(await end(true, false), "No result: interrupted\n");
    assert.equal(await end(false, true), "No result: interrupted\n");
  });

  test("leaves nothing of a run that got nothing", async () => {
    const { results: sinks, folder } = await results(["--output", "a.txt"]);
    await sinks.end({ ...CUT, matches: 0 });
    assert.equal(folder.files.size, 0);
    assert.equal(folder.open, 0);
  });

  test("leaves nothing of a file that could not be written", async () => {
    const { results: sinks, folder } = await results(
      ["--output", "full", "--text", "--html", "a.html"],
    );
    await assert.rejects(
      sinks.take(matches(patient("1")), 1),
      OutputError,
    );
    await sinks.end({ ...CUT, matches: 1 });
    assert.deepEqual([...folder.files.keys()], ["a.html.incomplete"]);
    assert.equal(folder.open, 0);
  });

  test("refuses what cannot be before anything is sent", async () => {
    await assert.rejects(
      results(["--output", "folder", "--csv"]),
      /is a directory/,
    );
    await assert.rejects(results(["--output", "nowhere/a.csv"]), OutputError);
    await assert.rejects(results(["--columns", "Patient"]), UsageError);
    await assert.rejects(results(["--sort", "-Patient"]), UsageError);
  });

  test("has the keys of all queries as columns", async () => {
    const asked = [
      patient(""),
      Dataset.of(textElement(0x00080050, "SH", "")),
    ];
    const { results: sinks, stdout } = await results(
      ["--format", "csv"],
      { asked: asked.map((dataset) => ({ dataset, selectors: [] })) },
    );
    await twoMatches(sinks);
    assert.equal(stdout.text, "PatientID,AccessionNumber\r\n1,\r\n2,\r\n");
  });

  test("has the columns in the order in which keys were typed", async () => {
    const { results: sinks, stdout } = await results(["--format", "csv"], {
      asked: [{
        dataset: patient("", ""),
        selectors: [[{ tag: 0x00100020 }], [{ tag: 0x00100010 }]],
      }],
    });
    await sinks.end(DONE);
    assert.equal(stdout.text, "PatientID,PatientName\r\n");
  });

  test("warns of columns and sort keys that were not requested", async () => {
    const step = "ScheduledProcedureStepSequence";
    const worklist = Dataset.of(
      textElement(0x00100010, "PN", ""),
      sequence(0x00400100, [Dataset.of(textElement(0x00080060, "CS", ""))]),
      sequence(0x00401012, []),
    );
    const warnings = async (...args: string[]) => {
      const { stderr } = await results(
        args,
        { asked: [{ dataset: worklist, selectors: [] }] },
      );
      return stderr.text.trim().split("\n");
    };
    assert.deepEqual(
      await warnings("--columns=PatientAge,Modality", "--sort=-StudyDate"),
      [
        "W: --columns names PatientAge, which the query does not request: did you mean PatientName?",
        `W: --columns names Modality, which the query does not request: did you mean ${step}.Modality?`,
        "W: --sort names StudyDate, which the query does not request: add -q StudyDate",
      ],
    );
    assert.deepEqual(
      await warnings(
        `--columns=PatientName,${step},${step}.Modality,RetrieveAETitle,ReasonForPerformedProcedureCodeSequence.CodeValue`,
        "--sort=PatientName",
      ),
      [""],
    );
  });

  test("sorts, selects and counts", async () => {
    const sorted = await results(
      ["--format", "csv", "--sort=-PatientID", "--columns", "0010,0020"],
    );
    await twoMatches(sorted.results);
    assert.equal(sorted.stdout.text, "PatientID\r\n2\r\n1\r\n");
    for (const configured of [address, dcmtk]) {
      const counted = await results(["--count"], {}, configured);
      await twoMatches(counted.results);
      assert.equal(counted.stdout.text, "2\n");
      assert.equal(counted.stderr.text, "");
    }
  });

  test("writes DCMTK's lines to a file, and sorted to stderr", async () => {
    const file = await results(["--output", "log"], {}, dcmtk);
    await twoMatches(file.results);
    assert.match(file.folder.files.get("log")!, /^I: -+\nI: Find Response: 1 /);
    assert.equal(file.stderr.text, "");
    const sorted = await results(["--sort=-PatientID"], {}, dcmtk);
    await twoMatches(sorted.results);
    assert.match(sorted.stderr.text, /\[2 \][^]*\[1 \]/);
    assert.equal(sorted.stdout.text, "");
  });

  test("says which options mean nothing", async () => {
    const { stderr } = await results(
      ["--format", "json", "--bom", "--csv-safe", "--wide"],
    );
    assert.equal(
      stderr.text,
      "W: --bom has no effect in format json\n" +
        "W: --csv-safe has no effect in format json\n" +
        "W: --wide has no effect in format json\n",
    );
    const raw = await results(["--format", "csv", "--raw-text"]);
    assert.equal(
      raw.stderr.text,
      "W: --raw-text has no effect in format csv\n",
    );
    const count = await results(["--count", "--bom", "--sort", "PatientID"]);
    assert.equal(
      count.stderr.text,
      "W: --bom has no effect with --count\n" +
        "W: --sort has no effect with --count\n",
    );
  });

  test("shows all attributes in tables, too", async () => {
    for (const format of ["csv", "tsv"]) {
      const { stdout, results: sinks } = await results(
        ["--format", format, "--all-attributes"],
      );
      await twoMatches(sinks);
      assert.match(
        stdout.text,
        /^PatientID[,\t]SpecificCharacterSet[,\t]QueryRetrieveLevel[,\t]RetrieveAETitle\r?\n/,
      );
    }
  });

  test("is gone when its reader has closed it, unless there is a file", async () => {
    for (const args of [["--text"], ["--text", "--html", "a.html"]]) {
      const stdout = new FakeStream();
      const { results: sinks } = await results(args, { stdout });
      stdout.isRead = false;
      await sinks.take(matches(patient("1")), 1);
      assert.equal(sinks.isGone, args.length === 1);
      await sinks.end(DONE);
    }
  });

  test("puts no control character on a terminal", async () => {
    const name = "A\x1b[31m\rB\tC\x9bD\n\x07E";
    const formats = ["text", "table", "csv", "tsv", "json", "xml"] as const;
    for (const format of [...formats, "dicom-json", "jsonl"]) {
      const stdout = new FakeStream({ isTerminal: true, columns: 80 });
      const { results: sinks } = await results(
        ["--format", format, "--color", "never", "-v"],
        { stdout, asked: [{ dataset: patient("", ""), selectors: [] }] },
      );
      await sinks.take(matches(patient("1", name)), 1);
      await sinks.end(DONE);
      // Line ends and tabs move the cursor no further than they may.
      assert.doesNotMatch(
        stdout.text.replaceAll("\r\n", "\n"),
        /[\x00-\x08\x0b-\x1f\x7f-\x9f]/,
        format,
      );
    }
  });
});

describe("a workbook", () => {
  const workbook = ["--format", "xlsx"];

  test("goes to a file, or into a pipe", async () => {
    const { results: sinks, folder } = await results(
      [...workbook, "--output", "a.xlsx"],
    );
    await twoMatches(sinks, CUT);
    assert.deepEqual([...folder.files.keys()], ["a.xlsx.incomplete"]);
    const stdout = new FakeStream();
    const { results: piped } = await results(workbook, { stdout });
    await twoMatches(piped);
    assert.match(stdout.text, /^PK/);
  });

  test("is refused if it makes no sense", async () => {
    const stdout = new FakeStream({ isTerminal: true });
    await assert.rejects(
      results(workbook, { stdout }),
      /cannot be shown on a term/,
    );
    await assert.rejects(results([...workbook, "--count"]), /--count prints/);
  });
});

test("says on a terminal, and only there, that there is no match", async () => {
  for (const isTerminal of [true, false]) {
    const stdout = new FakeStream({ isTerminal });
    const { results: sinks } = await results(["--text"], { stdout });
    await sinks.end({ matches: 0, elapsed: 10 });
    assert.match(
      stdout.text,
      isTerminal ? /^\x1b\[2mNo match in 0\.01 s\x1b\[0m\n$/ : /^$/,
    );
  }
});

describe("ResultSinks", () => {
  test("shows a table whose matches come slowly", async () => {
    const { results: sinks, stdout, clock } = await results(
      ["--format", "table"],
    );
    await sinks.take(matches(patient("one")), 1);
    assert.equal(stdout.text, "");
    let answer = (_: string) => {};
    const waiting = sinks.wait(
      new Promise<string>((resolve) => answer = resolve),
    );
    await clock.pass(200);
    assert.match(stdout.text, /ID\n─+\none\n$/);
    answer("next");
    await clock.pass(0);
    assert.equal(await waiting, "next");
    await sinks.end(DONE);
    assert.equal(clock.waiting, 0, "a timer was left behind");
  });

  test("shows a table whose matches drip", async () => {
    const { results: sinks, stdout, clock } = await results(
      ["--format", "table"],
    );
    for (let number = 1; number <= 7; number++) {
      await sinks.take(matches(patient(`id${number}`)), number);
      await clock.pass(100);
    }
    assert.match(stdout.text, /id1\n[^]*id7\n$/);
  });

  test("report every result that cannot be written: one at once, the other at the end", async () => {
    const stdout = new FakeStream();
    stdout.write = () =>
      Promise.reject(
        new OutputError("output-unwritable", "No standard output"),
      );
    const { results: sinks } = await results(
      ["--format", "jsonl", "--html", "full"],
      { stdout },
    );
    const taken = sinks.take(matches(patient("1")), 1);
    await assert.rejects(taken, /No standard output/);
    await assert.rejects(sinks.end({ ...DONE, incomplete: "x" }), /"full"/);
  });

  test("waits for the first answers with timers, for more without if nobody sees the progress", async () => {
    const { results: sinks, clock } = await results(["--format", "json"]);
    for (const timers of [1, 2, 3, 4, 4, 4]) {
      assert.equal(await sinks.wait(Promise.resolve("next")), "next");
      assert.deepEqual([clock.timers, clock.waiting], [timers, 0]);
    }
  });

  test("sets no timer after a second if nobody sees the progress", async () => {
    const { results: sinks, clock } = await results(["--format", "json"]);
    void sinks.wait(new Promise<void>(() => {}));
    await clock.pass(2000);
    assert.equal(clock.waiting, 0, "waits to show progress in a pipe");
  });

  test("waits for an answer without timers if nothing is to be shown", async () => {
    const { results: sinks, clock } = await results(
      ["--format", "json", "--no-progress"],
    );
    const waiting = sinks.wait(Promise.resolve(5));
    assert.equal(clock.waiting, 0);
    assert.equal(await waiting, 5);
    await assert.rejects(sinks.wait(Promise.reject(new Error("x"))), /x/);
  });

  test("shows progress on a terminal while data goes elsewhere", async () => {
    const stderr = new FakeStream({ isTerminal: true });
    const { results: sinks, stdout, clock, output } = await results(
      ["--format", "jsonl"],
      { stderr },
    );
    const waiting = sinks.wait(new Promise<void>(() => {}));
    for (let step = 0; step < 8; step++) await clock.pass(200);
    void waiting;
    assert.match(stderr.text, /waiting for the first match/);
    output.log.warn("odd");
    await output.flush();
    assert.ok(stderr.text.endsWith("\r\x1b[KW: odd\n"), "line not cleared");
    await sinks.end(DONE);
    assert.equal(stdout.text, "");
  });

  test("shows no progress beside matches on a terminal, or in a pipe", async () => {
    for (
      const [out, err, args] of [
        [true, true, ["--format", "jsonl"]],
        [false, false, ["--format", "jsonl"]],
        [false, true, ["--format", "jsonl", "--no-progress"]],
      ] as const
    ) {
      const stderr = new FakeStream({ isTerminal: err });
      const { results: sinks, clock } = await results(args, {
        stdout: new FakeStream({ isTerminal: out }),
        stderr,
      });
      await clock.pass(5000);
      await sinks.take(matches(patient("1")), 1);
      await sinks.end(DONE);
      assert.equal(stderr.text, "");
    }
  });
});
