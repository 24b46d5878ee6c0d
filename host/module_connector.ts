/** A connector that a module of the user's exports: loads it, and reports its errors under its name. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  FindscuError,
  InputError,
  messageOf,
  TransportError,
} from "../src/errors.ts";
import type { Connector } from "../src/transport.ts";
import { refusalOf, requireModules } from "./rights.ts";

/** The connector of a module. Rejects with `InputError` if it cannot be loaded, and with `UsageError` if Deno may not load any. */
export async function moduleConnector(file: string): Promise<Connector> {
  requireModules();
  const connector = await load(file);
  return async (target, options) => {
    try {
      return await connector(target, options);
    } catch (error) {
      if (error instanceof FindscuError || options.signal.aborted) throw error;
      const what = messageOf(error);
      throw new TransportError(
        "connect",
        `The transport "${file}" failed: ${what}`,
        { cause: error },
      );
    }
  };
}

async function load(file: string): Promise<Connector> {
  const path = resolve(file);
  let isThere: boolean;
  try {
    isThere = existsSync(path);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
  if (!isThere) {
    throw new InputError(
      "input-unreadable",
      `Cannot read the transport "${file}": no such file`,
    );
  }
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    const what = messageOf(cause);
    throw new InputError(
      "input-invalid",
      `Cannot load the transport "${file}": ${what}`,
      { cause },
    );
  }
  if (typeof module.default === "function") return module.default as Connector;
  throw new InputError(
    "input-invalid",
    `The transport "${file}" does not export a function by default`,
    {
      hint:
        "Export a Connector by default: (target, { signal }) => Promise<Transport>, see docs/transports.md",
    },
  );
}
