/**
 * Queries to the data of `archives.ts` that the same SCU sends to `findscu serve` and to other makers' servers, and the table of
 * answers that may differ, each with what the standard says about it.
 */

/** A query: DCMTK's option of its model, and keys as its `-k` takes them. */
export interface ServeQuery {
  readonly model: "-P" | "-S" | "-O" | "-W";
  readonly keys: readonly string[];
  /** How many matches `findscu serve` has; undefined for a failure status. */
  readonly matches: number | undefined;
}

const STUDY_1 = "1.2.826.0.1.3680043.9.7000.1";
const SERIES_1 = `${STUDY_1}.1`;
const UNKNOWN = "1.2.826.0.1.3680043.9.9999";

/** The return keys of each level, besides what is matched. */
const RETURNED: Readonly<Record<string, readonly string[]>> = {
  PATIENT: ["PatientName", "PatientID", "PatientSex", "PatientBirthDate"],
  STUDY: [
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "StudyID",
    "StudyDescription",
  ],
  SERIES: ["SeriesInstanceUID", "Modality", "SeriesNumber"],
  IMAGE: ["SOPInstanceUID", "InstanceNumber"],
};

type Row = readonly [matches: number | undefined, ...keys: string[]];

function keyOf(term: string): string {
  return term.split("=", 1)[0]!;
}

/** Keys with the level's return keys, those left out that are matched. */
function atLevel(
  model: ServeQuery["model"],
  level: string,
  fixed: readonly string[],
  rows: readonly Row[],
): ServeQuery[] {
  return rows.map(([matches, ...keys]) => {
    const named = new Set([...fixed, ...keys].map(keyOf));
    return {
      model,
      matches,
      keys: [
        `QueryRetrieveLevel=${level}`,
        ...fixed,
        ...keys,
        ...(RETURNED[level] ?? []).filter((key) => !named.has(key)),
      ],
    };
  });
}

const STUDY_ROWS: readonly Row[] = [
  [6],
  [2, "PatientName=HEWETT^MARVIN"],
  [2, "PatientName=HEWETT*"],
  [2, "PatientName=*MARVIN"],
  [2, "PatientName=H*N"],
  [2, "PatientName=HEW?TT^MARVIN"],
  [2, "PatientName=HEW??T*"],
  [0, "PatientName=HEW?T^MARVIN"],
  [6, "PatientName=*"],
  [0, "PatientName=HEWETT"],
  [0, "PatientName=NOBODY"],
  [1, "PatientName=ODD*"],
  [1, "PatientName=Yamada*"],
  [2, "PatientID=PAT001"],
  [6, "PatientID=PAT00*"],
  [5, "PatientID=PAT00?"],
  [1, "PatientID=PAT005 X"],
  [1, "PatientID=*X"],
  [0, "PatientID=PAT"],
  [0, "PatientID=pat001"],
  [1, "AccessionNumber=A123"],
  [2, "AccessionNumber=A12?"],
  [2, "AccessionNumber=A*"],
  [1, "AccessionNumber=C/7"],
  [1, "AccessionNumber=0*"],
  [1, "AccessionNumber=0000000000000016"],
  [0, "AccessionNumber=a123"],
  [1, "StudyDate=20240105"],
  [0, "StudyDate=20240106"],
  [1, "StudyDate=20240101-20240131"],
  [1, "StudyDate=20240105-20240105"],
  [2, "StudyDate=20240620-"],
  [2, "StudyDate=-20231231"],
  [4, "StudyDate=20220101-20240229"],
  [0, "StudyDate=19000101-19991231"],
  [0, "StudyDate=20241231-20240101"],
  [1, "StudyTime=081530"],
  [1, "StudyTime=080000-095959"],
  [2, "StudyTime=120000-235959"],
  [1, "StudyTime=235959-"],
  [1, "StudyDate=20240620", "StudyTime=235959"],
  [0, "StudyDate=20240105", "StudyTime=120000-130000"],
  [1, `StudyInstanceUID=${STUDY_1}`],
  [2, `StudyInstanceUID=${STUDY_1}\\1.2.826.0.1.3680043.9.7000.3`],
  [1, `StudyInstanceUID=${UNKNOWN}\\${STUDY_1}`],
  [0, `StudyInstanceUID=${UNKNOWN}`],
  [1, "StudyDescription=Thorax"],
  [1, "StudyDescription=Thor*"],
  [1, "StudyDescription=*in its text"],
  [1, "StudyDescription=A & B*"],
  [2, "PatientName=HEWETT*", "StudyDate=20240101-20241231"],
  [1, "PatientName=HEWETT*", "StudyDate=20240620"],
  [1, "ReferringPhysicianName=WELBY^MARCUS"],
  [1, "ReferringPhysicianName=WELBY*"],
  [1, "StudyID=ID1"],
  [6, "StudyID=ID?"],
  [2, "PatientBirthDate=19400711"],
  [3, "PatientBirthDate=19400101-19511231"],
  [3, "PatientSex=M"],
  [1, "PatientSex=F"],
  [1, "PatientSex=O"],
  [3, "ModalitiesInStudy=CT"],
  [2, "ModalitiesInStudy=MR\\US"],
  [0, "ModalitiesInStudy=NM"],
  [6, "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"],
];

