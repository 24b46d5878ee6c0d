/** Command lines to begin with, for the help and the manual page. */

/** What somebody may want, and how to ask for it. Short enough for a terminal of 80 columns. */
export const EXAMPLES:
  readonly (readonly [wish: string, commandLine: string])[] = [
    [
      "the studies of a patient",
      'findscu PACS@host:104 -q "PatientName=Doe*" -q StudyDate --format table',
    ],
    [
      "the same, as DCMTK's findscu is called",
      'findscu -S -k QueryRetrieveLevel=STUDY -k "PatientName=Doe*" host 104',
    ],
    [
      "the worklist of a CT",
      "findscu RIS@host:104 -W -q ScheduledProcedureStepSequence.Modality=CT",
    ],
    [
      "a trial without any network",
      'findscu mock:demo -q "PatientName=Ya*" -q PatientBirthDate',
    ],
  ];
