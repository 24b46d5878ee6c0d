/** Missing permissions of Deno, as sentences. Bun and Node allow everything. */
import { formatAddress } from "../src/transport.ts";
import { UsageError } from "../src/errors.ts";
import { environmentVariable } from "./runtime.ts";

/** The part of Deno's face that is used here. */
interface Permissions {
  querySync(right: Right): { readonly state: string };
  requestSync(right: Right): { readonly state: string };
}

/** A permission by its name, and its purpose. */
type Right =
  | { readonly name: "env"; readonly variable?: string }
  | { readonly name: "net"; readonly host: string }
  | { readonly name: "run"; readonly command: string };

function permissions(): Permissions | undefined {
  const { Deno } = globalThis as { Deno?: { permissions?: Permissions } };
  return Deno?.permissions;
}

/** Throws `UsageError` unless the variable may be read. Does not prompt: most variables are of little use. */
function requireVariable(variable: string): void {
  const state = permissions()?.querySync({ name: "env", variable }).state;
  if (state === undefined || state === "granted") return;
  throw new UsageError(
    `Deno may not read the environment variable "${variable}"`,
    { hint: `Start it with --allow-env=${variable}` },
  );
}

/** The value of an environment variable. Throws `UsageError` if it may not be read. */
export function variable(name: string): string | undefined {
  requireVariable(name);
  return environmentVariable(name);
}

/**
 * Throws `UsageError` unless the network may be used there; on a terminal Deno prompts. Deno's own refusal may come where it
 * cannot be caught.
 */
export function requireNetwork(host: string, port: number): void {
  const place = formatAddress(host, port);
  const state = permissions()?.requestSync({ name: "net", host: place }).state;
  if (state === undefined || state === "granted") return;
  throw new UsageError(`Deno may not use the network at "${place}"`, {
    hint: `Start it with --allow-net=${place}`,
  });
}

/** Whether a program may be started. Does not prompt: this is optional. */
export function mayRun(command: string): boolean {
  const state = permissions()?.querySync({ name: "run", command }).state;
  return state === undefined || state === "granted";
}

/** Throws `UsageError` unless the program may be started, with the whole environment; on a terminal Deno prompts. */
export function requireProgram(command: string): void {
  const states = [{ name: "run", command }, { name: "env" }] as const;
  const isAllowed = states.every((right) => {
    const state = permissions()?.requestSync(right).state;
    return state === undefined || state === "granted";
  });
  if (isAllowed) return;
  throw new UsageError(`Deno may not start the program "${command}"`, {
    hint: withRight(`--allow-run=${command} --allow-env`),
  });
}

/** Throws `UsageError` if no module may be loaded that is not part of the program. */
export function requireModules(): void {
  if (!isDenoExecutable()) return;
  throw new UsageError(
    "The rights of this executable, made with Deno, do not allow it to load a transport",
    {
      hint:
        "Use the executable made with Bun, or run the source; a plug-in on the PATH needs one of them, too",
    },
  );
}

function isDenoExecutable(): boolean {
  const { Deno } = globalThis as {
    Deno?: { build?: { standalone?: boolean } };
  };
  return Deno?.build?.standalone === true;
}

/** How to get a right; those of an executable are fixed when it is made. */
function withRight(flag: string): string {
  return isDenoExecutable()
    ? `The rights of this executable are fixed: use the one made with Bun, or run the source with ${flag}`
    : `Start it with ${flag}`;
}

/** Deno's refusal as a `UsageError`; undefined for every other error. */
export function refusalOf(error: unknown): UsageError | undefined {
  if (!(error instanceof Error) || error.name !== "NotCapable") {
    return undefined;
  }
  const [, what, flag] =
    /^Requires (.*), run again with the (--allow-\S+) flag/s
      .exec(error.message) ?? [];
  return new UsageError(
    what === undefined
      ? `Deno refuses: ${error.message}`
      : `Deno refuses ${what}`,
    {
      cause: error,
      ...flag !== undefined && { hint: `Start it with ${flag}` },
    },
  );
}
