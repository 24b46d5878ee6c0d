/** Command lines understood in memory, with every row of the table served. */

import assert from "node:assert/strict";
import { configure } from "../../src/cli/config/config.ts";
import type { FindConfig, RunConfig } from "../../src/cli/config/run_config.ts";
import { FakeFiles } from "./fake_files.ts";

/** Files that exist; one of them cannot be read. */
export const FILES = new FakeFiles({
  "a.dcm": "",
  "b.dcm": "",
  "query.txt": "",
  "secret.dcm": null,
  "logger.cfg": "log4cplus.rootLogger=INFO",
  "command.txt": `-S "-k" 'PatientName=A B'`,
});

/** What becomes of these arguments. */
export function outcome(
  args: readonly string[],
  env: Record<string, string> = {},
) {
  return configure({ args, env: (name) => env[name], files: FILES });
}

/** The configuration; fails if there is none. */
export function run(...args: string[]): RunConfig {
  const result = outcome(args);
  assert.ok(result.ok, result.ok ? "" : result.error.message);
  return result.config;
}

/** The configuration of a query. */
export function find(...args: string[]): FindConfig {
  const config = run(...args);
  assert.equal(config.command, "find");
  return config as FindConfig;
}

/** In DCMTK's form, with a key, so that only the options matter. */
export function dcmtk(...args: string[]): FindConfig {
  return find("-k", "PatientName", "host", "104", ...args);
}

/** The same in the ADDRESS form, which needs no key. */
export function address(...args: string[]): FindConfig {
  return find("host:104", ...args);
}

/** The message, with the hint after a bar. */
export function refusal(...args: string[]): string {
  const result = outcome(args);
  assert.ok(!result.ok, "accepted");
  const { message, hint } = result.error;
  return hint === undefined ? message : `${message} | ${hint}`;
}
