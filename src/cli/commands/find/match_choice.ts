/**
 * Which matches of a run are wanted: those that fulfil `--where`, those that fulfil the keys with `--enforce`, as many as
 * `--max-results` says; and the report about the others at the end, or about a lack of matches. Loads modules that only some runs
 * need. Does not depend on the network.
 */
import type { Dataset } from "../../../dataset/dataset.ts";
import type { Dictionary } from "../../../dictionary/dictionary.ts";
import {
  type FindscuError,
  quantity,
  RemoteProtocolError,
} from "../../../errors.ts";
import type { FindConfig } from "../../config/run_config.ts";
import { sentence } from "../../line/usage_error.ts";
import type { Logger } from "../../log/log.ts";
import type { ResultMatch } from "../../results/sink.ts";
import type { Filters } from "./filters.ts";
import { queryModelOf } from "../../../identifier/levels.ts";
import type { RunQuery } from "../shared/identifiers.ts";
import type { Where } from "../../../plan/where.ts";
import { worded } from "../../line/remedies.ts";

/** Most reasons that are given if nothing was found. */
const MOST_REASONS = 5;

/** Chooses matches, and counts those left out. */
export class MatchChoice {
  readonly #config: FindConfig;
  readonly #dictionary: Dictionary;
  readonly #where: Where | undefined;
  #filters: Filters | undefined;
  /** Matches that do not fulfil `--where`. */
  #unfit = 0;
  #count = 0;
  /** Whether the peer agreed to match date and time as one. */
  combinesDateTime = false;

  /** Throws `UsageError` for a condition on an attribute that does not exist. */
  static async of(
    config: FindConfig,
    dictionary: Dictionary,
  ): Promise<MatchChoice> {
    if (config.where.length === 0) return new MatchChoice(config, dictionary);
    const { whereOf } = await import("../../../plan/where.ts");
    return new MatchChoice(
      config,
      dictionary,
      whereOf(config.where, dictionary),
    );
  }

  private constructor(
    config: FindConfig,
    dictionary: Dictionary,
    where?: Where,
  ) {
    this.#config = config;
    this.#dictionary = dictionary;
    this.#where = where;
  }

  /** Matches that `--enforce` left out. */
  get leftOut(): number {
    return this.#filters?.leftOut ?? 0;
  }

  /** The wanted ones among matches that answer a query: those left out do not count for `--max-results`. */
  async among(
    matches: readonly ResultMatch[],
    { dataset }: RunQuery,
  ): Promise<readonly ResultMatch[]> {
    const { maxResults = Infinity } = this.#config;
    const room = maxResults - this.#count;
    await this.prepare();
    const where = this.#where;
    const filters = this.#filters;
    let chosen: ResultMatch[] = [];
    if (where === undefined && filters === undefined) {
      chosen = matches.slice(0, room);
    } else {
      for (const match of matches) {
        if (chosen.length >= room) break;
        if (this.#isWanted(match, dataset)) chosen.push(match);
      }
    }
    this.#count += chosen.length;
    return chosen;
  }

  /** Loads the modules that `keeps` needs. */
  async prepare(): Promise<void> {
    const { form, enforce } = this.#config;
    if (form === "address" || enforce) await this.#loadFilters();
  }

  /** The same for one match, after `prepare`; without regard to `--max-results`. */
  keeps(match: ResultMatch, dataset: Dataset): boolean {
    const isWanted = this.#isWanted(match, dataset);
    if (isWanted) this.#count++;
    return isWanted;
  }

  #isWanted(match: ResultMatch, dataset: Dataset): boolean {
    if (this.#filters?.keeps(match, dataset) === false) return false;
    if (this.#where?.holds(match) !== false) return true;
    this.#unfit++;
    return false;
  }

  async #loadFilters(): Promise<void> {
    if (this.#filters !== undefined) return;
    const { Filters } = await import("./filters.ts");
    const { results, enforce } = this.#config;
    this.#filters = new Filters({
      enforces: enforce,
      combinedDateTime: this.combinesDateTime,
      dictionary: this.#dictionary,
      // The code that shows the text warns of it.
      charsets: { assume: results.assumeCharset, map: results.charsetMap },
    });
  }

  /**
   * Reports the matches left out, and keys that the peer did not match by; `notes` receives whatever no strictness makes a failure.
   * Returns the failure of a strict run.
   */
  report(notes: Logger): FindscuError | undefined {
    if (this.#unfit > 0) {
      const all = this.#count + this.#unfit;
      notes.info(
        `${this.#unfit} of ${quantity(all, "match", "matches")} ${
          this.#unfit === 1 ? "does" : "do"
        } not meet --where`,
      );
      const absent = this.#count === 0 ? this.#where?.absent() ?? [] : [];
      if (absent.length > 0) {
        notes.warn(
          `No match has a value of ${absent.join(", ")}, so --where keeps none`,
        );
      }
    }
    const report = this.#filters?.report();
    if (report === undefined) return undefined;
    const { text, hint } = report;
    const { strict, enforce } = this.#config;
    // Matches left out as intended are not a failure.
    if (strict && !enforce) {
      return new RemoteProtocolError(text, { ...hint && { hint } });
    }
    notes.warn(hint ? [text, `Hint: ${sentence(hint)}`] : [text]);
    return undefined;
  }

  /** Says why a run that went well found nothing, if anything strikes. */
  async explainNothing(
    queries: readonly RunQuery[],
    notes: Logger,
  ): Promise<void> {
    const { form, model, extendedNegotiation, expand, list } = this.#config;
    const isEmpty = this.#count + this.#unfit + this.leftOut === 0;
    // The queries of a list hold samples in place of what its rows have.
    if (!isEmpty || form === "dcmtk" || list !== undefined) return;
    const { reasonsForNothing } = await import(
      "../../../identifier/nothing_found.ts"
    );
    const rules = extendedNegotiation.relational || expand !== undefined
      ? "other"
      : queryModelOf(model.name);
    const reasons = queries.flatMap(({ dataset }) =>
      reasonsForNothing(dataset, rules, this.#dictionary)
    );
    if (reasons.length === 0) return;
    notes.warn([
      "No match. Possible reason:",
      ...[...new Set(reasons)].slice(0, MOST_REASONS)
        .map((reason) => `Hint: ${sentence(worded(reason))}`),
    ]);
  }
}
