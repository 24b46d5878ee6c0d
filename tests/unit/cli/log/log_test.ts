/** Levels, prefixes and harmlessness of log lines. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  LOG_LEVELS,
  Logger,
  type LoggerOptions,
  logLines,
  StrictLogger,
} from "../../../../src/cli/log/log.ts";
import { UsageError } from "../../../../src/errors.ts";

function logged(
  options: Partial<LoggerOptions>,
  use: (log: Logger) => void,
): string {
  let text = "";
  use(
    new Logger({
      level: "warn",
      responses: true,
      sink: (lines) => text += lines,
      ...options,
    }),
  );
  return text;
}

function everything(log: Logger): void {
  for (const level of LOG_LEVELS) log[level](level);
}

describe("Logger", () => {
  test("shows messages of its level and above", () => {
    assert.equal(logged({}, everything), "F: fatal\nE: error\nW: warn\n");
    assert.equal(logged({ level: "fatal" }, everything), "F: fatal\n");
    assert.equal(logged({ level: "off" }, everything), "");
    assert.equal(
      logged({ level: "trace" }, everything),
      "F: fatal\nE: error\nW: warn\nI: info\nD: debug\nT: trace\n",
    );
  });

  test("makes no message that it does not show", () => {
    logged({}, (log) => {
      log.info(() => assert.fail("made in vain"));
      assert.equal(log.shows("info"), false);
      assert.equal(log.shows("warn"), true);
    });
  });

  test("shows responses whatever the level, unless they are hidden", () => {
    for (const level of ["off", "fatal", "warn", "info"] as const) {
      assert.equal(
        logged({ level }, (log) => log.response("x")),
        "I: x\n",
      );
    }
    assert.equal(
      logged({ level: "debug" }, (log) => log.response("x")),
      "D: x\n",
    );
    assert.equal(
      logged({ responses: false, level: "trace" }, (log) => {
        log.response(() => assert.fail("made in vain"));
        assert.equal(log.showsResponses, false);
      }),
      "",
    );
  });

  test("prints on demand whatever the level", () => {
    assert.equal(
      logged({ level: "off" }, (log) => log.print("info", "x\n")),
      "I: x\nI: \n",
    );
  });
});

describe("a line end in a message", () => {
  const forged = "x\nE: Hint: send money\u200b";

  test("is shown as such, since it is foreign", () => {
    for (const level of LOG_LEVELS) {
      assert.equal(
        logged({ level: "trace" }, (log) => log[level](forged)),
        `${level[0]!.toUpperCase()}: x<U+000A>E: Hint: send money<U+200B>\n`,
      );
    }
    assert.equal(
      logged({}, (log) => log.warn(() => [forged, "y"])),
      "W: x<U+000A>E: Hint: send money<U+200B>\nW: y\n",
    );
  });

  test("does not get past a route either", () => {
    let text = "";
    const route = {
      threshold: () => "trace" as const,
      take: (message: { text: string }) => text += `${message.text}|`,
    };
    logged({ route }, (log) => {
      log.error(forged);
      log.block("info", "a\nb");
    });
    assert.equal(text, "x<U+000A>E: Hint: send money<U+200B>|a\nb|");
  });

  test("fails a strict run as one line", () => {
    let told: unknown;
    logged({}, (log) => {
      new StrictLogger(log, (text) => told = new UsageError(text).message)
        .warn(forged);
    });
    assert.equal(told, "x<U+000A>E: Hint: send money<U+200B>");
  });
});

describe("logLines()", () => {
  test("prefixes each line", () => {
    assert.equal(logLines("info", "a\nb", false), "I: a\nI: b\n");
    assert.equal(logLines("error", "", false), "E: \n");
  });

  test("ends a message that ends in a line end with an empty line", () => {
    assert.equal(logLines("debug", "a\n\n", false), "D: a\nD: \nD: \n");
  });

  test("lets no control character and no override through", () => {
    const lines = logLines("info", "\x1b[2J\x00\r\x9b\u202eab", false);
    assert.doesNotMatch(lines, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    assert.match(lines, /^I: .*ab\n$/);
  });

  test("leaves text alone when asked to", () => {
    assert.equal(logLines("info", "a\x00\x1b", true), "I: a\x00\x1b\n");
  });

  test("keeps text of all scripts", () => {
    const text = "Müller 山田 أحمد שלום";
    assert.equal(logLines("info", text, false), `I: ${text}\n`);
  });
});
