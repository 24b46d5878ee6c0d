/** Recordings of real connections, and on disks that are full. The rest of `--record` is in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type DataEntry,
  parseRecording,
  type Recording,
} from "../../src/scp/recording/recording.ts";
import { findscu, runCommand, scriptCommand } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";

const QUERY = ["-q", "PatientName=Ya*", "-q", "StudyDate"];

describe("--record", () => {
  let folder: string;
  before(() => folder = mkdtempSync(join(tmpdir(), "findscu-record-")));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const place = (name: string) => join(folder, name);

  function recordingIn(name: string): Recording {
    return parseRecording(readFileSync(place(name), "utf8"));
  }

  function dataOf(recording: Recording): DataEntry[] {
    return recording.entries.filter((entry) => entry.kind === "data");
  }

  test("writes what passes over TCP, and mock:FILE replays it", async () => {
    let recorded = "";
    await withServe([], async (port) => {
      const { code, stdout, stderr } = await findscu([
        `127.0.0.1:${port}`,
        ...QUERY,
        "--format",
        "json",
        "--record",
        place("tcp.rec"),
      ]);
      assert.equal(code, 0, stderr);
      recorded = stdout;
      const { header } = recordingIn("tcp.rec");
      assert.equal(header.peer, `127.0.0.1:${port}`);
      assert.equal(header.transport, "tcp");
      assert.match(header.by!, /^findscu \d/);
      assert.equal(header.anonymous, false);
    });
    const { entries } = recordingIn("tcp.rec");
    const times = entries.map(({ time }) => time);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    assert.equal(entries.at(-1)?.kind, "end");
    // The server is gone: only the file answers.
    const replayed = await findscu([
      `mock:${place("tcp.rec")}`,
      ...QUERY,
      "--format",
      "json",
    ]);
    assert.deepEqual([replayed.code, replayed.stdout], [0, recorded]);
    const served = await replayOverTcp(place("tcp.rec"));
    assert.equal(served, recorded);
  });

  async function replayOverTcp(path: string): Promise<string> {
    let text = "";
    const { stdout } = await withServe([path], async (port) => {
      text = (await findscu([
        `127.0.0.1:${port}`,
        ...QUERY,
        "--format",
        "json",
      ])).stdout;
    });
    assert.match(stdout, /^Replaying /);
    return text;
  }

  const isPosix = existsSync("/dev/full");

  test("a full disk ends the recording, and is the exit code", {
    skip: !isPosix,
  }, async () => {
    for (const command of [[], ["echo"]]) {
      const query = command.length === 0 ? QUERY : [];
      const args = [...command, "mock:demo", ...query];
      const { code, stdout, stderr } = await findscu([
        ...args,
        "--record",
        "/dev/full",
      ]);
      assert.equal(code, 40, stderr);
      assert.match(
        stderr,
        /^E: Cannot write "\/dev\/full": .*: the recording ends here\n/,
      );
      // The query goes on.
      assert.equal(stdout.length > 0, true);
    }
  });

  test(
    "a recording that was cut short is called so, and ends behind a whole line",
    {
      skip: !isPosix,
    },
    async () => {
      const path = place("cut.rec");
      const program = new URL("../../cli.ts", import.meta.url).pathname;
      // Files of 1 kB at most; one that is longer is an error, as a full disk is.
      const { code, stdout, stderr } = await runCommand([
        ...["sh", "-c", `trap '' XFSZ; ulimit -f 2; exec "$@"`, "sh"],
        ...scriptCommand(program),
        ...["mock:demo", "-q", "PatientName", "--record", path],
      ]);
      assert.equal(code, 40, stderr);
      assert.match(stdout, /YAMADA/i);
      assert.match(
        stderr,
        /E: Cannot write ".*cut\.rec": .*: the recording ends here, and is kept as ".*cut\.rec\.incomplete"/,
      );
      const left = readdirSync(folder).filter((name) =>
        name.includes("cut.rec")
      );
      assert.deepEqual(left, ["cut.rec.incomplete"]);
      assert.equal(readFileSync(place(left[0]!), "utf8").at(-1), "\n");
      assert.ok(dataOf(recordingIn(left[0]!)).length > 0);
    },
  );
});
