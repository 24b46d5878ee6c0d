import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { layoutOf, type LogRecord } from "../../../../src/cli/log/layout.ts";

const FACTS = { pid: 42, hostname: "box" };

const RECORD: LogRecord = {
  logger: "dcmtk.dcmnet.responses",
  level: "info",
  text: "one\ntwo\n",
  time: Date.UTC(2026, 10, 22, 9, 5, 7, 505),
  elapsed: 12.7,
};

/** The text of a record under these properties, and what was warned of. */
function shown(properties: Record<string, string>, record = RECORD) {
  const warnings: string[] = [];
  const layout = layoutOf(
    new Map(Object.entries(properties)),
    FACTS,
    (text) => warnings.push(text),
  );
  return { text: layout(record), warnings };
}

function pattern(conversions: string, record?: LogRecord) {
  return shown({
    layout: "log4cplus::PatternLayout",
    "layout.ConversionPattern": conversions,
  }, record);
}

/** Patterns, and what DCMTK prints for one line of text. */
const PATTERNS = [
  ["%p %P %m", "INFO I text"],
  ["[%5p] [%-5p] [%05p]", "[ INFO] [INFO ] [ INFO]"],
  ["%.3p|%7.2p|%-8.3p|%--9p|", "NFO|FO|NFO|INFO     |"],
  ["%c|%c{1}|%c{2}|%c{9}|%c{x}", "a.b.c|c|b.c|a.b.c|a.b.c"],
  ["%20.5c|", "               a.b.c|"],
  [
    "%d|%d{%H:%M:%S.%q}|%-4d{%H}|%.1d{%H}",
    "2026-11-22 09:05:07|" +
    "09:05:07.505|09  |9",
  ],
  ["%i %t %T %r %h %H", "42 42 42 12 box box"],
  ["<%x%X{a}> %%p %% %", "<> %p % %"],
  ["%p{x}%n", "INFO{x}\n"],
  ["no conversion \\t", "no conversion \\t"],
] as const;

describe("PatternLayout", () => {
  const line = { ...RECORD, logger: "a.b.c", text: "text" };
  for (const [conversions, expected] of PATTERNS) {
    test(`shows ${conversions}`, () => {
      assert.deepEqual(pattern(conversions, line), {
        text: expected,
        warnings: [],
      });
    });
  }

  test("is applied to each line of a message", () => {
    assert.equal(pattern("%P: %m%n").text, "I: one\nI: two\nI: \n");
  });

  test("leaves unknown conversions as they are, with a warning", () => {
    const { text, warnings } = pattern("%-5z%n", line);
    assert.equal(text, "%-5z\n");
    assert.match(warnings.join(), /"%z" of the pattern "%-5z%n" is not known/);
  });

  test("fills up to a thousand characters, and warns of more", () => {
    for (const width of ["1001", "99999999999", "9".repeat(400)]) {
      for (const letter of ["p", "i"]) {
        const { text, warnings } = pattern(`%-${width}${letter}|`, line);
        assert.equal(text.length, 1001);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /is wider than 1000 characters/);
      }
    }
    assert.deepEqual(pattern("%1000p", line).warnings, []);
  });

  test("warns that messages have no place in a source", () => {
    const { text, warnings } = pattern("%F:%L %b %l %M", line);
    assert.equal(text, "?:? ? ? ?");
    assert.equal(warnings.length, 5);
  });

  test("without a pattern is the simple layout", () => {
    const { text, warnings } = shown({ layout: "log4cplus::PatternLayout" });
    assert.equal(text, "INFO - one\ntwo\n\n");
    assert.deepEqual(warnings, ["PatternLayout has no ConversionPattern"]);
  });

  test("that is empty shows the message alone", () => {
    const { text, warnings } = pattern("");
    assert.equal(text, "onetwo");
    assert.equal(warnings.length, 1);
  });

  test("reads the pattern under its older name too", () => {
    const properties = {
      layout: "log4cplus::PatternLayout",
      "layout.Pattern": "%m|",
    };
    assert.equal(shown(properties).text, "one|two||");
  });
});

describe("layouts without a pattern", () => {
  test("SimpleLayout, which is the default, names the level once", () => {
    const simple = { layout: "log4cplus::SimpleLayout" };
    assert.equal(shown(simple).text, "INFO - one\ntwo\n\n");
    assert.deepEqual(shown({}), shown(simple));
  });

  test("TTCCLayout shows time, thread, level, logger and context", () => {
    const name = "log4cplus::TTCCLayout";
    assert.equal(
      shown({ layout: name }).text,
      "12 [42] INFO dcmtk.dcmnet.responses <> - one\ntwo\n\n",
    );
    const dated = {
      layout: name,
      "layout.DateFormat": "%H:%M",
      "layout.Use_gmtime": "true",
    };
    assert.match(shown(dated).text, /^09:05 \[42\] INFO /);
  });

  test("an unknown layout is named", () => {
    assert.deepEqual(shown({ layout: "log4cplus::HTMLLayout" }), {
      text: "INFO - one\ntwo\n\n",
      warnings: ['"log4cplus::HTMLLayout" is not supported'],
    });
  });
});
