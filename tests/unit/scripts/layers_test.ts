/** The import table of the layer lint. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { importMistake, optionMistake } from "../../../scripts/layers.ts";

for (
  const [importer, specifier] of [
    ["src/dataset/dataset.ts", "./tag.ts"],
    ["src/dataset/dataset.ts", "../errors.ts"],
    ["src/codec/deflate.ts", "../builtin.ts"],
    ["src/builtin.ts", "node:fs"],
    ["src/cli/line/options/tls.ts", "../value.ts"],
    ["src/cli/line/options/tls.ts", "../../../errors.ts"],
    ["cli.ts", "./host/main.ts"],
    ["src/cli/lists/reader.ts", "@std/csv/parse_stream.js"],
    ["tests/system/tcp_test.ts", "../../src/pdu/types.ts"],
    ["scripts/test.ts", "node:net"],
  ] as const
) {
  test(`${importer} may import ${specifier}`, () => {
    assert.equal(importMistake(importer, specifier), undefined);
  });
}

for (
  const [importer, specifier, layer, target] of [
    ["src/errors.ts", "./transport.ts", "src/errors.ts", "src/transport.ts"],
    [
      "src/dataset/tag.ts",
      "../dictionary/dictionary.ts",
      "src/dataset",
      "src/dictionary/dictionary.ts",
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
      importMistake(importer, specifier),
      `"${layer}" may not import "${target}" (see ALLOWED_IMPORTS)`,
    );
  });
}

test("a file of src in no layer may import nothing", () => {
  assert.equal(
    importMistake("src/new.ts", "./errors.ts"),
    '"src/new.ts" is in no layer (see ALLOWED_IMPORTS)',
  );
});

for (
  const [path, text, option] of [
    ["src/client/explain.ts", "or choose another with -aet", "-aet"],
    ["src/client/explain.ts", "try -S (study)", "-S"],
    ["src/output/table.ts", " cut (--wide shows all)", "(--wide"],
    ["transports/tls/tls.ts", "Give it (+cf FILE)", "(+cf"],
    ["transports/via/socks5.ts", "--via socks5://HOST:PORT", "--via"],
    ["mod.ts", "-od", "-od"],
    ["src/cli/line/remedies.ts", "or choose another with -aet", undefined],
    ["src/probe/trial.ts", "--enforce", undefined],
    ["scripts/test.ts", "--only", undefined],
    ["src/charset/terms.ts", "-A", undefined],
    ["src/output/dicom_json.ts", '"-inf"', undefined],
    ["src/charset/iso2022.ts", "range 80-9F, ISO-8859-1, a - b", undefined],
    ["transports/tls/pem.ts", "-----BEGIN X-----", undefined],
    ["src/cli.ts", "a+b, +49", undefined],
  ] as const
) {
  const verdict = option === undefined ? "no option" : "an option";
  test(`${path} has ${verdict} in "${text}"`, () => {
    const mistake = optionMistake(path, text);
    assert.equal(mistake?.split('"')[1], option);
  });
}
