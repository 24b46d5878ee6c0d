/** The values of options, read in the order of DCMTK's findscu, and their effect on messages and on the sizes of inputs. */
import { UsageError } from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { ConfigHost } from "../host.ts";
import type { Address } from "../line/address.ts";
import type { OptionValues } from "../line/options.ts";
import { GENERAL_GROUP } from "../line/options/general.ts";
import { TLS_GROUP } from "../line/options/tls.ts";
import type { CommandLine } from "../line/parse.ts";
import { SIZE } from "../line/value.ts";
import type { LogConfig } from "../log/console.ts";
import type { Properties } from "../log/properties.ts";
import { readLogProperties } from "../log/properties.ts";
import { EffectiveOptions } from "./effective.ts";
import { isExtracting } from "./find.ts";
import { impliedBy } from "./peer.ts";

/** Option values in the order in which DCMTK's findscu looks; `check` comes before those of TLS. */
export function readOptions(
  line: CommandLine,
  address: Address | undefined,
  host: ConfigHost,
  check: (values: OptionValues, options: EffectiveOptions) => void = () => {},
): { values: OptionValues; log: LogConfig; options: EffectiveOptions } {
  const options = new EffectiveOptions(
    line,
    address === undefined ? [] : impliedBy(address),
  );
  const general = options.read((row) => row.group === GENERAL_GROUP);
  const log = logConfig(line, general, options, host);
  const others = options.read((row) =>
    row.group !== GENERAL_GROUP && row.group !== TLS_GROUP
  );
  check(others, options);
  const tls = options.read((row) => row.group === TLS_GROUP);
  return { values: { ...general, ...others, ...tls }, log, options };
}

/** Most bytes of one input, unless somebody says otherwise. */
const INPUT_LIMIT = 16 * 1024 * 1024;

/** Most bytes of one input, as the options say. */
export function inputLimit({ maxInputSize }: OptionValues): number {
  return maxInputSize ?? INPUT_LIMIT;
}

/** The limit for command files, which are read before the options are. */
export function earlyInputLimit(args: readonly string[]): number {
  const at = args.lastIndexOf("--max-input-size");
  const reading = SIZE.read(args[at + 1] ?? "");
  return at >= 0 && reading.ok ? reading.value : INPUT_LIMIT;
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
    settings: general.logConfig === undefined
      ? undefined
      : logSettings(general.logConfig, host, inputLimit(general)),
    argumentsLine: general.arguments ? argumentsLine(line.words) : undefined,
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
