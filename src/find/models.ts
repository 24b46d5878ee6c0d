/** The SOP classes that are queried by C-FIND, as a table (PS3.4 Annexes B to KK; UIDs PS3.6 Annex A). */
import type { Tag } from "../dataset/tag.ts";

/** One information model. */
export interface FindModel {
  /** Word for the command line and for messages. */
  readonly name: string;
  /** Title, as people know it. */
  readonly title: string;
  /** SOP Class UID. */
  readonly uid: string;
  /** Levels from the top, if the model has a hierarchy and uses Query/Retrieve Level (0008,0052). */
  readonly levels: readonly QueryLevel[];
}

/** Values of Query/Retrieve Level (PS3.4 C.6). */
export type QueryLevel = "PATIENT" | "STUDY" | "SERIES" | "IMAGE";

/** Values of Query/Retrieve Level, from the top of the hierarchy. */
export const LEVELS = [
  "PATIENT",
  "STUDY",
  "SERIES",
  "IMAGE",
] as const satisfies readonly QueryLevel[];

/** The levels of each query/retrieve model (PS3.4 C.6). */
export const MODEL_LEVELS: Readonly<
  Record<"patient" | "study" | "psonly", readonly QueryLevel[]>
> = {
  patient: LEVELS,
  study: ["STUDY", "SERIES", "IMAGE"],
  psonly: ["PATIENT", "STUDY"],
};

/** The unique key of each level (PS3.4 C.6.1.1). */
export const UNIQUE_KEYS: Readonly<Record<QueryLevel, Tag>> = {
  PATIENT: 0x00100020,
  STUDY: 0x0020000d,
  SERIES: 0x0020000e,
  IMAGE: 0x00080018,
};

function row(
  name: string,
  title: string,
  uid: string,
  levels: readonly QueryLevel[] = [],
): FindModel {
  return { name, title, uid: `1.2.840.10008.5.1.4.${uid}`, levels };
}

/** Every standard SOP class with a C-FIND service. */
export const FIND_MODELS: readonly FindModel[] = [
  row(
    "patient",
    "Patient Root Query/Retrieve",
    "1.2.1.1",
    MODEL_LEVELS.patient,
  ),
  row("study", "Study Root Query/Retrieve", "1.2.2.1", MODEL_LEVELS.study),
  row(
    "psonly",
    "Patient/Study Only Query/Retrieve (retired)",
    "1.2.3.1",
    MODEL_LEVELS.psonly,
  ),
  row("worklist", "Modality Worklist", "31"),
  row("ups-pull", "Unified Procedure Step Pull", "34.6.3"),
  row("ups-watch", "Unified Procedure Step Watch", "34.6.2"),
  row("ups-query", "Unified Procedure Step Query", "34.6.5"),
  row("hanging-protocol", "Hanging Protocol", "38.2"),
  row("color-palette", "Color Palette", "39.2"),
  row("implant", "Generic Implant Template", "43.2"),
  row("implant-assembly", "Implant Assembly Template", "44.2"),
  row("implant-group", "Implant Template Group", "45.2"),
  row("protocol", "Defined Procedure Protocol", "20.1"),
  row("protocol-approval", "Protocol Approval", "1.1.200.4"),
  row("inventory", "Inventory", "1.1.201.2"),
  row("repository", "Repository Query", "1.1.201.6"),
  row("relevant-patient", "General Relevant Patient Information", "37.1"),
  row(
    "relevant-breast",
    "Breast Imaging Relevant Patient Information",
    "37.2",
  ),
  row("relevant-cardiac", "Cardiac Relevant Patient Information", "37.3"),
  row("product", "Product Characteristics", "41"),
  row("substance", "Substance Approval", "42"),
];

/** The model of a SOP Class UID, or of a name of the table. */
export function findModel(nameOrUid: string): FindModel | undefined {
  return FIND_MODELS.find((model) =>
    model.uid === nameOrUid || model.name === nameOrUid
  );
}

/** Verification SOP Class (PS3.4 Annex A). */
export const VERIFICATION = "1.2.840.10008.1.1";

/** Repository Query, whose status B001 is followed by more responses (PS3.4 KK). */
export const REPOSITORY_QUERY = "1.2.840.10008.5.1.4.1.1.201.6";
