/** The generated dictionary against an independent one: the file of an installed DCMTK. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { formatTag, tagOf } from "../../src/dataset/tag.ts";
import { parseDcmtkDictionary } from "../../src/dictionary/dcmtk_dictionary.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";

/** Where DCMTK, older than the edition of our table, differs from it: the change that the standard made since. */
const CHANGED_SINCE = new Map([
  ["FrameType", "VM became 4-5"],
  ["ReferencedPatientAliasSequence", "retired"],
  ["WeightingLookupTableDescriptor", "retired"],
  ["WeightingLookupTableData", "retired"],
  ["RTDoseROISequence", "retired"],
  ["DoseValue", "retired"],
  ["ROIObservationLabel", "retired"],
  ["ROIObservationDescription", "retired"],
  ["TreatmentTerminationCode", "retired"],
  ["RoboticBaseLocationIndicator", "retired"],
]);

/** DCMTK's lt also means the two choices that our table has for these. */
const LUT_CHOICES = ["US|OW", "US|SS|OW"];

/** Rows of a kind of element, not of an attribute. */
const MARKERS = new Set([
  "PrivateGroupLength",
  "PrivateCreator",
  "IllegalGroupLength",
  "IllegalPrivateCreator",
  "GenericGroupLength",
]);

const folder = dcmtkFolder();

/** The folder with DCMTK's dictionary files (`libdcmtk17` and the like), if any. */
function dcmtkFolder(): string | undefined {
  const share = "/usr/share";
  return readdirSync(share)
    .filter((name) => /^(lib)?dcmtk/.test(name))
    .map((name) => `${share}/${name}`)
    .find((path) => existsSync(`${path}/dicom.dic`));
}

test("every entry of DCMTK's dictionary is in ours", {
  skip: folder === undefined ? "DCMTK is not installed" : false,
}, () => {
  const text = readFileSync(`${folder}/dicom.dic`, "latin1");
  const { entries, problems } = parseDcmtkDictionary(text);
  assert.deepEqual(problems, []);
  assert.ok(entries.length > 4000);
  const differences: string[] = [];
  for (const theirs of entries) {
    if (MARKERS.has(theirs.keyword)) continue;
    const tag = tagOf(theirs.groups.first, theirs.elements.first);
    const ours = Dictionary.standard.entry(tag);
    const vrs = ours?.vrs.join("|") ?? "";
    const isSameVr = vrs === theirs.vrs.join("|") ||
      (theirs.vrs.length === 3 && LUT_CHOICES.includes(vrs));
    const isSame = ours?.keyword === theirs.keyword && isSameVr &&
      ours.vm === theirs.vm && ours.retired === theirs.retired;
    if (isSame || CHANGED_SINCE.has(theirs.keyword)) continue;
    differences.push(`${formatTag(tag)} ${theirs.keyword} ${theirs.vrs}`);
  }
  assert.deepEqual(differences, []);
});

test("DCMTK's private dictionary is understood completely", {
  skip: folder === undefined ? "DCMTK is not installed" : false,
}, () => {
  const text = readFileSync(`${folder}/private.dic`, "latin1");
  const { entries, problems } = parseDcmtkDictionary(text);
  assert.deepEqual(problems, []);
  assert.ok(entries.length > 2000);
  assert.ok(entries.every((entry) => entry.creator !== undefined));
});
