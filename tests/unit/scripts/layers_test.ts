/** The import table of the layer lint. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { importFault } from "../../../scripts/layers.ts";

for (
  const [importer, specifier] of [
    ["src/dataset/dataset.ts", "./tag.ts"],
    ["src/dataset/dataset.ts", "../errors.ts"],
    ["src/codec/deflate.ts", "node:process"],
    ["src/cli/line/options/tls.ts", "../value.ts"],
    ["src/cli/line/options/tls.ts", "../../../errors.ts"],
    ["cli.ts", "./transports/tcp.ts"],
    ["cli.ts", "@std/streams/to_text.js"],
    ["tests/system/tcp_test.ts", "../../src/pdu/types.ts"],
    ["scripts/test.ts", "node:net"],
  ] as const
) {
  test(`${importer} may import ${specifier}`, () => {
    assert.equal(importFault(importer, specifier), undefined);
  });
}

for (
  const [importer, specifier, layer, target] of [
    ["src/errors.ts", "./transport.ts", "src/errors.ts", "src/transport.ts"],
    [
      "src/dataset/tag.ts",
      "../dictionary/name.ts",
      "src/dataset",
      "src/dictionary/name.ts",
    ],
    ["src/codec/decode.ts", "node:zlib", "src/codec", "node:zlib"],
    ["src/find/scu.ts", "../pdu/decode.ts", "src/find", "src/pdu/decode.ts"],
    [
      "src/cli/run.ts",
      "../../transports/tcp.ts",
      "src/cli",
      "transports/tcp.ts",
    ],
    [
      "transports/tcp.ts",
      "../src/pdu/types.ts",
      "transports",
      "src/pdu/types.ts",
    ],
    ["tests/unit/a_test.ts", "node:net", "tests/unit", "node:net"],
  ] as const
) {
  test(`${importer} may not import ${specifier}`, () => {
    assert.equal(
      importFault(importer, specifier),
      `"${layer}" may not import "${target}" (see ALLOWED_IMPORTS)`,
    );
  });
}

test("a file of src in no layer may import nothing", () => {
  assert.equal(
    importFault("src/new.ts", "./errors.ts"),
    '"src/new.ts" stands in no layer (see ALLOWED_IMPORTS)',
  );
});
