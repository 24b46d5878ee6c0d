/**
 * From the values of Specific Character Set to a codec: which values count, how each is read, and the mistakes of
 * them. All tolerance towards declarations is here. PS3.3 C.12.1.1.2, PS3.5 6.1.2.5.
 */
import { type Remedy, UsageError } from "../errors.ts";
import type { TextCodec } from "./codec.ts";
import { type CodeSet, codeSet, ESCAPES, runtimeCodeSet } from "./code_set.ts";
import { Iso2022Codec } from "./iso2022.ts";
import type { CodeExtension } from "./iso2022_plan.ts";
import { runtimeCodec } from "./runtime_codec.ts";
import {
  isDefinedTerm,
  isSameTerm,
  parseTerm,
  type Registration,
  REGISTRATIONS,
  spelling,
  type Term,
  withoutPadding,
} from "./terms.ts";

/**
 * Receives one sentence per irregularity. `key` is the same for the same kind of irregularity although the counts in the sentence differ;
 * without one the sentence itself is the key. The next value may have it again: drop repetitions by the key.
 */
export type Warn = (text: string, key?: string, remedy?: Remedy) => void;

/** How to read terms and how to treat wrong ones. */
export interface CharsetOptions {
  /** Receives the irregularities of terms and values. */
  readonly warn?: Warn;
  /** Values to use when none is declared: terms, or labels like `windows-1252`. */
  readonly assume?: readonly string[];
  /** Use `assume` whatever is declared. */
  readonly assumeAlways?: boolean;
  /** Declared terms (in any spelling) and the sets to read them as: `ISO_IR 100` as `windows-1252`. */
  readonly map?: ReadonlyMap<string, string>;
}

/** The declaration as the standard would have it, and the codec for it. */
export interface Resolved {
  /** Values for (0008,0005); none for the default repertoire. */
  readonly spellings: readonly string[];
  /** The codec of the text. */
  readonly codec: TextCodec;
}

/** Chooses the codec. @throws {UsageError} when `assume` or `map` names something unknown */
export function resolveTerms(
  values: readonly string[],
  options: CharsetOptions,
): Resolved {
  const declared = withoutTrailingEmpty(values.map(withoutPadding));
  const { assume, assumeAlways = false } = options;
  if (assume !== undefined && (assumeAlways || declared.length === 0)) {
    const assumed = withoutTrailingEmpty(assume.map(withoutPadding));
    assumed.forEach(knownTerm);
    return resolve(assumed, { map: undefined, warn: () => {} });
  }
  return resolve(declared, {
    map: options.map,
    warn: options.warn ?? (() => {}),
  });
}

/** Is this a defined term in any spelling, or a label of an encoding the runtime has? `assume` and `map` accept these. */
export function isCharsetName(name: string): boolean {
  return parseTerm(name).type !== "unknown";
}

/** Is this a term that the standard defines, in any spelling? These may be declared when sending. */
export function isCharsetTerm(name: string): boolean {
  return isDefinedTerm(parseTerm(name));
}

interface Context {
  readonly map: ReadonlyMap<string, string> | undefined;
  readonly warn: (text: string) => void;
}

/** One value that counts. */
interface Entry {
  /** As the standard spells it. */
  readonly spellingText: string;
  /** The set that it is read as, after mapping. */
  readonly term: Term;
  /** Set that replaces the term's right half, after mapping. */
  readonly right: CodeSet | undefined;
}

const EMPTY: Entry = {
  spellingText: "",
  term: { type: "sets", registration: 6 },
  right: undefined,
};

function resolve(values: readonly string[], context: Context): Resolved {
  const isSeveral = values.length > 1;
  const entries = values.map((value, index) =>
    readValue(value, index, isSeveral, context)
  );
  const alone = entries[0]?.term.type === "runtime"
    ? entries[0]
    : onlyNonEmpty(entries);
  if (alone?.term.type === "runtime") {
    if (isSeveral) {
      context.warn(
        `Specific Character Set "${alone.spellingText}" must be the only value, ` +
          `the others are ignored`,
      );
    }
    return {
      spellings: [alone.spellingText],
      codec: runtimeCodec(alone.term.label),
    };
  }
  return resolveSets(entries, context);
}

/** Reads one value: mends, maps, and says so. */
function readValue(
  value: string,
  index: number,
  isSeveral: boolean,
  { map, warn }: Context,
): Entry {
  if (value === "") return EMPTY;
  const declared = parseTerm(value);
  const spellingText = spelling(declared, isSeveral);
  const label = `Specific Character Set value ${index + 1} "${value}"`;
  const target = mapped(declared, map);
  if (target === undefined) {
    if (declared.type === "unknown") {
      warn(
        `${label} is unknown; text is read as ASCII, beyond it as UTF-8 or windows-1252`,
      );
    } else if (
      !isDefinedTerm(declared) ||
      (value !== spellingText && value !== spelling(declared, true))
    ) {
      warn(`${label} is not a defined term here, read as "${spellingText}"`);
    }
    const usedEntries = !isSeveral && value === spelling(declared, true);
    return {
      spellingText: usedEntries ? value : spellingText,
      term: declared,
      right: undefined,
    };
  }
  const right = rightInstead(declared, target);
  if (right === undefined && target.type === "runtime" && index > 0) {
    warn(`${label} cannot be read as "${target.name}" besides others`);
    return { spellingText, term: declared, right };
  }
  return { spellingText, term: right === undefined ? target : declared, right };
}

