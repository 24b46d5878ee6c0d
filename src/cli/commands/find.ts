/** The command `find`: queries to a peer over one association, results as they come, an honest exit code at the end. */
import type {
  ClientAssociation,
  FindOperation,
  FindResult,
  Match,
} from "../../client/client.ts";
import { Dictionary } from "../../dictionary/dictionary.ts";
import { mentionsPrivate } from "../../dictionary/private_names.ts";
import { transferSyntaxOf } from "../../codec/transfer_syntax.ts";
import { corrected } from "../../codec/correction.ts";
import type { Priority } from "../../dimse/commands.ts";
import { formatStatus } from "../../dimse/status.ts";
import {
  CancelledError,
  DecodeError,
  type ErrorText,
  FindscuError,
  IncompleteError,
  RemoteProtocolError,
  StatusError,
  UsageError,
} from "../../errors.ts";
import { damageText } from "../../output/closing.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { Summary } from "../../output/writer.ts";
import { DcmtkDump } from "../../output/dcmtk/dump.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import {
  type Logger,
  LOGGERS,
  type LogLevel,
  StrictLogger,
} from "../log/log.ts";
import { bannerLine, sentence } from "../line/usage_error.ts";
import type { Host } from "../host.ts";
import {
  type Asking,
  type Ending,
  isLimitStatus,
  type Outcome,
  type Step as PlanStep,
} from "../../plan/step.ts";
import type { FindConfig, ListConfig } from "../config/run_config.ts";
import type { PreparedList } from "../lists/prepare.ts";
import { type Console, openConsole } from "../log/console.ts";
import {
  readingLine,
  requestMessage,
  responseMessage,
  statusDetail,
  statusName,
} from "../log/dcmtk_blocks.ts";
import { identifiers, type Query } from "./identifiers.ts";
import {
  agreementOn,
  DATE_TIME_TITLE,
  proposedExtension,
} from "./negotiation.ts";
import {
  asFindscuError,
  closeAssociation,
  type Interruption,
  interruption,
  openAssociation,
} from "./peer.ts";
import type { PaceContext } from "./pace.ts";
import type { QuestionContext } from "./question.ts";
import { report, type Step, withSuspicion } from "./report.ts";
import { readably } from "../results/columns.ts";
import type {
  MakeRun,
  PeerEnd,
  PeerRun,
  PreparedFind,
  RunResults,
} from "./several.ts";
import { Wanted } from "./wanted.ts";
import { resultsOf } from "../results/results.ts";
import type { ResultMatch } from "../results/sink.ts";

/** How long a peer may go on after a C-CANCEL-RQ that ends the run, in milliseconds. */
const CANCEL_GRACE = 3_000;

const PRIORITIES: readonly Priority[] = ["medium", "high", "low"];

/** Runs it; answers the exit code. */
export async function runFind(config: FindConfig, host: Host): Promise<number> {
  const output = await openConsole(host, config.log);
  if (config.peers.length === 0) {
    return await new FindRun(config, host, output).run();
  }
  const makeRun: MakeRun = (own, log) => new FindRun(own, host, log);
  if (config.compares) {
    const { runCompare } = await import("./compare.ts");
    return await runCompare(config, host, output, makeRun);
  }
  const { runSeveral } = await import("./several.ts");
  return await runSeveral(config, host, output, makeRun);
}

/** The state of one run. */
class FindRun implements PeerRun {
  #config: FindConfig;
  readonly #host: Host;
  readonly #output: Console;
  readonly #stop: Interruption;
  /** Whether every line has to be one of DCMTK's. */
  readonly #isExact: boolean;
  /** Our own messages that no strictness makes a failure. */
  readonly #notes: Logger;
  /** The list whose rows are asked, where there is one. */
  #list: PreparedList | undefined;
  /** Whether there was an association. */
  #isOpened = false;
  #dictionary: Dictionary;
  /** The queries of the run, once they are known. */
  #asked: readonly Query[] = [];
  #step: Step = "other";
  #results: RunResults | undefined;
  /** Shows the query that is under way, or the last one. */
  #shown: (() => string) | undefined;
  /** Matches of all queries so far. */
  #matches = 0;
  /** Responses of all queries so far, the final ones included. */
  #responses = 0;
  /** The query under way, where there are several. */
  #place: string | undefined;
  /** Queries whose answer is known to be incomplete. */
  #gaps = 0;
  /** Message id of the last request. */
  #messageId = 0;
  #begin = 0;
  /** Chooses matches; there once the queries are known. */
  #wanted: Wanted | undefined;
  /** Matches that lost attributes, as far as they were decoded. */
  #damaged = 0;
  /** Why the answer is known to be incomplete though nothing failed; it was said already. */
  #gap: IncompleteError | undefined;

