/** Peers that treat keys, levels and lists in their own way. */
import { textElement } from "../../../src/codec/values.ts";
import { keywordTag, textAt } from "../../../src/probe/keys.ts";
import {
  hearing,
  nothing,
  type OddPeer,
  refusal,
  returning,
  when,
} from "./peer_changes.ts";

/** What a probe asks about keys, levels and matches. */
export const ODD_KEYS: readonly OddPeer[] = [
  ["wild cards are letters", {
    hears: hearing("PatientName", "PN", (n) => n.replace(/[*?]/g, "_")),
  }],
  ["a name with * is any", {
    hears: hearing("PatientName", "PN", (n) => n.includes("*") ? "" : n),
  }],
  ["names are not matched", {
    hears: hearing("PatientName", "PN", () => ""),
  }],
  ["names match in any case", { fuzzy: true }],
  ["IDs match in any case", {
    hears: hearing("PatientID", "LO", (id) => id.toUpperCase()),
  }],
  ["PatientID is refused", {
    find: (s) => textAt(s.identifier, "PatientID") !== "" ? refusal : {},
  }],
  ["a wrong StudyID is refused", {
    find: when(/a wrong StudyID/, () => refusal),
  }],
  ["a StudyID finds nothing", {
    find: (s) => textAt(s.identifier, "StudyID") === "" ? {} : nothing,
  }],
  ["StudyDescription is not returned", {
    find: returning((m) => {
      if (m.has(keywordTag("StudyDescription"))) {
        m.set(textElement(keywordTag("StudyDescription"), "LO", ""));
      }
    }),
  }],
  ["StudyDescription is neither returned nor matched", {
    hears: (i) => {
      i.delete(keywordTag("StudyDescription"));
      return i;
    },
  }],
  ["ranges are ignored", {
    hears: hearing("StudyDate", "DA", (d) => d.includes("-") ? "" : d),
  }],
  ["ranges are refused", {
    find: (s) => textAt(s.identifier, "StudyDate").includes("-") ? refusal : {},
  }],
  ["open ranges find nothing", {
    hears: hearing(
      "StudyDate",
      "DA",
      (d) => /^-|-$/.test(d) ? "18000101" : d,
    ),
  }],
  ["ranges up to a day are not known", {
    hears: hearing("StudyDate", "DA", (d) => /^-/.test(d) ? "18000101" : d),
  }],
  ["time ranges are ignored", {
    hears: hearing("StudyTime", "TM", (d) => d.includes("-") ? "" : d),
  }],
  ["lists of UIDs are cut at 500", {
    hears: hearing(
      "StudyInstanceUID",
      "UI",
      (u) => u.split("\\").slice(0, 500).join("\\"),
    ),
  }],
  ["lists of UIDs are refused", {
    find: (s) =>
      textAt(s.identifier, "StudyInstanceUID").includes("\\") ? refusal : {},
  }],
  ["of a list the first UID counts", {
    hears: hearing("StudyInstanceUID", "UI", (u) => u.split("\\", 1)[0]!),
  }],
  ["relational queries", { relational: true }],
  ["relational queries, and the patient is ignored", {
    relational: true,
    hears: (i) => {
      if (
        textAt(i, "QueryRetrieveLevel") === "SERIES" &&
        textAt(i, "StudyInstanceUID") === ""
      ) i.delete(keywordTag("PatientID"));
      return i;
    },
  }],
  ["relational queries find nothing", {
    relational: true,
    find: when(/relational/, () => nothing),
  }],
  ["series without their study: no match", {
    find: when(/Series without/, () => nothing),
  }],
  ["matches come twice", {
    find: (_, { matches }) => ({ matches: [...matches, ...matches] }),
  }],
  ["seven matches at most, silently", {
    find: (_, { matches }) => ({ matches: matches.slice(0, 7), status: 0 }),
  }],
];
