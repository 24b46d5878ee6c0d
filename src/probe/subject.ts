/**
 * The subject of a probe's questions: an entity that the peer has, the keys that narrow every question to it, and the values of
 * its attributes. Asks nothing.
 */
import { Charset } from "../charset/charset.ts";
import { charsetOf } from "../codec/values.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import type { FindModel } from "../find/models.ts";
import type { ProbeAnswer } from "./inquiry.ts";
import {
  keywordTag,
  lastOf,
  probeIdentifier,
  type ProbeKeys,
  textAt,
} from "./keys.ts";
import type { Masking } from "./masking.ts";

/** An entity of the peer at one level of one model. */
export interface Subject {
  readonly model: FindModel;
  readonly level: string | undefined;
  /** Narrows a query to the entity, its level included. */
  readonly base: ProbeKeys;
  /** Paths whose values together identify the entity. */
  readonly identity: readonly string[];
  /** The fullest match that was found of it. */
  readonly entity: Dataset;
}

/** The value of the entity. */
export function keyValue({ entity }: Subject, path: string): string {
  return textAt(entity, path);
}

/** The character set that text of the entity is in. */
export function charsetOfSubject({ entity }: Subject): Charset {
  return charsetOf(entity, Charset.ascii);
}

/** The unique key of a match. */
export function subjectIdentity(
  paths: readonly string[],
  dataset: Dataset,
): string {
  return paths.map((path) => textAt(dataset, path)).join("\n");
}

/** Whether an answer holds the entity. */
export function isFound(subject: Subject, { matches }: ProbeAnswer): boolean {
  const identity = subjectIdentity(subject.identity, subject.entity);
  return matches.some((match) =>
    subjectIdentity(subject.identity, match) === identity
  );
}

/** The identifier that queries the entity under further keys. Text is sent in the entity's character set if necessary. */
export function narrowed(
  subject: Subject,
  keys: ProbeKeys,
  charset?: Charset,
): Dataset {
  const identity = Object.fromEntries(
    subject.identity.map((path) => [path, ""]),
  );
  const all = { ...identity, ...subject.base, ...keys };
  const isAscii = Object.values(all).every((value) =>
    /^[\x00-\x7f]*$/.test(value)
  );
  const used = charset ??
    (isAscii ? undefined : sendable(subject, Object.values(all)));
  return probeIdentifier(all, used);
}

/** The entity's character set if all text fits, else UTF-8. */
function sendable(subject: Subject, values: readonly string[]): Charset {
  const own = charsetOfSubject(subject);
  return own !== Charset.ascii && values.every((text) => own.canEncode(text))
    ? own
    : Charset.of(["ISO_IR 192"]);
}

/** Another entity like this one, among all matches that were seen, whose values fulfil a condition. */
export function subjectWhere(
  all: readonly ProbeAnswer[],
  subject: Subject,
  fits: (valueOf: (path: string) => string) => boolean,
): Subject | undefined {
  const { model, level, identity } = subject;
  const [key] = identity;
  for (const answer of all) {
    if (
      answer.model !== model ||
      textAt(answer.identifier, "QueryRetrieveLevel") !== (level ?? "")
    ) continue;
    const entity = answer.matches.find((match) =>
      textAt(match, key!) !== "" && fits((path) => textAt(match, path))
    );
    if (entity === undefined) continue;
    const base = Object.fromEntries(
      Object.entries(subject.base).map((
        [path, value],
      ) => [
        path,
        path === "QueryRetrieveLevel" ? value : textAt(entity, path),
      ]),
    );
    return { ...subject, entity, base };
  }
  return undefined;
}

/** VR of the attribute at a path. */
function vrAt(path: string): string {
  return Dictionary.standard.vr(keywordTag(lastOf(path)));
}

/** Codes to choose a value from that the entity does not have. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  Modality: ["OT", "XA", "US"],
  ModalitiesInStudy: ["OT", "XA", "US", "BI", "NM"],
  PatientSex: ["O", "F"],
};

/** A value of the attribute that the entity does not have, and most likely nothing has. */
export function otherValue(
  path: string,
  value: string,
  masking: Masking,
): string {
  const codes = CODES[lastOf(path)];
  if (codes !== undefined) {
    const has = value.split("\\");
    return codes.find((code) => !has.includes(code))!;
  }
  return masking.madeUp(madeUp(vrAt(path), value));
}

/** A value that nothing has. */
export function inventedValue(path: string): string {
  return madeUp(vrAt(path), "");
}

/** Values that nothing has, by VR. */
const MADE_UP: Readonly<Record<string, string>> = {
  PN: "FINDSCU^NOBODY",
  DA: "18990203",
  TM: "030405",
  UI: "2.25.9900000000001",
  IS: "99173",
  CS: "FINDSCU",
};

function madeUp(vr: string, value: string): string {
  if (vr === "TM" && value.startsWith("0304")) return "0708";
  return MADE_UP[vr] ?? "FINDSCU-NONE";
}
