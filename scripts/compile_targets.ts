/**
 * The machines that executables are made for, and how an executable shows which one it is for. Does not depend on any compiler
 * except its names.
 */
import process from "node:process";

/** A machine to make executables for. */
export interface Target {
  /** Our name of it, as in the names of archives: system, architecture, C library if there are two. */
  readonly name: string;
  readonly system: "linux" | "macos" | "windows";
  readonly architecture: "x64" | "arm64";
  /** Bun's name of it; if PCs of before 2013 may be meant, of its form that needs no AVX2. */
  readonly bun: string;
  /** Deno's name of it; Deno offers no musl. */
  readonly deno?: string;
}

/** All of them, the release's order. */
export const TARGETS: readonly Target[] = [
  target("linux", "x64", "bun-linux-x64-baseline", "x86_64-unknown-linux-gnu"),
  target("linux", "arm64", "bun-linux-arm64", "aarch64-unknown-linux-gnu"),
  {
    ...target("linux", "x64", "bun-linux-x64-musl-baseline"),
    name: "linux-x64-musl",
  },
  {
    ...target("linux", "arm64", "bun-linux-arm64-musl"),
    name: "linux-arm64-musl",
  },
  target("macos", "x64", "bun-darwin-x64", "x86_64-apple-darwin"),
  target("macos", "arm64", "bun-darwin-arm64", "aarch64-apple-darwin"),
  target(
    "windows",
    "x64",
    "bun-windows-x64-baseline",
    "x86_64-pc-windows-msvc",
  ),
  target("windows", "arm64", "bun-windows-arm64", "aarch64-pc-windows-msvc"),
];

function target(
  system: Target["system"],
  architecture: Target["architecture"],
  bun: string,
  deno?: string,
): Target {
  return {
    name: `${system}-${architecture}`,
    system,
    architecture,
    bun,
    ...(deno !== undefined && { deno }),
  };
}

/** The target that this machine is; undefined if there is none for it. */
export function hostTarget(): Target | undefined {
  const system = {
    linux: "linux",
    darwin: "macos",
    win32: "windows",
  }[process.platform as string];
  const libc = isMusl() ? "-musl" : "";
  return TARGETS.find(({ name }) =>
    name === `${system}-${process.arch}${libc}`
  );
}

/** The report of the runtime names the C library's version if that is glibc. */
function isMusl(): boolean {
  if (process.platform !== "linux") return false;
  const report = process.report?.getReport() as
    | { header?: { glibcVersionRuntime?: string } }
    | undefined;
  const header = report?.header;
  return header !== undefined && "glibcVersionRuntime" in header
    ? header.glibcVersionRuntime === undefined
    : false;
}

/** `findscu`, with the ending that the system wants. */
export function executableName({ system }: Target): string {
  return system === "windows" ? "findscu.exe" : "findscu";
}

/** What the head of an executable says of the machine it is for. */
export interface ExecutableFormat {
  readonly format: "ELF" | "Mach-O" | "PE";
  readonly architecture: "x64" | "arm64" | undefined;
  /** The program interpreter of an ELF file, which names the C library. */
  readonly interpreter: string | undefined;
}

/** Machine fields: e_machine (ELF), cputype (Mach-O), Machine (PE). */
const MACHINES: Readonly<
  Record<ExecutableFormat["format"], Readonly<Record<number, "x64" | "arm64">>>
> = {
  "ELF": { 0x3e: "x64", 0xb7: "arm64" },
  "Mach-O": { 0x0100_0007: "x64", 0x0100_000c: "arm64" },
  "PE": { 0x8664: "x64", 0xaa64: "arm64" },
};

/** ELF program header type of the interpreter's path. */
const PT_INTERP = 3;

/** Reads the head of an executable (64-bit, little endian); undefined for anything else. A few KiB are enough. */
export function executableFormat(
  head: Uint8Array,
): ExecutableFormat | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (head.length < 64) return undefined;
  if (view.getUint32(0) === 0x7f45_4c46) {
    return {
      format: "ELF",
      architecture: MACHINES["ELF"][view.getUint16(18, true)],
      interpreter: elfInterpreter(view),
    };
  }
  if (view.getUint32(0, true) === 0xfeed_facf) {
    return {
      format: "Mach-O",
      architecture: MACHINES["Mach-O"][view.getUint32(4, true)],
      interpreter: undefined,
    };
  }
  if (view.getUint16(0) !== 0x4d5a) return undefined;
  const at = view.getUint32(60, true);
  if (at + 6 > head.length || view.getUint32(at) !== 0x5045_0000) {
    return undefined;
  }
  return {
    format: "PE",
    architecture: MACHINES["PE"][view.getUint16(at + 4, true)],
    interpreter: undefined,
  };
}

function elfInterpreter(view: DataView): string | undefined {
  const table = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  for (let index = 0; index < count; index++) {
    const entry = table + index * size;
    if (entry + size > view.byteLength) return undefined;
    if (view.getUint32(entry, true) !== PT_INTERP) continue;
    const from = Number(view.getBigUint64(entry + 8, true));
    const length = Number(view.getBigUint64(entry + 32, true)) - 1; // without its NUL
    if (from + length > view.byteLength) return undefined;
    return new TextDecoder().decode(
      new Uint8Array(view.buffer, view.byteOffset + from, length),
    );
  }
  return undefined;
}

/** What is wrong with the head of an executable that is meant for the target; undefined when nothing is. */
export function formatComplaint(
  head: Uint8Array,
  { system, architecture, name }: Target,
): string | undefined {
  const found = executableFormat(head);
  if (found === undefined) return "it is not an executable";
  const wanted = { linux: "ELF", macos: "Mach-O", windows: "PE" }[system];
  if (found.format !== wanted) return `it is ${found.format}, not ${wanted}`;
  if (found.architecture !== architecture) {
    return `it is for ${found.architecture}, not for ${architecture}`;
  }
  const isForMusl = found.interpreter?.includes("musl") ?? false;
  if (system === "linux" && isForMusl !== name.endsWith("-musl")) {
    return `its interpreter is ${found.interpreter}`;
  }
  return undefined;
}
