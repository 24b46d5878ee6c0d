/** `findscu compare A B`: matches that only one of two peers has, and differences between the others. Loaded on demand. */
import { FindscuError, quantity } from "../../errors.ts";
import { UNIQUE_KEYS } from "../../identifier/levels.ts";
import type { Column } from "../../output/columns.ts";
import { comparison } from "../../output/comparison.ts";
import {
  comparisonJson,
  type ComparisonOptions,
  comparisonRows,
} from "../../output/comparison_writer.ts";
import { hasTrait } from "../../output/format_names.ts";
import { resultWriter } from "../../output/formats.ts";
import { recordOf, type Summary } from "../../output/writer.ts";
import { sanitizeLines } from "../../output/sanitize.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { FindConfig } from "../config/run_config.ts";
import type { Host } from "../host.ts";
import type { Console } from "../log/console.ts";
import { chosenColumns, requestedColumns } from "../results/columns.ts";
import type { ResultMatch, RunResults } from "../results/sink.ts";
import { outputTargetOf } from "../results/target.ts";
import { textOptions } from "../results/results.ts";
import type { PreparedFind } from "./find/context.ts";
import {
  answerAll,
  identifiedInput,
  type MakeRun,
  matchIdentity,
} from "./find/several.ts";
import { worded } from "../line/remedies.ts";

/** Runs it; returns the exit code: 83 when the peers differ. */
export async function runCompare(
  config: FindConfig,
  host: Host,
  output: Console,
  makeRun: MakeRun,
): Promise<number> {
  const first = makeRun(config, output);
  let failure: FindscuError | undefined;
  try {
    const input = identifiedInput(await first.prepare());
    const matchesByPeer = new Map<string, ResultMatch[]>();
    const begin = host.clock.now();
    const { ends, failure: peerFailure } = await answerAll(
      config,
      input,
      output,
      makeRun,
      (name) => collecting(name, matchesByPeer),
    );
    if (peerFailure === undefined) {
      failure = await show(input, matchesByPeer, begin, host, output);
    } else {
      // Which one it is says more than that the answer is not complete.
      failure = ends.find((end) => end.failure !== undefined)?.failure ??
        peerFailure;
      output.own.error(
        "The peers are not compared because the answer of at least one is incomplete",
      );
    }
  } catch (error) {
    failure = first.fail(error);
  } finally {
    await output.flush();
  }
  return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
}

/** Keeps the matches of a peer. */
function collecting(
  name: string,
  matchesByPeer: Map<string, ResultMatch[]>,
): RunResults {
  const matches: ResultMatch[] = [];
  matchesByPeer.set(name, matches);
  return {
    isGone: false,
    begin: () => {},
    take: (more) => {
      matches.push(...more);
      return Promise.resolve();
    },
    wait: (next) => next,
    showProgress: () => {},
    cancelling: () => {},
    end: () => Promise.resolve(),
  };
}

async function show(
  input: PreparedFind,
  matchesByPeer: ReadonlyMap<string, readonly ResultMatch[]>,
  begin: number,
  host: Host,
  output: Console,
): Promise<FindscuError | undefined> {
  const { config, dictionary, queries } = input;
  const { results } = config;
  const [a, b] = config.peers.map(({ name }) => name) as [string, string];
  const identify = matchIdentity(input);
  const identifiedIn = (name: string) =>
    matchesByPeer.get(name)!.map((match, index) => ({
      identity: identify(match),
      record: recordOf(match, index + 1),
    }));
  const keyColumns = requestedColumns(queries, dictionary);
  const columns = results.columns === undefined
    ? keyColumns
    : withKey(chosenColumns(results.columns, dictionary) ?? [], keyColumns);
  const text = {
    charsets: textOptions(results, output.own),
    dictionary,
    dates: results.dates,
    names: results.names,
    words: worded,
  };
  const compared = comparison(identifiedIn(a), identifiedIn(b), columns, text);
  const { differences, same, repeated } = compared;
  const options: ComparisonOptions = { ...text, peers: [a, b], columns };
  const summary: Summary = {
    matches: differences.length,
    elapsed: host.clock.now() - begin,
    counted: ["difference", "differences"],
  };
  const format =
    results.format !== undefined && hasTrait(results.format, "compare")
      ? results.format
      : "table";
  const isFile = results.outputFile !== undefined && results.outputFile !== "-";
  const { stdout } = host;
  const document = format === "json"
    ? comparisonJson(compared, options)
    : comparisonRows(
      compared,
      options,
      (columns) =>
        resultWriter(format, {
          ...text,
          columns,
          wide: results.wide,
          width: isFile ? undefined : stdout.columns,
          color: results.color === "always" ||
            results.color === "auto" && !isFile && stdout.obeysEscapes,
          bom: results.bom,
          csvSafe: results.csvSafe,
        }),
      (writer) => writer.end(summary),
    );
  const target = await outputTargetOf(
    results.outputFile,
    stdout,
    host,
    output.log,
  );
  const isBare = target.isTerminal && hasTrait(format, "unescaped");
  await target.write(
    new TextEncoder().encode(isBare ? sanitizeLines(document) : document),
  );
  await target.end(summary, false);
  if (repeated > 0) {
    output.own.warn(
      quantity(
        repeated,
        "match was returned more than once and counts once",
        "matches were returned more than once and count once",
      ),
    );
  }
  const count = (kind: string) =>
    differences.filter((one) => one.kind === kind).length;
  output.note(
    `${count("first")} only in ${a}, ${count("second")} only in ${b}, ${
      count("different")
    } different, ${same} the same`,
  );
  return differences.length === 0
    ? undefined
    : new FindscuError("different", `${a} and ${b} differ`);
}

/** The chosen columns, led by the unique key, which is requested even if the user did not. */
function withKey(
  columns: readonly Column[],
  keyColumns: readonly Column[],
): readonly Column[] {
  const keys = keyColumns.filter(({ path: [tag] }) =>
    tag !== undefined && KEYS.has(tag)
  );
  const isChosen = (column: Column) =>
    columns.some(({ label }) => label === column.label);
  return [...keys.filter((key) => !isChosen(key)), ...columns];
}

/** The unique keys that are UIDs. */
const KEYS: ReadonlySet<number> = new Set([
  UNIQUE_KEYS.STUDY,
  UNIQUE_KEYS.SERIES,
  UNIQUE_KEYS.IMAGE,
]);