const PATIENT_ROWS: readonly Row[] = [
  [5],
  [1, "PatientName=HEWETT^MARVIN"],
  [1, "PatientName=H*"],
  [1, "PatientName=?EWETT^MARVIN"],
  [0, "PatientName=NOBODY"],
  [1, "PatientID=PAT003"],
  [4, "PatientID=PAT00?"],
  [1, "PatientID=*5 X"],
  [2, "PatientSex=M"],
  [1, "PatientSex=O"],
  [1, "PatientBirthDate=19660930"],
  [2, "PatientBirthDate=19400101-19511231"],
  [1, "PatientBirthDate=20000101-"],
  [1, "PatientBirthDate=-19401231"],
];

const SERIES_ROWS: readonly Row[] = [
  [2],
  [1, "Modality=CT"],
  [1, "Modality=M?"],
  [2, "Modality=*"],
  [0, "Modality=US"],
  [1, "SeriesNumber=1"],
  [0, "SeriesNumber=7"],
  [1, "SeriesDescription=Series 2"],
  [2, "SeriesDescription=Series*"],
  [2, "BodyPartExamined=CHEST"],
  [1, `SeriesInstanceUID=${SERIES_1}`],
  [2, `SeriesInstanceUID=${SERIES_1}\\${STUDY_1}.2`],
  [0, `SeriesInstanceUID=${UNKNOWN}`],
  [2, "NumberOfSeriesRelatedInstances"],
];

const IMAGE_ROWS: readonly Row[] = [
  [2],
  [1, "InstanceNumber=1"],
  [0, "InstanceNumber=9"],
  [1, `SOPInstanceUID=${SERIES_1}.2`],
  [2, `SOPInstanceUID=${SERIES_1}.1\\${SERIES_1}.2`],
  [0, `SOPInstanceUID=${UNKNOWN}`],
  [2, "SOPClassUID=1.2.840.10008.5.1.4.1.1.7"],
  [0, "SOPClassUID=1.2.840.10008.5.1.4.1.1.2"],
];

/** Identifiers that the information model does not allow. */
const WRONG: readonly ServeQuery[] = [
  { model: "-S", matches: undefined, keys: ["PatientName=H*"] },
  { model: "-S", matches: undefined, keys: ["QueryRetrieveLevel=WARD"] },
  {
    model: "-S",
    matches: undefined,
    keys: ["QueryRetrieveLevel=PATIENT", "PatientName"],
  },
  {
    model: "-S",
    matches: undefined,
    keys: ["QueryRetrieveLevel=SERIES", "Modality"],
  },
  {
    model: "-S",
    matches: undefined,
    keys: [
      "QueryRetrieveLevel=IMAGE",
      `StudyInstanceUID=${STUDY_1}`,
      "SOPInstanceUID",
    ],
  },
  {
    model: "-P",
    matches: undefined,
    keys: ["QueryRetrieveLevel=STUDY", "StudyInstanceUID"],
  },
  {
    model: "-O",
    matches: undefined,
    keys: [
      "QueryRetrieveLevel=SERIES",
      "PatientID=PAT001",
      `StudyInstanceUID=${STUDY_1}`,
      "SeriesInstanceUID",
    ],
  },
];

