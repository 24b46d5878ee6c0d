/**
 * What people do with findscu, each in one command as README and help say it, against `findscu serve`: an administrator's, a researcher's,
 * an integrator's day. What these commands promise in detail is tested elsewhere.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { displayWidth } from "../../src/output/width.ts";
import { findscu, type Finished, type RunOptions } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { type PkiDirectory, testCredentials } from "../support/tls.ts";

const folder = mkdtempSync(`${tmpdir()}/findscu-tasks-`);
const config = `${folder}/config.toml`;
let pki: PkiDirectory;
before(async () => void (pki = await testCredentials()));
after(() => {
  pki.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one command line, words separated by blanks; `{port}` and `{folder}` are filled in. */
function run(
  line: string,
  port = 0,
  options: RunOptions = {},
): Promise<Finished> {
  const words = line.split(" ").map((word) =>
    word.replaceAll("{port}", String(port)).replaceAll("{folder}", folder)
  );
  return findscu(words, {
    ...options,
    env: { FINDSCU_CONFIG: config, ...options.env },
  });
}

/** What a command prints that succeeds. */
async function good(
  line: string,
  port = 0,
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(line, port, options);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /^[EW]:/m);
  return stdout;
}

/** What a command says that fails, with its exit code before it. */
async function bad(line: string, port = 0): Promise<string> {
  const { code, stderr } = await run(line, port);
  assert.doesNotMatch(stderr, /internal error/);
  return `${code} ${stderr}`;
}

function read(name: string): string {
  return readFileSync(`${folder}/${name}`, "utf8");
}

/** All of a task in a session with a server. */
function task(
  name: string,
  body: (port: number) => Promise<void>,
  more: readonly string[] | (() => readonly string[]) = [],
): void {
  test(name, async () => {
    const words = typeof more === "function" ? more() : more;
    const { code, stderr } = await withServe(
      ["demo", "--aetitle", "PACS", ...words],
      body,
    );
    assert.equal(code, 0, stderr);
  });
}

