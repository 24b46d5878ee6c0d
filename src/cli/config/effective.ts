/**
 * From typed options to those in effect: of a set of exclusive options the rightmost counts, of repeated ones the last or
 * all. Checks dependencies and reads values, in the order of DCMTK's findscu, with its wording of mistakes; and the options that
 * the others wait for: messages, and the sizes of inputs.
 */

import { UsageError } from "../../errors.ts";
import type { OptionId, OptionValues } from "../line/options.ts";
import { nameOf, type OptionRow } from "../line/options/row.ts";
import type { CommandLine, Occurrence } from "../line/parse.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { ConfigHost } from "../host.ts";
import type { Address } from "../line/address.ts";
import { GENERAL_GROUP } from "../line/options/general.ts";
import { TLS_GROUP } from "../line/options/tls.ts";
import { SIZE } from "../line/value.ts";
import type { LogConfig } from "../log/console.ts";
import { type Properties, readLogProperties } from "../log/properties.ts";

/** The options in effect on one command line. */
export class EffectiveOptions {
  readonly #line: Pick<CommandLine, "rows" | "occurrences" | "form">;
  readonly #effective: ReadonlyMap<string, readonly Occurrence[]>;
  /** The rows of those in effect, in the order of the table. */
  readonly #rows: readonly OptionRow[];
  readonly #implied: ReadonlySet<string>;

  /** If the address says TLS, `--anonymous-tls` counts as present for the dependencies of others, though it was not typed. */
  constructor(
    line: Pick<CommandLine, "rows" | "occurrences" | "form">,
    address?: Address,
  ) {
    this.#line = line;
    this.#effective = effectiveOccurrences(line.occurrences);
    this.#rows = line.rows.filter((row) => this.#effective.has(row.id));
    this.#implied = new Set([
      ...address?.transport === "tls" ? ["anonymousTls"] : [],
      ...this.#rows.flatMap((row) => row.implies ?? []),
    ]);
  }

  /** Whether an option is in effect. */
  has(id: OptionId): boolean {
    return this.#effective.has(id);
  }

  /** The same of a row. */
  hasRow(row: OptionRow): boolean {
    return this.#effective.has(row.id);
  }

  /** Whether all that an option requires is present. */
  allows(row: OptionRow): boolean {
    return (row.requires ?? []).every((alternatives) =>
      alternatives.some((id) => this.#isPresent(id))
    );
  }

  /** The occurrences of some repeatable options, from left to right. */
  occurrences(...ids: readonly OptionId[]): Occurrence[] {
    const requestedIds: readonly string[] = ids;
    return this.#line.occurrences.filter((occurrence) =>
      requestedIds.includes(occurrence.row.id)
    );
  }

  /** Checks dependencies and reads values of those rows that the filter lets pass. Throws `UsageError` at the first mistake. */
  read(filter: (row: OptionRow) => boolean): OptionValues {
    const values: Record<string, unknown> = {};
    for (const row of this.#rows) {
      if (!filter(row)) continue;
      this.#checkDependencies(row);
      const read = this.#effective.get(row.id)!
        .map((occurrence) => this.#value(occurrence));
      values[row.id] = row.repeats ? read : read[0];
    }
    return values as OptionValues;
  }

  #checkDependencies(row: OptionRow): void {
    if (row.needsAddress && this.#line.form !== "address") {
      throw new UsageError(
        `${nameOf(row)} needs an ADDRESS instead of PEER and PORT`,
        { hint: "Write the peer as AE@HOST:PORT" },
      );
    }
    for (const alternatives of row.requires ?? []) {
      if (!alternatives.some((id) => this.#isPresent(id))) {
        throw new UsageError(
          `${nameOf(row)} only allowed with ${this.#names(alternatives)}`,
        );
      }
    }
    for (const rivals of row.forbids ?? []) {
      if (rivals.some((id) => this.#isPresent(id))) {
        throw new UsageError(
          `${nameOf(row)} not allowed with ${this.#names(rivals)}`,
        );
      }
    }
  }

  #isPresent(id: string): boolean {
    return this.#effective.has(id) || this.#implied.has(id);
  }

  #names(ids: readonly string[]): string {
    const names = ids.flatMap((id) =>
      this.#line.rows.filter((row) => row.id === id).map(nameOf)
    );
    const last = names.pop();
    return names.length === 0 ? `${last}` : `${names.join(", ")} or ${last}`;
  }

  #value({ row, values }: Occurrence): unknown {
    const { value: kind } = row;
    if (kind === undefined) return true;
    const read = values.map((text) => {
      const reading = kind.read(text);
      if (reading.ok) return reading.value;
      const { reason, hint, isOurs } = reading.mistake;
      const problem = reason === "invalid" ? text : `${reason}: ${text}`;
      const message = row.complaint ??
        `Invalid value for option ${nameOf(row)}${
          text === "" ? "" : ` (${problem})`
        }`;
      // If DCMTK refuses it too, the message is DCMTK's, and no more.
      const hasHint = hint !== undefined &&
        (isOurs || row.origin !== "dcmtk" || this.#line.form === "address");
      throw new UsageError(message, hasHint ? { hint } : {});
    });
    return row.arity === 1 ? read[0] : read;
  }
}

