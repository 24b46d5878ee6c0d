/**
 * Settings files of log4cplus, DCMTK's logger: lines of the form `name = value`, and `${name}` in values. Knows neither files nor
 * what a name means, except the one without which there is no logger.
 */

import { UsageError } from "../../errors.ts";

/** The prefix of all meaningful names. */
export const PREFIX = "log4cplus.";

const ROOT = `${PREFIX}rootLogger`;

/** The contents of a settings file: value by name, before substitution. */
export type Properties = ReadonlyMap<string, string>;

/** The settings in the text of a file. Throws `UsageError`, in DCMTK's words, when it sets up no logger. */
export function readLogProperties(text: string): Properties {
  const properties = parseProperties(text);
  const lacks = (what: string) =>
    new UsageError(`Specified --log-config file does not ${what}`);
  if (properties.size === 0) throw lacks("contain any settings");
  if (subset(properties, PREFIX).size === 0) {
    throw lacks("contain any valid settings");
  }
  if (!properties.has(ROOT)) throw lacks(`set up ${ROOT}`);
  return properties;
}

/**
 * Reads the text of a settings file. Lines that begin with `#` are comments, lines without `=` mean nothing, blanks around
 * names and values are dropped, and of equal names the last one counts.
 */
export function parseProperties(text: string): Properties {
  const properties = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    const at = trimmed.indexOf("=");
    if (trimmed.startsWith("#") || at < 0) continue;
    properties.set(trimmed.slice(0, at).trim(), trimmed.slice(at + 1).trim());
  }
  return properties;
}

/** The properties whose names begin with `prefix`, by the rest of their names. */
export function subset(properties: Properties, prefix: string): Properties {
  const entries = new Map<string, string>();
  for (const [name, value] of properties) {
    if (name.startsWith(prefix)) entries.set(name.slice(prefix.length), value);
  }
  return entries;
}

/** Most references that are followed for one value: a hundred that each double the next would never end. */
const MAX_REFERENCES = 100;

/**
 * The properties with every `${name}` replaced: by another property, else by the result of `lookUp`, else not at all. Values
 * that refer to themselves or to more than `MAX_REFERENCES`, and braces without end, are left as they are, with a warning.
 */
export function substitute(
  properties: Properties,
  lookUp: (name: string) => string | undefined,
  warn: (text: string) => void,
): Properties {
  let expansionsLeft = 0;
  const expand = (value: string, within: readonly string[]): string =>
    value.replace(/\$\{([^}]*)\}/g, (reference, name: string) => {
      if (within.includes(name)) {
        warn(`"${name}" refers to itself`);
        return reference;
      }
      const replacement = properties.get(name) ?? lookUp(name);
      if (replacement === undefined || expansionsLeft-- <= 0) return reference;
      return expand(replacement, [...within, name]);
    });
  const expanded = new Map<string, string>();
  for (const [name, value] of properties) {
    const isClosed = value.lastIndexOf("${") <= value.lastIndexOf("}");
    if (!isClosed) warn(`"${name}" has a "\${" without "}": "${value}"`);
    expansionsLeft = MAX_REFERENCES;
    const result = isClosed ? expand(value, [name]) : value;
    if (expansionsLeft < 0) warn(`"${name}" refers to too many others`);
    expanded.set(name, expansionsLeft < 0 ? value : result);
  }
  return expanded;
}

/** A truth value as log4cplus reads it: `true` in any case, or a number other than 0; else `fallback` if it is absent. */
export function isTrue(text: string | undefined, fallback = false): boolean {
  if (text === undefined) return fallback;
  return text.toLowerCase() === "true" ||
    (Number.parseInt(text, 10) || 0) !== 0;
}
