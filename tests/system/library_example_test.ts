import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { find, TransportError, UsageError } from "../../mod.ts";
import { runCommand, scriptCommand } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { testCredentials } from "../support/tls.ts";
import { TEST_PASSWORD } from "../support/certificates/pki.ts";

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

test("dicoms:// takes our key and certificate from PEM files, or from PKCS#12", async () => {
  const pki = await testCredentials();
  const authorities = [pki.path("ca.pem")];
  const [key, certificate] = [pki.path("client.key"), pki.path("client.pem")];
  const pkcs12 = pki.path("client.p12");
  const server = ["+tls", pki.path("server.key"), pki.path("server.pem")];
  try {
    await withServe(
      ["demo", ...server, "+cf", pki.path("ca.pem")],
      async (port) => {
        const ask = (tls: object) =>
          find(`dicoms://ANY@localhost:${port}`, { PatientName: "Doe*" }, {
            tls: { authorities, ...tls },
          }).all();
        assert.equal((await ask({ key, certificate })).length, 9);
        const password = TEST_PASSWORD;
        assert.equal((await ask({ pkcs12, password })).length, 9);
        await assert.rejects(ask({}), TransportError);
        await assert.rejects(ask({ pkcs12, password: "no" }), TransportError);
        for (const tls of [{ key }, { key, certificate, pkcs12 }]) {
          await assert.rejects(ask(tls), UsageError);
        }
      },
    );
  } finally {
    pki.dispose();
  }
});