  constructor(config: FindConfig, host: Host, output: Console) {
    this.#config = config;
    this.#host = host;
    this.#output = output;
    this.#stop = interruption(config, host);
    this.#dictionary = config.form === "address"
      ? Dictionary.standard.lenient()
      : Dictionary.standard;
    const { format, rawText } = config.results;
    this.#isExact = rawText && config.form === "dcmtk" && format === "dcmtk";
    if (this.#isExact) output.silenceOwn();
    this.#notes = output.own;
    if (config.strict) {
      output.own = new StrictLogger(output.own, (text) => this.#fail(text));
    }
  }

  /** A warning of a strict run: whatever is under way ends with it. */
  #fail(text: ErrorText): void {
    const options = { hint: "Without --strict this is only a warning" };
    this.#stop.fail(
      this.#step === "other"
        ? new UsageError(text, options)
        : new RemoteProtocolError(text, options),
    );
  }

  async run(): Promise<number> {
    const { log } = this.#output;
    log.named(LOGGERS.program).debug(() => [
      bannerLine(this.#host.version),
      "",
    ]);
    const broken = await this.#attempt(async () => {
      const queries = await this.#queries();
      this.#stop.signal.throwIfAborted();
      const { writeTo } = this.#config.identifier;
      if (writeTo === undefined) await this.#send(queries);
      else {
        const { writeQueries } = await import("./write_query.ts");
        await writeQueries(queries, writeTo, this.#config, this.#host);
      }
    });
    const { failure: found, cut, ...counts } = this.#ended(broken);
    let failure = found;
    if (failure === undefined && this.#results !== undefined) {
      await this.#wanted?.explainNothing(this.#asked, this.#notes);
    }
    try {
      const { leftOut, ...others } = counts;
      await this.#results?.end({
        ...others,
        ...(leftOut > 0 && { leftOut }),
        elapsed: this.#host.clock.now() - this.#begin,
        ...(cut && { incomplete: cut.message }),
      });
    } catch (error) {
      const unwritten = asFindscuError(error);
      this.#report(unwritten, "other");
      failure ??= unwritten;
    } finally {
      this.#stop.end();
      await this.#output.flush();
    }
    return failure === undefined ? EXIT_SUCCESS : exitCodeOf(failure);
  }

  async prepare(): Promise<PreparedFind> {
    try {
      const queries = await this.#queries();
      return { config: this.#config, queries, dictionary: this.#dictionary };
    } finally {
      this.#stop.end();
    }
  }

  async answer(
    { queries, dictionary }: PreparedFind,
    results: RunResults,
  ): Promise<PeerEnd> {
    this.#dictionary = dictionary;
    this.#results = results;
    const broken = await this.#attempt(async () => {
      this.#wanted = await Wanted.of(this.#config, dictionary);
      await this.#ask(queries);
    });
    const end = this.#ended(broken);
    this.#stop.end();
    await this.#output.flush();
    return end;
  }

  fail(error: unknown): FindscuError {
    const failure = asFindscuError(error);
    this.#report(failure, "other");
    return failure;
  }

  /** Does it, and reports what goes wrong. */
  async #attempt(
    action: () => Promise<void>,
  ): Promise<FindscuError | undefined> {
    try {
      await action();
      return undefined;
    } catch (error) {
      const failure = asFindscuError(error);
      this.#report(failure, this.#step);
      return failure;
    }
  }

  /** What there is to say of a run that is over, which it says. */
  #ended(broken: FindscuError | undefined): PeerEnd {
    // All matches are there when no more than the goodbye went wrong.
    const cut = this.#step === "release" ? this.#gap : broken ?? this.#gap;
    const counts = { matches: this.#matches, damaged: this.#damaged };
    const failure = broken ?? this.#sayUnfiltered() ??
      this.#sayDamage(counts) ??
      this.#gap ??
      this.#output.unwritten;
    return {
      failure,
      cut,
      ...counts,
      leftOut: this.#wanted?.leftOut ?? 0,
    };
  }

  /** Matches that are there, but not whole. */
  #sayDamage(counts: Pick<Summary, "matches" | "damaged">) {
    const text = damageText(counts);
    if (text === undefined) return undefined;
    const error = new DecodeError(`${text}: some attributes cannot be read`, {
      hint: "--record keeps what the peer sent, to show to its vendor",
    });
    this.#output.own.error([...error.lines, `Hint: ${sentence(error.hint!)}`]);
    return error;
  }

  /** Keys that the peer did not match by: a failure of a strict run. */
  #sayUnfiltered(): FindscuError | undefined {
    const error = this.#wanted?.report(this.#notes);
    if (error !== undefined) this.#report(error, "other");
    return error;
  }

  #report(error: FindscuError, step: Step): void {
    const { log, own } = this.#output;
    const { form, target } = this.#config;
    const host = "host" in target ? target.host : undefined;
    const place = step === "find" ? this.#place : undefined;
    report({ error, step, host, query: this.#shown, place }, form, {
      log,
      own,
      dump: (text) => this.#dump("error", text),
    });
  }

  /** All that is to be asked: whatever is wrong with it is found before anything is sent. */
  async #queries(): Promise<Query[]> {
    const { log, own } = this.#output;
    if (this.#isPrivate()) {
      const { privateEntries } = await import(
        "../../dictionary/private_dictionary.ts"
      );
      this.#dictionary = this.#dictionary.withEntries(privateEntries());
    }
    const list = this.#dictionaryPath();
    if (list) {
      const { dictionaryFiles, loadDictionaries } = await import(
        "./dictionaries.ts"
      );
      await this.#host.files.readPipes(
        dictionaryFiles(list, this.#host),
        this.#stop.signal,
      );
      this.#dictionary = loadDictionaries(
        list,
        this.#host,
        log,
        this.#dictionary,
      );
    }
    const queries = this.#config.list === undefined
      ? await identifiers(
        this.#config,
        this.#host,
        own,
        this.#dictionary,
        this.#stop.signal,
      )
      : [await this.#listQuery(this.#config.list)];
    const [{ usual } = {}] = queries;
    if (usual !== undefined) {
      this.#config = readably(this.#config, usual, queries, this.#dictionary);
    }
    this.#wanted = await Wanted.of(this.#config, this.#dictionary);
    if (isPlanned(this.#config)) {
      // What cannot be split or followed down is known before anything is sent.
      for (const query of queries) {
        await this.#plan(query, () => {});
      }
    }
    return queries;
  }

  /** The query that the rows of a list fill. */
  async #listQuery(list: ListConfig): Promise<Query> {
    const { preparedQuery } = await import("./list_query.ts");
    const { query, prepared } = await preparedQuery(
      this.#config,
      list,
      this.#host,
      this.#output.own,
      this.#dictionary,
      this.#stop.signal,
    );
    this.#list = prepared;
    return query;
  }

  /** Whether private attributes of vendors may be meant: what a name in a key, a column or a query file says. */
  #isPrivate(): boolean {
    const { identifier, results } = this.#config;
    const { keys, files, queryTextFiles } = identifier;
    const names = [
      ...keys.map(({ term }) => term.split("=", 1)[0]!),
      ...results.columns ?? [],
      ...results.sort,
      ...this.#config.where.map(({ attribute }) => attribute),
    ];
    return names.some((name) =>
      mentionsPrivate(name) || this.#hasForeignName(name)
    ) ||
      [...files, ...queryTextFiles].some((name) => this.#isPrivateFile(name));
  }

  /** Whether a path has a name that the standard does not know: those of private attributes, or a mistake. */
  #hasForeignName(path: string): boolean {
    const names = path.match(/(?<!\w)[a-z]\w{2,}/gi) ?? [];
    return names.some((name) => this.#dictionary.byKeyword(name) === undefined);
  }

  /** Pipes and devices can be read once only: they go without. */
  #isPrivateFile(name: string): boolean {
    const { files } = this.#host;
    if (name === "-" || files.stat(name)?.kind !== "file") return false;
    try {
      return mentionsPrivate(new TextDecoder().decode(files.read(name)));
    } catch (error) {
      // Whoever reads it next says what is wrong.
      if (!(error instanceof FindscuError)) throw error;
      return false;
    }
  }

  /** What is not known for sure is said: attributes may lack their names. */
  #dictionaryPath(): string | undefined {
    try {
      return this.#host.env("DCMDICTPATH");
    } catch (error) {
      const { message, hint } = asFindscuError(error);
      this.#output.own.warn(`${message}: taken as not set. ${hint}`);
      return undefined;
    }
  }

  async #send(queries: readonly Query[]): Promise<void> {
    this.#results = await resultsOf(
      this.#config,
      queries,
      this.#host,
      this.#output,
      this.#dictionary,
    );
    this.#begin = this.#host.clock.now();
    this.#stop.signal.addEventListener("abort", () => {
      const { code } = asFindscuError(this.#stop.signal.reason);
      if (code === "interrupted") this.#results?.cancelling();
    });
    this.#asked = queries;
    await this.#ask(queries);
  }

  async #open(): Promise<ClientAssociation> {
    const config = this.#config;
    const { model, extendedNegotiation } = config;
    const extended = proposedExtension(model, extendedNegotiation);
    const association = await openAssociation(
      config,
      {
        contexts: [{
          abstractSyntax: config.model.uid,
          transferSyntaxes: config.transferSyntaxes,
        }],
        dictionary: this.#dictionary,
        ...(config.correction && { mend: corrected }),
        ...(extended && { extended: [extended] }),
        ...(config.form === "address" && { place: () => this.#place }),
      },
      this.#host,
      this.#output,
      this.#stop.signal,
    );
    this.#step = "find";
    if (this.#isOpened) return association;
    this.#isOpened = true;
    if (extended !== undefined) this.#tellAgreement(association);
    this.#results!.begin();
    return association;
  }

  /** Answers the rows of a list, each with a query or more. */
  async #askList(list: PreparedList): Promise<void> {
    const { answerList } = await import("./list_run.ts");
    await this.#wanted!.prepare();
    const config = this.#config;
    const questionOf = isPlanned(config)
      ? (await import("./question.ts")).questionOf
      : undefined;
    this.#step = "request";
    for (const { matches } of list.resume?.entries ?? []) {
      this.#matches += matches;
    }
    const gap = await answerList({
      ...this.#pace(),
      list,
      results: this.#results!,
      keeps: (match, identifier) => this.#wanted!.keeps(match, identifier),
      planned: questionOf &&
        ((identifier, take) => questionOf(identifier, this.#context(take))),
      take: (records) => this.#show(records),
    });
    if (gap === undefined) return;
    this.#output.own.warn(gap.lines);
    this.#gap ??= gap;
  }

  /** What associations that come and go need. */
  #pace(): PaceContext {
    const config = this.#config;
    return {
      config,
      host: this.#host,
      output: this.#output,
      signal: this.#stop.signal,
      open: () => this.#open(),
      close: (association) =>
        closeAssociation(association, config, this.#output),
      find: (association, identifier) => {
        this.#messageId++;
        this.#output.log.info(
          `Sending Find Request (MsgID ${this.#messageId})`,
        );
        return association.find({
          abstractSyntax: config.model.uid,
          identifier,
          priority: PRIORITIES[config.priority] ?? "medium",
          oldVrs: config.oldVrsOnly,
          compressionLevel: config.compressionLevel,
        });
      },
    };
  }

  /** Sends queries at a pace of their own, and again where they failed. */
  async #askPaced(queries: readonly Query[]): Promise<void> {
    const { answerPaced } = await import("./pace.ts");
    const { questionOf } = await import("./question.ts");
    this.#step = "request";
    await answerPaced(
      this.#pace(),
      queries.flatMap((query) =>
        new Array<Query>(this.#config.repeat).fill(query)
      ),
      (query, take) => questionOf(query.dataset, this.#context(take)),
      async (result) => {
        if ("match" in result) {
          return await this.#pass([result.match], result.query);
        }
        this.#concludePlan(result.outcome);
        return true;
      },
      (next) => this.#results!.wait(next),
    );
  }

  /** Shows matches with their provenance, or a row that has none. */
  async #show(records: readonly ResultMatch[]): Promise<void> {
    const first = this.#matches + 1;
    if (records[0]?.isAbsent !== true) this.#matches += records.length;
    await this.#results!.take(records, first);
    for (const { losses } of records) if (losses.length > 0) this.#damaged++;
  }

  async #ask(queries: readonly Query[]): Promise<void> {
    const config = this.#config;
    if (this.#list !== undefined) return await this.#askList(this.#list);
    const { associations, rate, retries } = config.pace;
    if (associations > 1 || rate !== undefined || retries > 0) {
      return await this.#askPaced(queries);
    }
    this.#step = "request";
    const association = await this.#open();
    try {
      let failure: unknown;
      try {
        await this.#askAll(association, queries);
      } catch (error) {
        failure = error;
      }
      // A query that failed leaves a good association behind, which ends in order.
      if (association.isOpen && (failure === undefined || isOrderly(failure))) {
        if (failure === undefined) this.#step = "release";
        await closeAssociation(association, config, this.#output);
      }
      if (failure !== undefined) throw failure;
    } finally {
      await association.abort();
    }
  }

  #tellAgreement(association: ClientAssociation): void {
    const { own } = this.#output;
    const { model, extendedNegotiation } = this.#config;
    const { agreed, refused } = agreementOn(
      model,
      extendedNegotiation,
      association.accepted.userInformation.extended ?? [],
    );
    this.#wanted!.combinesDateTime = extendedNegotiation.dateTime &&
      !refused.includes(DATE_TIME_TITLE);
    for (const title of agreed) own.info(`The peer agreed to ${title}`);
    for (const title of refused) {
      own.warn(
        `The peer declined ${title} and may ignore it`,
      );
    }
  }

  async #askAll(
    association: ClientAssociation,
    queries: readonly Query[],
  ): Promise<void> {
    for (const [index, query] of queries.entries()) {
      if (queries.length > 1) {
        const file = query.file === undefined
          ? ""
          : `, ${sanitize(query.file)}`;
        this.#place = `Query ${index + 1} of ${queries.length}${file}`;
      }
      for (let round = 0; round < this.#config.repeat; round++) {
        const goesOn = isPlanned(this.#config)
          ? await this.#queryPlanned(association, query)
          : await this.#query(association, query, round > 0);
        if (!goesOn) return;
      }
    }
  }

  /** One question that takes several C-FINDs; answers whether the run goes on. */
  async #queryPlanned(
    association: ClientAssociation,
    query: Query,
  ): Promise<boolean> {
    const { own } = this.#output;
    const fresh: ResultMatch[] = [];
    const asking = await this.#plan(query, (match) => fresh.push(match));
    let next = asking.next(undefined);
    while (!next.done) {
      const want = next.value;
      if (want.kind === "pause") throw new TypeError("A query does not wait");
      own.info(want.purpose ?? "The whole question");
      const ending = await this.#askStep(association, query, want, fresh);
      if (ending === undefined) return false;
      next = asking.next(ending);
      // Counts and the like are known when a query has ended.
      if (!await this.#pass(fresh, query)) return false;
    }
    this.#concludePlan(next.value);
    return true;
  }

  /** Says what was proved and what is missing; throws the failure of a plan. */
  #concludePlan({ gaps, notes }: Outcome): void {
    const { own } = this.#output;
    notes.forEach((note, index) =>
      index === 0 ? own.info(note) : own.warn(note)
    );
    for (const { text, error } of gaps) {
      if (error !== undefined) throw error;
      this.#gap ??= new IncompleteError(text);
      own.warn(`Incomplete: ${text}`);
    }
  }

  /** Hands on what a plan has found; answers whether more is wanted. */
  async #pass(fresh: ResultMatch[], query: Query): Promise<boolean> {
    const { maxResults = Infinity } = this.#config;
    if (fresh.length > 0) await this.#take(fresh.splice(0), 0, query);
    return this.#matches < maxResults && !this.#results!.isGone;
  }

  async #plan(
    query: Query,
    take: (match: ResultMatch) => void,
  ): Promise<Asking<ResultMatch, Outcome>> {
    const { questionOf } = await import("./question.ts");
    return questionOf(query.dataset, this.#context(take));
  }

  /** What a plan needs besides its query. */
  #context(take: (match: ResultMatch) => void): QuestionContext {
    return {
      config: this.#config,
      dictionary: this.#dictionary,
      now: this.#host.date().getTime(),
      take,
    };
  }

  /** One C-FIND of a plan; undefined when no more matches are wanted. */
  async #askStep(
    association: ClientAssociation,
    query: Query,
    step: PlanStep<ResultMatch>,
    fresh: ResultMatch[],
  ): Promise<Ending | undefined> {
    const { model, priority } = this.#config;
    const results = this.#results!;
    this.#messageId++;
    this.#shown = () =>
      `Find Failed, ${step.purpose ?? query.file ?? "query keys"}:`;
    const operation = association.find({
      abstractSyntax: model.uid,
      identifier: step.identifier,
      priority: PRIORITIES[priority] ?? "medium",
    });
    let matches = 0;
    try {
      while (operation.result === undefined) {
        const batch = await results.wait(operation.nextBatch());
        matches += batch.length;
        for (const match of batch) step.take(match);
        if (!await this.#pass(fresh, query)) {
          if (operation.result === undefined) operation.cancel(CANCEL_GRACE);
          return undefined;
        }
      }
      return { matches, status: operation.result.status };
    } catch (error) {
      const failure = asFindscuError(error);
      if (isOwnEnd(failure)) throw failure;
      return failure instanceof StatusError
        ? { matches, status: failure.status, error: failure }
        : { matches, error: failure };
    }
  }

  /** One C-FIND; answers whether the run goes on. `wasSent`: the same was asked before. */
  async #query(
    association: ClientAssociation,
    query: Query,
    wasSent: boolean,
  ): Promise<boolean> {
    const { cancelAfter, priority, oldVrsOnly, compressionLevel, model } =
      this.#config;
    const { log } = this.#output;
    const messageId = ++this.#messageId;
    const context = association.contexts.find((one) => one.result === 0);
    const contextId = context?.id ?? 1;
    const negotiated = transferSyntaxOf(context?.transferSyntax ?? "") ??
      query.syntax;
    if (log.shows("debug")) {
      log.info("Sending Find Request");
      const sopClassUid = model.uid;
      log.block(
        "debug",
        requestMessage({ contextId, messageId, sopClassUid, priority }),
      );
    } else log.info(`Sending Find Request (MsgID ${messageId})`);
    if (log.shows("info")) {
      const syntax = wasSent ? negotiated : query.syntax;
      const dump = this.#dumper(query, wasSent);
      const text = () => dump.dataset(query.dataset, syntax);
      this.#dump("info", () => `Request Identifiers:\n${text()}`);
    }
    const left = Math.max((cancelAfter ?? 0) - this.#responses, 0);
    const operation = association.find({
      abstractSyntax: model.uid,
      identifier: query.dataset,
      priority: PRIORITIES[priority] ?? "medium",
      oldVrs: oldVrsOnly,
      compressionLevel,
      ...(left > 0 && { cancelAfter: left }),
    });
    this.#shown = () =>
      query.file === undefined
        ? `Find Failed, query keys:\n${
          this.#dumper(query, true).file(query.dataset, negotiated)
        }`
        : `Find Failed, file: ${sanitize(query.file)}:`;
    let goesOn = false;
    try {
      const cancelLine =
        `Sending Cancel Request (MsgID ${messageId}, PresID ${contextId})`;
      goesOn = await this.#collect(operation, query, left, cancelLine);
    } catch (error) {
      if (!this.#isCutShort(error)) throw withSuspicion(error, query.warnings);
      this.#warnOfGap(
        new IncompleteError(
          `The peer's limit came before --max-results: ${error.message}`,
          { hint: "--split gets past the limit of a peer" },
        ),
      );
      return true;
    } finally {
      const { result } = operation;
      if (result !== undefined) {
        this.#responses += result.final.responses;
        this.#logFinal(result);
      }
    }
    if (operation.result !== undefined) {
      this.#conclude(operation.result, goesOn);
    }
    return goesOn;
  }

  /** DCMTK shows what keys made differently before it was sent for the first time. */
  #dumper(query: Query, wasSent: boolean): DcmtkDump {
    return new DcmtkDump({
      dictionary: this.#dictionary,
      raw: this.#config.results.rawText,
      trims: this.#config.correction,
      isUnsent: ({ tag }) => !wasSent && query.typed.has(tag),
    });
  }

  #dump(level: LogLevel, text: () => string): void {
    const { log } = this.#output;
    if (!log.shows(level)) return;
    if (this.#config.results.rawText) {
      this.#output.printBytes(level, text, LOGGERS.network);
    } else log.print(level, text);
  }

  /** Takes the matches as they come; answers false when no more are wanted. `cancelAt`: the match that a cancel follows. */
  async #collect(
    operation: FindOperation,
    query: Query,
    cancelAt: number,
    cancelLine: string,
  ): Promise<boolean> {
    const { maxResults = Infinity } = this.#config;
    const results = this.#results!;
    // What was said so far is not held back while the peer takes its time.
    await this.#output.flush();
    let wanted = true;
    let seen = 0;
    while (operation.result === undefined) {
      let batch: Match[];
      try {
        batch = await results.wait(operation.nextBatch());
      } catch (error) {
        // What was asked for is there: how the peer ends does not matter.
        if (!wanted && !isOwnEnd(error)) return false;
        throw error;
      }
      if (!wanted) continue;
      const before = Math.max(cancelAt - seen, 0);
      if (before > 0 && before <= batch.length) {
        await this.#take(batch.slice(0, before), seen, query);
        this.#output.log.info(cancelLine);
        await this.#take(batch.slice(before), seen + before, query);
      } else await this.#take(batch, seen, query);
      seen += batch.length;
      if (this.#matches >= maxResults || results.isGone) {
        wanted = false;
        if (operation.result === undefined) operation.cancel(CANCEL_GRACE);
      }
    }
    return wanted;
  }

  /** Counts matches of the run. DCMTK counts final responses as well, which leaves holes: only its exact output has them. */
  async #take(
    matches: readonly ResultMatch[],
    seen: number,
    query: Query,
  ): Promise<void> {
    const before = this.#isExact ? this.#responses + seen : this.#matches;
    const kept = await this.#wanted!.among(matches, query);
    this.#matches += kept.length;
    await this.#results!.take(kept, before + 1);
    for (const { losses } of kept) if (losses.length > 0) this.#damaged++;
  }

  #logFinal({ status, final }: FindResult): void {
    const { log } = this.#output;
    if (!log.shows("debug")) {
      log.info(`Received Final Find Response (${statusName(status)})`);
      return;
    }
    log.named(LOGGERS.data).block("debug", readingLine());
    log.info("Received Final Find Response");
    log.block("debug", responseMessage(final.command, status));
    const detail = statusDetail(final.command);
    if (detail !== undefined) log.block("debug", detail);
  }

  /** Whether a query failed at a limit of its peer after matches of which only some were wanted. */
  #isCutShort(error: unknown): error is StatusError {
    return error instanceof StatusError && isLimitStatus(error.status) &&
      this.#config.maxResults !== undefined && this.#matches > 0;
  }

  /** The answer to a query is not all that there is: said for each, with the hint once. */
  #warnOfGap(gap: IncompleteError): void {
    const isAddress = this.#config.form !== "dcmtk";
    const [first, ...rest] = gap.lines;
    const lead = isAddress && this.#place ? `${this.#place}: ` : "";
    this.#output.own.warn([
      `${lead}${first}`,
      ...rest,
      ...gap.hint && isAddress && this.#gap === undefined
        ? [`Hint: ${sentence(gap.hint)}`]
        : [],
    ]);
    this.#gaps++;
    this.#gap = this.#gaps === 1 ? gap : new IncompleteError(
      `${this.#gaps} of ${this.#asked.length} answers are incomplete`,
    );
  }

  #conclude(result: FindResult, goesOn: boolean): void {
    const { own } = this.#output;
    const { final, meaning, hint } = result;
    const isAskedFor = final.cancelled || !goesOn;
    if (result.category === "warning" && !isAskedFor) {
      const gap = new IncompleteError(
        `The query ended with status ${formatStatus(result.status)}: ${
          final.command.errorComment || meaning
        }`,
        { hint },
      );
      this.#warnOfGap(gap);
    } else if (final.command.errorComment) {
      own.info(`The peer says "${final.command.errorComment}"`);
    }
    if (this.#stop.signal.aborted) throw this.#stop.signal.reason;
    if (isAskedFor) return;
    if (result.category === "cancel") {
      throw new CancelledError(
        "cancelled",
        "The query was cancelled before its end: there may be more matches",
      );
    }
  }
}

/** Whether a query takes more than one C-FIND. */
function isPlanned({ split, expand, fillCounts }: FindConfig): boolean {
  return split !== undefined || expand !== undefined || fillCounts;
}

/** Ctrl-C, the limit of the run, or a defect, as opposed to what a peer does. */
function isOwnEnd(error: unknown): boolean {
  const { code } = asFindscuError(error);
  return code === "interrupted" || code === "usage" ||
    code === "local-protocol";
}

/** Failures after which the association is still good. */
function isOrderly(error: unknown): boolean {
  const { code } = asFindscuError(error);
  return code === "status" || code === "cancelled" || code === "interrupted";
}
