import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readLogProperties } from "../../../../src/cli/log/properties.ts";
import { logTree } from "../../../../src/cli/log/settings.ts";
import { outcome } from "../../../support/configured.ts";
import { configure } from "../../../../src/cli/config/config.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** A tree with one appender per name, and what was warned of. */
function tree(text: string) {
  const warnings: string[] = [];
  const console = "log4cplus::ConsoleAppender";
  const loggers = logTree(
    readLogProperties(
      `log4cplus.appender.a=${console}\nlog4cplus.appender.b=${console}\n` +
        text,
    ),
    {
      appName: "findscu",
      date: new Date(2026, 10, 22, 9, 5, 7),
      pid: 42,
      hostname: "box",
      env: (name) => name === "LEVEL" ? "WARN" : undefined,
    },
    (warning) => warnings.push(warning),
  );
  const names = (logger: string) =>
    loggers.appendersOf(logger).map((appender) => appender.name).join(" ");
  return { loggers, names, warnings };
}

describe("logTree()", () => {
  test("lets loggers inherit levels and appenders", () => {
    const { loggers, names, warnings } = tree(`
      log4cplus.rootLogger = WARN, a
      log4cplus.logger.dcmtk.dcmnet = debug, b
      log4cplus.logger.dcmtk.dcmdata = INHERITED, a, b
      log4cplus.logger.dcmtk.dcmnet.responses = OFF`);
    assert.equal(loggers.threshold("root"), "warn");
    assert.equal(loggers.threshold("dcmtk.apps.findscu"), "warn");
    assert.equal(loggers.threshold("dcmtk.dcmnet"), "debug");
    assert.equal(loggers.threshold("dcmtk.dcmnet.responses"), "off");
    assert.equal(loggers.threshold("dcmtk.dcmnetwork"), "warn");
    assert.equal(loggers.threshold("dcmtk.dcmdata"), "warn");
    assert.equal(names("root"), "a");
    assert.equal(names("dcmtk.dcmnet.responses"), "b a");
    assert.equal(names("dcmtk.dcmdata"), "a b");
    assert.deepEqual(warnings, []);
  });

  test("stops at a logger that is not additive", () => {
    const { names } = tree(`
      log4cplus.rootLogger = ALL, a
      log4cplus.logger.dcmtk = INFO, b
      log4cplus.additivity.dcmtk = false`);
    assert.equal(names("dcmtk.dcmnet"), "b");
    assert.equal(names("root"), "a");
  });

  test("knows every appender, also those that no logger names", () => {
    const { loggers } = tree("log4cplus.rootLogger = INFO, a");
    assert.deepEqual(loggers.appenders.map(({ name }) => name), ["a", "b"]);
  });

  test("puts variables of DCMTK and the environment in their places", () => {
    const { loggers } = tree(`
      log4cplus.rootLogger = \${LEVEL}, f
      log4cplus.appender.f = log4cplus::FileAppender
      log4cplus.appender.f.File = \${appname}-\${date}-\${time}-\${pid}@\${hostname}`);
    assert.equal(loggers.threshold("root"), "warn");
    const [file] = loggers.appendersOf("root");
    assert.ok(file?.target.kind === "file");
    assert.equal(file.target.path, "findscu-20261122-090507-42@box");
  });

  test("names levels and appenders that it does not know", () => {
    const { loggers, warnings } = tree("log4cplus.rootLogger = LOUD, c");
    assert.equal(loggers.threshold("root"), "info");
    assert.deepEqual(warnings, [
      'Logger "root" has an unknown level: "LOUD"',
      'Logger "root" names the unknown appender "c"',
    ]);
  });

  test("leaves an empty root logger as it was", () => {
    const { loggers, warnings } = tree("log4cplus.rootLogger =");
    const [usual] = loggers.appendersOf("dcmtk.dcmnet");
    assert.deepEqual(usual?.target, { kind: "stderr" });
    assert.equal(warnings.length, 1);
  });
});

describe("--log-config", () => {
  const files = new FakeFiles({
    "good.cfg": "log4cplus.rootLogger=INFO",
    "empty.cfg": "# nothing",
    "other.cfg": "a=b",
    "rootless.cfg": "log4cplus.appender.x=y",
    "secret.cfg": null,
  });
  const configured = (name: string) =>
    configure({
      args: ["-lc", name, "-k", "PatientID", "host", "104"],
      env: () => undefined,
      files,
    });

  test("is read into the configuration", () => {
    const result = configured("good.cfg");
    assert.ok(result.ok && result.config.command === "find");
    assert.deepEqual(
      [...result.config.log.settings ?? []],
      [["log4cplus.rootLogger", "INFO"]],
    );
  });

  test("keeps stdout for data, if data goes there", () => {
    const keeps = (...args: string[]) => {
      const result = configure({
        args: ["-lc", "good.cfg", ...args],
        env: () => undefined,
        files,
      });
      assert.ok(result.ok && result.config.command === "find");
      return result.config.log.keepsStdout;
    };
    assert.equal(keeps("host:104"), true);
    assert.equal(keeps("host:104", "--format", "dcmtk"), false);
    assert.equal(keeps("host", "104", "-k", "PatientID"), false);
    assert.equal(
      keeps("host", "104", "-k", "PatientID", "--format", "json"),
      true,
    );
  });

  const mistakes = {
    "missing.cfg": "exist",
    "empty.cfg": "contain any settings",
    "other.cfg": "contain any valid settings",
    "rootless.cfg": "set up log4cplus.rootLogger",
  };
  for (const [name, what] of Object.entries(mistakes)) {
    test(`refuses ${name} in DCMTK's words`, () => {
      const result = configured(name);
      assert.ok(!result.ok);
      assert.equal(
        result.error.message,
        `Specified --log-config file does not ${what}`,
      );
    });
  }

  test("refuses what it may not read", () => {
    const result = configured("secret.cfg");
    assert.ok(!result.ok);
    assert.match(result.error.message, /--log-config file cannot be read$/);
  });

  test("goes with no other option about messages", () => {
    for (const other of [["-v"], ["-d"], ["-q"], ["-ll", "info"]]) {
      const result = outcome(["-lc", "a.dcm", ...other, "host", "104"]);
      assert.ok(!result.ok);
      assert.match(result.error.message, /^--log-config not allowed with --/);
    }
  });
});
