/**
 * Logger settings, given to DCMTK's findscu and to ours with the same query to the same server: the same lines come out at the
 * same place. What differs on purpose is how each program names itself, and which dictionary files it loads.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { execute } from "./support/process.ts";
import { DCMTK_FINDSCU, filesIn, ours } from "./support/runners.ts";
import { DCMQRSCP, withFolder, withPeer } from "./support/servers.ts";

const CONSOLE = "log4cplus.appender.c = log4cplus::ConsoleAppender";
const PATTERN = "log4cplus.appender.c.layout = log4cplus::PatternLayout";
const CONVERSION = "log4cplus.appender.c.layout.ConversionPattern";
const FILTER = "log4cplus.appender.c.filters.1";
const DENY_REST =
  "log4cplus.appender.c.filters.2 = log4cplus::spi::DenyAllFilter";

/** Settings with one console appender whose pattern shows level, logger and text. */
function shown(root: string, ...lines: string[]): string {
  return pattern(root, "%p %c %m%n", ...lines);
}

function pattern(
  root: string,
  conversions: string,
  ...lines: string[]
): string {
  return [
    `log4cplus.rootLogger = ${root}, c`,
    CONSOLE,
    PATTERN,
    `${CONVERSION} = ${conversions}`,
    ...lines,
  ].join("\n");
}

/** Settings, and options besides. */
const CASES: Record<string, readonly [string, ...string[]]> = {
  "no layout": [`log4cplus.rootLogger = INFO, c\n${CONSOLE}`],
  "SimpleLayout": [
    `log4cplus.rootLogger = INFO, c\n${CONSOLE}\n` +
    "log4cplus.appender.c.layout = log4cplus::SimpleLayout",
  ],
  "stderr": [
    `log4cplus.rootLogger = INFO, c\n${CONSOLE}\n` +
    "log4cplus.appender.c.logToStdErr = true",
  ],
  "INFO": [shown("INFO")],
  "WARN": [shown("WARN")],
  "OFF": [shown("OFF")],
  "debug, in small letters": [shown("debug")],
  "arguments at ERROR": [shown("ERROR"), "--arguments"],
  "responses shown against OFF": [shown("OFF"), "+sr"],
  "responses hidden": [shown("INFO"), "-sr"],
  "responses alone": [
    shown("ERROR", "log4cplus.logger.dcmtk.dcmnet.responses = INFO"),
  ],
  "responses off": [
    shown("INFO", "log4cplus.logger.dcmtk.dcmnet.responses = OFF"),
  ],
  "a logger that is not additive": [
    shown(
      "INFO",
      "log4cplus.logger.dcmtk.dcmnet = INFO, e",
      "log4cplus.additivity.dcmtk.dcmnet = false",
      "log4cplus.appender.e = log4cplus::ConsoleAppender",
      "log4cplus.appender.e.logToStdErr = 1",
    ),
  ],
  "an appender named twice": [shown("INFO, c, c")],
  "parts of logger names": [
    pattern("INFO", "%c{1}|%c{2}|%c{9}|%-8c{1}|%.3c|%m%n"),
  ],
  "widths": [pattern("INFO", "%5p|%-6p|%.2p|%8.2p|%-3.9p|%30m|%.5m|%n")],
  "times": [
    pattern("INFO", "%D{%Y %j %a %b %y %C %U %W %V %G %u}|%d{%F}|%n"),
  ],
  "no line end": [pattern("INFO", "<%m>")],
  "percent signs": [pattern("INFO", "%%m %m %%%n%n")],
  "variables": [
    pattern("INFO", "${appname} ${log4cplus.rootLogger} ${a} ${nope} %m%n") +
    "\na = ${b}!\nb = deep",
  ],
  "an odd hand": [
    "  log4cplus.rootLogger   =  INFO ,c \r\n\t" + CONSOLE + "\n# comment\n" +
    `! no comment\n${PATTERN}\n${CONVERSION} = lost\n${CONVERSION}=%m \\\n %n`,
  ],
  "Threshold": [shown("INFO", "log4cplus.appender.c.Threshold = ERROR")],
  "LogLevelMatchFilter": [
    shown(
      "DEBUG",
      `${FILTER} = log4cplus::spi::LogLevelMatchFilter`,
      `${FILTER}.LogLevelToMatch = INFO`,
      `${FILTER}.AcceptOnMatch = true`,
      DENY_REST,
    ),
  ],
  "LogLevelRangeFilter": [
    shown(
      "DEBUG",
      `${FILTER} = log4cplus::spi::LogLevelRangeFilter`,
      `${FILTER}.LogLevelMin = INFO`,
      `${FILTER}.LogLevelMax = ERROR`,
    ),
  ],
  "StringMatchFilter, which denies by default": [
    shown(
      "INFO",
      `${FILTER} = log4cplus::spi::StringMatchFilter`,
      `${FILTER}.StringToMatch = Association`,
    ),
  ],
  "StringMatchFilter that accepts": [
    shown(
      "INFO",
      `${FILTER} = log4cplus::spi::StringMatchFilter`,
      `${FILTER}.StringToMatch = PatientName`,
      `${FILTER}.AcceptOnMatch = true`,
      DENY_REST,
    ),
  ],
  "a gap in the numbers of filters": [shown("INFO", DENY_REST)],
  "a file, emptied": [
    "log4cplus.rootLogger = INFO, f\n" +
    "log4cplus.appender.f = log4cplus::FileAppender\n" +
    "log4cplus.appender.f.File = ${appname}.log",
  ],
  "a file, kept": [
    "log4cplus.rootLogger = INFO, f\n" +
    "log4cplus.appender.f = log4cplus::FileAppender\n" +
    "log4cplus.appender.f.File = ${appname}.log\n" +
    "log4cplus.appender.f.Append = true",
  ],
  "a rolling file": [
    "log4cplus.rootLogger = DEBUG, f\n" +
    "log4cplus.appender.f = log4cplus::RollingFileAppender\n" +
    "log4cplus.appender.f.File = rolling.log\n" +
    "log4cplus.appender.f.MaxFileSize = 200KB\n" +
    "log4cplus.appender.f.MaxBackupIndex = 3",
    "--repeat",
    "50",
    "-k",
    "PatientName=*",
  ],
  "an appender that nobody names": [
    shown(
      "INFO",
      "log4cplus.appender.f = log4cplus::FileAppender",
      "log4cplus.appender.f.File = unused.log",
    ),
  ],
};

