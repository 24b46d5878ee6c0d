/** `--each` as users run it: lists of all kinds, servers that fail, runs that are killed and taken up again. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cliOn, withServer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const disk = new FakeFiles();

const findscu = cliOn(disk);

let files = 0;

/** A file of this content; its path. */
function file(content: string | Uint8Array, ending = ".csv"): string {
  const path = `list${++files}${ending}`;
  disk.put(path, content);
  return path;
}

const read = (path: string) => disk.text(path);

/** The studies of the demonstration archive, as JSON lines. */
const { stdout: STUDIES } = await findscu([
  "mock:demo",
  ..."-q PatientID -q StudyInstanceUID -q StudyDate --format jsonl".split(" "),
]);
const SERIES = "--level series -q SeriesInstanceUID -q Modality".split(" ");

describe("a list", () => {
  test("is answered row by row, in its order", async () => {
    const path = file(
      'MRN;"scan; comment"\r\nDEMO-0002;x\r\nnobody;"a ""b"""\r\n;blank\r\nDEMO-*;\r\ndemo-0002;case\r\nDEMO-0002;again\r\n',
    );
    const { code, stdout, stderr } = await findscu([
      "mock:demo",
      "--each",
      path,
      ..."-q PatientID={MRN} -q ModalitiesInStudy --csv".split(" "),
    ]);
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split("\r\n");
    assert.equal(
      lines[0],
      "MRN,scan; comment,PatientID,ModalitiesInStudy,status",
    );
    const studies = STUDIES.split("\n").filter((line) =>
      line.includes("DEMO-0002")
    );
    assert.equal(
      lines.filter((line) => line.startsWith("DEMO-0002,x,DEMO-0002,")).length,
      studies.length,
    );
    assert.equal(
      lines.filter((line) => line.startsWith("DEMO-0002,again,")).length,
      studies.length,
    );
    assert.ok(lines.includes('nobody,"a ""b""",,,not found'));
    assert.ok(lines.includes(",blank,,,blank"));
    assert.ok(lines.includes("DEMO-*,,,,wildcard"));
    assert.ok(lines.includes("demo-0002,case,,,not found"));
    const matches = 2 * studies.length;
    assert.match(
      stderr,
      new RegExp(
        `^6 rows: 2 found \\(${matches} studies\\), 2 not found, 1 blank, 1 wildcard`,
        "m",
      ),
    );
  });

  test("leaves out the rows without a match with --only-found", async () => {
    const path = file("DEMO-0002\nnobody\n", ".txt");
    const { stdout } = await findscu(
      [
        "mock:demo",
        "--each",
        `${path}:PatientID`,
        "--only-found",
        "-q",
        "StudyDate",
        "--format",
        "json",
      ],
    );
    const found = JSON.parse(stdout);
    assert.ok(found.length > 0);
    for (const one of found) {
      assert.deepEqual(one.list, { PatientID: "DEMO-0002", status: "found" });
      assert.equal(typeof one.StudyDate, "string");
    }
  });

  test("may be the output of another query, in any format", async () => {
    const expected = await findscu([
      "mock:demo",
      "--each",
      "-",
      ...SERIES,
      "--format",
      "jsonl",
    ], { stdin: STUDIES });
    assert.equal(expected.code, 0, expected.stderr);
    const ids = (text: string) =>
      text.trim().split("\n").map((line) => JSON.parse(line).SeriesInstanceUID);
    assert.equal(
      new Set(ids(expected.stdout)).size,
      ids(expected.stdout).length,
    );
    const all = await findscu(
      "mock:demo --level series --relational -q SeriesInstanceUID --format jsonl"
        .split(" "),
    );
    assert.deepEqual(ids(expected.stdout).sort(), ids(all.stdout).sort());
    // Some of them are enough to compare the formats.
    const some = ["mock:demo", "-q", "PatientID=DEMO-000*"]
      .concat(..."-q StudyInstanceUID -q StudyDate --format".split(" "));
    const { stdout: few } = await findscu(
      ["mock:demo", "--each", "-", ...SERIES, "--format", "jsonl"],
      { stdin: (await findscu([...some, "jsonl"])).stdout },
    );
    assert.ok(ids(few).length > 50, `${ids(few).length} series`);
    for (const format of ["csv", "tsv", "json", "dicom-json", "dicom-jsonl"]) {
      const list = await findscu([...some, format]);
      const { stdout, stderr } = await findscu(
        ["mock:demo", "--each", "-", ...SERIES, "--format", "jsonl"],
        { stdin: list.stdout },
      );
      assert.deepEqual(ids(stdout), ids(few), format + stderr);
    }
  });
});

