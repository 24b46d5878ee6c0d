/**
 * Possible words at the cursor: keys with their values, columns, sort keys. Returns whole words, each beginning with what is
 * typed, as typed as far as it is settled. Does not depend on any shell.
 */
import { Dictionary, SHORT_NAMES } from "../../dictionary/dictionary.ts";
import { LEVELS } from "../../identifier/levels.ts";

/** The kinds of words that can be offered. */
export const WORD_KINDS = ["keys", "columns", "sort", "peers"] as const;

/** One of `WORD_KINDS`. */
export type WordKind = typeof WORD_KINDS[number];

/** The words of a kind that begin with the typed text. `peers`: the names of saved connections. */
export function completionWords(
  kind: WordKind,
  word: string,
  peers: readonly string[] = [],
): string[] {
  switch (kind) {
    case "peers":
      return peers.filter((name) => name.startsWith(word));
    case "keys": {
      const at = word.indexOf("=");
      return at < 0
        ? paths(word)
        : values(word.slice(0, at), word.slice(at + 1));
    }
    case "columns":
    case "sort": {
      // The last one of a list is being typed.
      const start = word.lastIndexOf(",") + 1;
      const sign = kind === "sort" && word[start] === "-" ? 1 : 0;
      const settled = word.slice(0, start + sign);
      return paths(word.slice(start + sign)).map((path) => settled + path);
    }
  }
}

/** The most frequent keys, offered when nothing is typed yet. */
export const USUAL_KEYS: readonly string[] = [
  ...["AccessionNumber", "InstanceNumber", "Modality", "ModalitiesInStudy"],
  ...["NumberOfStudyRelatedInstances", "NumberOfStudyRelatedSeries"],
  ...["PatientBirthDate", "PatientID", "PatientName", "PatientSex"],
  ...["QueryRetrieveLevel", "ReferringPhysicianName", "RequestedProcedureID"],
  ...["SOPInstanceUID", "ScheduledProcedureStepSequence", "SeriesDescription"],
  ...["SeriesInstanceUID", "SeriesNumber", "SpecificCharacterSet"],
  ...["StudyDate", "StudyDescription", "StudyID", "StudyInstanceUID"],
  ...["StudyTime", "sps."],
];

/** Attributes of a scheduled procedure step (PS3.4 Table K.6-1), without those that are obvious there. */
const STEP_KEYS: readonly string[] = [
  ...["Description", "EndDate", "EndTime", "ID", "Location", "Modality"],
  ...["PerformingPhysicianName", "StartDate", "StartTime", "StationAETitle"],
  ...["StationName", "Status"],
];

const STEP = "scheduledprocedurestepsequence";

function paths(word: string): string[] {
  const dot = word.lastIndexOf(".");
  if (dot < 0) {
    const words = word === "" ? USUAL_KEYS : [
      ...Object.keys(SHORT_NAMES).map((name) => `${name}.`),
      ...Dictionary.standard.keywords(word),
    ];
    return beginning(words, word);
  }
  const outer = word.slice(0, dot + 1);
  const inner = word.slice(dot + 1);
  const sequence = outer.replace(/\[\d*\]?\.$|\.$/, "").toLowerCase();
  const words = sequence === "sps" || sequence === STEP && inner === ""
    ? STEP_KEYS.map((name) => sequence === "sps" ? name : longName(name))
    : Dictionary.standard.keywords(inner);
  return beginning(words, inner).map((word) => outer + word);
}

function longName(name: string): string {
  return Dictionary.standard.lenient().byKeyword(name, "sps")?.keyword ?? name;
}

function beginning(words: readonly string[], word: string): string[] {
  const lower = word.toLowerCase();
  return words.filter((word) => word.toLowerCase().startsWith(lower));
}

/** Modalities (PS3.3 C.7.3.1.1.1) that archives hold most. */
const MODALITIES: readonly string[] = [
  ...["CR", "CT", "DX", "ECG", "ES", "IO", "IVOCT", "IVUS", "KO", "MG", "MR"],
  ...["NM", "OP", "OPT", "OT", "PR", "PT", "PX", "RF", "RG", "RTDOSE"],
  ...["RTIMAGE", "RTPLAN", "RTSTRUCT", "SC", "SM", "SR", "US", "XA", "XC"],
];

/** Dates as people say them. */
const DATES: readonly string[] = [
  ...["today", "yesterday", "tomorrow", "-7d", "-2w", "-3m", "-1y"],
];

/** Possible values of a key, after the key as it was typed. */
function values(key: string, word: string): string[] {
  const names = key.split(".");
  const name = names.at(-1)!.trim();
  const sequence = names.at(-2)?.replace(/\[.*$/, "");
  const entry = Dictionary.standard.lenient().byKeyword(name, sequence);
  const words = entry?.keyword === "QueryRetrieveLevel"
    ? LEVELS
    : entry?.keyword === "Modality" || entry?.keyword === "ModalitiesInStudy"
    ? MODALITIES
    : entry?.keyword === "PatientSex"
    ? ["F", "M", "O"]
    : entry?.vr === "DA"
    ? DATES
    : [];
  return beginning(words, word).map((word) => `${key}=${word}`);
}
