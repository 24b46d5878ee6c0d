/** The second thread of `-X` in an executable: it runs the text of functions, which minifying must leave whole. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compileModuleWithBun } from "../../scripts/compile_steps.ts";
import { runCommand } from "../support/process.ts";

const PROGRAM = fileURLToPath(
  new URL("../support/second_writer_process.ts", import.meta.url),
);

test("the second thread writes files in an executable", async () => {
  const folder = mkdtempSync(join(tmpdir(), "findscu-thread-"));
  try {
    const compiled = compileModuleWithBun(PROGRAM, join(folder, "program"));
    assert.ok(compiled.ok, compiled.ok ? "" : compiled.reason);
    const { stdout, stderr } = await runCommand([compiled.path, folder]);
    assert.equal(stderr, "");
    assert.equal(stdout, "tried\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
