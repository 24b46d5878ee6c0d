/**
 * Executables for other machines and systems, run on this one: the one for Windows by Wine, those for ARM by QEMU, those for musl and
 * for an older glibc in a system of their own (`scripts/make_roots.sh`). Only on request (`FINDSCU_EMULATORS=1`, as
 * `deno task test:emulated` sets): emulators are slow and no substitute for the machines themselves.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { type Bundle, dist } from "../../scripts/compile_steps.ts";
import { hostTarget, TARGETS } from "../../scripts/compile_targets.ts";
import type { Form } from "./forms.ts";
import { executableFor, executables } from "./made.ts";
import { compileForWindows } from "./mingw.ts";

/** Where the systems for musl and for an older glibc are, one folder each. */
const ROOTS = process.env["FINDSCU_ROOTS"] ?? join(dist, "roots");

/** The words before the path of the executable, or why there are none. */
type Prepared =
  | { readonly command: readonly string[]; readonly env?: Form["env"] }
  | { readonly missing: string };

/** Something that can run the executable of a target. */
interface Emulator {
  readonly target: string;
  /** What it is, for the name of the form. */
  readonly name: string;
  prepare(executable: string): Prepared;
}

/** The forms that emulators can run; each that cannot be run says why. */
export function emulatedForms(bundle: Bundle): Form[] {
  const machines: Emulator[] = [
    { target: "windows-x64", name: "by Wine", prepare: wine },
    {
      target: "linux-arm64",
      name: "by QEMU",
      prepare: () => qemu("/usr/aarch64-linux-gnu"),
    },
  ];
  return [
    ...machines.filter(({ target }) => target !== hostTarget()?.name),
    ...systemsIn(ROOTS),
  ].map((emulator) => emulatedForm(emulator, bundle));
}

function emulatedForm(emulator: Emulator, bundle: Bundle): Form {
  const form = {
    name: `executable by Bun for ${emulator.target}, ${emulator.name}`,
    isBuilt: true,
    isWindows: emulator.target.startsWith("windows"),
  };
  const skipped = (skip: string): Form => ({ ...form, command: [], skip });
  if (process.env["FINDSCU_EMULATORS"] !== "1") {
    return skipped("FINDSCU_EMULATORS is not set");
  }
  const target = TARGETS.find(({ name }) => name === emulator.target)!;
  const compiled = executableFor(target, bundle, "bun");
  if (!compiled.ok) {
    if (!compiled.unavailable) throw new Error(compiled.reason);
    return skipped(compiled.reason);
  }
  const prepared = emulator.prepare(compiled.path);
  if ("missing" in prepared) return skipped(prepared.missing);
  return {
    ...form,
    command: [...prepared.command, compiled.path],
    skip: undefined,
    ...(prepared.env && { env: prepared.env }),
  };
}

/**
 * Wine 8 lacks a library of Windows 10 that the runtime takes random numbers from: this function is all that it needs of it.
 */
const RANDOM_NUMBERS = `
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) {
  return SystemFunction036(buffer, (ULONG)length);
}
`;

function wine(executable: string): Prepared {
  const program = ["/usr/lib/wine/wine64", "/usr/bin/wine64"].find(existsSync);
  if (program === undefined) return { missing: "Wine (wine64) is not there" };
  const folder = dirname(executable);
  const source = join(folder, "random_numbers.c");
  writeFileSync(source, RANDOM_NUMBERS);
  const library = join(folder, "bcryptprimitives.dll");
  const missing = compileForWindows(source, library, "-shared", "-ladvapi32");
  if (missing !== undefined) return { missing };
  const prefix = join(folder, "wine");
  mkdirSync(prefix, { recursive: true });
  const env = { WINEPREFIX: prefix, WINEDEBUG: "-all", WINEARCH: "win64" };
  spawnSync(program, ["wineboot", "-i"], { env: { ...process.env, ...env } });
  return { command: [program], env };
}

function qemu(root: string): Prepared {
  const program = "qemu-aarch64-static";
  if (spawnSync(program, ["--version"]).error !== undefined) {
    return { missing: `${program} is not there` };
  }
  return existsSync(join(root, "lib"))
    ? { command: [program, "-L", root] }
    : { missing: `the C library for ARM (${root}) is not there` };
}

/** What a target needs of a system. */
const LIBRARIES: readonly [
  library: string,
  target: string,
  architecture: string,
][] = [
  ["lib/ld-musl-x86_64.so.1", "linux-x64-musl", "x64"],
  ["lib/ld-musl-aarch64.so.1", "linux-arm64-musl", "arm64"],
  ["lib/x86_64-linux-gnu", "linux-x64", "x64"],
  ["lib64/ld-linux-x86-64.so.2", "linux-x64", "x64"],
  ["lib/aarch64-linux-gnu", "linux-arm64", "arm64"],
];

/** The systems in a folder, known by their C libraries. */
function systemsIn(folder: string): Emulator[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.flatMap((file): Emulator[] => {
    const root = join(folder, file);
    const kind = LIBRARIES.find(([path]) => existsSync(join(root, path)));
    if (kind === undefined) return [];
    const [, target, architecture] = kind;
    const name = systemTitle(root) ?? file;
    return architecture === process.arch
      ? [{ target, name: `in ${name}`, prepare: () => inside(root) }]
      : [{ target, name: `by QEMU in ${name}`, prepare: () => qemu(root) }];
  });
}

/** What a system calls itself. */
function systemTitle(root: string): string | undefined {
  const path = join(root, "etc/os-release");
  if (!existsSync(path)) return undefined;
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync(path, "utf8"))?.[1];
}

/**
 * Runs a program with another root, at the same working directory. It sees the folder of temporary files, its own, and the kernel's
 * ($1 the root, $2 and $3 these folders, $4 the program); no other process sees the mounts.
 */
const INSIDE = `
set -e
mkdir -p "$1$2" "$1$3" "$1/dev" "$1/proc"
mount --bind "$2" "$1$2"
mount --bind "$3" "$1$3"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
root=$1
shift 3
exec unshare --root="$root" --wd="$PWD" "$@"
`;

function inside(root: string): Prepared {
  if (process.getuid?.() !== 0) return { missing: "only root may change it" };
  const shell = ["unshare", "--mount", "sh", "-c", INSIDE, "sh"];
  return { command: [...shell, root, tmpdir(), executables] };
}
