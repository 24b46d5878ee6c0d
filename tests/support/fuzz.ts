/**
 * Random runs: targets are declared by `fuzzBytes` and `fuzzText`; their seeds are tried as they are first, then mutated for as long as
 * allowed. Each execution has random numbers of its own, from the seed of the run and its number: the same two give the same input.
 *
 * The gate runs each target for a moment (`tests/fuzz`), `deno task fuzz` for as long as wanted.
 */
import { FindscuError } from "../../src/errors.ts";
import { toHex } from "./hex.ts";
import { generator } from "./random.ts";

/** Whole numbers from 0 to below a limit. */
export type Random = (limit: number) => number;

/** What a target is given. */
export type FuzzInput = Uint8Array | string;

/** Something that has to cope with any input. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, and others to begin with. All are of one kind. */
  seeds(): Promise<readonly FuzzInput[]>;
  /** Throws, or rejects, when something is wrong. */
  check(input: FuzzInput, random: Random): void | Promise<void>;
}

/** An input that a target does not cope with. */
export interface FuzzFinding {
  /** Number of the execution, from 0. */
  readonly round: number;
  readonly input: FuzzInput;
  /** What was thrown, with its stack, or how long it took. */
  readonly text: string;
}

/** How a target is run. */
export interface FuzzRun {
  readonly seeds: readonly FuzzInput[];
  /** Beginning of the random numbers. */
  readonly seed: number;
  /** Number of the first execution. Default 0. */
  readonly first?: number;
  /** Whether one more execution is wanted; asked before each. */
  wants(round: number): boolean;
  found(finding: FuzzFinding): void;
}

/** The seed if none is given. */
export const DEFAULT_SEED = 20_240_917;

/** An execution that takes longer, in milliseconds, twice in a row, is a finding: on a busy machine, once means nothing. */
const MAX_TIME = 1_000;

/** Bytes longer than this are cut before they are mutated further. */
const MAX_LENGTH = 64 * 1024;

/** One in so many inputs has nothing to do with the seeds. */
const RARITY_OF_NOISE = 16;

/** Values that lengths and numbers break at. */
const EDGES: readonly number[] = [
  ...[0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0xfffe, 0xffff],
  ...[0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff],
];

const declared: FuzzTarget[] = [];

/** Every target that was declared by the modules loaded so far. */
export const targets: readonly FuzzTarget[] = declared;

/** Declares a target that takes bytes. Seeds that are dear to make are given as a function. */
export function fuzzBytes(
  name: string,
  seeds:
    | readonly Uint8Array[]
    | (() => Promise<readonly Uint8Array[]>),
  check: (bytes: Uint8Array, random: Random) => void | Promise<void>,
): void {
  declared.push({
    name,
    seeds: async () => typeof seeds === "function" ? await seeds() : seeds,
    check: (input, random) => check(input as Uint8Array, random),
  });
}

/** Declares a target that takes text. */
export function fuzzText(
  name: string,
  seeds: readonly string[],
  check: (text: string, random: Random) => void | Promise<void>,
): void {
  declared.push({
    name,
    seeds: () => Promise.resolve(seeds),
    check: (input, random) => check(input as string, random),
  });
}

/** Executes a target as often as wanted. Resolves with the number of executions. */
export async function runTarget(
  target: FuzzTarget,
  run: FuzzRun,
): Promise<number> {
  const { seeds, seed, first = 0 } = run;
  let round = first;
  for (; run.wants(round); round++) {
    const execute = async () => {
      const { input, random } = execution(seeds, seed, round);
      const start = performance.now();
      try {
        const pending = target.check(input, random);
        if (pending !== undefined) await pending;
      } catch (error) {
        run.found({ round, input, text: textOf(error) });
        return { input, taken: 0 };
      }
      return { input, taken: performance.now() - start };
    };
    const { input, taken } = await execute();
    if (taken <= MAX_TIME) continue;
    const again = Math.min(taken, (await execute()).taken);
    if (again <= MAX_TIME) continue;
    run.found({ round, input, text: `took ${Math.round(again)} ms` });
  }
  return round - first;
}

/** The input of an execution, and its random numbers. */
export function execution(
  seeds: readonly FuzzInput[],
  seed: number,
  round: number,
): { readonly input: FuzzInput; readonly random: Random } {
  const random = generator(scattered(seed ^ scattered(round)));
  const input = seeds[round];
  if (input !== undefined) return { input, random };
  const isNoise = random(RARITY_OF_NOISE) === 0;
  return typeof seeds[0] === "string"
    ? {
      input: isNoise
        ? noiseText(random)
        : mutatedText(seeds as readonly string[], random),
      random,
    }
    : {
      input: isNoise
        ? noiseBytes(random)
        : mutatedBytes(seeds as readonly Uint8Array[], random),
      random,
    };
}