/** Queries of the Query/Retrieve models. */
export const ARCHIVE_QUERIES: readonly ServeQuery[] = [
  ...atLevel("-S", "STUDY", ["PatientName", "PatientID"], []),
  ...atLevel("-S", "STUDY", [], STUDY_ROWS),
  ...atLevel("-P", "PATIENT", [], PATIENT_ROWS),
  ...atLevel("-P", "STUDY", ["PatientID=PAT001"], [
    [2],
    [1, "StudyDate=20240105"],
    [0, "StudyDate=20230101"],
    [1, "AccessionNumber=A124"],
  ]),
  ...atLevel("-P", "SERIES", [
    "PatientID=PAT001",
    `StudyInstanceUID=${STUDY_1}`,
  ], [[2], [1, "Modality=MR"]]),
  ...atLevel("-O", "PATIENT", [], [[5], [1, "PatientName=HEW*"]]),
  ...atLevel("-O", "STUDY", ["PatientID=PAT001"], [
    [2],
    [1, "StudyDate=20240620"],
  ]),
  ...atLevel("-S", "SERIES", [`StudyInstanceUID=${STUDY_1}`], SERIES_ROWS),
  ...atLevel("-S", "IMAGE", [
    `StudyInstanceUID=${STUDY_1}`,
    `SeriesInstanceUID=${SERIES_1}`,
  ], IMAGE_ROWS),
  ...WRONG,
];

const STEP = "(0040,0100)[0].";

const WORKLIST_ROWS: readonly Row[] = [
  [4],
  [1, "PatientName=VIVALDI^ANTONIO"],
  [1, "PatientName=VIV*"],
  [1, "PatientName=BACH^J*N"],
  [0, "PatientName=NOBODY"],
  [1, "PatientID=AV35674"],
  [0, "PatientID=AV"],
  [1, "AccessionNumber=A123"],
  [1, "RequestedProcedureID=RP3"],
  [2, `${STEP}Modality=CT`],
  [1, `${STEP}Modality=MR`],
  [0, `${STEP}Modality=NM`],
  [1, `${STEP}ScheduledProcedureStepStartDate=19951015`],
  [2, `${STEP}ScheduledProcedureStepStartDate=19951015-19951016`],
  [2, `${STEP}ScheduledProcedureStepStartDate=20240101-`],
  [2, `${STEP}ScheduledProcedureStepStartDate=-19991231`],
  [0, `${STEP}ScheduledProcedureStepStartDate=19951017`],
  [
    1,
    `${STEP}ScheduledProcedureStepStartDate=20240105`,
    `${STEP}ScheduledProcedureStepStartTime=110000-130000`,
  ],
  [
    0,
    `${STEP}ScheduledProcedureStepStartDate=20240105`,
    `${STEP}ScheduledProcedureStepStartTime=130000-140000`,
  ],
  [1, `${STEP}ScheduledStationAETitle=BB1`],
  [1, `${STEP}ScheduledStationAETitle=AA33`],
  [2, `${STEP}ScheduledStationAETitle=AA32`],
  [
    1,
    `${STEP}Modality=CT`,
    `${STEP}ScheduledStationAETitle=AA34`,
  ],
  [
    0,
    `${STEP}Modality=PT`,
    `${STEP}ScheduledStationAETitle=AA34`,
  ],
  [4, `${STEP}ScheduledPerformingPhysicianName=JOHNSON`],
  [1, `${STEP}ScheduledProcedureStepID=SPD2`],
  [2, "PatientName=*", `${STEP}Modality=CT`],
];

/** The return keys of a worklist query, besides what is matched. */
const STEP_RETURNED = [
  `${STEP}Modality`,
  `${STEP}ScheduledStationAETitle`,
  `${STEP}ScheduledProcedureStepStartDate`,
  `${STEP}ScheduledProcedureStepStartTime`,
  `${STEP}ScheduledProcedureStepDescription`,
];
const ITEM_RETURNED = [
  "AccessionNumber",
  "PatientName",
  "PatientID",
  "StudyInstanceUID",
  "RequestedProcedureDescription",
  "RequestedProcedureID",
];

