/**
 * The source named after `mock:`: a name and, after a question mark, the behaviour of the connection, as in
 * `demo?fault=abort&latency=20`. Does not depend on files: whether the name is one is for the caller to find out.
 */
import { MAX_INT32 } from "../bytes/size.ts";
import { nearestWords } from "../dictionary/nearest.ts";
import { advise, UsageError } from "../errors.ts";
import { type Fault, faultNamed, FAULTS } from "./faults/faults.ts";

/** How a mock behaves; well when nothing is said. */
export interface MockBehaviour {
  /** The fault of the SCP. */
  readonly fault?: Fault;
  /** Milliseconds from each write to its arrival. */
  readonly latency?: number;
  /** Largest chunk that a read answers with, in bytes. */
  readonly chunkSize?: number;
  /** The connection breaks once the SCP has sent this number of bytes. */
  readonly cutAfter?: number;
  /** Most matches per query; more end it with A700. */
  readonly limit?: number;
  /** A recording is replayed with its pauses. */
  readonly realtime?: boolean;
  /** A recording answers queries with other keys of the same level, too. */
  readonly loose?: boolean;
}

/** A parsed source. */
export interface MockSource {
  /** `demo`, or a path. */
  readonly name: string;
  readonly behaviour: MockBehaviour;
}

/** The options of a source, with the least number that each accepts; `fault` accepts a name. */
const NUMBERS: ReadonlyMap<string, readonly [keyof MockBehaviour, number]> =
  new Map([
    ["latency", ["latency", 0]],
    ["chunk", ["chunkSize", 1]],
    ["cut", ["cutAfter", 0]],
    ["limit", ["limit", 1]],
  ]);
/** Options without a value. */
const SWITCHES = ["realtime", "loose"] as const;
const NAMES: readonly string[] = ["fault", ...NUMBERS.keys(), ...SWITCHES];

function isSwitch(name: string): boolean {
  return (SWITCHES as readonly string[]).includes(name);
}

/** Text that may follow the question mark; anything else is part of a path. */
const OPTIONS = /^[a-z]+(=[^&]*)?(&[a-z]+(=[^&]*)?)*$/i;

/** Takes a source apart. Throws `UsageError` for options that do not exist or have no such value. */
export function parseMockSource(text: string): MockSource {
  const at = text.lastIndexOf("?");
  const options = text.slice(at + 1);
  if (at < 1 || !OPTIONS.test(options)) return { name: text, behaviour: {} };
  const behaviour: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const option of options.split("&")) {
    const [name = "", value] = option.split("=", 2);
    if (seen.has(name)) {
      throw new UsageError(`Mock option "${name}" is given twice`, {
        hint: "Give each option once",
      });
    }
    seen.add(name);
    const number = NUMBERS.get(name);
    if (name === "fault") behaviour["fault"] = requireFault(value ?? "");
    else if (number !== undefined) {
      behaviour[number[0]] = wholeNumber(name, value ?? "", number[1]);
    } else if (isSwitch(name) && value === undefined) {
      behaviour[name] = true;
    } else throw unknownOption(option, name);
  }
  return { name: text.slice(0, at), behaviour };
}

/** The fault of a name. Throws `UsageError` that offers the nearest names. */
export function requireFault(name: string): Fault {
  const fault = faultNamed(name);
  if (fault !== undefined) return fault;
  const near = nearestWords(name, FAULTS.map((one) => one.name), 3);
  throw new UsageError(`Unknown fault "${name}"`, {
    hint: near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : advise("See the list of faults", "list-faults"),
  });
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= MAX_INT32) {
    return number;
  }
  throw new UsageError(`Invalid mock option "${name}=${text}"`, {
    hint: number > MAX_INT32
      ? `Give a whole number from ${least} to ${MAX_INT32}`
      : `Give a whole number of ${least} or more`,
  });
}

function unknownOption(option: string, name: string): UsageError {
  if (isSwitch(name)) {
    return new UsageError(`Invalid mock option "${option}"`, {
      hint: `${name} does not have a value`,
    });
  }
  const near = nearestWords(name, NAMES, 1);
  return new UsageError(`Unknown mock option "${name}"`, {
    hint: near.length > 0
      ? `Did you mean ${near[0]}?`
      : `There are ${NAMES.join(", ")}`,
  });
}
