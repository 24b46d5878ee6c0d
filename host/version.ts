/** The output of `--version`: the program's version, its build, the runtime in it and the libraries of that. */
import { builtin } from "../src/builtin.ts";
import type { VersionFacts } from "../src/cli/host.ts";
import { VERSION } from "../src/version.ts";

/** Facts that only the build knows; none when run from source. */
export interface BuildFacts {
  /** The commit it was built from. */
  readonly commit?: string | undefined;
  /** The day of that commit, `YYYY-MM-DD`. */
  readonly date?: string | undefined;
  /** The packages in it, `name version`. */
  readonly packages?: readonly string[];
}

/** The facts of the running process; the runtime is queried on demand. */
export function versionFacts(build: BuildFacts): VersionFacts {
  const facts = () => runtimeFacts(builtin("node:process").versions);
  return {
    version: VERSION,
    commit: build.commit,
    date: build.date,
    get platform() {
      const { platform, arch } = builtin("node:process");
      return `${platform} ${arch}`;
    },
    get runtime() {
      return facts()[0];
    },
    get libraries() {
      const [, ...libraries] = facts();
      return [
        ...libraries,
        ...(build.packages ?? []).map((name) => `Package: ${name}`),
      ];
    },
  };
}

/** The runtime, its TLS library and its engine. Values that a runtime reports only for compatibility are left out. */
function runtimeFacts(
  versions: Readonly<Record<string, string | undefined>>,
): [runtime: string, ...libraries: string[]] {
  if (versions["deno"] !== undefined) {
    return [
      `Deno ${versions["deno"]}`,
      "TLS: rustls",
      `Engine: V8 ${versions["v8"]}`,
    ];
  }
  if (versions["bun"] !== undefined) {
    return [
      `Bun ${versions["bun"]}`,
      `TLS: BoringSSL ${short(versions["boringssl"])}`,
      `Engine: JavaScriptCore ${short(versions["webkit"])}`,
    ];
  }
  return [
    `Node.js ${versions["node"]}`,
    `TLS: OpenSSL ${versions["openssl"]}`,
    `Engine: V8 ${versions["v8"]}`,
  ];
}

/** A commit in the length that people use. */
function short(commit = ""): string {
  return commit.slice(0, 12);
}
