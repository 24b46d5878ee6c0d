/**
 * The form of a message in a log: log4cplus's layouts. A pattern is applied to each line of a message, the other layouts to
 * the message as a whole, as DCMTK has it. Does not depend on streams or on which messages are shown.
 */
import type { ProcessFacts } from "../host.ts";
import type { LogLevel } from "./log.ts";
import { isTrue, type Properties } from "./properties.ts";
import { formatTime } from "./time_format.ts";

/** A message with its circumstances. */
export interface LogRecord {
  /** Name of the logger that it was given to. */
  readonly logger: string;
  readonly level: LogLevel;
  readonly text: string;
  /** When, in milliseconds since 1970, with fractions. */
  readonly time: number;
  /** When, in milliseconds since the program began. */
  readonly elapsed: number;
}

/** The text of a record, with the line end if the layout has one. */
export type Layout = (record: LogRecord) => string;

/** The layout of an appender, from its properties. Whatever is wrong with them is warned of; `LEVEL - text` is the default. */
export function layoutOf(
  properties: Properties,
  facts: ProcessFacts,
  warn: (text: string) => void,
): Layout {
  const name = properties.get("layout");
  switch (name) {
    case undefined:
    case "log4cplus::SimpleLayout":
      return simple;
    case "log4cplus::TTCCLayout":
      return ttcc(
        properties.get("layout.DateFormat"),
        isTrue(properties.get("layout.Use_gmtime")),
        facts,
      );
    case "log4cplus::PatternLayout": {
      const pattern = properties.get("layout.ConversionPattern") ??
        properties.get("layout.Pattern");
      if (pattern === undefined) {
        warn("PatternLayout has no ConversionPattern");
        return simple;
      }
      if (pattern === "") warn('ConversionPattern is empty, using "%m"');
      return patternLayout(pattern || "%m", facts, warn);
    }
    default:
      warn(`"${name}" is not supported`);
      return simple;
  }
}

const simple: Layout = ({ level, text }) =>
  `${level.toUpperCase()} - ${text}\n`;

/** Time, thread, category, context: the first as milliseconds unless there is a date format, the last always empty. */
function ttcc(
  dateFormat: string | undefined,
  isUtc: boolean,
  { pid }: ProcessFacts,
): Layout {
  return ({ level, logger, text, time, elapsed }) => {
    const begin = dateFormat
      ? formatTime(dateFormat, time, isUtc)
      : Math.floor(elapsed);
    return `${begin} [${pid}] ${level.toUpperCase()} ${logger} <> - ${text}\n`;
  };
}

/** A part of a pattern: fixed text, or a part of the record. */
type Part = string | ((record: LogRecord, line: string) => string);

const CONVERSION = /%(-*)(\d*)(?:\.(\d+))?([\s\S])(?:(?<=[cdDX])\{([^}]*)\})?/y;

/** Most characters that a conversion is filled up to: more is a slip, and much more has no room in memory. */
const MAX_WIDTH = 1000;

const DEFAULT_TIME = "%Y-%m-%d %H:%M:%S";

/** Stands for the place in the source that a message comes from: executables know none. */
const NO_PLACE = "?";

/**
 * The layout of a conversion pattern: `%-5p` and the like, with a least and a most width; text that is too long loses its
 * beginning, and is not padded. Conversions that are not known stay as they are, with a warning.
 */
export function patternLayout(
  pattern: string,
  facts: ProcessFacts,
  warn: (text: string) => void,
): Layout {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    CONVERSION.lastIndex = at;
    const match = CONVERSION.exec(pattern);
    if (match === null) {
      const next = pattern.indexOf("%", at + 1);
      const end = next < 0 ? pattern.length : next;
      parts.push(pattern.slice(at, end));
      at = end;
      continue;
    }
    const [whole, alignment, least, most, letter = "", option] = match;
    at += whole.length;
    const part = conversion(letter, option, facts);
    if (part === undefined) {
      warn(`Conversion "%${letter}" of the pattern "${pattern}" is not known`);
      parts.push(whole);
      continue;
    }
    if (part === NO_PLACE) {
      warn(
        `Conversion "%${letter}" prints nothing: source positions are not available`,
      );
    }
    if (Number(least) > MAX_WIDTH) {
      warn(`Conversion "${whole}" is wider than ${MAX_WIDTH} characters`);
    }
    const width = Math.min(Number(least), MAX_WIDTH);
    parts.push(fitted(part, alignment !== "", width, Number(most ?? NaN)));
  }
  return (record) => {
    let text = "";
    for (const line of record.text.split("\n")) {
      for (const part of parts) {
        text += typeof part === "string" ? part : part(record, line);
      }
    }
    return text;
  };
}

function conversion(
  letter: string,
  option: string | undefined,
  { pid, hostname }: ProcessFacts,
): Part | undefined {
  switch (letter) {
    case "c": {
      const count = Number.parseInt(option ?? "", 10);
      return ({ logger }) =>
        count > 0 ? logger.split(".").slice(-count).join(".") : logger;
    }
    case "d":
    case "D":
      return timePart(option ?? DEFAULT_TIME, letter === "d");
  }
  // A run has a single thread (i, t, T), which goes by the number of its process.
  if ("itT".includes(letter)) return String(pid);
  if ("hH".includes(letter)) return hostname;
  // Diagnostic contexts (x, X) belong to programs with many tasks: there are none here.
  if ("xX".includes(letter)) return "";
  if ("FbLlM".includes(letter)) return NO_PLACE;
  return CONVERSIONS[letter];
}

/** Conversions that need no option and no fact about the process. */
const CONVERSIONS: Readonly<Record<string, Part>> = {
  m: (_, line) => line,
  p: ({ level }) => level.toUpperCase(),
  P: ({ level }) => level[0]!.toUpperCase(),
  r: ({ elapsed }) => String(Math.floor(elapsed)),
  n: "\n",
  "%": "%",
};

/** The lines of a message, and often the next message, have the same time: it is made into text once. */
function timePart(format: string, isUtc: boolean): Part {
  let time = NaN;
  let text = "";
  return (record) => {
    if (record.time !== time) {
      time = record.time;
      text = formatTime(format, time, isUtc);
    }
    return text;
  };
}

function fitted(
  part: Part,
  isLeft: boolean,
  least: number,
  most: number,
): Part {
  const fit = (text: string): string => {
    if (text.length > most) return text.slice(text.length - most);
    return isLeft ? text.padEnd(least) : text.padStart(least);
  };
  if (typeof part === "string") return fit(part);
  if (least === 0 && Number.isNaN(most)) return part;
  return (record, line) => fit(part(record, line));
}