/** By option id: the last occurrence, or all of a repeatable option; only the rightmost member of an exclusive set. */
function effectiveOccurrences(
  occurrences: readonly Occurrence[],
): Map<string, readonly Occurrence[]> {
  const winners = new Map<string, string>();
  for (const { row } of occurrences) {
    if (row.exclusive !== undefined) winners.set(row.exclusive, row.id);
  }
  const effective = new Map<string, readonly Occurrence[]>();
  for (const occurrence of occurrences) {
    const { row } = occurrence;
    if (row.exclusive !== undefined && winners.get(row.exclusive) !== row.id) {
      continue;
    }
    const earlier = row.repeats ? effective.get(row.id) ?? [] : [];
    effective.set(row.id, [...earlier, occurrence]);
  }
  return effective;
}

/** Option values in the order in which DCMTK's findscu looks; `check` comes before those of TLS. */
export function readOptions(
  line: CommandLine,
  address: Address | undefined,
  host: ConfigHost,
  check: (values: OptionValues, options: EffectiveOptions) => void = () => {},
): { values: OptionValues; log: LogConfig; options: EffectiveOptions } {
  const options = new EffectiveOptions(line, address);
  const general = options.read((row) => row.group === GENERAL_GROUP);
  const log = logConfig(line, general, options, host);
  const others = options.read((row) =>
    row.group !== GENERAL_GROUP && row.group !== TLS_GROUP
  );
  check(others, options);
  const tls = options.read((row) => row.group === TLS_GROUP);
  return { values: { ...general, ...others, ...tls }, log, options };
}

/** Most bytes of one input by default. */
const INPUT_LIMIT = 16 * 1024 * 1024;

/** Most bytes of one input, as the options say. */
export function inputLimit({ maxInputSize }: OptionValues): number {
  return maxInputSize ?? INPUT_LIMIT;
}

/** The limit for command files, which are read before the options are. */
export function earlyInputLimit(args: readonly string[]): number {
  const at = args.lastIndexOf("--max-input-size");
  if (at < 0) return INPUT_LIMIT;
  const reading = SIZE.read(args[at + 1] ?? "");
  return reading.ok ? reading.value : INPUT_LIMIT;
}

/** The messages on stderr. Throws `UsageError` for a settings file that is not there. */
export function logConfig(
  line: CommandLine,
  general: OptionValues,
  options: EffectiveOptions,
  host: ConfigHost,
): LogConfig {
  const level = general.logLevel ??
    (general.quiet
      ? "fatal"
      : general.verbose
      ? "info"
      : general.debug
      ? "debug"
      : "warn");
  // Without any of these options responses are shown although the level is "warn".
  const isMute = general.quiet === true ||
    (general.logLevel !== undefined &&
      !["info", "debug", "trace"].includes(general.logLevel));
  const isElsewhere = isMute || options.has("hideResponses") ||
    isExtracting(options);
  return {
    level,
    responses: options.has("showResponses") || !isElsewhere,
    forcesResponses: options.has("showResponses"),
    keepsStdout: line.command === "serve",
    settings: general.logSettings === undefined
      ? undefined
      : logSettings(general.logSettings, host, inputLimit(general)),
    argumentsLine: general.argumentsLine
      ? argumentsLine(line.words)
      : undefined,
  };
}

/** The logger's settings in a file, in the words of DCMTK's tools when there are none. */
function logSettings(
  path: string,
  host: ConfigHost,
  limit: number,
): Properties {
  const facts = host.files.stat(path);
  if (facts === undefined || facts.kind === "directory") {
    throw new UsageError("Specified --log-config file does not exist");
  }
  if (!facts.readable) {
    throw new UsageError("Specified --log-config file cannot be read");
  }
  return readLogProperties(
    new TextDecoder().decode(host.files.read(path, limit)),
  );
}

/** In the words of DCMTK's tools, with the empty line that they print after it. */
function argumentsLine(words: readonly string[]): string {
  const quoted = words.map((word) => `'${sanitize(word)}' `).join("");
  // deno-lint-ignore findscu/message-form -- DCMTK's line
  return `calling 'findscu' with ${words.length} arguments: ${quoted}\n`;
}

/** Whether responses go to files of their own. */
export function isExtracting(options: EffectiveOptions): boolean {
  return options.has("extract") || options.has("extractXml") ||
    options.has("extractXmlSingle");
}
