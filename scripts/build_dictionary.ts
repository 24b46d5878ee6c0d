/**
 * Makes the generated files of `src/dictionary/`, checking every row on the way. Attributes come from the pinned development
 * dependency dcmjs, mended by `scripts/standard/corrections.tsv`; what dcmjs lacks, the names of attributes and the registered
 * UIDs, comes from the other tables of `scripts/standard/`.
 *
 *   deno task dictionary            writes the files
 *   deno task dictionary --check    fails when they are stale
 */
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import dcmjsDictionary from "dcmjs/dictionary";
import { isVr } from "../src/dataset/vr.ts";
import { parseDcmtkDictionary } from "../src/dictionary/dcmtk_dictionary.ts";
import { nameOfKeyword } from "../src/dictionary/dictionary.ts";

const COMMAND = "deno task dictionary";
const EDITION = "2024c";

/** Every generated file with the text it should have. */
export function generatedDictionaryFiles(): { path: string; text: string }[] {
  const names = new Map(
    rowsOf("names.tsv").map(([keyword = "", name = ""]) => [keyword, name]),
  );
  const elements = elementRows().map((row) => packElement(row, names));
  requireUsed("names.tsv", names, elements.map((row) => row.keyword));
  const single = elements.filter((row) => !row.tag.includes("x"));
  const repeating = elements.filter((row) => row.tag.includes("x"));
  requireUnique("keyword", elements.map((row) => row.keyword));
  const uids = rowsOf("uids.tsv").map(packUid);
  requireUnique("UID", uids.map((row) => row.uid));
  requireUnique("UID keyword", uids.map((row) => row.keyword));
  return [
    {
      path: "src/dictionary/elements_data.ts",
      text: dataFile(
        `The data elements of DICOM PS3.6 ${EDITION} sections 6 to 9 and PS3.7 ${EDITION} Annex E.`,
        [
          {
            name: "ELEMENT_ROWS",
            doc:
              "One line per element, sorted by tag: tag, VRs, VM (`!` after it: retired), tab, keyword and, where it does not\n * follow from the keyword, tab and name. Begins and ends with a line feed.",
            lines: single.map((row) => row.line),
          },
          {
            name: "REPEATING_ROWS",
            doc:
              "The same for the elements of repeating groups; an `x` in the tag stands for any hexadecimal digit (PS3.5 7.6).",
            lines: repeating.map((row) => row.line),
          },
        ],
      ),
    },
    {
      path: "src/dictionary/private_data.ts",
      text: dataFile("Private attributes of vendors, from public lists.", [{
        name: "PRIVATE_ROWS",
        doc:
          'One line per attribute, in the form of DCMTK\'s dictionaries: (gggg,"CREATOR",ee), VR, name, VM, with tabs between.',
        lines: rowsOf("private.tsv").map(privateLine),
      }]),
    },
    {
      path: "src/dictionary/uids_data.ts",
      text: dataFile(
        `The registered unique identifiers of DICOM PS3.6 ${EDITION} Annex A.`,
        [{
          name: "UID_ROWS",
          doc:
            "One line per UID: UID (`!` after it: retired), tab, keyword, tab, name, tab, type. Begins and ends with a line feed.",
          lines: uids.map((row) => row.line),
        }],
      ),
    },
  ];
}