/** The right half that mapping puts in place of a single-byte term's own, so that the term's escapes keep working. */
function rightInstead(declared: Term, target: Term): CodeSet | undefined {
  if (declared.type !== "sets") return undefined;
  const own = REGISTRATIONS.get(declared.registration);
  if (own?.g0 !== "ascii" || !own.isSingleByte) return undefined;
  if (target.type === "runtime") return runtimeCodeSet(target.label);
  if (target.type !== "sets") return undefined;
  const other = REGISTRATIONS.get(target.registration);
  return other?.g0 === "ascii" && other.g1 ? codeSet(other.g1) : undefined;
}

/** Everything that is made of sets; unknown terms and misplaced stand-alone ones drop out. */
function resolveSets(entries: readonly Entry[], { warn }: Context): Resolved {
  let hasUtf8 = false;
  const usedEntries = entries.filter(({ spellingText, term }, index) => {
    if (index === 0 || term.type === "sets") return true;
    const isUtf8 = spellingText === "ISO_IR 192";
    hasUtf8 ||= isUtf8;
    warn(
      `Specific Character Set value ${
        index + 1
      } "${spellingText}" cannot be combined with others, ${
        isUtf8 ? "read only where the bytes are valid UTF-8" : "ignored"
      }`,
    );
    return false;
  });
  const first = usedEntries[0] ?? EMPTY;
  const firstSets = registrationOf(first);
  if (!firstSets.isSingleByte) {
    warn(
      `Specific Character Set "${first.spellingText}" cannot be the first value, ` +
        `an empty one is assumed before it`,
    );
    return resolveSets([EMPTY, ...usedEntries], { map: undefined, warn });
  }
  const isExtended = usedEntries.length > 1 ||
    first.spellingText.startsWith("ISO 2022");
  const right = first.right ?? (firstSets.g1 && codeSet(firstSets.g1));
  const isDefault = usedEntries.length < 2 && first.term.type === "sets" &&
    first.term.registration === 6;
  return {
    spellings: isDefault
      ? []
      : usedEntries.map(({ spellingText }) => spellingText),
    codec: new Iso2022Codec({
      g0: codeSet(firstSets.g0),
      g1: right,
      extensions: isExtended ? extensionsOf(usedEntries) : [],
      hasUtf8,
    }),
  };
}

/** Every escape sequence that the values declare, once each, value 1 first. */
function extensionsOf(entries: readonly Entry[]): CodeExtension[] {
  const extensions = new Map<string, CodeExtension>();
  for (const entry of entries) {
    for (const escape of registrationOf(entry).escapes) {
      const designation = ESCAPES.get(escape);
      if (designation === undefined || extensions.has(escape)) continue;
      const { half, set } = designation;
      const override = half === 1 ? entry.right : undefined;
      extensions.set(escape, {
        escape,
        half,
        set: override ?? codeSet(set),
      });
    }
  }
  return [...extensions.values()];
}

/** The sets of an entry; ASCII for an unknown term. */
function registrationOf({ term }: Entry): Registration {
  const number = term.type === "sets" ? term.registration : 6;
  return REGISTRATIONS.get(number) ?? ASCII_ONLY;
}

const ASCII_ONLY: Registration = {
  g0: "ascii",
  escapes: ["(B"],
  isSingleByte: true,
};

/** The entry of `map` for a term. */
function mapped(
  term: Term,
  map: ReadonlyMap<string, string> | undefined,
): Term | undefined {
  for (const [from, to] of map ?? []) {
    if (isSameTerm(parseTerm(from), term)) return knownTerm(to);
  }
  return undefined;
}

function knownTerm(name: string): Term {
  const term = parseTerm(name);
  if (term.type === "unknown") {
    throw new UsageError(`Unknown character set "${name}"`, {
      hint: "Give a defined term like ISO_IR 100 or a label like windows-1252",
    });
  }
  return term;
}

function onlyNonEmpty(entries: readonly Entry[]): Entry | undefined {
  const others = entries.filter(({ spellingText }) => spellingText !== "");
  return others.length === 1 ? others[0] : undefined;
}

function withoutTrailingEmpty(values: readonly string[]): readonly string[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === "") length--;
  return values.slice(0, length);
}
