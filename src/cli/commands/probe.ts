/** The command `probe`: finds out what a peer can do, and reports it. The questions and conclusions are decided in `src/probe`. */
import type { Dataset } from "../../dataset/dataset.ts";
import { UsageError } from "../../errors.ts";
import { FIND_MODELS } from "../../find/models.ts";
import { buildIdentifier } from "../../identifier/build.ts";
import { dateText, localDay } from "../../identifier/date_words.ts";
import { sanitize } from "../../output/sanitize.ts";
import type { ProbeReport, ReportHeading } from "../../probe/report.ts";
import {
  probe,
  probePlan,
  type ProbeResult,
  type ProbeSettings,
} from "../../probe/probe.ts";
import type { TextLook } from "../../probe/text.ts";
import type { ProbeStep } from "../../probe/step.ts";
import type { ProbeConfig } from "../config/run_config.ts";
import { EXIT_SUCCESS, exitCodeOf } from "../exit_code.ts";
import type { Host } from "../host.ts";
import { sentence } from "../line/usage_error.ts";
import { type Console, openConsole, type RunContext } from "../log/console.ts";
import { ProgressBar } from "../results/progress.ts";
import {
  FileTarget,
  type OutputTarget,
  StreamTarget,
} from "../results/target.ts";
import { connectorOf } from "./shared/connector.ts";
import { queryModelOf } from "../../identifier/levels.ts";
import { asFindscuError, interruption, userIdentityOf } from "./shared/peer.ts";
import { ProbePeer } from "./probe/probe_peer.ts";
import { report as reportFailure } from "./shared/report.ts";
import { hintOf } from "../line/remedies.ts";

/** The exit code of a report that ends early: known to be incomplete. */
const EXIT_INCOMPLETE = 82;

/** Runs it; returns the exit code. */
export async function runProbe(
  config: ProbeConfig,
  host: Host,
): Promise<number> {
  const output = await openConsole(host, config.log);
  const stop = interruption(config, host);
  try {
    const settings = settingsOf(config, host);
    const targets = await targetsOf(config, host, output);
    await announce(settings, config, host);
    const time = host.date().toISOString().slice(0, 19) + "Z";
    const begin = host.clock.now();
    const result = await follow(settings, config, {
      host,
      output,
      signal: stop.signal,
    });
    const heading: ReportHeading = {
      peer: peerOf(config),
      callingAeTitle: config.callingAeTitle,
      calledAeTitle: config.calledAeTitle,
      time,
      elapsed: host.clock.now() - begin,
      version: host.version.version,
      budget: config.budget,
      isMasked: !config.showPhi,
    };
    for (const { target, format } of targets) {
      const text = await rendered(format, result.report, heading, {
        color: isColored(config, target, host),
        width: target.isTerminal ? host.stdout.columns : undefined,
      });
      await target.write(new TextEncoder().encode(text));
      await target.end({ matches: 1, elapsed: 0 }, false);
    }
    return exitOf(result, output);
  } catch (error) {
    const failure = asFindscuError(error);
    reportFailure({ error: failure, step: "other" }, config.form, output);
    return exitCodeOf(failure);
  } finally {
    stop.end();
    await output.flush();
  }
}

/** The outcome: success if every question that the budget allows was sent, whatever the answers are. */
function exitOf(
  { report, failure, isAssociated }: ProbeResult,
  { own }: Console,
): number {
  if (failure === undefined) return EXIT_SUCCESS;
  const advice = hintOf(failure);
  const hint = advice === undefined ? [] : [`Hint: ${sentence(advice)}`];
  own.error([
    isAssociated
      ? `The report is incomplete: ${report.incomplete}`
      : failure.message,
    ...hint,
  ]);
  return isAssociated && failure.code !== "interrupted"
    ? EXIT_INCOMPLETE
    : exitCodeOf(failure);
}

function settingsOf(config: ProbeConfig, host: Host): ProbeSettings {
  const { model, keys, budget, rate, associations, showPhi } = config;
  const today = localDay(host.date());
  return {
    models: model === undefined ? FIND_MODELS : [model],
    budget,
    rate,
    associations,
    showPhi,
    start: keys.length === 0 ? undefined : startOf(config, today),
    hasUser: config.userIdentity !== undefined,
    days: { today: dateText(today), weekAgo: dateText(today - 7) },
  };
}

