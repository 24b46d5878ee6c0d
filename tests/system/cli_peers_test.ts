/** `--also` where our own disk is full. The rest of it is in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, test } from "node:test";
import { runCommand, scriptCommand } from "../support/process.ts";

const KEYS = ["-q", "PatientID=DEMO-0001", "-q", "StudyDate"];
const SAME = "mock:demo?latency=1";

describe("--also", () => {
  test("a full disk is no fault of a peer, and is reported once", {
    skip: !existsSync("/dev/full"),
  }, async () => {
    for (const more of [[], ["--unique"], ["--csv", "--html", "/dev/full"]]) {
      const { code, stderr } = await runCommand([
        ...["sh", "-c", `exec "$@" >/dev/full`, "sh"],
        ...scriptCommand(new URL("../../cli.ts", import.meta.url).pathname),
        ...["mock:demo", "--also", SAME, ...KEYS, ...more],
      ]);
      assert.equal(code, 40);
      // Each output once, and no peer is named.
      const outputs = more.includes("--html")
        ? ["standard output", '"/dev/full"']
        : ["standard output"];
      const lines = stderr.trimEnd().split("\n");
      assert.deepEqual(
        lines.map((line) => /^E: Cannot write (.*?): /.exec(line)?.[1]),
        outputs,
        stderr,
      );
    }
  });

  test("what else was to be written holds what came until then", {
    skip: !existsSync("/dev/full"),
  }, async () => {
    const folder = mkdtempSync(`${tmpdir()}/findscu-peers-`);
    try {
      const page = `${folder}/page.html`;
      const { stderr } = await runCommand([
        ...["sh", "-c", `exec "$@" >/dev/full`, "sh"],
        ...scriptCommand(new URL("../../cli.ts", import.meta.url).pathname),
        ...["mock:demo", "--also", SAME, ...KEYS, "--csv", "--html", page],
      ]);
      const [, count] = stderr.match(/: (\d+) matches kept as/)!;
      const html = readFileSync(`${page}.incomplete`, "utf8");
      assert.equal(html.split("DEMO-0001").length > Number(count), true, html);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
