/** The data that the interop tests load into the servers: as text dumps, made into files by DCMTK's dump2dcm. */
import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { executeWell } from "./process.ts";

/** Lines of a dump: an attribute's tag and VR, and its value in the bytes that go into the file. */
type Line = readonly [head: string, value?: string | Buffer | undefined];

const SECONDARY_CAPTURE = "=SecondaryCaptureImageStorage";

/** Kanji by way of ISO 2022 IR 87, from PS3.5 H.3.1. */
const YAMADA = Buffer.concat([
  Buffer.from("Yamada^Tarou="),
  Buffer.from("\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=", "latin1"),
  Buffer.from("\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B", "latin1"),
]);

interface Study {
  readonly patient: string | Buffer;
  readonly patientId: string;
  readonly charset?: string;
  readonly sex: string;
  readonly birthDate: string;
  readonly date: string;
  readonly time: string;
  readonly accession: string;
  readonly description: string | Buffer;
  readonly physician?: string;
  /** Modality of each series, and how many images it has. */
  readonly series: readonly (readonly [modality: string, images: number])[];
}

const STUDIES: readonly Study[] = [
  {
    patient: "HEWETT^MARVIN",
    patientId: "PAT001",
    sex: "M",
    birthDate: "19400711",
    date: "20240105",
    time: "081530",
    accession: "A123",
    description: "Thorax",
    physician: "WELBY^MARCUS",
    series: [["CT", 2], ["MR", 1]],
  },
  {
    patient: "HEWETT^MARVIN",
    patientId: "PAT001",
    sex: "M",
    birthDate: "19400711",
    date: "20240620",
    time: "120000.123",
    accession: "A124",
    description: "Control, with = and * in its text",
    series: [["CT", 1]],
  },
  {
    patient: Buffer.from("M\u00fcller^J\u00fcrgen", "latin1"),
    patientId: "PAT002",
    charset: "ISO_IR 100",
    sex: "M",
    birthDate: "19510203",
    date: "20230517",
    time: "1015",
    accession: "B1",
    description: Buffer.from("Sch\u00e4del", "latin1"),
    series: [["CR", 1]],
  },
  {
    patient: "\u041b\u044e\u043a\u0441\u0435\u043c\u0431\u0443\u0440\u0433",
    patientId: "PAT003",
    charset: "ISO_IR 192",
    sex: "F",
    birthDate: "19660930",
    date: "20240620",
    time: "235959",
    accession: "C/7",
    description: "\u0413\u043e\u043b\u043e\u0432\u0430",
    series: [["US", 1]],
  },
  {
    patient: YAMADA,
    patientId: "PAT004",
    charset: "\\ISO 2022 IR 87",
    sex: "O",
    birthDate: "",
    date: "20220101",
    time: "",
    accession: "",
    description: "Abdomen",
    series: [["XA", 1]],
  },
  {
    patient: "ODD^NAME ",
    patientId: "PAT005 X",
    sex: "",
    birthDate: "20000229",
    date: "20240229",
    time: "0000",
    accession: "0000000000000016",
    description: "A & B <C> \"D\" 'E'",
    series: [["PT", 1], ["CT", 1]],
  },
];

/** Makes the images of the archive as files of a folder; answers their paths. */
export async function makeImages(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (const [number, study] of STUDIES.entries()) {
    for (const [index, [modality, images]] of study.series.entries()) {
      for (let image = 1; image <= images; image++) {
        const studyUid = `1.2.826.0.1.3680043.9.7000.${number + 1}`;
        const seriesUid = `${studyUid}.${index + 1}`;
        const path = `${folder}/image${files.length + 1}.dcm`;
        await dump2dcm(path, [
          ...(study.charset === undefined
            ? []
            : [["(0008,0005) CS", study.charset]] satisfies Line[]),
          ["(0008,0016) UI", SECONDARY_CAPTURE],
          ["(0008,0018) UI", `${seriesUid}.${image}`],
          ["(0008,0020) DA", study.date],
          ["(0008,0030) TM", study.time],
          ["(0008,0050) SH", study.accession],
          ["(0008,0060) CS", modality],
          ["(0008,0090) PN", study.physician],
          ["(0008,1030) LO", study.description],
          ["(0008,103e) LO", `Series ${index + 1}`],
          ["(0010,0010) PN", study.patient],
          ["(0010,0020) LO", study.patientId],
          ["(0010,0030) DA", study.birthDate],
          ["(0010,0040) CS", study.sex],
          ["(0018,0015) CS", "CHEST"],
          ["(0020,000d) UI", studyUid],
          ["(0020,000e) UI", seriesUid],
          ["(0020,0010) SH", `ID${number + 1}`],
          ["(0020,0011) IS", String(index + 1)],
          ["(0020,0013) IS", String(image)],
          ["(0028,0010) US", "2"],
          ["(0028,0011) US", "2"],
        ]);
        files.push(path);
      }
    }
  }
  return files;
}

