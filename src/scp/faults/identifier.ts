/**
 * The faults of `faults.ts` that change the contents of a match. Dataset bytes in, dataset bytes out. Does not depend on commands
 * or PDUs.
 */
import { decodeDataset } from "../../codec/decode.ts";
import { encodeDataset } from "../../codec/encode.ts";
import {
  emptyElement,
  rawElement,
  rawStringOf,
  SPECIFIC_CHARACTER_SET,
} from "../../codec/values.ts";
import {
  Dataset,
  type Element,
  isSequence,
  plainValue,
  sequence,
} from "../../dataset/dataset.ts";
import type { TransferSyntax } from "../../codec/transfer_syntax.ts";
import type { IdentifierEdit } from "./faults.ts";

/** The facts about the association and the response that the edits need. */
export interface EditContext {
  readonly syntax: TransferSyntax;
  /** Maximum length that the requestor announced, 0 for none. */
  readonly maxPduLength: number;
  /** Status of the response. */
  readonly status: number;
}

/** How real systems have misspelt the defined terms. */
const MISSPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^ISO_IR (100|144|126)$/, "ISO-IR $1"],
  [/^ISO_IR 192$/, "ISO IR 192"],
  [/^ISO_IR (\d+)$/, "ISO_IR_$1"],
  [/^ISO 2022 IR (149|58)$/, "ISO_IR $1"],
  [/^ISO 2022 IR (\d+)$/, "ISO_2022_IR_$1"],
];

/** Without limit, a PDU of one mebibyte is surely more than a requestor expects. */
const LARGE = 1024 * 1024;

function map(
  dataset: Dataset,
  edit: (element: Element) => Element | undefined,
) {
  const edited = new Dataset();
  for (const element of dataset) {
    const result = edit(element);
    if (result !== undefined) edited.set(result);
  }
  return edited;
}

function misspelt(term: string): string {
  const misspelling = MISSPELLINGS.find(([pattern]) => pattern.test(term));
  return misspelling === undefined
    ? term
    : term.replace(misspelling[0], misspelling[1]);
}

function asUn(element: Element): Element {
  if (isSequence(element) || element.vr === "UN") return element;
  const value = plainValue(element);
  return value === undefined ? element : { tag: element.tag, vr: "UN", value };
}

/** Every second element, (0008,0005) not counted. */
function everyOther(
  dataset: Dataset,
  edit: (element: Element) => Element | undefined,
): Dataset {
  let index = 0;
  return map(dataset, (element) => {
    if (element.tag === SPECIFIC_CHARACTER_SET) return element;
    return index++ % 2 === 1 ? edit(element) : element;
  });
}

function invalid(element: Element): Element {
  if (plainValue(element) === undefined) return element;
  const { tag, vr } = element;
  const value = rawStringOf(element).trim();
  if (vr === "IS" && value !== "") return rawElement(tag, vr, `${value}.0`);
  if (vr === "DA" && value !== "") return rawElement(tag, vr, "2024-02-31");
  if (vr === "TM" && value !== "") return rawElement(tag, vr, "25:61");
  if (vr === "CS") {
    return rawElement(tag, vr, `${value}, lower case & too long`);
  }
  if (vr === "SH") return rawElement(tag, vr, value + "x".repeat(40));
  return element;
}

function paddedUid(element: Element): Element {
  const value = plainValue(element);
  if (element.vr !== "UI" || value === undefined) return element;
  const text = rawStringOf(element).replace(/\0+$/, "");
  return rawElement(
    element.tag,
    "UI",
    `${text}${text.length % 2 ? " " : "  "}`,
  );
}

/** A private block and a nested study, as some systems send them unasked. */
function extras(): Element[] {
  return [
    rawElement(0x00080081, "ST", "Nobody asked for this"),
    rawElement(0x00090010, "LO", "FINDSCU DEMO"),
    rawElement(0x00091001, "LO", "private"),
    { tag: 0x00091002, vr: "UN", value: new Uint8Array([1, 2, 3, 4]) },
    sequence(0x00081110, [
      Dataset.of(
        rawElement(0x00081150, "UI", "1.2.840.10008.3.1.2.3.1"),
        rawElement(0x00081155, "UI", "2.25.1"),
      ),
    ]),
  ];
}

/** The dataset bytes of a match with one edit applied. */
export function editIdentifier(
  bytes: Uint8Array,
  edit: IdentifierEdit,
  context: EditContext,
): Uint8Array {
  const { syntax } = context;
  if (edit === "truncated") {
    return bytes.subarray(0, Math.max(0, bytes.length - 5));
  }
  const dataset = decodeDataset(bytes, syntax, { lenient: true });
  const encode = (changed: Dataset) => encodeDataset(changed, syntax);
  switch (edit) {
    case "charset-missing":
      dataset.delete(SPECIFIC_CHARACTER_SET);
      return encode(dataset);
    case "charset-misspelt":
      return encode(
        map(
          dataset,
          (element) =>
            element.tag === SPECIFIC_CHARACTER_SET
              ? rawElement(
                element.tag,
                "CS",
                rawStringOf(element).split("\\").map((term) =>
                  misspelt(term.trim())
                ).join("\\"),
              )
              : element,
        ),
      );
    case "charset-wrong":
      dataset.set(rawElement(SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 100"));
      return encode(dataset);
    case "un-vr":
      return encode(map(dataset, asUn));
    case "undefined-lengths":
      return encodeDataset(dataset, syntax, { lengths: "undefined" });
    case "extra-attributes":
      for (const element of extras()) {
        if (!dataset.has(element.tag)) dataset.set(element);
      }
      return encode(dataset);
    case "dropped-attributes":
      return encode(everyOther(dataset, () => undefined));
    case "emptied-attributes":
      return encode(
        everyOther(dataset, ({ tag, vr }) => emptyElement(tag, vr)),
      );
    case "invalid-values":
      return encode(map(dataset, invalid));
    case "uid-padding":
      return encode(map(dataset, paddedUid));
    case "status-in-dataset":
      return withStatus(dataset, context);
    case "oversize": {
      const size = context.maxPduLength === 0 ? LARGE : context.maxPduLength;
      dataset.set(rawElement(0x00090010, "LO", "FINDSCU DEMO"));
      dataset.set({
        tag: 0x00091003,
        vr: "OB",
        value: new Uint8Array(size + (size % 2)),
      });
      return encode(dataset);
    }
  }
}

/** The dataset preceded by a group that only commands may have. */
function withStatus(dataset: Dataset, { syntax, status }: EditContext) {
  const value = new Uint8Array(2);
  new DataView(value.buffer).setUint16(0, status, true);
  dataset.set({ tag: 0x00000900, vr: "US", value });
  return encodeDataset(dataset, syntax);
}