/** A number whose bits all depend on all bits of another: neighbours become strangers. */
function scattered(number: number): number {
  let bits = number | 0;
  for (const factor of [0x7feb352d, 0x846ca68b]) {
    bits = Math.imul(bits ^ bits >>> 16, factor);
    bits ^= bits >>> 15;
  }
  return bits >>> 0;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}

/** Longest input that is shown in hexadecimal digits, in bytes. */
const MAX_HEX = 200;

/** An input as text that a test can hold: text as JSON, bytes in hexadecimal digits, many bytes in base64. */
export function showInput(input: FuzzInput): string {
  if (typeof input === "string") return JSON.stringify(input);
  if (input.length <= MAX_HEX) return toHex(input);
  const letters = Array.from(input, (byte) => String.fromCharCode(byte));
  return `base64 ${btoa(letters.join(""))}`;
}

/** Does something that may be refused: gives the value, or undefined for a `FindscuError`. Other errors pass. */
export function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof FindscuError) return undefined;
    throw error;
  }
}

function noiseBytes(random: Random): Uint8Array {
  return Uint8Array.from({ length: random(300) }, () => random(256));
}

function noiseText(random: Random): string {
  const parts = Array.from(
    { length: random(100) },
    () => CHARACTERS[random(CHARACTERS.length)],
  );
  return parts.join("");
}

/** A seed after a handful of changes. */
export function mutatedBytes(
  seeds: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  let bytes: Uint8Array = seeds[random(seeds.length)]!.slice(0, MAX_LENGTH);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    bytes = changedBytes(bytes, seeds, random);
  }
  return bytes;
}

function changedBytes(
  bytes: Uint8Array,
  seeds: readonly Uint8Array[],
  random: Random,
): Uint8Array {
  const at = random(bytes.length + 1);
  const count = random(Math.min(bytes.length - at, 64) + 1);
  switch (random(7)) {
    case 0: // another byte
      if (at < bytes.length) bytes[at] = random(256);
      return bytes;
    case 1: // another bit
      if (at < bytes.length) bytes[at]! ^= 1 << random(8);
      return bytes;
    case 2: { // another number
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const edge = EDGES[random(EDGES.length)]!;
      const isLittle = random(2) === 0;
      if (random(2) === 0) {
        if (at + 4 <= bytes.length) view.setUint32(at, edge, isLittle);
      } else if (at + 2 <= bytes.length) view.setUint16(at, edge, isLittle);
      return bytes;
    }
    case 3: // less
      return joined(bytes.subarray(0, at), bytes.subarray(at + count));
    case 4: // some of it twice
      return joined(bytes.subarray(0, at + count), bytes.subarray(at));
    case 5: { // some of another
      const other = seeds[random(seeds.length)]!;
      const start = random(other.length + 1);
      const part = other.subarray(start, start + random(256));
      return joined(bytes.subarray(0, at), part, bytes.subarray(at + count));
    }
    default: // cut short
      return bytes.slice(0, at);
  }
}

/** Characters that mean something to one parser or another, and some that should mean nothing. */
const CHARACTERS = [
  ...`0123456789abcdefABCDEF(),.[]{}"'\\/=:#*?^-+@ \t\r\n\0<>&;%$|~_`,
  ...["\u00e4", "\u5c71", "\ud83d\ude00", "\ud800", "\u202e", "\ufeff"],
  ...["PatientName", "StudyDate", "0008", "FFFE", "1e999", "99999999999"],
  ...["${", "&#x", "]]>", "__proto__", "\u0085", "\ufffd"],
];

/** A seed after a handful of changes. */
function mutatedText(seeds: readonly string[], random: Random): string {
  let text = seeds[random(seeds.length)]!;
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(text.length + 1);
    const count = random(4) === 0 ? random(16) : random(2);
    const part = random(8) === 0
      ? seeds[random(seeds.length)]!.slice(random(20), 20 + random(40))
      : CHARACTERS[random(CHARACTERS.length)]!.repeat(
        random(50) === 0 ? 200 : random(3),
      );
    text = text.slice(0, at) + part + text.slice(at + count);
  }
  return text.slice(0, MAX_LENGTH);
}

/** Glues byte runs together. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
