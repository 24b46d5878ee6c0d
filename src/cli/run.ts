/**
 * A whole run: arguments in, exit code out. Everything it touches comes through the host, so the same function runs in tests and
 * in the executable. Modules that only some runs need are loaded on demand.
 */
import { FindscuError, messageOf, UsageError } from "../errors.ts";
import { configure, GRAMMAR } from "./config/config.ts";
import { EXIT_SUCCESS, exitCodeOf } from "./exit_code.ts";
import { sanitize, sanitizeLines } from "../output/sanitize.ts";
import type { Host } from "./host.ts";
import type { RunConfig, TextConfig } from "./config/run_config.ts";
import { PLUGIN_PREFIX, UnknownSchemeError } from "./line/address.ts";
import { renderUsageError } from "./line/usage_error.ts";

/**
 * Runs the command line of the host. Never rejects: an error becomes a message and an exit code. Messages that cannot be
 * written stop nothing, but the run is not a success then.
 */
export async function run(host: Host): Promise<number> {
  const code = await runOn(host);
  const { failure } = host.stderr;
  return code === EXIT_SUCCESS && failure !== undefined
    ? exitCodeOf(failure)
    : code;
}

async function runOn(host: Host): Promise<number> {
  try {
    let outcome = configure(host);
    if (!outcome.ok && outcome.withConnections !== undefined) {
      const { loadConnections } = await import(
        "./commands/shared/connections_file.ts"
      );
      outcome = outcome.withConnections(await loadConnections(host));
    }
    if (outcome.ok) return await dispatch(outcome.config, host);
    // Even in quiet mode the user must see this: nothing was done. The line may be too wrong to be parsed.
    const { form } = outcome;
    const error = outcome.error instanceof UnknownSchemeError
      ? withPlugins(outcome.error, host)
      : outcome.error;
    const isExact = host.args.includes("--raw-text");
    const text = renderUsageError(error, form, host.version, isExact);
    await host.stderr.write(text);
    return exitCodeOf(error);
  } catch (error) {
    // Missing permissions of Deno are not known before an attempt.
    const failure = error instanceof Error && error.name === "NotCapable"
      ? new UsageError(error.message)
      : error;
    if (failure instanceof FindscuError) {
      await host.stderr.write(
        renderUsageError(failure, "address", host.version),
      );
      return exitCodeOf(failure);
    }
    // Nothing that is foreseen comes here; a peer's text may be in it all the same.
    const message = messageOf(error);
    const stack = error instanceof Error ? error.stack ?? "" : "";
    const places = stack.includes(message)
      ? stack.slice(stack.indexOf(message) + message.length)
      : "";
    await host.stderr.write(
      `findscu: internal error: ${sanitize(message)}${sanitizeLines(places)}\n`,
    );
    return exitCodeOf(error);
  }
}

/** The same, naming the plug-ins that there are. */
function withPlugins(error: UnknownSchemeError, host: Host): UsageError {
  let names: string[];
  try {
    names = host.transportPlugins().map((name) => `${name}+dicom://`);
  } catch {
    return error; // Deno may not look.
  }
  return new UsageError(error.message, {
    hint:
      `${error.hint}, and NAME+dicom:// for each program ${PLUGIN_PREFIX}NAME on the PATH: ${
        names.join(", ") || "none found"
      }`,
  });
}

async function dispatch(config: RunConfig, host: Host): Promise<number> {
  if ("maxInputSize" in config) host.files.limitInput(config.maxInputSize);
  switch (config.command) {
    case "find": {
      const { runFind } = await import("./commands/find.ts");
      return await runFind(config, host);
    }
    case "echo": {
      const { runEcho } = await import("./commands/echo.ts");
      return await runEcho(config, host);
    }
    case "probe": {
      const { runProbe } = await import("./commands/probe.ts");
      return await runProbe(config, host);
    }
    case "serve": {
      const { runServe } = await import("./commands/serve.ts");
      return await runServe(config, host);
    }
    case "config": {
      const { runConfig } = await import("./commands/config.ts");
      return await runConfig(config, host);
    }
    default:
      return await runText(config, host);
  }
}

async function runText(config: TextConfig, host: Host): Promise<number> {
  try {
    await host.stdout.write(await textOf(config, host));
    return EXIT_SUCCESS;
  } catch (error) {
    if (!(error instanceof FindscuError)) throw error;
    const form = error instanceof UsageError ? config.form : "address";
    await host.stderr.write(renderUsageError(error, form, host.version));
    return exitCodeOf(error);
  }
}

async function textOf(config: TextConfig, host: Host): Promise<string> {
  const { helpText, versionText } = await import("./line/help.ts");
  const { rows, commands } = GRAMMAR;
  switch (config.command) {
    case "help": {
      const { topic = "find" } = config;
      const command = topic === "find"
        ? topic
        : commands.find(({ name }) => name === topic)?.name;
      if (command === undefined) {
        const { topicText } = await import("./line/topics.ts");
        return topicText(topic, rows);
      }
      const { version } = host;
      return helpText({ rows, commands, version, command, long: config.long });
    }
    case "version":
      return versionText(host.version);
    case "list-ciphers": {
      const { cipherListText } = await import("./line/tls_text.ts");
      return cipherListText(await host.tlsSupport(), host.version);
    }
    case "list-profiles": {
      const { profileListText } = await import("./line/tls_text.ts");
      return profileListText(await host.tlsSupport(), rows, host.version);
    }
    case "man": {
      const { manText } = await import("./line/man.ts");
      return manText({ rows, commands, version: host.version });
    }
    case "completions": {
      const { completions } = await import("./commands/completions.ts");
      return await completions(config, { rows, commands }, host);
    }
    case "list-faults": {
      const { FAULTS } = await import("../scp/faults/faults.ts");
      const width = Math.max(...FAULTS.map(({ name }) => name.length)) + 2;
      return FAULTS.map(({ name, summary }) =>
        `${name.padEnd(width)}${summary}\n`
      ).join("");
    }
    default:
      throw new TypeError(`No text for "${config.command}"`);
  }
}
