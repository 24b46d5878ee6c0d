import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadDictionaries } from "../../../../../src/cli/commands/find/dictionaries.ts";
import { Logger } from "../../../../../src/cli/log/log.ts";
import { tagOf } from "../../../../../src/dataset/tag.ts";
import { InputError } from "../../../../../src/errors.ts";
import { FakeFiles } from "../../../../support/fake_files.ts";

const FILES = new FakeFiles({
  "a.dic": '(0009,"ACME",01)\tLO\tAcmeThing\t1\tPrivate\n',
  "b.dic": '(0009,"ACME",01)\tDS\tAcmeOther\t1\tPrivate\n' +
    "(0010,0020)\tSH\tPatientCode\t1\tOwn\n",
  "C:\\dic\\a.dic": '(0009,"ACME",02)\tUS\tAcmeNumber\t1\tPrivate\n',
  "bad.dic": '# comment\n(0009,"ACME",01)\tLO\tGood\t1\tx\nbad\n' +
    "(0011,0001)\tZZ\tBad\t1\tx\n",
  "secret.dic": null,
});

/** The dictionary of a list, and what was logged. */
function loaded(list: string, platform = "linux x64") {
  let lines = "";
  const dictionary = loadDictionaries(
    list,
    { files: FILES, version: { platform } },
    new Logger({
      level: "debug",
      responses: false,
      sink: (text) => lines += text,
    }),
  );
  return { dictionary, lines };
}

function refusal(list: string): InputError {
  try {
    loaded(list);
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error;
  }
  return assert.fail("accepted");
}

const THING = tagOf(0x0009, 0x1001);

describe("loadDictionaries()", () => {
  test("adds to the standard dictionary", () => {
    const { dictionary, lines } = loaded("a.dic");
    assert.equal(dictionary.keyword(THING, "ACME"), "AcmeThing");
    assert.equal(dictionary.byKeyword("PatientName")?.vr, "PN");
    assert.equal(lines, "D: DcmDataDictionary: Loading file: a.dic\n");
  });

  test("lets later files override earlier ones, and the standard", () => {
    for (const list of ["a.dic:b.dic", "a.dic;b.dic", ":a.dic::b.dic:"]) {
      const { dictionary } = loaded(list);
      assert.equal(dictionary.vr(THING, "ACME"), "DS", list);
      assert.equal(dictionary.keyword(tagOf(0x0010, 0x0020)), "PatientCode");
    }
  });

  test("leaves the letters of Windows drives alone", () => {
    const number = tagOf(0x0009, 0x1002);
    for (const list of ["C:\\dic\\a.dic", "C:\\dic\\a.dic;a.dic"]) {
      const { dictionary } = loaded(list, "win32 x64");
      assert.equal(dictionary.vr(number, "ACME"), "US", list);
    }
  });

  test("names a file that cannot be read", () => {
    for (const list of ["a.dic:secret.dic", "a.dic:missing.dic"]) {
      const { code, message } = refusal(list);
      assert.equal(code, "input-unreadable");
      assert.equal(
        message,
        `DcmDataDictionary: Cannot open file: ${list.split(":")[1]}`,
      );
    }
  });

  test("names the lines that are not entries", () => {
    const { code, message } = refusal("bad.dic");
    assert.equal(code, "input-invalid");
    assert.deepEqual(message.split("\n"), [
      "DcmDataDictionary: bad.dic: line 3: Expected 3 to 5 fields separated by tabs, found 1",
      'DcmDataDictionary: bad.dic: line 4: VR is not known: "ZZ"',
    ]);
  });
});
