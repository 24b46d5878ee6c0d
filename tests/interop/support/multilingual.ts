/**
 * The same kind of patient in many character sets, as files that the servers are loaded with. The bytes come from iconv and the
 * escape sequences of PS3.5 Annexes H and I, not from our own encoder.
 */
import { Buffer } from "node:buffer";
import { dump2dcm } from "./archives.ts";
import { executeWell } from "./process.ts";

/** A patient whose name is not ASCII. */
export interface Patient {
  /** What it shows. */
  readonly language: string;
  /** Specific Character Set, as stored. */
  readonly charset: string;
  /** The whole name, all groups. */
  readonly name: string;
  /** A key that only this patient matches. */
  readonly key: string;
  readonly patientId: string;
  /** How iconv calls the encoding; each component goes through it on its own. */
  readonly encoding: string;
  /** What is before each component that is not ASCII, besides what iconv makes. */
  readonly escape?: string;
}

/** One per way of encoding. */
export const PATIENTS: readonly Patient[] = [
  {
    language: "Western European",
    charset: "ISO_IR 100",
    name: "Buc^J\u00e9r\u00f4me",
    key: "Buc^J\u00e9*",
    patientId: "TEXT1",
    encoding: "ISO-8859-1",
  },
  {
    language: "Russian",
    charset: "ISO_IR 144",
    name: "\u0427\u0435\u0445\u043e\u0432^\u0410\u043d\u0442\u043e\u043d",
    key: "\u0427\u0435\u0445*",
    patientId: "TEXT2",
    encoding: "ISO-8859-5",
  },
  {
    language: "Greek",
    charset: "ISO_IR 126",
    name: "\u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2",
    key: "\u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2",
    patientId: "TEXT3",
    encoding: "ISO-8859-7",
  },
  {
    language: "Japanese",
    charset: "\\ISO 2022 IR 87",
    name:
      "Sato^Hanako=\u4f50\u85e4^\u82b1\u5b50=\u3055\u3068\u3046^\u306f\u306a\u3053",
    key: "*=\u4f50\u85e4^\u82b1\u5b50=*",
    patientId: "TEXT4",
    encoding: "ISO-2022-JP",
  },
  {
    language: "Korean",
    charset: "\\ISO 2022 IR 149",
    name: "Hong^Gildong=\u6d2a^\u5409\u6d1e=\ud64d^\uae38\ub3d9",
    key: "*=\ud64d^\uae38\ub3d9",
    patientId: "TEXT5",
    encoding: "EUC-KR",
    escape: "\x1b$)C",
  },
  {
    language: "any language, in UTF-8",
    charset: "ISO_IR 192",
    name: "Wang^XiaoDong=\u738b^\u5c0f\u6771",
    key: "*=\u738b^*",
    patientId: "TEXT6",
    encoding: "UTF-8",
  },
  {
    language: "Chinese",
    charset: "GB18030",
    name: "Zhang^XiaoDong=\u5f20^\u5c0f\u4e1c",
    key: "*=\u5f20^*",
    patientId: "TEXT7",
    encoding: "GB18030",
  },
  {
    language: "Arabic",
    charset: "ISO_IR 127",
    name: "\u0642\u0628\u0627\u0646\u064a^\u0646\u0632\u0627\u0631",
    key: "\u0642\u0628\u0627*",
    patientId: "TEXT8",
    encoding: "ISO-8859-6",
  },
  {
    language: "Hebrew",
    charset: "ISO_IR 138",
    name: "\u05e9\u05e8\u05d5\u05df^\u05d3\u05d1\u05d5\u05e8\u05d4",
    key: "\u05e9\u05e8*",
    patientId: "TEXT9",
    encoding: "ISO-8859-8",
  },
  {
    language: "Thai",
    charset: "ISO_IR 166",
    name: "\u0e2a\u0e21\u0e0a\u0e32\u0e22^\u0e43\u0e08\u0e14\u0e35",
    key: "\u0e2a\u0e21*",
    patientId: "TEXT10",
    encoding: "TIS-620",
  },
  {
    language: "Japanese in katakana of one byte",
    charset: "ISO_IR 13",
    name: "\uff94\uff8f\uff80\uff9e^\uff80\uff9b\uff73",
    key: "\uff94\uff8f*",
    patientId: "TEXT11",
    // The same bytes as those of JIS X 0201, which iconv does not know everywhere.
    encoding: "SHIFT_JIS",
  },
  {
    language: "Japanese with supplementary kanji",
    charset: "\\ISO 2022 IR 87\\ISO 2022 IR 159",
    name: "Mori^Ougai=\u68ee^\u9dd7\u5916",
    // The whole name: where one set ends the other begins, without ASCII between them.
    key: "*=\u68ee^\u9dd7\u5916",
    patientId: "TEXT12",
    encoding: "ISO-2022-JP-2",
  },
  {
    language: "Chinese with code extensions",
    charset: "\\ISO 2022 IR 58",
    name: "Li^Xiaoming=\u674e^\u5c0f\u660e",
    key: "*=\u674e^\u5c0f\u660e",
    patientId: "TEXT13",
    encoding: "GB2312",
    escape: "\x1b$)A",
  },
];