function rowsOf(file: string): string[][] {
  const url = new URL(`./standard/${file}`, import.meta.url);
  return readFileSync(url, "utf8").split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

/** The attributes of PS3.6 and PS3.7, sorted by tag. */
function elementRows(): ElementRow[] {
  const rows = new Map(dcmjsRows().map((row) => [row.tag, row]));
  for (const cells of rowsOf("corrections.tsv")) {
    const [tag = "", vrs = "", vm = "", keyword = "", retired = ""] = cells;
    if (vrs === "absent" && cells.length === 2) {
      if (!rows.delete(tag)) fail(`Correction removes nothing: "${tag}"`);
    } else if (cells.length <= 5 && (retired === "" || retired === "retired")) {
      rows.set(tag, { tag, vrs, vm, keyword, retired: retired !== "" });
    } else {
      fail(`Row of corrections.tsv is not valid: "${cells.join("\t")}"`);
    }
  }
  return [...rows.values()].sort((a, b) => a.tag < b.tag ? -1 : 1);
}

interface ElementRow {
  /** Eight hexadecimal digits, `x` for any. */
  tag: string;
  /** Separated by slashes; `-` for none. */
  vrs: string;
  vm: string;
  keyword: string;
  retired: boolean;
}

/** Choices of VRs under the names that dcmjs has for them. */
const VR_CHOICES = new Map([
  ["xs", "US/SS"],
  ["lt", "US/OW"],
  ["ox", "OB/OW"],
  ["up", "UL"],
  ["na", "-"],
]);

/** What dcmjs knows of a tag; nothing in the row with which its table ends. */
interface DcmjsEntry {
  vr?: string;
  vm?: string;
  name?: string;
}

/** The standard attributes of dcmjs whose tag is single or has a repeating group: `(gggg,eeee)`, `(gg00-ggFF,eeee)`. */
function dcmjsRows(): ElementRow[] {
  const pattern = /^\(([0-9A-F]{2})([0-9A-F]{2})(-\1FF)?,([0-9A-F]{4})\)$/;
  const prefix = "RETIRED_";
  const rows: ElementRow[] = [];
  const dictionary: Record<string, DcmjsEntry> = dcmjsDictionary;
  for (
    const [key, { vr = "", vm = "", name = "" }] of Object.entries(dictionary)
  ) {
    const [, high, low, range, element] = pattern.exec(key) ?? [];
    if (high === undefined) continue;
    const retired = name.startsWith(prefix);
    rows.push({
      tag: `${high}${range === undefined ? low : "xx"}${element}`,
      vrs: VR_CHOICES.get(vr) ?? vr,
      vm,
      keyword: retired ? name.slice(prefix.length) : name,
      retired,
    });
  }
  return rows;
}

function packElement(
  { tag, vrs, vm, keyword, retired }: ElementRow,
  names: ReadonlyMap<string, string>,
): { tag: string; keyword: string; line: string } {
  const name = names.get(keyword);
  const isValid = /^[0-9A-Fx]{8}$/.test(tag) &&
    (vrs === "-" || vrs.split("/").every(isVr)) &&
    /^[0-9]+(-([0-9]*n|[0-9]+))?$/.test(vm) &&
    /^[A-Za-z][A-Za-z0-9]*$/.test(keyword) &&
    (name === undefined || isPlain(name) && name !== nameOfKeyword(keyword));
  if (!isValid) {
    fail(`Attribute is not valid: "${tag} ${vrs} ${vm} ${keyword} ${name}"`);
  }
  const spelledOut = name === undefined ? "" : `\t${name}`;
  const mark = retired ? "!" : "";
  return {
    tag,
    keyword,
    line: `${tag} ${vrs} ${vm}${mark}\t${keyword}${spelledOut}`,
  };
}

function packUid(
  row: string[],
): { uid: string; keyword: string; line: string } {
  const [uid = "", keyword = "", name = "", type = "", retired = ""] = row;
  const isValid = /^[0-9]+(\.[0-9]+)+$/.test(uid) && uid.length <= 64 &&
    /^\w+$/.test(keyword) && isPlain(name) && isPlain(type) &&
    (retired === "" || retired === "retired") && row.length <= 5;
  if (!isValid) fail(`Row of uids.tsv is not valid: "${row.join("\t")}"`);
  const mark = retired === "" ? "" : "!";
  return { uid, keyword, line: `${uid}${mark}\t${keyword}\t${name}\t${type}` };
}

/** Printable ASCII that a template literal carries unescaped. */
function isPlain(text: string): boolean {
  return /^[ -~]+$/.test(text) && !/[`\\$]/.test(text);
}

function requireUnique(what: string, values: string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) fail(`${what} stands twice: "${value}"`);
    seen.add(value);
  }
}

function requireUsed(
  file: string,
  names: ReadonlyMap<string, string>,
  keywords: string[],
): void {
  const known = new Set(keywords);
  for (const keyword of names.keys()) {
    if (!known.has(keyword)) fail(`${file} names no attribute: "${keyword}"`);
  }
}

function dataFile(
  about: string,
  constants: { name: string; doc: string; lines: string[] }[],
): string {
  const head =
    `// Generated by \`${COMMAND}\` (scripts/build_dictionary.ts). Do not edit.\n/** ${about} */\n`;
  return head +
    constants.map(({ name, doc, lines }) =>
      `\n/**\n * ${doc}\n */\nexport const ${name} = \`\n${
        lines.join("\n")
      }\n\`;\n`
    ).join("");
}

/** A line of the private table, once it reads as what it is. */
function privateLine(row: readonly string[]): string {
  const line = row.join("\t");
  if (/[`\\$]/.test(line)) fail(`private.tsv: not to be quoted: ${line}`);
  const { problems } = parseDcmtkDictionary(line);
  if (problems.length > 0) fail(`private.tsv: ${problems[0]!.text}: ${line}`);
  return line;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function main(): void {
  const isCheck = process.argv.includes("--check");
  let isStale = false;
  for (const { path, text } of generatedDictionaryFiles()) {
    const url = new URL(`../${path}`, import.meta.url);
    if (!isCheck) {
      writeFileSync(url, text);
      console.log(`Wrote ${path}`);
    } else if (textOrEmpty(url) !== text) {
      console.error(`${path} is stale: run \`${COMMAND}\``);
      isStale = true;
    }
  }
  process.exitCode = isStale ? 1 : 0;
}

function textOrEmpty(url: URL): string {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) main();
