/** The grammar of the command line: what is an option, whose value is what, which form is spoken. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GRAMMAR } from "../../../../src/cli/config/config.ts";
import { belongsTo } from "../../../../src/cli/line/options/row.ts";
import { foreignOptions } from "../../../../src/cli/line/foreign_options.ts";
import {
  type CommandLine,
  parseCommandLine,
  spellingsOf,
} from "../../../../src/cli/line/parse.ts";

function parse(...args: string[]): CommandLine {
  return parseCommandLine(args, GRAMMAR);
}

/** Ids and values, for comparison. */
function options(line: CommandLine): string[] {
  return line.occurrences.map(({ row, values }) =>
    [row.id, ...values].join(" ")
  );
}

describe("parseCommandLine()", () => {
  test("takes options before, between and after parameters", () => {
    const line = parse("-S", "host", "-aet", "ME", "104", "file", "-d");
    assert.deepEqual(options(line), ["study", "callingAeTitle ME", "debug"]);
    assert.deepEqual(line.parameters, ["host", "104", "file"]);
    assert.equal(line.form, "dcmtk");
    assert.equal(line.mistake, undefined);
  });

  test("takes signed numbers and a lone sign for parameters", () => {
    const line = parse("-5", "+5", "-", "+", "-0x");
    assert.deepEqual(line.parameters, ["-5", "+5", "-", "+", "-0x"]);
    assert.equal(line.mistake, undefined);
  });

  test("starts options with plus and minus alike", () => {
    const line = parse("+tls", "key", "cert", "-tls", "+sr", "-sr");
    assert.deepEqual(options(line), [
      "enableTls key cert",
      "disableTls",
      "showResponses",
      "hideResponses",
    ]);
  });

  test("takes the next argument as value, whatever it looks like", () => {
    const line = parse("-k", "-S", "-aec", "--help", "-k", "--", "-k", "");
    assert.deepEqual(options(line), [
      "key -S",
      "calledAeTitle --help",
      "key --",
      "key ",
    ]);
  });

  test("knows an option whose name ends in an equals sign", () => {
    assert.deepEqual(options(parse("-x=")), ["proposeUncompressed"]);
  });

  for (const argument of ["--stud", "-s", "-aetX", "-vd", "-Xlo3", "--QUIET"]) {
    test(`knows neither abbreviations, bundles nor other case: ${argument}`, () => {
      const { mistake } = parse(argument, "host", "104");
      assert.equal(mistake?.message, `Unknown option ${argument}`);
    });
  }

  test("names the missing value by the long name", () => {
    assert.equal(
      parse("host", "104", "-k").mistake?.message,
      "Missing value for option --key",
    );
    assert.equal(
      parse("+tls", "key").mistake?.message,
      "Missing value for option --enable-tls",
    );
  });

  test("reports the first mistake from the left", () => {
    assert.equal(
      parse("--a", "--b", "-k").mistake?.message,
      "Unknown option --a",
    );
  });

  test("splits --name=value at the first equals sign", () => {
    const line = parse("--key=PatientName=A=B", "--call=", "host", "104");
    assert.deepEqual(options(line), ["key PatientName=A=B", "calledAeTitle "]);
    assert.equal(line.mistake, undefined);
  });

  test("says what --name=value cannot be", () => {
    const study = parse("--study=1").mistake;
    assert.equal(study?.message, "Unknown option --study=1");
    assert.equal(study?.hint, "--study takes no value");
    const tls = parse("--enable-tls=k").mistake;
    assert.equal(tls?.hint, "--enable-tls takes 2 arguments");
    assert.equal(parse("-aet=X").mistake?.message, "Unknown option -aet=X");
  });

  test("ends the options at a double dash", () => {
    const line = parse("-S", "--", "host", "104", "-k");
    assert.deepEqual(line.parameters, ["host", "104", "-k"]);
    assert.deepEqual(options(line), ["study"]);
  });

  for (
    const [typed, hint] of [
      ["-kPatientName=X", "Write -k PatientName=X, with a blank"],
      ["-v=1", "-v takes no value"],
      ["--stduy", "Did you mean --study?"],
      ["--Study", "Did you mean --study?"],
      ["--max-pdus", "Did you mean --max-pdu?"],
      ["--max-pud=3", "Did you mean --max-pdu?"],
      ["-Aet", "Did you mean -aet?"],
      ["-s", "Did you mean --study or --sort or -S?"],
      ["-o", "Did you mean --output or -O?"],
      ["--limit", "Did you mean --max-results?"],
      ["--jsn", "Did you mean --json?"],
      ["--csv=x", "--csv takes no value"],
      ["--qwertz", undefined],
      ["-z", undefined],
    ] as const
  ) {
    test(`offers what ${typed} may have meant`, () => {
      assert.equal(parse(typed).mistake?.hint, hint);
    });
  }

  test("offers for words of other programs what there is", () => {
    const rows = GRAMMAR.rows.filter((row) => belongsTo(row, "find"));
    const known = spellingsOf(rows, "address");
    for (const [word, meant] of foreignOptions()) {
      assert.equal(known.has(word), false, word);
      for (const option of meant.match(/(?<!\\S)--?[a-z-]+/g) ?? []) {
        assert.ok(known.has(option), meant);
      }
    }
  });

  test("takes --csv for --format csv", () => {
    const line = parse("--csv", "host:104", "--json");
    assert.deepEqual(options(line), ["format csv", "format json"]);
    assert.deepEqual(line.parameters, ["host:104"]);
    assert.deepEqual(
      line.words,
      ["--format", "csv", "host:104", "--format", "json"],
    );
  });

  test("knows only the options that it is given", () => {
    const line = parseCommandLine(["--study"], {
      rows: GRAMMAR.rows.filter((row) => row.id !== "study"),
      commands: [],
    });
    assert.equal(line.mistake?.message, "Unknown option --study");
  });
});

