/** Command lines to begin with, for the help and the manual page. */

/** A purpose, and the command for it. Short enough for a terminal of 80 columns. */
export const EXAMPLES:
  readonly (readonly [wish: string, commandLine: string])[] = [
    ["today's studies", "findscu PACS@host:104 -q StudyDate=today"],
    [
      "the studies of a patient, into a spreadsheet",
      'findscu PACS@host:104 -q "PatientName=Doe*" --output studies.xlsx',
    ],
    [
      "today's worklist of a CT",
      "findscu RIS@host:104 -W -q sps.Modality=CT -q sps.StartDate=today",
    ],
    [
      "exactly these attributes, for a program",
      "findscu PACS@host:104 -q PatientID=123 -q StudyInstanceUID --json",
    ],
    [
      "as DCMTK's findscu is called",
      'findscu -S -k QueryRetrieveLevel=STUDY -k "PatientName=Doe*" host 104',
    ],
    ["try it without a network", 'findscu mock:demo -q "PatientName=Ya*"'],
  ];