describe("a list against a server", () => {
  const list = file(STUDIES.split("\n").slice(0, 100).join("\n"), ".jsonl");
  test("has the same answer by several associations and in batches", async () => {
    await withServer(["demo"], async (port) => {
      const run = (...more: string[]) =>
        findscu([
          `dicom://127.0.0.1:${port}`,
          "--each",
          list,
          ...SERIES,
          "--csv",
          ...more,
        ]);
      const alone = await run();
      assert.equal(alone.code, 0, alone.stderr);
      assert.equal((await run("--associations", "4")).stdout, alone.stdout);
      assert.equal(
        (await run("--batch", "50", "--associations", "2")).stdout,
        alone.stdout,
      );
    });
  });

  test("uses the associations that it may, and as many as the peer accepts", async () => {
    await withServer(
      ["demo", "--max-associations", "2", "--latency", "0.02"],
      async (port) => {
        const run = (count: string) =>
          findscu([
            `dicom://127.0.0.1:${port}`,
            "--each",
            list,
            ...SERIES,
            ..."--csv -v --associations".split(" "),
            count,
          ]);
        const two = await run("2");
        assert.equal(two.stderr.match(/Association Accepted/g)?.length, 2);
        const four = await run("4");
        assert.equal(four.code, 0, four.stderr);
        assert.equal(four.stderr.match(/Association Accepted/g)?.length, 2);
        assert.match(four.stderr, /accepts no more than [23] associations/);
        assert.equal(four.stdout, two.stdout);
      },
    );
  });

  test("says which rows failed, with exit code 82, and keeps them with --todo", async () => {
    const few = file(STUDIES.split("\n").slice(0, 3).join("\n"), ".jsonl");
    const todo = "todo.csv";
    const { code, stdout, stderr } = await findscu(
      [
        "mock:demo?fault=fail-a900",
        "--each",
        few,
        ...SERIES,
        "--csv",
        "--todo",
        todo,
      ],
    );
    assert.equal(code, 82, stderr);
    assert.equal(stdout.match(/,failed\r\n/g)?.length, 3);
    assert.match(stderr, /^3 rows: 0 found \(0 series\), 3 failed/m);
    const again = await findscu([
      "mock:demo",
      "--each",
      todo,
      ...SERIES,
      "--csv",
    ]);
    assert.match(again.stderr, /^3 rows: 3 found/m);
  });

  test("keeps all rows of standard input with --todo when the peer cannot be reached", async () => {
    for (const batch of ["1", "2"]) {
      const todo = `rest${batch}.csv`;
      const { code, stderr } = await findscu(
        `127.0.0.1:1 --each -:PatientID --batch ${batch} --associations 3 --retry 0 --csv --todo ${todo}`
          .split(" "),
        { stdin: "1\n2\n3\n4\n5\n6\n7\n" },
      );
      assert.equal(code, 60, stderr);
      assert.match(stderr, /7 rows are not answered: see "rest/);
      const again = await findscu(["mock:demo", "--each", todo, "--csv"]);
      assert.match(
        again.stderr,
        /^7 rows: 0 found \(0 studies\), 7 not found$/m,
      );
    }
  });

  test("fails only for the rows that a peer aborts", async () => {
    const few = file(STUDIES.split("\n").slice(0, 2).join("\n"), ".jsonl");
    const { code, stderr } = await findscu(
      [
        "mock:demo?fault=abort-on-query",
        "--each",
        few,
        ...SERIES,
        "--csv",
        "--retry",
        "0",
      ],
    );
    assert.equal(code, 82, stderr);
    assert.match(stderr, /^2 rows: 0 found \(0 series\), 2 failed/m);
  });
});

describe("--resume", () => {
  const list = file(STUDIES.split("\n").slice(0, 60).join("\n"), ".jsonl");
  test("goes on after the server was away, and refuses what changed", async () => {
    const output = "away.csv";
    const text = STUDIES.split("\n").slice(0, 20);
    const mine = file(text.join("\n"), ".jsonl");
    const args = (address: string, ...more: string[]) => [
      address,
      "--each",
      mine,
      ...SERIES,
      ..."--rate 20 --retry 0 --resume --output".split(" "),
      output,
      ...more,
    ];
    let began: Promise<unknown> = Promise.resolve();
    await withServer(["demo"], async (port) => {
      let seen = () => {};
      const shown = new Promise<void>((resolve) => seen = resolve);
      began = findscu(args(`dicom://127.0.0.1:${port}`, "-v"), {
        onOutput: (said) => {
          if (said.includes("(MsgID 12)")) seen();
        },
      }).then(({ code, stderr }) => {
        assert.notEqual(code, 0);
        assert.match(stderr, /continues after row \d+/);
      });
      await shown;
    });
    await began;
    const journal = read(`${output}.journal`);
    const left = read(`${output}.incomplete`);
    const refused = async (
      pattern: RegExp,
      code: number,
      ...more: string[]
    ) => {
      const { stderr, ...end } = await findscu(args("mock:demo", ...more));
      assert.match(stderr, pattern);
      assert.equal(end.code, code, stderr);
      assert.equal(read(`${output}.incomplete`), left, "nothing is touched");
    };
    disk.put(mine, text.slice(1).join("\n"));
    await refused(/The list has changed since .*: row 1 is different/, 1);
    disk.put(mine, text.slice(0, 2).join("\n"));
    await refused(/The list has changed since .*: it has 2 rows now/, 1);
    disk.put(mine, text.join("\n"));
    await refused(
      /another query, which differs in the keys/,
      1,
      "-q",
      "SeriesDate",
    );
    await refused(/another query, which differs in the format/, 1, "--bom");
    await refused(
      /another query, which differs in the extended negotiation/,
      1,
      "--fuzzy",
    );
    disk.put(`${output}.journal`, journal.replace('"row":2', '"row":3'));
    await refused(/journal .* is damaged in line 3/, 22);
    disk.put(`${output}.journal`, journal);
    disk.put(`${output}.incomplete`, left.replace("DEMO", "DEMX"));
    const changed = await findscu(args("mock:demo"));
    assert.match(changed.stderr, /was changed since the journal was written/);
    // Half of the output, as after a power failure.
    disk.put(`${output}.incomplete`, left.slice(0, left.length / 2));
    const { code, stderr } = await findscu(args("mock:demo"));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /shorter than its journal says/);
    const whole = await findscu([
      "mock:demo",
      "--each",
      mine,
      ...SERIES,
      "--csv",
    ]);
    assert.equal(read(output), whole.stdout);
  });

  test("keeps the journal at Ctrl-C, and says how to go on", async () => {
    const output = "interrupted.csv";
    const args = ["--each", list, ...SERIES, "--resume", "--output", output];
    await withServer(["demo", "--latency", "0.02"], async (port) => {
      const { code, stderr } = await findscu(
        [`dicom://127.0.0.1:${port}`, ...args, "-v"],
        {
          onOutput: (said, interrupt) => {
            if (said.includes("(MsgID 12)")) interrupt();
          },
        },
      );
      assert.equal(code, 130, stderr);
      assert.match(stderr, /The same command continues after row 1\d\./);
      assert.doesNotMatch(stderr, /incomplete, the peer/);
    });
    const { code } = await findscu(["mock:demo", ...args]);
    assert.equal(code, 0);
    const whole = await findscu([
      "mock:demo",
      "--each",
      list,
      ...SERIES,
      "--csv",
    ]);
    assert.equal(read(output), whole.stdout);
  });
});

