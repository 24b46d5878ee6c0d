/** From a row to an identifier, and from a match back to the row that it answers. Does not depend on any file or the network. */
import { charsetOf, emptyElement, stringsOf } from "../../codec/values.ts";
import { Charset } from "../../charset/charset.ts";
import {
  type Dataset,
  type Element,
  isSequence,
} from "../../dataset/dataset.ts";
import { locate, type Selector } from "../../dataset/path.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { Vr } from "../../dataset/vr.ts";
import type { Dictionary } from "../../dictionary/dictionary.ts";
import { FindscuError, UsageError } from "../../errors.ts";
import { parseSelector } from "../../identifier/selector.ts";
import type { AskedRow, Row, RowQuestion } from "../../plan/list.ts";
import type { ListColumns, ListKey } from "./columns.ts";

/** Patient ID and Issuer of Patient ID: together they name a patient (PS3.3 C.2.2). */
const PATIENT_ID: Tag = 0x00100020;
const ISSUER: Tag = 0x00100021;
/** Both of them. */
export const PATIENT_TAGS: readonly Tag[] = [PATIENT_ID, ISSUER];

/** How rows become questions. */
export interface QuestionOptions {
  readonly columns: ListColumns;
  readonly dictionary: Dictionary;
  /** Values with wildcards are sent, too. */
  readonly eachWildcards: boolean;
  /** The identifier with these keys. Throws `FindscuError`. */
  readonly build: (keys: readonly string[]) => Dataset;
  /** Whether the patient is requested, too, so that rows that fit several are recognised. */
  readonly asksPatient: (dataset: Dataset) => boolean;
}

/** A key of the list with everything needed to compare it. */
interface ComparedKey extends ListKey {
  readonly selector: Selector;
  readonly vr: Vr;
}

/** Makes questions of rows. */
export class Questions {
  readonly #options: QuestionOptions;
  readonly #keys: readonly ComparedKey[];

  /** Throws `UsageError` for a key whose attribute does not exist. */
  constructor(options: QuestionOptions) {
    this.#options = options;
    const { dictionary } = options;
    this.#keys = options.columns.keys.map((key) => {
      const selector = parseSelector(key.path, dictionary);
      const vr = dictionary.vr(selector[selector.length - 1]!.tag);
      return { ...key, selector, vr };
    });
  }

  /** The identifier of a row of which only the shape matters. Throws `UsageError`. */
  template(): Dataset {
    const terms = this.#keys.map(({ path, pieces, vr }) =>
      `${path}=${
        pieces.map((piece) => typeof piece === "number" ? sampleOf(vr) : piece)
          .join("")
      }`
    );
    return this.#build(terms);
  }

  /** The keys of the list and where their values come from, as text. */
  get description(): string {
    return JSON.stringify(this.#keys.map(({ path, pieces }) => [path, pieces]));
  }

  /** The only key, if it is a single UID: such rows can be queried together. */
  get uidKey(): Tag | undefined {
    const [key, ...others] = this.#keys;
    if (key === undefined || others.length > 0) return undefined;
    const isWhole = key.pieces.filter((piece) => piece !== "").length === 1;
    return key.vr === "UI" && isWhole && key.selector.length === 1
      ? key.selector[0]!.tag
      : undefined;
  }

  /** The query of a row. */
  questionOf(row: Row): RowQuestion {
    const terms: string[] = [];
    for (const { path, pieces, vr } of this.#keys) {
      for (const piece of pieces) {
        if (typeof piece !== "number") continue;
        const cell = row.cells[piece]!;
        if (cell === "") return { status: "blank" };
        if (!this.#options.eachWildcards && isWild(cell, vr)) {
          return { status: "wildcard" };
        }
      }
      const value = pieces.map((piece) =>
        typeof piece === "number" ? row.cells[piece]! : piece
      ).join("");
      terms.push(`${path}=${value}`);
    }
    try {
      return { identifier: this.#build(terms), identity: terms.join("\0") };
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      return { status: "failed", reason: error.message };
    }
  }

  /** `terms`: one for each key of the list. */
  #build(terms: readonly string[]): Dataset {
    const { build, columns, asksPatient } = this.#options;
    const dataset = build(
      columns.order.map((term) =>
        typeof term === "number" ? terms[term]! : term
      ),
    );
    if (!asksPatient(dataset)) return dataset;
    for (const tag of PATIENT_TAGS) {
      if (!dataset.has(tag)) dataset.set(emptyElement(tag, "LO"));
    }
    return dataset;
  }

  /** Whether a match has the requested values. Attributes that it lacks cannot be compared. */
  isExact({ identifier }: AskedRow, match: Dataset): boolean {
    return this.#keys.every(({ selector, vr }) => {
      const keyText = textsAt(identifier, selector, Charset.ascii)?.[0];
      if (keyText === undefined || isWild(keyText, vr)) return true;
      const texts = textsAt(match, selector, Charset.ascii);
      return texts === undefined ||
        texts.some((text) => sameForm(text, vr) === sameForm(keyText, vr));
    });
  }

  /** The identity of the row that a match of a batch answers. */
  identityIn(match: Dataset): string | undefined {
    const [key] = this.#keys;
    const uid = key && textsAt(match, key.selector, Charset.ascii)?.[0];
    return uid === undefined ? undefined : `${key!.path}=${uid}`;
  }

  /** One identifier for rows that differ in their UID. */
  combined(rows: readonly AskedRow[]): Dataset {
    const tag = this.uidKey;
    if (tag === undefined) throw new UsageError("The row has no UID");
    const dataset = rows[0]!.identifier.clone();
    const uids = rows.map(({ identifier }) =>
      stringsOf(identifier.get(tag)!)[0]!
    );
    const text = uids.join("\\");
    const value = new TextEncoder().encode(
      text.length % 2 === 0 ? text : `${text}\0`,
    );
    dataset.set({ tag, vr: "UI", value });
    return dataset;
  }
}

