/**
 * `--log-config`: DCMTK's logger settings, a tree of loggers by name with levels and appenders. Reads text and says what goes
 * where; does not depend on files or streams.
 */
import type { ProcessFacts } from "../host.ts";
import type { LogThreshold } from "./log.ts";
import { type Appender, appenderOf } from "./appender.ts";
import { thresholdOf } from "./filter.ts";
import { patternLayout } from "./layout.ts";
import {
  isTrue,
  PREFIX,
  type Properties,
  subset,
  substitute,
} from "./properties.ts";
import { formatTime } from "./time_format.ts";

/** Facts about their surroundings that the settings may use. */
export interface LogSurroundings extends ProcessFacts {
  /** Stands for `${appname}`. */
  readonly appName: string;
  /** Stands for `${date}` and `${time}`. */
  readonly date: Date;
  /** Environment variables. */
  env(name: string): string | undefined;
}

/** The settings of one logger. */
interface LoggerNode {
  /** Undefined: as its parent. */
  readonly level: LogThreshold | undefined;
  readonly appenders: readonly Appender[];
  /** Messages also go to the appenders of the parent. */
  readonly isAdditive: boolean;
}

/** Which messages are shown, and where. */
export class LogTree {
  /** Everything that messages may go to, whether a logger names it or not. */
  readonly appenders: readonly Appender[];
  readonly #root: LoggerNode;
  readonly #nodes: ReadonlyMap<string, LoggerNode>;
  readonly #byLogger = new Map<string, readonly Appender[]>();

  constructor(
    appenders: readonly Appender[],
    root: LoggerNode,
    nodes: ReadonlyMap<string, LoggerNode>,
  ) {
    this.appenders = appenders;
    this.#root = root;
    this.#nodes = nodes;
  }

  /** The least severe level that a logger lets pass. */
  threshold(logger: string): LogThreshold {
    for (const node of this.#upwards(logger)) {
      if (node.level !== undefined) return node.level;
    }
    return "info";
  }

  /** The targets of a logger's messages; each appender once. */
  appendersOf(logger: string): readonly Appender[] {
    let appenders = this.#byLogger.get(logger);
    if (appenders === undefined) {
      const all = new Set<Appender>();
      for (const node of this.#upwards(logger)) {
        for (const appender of node.appenders) all.add(appender);
        if (!node.isAdditive) break;
      }
      appenders = [...all];
      this.#byLogger.set(logger, appenders);
    }
    return appenders;
  }

  /** The settings of a logger, its parents and the root, in this order. */
  *#upwards(logger: string): Generator<LoggerNode> {
    for (let name = logger; name !== "";) {
      const node = this.#nodes.get(name);
      if (node !== undefined) yield node;
      name = name.slice(0, Math.max(name.lastIndexOf("."), 0));
    }
    yield this.#root;
  }
}

/** Builds the tree of loggers. Wrong or unsupported settings are named in warnings, and the rest counts. */
export function logTree(
  properties: Properties,
  surroundings: LogSurroundings,
  warn: (text: string) => void,
): LogTree {
  const settings = subset(
    withoutVariables(properties, surroundings, warn),
    PREFIX,
  );
  const appenders = appendersIn(settings, surroundings, warn);
  const additivity = subset(settings, "additivity.");
  const nodeOf = (name: string, text: string): LoggerNode => {
    const [level = "", ...names] = text.split(",").map((word) => word.trim());
    const isInherited = /^(inherited|not_set|)$/i.test(level);
    const threshold = isInherited ? undefined : thresholdOf(level);
    if (!isInherited && threshold === undefined) {
      warn(`Logger "${name}" has an unknown level: "${level}"`);
    }
    return {
      level: threshold,
      appenders: names.filter((word) => word !== "").flatMap((word) => {
        if (!appenders.has(word)) {
          warn(`Logger "${name}" names the unknown appender "${word}"`);
        }
        return appenders.get(word) ?? [];
      }),
      isAdditive: isTrue(additivity.get(name), true),
    };
  };
  const rootText = settings.get("rootLogger") ?? "";
  if (rootText === "") {
    warn("log4cplus.rootLogger is empty and stays unchanged");
  }
  const root = rootText === ""
    ? {
      level: "info",
      appenders: [usualAppender(warn)],
      isAdditive: true,
    } as const
    : nodeOf("root", rootText);
  const nodes = new Map<string, LoggerNode>();
  for (const [name, text] of subset(settings, "logger.")) {
    nodes.set(name, nodeOf(name, text));
  }
  const all = [...appenders.values()].filter((appender) =>
    appender !== undefined
  );
  return new LogTree([...new Set([...all, ...root.appenders])], root, nodes);
}

/** Variables that DCMTK defines, and those of the environment, put in their places. */
function withoutVariables(
  properties: Properties,
  surroundings: LogSurroundings,
  warn: (text: string) => void,
): Properties {
  const { appName, date, pid, hostname } = surroundings;
  const time = date.getTime();
  const own = new Map([
    ["appname", appName],
    ["date", formatTime("%Y%m%d", time, false)],
    ["time", formatTime("%H%M%S", time, false)],
    ["pid", String(pid)],
    ["hostname", hostname],
  ]);
  return substitute(
    new Map([...properties, ...own]),
    (name) => surroundings.env(name),
    warn,
  );
}

/** The appenders by name; those that write nothing are included, but undefined. */
function appendersIn(
  settings: Properties,
  facts: ProcessFacts,
  warn: (text: string) => void,
): Map<string, Appender | undefined> {
  const appenders = new Map<string, Appender | undefined>();
  for (const [name, kind] of subset(settings, "appender.")) {
    if (name.includes(".")) continue;
    appenders.set(
      name,
      appenderOf(
        name,
        kind,
        subset(settings, `appender.${name}.`),
        facts,
        (text) => warn(`Appender "${name}": ${text}`),
      ),
    );
  }
  return appenders;
}

/** The default target of DCMTK's programs. */
function usualAppender(warn: (text: string) => void): Appender {
  return {
    name: "",
    target: { kind: "stderr" },
    accepts: () => true,
    layout: patternLayout("%P: %m%n", { pid: 0, hostname: "" }, warn),
  };
}
