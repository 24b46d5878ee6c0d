import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommand, scriptCommand } from "../support/process.ts";

const MODULE = new URL("../../mod.ts", import.meta.url);

test("the example in the library's module documentation runs", async () => {
  const [, block = ""] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(MODULE, "utf8")) ?? [];
  const code = block.replaceAll(/^ \* ?/gm, "").replace(
    "./mod.ts",
    MODULE.href,
  );
  assert.match(code, /find\(/);
  const directory = mkdtempSync(join(tmpdir(), "findscu-example-"));
  try {
    const file = join(directory, "example.ts");
    writeFileSync(file, code);
    // The file lies outside of the project, whose packages Deno finds by its configuration alone.
    const [runtime = "", ...words] = scriptCommand(file);
    const config = words[0] === "run"
      ? [
        "run",
        `--config=${
          fileURLToPath(new URL("../../deno.json", import.meta.url))
        }`,
        ...words.slice(1),
      ]
      : words;
    const { code: exit, stdout, stderr } = await runCommand([
      runtime,
      ...config,
    ]);
    assert.equal(exit, 0, stderr);
    assert.match(stdout, /^Doe\^Jane /);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