/** The keys of `-q`. Throws `UsageError` for keys without a value: they name nothing. */
function startOf({ keys, model }: ProbeConfig, today: number): Dataset {
  const { dataset, selectors } = buildIdentifier({
    form: "address",
    model: queryModelOf(model?.name ?? "study"),
    relational: true,
    keys: keys.map(({ term }) => term),
    today: () => today,
  });
  if (selectors.length === 0 || keys.every(({ term }) => !/=./.test(term))) {
    throw new UsageError("-q does not name an entity to start with", {
      hint: "Give a key with its value, for example -q AccessionNumber=A123",
    });
  }
  return dataset;
}

interface FormattedTarget {
  readonly target: OutputTarget;
  readonly format: ProbeConfig["format"];
}

/** The targets of reports. Files are begun before anything is sent, so that a file that cannot be written is known in time. */
async function targetsOf(
  { format, outputFile, html }: ProbeConfig,
  host: Host,
  { log }: Console,
): Promise<FormattedTarget[]> {
  if (outputFile !== undefined && html !== undefined) {
    const { checkDistinct } = await import("./shared/distinct_files.ts");
    checkDistinct(
      [
        { role: "--output", path: outputFile },
        { role: "--html", path: html },
      ],
      [],
      host.files,
    );
  }
  const targets: FormattedTarget[] = [{
    target: outputFile === undefined
      ? new StreamTarget(host.stdout)
      : await FileTarget.create(outputFile, host, log),
    format,
  }];
  if (html !== undefined) {
    targets.push({
      target: await FileTarget.create(html, host, log),
      format: "html",
    });
  }
  return targets;
}

function isQuiet({ log }: ProbeConfig): boolean {
  return log.level === "fatal" || log.level === "off";
}

/** Announces the probe before it begins. */
async function announce(
  settings: ProbeSettings,
  config: ProbeConfig,
  host: Host,
): Promise<void> {
  if (isQuiet(config)) return;
  const lines = [`Probing ${sanitize(peerOf(config))}`, ...probePlan(settings)];
  await host.stderr.write(lines.map((line) => `${line}.\n`).join(""));
}

/** Feeds the probe until it has its report. */
async function follow(
  settings: ProbeSettings,
  config: ProbeConfig,
  context: RunContext,
): Promise<ProbeResult> {
  const { host, output, signal } = context;
  const peer = new ProbePeer({
    config,
    host,
    connector: await connectorOf(config, context),
    identity: await userIdentityOf(config, host, signal),
    signal,
  });
  const bar = isQuiet(config)
    ? undefined
    : new ProgressBar(host.stderr, "queries", settings.budget);
  if (bar !== undefined) output.status = { hide: () => bar.end() };
  try {
    const probing = probe(settings);
    let queries = 0;
    let next = probing.next();
    while (!next.done) {
      output.own.info(phraseOf(next.value));
      await output.flush();
      if (next.value.kind === "find") queries++;
      await bar?.show(queries);
      next = probing.next(await peer.do(next.value));
    }
    return next.value;
  } finally {
    await bar?.end();
    await peer.end();
  }
}

function phraseOf(step: ProbeStep): string {
  return "purpose" in step ? step.purpose : "Release the association";
}

function isColored(
  { color }: ProbeConfig,
  target: OutputTarget,
  host: Host,
): boolean {
  return color === "always" ||
    (color === "auto" && target.isTerminal && host.stdout.obeysEscapes);
}

async function rendered(
  format: ProbeConfig["format"],
  report: ProbeReport,
  heading: ReportHeading,
  look: TextLook,
): Promise<string> {
  switch (format) {
    case "text": {
      const { probeText } = await import("../../probe/text.ts");
      return probeText(report, heading, look);
    }
    case "json": {
      const { probeJson } = await import("../../probe/json.ts");
      return probeJson(report, heading);
    }
    case "html": {
      const { probePage } = await import("../../probe/page.ts");
      return probePage(report, heading);
    }
  }
}

function peerOf({ target }: ProbeConfig): string {
  if (target.transport === "mock") return `mock:${target.source}`;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}`;
}
