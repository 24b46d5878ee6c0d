/** The target of the matches of a run, decided from its configuration alone. Opens nothing. */
import type { ResultFormat } from "../../output/format_names.ts";
import type { ResultsConfig } from "../config/run_config.ts";

/** Matches as data: a format, and the stream or file that its bytes go to. */
export type DataRoute =
  | { readonly to: "stdout" | "stderr"; readonly format: ResultFormat }
  | {
    readonly to: "file";
    readonly file: string;
    readonly format: ResultFormat;
  };

/** The target of matches. */
export interface ResultRoute {
  /** Whether the logger shows them as they come, as DCMTK's findscu does. */
  readonly isLogged: boolean;
  /** Undefined if they are not output as data. */
  readonly data: DataRoute | undefined;
}

/** The settings that decide where matches go. */
export type RoutedConfig = Pick<
  ResultsConfig,
  "format" | "outputFile" | "count" | "columns" | "sort"
>;

/**
 * The target of matches; `logs` says whether the logger shows responses at all. Files of `-X` and the page of `--html` come
 * besides.
 */
export function resultRoute(config: RoutedConfig, logs: boolean): ResultRoute {
  const { outputFile, count } = config;
  const format = config.format ?? (count ? "text" : undefined);
  const isLogged = logs &&
    (config.format === undefined ||
      config.format === "dcmtk" && !isArranged(config));
  if (format === undefined || format === "dcmtk" && !isArranged(config)) {
    return { isLogged, data: undefined };
  }
  if (isNamed(outputFile)) {
    return { isLogged, data: { to: "file", file: outputFile, format } };
  }
  // Scripts do not read log lines from stdout, but they do read a number or a file.
  if (format !== "dcmtk" || outputFile !== undefined || count) {
    return { isLogged, data: { to: "stdout", format } };
  }
  return { isLogged, data: logs ? { to: "stderr", format } : undefined };
}

/** Whether a file has a name: `-` is standard output. */
export function isNamed(file: string | undefined): file is string {
  return file !== undefined && file !== "-";
}

/** Whether something happens to matches before they are shown, so that they are not a mere log. */
function isArranged(
  { count, outputFile, columns, sort }: RoutedConfig,
): boolean {
  return count || outputFile !== undefined || columns !== undefined ||
    sort.length > 0;
}
