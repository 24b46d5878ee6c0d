/**
 * The character set of an identifier: which one typed text is encoded in, and how text of a base dataset is brought into the
 * same one (PS3.3 C.12.1.1.2, PS3.5 6.1.2). Does not depend on keys.
 */
import {
  Charset,
  type CharsetOptions,
  smallestCharset,
} from "../charset/charset.ts";
import {
  charsetOf,
  padded,
  SPECIFIC_CHARACTER_SET,
  textElement,
  textKind,
} from "../codec/values.ts";
import {
  Dataset,
  type Element,
  isSequence,
  mapItems,
  plainValue,
} from "../dataset/dataset.ts";
import { vrInfo } from "../dataset/vr.ts";
import { EncodeError, UsageError } from "../errors.ts";

/**
 * How typed text is encoded: `as-typed` sends it in UTF-8 and declares nothing, a list of Specific Character Set values
 * encodes it in those, `fit` uses the character set that is already declared, else the smallest that has all characters.
 */
export type CharsetChoice = "as-typed" | "fit" | readonly string[];

/** A dataset in a known character set. */
export interface EncodedBase {
  /** The dataset, which declares `charset`. */
  readonly dataset: Dataset;
  /** The encoding for typed text; undefined for UTF-8 as typed. */
  readonly charset: Charset | undefined;
}

/** The part of the character set decision that depends on keys: the typed text, and a Specific Character Set among it. */
export interface TypedText {
  /** Every value that goes into text, joined in any way. */
  readonly text: string;
  /** Value of the last key that sets Specific Character Set at the top; undefined when none does. */
  readonly declared: string | undefined;
}

/**
 * Decides the character set and brings the base dataset into it. The base is not changed. Throws `UsageError` when text does
 * not fit a character set that was requested by name. `warn` receives terms that are misspelt, unknown or not used.
 */
export function encodeBase(
  base: Dataset,
  typedText: TypedText,
  choice: CharsetChoice,
  warn: (text: string) => void = () => {},
): EncodedBase {
  if (choice === "as-typed") {
    return { dataset: base.clone(), charset: undefined };
  }
  const source = sourceCharset(base);
  if (choice !== "fit") {
    const choiceText = choice.join("\\");
    if (typedText.declared !== undefined && typedText.declared !== choiceText) {
      warn(
        `Character set "${choiceText}" overrides SpecificCharacterSet "${typedText.declared}" of a key`,
      );
    }
    return recoded(base, source, Charset.of(choice, { warn }));
  }
  if (typedText.declared !== undefined) {
    const terms = typedText.declared.split("\\");
    return recoded(base, source, Charset.of(terms, { warn }));
  }
  if (base.has(SPECIFIC_CHARACTER_SET) && source.canEncode(typedText.text)) {
    return { dataset: base.clone(), charset: source };
  }
  const text = typedText.text + textOf(base, source);
  return recoded(base, source, smallestCharset(text));
}

/** Makes sure that Specific Character Set is present: empty for ASCII, else UTF-8, which is what typed text is sent in. */
export function declareCharset(dataset: Dataset): void {
  if (dataset.has(SPECIFIC_CHARACTER_SET)) return;
  dataset.set(charsetElement(hasOnlyAscii(dataset) ? [] : ["ISO_IR 192"]));
}

/** Whether no text of the dataset, at any depth, has a byte outside ASCII. */
export function hasOnlyAscii(dataset: Dataset): boolean {
  return dataset.elements.every((element) =>
    isSequence(element)
      ? element.items.every((item) => hasOnlyAscii(item.dataset))
      : !vrInfo(element.vr).charset ||
        (plainValue(element) ?? new Uint8Array()).every((byte) => byte < 0x80)
  );
}

/**
 * The declared character set; without one, UTF-8 if the bytes are valid as such, because query files are written by hand in
 * editors, else Latin-1.
 */