/** The patient's identity in a match; undefined if it has no Patient ID. */
export function patientIn(match: Dataset): string | undefined {
  const charset = charsetOf(match, Charset.ascii);
  const text = (tag: Tag) => {
    const element = match.get(tag);
    return element && stringsOf(element, charset)[0];
  };
  const id = text(PATIENT_ID);
  return id === undefined ? undefined : `${id}\0${text(ISSUER) ?? ""}`;
}

/** Whether a value matches more than itself (PS3.4 C.2.2.2): a wildcard, a range, several values, or nothing. */
function isWild(text: string, vr: Vr): boolean {
  if (/[*?\\]/.test(text) || text === '""') return true;
  switch (vr) {
    case "DA":
      return /^\d*-\d*$/.test(text) && text.includes("-") ||
        text.includes("..");
    case "TM":
      return text.includes("-");
    case "DT":
      return text.replace(/[-+]\d{4}$/, "").includes("-");
    default:
      return false;
  }
}

/** The texts of an attribute, in whatever items; undefined if it is nowhere. */
function textsAt(
  dataset: Dataset,
  selector: Selector,
  inherited: Charset,
): string[] | undefined {
  const [step, ...rest] = selector;
  const tag = step && locate(dataset, step);
  const element = tag === undefined ? undefined : dataset.get(tag);
  if (element === undefined) return undefined;
  const charset = charsetOf(dataset, inherited);
  if (rest.length === 0) return textsOf(element, charset);
  if (!isSequence(element)) return undefined;
  const texts = element.items.flatMap((item) => {
    const texts = textsAt(item.dataset, rest, charset);
    return texts === undefined ? [] : [texts];
  });
  return texts.length === 0 ? undefined : texts.flat();
}

function textsOf(element: Element, charset: Charset): string[] {
  const texts = stringsOf(element, charset);
  return texts.length === 0 ? [""] : texts;
}

/** A form that is equal for values of the same meaning. */
function sameForm(text: string, vr: Vr): string {
  const bare = text.trim().normalize("NFC");
  switch (vr) {
    case "PN":
      return bare.split("=").map((group) => group.replace(/[\^ ]+$/, "")).join(
        "=",
      )
        .replace(/=+$/, "");
    case "IS":
    case "DS":
      return bare === "" || Number.isNaN(Number(bare))
        ? bare
        : String(Number(bare));
    case "TM": {
      const [whole = "", fraction = ""] = bare.replaceAll(":", "").split(".");
      return `${whole.padEnd(6, "0")}.${fraction.replace(/0+$/, "")}`;
    }
    default:
      return bare;
  }
}

/** Values that are valid for VRs that do not take any text. */
const SAMPLES: Readonly<Partial<Record<Vr, string>>> = {
  DA: "20000101",
  TM: "000000",
  DT: "20000101000000",
  AS: "001Y",
  UI: "1.2",
  IS: "1",
  DS: "1",
};

/** A value that is valid for a VR. */
function sampleOf(vr: Vr): string {
  return SAMPLES[vr] ?? "X";
}