/** Queries of the Modality Worklist. */
export const WORKLIST_QUERIES: readonly ServeQuery[] = WORKLIST_ROWS.map(
  ([matches, ...keys]) => {
    const named = new Set(keys.map(keyOf));
    return {
      model: "-W",
      matches,
      keys: [
        ...keys,
        ...[...ITEM_RETURNED, ...STEP_RETURNED].filter((key) =>
          !named.has(key)
        ),
      ],
    };
  },
);

/** A query whose answer differs: its model, and a key that it has. */
export interface Difference {
  readonly model?: ServeQuery["model"];
  readonly key: string;
  readonly why: string;
}

/** Failures are compared by their status: the standard's one for a bad identifier is A900, many servers have but C000. */
const OTHER_STATUS =
  "a bad identifier is A900 (PS3.4 C.4.1.1.4), the other server has one status for all failures, C000";
const OPTIONAL =
  "an optional key; a server that does not support it takes it as if it had no value (PS3.4 C.2.2.1.3)";
const HIERARCHY =
  "hierarchical search needs the unique keys of the levels above (PS3.4 C.4.1.3.1.1); the other server searches without";
const ANY_VALUE =
  "one value of several suffices for a match (PS3.4 C.2.2.2.1); the other server compares the whole text";

/** Where the answers of other makers' servers differ, and why; everywhere else they are equal. By the names of `servers.ts`. */
export const DIFFERENCES: Readonly<Record<string, readonly Difference[]>> = {
  dcmqrscp: [
    { key: "ModalitiesInStudy", why: OPTIONAL },
    { key: "NumberOfStudyRelatedSeries", why: OPTIONAL },
    { key: "SeriesDescription", why: OPTIONAL },
    { key: "BodyPartExamined", why: OPTIONAL },
    { key: "NumberOfSeriesRelatedInstances", why: OPTIONAL },
    { key: "SOPClassUID", why: OPTIONAL },
    { key: "QueryRetrieveLevel=WARD", why: OTHER_STATUS },
    { model: "-S", key: "QueryRetrieveLevel=PATIENT", why: OTHER_STATUS },
    ...missingKeys(OTHER_STATUS),
    {
      model: "-O",
      key: "QueryRetrieveLevel=SERIES",
      why:
        "the model has no level SERIES (PS3.4 C.6.3); the other server finds nothing there",
    },
  ],
  wlmscpfs: [
    { key: `${STEP}ScheduledProcedureStepID`, why: OPTIONAL },
  ],
  Orthanc: [
    {
      key: "ModalitiesInStudy=CT",
      why: "a set: the order of its values has no meaning (PS3.4 C.3.4)",
    },
    {
      key: "PatientBirthDate=-19401231",
      why:
        "a range matches dates that are there (PS3.4 C.2.2.2.5); the other server takes an empty one for early",
    },
    {
      model: "-O",
      key: "",
      why:
        "a retired model (PS3.4 C.6.3), which the other server does not have",
    },
    { key: "QueryRetrieveLevel=WARD", why: OTHER_STATUS },
    { model: "-S", key: "PatientName=H*", why: OTHER_STATUS },
    {
      model: "-S",
      key: "QueryRetrieveLevel=PATIENT",
      why:
        "the model has no level PATIENT (PS3.4 C.6.2); the other server has all levels in both models",
    },
    ...missingKeys(HIERARCHY),
    { key: `${STEP}ScheduledStationAETitle=AA33`, why: ANY_VALUE },
    { key: `${STEP}ScheduledStationAETitle=AA32`, why: ANY_VALUE },
  ],
};

/** The queries of `WRONG` that lack a unique key. */
function missingKeys(why: string): Difference[] {
  return WRONG.slice(3, 6).map(({ model, keys }) => ({
    model,
    key: keys.join(" "),
    why,
  }));
}

/** Why another server's answer to a query may differ; undefined if it must not. */
export function differenceOf(
  server: string,
  query: ServeQuery,
): string | undefined {
  const whole = query.keys.join(" ");
  return DIFFERENCES[server]?.find(({ model, key }) =>
    (model === undefined || model === query.model) &&
    (key === "" || key === whole ||
      query.keys.some((one) => one === key || keyOf(one) === key))
  )?.why;
}
