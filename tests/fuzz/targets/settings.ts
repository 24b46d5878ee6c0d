/** Invariants, for any text of a logger's settings: they give a tree of loggers and warnings, or a `FindscuError`; every layout gives text. */
import assert from "node:assert/strict";
import { LOG_LEVELS } from "../../../src/cli/log/log.ts";
import { readLogProperties } from "../../../src/cli/log/properties.ts";
import { logTree } from "../../../src/cli/log/settings.ts";
import { fuzzText, unlessRefused } from "../../support/fuzz.ts";

const SURROUNDINGS = {
  appName: "findscu",
  date: new Date(2026, 10, 22, 9, 5, 7),
  pid: 42,
  hostname: "box",
  env: (name: string) => name === "LEVEL" ? "WARN" : undefined,
};

const LOGGERS = ["root", "dcmtk.dcmnet", "dcmtk.apps.findscu", ".", ""];

/** More than any warning has to say. */
const MAX_WARNINGS = 10_000;

fuzzText("log settings", [
  `# console
log4cplus.rootLogger = \${LEVEL}, console, file
log4cplus.logger.dcmtk.dcmnet = debug, console
log4cplus.additivity.dcmtk.dcmnet = false
log4cplus.appender.console = log4cplus::ConsoleAppender
log4cplus.appender.console.logToStdErr = true
log4cplus.appender.console.layout = log4cplus::PatternLayout
log4cplus.appender.console.layout.ConversionPattern = %D{%Y-%m-%d %H:%M:%S.%q} %-5.5p [%i] %c{2} %h %r: %m%n
log4cplus.appender.file = log4cplus::RollingFileAppender
log4cplus.appender.file.File = \${appname}-\${date}.log
log4cplus.appender.file.MaxFileSize = 10MB
log4cplus.appender.file.MaxBackupIndex = 3
log4cplus.appender.file.Append = true
log4cplus.appender.file.layout = log4cplus::TTCCLayout
log4cplus.appender.file.filters.1 = log4cplus::spi::LevelRangeFilter
log4cplus.appender.file.filters.1.LogLevelMin = WARN
log4cplus.appender.file.filters.2 = log4cplus::spi::DenyAllFilter`,
  `a = \${b}\${b}
b = \${c}\${c}
c = \${d}\${d}
d = \${a}
log4cplus.rootLogger = INFO, s, d
log4cplus.appender.s = log4cplus::SysLogAppender
log4cplus.appender.s.host = localhost
log4cplus.appender.s.facility = local3
log4cplus.appender.s.Threshold = ERROR
log4cplus.appender.d = log4cplus::DailyRollingFileAppender
log4cplus.appender.d.Schedule = HOURLY
log4cplus.appender.d.File = d.log
log4cplus.appender.d.DatePattern = %Y-%m-%d-%H`,
  "log4cplus.rootLogger = INFO\nv0 = x\n" +
  Array.from({ length: 40 }, (_, at) => `v${at + 1} = \${v${at}}\${v${at}}`)
    .join("\n"),
], (text, random) => {
  const warnings: string[] = [];
  const tree = unlessRefused(() =>
    logTree(
      readLogProperties(text),
      SURROUNDINGS,
      (warning) => warnings.push(warning),
    )
  );
  assert.ok(warnings.length < MAX_WARNINGS, `${warnings.length} warnings`);
  if (tree === undefined) return;
  const logger = LOGGERS[random(LOGGERS.length)]!;
  tree.threshold(logger);
  for (const appender of tree.appendersOf(logger)) {
    const record = {
      logger,
      level: LOG_LEVELS[random(LOG_LEVELS.length)]!,
      text: "one\ntwo",
      time: 1_790_000_000_000.5,
      elapsed: 12.25,
    };
    if (appender.accepts(record)) {
      assert.equal(typeof appender.layout(record), "string");
    }
  }
});