interface Step {
  readonly patient: string | Buffer;
  readonly patientId: string;
  readonly charset?: string;
  readonly accession: string;
  readonly modality: string;
  readonly station: string;
  readonly date: string;
  readonly time: string;
}

const STEPS: readonly Step[] = [
  {
    patient: "VIVALDI^ANTONIO",
    patientId: "AV35674",
    accession: "A123",
    modality: "MR",
    station: "AA32\\AA33",
    date: "19951015",
    time: "085607",
  },
  {
    patient: Buffer.from("H\u00e4ndel^Georg", "latin1"),
    patientId: "GH1",
    charset: "ISO_IR 100",
    accession: "00001",
    modality: "CT",
    station: "AA32",
    date: "19951016",
    time: "1000",
  },
  {
    patient: YAMADA,
    patientId: "YT1",
    charset: "\\ISO 2022 IR 87",
    accession: "00002",
    modality: "PT",
    station: "BB1",
    date: "20240105",
    time: "120000",
  },
  {
    patient: "BACH^JOHANN^SEBASTIAN",
    patientId: "JSB",
    accession: "00003",
    modality: "CT",
    station: "AA34",
    date: "20240620",
    time: "070000",
  },
];

/** Makes the worklist: files for wlmscpfs and Orthanc in a folder. */
export async function makeWorklist(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [number, step] of STEPS.entries()) {
    await dump2dcm(`${folder}/step${number + 1}.wl`, [
      ...(step.charset === undefined
        ? []
        : [["(0008,0005) CS", step.charset]] satisfies Line[]),
      ["(0008,0050) SH", step.accession],
      ["(0010,0010) PN", step.patient],
      ["(0010,0020) LO", step.patientId],
      ["(0010,0030) DA", "16780304"],
      ["(0010,0040) CS", "M"],
      ["(0010,2000) LO", "ALERT"],
      ["(0010,2110) LO", "TANTAL"],
      ["(0020,000d) UI", `1.2.826.0.1.3680043.9.7001.${number + 1}`],
      ["(0032,1032) PN", "SMITH"],
      ["(0032,1060) LO", `EXAM${number + 1}`],
      ["(0040,0100) SQ"],
      ["(fffe,e000) -"],
      ["(0008,0060) CS", step.modality],
      ["(0032,1070) LO", "BARIUMSULFAT"],
      ["(0040,0001) AE", step.station],
      ["(0040,0002) DA", step.date],
      ["(0040,0003) TM", step.time],
      ["(0040,0006) PN", "JOHNSON"],
      ["(0040,0007) LO", "EXAM74"],
      ["(0040,0009) SH", `SPD${number + 1}`],
      ["(0040,0010) SH", "STN456"],
      ["(0040,0011) SH", "B34F56"],
      ["(0040,0012) LO"],
      ["(0040,0400) LT"],
      ["(fffe,e00d) -"],
      ["(fffe,e0dd) -"],
      ["(0040,1001) SH", `RP${number + 1}`],
      ["(0040,1003) SH", "LOW"],
    ]);
  }
  writeFileSync(`${folder}/lockfile`, "");
}

/** Makes a DICOM file of the lines of a dump. */
export async function dump2dcm(
  path: string,
  lines: readonly Line[],
  options: readonly string[] = [],
): Promise<void> {
  const text = lines.flatMap(([head, value]) => [
    Buffer.from(`${head} `),
    value === undefined || value === ""
      ? Buffer.from(head.endsWith("-") || head.endsWith("SQ") ? "" : "[]")
      : value === SECONDARY_CAPTURE || head.endsWith("US")
      ? Buffer.from(value)
      : Buffer.concat([
        Buffer.from("["),
        Buffer.from(value),
        Buffer.from("]"),
      ]),
    Buffer.from("\n"),
  ]);
  const dump = `${path}.dump`;
  writeFileSync(dump, Buffer.concat(text));
  await executeWell("dump2dcm", ["-q", "+te", ...options, dump, path]);
}
