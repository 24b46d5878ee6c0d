/**
 * A setting keeps one name from its option row to the configuration. Every option is added to a command line that lacks it: a field
 * of the configuration that changes has the name of the row, or of its set of exclusive options.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPTION_TABLE } from "../../../../src/cli/line/options.ts";
import {
  belongsTo,
  nameOf,
  type OptionRow,
} from "../../../../src/cli/line/options/row.ts";
import { outcome } from "../../../support/configured.ts";

/** Rows whose setting has another name, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  query: "adds to the keys, as --key does",
  also: "adds to the peers, the first of which is the ADDRESS",
  acseTimeout: "DCMTK's: two waits in one",
  dimseTimeout: "DCMTK's: two waits in one",
  via: "one kind of route",
  viaPasswordEnv: "a part of the route",
  viaPasswordFile: "a part of the route",
  transport: "one kind of route",
  enableCrlVerify: "one value of crlCheck",
  enableCrlAll: "one value of crlCheck",
};

/** The start of a command line for each command that has options. */
const COMMANDS = {
  find: ["host:104"],
  echo: ["echo", "host:104"],
  probe: ["probe", "host:104"],
  serve: ["serve"],
  completions: ["completions", "bash"],
} as const;

/** Values for rows that none of `VALUES` is good for. */
const SPECIAL_VALUES: Readonly<Record<string, string>> = {
  queryFile: "query.txt",
  list: "query.txt",
  logSettings: "logger.cfg",
  also: "other:104",
  via: "http://user@proxy:1",
};

const VALUES = ["a.csv", "7", "5000", "1.2.3", "GBK", "A=GBK", "Rows>1", "A"];

/** Options that another one has no effect without, though it does not require them. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  extractDirectory: ["--extract"],
  queryKind: ["query.txt"],
};

/** The option with values of its kind, each in turn. */
function* typed(row: OptionRow): Generator<string[]> {
  const special = SPECIAL_VALUES[row.id];
  const values = special === undefined
    ? [...row.value?.choices ?? [], ...VALUES]
    : [special];
  for (const value of row.arity === 0 ? [""] : values) {
    if (row.arity > 0 && row.value?.read(value).ok === false) continue;
    yield [nameOf(row), ...Array<string>(row.arity).fill(value)];
  }
}

function firstTyped(row: OptionRow): string[] {
  return typed(row).next().value!;
}

/** The options that a row requires. */
function companions(row: OptionRow): string[] {
  return [
    ...COMPANIONS[row.id] ?? [],
    ...(row.requires ?? []).flatMap(([id]) => {
      const other = OPTION_TABLE.find((one) => one.id === id)!;
      return [...companions(other), ...firstTyped(other)];
    }),
  ];
}

/** The fields that differ between two configurations, as paths. */
function* differences(
  first: unknown,
  second: unknown,
  path: readonly string[] = [],
): Generator<readonly string[]> {
  if (isPlain(first) && isPlain(second)) {
    for (const name of new Set([first, second].flatMap(Object.keys))) {
      yield* differences(first[name], second[name], [...path, name]);
    }
    return;
  }
  try {
    assert.deepEqual(first, second);
  } catch {
    yield path;
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

/** The fields that an option changes in a command, added to each of the command lines that lack it. */
function changedFields(
  row: OptionRow,
  command: keyof typeof COMMANDS,
): (readonly string[])[] {
  const rivals = OPTION_TABLE.filter((other) =>
    other !== row && row.exclusive !== undefined &&
    other.exclusive === row.exclusive && belongsTo(other, command)
  );
  const before = [...COMMANDS[command], ...companions(row)];
  return [
    before,
    ...rivals.map((rival) => [
      ...before,
      ...companions(rival),
      ...firstTyped(rival),
    ]),
  ].flatMap((words) => {
    const base = outcome(words);
    if (!base.ok) return [];
    return [...typed(row)].flatMap((option) => {
      const changed = outcome([...words, ...option]);
      return changed.ok ? [...differences(base.config, changed.config)] : [];
    });
  });
}

/** The names that a row may have if it sets a field: `results.extract.limit` is set by `extractLimit`. */
function rowNames(path: readonly string[]): string[] {
  const names = path.flatMap((_, start) =>
    path.slice(start).map((_, index) =>
      camelCase(path.slice(start, start + index + 1))
    )
  );
  return names.flatMap((name) => [
    name,
    name.replace(/ies$/, "y"),
    name.replace(/s$/, ""),
    `no${capital(name)}`,
    ...path.includes("timeouts") ? [`${name}Timeout`] : [],
  ]);
}

function camelCase([first = "", ...others]: readonly string[]): string {
  return first + others.map(capital).join("");
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** A row's id; without the command's name for the options that only one command has. */
function idsOf(row: OptionRow, command: string): (string | undefined)[] {
  const own = row.id.startsWith(command)
    ? row.id.slice(command.length)
    : undefined;
  return [
    row.id,
    row.exclusive,
    own && own.slice(0, 1).toLowerCase() + own.slice(1),
  ];
}

describe("an option row has the name of the setting in the configuration", () => {
  for (const row of OPTION_TABLE) {
    if (row.ends !== undefined) continue;
    for (const command of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
      if (!belongsTo(row, command)) continue;
      if (command === "completions" && row.id !== "install") continue;
      test(`${nameOf(row)} of ${command}`, () => {
        const fields = changedFields(row, command);
        const ids = idsOf(row, command);
        const hasName = fields.some((path) =>
          rowNames(path).some((name) => ids.includes(name))
        );
        const texts = [...new Set(fields.map((path) => path.join(".")))];
        assert.equal(
          hasName,
          !(row.id in EXCEPTIONS),
          `${row.id} sets ${texts.join(", ") || "nothing"}`,
        );
      });
    }
  }
});
