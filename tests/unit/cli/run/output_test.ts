/** Output of whole processes: what is on stdout, in files and on terminals, when all goes well and when it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeDataset } from "../../../../src/codec/decode.ts";
import { encodeDataset } from "../../../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../../../src/codec/transfer_syntax.ts";
import { rawElement, rawStringOf } from "../../../../src/codec/values.ts";
import { Dataset } from "../../../../src/dataset/dataset.ts";
import {
  cmd,
  concat,
  data,
  match,
  pdata,
  response,
  success,
} from "../../../support/scripted_peer.ts";
import { cli, withPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

const DEMO = ["mock:demo", "-q", "PatientName", "-q", "PatientID"];

test("every format on stdout is the same as in a file", async () => {
  const files = new FakeFiles({ "out/": "" });
  for (const format of ["json", "csv", "xml", "text", "dcmtk"]) {
    const file = `out/${format}`;
    const args = [...DEMO, "--format", format];
    const direct = await cli(args);
    const filed = await cli([...args, "--output", file], { files });
    assert.equal(direct.code, 0, direct.stderr);
    assert.equal(filed.code, 0, filed.stderr);
    assert.equal(filed.stdout, "");
    assert.equal(
      files.text(file),
      // The log of DCMTK's format goes to stderr unless a file is named.
      format === "dcmtk" ? direct.stderr : direct.stdout,
    );
  }
  assert.equal(files.list("out").length, 5, "left something behind");
});

test("a spreadsheet gets its mark, an order, and no formulas", async () => {
  const steps = [{ send: concat(match("=1+1"), match("2"), success()) }];
  await withPeer(steps, {}, async (port) => {
    const { stdout, code } = await cli([
      `127.0.0.1:${port}`,
      "-q",
      "PatientID",
      "--format",
      "csv",
      "--sort",
      "PatientID",
      "--bom",
      "--csv-safe",
    ]);
    assert.equal(code, 0);
    assert.equal(stdout, "\ufeffPatientID\r\n2\r\n'=1+1\r\n");
  });
});

test("a table shows what there is while a slow peer thinks", async () => {
  const steps = [
    { send: concat(match("first"), match("second")) },
    { await: 1 },
    { send: success(0xfe00) },
  ];
  await withPeer(steps, {}, async (port) => {
    const { stdout, code } = await cli([
      `127.0.0.1:${port}`,
      "-q",
      "PatientID",
      "--format",
      "table",
    ], {
      // It ends only when it is interrupted: so the rows came before the end.
      onOutput: (text, interrupt) => {
        if (text.includes("second")) interrupt();
      },
    });
    assert.equal(code, 130);
    assert.match(stdout, /^ID\n─+\nfirst\nsecond\n2 matches in /);
    assert.match(stdout, /incomplete: Interrupted before the end\n$/);
  });
});

test("what a peer says steers no terminal", async () => {
  const evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\x85";
  const identifier = Dataset.of(
    rawElement(0x00080005, "CS", `ISO_IR 100\x1b[2J`),
    rawElement(0x00100010, "PN", `\x1b[31m${evil}`),
    rawElement(0x00100020, "LO", evil),
  );
  const steps = [{
    send: concat(
      pdata(cmd(response(0xff00, true))),
      pdata(data(encodeDataset(identifier, EXPLICIT_LE))),
      pdata(cmd(response(0xc001, false, { errorComment: evil }))),
    ),
  }];
  for (const format of ["text", "table", "dcmtk", "json", "xml"]) {
    await withPeer(steps, {}, async (port) => {
      const { stdout, stderr, code } = await cli([
        "-d",
        `127.0.0.1:${port}`,
        "-q",
        "PatientName",
        "-q",
        "PatientID",
        "--format",
        format,
      ]);
      assert.equal(code, 80, stderr);
      assert.match(stderr, /<U\+001B>/);
      for (const text of [stdout, stderr]) {
        assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/, format);
      }
    });
  }
});

test("text that cannot be decoded is reported once, with its attribute", async () => {
  const identifier = encodeDataset(
    Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 192"),
      rawElement(0x00100010, "PN", "M\xfcller"),
    ),
    EXPLICIT_LE,
  );
  const bad = [
    pdata(cmd(response(0xff00, true))),
    pdata(data(identifier)),
  ];
  const steps = [{ send: concat(...bad, ...bad, ...bad, success()) }];
  const run = async (...args: string[]) => {
    let result = { stdout: "", stderr: "" };
    await withPeer(steps, {}, async (port) => {
      result = await cli([
        `127.0.0.1:${port}`,
        "-q",
        "PatientName",
        "--format",
        "jsonl",
        ...args,
      ]);
    });
    return result;
  };
  const plain = await run();
  assert.match(
    plain.stderr,
    /^W: PatientName \(0010,0010\): 1 place not decodable as ISO_IR 192, .*\n$/,
  );
  assert.equal(plain.stdout.match(/"M\ufffdller"/g)?.length, 3);
  const mapped = await run("--charset-map", "ISO_IR 192=ISO_IR 100");
  assert.equal(mapped.stderr, "");
  assert.equal(mapped.stdout.match(/"Müller"/g)?.length, 3);
});

test("a character set is assumed if none is declared", async () => {
  const identifier = encodeDataset(
    Dataset.of(rawElement(0x00100010, "PN", "\xbb\xee")),
    EXPLICIT_LE,
  );
  const steps = [{
    send: concat(
      pdata(cmd(response(0xff00, true))),
      pdata(data(identifier)),
      success(),
    ),
  }];
  await withPeer(steps, {}, async (port) => {
    const { stdout, stderr } = await cli([
      `127.0.0.1:${port}`,
      "-q",
      "PatientName",
      "--format",
      "jsonl",
      "--assume-charset",
      "ISO_IR 144",
    ]);
    assert.equal(stderr, "");
    assert.match(stdout, /"PatientName":"Лю"/);
  });
});

test("keys are sent as the command line wants them", async () => {
  const sent = async (...args: string[]) => {
    const { received } = await withPeer(
      [{ send: success() }],
      {},
      async (port) => {
        const { code, stderr } = await cli(
          args.map((arg) => arg.replace("PORT", String(port))),
        );
        assert.equal(code, 0, stderr);
      },
    );
    const identifier = received.flatMap((pdu) =>
      pdu.type === "p-data-tf" ? pdu.pdvs : []
    ).filter((pdv) => !pdv.isCommand);
    const dataset = decodeDataset(
      concat(...identifier.map((pdv) => pdv.data)),
      EXPLICIT_LE,
    );
    const raw = (tag: number) => {
      const element = dataset.get(tag);
      return element && rawStringOf(element).trimEnd();
    };
    return [raw(0x00080005), raw(0x00100010)];
  };
  const dcmtk = ["-S", "-k", "0008,0052=STUDY", "-k", "PatientName=Müller"];
  const typed = "M\xc3\xbcller";
  assert.deepEqual(
    await sent(...dcmtk, "127.0.0.1", "PORT"),
    [undefined, typed],
  );
  assert.deepEqual(
    await sent(...dcmtk, "--charset", "ISO_IR 100", "127.0.0.1", "PORT"),
    ["ISO_IR 100", "M\xfcller"],
  );
  const address = ["127.0.0.1:PORT", "-q", "PatientName=Müller"];
  assert.deepEqual(await sent(...address), ["ISO_IR 100", "M\xfcller"]);
  assert.deepEqual(
    await sent(...address, "--charset", "utf-8"),
    ["ISO_IR 192", typed],
  );
  assert.deepEqual(
    await sent("127.0.0.1:PORT", "-q", "PatientName=Yamada=山田"),
    ["ISO_IR 192", "Yamada=\xe5\xb1\xb1\xe7\x94\xb0"],
  );
  assert.deepEqual(
    await sent(
      "127.0.0.1:PORT",
      "-q",
      "PatientName=Yamada=山田",
      "--charset",
      "\\ISO 2022 IR 87",
    ),
    ["\\ISO 2022 IR 87", "Yamada=\x1b$B;3ED\x1b(B"],
  );
});