/** Files that Debian installs with DCMTK. */
for (const name of ["logger", "filelog"]) {
  const path = `/etc/dcmtk/${name}.cfg`;
  if (existsSync(path)) CASES[path] = [readFileSync(path, "latin1")];
}

const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?|\d\d:\d\d:\d\d/g;
const OWN = /(?:dcmtk|findscu): findscu v|Loading file|Our Implementation|'-/;

/** What a program left behind: its output and its files, without times and without what is its own. */
function comparable(bytes: Uint8Array): string[] {
  return new TextDecoder("latin1").decode(bytes).replace(TIME, "TIME")
    .split("\n").filter((line) => !OWN.test(line));
}

const skip = DCMQRSCP.missing ??
  (DCMTK_FINDSCU === undefined ? "DCMTK's findscu not installed here" : false);

test(
  "logger settings do what they do for DCMTK's findscu",
  { skip },
  (t) =>
    withPeer(DCMQRSCP, ({ port }) =>
      withFolder(async (folder) => {
        for (const [name, [settings, ...options]] of Object.entries(CASES)) {
          await t.test(name, async () => {
            const run = async (program: "ours" | "theirs") => {
              const cwd = `${folder}/${name.replace(/\W+/g, "_")}_${program}`;
              mkdirSync(cwd);
              writeFileSync(`${cwd}/findscu.log`, "from before\n");
              writeFileSync(`${cwd}/log.cfg`, settings);
              const args = [
                ...["-lc", "log.cfg", "-S", "-aec", "QRSCP"],
                ...["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=O*"],
                ...options,
                "127.0.0.1",
                String(port),
              ];
              const { code, stdout, stderr } = program === "ours"
                ? await ours(args, { cwd })
                : await execute(DCMTK_FINDSCU!, args, { cwd });
              return {
                code,
                stdout: comparable(stdout),
                stderr: comparable(stderr),
                files: Array.from(
                  filesIn(cwd),
                  ([file, bytes]) =>
                    // Where a file rolls depends on the length of the names that programs give themselves.
                    file.startsWith("rolling") ? [file] : [
                      file,
                      ...comparable(bytes),
                    ],
                ),
              };
            };
            assert.deepEqual(await run("ours"), await run("theirs"));
          });
        }
      })),
);