function sourceCharset(base: Dataset): Charset {
  const declared = charsetOf(base, Charset.ascii);
  if (base.has(SPECIFIC_CHARACTER_SET) || hasOnlyAscii(base)) return declared;
  return Charset.of([isUtf8(base) ? "ISO_IR 192" : "ISO_IR 100"]);
}

/** Whether all text, at any depth, is valid UTF-8. */
export function isUtf8(dataset: Dataset): boolean {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for (const element of allElements(dataset)) {
      if (vrInfo(element.vr).charset) {
        decoder.decode(plainValue(element) ?? new Uint8Array());
      }
    }
    return true;
  } catch {
    return false;
  }
}

function* allElements(dataset: Dataset): Iterable<Element> {
  for (const element of dataset.elements) {
    yield element;
    if (!isSequence(element)) continue;
    for (const item of element.items) yield* allElements(item.dataset);
  }
}

function charsetElement(terms: readonly string[]): Element {
  return textElement(SPECIFIC_CHARACTER_SET, "CS", terms);
}

/** The base with all text in another character set, which it then declares. */
function recoded(base: Dataset, from: Charset, to: Charset): EncodedBase {
  const dataset = recodedDataset(base, from, to);
  dataset.set(charsetElement(to.terms));
  return { dataset, charset: to };
}

/**
 * The attributes of a dataset with all text in another character set, which is not declared yet. `from` is the character set if
 * the dataset declares none, `options` say how declarations are read. Throws `UsageError` for text that does not fit.
 */
export function recodedDataset(
  base: Dataset,
  from: Charset,
  to: Charset,
  options?: CharsetOptions,
): Dataset {
  const source = charsetOf(base, from, options);
  const dataset = new Dataset();
  for (const element of base) {
    // Items inherit the new character set; their own declarations no longer hold.
    if (element.tag === SPECIFIC_CHARACTER_SET) continue;
    dataset.set(recodedElement(element, source, to, options));
  }
  return dataset;
}

function recodedElement(
  element: Element,
  from: Charset,
  to: Charset,
  options?: CharsetOptions,
): Element {
  if (isSequence(element)) {
    return mapItems(
      element,
      (dataset) => recodedDataset(dataset, from, to, options),
    );
  }
  const bytes = plainValue(element);
  if (
    bytes === undefined || !vrInfo(element.vr).charset ||
    bytes.every(isInvariant)
  ) return element;
  const kind = textKind(element.vr);
  const text = from.decode(bytes, kind).join("\\");
  try {
    const value = padded(to.encode(text.replace(/ +$/, ""), kind), element.vr);
    return { ...element, value } as Element;
  } catch (cause) {
    if (!(cause instanceof EncodeError)) throw cause;
    throw new UsageError(
      `Cannot encode the query file in character set "${
        to.terms.join("\\")
      }": ${cause.message}`,
      { cause, hint: "Choose ISO_IR 192, which has all characters" },
    );
  }
}

/** Whether all text of a dataset, at any depth, means the same in every character set. */
export function isInvariantText(dataset: Dataset): boolean {
  for (const { vr, ...element } of allElements(dataset)) {
    if (!vrInfo(vr).charset || !("value" in element)) continue;
    if (!element.value.every(isInvariant)) return false;
  }
  return true;
}

/** Bytes that mean the same in every character set: ASCII without escape sequences. */
function isInvariant(byte: number): boolean {
  return byte < 0x80 && byte !== 0x1b;
}

function textOf(dataset: Dataset, charset: Charset): string {
  const own = charsetOf(dataset, charset);
  return dataset.elements.map((element) => {
    if (isSequence(element)) {
      return element.items.map((item) => textOf(item.dataset, own)).join("");
    }
    const bytes = plainValue(element);
    return bytes === undefined || !vrInfo(element.vr).charset
      ? ""
      : own.decode(bytes, textKind(element.vr)).join("");
  }).join("");
}