describe("a query that is repeated", () => {
  test("fails as it did, after the last time", async () => {
    const { code, stderr } = await findscu(
      "mock:demo?fault=abort-on-query -q PatientID --retry 1 -v".split(" "),
    );
    assert.equal(code, 64);
    assert.equal(stderr.match(/Sending Find Request/g)?.length, 2);
    const refused = await findscu(
      "mock:demo?fault=fail-a900 -q PatientID --retry 1 -v".split(" "),
    );
    assert.equal(refused.code, 80);
    assert.equal(refused.stderr.match(/Sending Find Request/g)?.length, 1);
  });
  test("shows no match twice", async () => {
    // Two matches come before each abort.
    const { stdout, code } = await findscu(
      "mock:demo?fault=abort -q StudyInstanceUID --retry 1 --csv".split(" "),
    );
    assert.equal(code, 64);
    const [, ...uids] = stdout.trim().split("\r\n");
    assert.equal(uids.length, 2);
    const plain =
      "mock:demo -q PatientID=DEMO-00* -q StudyInstanceUID --expand series --csv"
        .split(" ");
    const paced = await findscu([...plain, "--rate", "5000"]);
    assert.equal(paced.stdout, (await findscu(plain)).stdout);
  });
});

describe("mistakes in a list are reported before anything is sent", () => {
  const csv = file("MRN,day\n7,20260101\n");
  for (
    const [args, message] of [
      [
        ["--each", csv],
        /No column of the list .* is named after an attribute.*MRN, day/,
      ],
      [
        ["--each", `${csv}:Mrm`],
        /has no column "Mrm"; its columns are MRN, day/,
      ],
      [
        ["--each", csv, "-q", "PatientID={MRM}"],
        /has no column "MRM".*\n.*Did you mean MRN\?/,
      ],
      [["--each", `${csv}:MRN`], /"MRN" .* is not named after an attribute/],
      [["--each", file("PatientID\n")], /has no rows/],
      [["--each", file("")], /is empty/],
      [
        ["--each", file("PatientID\n1\n"), "-q", "PatientID=2"],
        /set the same attribute/,
      ],
      [["--each", file("1\n2\n")], /has no heading/],
      [["--each", `${csv}:`], /has no column/],
      [["--resume", "-q", "PatientID"], /--resume only allowed with --each/],
      [
        ["--each", csv, "-q", "PatientID={MRN}", "--resume"],
        /--resume only allowed with --output/,
      ],
      [
        ["--each", csv, "-q", "PatientID={MRN}", "--output", csv],
        /--each and --output name the same file/,
      ],
      [
        ["--each", csv, "-q", "PatientID={MRN}", "--csv", "--todo", csv],
        /--each and --todo name the same file/,
      ],
      [
        ["--output", "a.csv", "--html", "./a.csv"],
        /--output and --html name the same file: "\.\/a\.csv"/,
      ],
      [
        ["--query-file", csv, "--record", csv],
        /The query file and --record name the same file/,
      ],
      [["--each", `${file("PatientID\n1\n")}:PatientName`], /no column/],
      [["--only-found"], /--only-found only allowed with --each/],
      [
        ["--each", csv, "-q", "PatientID={MRN}", "--max-results", "1"],
        /--each not allowed with --max-results/,
      ],
    ] as [string[], RegExp][]
  ) {
    test(message.source, async () => {
      // Nobody listens there.
      const { code, stderr } = await findscu(["127.0.0.1:1", ...args]);
      assert.match(stderr, message);
      assert.equal(code, 1);
    });
  }
});