/** The name in the bytes of its character set. */
async function encoded(patient: Patient): Promise<Buffer> {
  const parts = patient.name.split(/([\^=])/);
  const bytes: Uint8Array[] = [];
  for (const part of parts) {
    if (/^[\x20-\x7e]*$/.test(part)) {
      bytes.push(Buffer.from(part));
      continue;
    }
    const { stdout } = await executeWell(
      "iconv",
      ["-f", "UTF-8", "-t", patient.encoding],
      { input: part },
    );
    bytes.push(Buffer.from(patient.escape ?? "", "latin1"), stdout);
  }
  return Buffer.concat(bytes);
}

/** Makes an image of each patient; answers their paths, in the order of `PATIENTS`. */
export async function makeTextImages(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const [index, patient] of PATIENTS.entries()) {
    const path = `${folder}/text${index + 1}.dcm`;
    const uid = `1.2.826.0.1.3680043.9.7002.${index + 1}`;
    await dump2dcm(path, [
      ["(0008,0005) CS", patient.charset],
      ["(0008,0016) UI", "=SecondaryCaptureImageStorage"],
      ["(0008,0018) UI", `${uid}.1.1`],
      ["(0008,0020) DA", "20240105"],
      ["(0008,0030) TM", "1200"],
      ["(0008,0050) SH", `T${index + 1}`],
      ["(0008,0060) CS", "OT"],
      ["(0010,0010) PN", await encoded(patient)],
      ["(0010,0020) LO", patient.patientId],
      ["(0020,000d) UI", uid],
      ["(0020,000e) UI", `${uid}.1`],
      ["(0020,0010) SH", `T${index + 1}`],
      ["(0020,0011) IS", "1"],
      ["(0020,0013) IS", "1"],
    ]);
    files.push(path);
  }
  return files;
}

/** Adds a scheduled step of each patient to a folder of worklist files. */
export async function addTextSteps(folder: string): Promise<void> {
  for (const [index, patient] of PATIENTS.entries()) {
    await dump2dcm(`${folder}/text${index + 1}.wl`, [
      ["(0008,0005) CS", patient.charset],
      ["(0008,0050) SH", `T${index + 1}`],
      ["(0010,0010) PN", await encoded(patient)],
      ["(0010,0020) LO", patient.patientId],
      ["(0010,0030) DA", "19700101"],
      ["(0010,0040) CS", "O"],
      ["(0020,000d) UI", `1.2.826.0.1.3680043.9.7003.${index + 1}`],
      ["(0032,1060) LO", "EXAM"],
      ["(0040,0100) SQ"],
      ["(fffe,e000) -"],
      ["(0008,0060) CS", "CT"],
      ["(0040,0001) AE", "TEXT"],
      ["(0040,0002) DA", "20240105"],
      ["(0040,0003) TM", "1200"],
      ["(0040,0006) PN", "JOHNSON"],
      ["(0040,0007) LO", "EXAM"],
      ["(0040,0009) SH", `S${index + 1}`],
      ["(0040,0010) SH", "STN"],
      ["(0040,0011) SH", "R1"],
      ["(fffe,e00d) -"],
      ["(fffe,e0dd) -"],
      ["(0040,1001) SH", `T${index + 1}`],
      ["(0040,1003) SH", "LOW"],
    ]);
  }
}
