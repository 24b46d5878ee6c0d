/**
 * Random runs within a time: seeds are taken as they are first, then mutated for as long as allowed. The first seed of chance is always
 * the same, and a failure names the bytes, so that what was found can be found again and become a unit test.
 *
 * `FINDSCU_FUZZ_SECONDS` is the time of each run (0.25 when absent), `FINDSCU_FUZZ_SEED` another beginning:
 *   FINDSCU_FUZZ_SECONDS=60 deno test --no-check --allow-env tests/fuzz
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { generator } from "./random.ts";
import { toHex } from "./hex.ts";

/** Whole numbers from 0 to below a limit. */
export type Random = (limit: number) => number;

const DEFAULT_SECONDS = 0.25;
const DEFAULT_SEED = 20_240_917;

/** One input may take this long, in milliseconds, on a busy machine: more means that it takes for ever. */
const MAX_TIME = 5_000;

/** Most memory that objects may take when a run is over, in bytes. Buffers that wait to be collected do not count. */
const MAX_MEMORY = 512 * 1024 * 1024;

/** Bytes longer than this are cut before they are mutated further. */
const MAX_LENGTH = 64 * 1024;

/** Values that lengths and numbers break at. */
const EDGES: readonly number[] = [
  ...[0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0xfffe, 0xffff],
  ...[0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff],
];

/** Declares a test that holds `check` against the seeds and against what becomes of them. `check` throws when something is wrong. */
export function fuzzBytes(
  name: string,
  seeds: readonly Uint8Array[],
  check: (bytes: Uint8Array, random: Random) => void,
): void {
  run(name, seeds, mutatedBytes, check, (bytes) => toHex(bytes));
}

/** The same for text. */
export function fuzzText(
  name: string,
  seeds: readonly string[],
  check: (text: string, random: Random) => void,
): void {
  run(name, seeds, mutatedText, check, (text) => JSON.stringify(text));
}

function run<T>(
  name: string,
  seeds: readonly T[],
  mutate: (seeds: readonly T[], random: Random) => T,
  check: (input: T, random: Random) => void,
  show: (input: T) => string,
): void {
  test(name, () => {
    const seed = setting("FINDSCU_FUZZ_SEED") ?? DEFAULT_SEED;
    const seconds = setting("FINDSCU_FUZZ_SECONDS") ?? DEFAULT_SECONDS;
    const random = generator(seed);
    const end = performance.now() + seconds * 1000;
    for (let round = 0; performance.now() < end; round++) {
      const input = seeds[round] ?? mutate(seeds, random);
      const start = performance.now();
      try {
        check(input, random);
      } catch (cause) {
        throw new Error(
          `Round ${round} of seed ${seed}: ${cause}\nwith ${show(input)}`,
          { cause },
        );
      }
      const taken = performance.now() - start;
      assert.ok(taken < MAX_TIME, `${taken} ms in round ${round}`);
    }
    const { heapUsed } = process.memoryUsage();
    assert.ok(heapUsed < MAX_MEMORY, `${heapUsed} bytes of memory in use`);
  });
}

/** A number from the environment, where reading it is allowed without asking. */
function setting(name: string): number | undefined {
  const { Deno: deno } = globalThis as {
    readonly Deno?: {
      readonly permissions: {
        querySync(what: { name: "env"; variable: string }): { state: string };
      };
    };
  };
  const state = deno?.permissions.querySync({ name: "env", variable: name });
  if (state !== undefined && state.state !== "granted") return undefined;
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
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
];

/** A seed after a handful of changes. */
export function mutatedText(seeds: readonly string[], random: Random): string {
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
