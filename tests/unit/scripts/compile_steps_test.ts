/** What the build makes of a compiler's complaint and of the list of modules. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { strayModules } from "../../../scripts/compile.ts";
import { failureOf } from "../../../scripts/compile_steps.ts";

describe("failureOf()", () => {
  test("knows a runtime that cannot be downloaded, and names it", () => {
    const failure = failureOf(
      "error: Writing deno compile executable to temporary file\n\nCaused by:\n" +
        "    0: Setting up base binary.\n" +
        "    1: error sending request for url (https://example.org/v1/denort-x86_64-unknown-linux-gnu.zip): dns error\n",
    );
    assert.equal(failure.unavailable, true);
    assert.equal(
      failure.reason,
      "the runtime for this target cannot be downloaded (denort-x86_64-unknown-linux-gnu.zip)",
    );
  });

  test("takes anything else for a failure of the program, shown as it is", () => {
    const output = 'error: Could not resolve: "./gone.ts"';
    assert.deepEqual(failureOf(output), {
      ok: false,
      unavailable: false,
      reason: output,
    });
  });
});

describe("strayModules()", () => {
  test("lets pass our modules and the packages they use", () => {
    assert.deepEqual(
      strayModules([
        "dist/bundle/entry.ts",
        "host/main.ts",
        "src/cli/run.ts",
        "transports/tcp.ts",
        "node_modules/node-forge/lib/pkcs12.js",
      ]),
      [],
    );
  });

  test("holds up anything else", () => {
    const strays = [
      "tests/support/certificates/pki.ts",
      "scripts/compile.ts",
      "node_modules/dcmjs/build/dcmjs.es.js",
      "../elsewhere/src/a.ts",
      "src/cli/notes.md",
    ];
    assert.deepEqual(strayModules(strays), strays);
  });
});