describe("parseCommandLine() tells the form", () => {
  for (
    const [args, form] of [
      [["host", "104"], "dcmtk"],
      [["host", " 104"], "dcmtk"],
      [["host", "104", "other:104"], "dcmtk"],
      [["host"], "dcmtk"],
      [[], "dcmtk"],
      [["::1", "104"], "dcmtk"],
      [["[::1]", "104"], "dcmtk"],
      [["AE@host", "104"], "dcmtk"],
      [["host:104"], "address"],
      [["AE@host:104", "file"], "address"],
      [["file", "host:104"], "address"],
      [["[::1]:104"], "address"],
      [["dicom://host"], "address"],
      [["DICOMS://host"], "address"],
      [["mock:demo"], "address"],
      [["C:\\query.dcm", "./x:104"], "dcmtk"],
    ] as const
  ) {
    test(`${args.join(" ") || "(nothing)"} → ${form}`, () => {
      assert.equal(parse(...args).form, form);
    });
  }

  test("-q is quiet with PEER PORT", () => {
    const line = parse("-q", "host", "104", "-q");
    assert.deepEqual(options(line), ["quiet", "quiet"]);
    assert.equal(line.form, "dcmtk");
  });

  test("-q takes a key with an ADDRESS", () => {
    const line = parse("-q", "StudyTime=10:30", "-q", "00100020", "host:104");
    assert.deepEqual(options(line), [
      "query StudyTime=10:30",
      "query 00100020",
    ]);
    assert.equal(line.form, "address");
  });

  test("keys that look like a port do not make it PEER PORT", () => {
    const line = parse("-q", "PatientID", "-q", "00080018", "host:104");
    assert.equal(line.form, "address");
    assert.deepEqual(line.parameters, ["host:104"]);
  });

  test("an ADDRESS that -q took stays the key", () => {
    const line = parse("-q", "host:104");
    assert.equal(line.form, "address");
    assert.deepEqual(line.parameters, []);
  });

  test("-q is quiet if nothing takes a key", () => {
    assert.deepEqual(options(parse("echo", "-q", "host:104")), ["quiet"]);
    assert.deepEqual(options(parse("serve", "-q")), ["quiet"]);
  });

  test("--query and --quiet mean the same in both", () => {
    for (const peer of [["host", "104"], ["host:104"]]) {
      const line = parse("--query", "A", "--quiet", ...peer);
      assert.deepEqual(options(line), ["query A", "quiet"]);
    }
  });
});

describe("parseCommandLine() and commands", () => {
  test("a first word is a command", () => {
    const line = parse("serve", "--port", "1", "demo");
    assert.equal(line.command, "serve");
    assert.deepEqual(options(line), ["servePort 1"]);
    assert.deepEqual(line.parameters, ["demo"]);
    assert.deepEqual(line.words, ["serve", "--port", "1", "demo"]);
  });

  test("later words and other spellings are not", () => {
    for (const args of [["-v", "echo"], ["Echo"], ["serve:104"]]) {
      assert.equal(parse(...args).command, "find");
    }
  });

  test("options of other commands are unknown", () => {
    const { mistake } = parse("--port", "1");
    assert.equal(mistake?.message, "Unknown option --port");
    assert.ok(parse("serve", "-S").mistake);
    assert.ok(parse("echo", "-S", "host", "104").mistake);
  });

  test("echo speaks both forms", () => {
    assert.equal(parse("echo", "host", "104").form, "dcmtk");
    assert.equal(parse("echo", "host:104").form, "address");
  });
});

describe("the words of a command line", () => {
  test("have options by their long names", () => {
    const line = parse("-S", "host", "-aet", "ME", "104", "--cancel=3");
    assert.deepEqual(line.words, [
      "--study",
      "host",
      "--aetitle",
      "ME",
      "104",
      "--cancel",
      "3",
    ]);
  });

  test("do not give a password away", () => {
    const { words } = parse("+pw", "hunter2", "--use-passwd=hunter2");
    assert.deepEqual(words, ["--use-passwd", "***", "--use-passwd", "***"]);
  });

  test("read back as the same options, for every spelling", () => {
    for (const row of GRAMMAR.rows) {
      const command = row.commands?.includes("find") ?? true
        ? []
        : [row.commands![0]!];
      for (const spelling of row.spellings) {
        const isAddress = row.onlyIn?.[spelling] === "address";
        const values = row.metavars?.map((_, index) => `v${index}`) ?? [];
        const typed = [
          ...command,
          spelling,
          ...values,
          ...(isAddress ? ["h:1"] : ["h", "1"]),
        ];
        const first = parse(...typed);
        assert.equal(first.mistake, undefined, typed.join(" "));
        const second = parse(...first.words);
        assert.deepEqual(options(first), [[row.id, ...values].join(" ")]);
        if (row.isSecret) continue;
        assert.deepEqual(options(second), options(first));
        assert.deepEqual(second.words, first.words);
      }
    }
  });
});
