/**
 * The Native DICOM Model (PS3.19 A.1) as query input: the form that `--format xml` writes, and dcm4che's query files. Its
 * attributes become members of DICOM JSON (PS3.18 Annex F), which `json_file.ts` reads. Takes one document of one dataset or of
 * several.
 */
import { NAME_COMPONENTS, NAME_GROUPS } from "../dataset/person_name.ts";
import { InputError } from "../errors.ts";
import { type XmlElement, XmlMistake, xmlRoot } from "./xml_reader.ts";

/** An object of the DICOM JSON model. */
type Members = Record<string, unknown>;

/** The datasets of a document as DICOM JSON. Throws `InputError` naming the file, and the line or the attribute. */
export function nativeModelAsJson(text: string, name: string): Members[] {
  const fail = (place: string, reason: string, hint?: string): never => {
    throw new InputError(
      "input-invalid",
      `Bad query file "${name}"${place === "" ? "" : `, ${place}`}: ${reason}`,
      hint === undefined ? {} : { hint },
    );
  };
  let root: XmlElement;
  try {
    root = xmlRoot(text);
  } catch (error) {
    if (!(error instanceof XmlMistake)) throw error;
    return fail(`line ${error.line}`, error.message);
  }
  const models = root.name === "NativeDicomModel"
    ? [root]
    : root.children.filter((child) => child.name === "NativeDicomModel");
  if (models.length === 0) {
    return fail(
      "",
      `XML, but <${root.name}> is not the Native DICOM Model`,
      "A query in XML has the root <NativeDicomModel> (PS3.19 A.1)",
    );
  }
  return models.map((model) => dataset(model, "", fail));
}

type FailAt = (place: string, reason: string, hint?: string) => never;

function dataset(parent: XmlElement, path: string, fail: FailAt): Members {
  const members: Members = {};
  for (const child of parent.children) {
    if (child.name !== "DicomAttribute") {
      fail(path, `unexpected element <${child.name}>`);
    }
    const { tag = "", keyword, vr, privateCreator } = child.attributes;
    if (!/^[0-9a-f]{8}$/i.test(tag)) {
      fail(
        path,
        tag === "" ? "a DicomAttribute has no tag" : `"${tag}" is not a tag`,
        "Write eight hexadecimal digits",
      );
    }
    const own = keyword || tag;
    const place = path === "" ? own : `${path}.${own}`;
    const key = privateCreator === undefined
      ? tag.toUpperCase()
      : `${privateCreator}:${tag.slice(0, 4)}xx${tag.slice(6)}`;
    if (key in members) fail(place, "the attribute occurs twice");
    members[key] = { vr: vr ?? "", ...values(child, place, fail) };
  }
  return members;
}

function values(attribute: XmlElement, place: string, fail: FailAt): Members {
  const list: unknown[] = [];
  for (const child of attribute.children) {
    const at = placeOf(child, list.length, place, fail);
    switch (child.name) {
      case "Value":
        list[at] = child.text === "" ? null : child.text;
        break;
      case "PersonName":
        list[at] = personName(child, place, fail);
        break;
      case "Item":
        list[at] = dataset(child, `${place}[${at}]`, fail);
        break;
      case "InlineBinary":
        return { InlineBinary: child.text.replace(/\s+/g, "") };
      case "BulkData":
        return { BulkDataURI: child.attributes["uri"] ?? "" };
      default:
        fail(place, `unexpected element <${child.name}>`);
    }
  }
  return list.length === 0
    ? {}
    : { Value: Array.from(list, (value) => value ?? null) };
}

/** Most values that numbers may place: no value field of 16-bit length holds more. */
const MAX_VALUES = 0x8000;

/** Index of a value: its number less one, or the next one. */
function placeOf(
  child: XmlElement,
  next: number,
  place: string,
  fail: FailAt,
): number {
  const { number } = child.attributes;
  if (number === undefined) return next;
  const at = Number(number) - 1;
  return Number.isInteger(at) && at >= 0 && at < MAX_VALUES
    ? at
    : fail(place, `"${number}" is not the number of a value`);
}

function personName(
  name: XmlElement,
  place: string,
  fail: FailAt,
): Members {
  return Object.fromEntries(name.children.map((group) => {
    if (!NAME_GROUPS.includes(group.name)) {
      fail(place, `unexpected element <${group.name}>`);
    }
    const unknown = group.children.find(({ name }) =>
      !NAME_COMPONENTS.includes(name)
    );
    if (unknown !== undefined) {
      fail(place, `unexpected element <${unknown.name}>`);
    }
    const parts = NAME_COMPONENTS.map((component) =>
      group.children.find((child) => child.name === component)?.text ?? ""
    );
    return [group.name, parts.join("^").replace(/\^+$/, "")];
  }));
}
