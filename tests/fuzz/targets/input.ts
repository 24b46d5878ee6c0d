/**
 * Invariants, for any content of an input file:
 *   1. whatever kind it is said to be, query input gives datasets or keys, or a `FindscuError`;
 *   2. what was read can be encoded and written in every format, or is refused with a `FindscuError`;
 *   3. a command file and a command line give a configuration or a `FindscuError`, a private dictionary entries and problems.
 */
import { configure } from "../../../src/cli/config/config.ts";
import { splitWords } from "../../../src/cli/line/parse.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { parseDcmtkDictionary } from "../../../src/dictionary/dcmtk_dictionary.ts";
import { encodeFile } from "../../../src/file/part10.ts";
import { FORMATS } from "../../../src/output/format_names.ts";
import { resultWriter } from "../../../src/output/formats.ts";
import { readQueryInput } from "../../../src/identifier/detect.ts";
import { applyAssignment, parseKey } from "../../../src/identifier/key.ts";
import { INPUT_KINDS } from "../../../src/identifier/kinds.ts";
import { FakeFiles } from "../../support/fake_files.ts";
import {
  fuzzBytes,
  fuzzText,
  type Random,
  unlessRefused,
} from "../../support/fuzz.ts";

const utf8 = new TextEncoder();

const NATIVE_XML = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a query -->
<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">
 <DicomAttribute tag="00080052" vr="CS" keyword="QueryRetrieveLevel"><Value number="1">STUDY</Value></DicomAttribute>
 <DicomAttribute tag="00100010" vr="PN"><PersonName number="1"><Alphabetic><FamilyName>Doe &amp; &#x41;</FamilyName></Alphabetic></PersonName></DicomAttribute>
 <DicomAttribute tag="00400100" vr="SQ"><Item number="1"><DicomAttribute tag="00400002" vr="DA"/></Item></DicomAttribute>
 <DicomAttribute tag="00091001" vr="UN"><InlineBinary>AQID</InlineBinary></DicomAttribute>
</NativeDicomModel>`;

const JSON_QUERIES = JSON.stringify([
  {
    "00080052": { vr: "CS", Value: ["STUDY"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Doe^J*" }] },
  },
  { PatientName: "A*", Columns: 512, ScheduledProcedureStepSequence: [{}] },
]);

const DUMP = `(0008,0005) CS [ISO_IR 100]
(0008,0052) CS [STUDY]        #   6, 1 QueryRetrieveLevel
(0028,0010) US 512\\7
(0040,0100) SQ (Sequence with explicit length #=1)
  (fffe,e000) na (Item with explicit length #=1)
    (0040,0002) DA [20240101-]
  (fffe,e00d) na
(fffe,e0dd) na
(7fe0,0010) OB 01\\02
`;

const KEYS = `# keys
PatientName=Doe^J*
(0008,0052)=STUDY
ScheduledProcedureStepSequence[0].Modality=CT
"ACME":0009,xx01=41\\42
`;

const QUERY = unlessRefused(() => {
  const [input] = readQueryInput(utf8.encode(JSON_QUERIES), "seed");
  return input?.kind === "json" ? input.dataset : undefined;
})!;

function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    [0xfeff, ...Array.from(text, (letter) => letter.charCodeAt(0))]
      .flatMap((code) => [code & 0xff, code >> 8]),
  );
}

function write(dataset: Dataset, random: Random): void {
  const syntax = random(2) === 0 ? IMPLICIT_LE : EXPLICIT_LE;
  unlessRefused(() => encodeDataset(dataset, syntax));
  const writer = resultWriter(FORMATS[random(FORMATS.length)]!, {
    identifier: dataset,
    width: random(2) === 0 ? 1 + random(100) : undefined,
    color: random(2) === 0,
    rawText: random(2) === 0,
    dates: random(2) === 0 ? "iso" : "stored",
    names: random(2) === 0 ? "object" : "string",
  });
  writer.begin();
  writer.match({ number: 1, status: 0xff00, dataset, syntax });
  writer.end({ matches: 1, elapsed: 1 });
}

fuzzBytes(
  "input files of every kind",
  [
    ...[NATIVE_XML, JSON_QUERIES, DUMP, KEYS].map((text) => utf8.encode(text)),
    utf8.encode(JSON_QUERIES.slice(1, -1).replace("},{", "}\n{")),
    utf16(NATIVE_XML),
    encodeFile(QUERY, EXPLICIT_LE, {
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      sopInstanceUid: "1.2.3",
      implementationClassUid: "1.2.3.4",
    }),
    encodeDataset(QUERY, IMPLICIT_LE),
  ],
  (bytes, random) => {
    const kind = random(2) === 0
      ? undefined
      : INPUT_KINDS[random(INPUT_KINDS.length)];
    const inputs = unlessRefused(() =>
      readQueryInput(bytes, "file", {
        warn: () => {},
        ...kind !== undefined && { kind },
      })
    ) ?? [];
    for (const input of inputs) {
      if (input.kind !== "keys") {
        write(input.dataset, random);
        continue;
      }
      const dataset = new Dataset();
      unlessRefused(() => {
        for (const term of input.terms) {
          const assignment = parseKey(term);
          if (assignment !== undefined) applyAssignment(dataset, assignment);
        }
      });
      write(dataset, random);
    }
  },
);

const COMMANDS = [
  `-S -k "QueryRetrieveLevel=STUDY" -k 'PatientName=A B' host 104`,
  "host:11112 PatientName=A* --format json --columns PatientID,StudyDate",
  "tls://AE@[::1]:2762?x=1 --timeout 5 --limit 3 --sort -StudyDate",
  "serve mock:demo?fault=reject&latency=5 --port 0",
  "echo pacs.example --aet ME --aec YOU -v",
  "-W -aet A -aec B -to 3 -ta 4 -td 5 -pdu 16384 +P 4 -X -od dir h 1 a.dcm",
  "+tls key.pem cert.pem +cf ca.pem --null-passwd -d --cancel 5 host 104",
];

fuzzText("command files and command lines", COMMANDS, (text) => {
  for (const args of [splitWords(text), ["@file"], [text]]) {
    const outcome = configure({
      args,
      env: () => undefined,
      files: new FakeFiles({ file: text, "a.dcm": "" }),
    });
    if (!outcome.ok) String(outcome.error.hint);
  }
});

fuzzText("private dictionaries", [
  '# entries\n(0009,"ACME",01)\tUN\tPrivateThing\t1-n\tPrivate\n' +
  '(0019,"X",10-o-20)\tDS\tOther\t2\tY\n(0008,0052)\tCS\tLevel\t1\tDICOM',
], (text) => {
  parseDcmtkDictionary(text);
});
