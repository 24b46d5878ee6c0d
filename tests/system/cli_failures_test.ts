/** How a real network refuses: its sentence on stderr, nothing on stdout, an exit code of its own. The other ways to fail are in `tests/unit/cli/run`. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { findscu } from "../support/process.ts";

const KEYS = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];

/** Runs a command line; checks its exit code and what it says. */
async function fails(
  args: readonly string[],
  code: number,
  message: RegExp,
): Promise<void> {
  const finished = await findscu(args);
  assert.match(finished.stderr, message);
  assert.equal(finished.code, code);
  assert.equal(finished.stdout, "");
}

test("a refused connection", async () => {
  const port = await refusingPort();
  const why = `.*127\\.0\\.0\\.1:${port}.*refused.*\n`;
  const phrase = "Association Request Failed: " +
    "0006:031c TCP Initialization Error: Connection refused";
  await fails(
    ["-S", ...KEYS, "127.0.0.1", String(port)],
    60,
    new RegExp(`^E: ${phrase}\nE: ${why}(E: Hint: .*\n)?$`),
  );
  await fails(["-S", `127.0.0.1:${port}`, "--text"], 60, new RegExp(why));
});

/** A port without a listener. */
function refusingPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

test("an unknown host", () =>
  fails(
    ["-S", ...KEYS, "no-such-host.invalid", "104"],
    60,
    /^E: Association Request Failed: .*no-such-host\.invalid/,
  ));
