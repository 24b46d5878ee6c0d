/**
 * XML 1.0 as a tree, as much of it as a document without a document type has: elements, attributes, text, CDATA, comments,
 * character references and the five entities. Names lose their namespace prefix. Own code, because the core reads without waiting
 * and nothing here may be loaded from elsewhere; a document type is refused, and with it everything that entities can do.
 */

/** An element. */
export interface XmlElement {
  /** Its name without prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly XmlElement[];
  /** Its own text, references replaced. */
  readonly text: string;
}

/** The mistake in a document, and its line. */
export class XmlMistake extends Error {
  /** Line, from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Deepest nesting. */
const MAX_DEPTH = 256;

const NAME = "[\\p{L}_][\\p{L}\\p{N}_.:-]*";
const TOKEN = new RegExp(
  "<!--[^]*?-->|<\\?[^]*?\\?>|<!\\[CDATA\\[([^]*?)\\]\\]>" +
    `|</(${NAME})\\s*>` +
    `|<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>` +
    "|([^<]+)",
  "uy",
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "gu");

interface OpenElement {
  readonly name: string;
  readonly element: XmlElement & { children: XmlElement[]; text: string };
}

/** The root element of a document. Throws `XmlMistake`. */
export function xmlRoot(text: string): XmlElement {
  const stack: OpenElement[] = [];
  let root: XmlElement | undefined;
  let at = 0;
  const fail = (reason: string): never => {
    throw new XmlMistake(reason, text.slice(0, at).split("\n").length);
  };
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      return fail(
        text.startsWith("<!DOCTYPE", at)
          ? "document types are not supported"
          : "not well-formed XML",
      );
    }
    const [, cdata, closing, opening, attributes = "", empty, plain] = match;
    const parent = stack.at(-1);
    if (opening !== undefined) {
      if (parent === undefined && root !== undefined) {
        fail("more than one root element");
      }
      if (stack.length === MAX_DEPTH) fail(`nested deeper than ${MAX_DEPTH}`);
      const element = {
        name: localName(opening),
        attributes: attributesOf(attributes, fail),
        children: [],
        text: "",
      };
      parent?.element.children.push(element);
      root ??= element;
      if (empty === "") stack.push({ name: opening, element });
    } else if (closing !== undefined) {
      if (parent?.name !== closing) {
        fail(`</${closing}> closes an element that is not open`);
      }
      stack.pop();
    } else if (parent !== undefined) {
      parent.element.text += cdata ?? referencesReplaced(plain ?? "", fail);
    } else if ((cdata ?? plain ?? "").trim() !== "") {
      fail("text outside the root element");
    }
    at = TOKEN.lastIndex;
  }
  if (stack.length > 0) fail(`<${stack.at(-1)!.name}> is not closed`);
  return root ?? fail("no element");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function attributesOf(
  text: string,
  fail: (reason: string) => never,
): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [, name = "", double, single] of text.matchAll(ATTRIBUTE)) {
    if (name in attributes) fail(`attribute ${name} occurs twice`);
    attributes[name] = referencesReplaced(double ?? single ?? "", fail);
  }
  return attributes;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function referencesReplaced(
  text: string,
  fail: (reason: string) => never,
): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(\w+))?;?/gi,
    (reference, hex, decimal, name) => {
      if (name !== undefined && reference.endsWith(";")) {
        return ENTITIES[name] ?? fail(`unknown entity ${reference}`);
      }
      const code = hex === undefined
        ? parseInt(decimal ?? "", 10)
        : parseInt(hex, 16);
      const isCharacter = code > 0 && code <= 0x10ffff &&
        (code < 0xd800 || code > 0xdfff);
      return reference.endsWith(";") && isCharacter
        ? String.fromCodePoint(code)
        : fail(`"${reference}" is not a reference`);
    },
  );
}
