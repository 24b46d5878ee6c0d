/**
 * Executables for other machines, run on this one: the one for Windows by Wine, the one for ARM by QEMU. Only where somebody wants it
 * (`FINDSCU_EMULATORS=1`, as `deno task test:emulated` sets): emulators are slow and no substitute for the machines themselves.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { type Bundle, compileWithBun } from "../../scripts/compile_steps.ts";
import { hostTarget, TARGETS } from "../../scripts/compile_targets.ts";
import type { Form } from "./forms.ts";

/** How an emulator is made ready: the words before the path of the executable, or why there is none. */
type Emulator = (executable: string) =>
  | { readonly command: readonly string[]; readonly env?: Form["env"] }
  | { readonly missing: string };

const EMULATORS: readonly [target: string, emulator: Emulator][] = [
  ["windows-x64", wine],
  ["linux-arm64", qemu],
];

/** The forms that an emulator can run. */
export function emulatedForms(bundle: Bundle): Form[] {
  return EMULATORS.filter(([name]) => name !== hostTarget()?.name).map(
    ([name, emulator]) => {
      const form = {
        name: `executable by Bun for ${name}, emulated`,
        isBuilt: true,
        isWindows: name.startsWith("windows"),
      };
      const skipped = (skip: string): Form => ({ ...form, command: [], skip });
      if (process.env["FINDSCU_EMULATORS"] !== "1") {
        return skipped("FINDSCU_EMULATORS is not set");
      }
      const target = TARGETS.find((target) => target.name === name)!;
      const compiled = compileWithBun(bundle, target);
      if (!compiled.ok) {
        if (!compiled.unavailable) throw new Error(compiled.reason);
        return skipped(compiled.reason);
      }
      const emulated = emulator(compiled.path);
      if ("missing" in emulated) return skipped(emulated.missing);
      return {
        ...form,
        command: [...emulated.command, compiled.path],
        skip: undefined,
        ...(emulated.env && { env: emulated.env }),
      };
    },
  );
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

function wine(executable: string): ReturnType<Emulator> {
  const program = ["/usr/lib/wine/wine64", "/usr/bin/wine64"].find(existsSync);
  if (program === undefined) return { missing: "Wine (wine64) is not there" };
  const folder = dirname(executable);
  const source = join(folder, "random_numbers.c");
  writeFileSync(source, RANDOM_NUMBERS);
  const compiler = "x86_64-w64-mingw32-gcc";
  const library = join(folder, "bcryptprimitives.dll");
  const made = spawnSync(
    compiler,
    ["-shared", "-o", library, source, "-ladvapi32"],
    { encoding: "utf8" },
  );
  if (made.error !== undefined) return { missing: `${compiler} is not there` };
  if (made.status !== 0) throw new Error(made.stderr);
  const prefix = join(folder, "wine");
  mkdirSync(prefix, { recursive: true });
  const env = { WINEPREFIX: prefix, WINEDEBUG: "-all", WINEARCH: "win64" };
  spawnSync(program, ["wineboot", "-i"], { env: { ...process.env, ...env } });
  return { command: [program], env };
}

function qemu(): ReturnType<Emulator> {
  const program = "qemu-aarch64-static";
  const libraries = "/usr/aarch64-linux-gnu";
  if (spawnSync(program, ["--version"]).error !== undefined) {
    return { missing: `${program} is not there` };
  }
  return existsSync(join(libraries, "lib"))
    ? { command: [program, "-L", libraries] }
    : { missing: `the C library for ARM (${libraries}) is not there` };
}
