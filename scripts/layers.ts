/** The layers of the house as data: who may import whom, who may wait, who may read a clock. No rule, no syntax tree. */

/** What the command line may import, its commands included. */
const CLI_IMPORTS = [
  "src/bytes/typed_text.ts",
  "src/bytes/hex.ts",
  "src/bytes/latin1.ts",
  "src/bytes/text_buffer.ts",
  "src/charset",
  "src/codec",
  "src/dataset",
  "src/dictionary",
  "src/dimse",
  "src/driver",
  "src/errors.ts",
  "src/file",
  "src/find",
  "src/matching",
  "src/plan",
  "src/probe",
  "src/scp",
  "src/output",
  "src/identifier",
  "src/client",
  "src/security.ts",
  "src/transport.ts",
];

/** What is below everything else in the command line: the machine, where a peer is, exit codes. */
const CLI_GROUND = [
  "src/cli/host.ts",
  "src/cli/target.ts",
  "src/cli/exit_code.ts",
];

/**
 * The allowed imports, `import type` included. A key is a file or a folder; the longest that fits a file counts. A file may
 * always import from its own folder. What is not listed is not allowed; outside of src, files below no key are free.
 */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  "src/errors.ts": ["src/output/sanitize.ts"],
  // Their types alone.
  "src/builtin.ts": [
    "node:buffer",
    "node:crypto",
    "node:dns/promises",
    "node:fs",
    "node:os",
    "node:path",
    "node:process",
    "node:tty",
    "node:zlib",
  ],
  "src/bytes": ["src/errors.ts"],
  "src/dataset": ["src/bytes/hex.ts", "src/errors.ts"],
  "src/dictionary": ["src/dataset"],
  "src/charset": ["src/errors.ts", "src/bytes"],
  "src/codec": [
    "src/bytes",
    "src/dataset",
    "src/dictionary",
    "src/charset",
    "src/errors.ts",
  ],
  "src/codec/deflate.ts": [
    "src/bytes",
    "src/errors.ts",
    "src/builtin.ts",
  ],
  "src/file": ["src/codec", "src/dataset", "src/bytes", "src/errors.ts"],
  "src/pdu": ["src/bytes", "src/errors.ts"],
  "src/association": ["src/pdu", "src/errors.ts", "src/version.ts"],
  "src/dimse": [
    "src/association",
    "src/pdu",
    "src/bytes",
    "src/dataset",
    "src/errors.ts",
  ],
  "src/find": [
    "src/dimse",
    "src/bytes/size.ts",
    "src/bytes/view.ts",
    "src/association/event_queue.ts",
    "src/association/events.ts",
    "src/pdu/types.ts",
    "src/dataset",
    "src/errors.ts",
  ],
  "src/identifier": [
    "src/bytes/typed_text.ts",
    "src/dataset",
    "src/dictionary",
    "src/charset",
    "src/codec",
    "src/file",
    "src/find/models.ts",
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/errors.ts",
    "src/output/sanitize.ts",
    "src/output/width.ts",
  ],
  // Everybody who quotes foreign text needs it.
  "src/output/remembered.ts": [],
  "src/output/sanitize.ts": ["src/output/remembered.ts"],
  "src/output": [
    "src/dataset",
    "src/dictionary",
    "src/charset",
    "src/codec",
    "src/file",
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/bytes/text_buffer.ts",
    "src/bytes/view.ts",
    "src/errors.ts",
  ],
  "src/output/width.ts": ["get-east-asian-width", "src/output/remembered.ts"],
  "src/output/xlsx": [
    "src/output",
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/dataset",
    "src/dictionary",
    "src/errors.ts",
    "fflate/browser",
  ],
  "src/security.ts": [],
  "src/transport.ts": [],
  "src/driver": [
    "src/bytes/size.ts",
    "src/timer.ts",
    "src/transport.ts",
    "src/dimse/session.ts",
    "src/errors.ts",
  ],
  "src/client": [
    "src/bytes/view.ts",
    "src/driver",
    "src/output/dicom_json.ts",
    "src/transport.ts",
    "src/find",
    "src/dimse",
    "src/association",
    "src/pdu",
    "src/plan",
    "src/codec",
    "src/dataset",
    "src/dictionary",
    "src/errors.ts",
  ],
  "src/matching": [
    "src/charset",
    "src/codec",
    "src/dataset",
    "src/dictionary",
  ],
  "src/plan": [
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/charset",
    "src/codec",
    "src/dataset",
    "src/dictionary",
    "src/errors.ts",
    "src/identifier",
    "src/matching",
    "src/dimse/status.ts",
    "src/pdu/reasons.ts",
  ],
  "src/scp": [
    "src/matching",
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/bytes/size.ts",
    "src/find",
    "src/dimse",
    "src/association",
    "src/pdu",
    "src/codec",
    "src/charset",
    "src/dataset",
    "src/dictionary",
    "src/errors.ts",
  ],
  "src/probe": [
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/output",
    "src/scp/recording/harmless.ts",
    "src/identifier",
    "src/find",
    "src/dimse/status.ts",
    "src/association",
    "src/pdu",
    "src/codec",
    "src/charset",
    "src/dataset",
    "src/dictionary",
    "src/errors.ts",
  ],
  // Inside the command line, from the bottom up: messages, what a line may say, what it means, lists, results, commands.
  "src/cli/host.ts": [
    "src/driver",
    "src/errors.ts",
    "src/output",
    "src/security.ts",
    "src/transport.ts",
    "src/cli/target.ts",
  ],
  "src/cli/target.ts": ["src/security.ts"],
  "src/cli/exit_code.ts": ["src/errors.ts"],
  "src/cli/log": [
    "src/bytes/hex.ts",
    "src/bytes/latin1.ts",
    "src/client",
    "src/codec",
    "src/dataset",
    "src/dictionary",
    "src/dimse",
    "src/errors.ts",
    "src/output",
    "src/pdu/types.ts",
    "src/cli/host.ts",
  ],
  "src/cli/line": [...CLI_IMPORTS, ...CLI_GROUND, "src/cli/log/log.ts"],
  "src/cli/config": [
    ...CLI_IMPORTS,
    ...CLI_GROUND,
    "src/cli/line",
    "src/cli/log",
  ],
  "src/cli/lists": [
    ...CLI_IMPORTS,
    ...CLI_GROUND,
    "src/cli/config",
    "src/cli/log",
    "@std",
  ],
  "src/cli/results": [
    ...CLI_IMPORTS,
    ...CLI_GROUND,
    "src/cli/line/options/row.ts",
    "src/cli/line/remedies.ts",
    "src/cli/config",
    "src/cli/log",
  ],
  // The commands say what happens on the wire, and open associations.
  "src/cli/commands": [
    ...CLI_IMPORTS,
    "src/cli",
    "src/association/events.ts",
    "src/pdu",
    "@std",
  ],
  "src/cli": [...CLI_IMPORTS, "src/cli"],
  "transports": [
    "host/input_file.ts",
    "src/builtin.ts",
    "src/bytes/hex.ts",
    "src/security.ts",
    "src/timer.ts",
    "src/transport.ts",
    "src/errors.ts",
    "node:net",
    "node:tls",
    "node:fs",
    "node:crypto",
    "node:stream",
    "node:child_process",
    "node:process",
    "node-forge",
  ],
  "host": [
    "library/keyed_hash.ts",
    "src/builtin.ts",
    "src/cli",
    "src/bytes/typed_text.ts",
    "src/driver",
    "src/security.ts",
    "src/transport.ts",
    "src/errors.ts",
    "src/output/sanitize.ts",
    "src/version.ts",
    "transports",
    "node:buffer",
    "node:fs",
    "node:path",
    "node:process",
    "node:tty",
    "node:child_process",
    "node:dgram",
    "node:net",
    "node:os",
    "node:stream",
    "node:url",
  ],
  "cli.ts": ["host"],
  "page": ["src/output/csv_field.ts", "src/output/page_data.ts"],
  "library": [
    "src",
    "transports",
    "node:fs",
    "node:path",
  ],
  "mod.ts": ["src", "transports", "library"],
  "testing": ["src", "node:assert/strict", "node:test"],
  "tests/unit": [
    "mod.ts",
    "src",
    "page",
    "transports",
    "tests/support",
    "tests/fixtures",
    "scripts",
    "node:assert/strict",
    "node:buffer",
    "node:fs",
    "node:test",
    "node:zlib",
    "fast-check",
    "fflate/browser",
  ],
};

