/** Which messages an appender accepts: log4cplus's threshold and filters. Does not depend on any appender. */
import { LOG_LEVELS, type LogLevel, type LogThreshold } from "./log.ts";
import type { LogRecord } from "./layout.ts";
import { isTrue, type Properties, subset } from "./properties.ts";

/** A filter's verdict on a message: accept it, reject it, or leave it to the next filter. */
type Verdict = "accept" | "deny" | "neutral";

type Filter = (record: LogRecord) => Verdict;

/** Whether an appender accepts a message. */
export type Acceptance = (record: LogRecord) => boolean;

/** Levels by log4cplus's names, in any case; undefined for none of them. */
export function thresholdOf(text: string): LogThreshold | undefined {
  const name = text.toLowerCase();
  if (name === "all") return "trace";
  if (name === "off") return "off";
  return LOG_LEVELS.find((level) => level === name);
}

/** Whether a message of this level is at or above a threshold. */
export function reaches(level: LogLevel, threshold: LogThreshold): boolean {
  return threshold !== "off" && severity(level) <= severity(threshold);
}

/** Rank of a level, 0 for the most severe. */
function severity(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}

/** The threshold and the filters of an appender, from its properties. Whatever is wrong with them is warned of. */
export function acceptanceOf(
  properties: Properties,
  warn: (text: string) => void,
): Acceptance {
  const name = properties.get("Threshold");
  const threshold = name === undefined ? "trace" : thresholdOf(name);
  if (threshold === undefined) warn(`Threshold "${name}" is not a level`);
  const filters: Filter[] = [];
  for (let number = 1;; number++) {
    const kind = properties.get(`filters.${number}`);
    if (kind === undefined) break;
    const filter = filterOf(kind, subset(properties, `filters.${number}.`));
    if (filter === undefined) warn(`"${kind}" is not supported`);
    else filters.push(filter);
  }
  return (record) => {
    if (!reaches(record.level, threshold ?? "trace")) return false;
    for (const filter of filters) {
      const verdict = filter(record);
      if (verdict !== "neutral") return verdict === "accept";
    }
    return true;
  };
}

function filterOf(kind: string, properties: Properties): Filter | undefined {
  const accepts = isTrue(properties.get("AcceptOnMatch"));
  const level = (name: string) => thresholdOf(properties.get(name) ?? "");
  switch (kind) {
    case "log4cplus::spi::DenyAllFilter":
      return () => "deny";
    case "log4cplus::spi::LogLevelMatchFilter": {
      const levelToMatch = level("LogLevelToMatch");
      return (record) => matched(record.level === levelToMatch, accepts);
    }
    case "log4cplus::spi::LogLevelRangeFilter": {
      const least = level("LogLevelMin") ?? "trace";
      const most = level("LogLevelMax") ?? "fatal";
      return (record) =>
        !reaches(record.level, least) || most === "off" ||
          severity(record.level) < severity(most)
          ? "deny"
          : accepts
          ? "accept"
          : "neutral";
    }
    case "log4cplus::spi::StringMatchFilter": {
      const stringToMatch = properties.get("StringToMatch") ?? "";
      return (record) =>
        matched(
          stringToMatch !== "" && record.text.includes(stringToMatch),
          accepts,
        );
    }
    default:
      return undefined;
  }
}

function matched(isMatch: boolean, accepts: boolean): Verdict {
  return !isMatch ? "neutral" : accepts ? "accept" : "deny";
}
