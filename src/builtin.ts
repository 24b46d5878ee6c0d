/**
 * Modules that the runtimes share, loaded when they are first used. Modules that most queries never need then cost them nothing:
 * Deno needs 12 ms for `node:process` and 20 ms for `node:fs`, which is longer than a whole query.
 */

/** The modules that are loaded so. */
interface Builtins {
  readonly "node:buffer": typeof import("node:buffer");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:dns/promises": typeof import("node:dns/promises");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:os": typeof import("node:os");
  readonly "node:path": typeof import("node:path");
  readonly "node:process": typeof import("node:process");
  readonly "node:tty": typeof import("node:tty");
  readonly "node:zlib": typeof import("node:zlib");
}

/** Their source, on every runtime. */
interface Runtime<Module> {
  readonly process: { getBuiltinModule(name: string): Module };
}

const loaded = new Map<string, unknown>();

/** A module of the runtime, with its types. */
export function builtin<Name extends keyof Builtins>(
  name: Name,
): Builtins[Name] {
  let module = loaded.get(name) as Builtins[Name] | undefined;
  if (module === undefined) {
    // Not imported: an import of `node:process` would load it at startup.
    const runtime = globalThis as unknown as Runtime<Builtins[Name]>;
    module = runtime.process.getBuiltinModule(name);
    loaded.set(name, module);
  }
  return module;
}

/** Whether anything was loaded so. */
export function usesBuiltins(): boolean {
  return loaded.size > 0;
}