/** The places that may wait; all of the core below them is synchronous. */
export const ASYNC_ALLOWED = [
  "src/client",
  "src/driver",
  "src/cli/run.ts",
  "src/cli/commands",
  "src/cli/lists",
  "src/cli/log",
  "src/cli/results",
  "src/security.ts",
];

/** The places that may read a clock. */
export const CLOCK_ALLOWED = ["src/driver", "src/timer.ts"];

/** Globals that would give the core a clock, chance or a voice of its own. */
export const IMPURE_FUNCTIONS = new Set([
  "Date.now",
  "Math.random",
  "performance.now",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "fetch",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
]);

/** Globals that belong to a runtime. */
export const RUNTIME_GLOBALS = new Set([
  "Buffer",
  "Bun",
  "Deno",
  "console",
  "globalThis",
  "process",
]);

/** The places whose texts may name options. What `probe` advises are options, which a test compares with the table. */
const OPTIONS_NAMED = ["src/cli", "src/probe"];

/** An option of the command line in a text: `--long-name`, `-aet`, `+cf`. */
const OPTION =
  /(^|[\s("'`])(--[a-z][a-z-]+|\+[a-z]{2})(?![\w:])|[\s(]-[a-zA-Z]{1,3}(?!\w)|^-(?!inf$)[a-z]{2,3}$/;

/** Why a text may not be in a file, or undefined: errors carry a remedy, and the command line alone knows its option. */
export function optionMistake(path: string, text: string): string | undefined {
  const isBound = isBelow(path, "src") || isBelow(path, "transports") ||
    isBelow(path, "library") || path === "mod.ts";
  if (!isBound || OPTIONS_NAMED.some((place) => isBelow(path, place))) {
    return undefined;
  }
  const option = OPTION.exec(text)?.[0].trim();
  return option === undefined
    ? undefined
    : `"${option}" is an option of the command line: give the error a remedy (see "advise" in src/errors.ts)`;
}

/** Whether a path is a place, or somewhere in it. */
export function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/** The longest key of the table that fits a path. */
function layerOf(path: string): string | undefined {
  return Object.keys(ALLOWED_IMPORTS)
    .filter((place) => isBelow(path, place))
    .sort((a, b) => b.length - a.length)[0];
}

/** What an import specifier names: a path of the project, or the specifier itself. */
function targetOf(importer: string, specifier: string): string {
  if (!/^\.{1,2}\//.test(specifier)) return specifier;
  return new URL(specifier, `file:///${importer}`).pathname.slice(1);
}

/** Why an import is not allowed, or undefined. */
export function importMistake(
  importer: string,
  specifier: string,
): string | undefined {
  const layer = layerOf(importer);
  if (layer === undefined) {
    return isSource(importer)
      ? `"${importer}" is in no layer (see ALLOWED_IMPORTS)`
      : undefined;
  }
  const target = targetOf(importer, specifier);
  const home = layer.endsWith(".ts") ? layer : `${layer}/`;
  if (target.startsWith(home)) return undefined;
  const isAllowed = ALLOWED_IMPORTS[layer]!.some((place) =>
    isBelow(target, place)
  );
  return isAllowed
    ? undefined
    : `"${layer}" may not import "${target}" (see ALLOWED_IMPORTS)`;
}

/** Whether a file belongs to the core and the command line logic, where all rules hold. */
export function isSource(path: string): boolean {
  return isBelow(path, "src");
}