describe("an administrator", () => {
  task("lists by date and modality, and what is new", async (port) => {
    const table = await good(
      "PACS@localhost:{port} -q StudyDate=2019..2022 -q ModalitiesInStudy=CT",
      port,
    );
    assert.match(table, /^Date +Name +ID +Modality/);
    const dates = [...table.matchAll(/^\d{4}-\d\d-\d\d/gm)].map(([date]) =>
      date!
    );
    assert.ok(dates.length > 1);
    assert.deepEqual(dates, dates.toSorted().reverse());
    for (const words of ["today", "-7d", "yesterday", "2025-01..today"]) {
      await good(`PACS@localhost:{port} -q StudyDate=${words} --json`, port);
    }
  });

  task("drills down", async (port) => {
    const studies = JSON.parse(
      await good("PACS@localhost:{port} -q PatientID=DEMO-0001 --json", port),
    );
    const uid = studies[0].StudyInstanceUID;
    const series = JSON.parse(
      await good(
        `PACS@localhost:{port} --level series -q StudyInstanceUID=${uid} --json`,
        port,
      ),
    );
    assert.equal(series.length, studies[0].NumberOfStudyRelatedSeries);
    const one = series[0].SeriesInstanceUID;
    const images = JSON.parse(
      await good(
        `PACS@localhost:{port} --level image -q StudyInstanceUID=${uid} -q SeriesInstanceUID=${one} --json`,
        port,
      ),
    );
    assert.equal(images.length, series[0].NumberOfSeriesRelatedInstances);
  });

  task("uses a saved connection over TLS", async (port) => {
    await good(
      `config add prod dicoms://PACS@localhost:{port} +cf ${
        pki.path("ca.pem")
      }`,
      port,
    );
    assert.match(await good("echo prod"), /answered in .* \(FINDSCU_\S+, TLS/);
    assert.match(await good("config check"), /^prod {2}answered in/);
    assert.match(await good("prod --max-results 1"), /1 match/);
  }, () => ["+tls", pki.path("server.key"), pki.path("server.pem")]);

  task("gets past a limit of matches", async (port) => {
    const cut = await run("PACS@localhost:{port} --count", port);
    assert.equal(cut.code, 80);
    const all = await run("PACS@localhost:{port} --count --split", port);
    assert.equal(all.stdout, "262\n");
    assert.equal(all.code, 0, all.stderr);
  }, ["--limit", "50"]);

  task("looks into two archives, and compares them", async (port) => {
    await good("config add here PACS@localhost:{port}", port);
    await good("config add there mock:demo");
    const both = await good("here --also there -q PatientID=DEMO-0002 --csv");
    assert.match(both, /here/);
    assert.match(both, /there/);
    const once = await good("here -q PatientID=DEMO-0002 --count");
    assert.equal(
      await good("here --also there -q PatientID=DEMO-0002 --unique --count"),
      once,
    );
    const same = await run("compare here there -q PatientID=DEMO-0002");
    assert.equal(same.code, 0, same.stderr);
    assert.match(
      await bad("compare here ther -q PatientID=X"),
      /Did you mean there/,
    );
  });

  task("waits for a slow answer, or does not", async (port) => {
    assert.match(
      await good("PACS@localhost:{port} -q PatientID=DEMO-0002 --count", port),
      /^\d+\n$/,
    );
    assert.match(
      await bad(
        "PACS@localhost:{port} --first-response-timeout 0.3 -q PatientID",
        port,
      ),
      /^66 .*\n?[^]*Hint: /,
    );
  }, ["--latency", "1.5"]);

  task("interrupts", async (port) => {
    const { code, stderr } = await run(
      "PACS@localhost:{port} -q PatientID -v",
      port,
      {
        onOutput: (text, kill) => {
          if (text.includes("Sending Find Request")) kill("SIGINT");
        },
      },
    );
    assert.equal(code, process.platform === "win32" ? null : 130, stderr);
  }, ["--fault", "silent"]);

  task("sees today's worklist of a station", async (port) => {
    const csv = await good(
      "PACS@localhost:{port} -W -q sps.StationAETitle=CT_ROOM_1 -q sps.StartDate=2026-01-05 --csv",
      port,
    );
    assert.equal(csv.trim().split("\n").length, 2);
    assert.match(csv, /CT_ROOM_1/);
    await good(
      "PACS@localhost:{port} -W -q sps.StationAETitle=CT_ROOM_1 -q sps.StartDate=today",
      port,
    );
  });
});

describe("what goes wrong leads to what is right:", () => {
  task("AE title, port, level, keyword, option, name", async (port) => {
    assert.match(
      await bad("PAX@localhost:{port} -q PatientID", port),
      /^62 [^]*called AE title[^]*Hint: /,
    );
    assert.match(
      await bad("PACS@localhost:1 -q PatientID"),
      /^60 [^]*refused[^]*Hint: /,
    );
    assert.match(
      await bad("PACS@localhost:{port} --level stdy", port),
      /Did you mean study\?/,
    );
    assert.match(
      await bad("PACS@localhost:{port} --level series", port),
      /StudyInstanceUID/,
    );
    assert.match(
      await bad("PACS@localhost:{port} -q PatientNam=X", port),
      /Did you mean PatientName/,
    );
    assert.match(
      await bad("PACS@localhost:{port} --fromat csv", port),
      /Did you mean --format\?/,
    );
    assert.match(
      await bad("PACS@localhost:{port} --limit 5", port),
      /Did you mean --max-results\?/,
    );
    assert.match(await bad("prdo -q StudyDate=today"), /Did you mean prod\?/);
    assert.match(
      await bad("find PACS@localhost:{port}", port),
      /no command word/,
    );
  });
});

describe("a researcher", () => {
  task("finds a cohort, with a report of what is missing", async (port) => {
    const ids = Array.from(
      { length: 300 },
      (_, index) => `DEMO-${String(index + 1).padStart(4, "0")}`,
    );
    writeFileSync(
      `${folder}/cohort.csv`,
      `MRN,arm\n${ids.map((id) => `${id},A\n`).join("")}`,
    );
    const { code, stderr } = await run(
      "PACS@localhost:{port} --each {folder}/cohort.csv -q PatientID={MRN} -q StudyDate --output {folder}/result.csv",
      port,
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /300 rows: \d+ found \(\d+ studies\), 2\d\d not found/,
    );
    assert.match(read("result.csv"), /^MRN,arm,/);
    assert.match(read("result.csv"), /DEMO-0300,A,.*not found/);
  });

  task("goes on with a cohort that was interrupted", async (port) => {
    const ids = Array.from(
      { length: 20 },
      (_, index) => `DEMO-${String(index + 1).padStart(4, "0")}`,
    );
    writeFileSync(`${folder}/part.csv`, `PatientID\n${ids.join("\n")}\n`);
    const line =
      "PACS@localhost:{port} --each {folder}/part.csv -q StudyDate --output {folder}/part-result.csv --resume --progress -v";
    const cut = await run(line, port, {
      onOutput: (text, kill) => {
        if (/MsgID (5|6|7)\b/.test(text)) kill("SIGKILL");
      },
    });
    assert.notEqual(cut.code, 0);
    const { code, stderr } = await run(line, port);
    assert.equal(code, 0, stderr);
    const rows = read("part-result.csv").trim().split(/\r?\n/).slice(1);
    assert.deepEqual(
      [...new Set(rows.map((row) => row.split(",")[0]))],
      ids,
    );
    assert.equal(new Set(rows).size, rows.length);
  }, ["--latency", "0.1"]);

  task("takes CSV and JSON along without loss", async (port) => {
    await good(
      "PACS@localhost:{port} -q PatientID -q PatientName -q StudyDate --output {folder}/a.csv",
      port,
    );
    await good(
      "PACS@localhost:{port} -q PatientID -q PatientName -q StudyDate --output {folder}/a.json",
      port,
    );
    const rows = JSON.parse(read("a.json"));
    const lines = read("a.csv").trim().split(/\r?\n/);
    assert.equal(lines.length, rows.length + 1);
    rows.forEach((row: Record<string, string>, index: number) =>
      assert.equal(
        lines[index + 1],
        [row["PatientID"], row["PatientName"], row["StudyDate"]].map((value) =>
          value ?? ""
        ).join(","),
      )
    );
  });

  task("makes a workbook and a page", async (port) => {
    await good("PACS@localhost:{port} --output {folder}/a.xlsx", port);
    await good("PACS@localhost:{port} --output {folder}/a.html", port);
    assert.match(readFileSync(`${folder}/a.xlsx`, "latin1"), /^PK/);
    assert.match(read("a.html"), /DEMO-0001/);
  });

  task("reads tables of 80 and of 120 columns", async (port) => {
    for (const COLUMNS of ["80", "120"]) {
      const text = await good(
        "PACS@localhost:{port} -q PatientID=DEMO-00*",
        port,
        { env: { COLUMNS } },
      );
      for (const line of text.split("\n")) {
        assert.ok(displayWidth(line) <= Number(COLUMNS), line);
      }
    }
  });
});

describe("an integrator", () => {
  task("meets a server that misbehaves", async (port) => {
    assert.match(await bad("PACS@localhost:{port} -q PatientID", port), /^64 /);
  }, ["--fault", "abort"]);

  task("records and replays", async (port) => {
    const live = await good(
      "PACS@localhost:{port} -q PatientID=DEMO-0002 --csv --record {folder}/a.rec",
      port,
    );
    assert.equal(
      await good("mock:{folder}/a.rec -q PatientID=DEMO-0002 --csv"),
      live,
    );
  });

  test("finds help and completions", async () => {
    for (
      const topic of [
        "keys",
        "dates",
        "tls",
        "exit-codes",
        "formats",
        "echo",
        "--split",
      ]
    ) {
      assert.notEqual(await good(`help ${topic}`), "");
    }
    assert.match(await good("completions bash"), /complete .* findscu\n$/);
    assert.equal(
      await good("completions words keys -- patientna"),
      "PatientName\n",
    );
  });
});
