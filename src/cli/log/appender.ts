/** Targets of messages: log4cplus's appenders, as data for code that can write. Does not depend on any file or socket. */
import type { ProcessFacts } from "../host.ts";
import type { LogLevel } from "./log.ts";
import { type Acceptance, acceptanceOf } from "./filter.ts";
import { type Layout, layoutOf, type LogRecord } from "./layout.ts";
import { isTrue, type Properties } from "./properties.ts";
import { formatTime } from "./time_format.ts";

/** One way out for messages. */
export interface Appender {
  /** Its name in the settings file. */
  readonly name: string;
  readonly target: AppenderTarget;
  readonly accepts: Acceptance;
  readonly layout: Layout;
}

/** The target of an appender. */
export type AppenderTarget =
  | { readonly kind: "stdout" | "stderr" }
  | LogFileTarget
  | {
    readonly kind: "syslog";
    readonly host: string;
    readonly port: number;
    /** The text before the message of a record. */
    readonly header: (record: LogRecord) => string;
  };

/** A log file. */
export interface LogFileTarget {
  readonly kind: "file";
  readonly path: string;
  /** Keep its contents. */
  readonly isAppended: boolean;
  /** When it has grown to this many bytes it becomes `path.1`, and `path.1` becomes `path.2`; Infinity for never. */
  readonly maxSize: number;
  /** How many older files are kept. */
  readonly backups: number;
}

/**
 * The appender of these properties, whose class is `kind`; undefined for one that writes nothing, with a warning unless that is
 * its purpose.
 */
export function appenderOf(
  name: string,
  kind: string,
  properties: Properties,
  facts: ProcessFacts,
  warn: (text: string) => void,
): Appender | undefined {
  const target = targetOf(kind, properties, facts, warn);
  return target && {
    name,
    target,
    accepts: acceptanceOf(properties, warn),
    layout: layoutOf(properties, facts, warn),
  };
}

function targetOf(
  kind: string,
  properties: Properties,
  facts: ProcessFacts,
  warn: (text: string) => void,
): AppenderTarget | undefined {
  switch (kind) {
    case "log4cplus::ConsoleAppender":
      return {
        kind: isTrue(properties.get("logToStdErr")) ? "stderr" : "stdout",
      };
    case "log4cplus::FileAppender":
      return fileTarget(properties, warn);
    case "log4cplus::RollingFileAppender":
      return rollingTarget(properties, warn);
    case "log4cplus::SysLogAppender":
      return syslogTarget(properties, facts, warn);
    case "log4cplus::NullAppender":
      return undefined;
    default:
      warn(`"${kind}" is not supported`);
      return undefined;
  }
}

function fileTarget(
  properties: Properties,
  warn: (text: string) => void,
): LogFileTarget | undefined {
  const path = properties.get("File") ?? "";
  if (path === "") {
    warn("File is missing");
    return undefined;
  }
  return {
    kind: "file",
    path,
    isAppended: isTrue(properties.get("Append")),
    maxSize: Infinity,
    backups: 0,
  };
}

/** Log4cplus lets no file roll earlier. */
const LEAST_ROLLING_SIZE = 200 * 1024;
const USUAL_ROLLING_SIZE = 10 * 1024 * 1024;

function rollingTarget(
  properties: Properties,
  warn: (text: string) => void,
): LogFileTarget | undefined {
  const file = fileTarget(properties, warn);
  if (file === undefined) return undefined;
  const backups = Number.parseInt(properties.get("MaxBackupIndex") ?? "1", 10);
  const text = properties.get("MaxFileSize");
  const size = text === undefined ? USUAL_ROLLING_SIZE : sizeOf(text);
  if (Number.isNaN(size)) warn(`MaxFileSize "${text}" is not a size`);
  else if (size < LEAST_ROLLING_SIZE) {
    warn(`MaxFileSize "${text}" is too small, using 200 KB`);
  }
  return {
    ...file,
    // An existing file rolls on, instead of being lost at the start.
    isAppended: true,
    maxSize: Math.max(size || USUAL_ROLLING_SIZE, LEAST_ROLLING_SIZE),
    backups: Math.max(backups || 1, 1),
  };
}

function sizeOf(text: string): number {
  const match = /^\s*(\d+)\s*(KB|MB)?\s*$/i.exec(text);
  if (match === null) return NaN;
  const unit = match[2]?.toUpperCase();
  return Number(match[1]) *
    (unit === "MB" ? 1024 * 1024 : unit === "KB" ? 1024 : 1);
}

/** Facilities of RFC 5424, table 1, from 0 on, by the names that the system's logger uses; it has none for 15. */
const FACILITIES =
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert ? local0 local1 local2 local3 local4 local5 local6 local7"
    .split(" ");

/** Severities of RFC 5424, table 2. */
const SEVERITIES: Readonly<Record<LogLevel, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

function syslogTarget(
  properties: Properties,
  facts: ProcessFacts,
  warn: (text: string) => void,
): AppenderTarget | undefined {
  const host = properties.get("host") ?? "";
  if (host === "") {
    warn("The local system log is not supported: name a host and a port");
    return undefined;
  }
  if (properties.get("udp") !== undefined && !isTrue(properties.get("udp"))) {
    warn("A system log can only be reached by UDP");
  }
  const name = properties.get("facility")?.toLowerCase() ?? "user";
  const facility = name === "?" ? -1 : FACILITIES.indexOf(name);
  if (facility < 0) warn(`Facility "${name}" is not known`);
  const port = Number.parseInt(properties.get("port") ?? "514", 10);
  const sender = `${facts.hostname} ${properties.get("ident") ?? ""} ` +
    `${facts.pid}`;
  return {
    kind: "syslog",
    host,
    port: port > 0 && port < 65_536 ? port : 514,
    header: ({ level, logger, time }) =>
      `<${(facility < 0 ? 1 : facility) * 8 + SEVERITIES[level]}>1 ` +
      `${formatTime("%Y-%m-%dT%H:%M:%S.%qZ", time, true)} ` +
      `${sender} ${logger} - `,
  };
}
