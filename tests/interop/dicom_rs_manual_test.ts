/**
 * The calls of dicom-findscu's manual, against other makers' servers; and, if that program is installed, what both send for
 * the same words. They may differ in whether sequences have a length or a delimiter, in Specific Character Set, which ours
 * always names, and in the usual keys, which ours adds if all keys have values.
 */
import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { decodeDataset } from "../../src/codec/decode.ts";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { tagOf } from "../../src/dataset/tag.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { usualKeys } from "../../src/identifier/usual_keys.ts";
import { dump2dcm } from "./support/archives.ts";
import { execute, installed } from "./support/process.ts";
import { messagesOf, proposalOf, relayed, type Wire } from "./support/relay.ts";
import { ours } from "./support/runners.ts";
import { DCMQRSCP, withFolder, withPeer, WLMSCPFS } from "./support/servers.ts";
import { type MatchValues, valuesOfDicomJson } from "./support/values.ts";

/** In place of what is before and after the AE title of the peer. */
const PEER = "%PEER%";

/** The query text of the manual, with a date of our data. */
const QUERY_TEXT = `# comments are supported
AccessionNumber
# declare sequence items before setting nested elements
ScheduledProcedureStepSequence
ScheduledProcedureStepSequence.Modality=MR
ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=19951015
`;

/** Writes the files that the calls name. */
async function makeFiles(folder: string): Promise<void> {
  writeFileSync(`${folder}/query.txt`, QUERY_TEXT);
  await dump2dcm(`${folder}/query.dcm`, [
    ["(0008,0052) CS", "STUDY"],
    ["(0010,0010) PN", "HEWETT*"],
    ["(0020,000d) UI", ""],
  ]);
}

const WORKLIST = "ScheduledProcedureStepSequence";

/** A call of the manual, an attribute to look at, and its values. */
type Example = readonly [
  args: readonly string[],
  path: string,
  values: readonly string[],
];

const ARCHIVE_EXAMPLES: readonly Example[] = [
  [
    [PEER, "--study", "query.dcm"],
    "(0020,000d)",
    ["1.2.826.0.1.3680043.9.7000.1", "1.2.826.0.1.3680043.9.7000.2"],
  ],
  [
    [PEER, "--study", "-q", "AccessionNumber=A123"],
    "(0008,0050)",
    ["A123"],
  ],
  [[PEER, "--patient", "-q", "PatientBirthDate=19901225"], "(0010,0030)", []],
  [
    [PEER, "--patient", "-q", "PatientBirthDate=19400711"],
    "(0010,0030)",
    ["19400711"],
  ],
  // The standard gives wildcards no meaning in UIDs, and neither does this server.
  [[PEER, "-S", "-q", "StudyInstanceUID=*"], "(0020,000d)", []],
  [
    [PEER, "-S", "-q", "StudyInstanceUID", "-q", "AccessionNumber=A12*"],
    "(0020,000d)",
    ["1.2.826.0.1.3680043.9.7000.1", "1.2.826.0.1.3680043.9.7000.2"],
  ],
];

const WORKLIST_EXAMPLES: readonly Example[] = [
  [[PEER, "-W", "--query-file", "query.txt"], "(0008,0050)", ["A123"]],
  [
    [
      PEER,
      "--mwl",
      "-q",
      WORKLIST,
      "-q",
      `${WORKLIST}.ScheduledProcedureStepStatus=ARRIVED`,
    ],
    // A server without this attribute matches all steps.
    `(0040,0100)[0].(0040,0020)`,
    ["", "", "", ""],
  ],
  ...["0040,0001", "(0040,0001)", "00400001", "ScheduledStationAETitle"].map(
    (attribute): Example => [
      [PEER, "-W", "-q", WORKLIST, "-q", `${WORKLIST}.${attribute}=BB1`],
      "(0040,0100)[0].(0040,0001)",
      ["BB1"],
    ],
  ),
];

for (
  const [peer, examples] of [
    [DCMQRSCP, ARCHIVE_EXAMPLES],
    [WLMSCPFS, WORKLIST_EXAMPLES],
  ] as const
) {
  test(
    `the examples of dicom-findscu's manual against ${peer.name}`,
    { skip: peer.missing ?? false },
    (t) =>
      withPeer(peer, ({ port }) =>
        withFolder(async (folder) => {
          await makeFiles(folder);
          for (const [args, path, values] of examples) {
            await t.test(args.slice(1).join(" "), async () => {
              const address = `${peer.aeTitle}@127.0.0.1:${port}`;
              const call = args.map((arg) => arg.replace(PEER, address));
              const run = await ours([...call, "--format", "dicom-json"], {
                cwd: folder,
              });
              assert.equal(run.code, 0, run.stderr.toString());
              const matches = valuesOfDicomJson(run.stdout.toString());
              assert.deepEqual(
                matches.map((match: MatchValues) => match[path]).sort(),
                values,
              );
              // As text the same matches are there to be read.
              const text = await ours([...call, "--text"], { cwd: folder });
              assert.equal(text.code, 0);
              for (const value of values) {
                assert.ok(text.stdout.toString().includes(value));
              }
            });
          }
        })),
  );
}

const THEIRS = installed("dicom-findscu");

/** Calls for the archive, after the address. */
const ARCHIVE_CALLS: readonly (readonly string[])[] = [
  ["--study", "query.dcm"],
  ["query.dcm", "-q", "PatientName=B*"],
  ["--study", "-q", "AccessionNumber=A123"],
  ["--patient", "-q", "PatientBirthDate=19901225"],
  ["-S", "-q", "StudyInstanceUID=*"],
  ["-q", "PatientName=HEWETT^MARVIN"],
  ["-P", "-q", "PatientName"],
  ["--patient", "-q", "PatientName="],
  ["--calling-ae-title", "ME", "-q", "PatientID=1"],
  ["--max-pdu-length", "8192", "-q", "PatientID"],
  ["-v", "-q", "PatientID=PAT001"],
  ["-q", "(0010,0020)=PAT001"],
  ["-q", "0010,0020=PAT001"],
  ["-q", "00100020=PAT001"],
  ["-q", "QueryRetrieveLevel=IMAGE", "-q", "SOPInstanceUID"],
  ["-q", "QueryRetrieveLevel=SERIES", "-q", "Modality=CT"],
  ["-q", "StudyDate=20240101-20241231"],
  ["-q", "StudyTime=-1200"],
  ["-q", "ModalitiesInStudy=CT\\MR"],
  ["-q", "StudyInstanceUID=1.2.3"],
  ["-q", "PatientName= a "],
  ["-q", "NumberOfStudyRelatedInstances"],
  ["-q", "QueryRetrieveLevel=STUDY", "-q", "Rows=512"],
  ["-q", "QueryRetrieveLevel=STUDY", "-q", "InstanceNumber=3"],
  ["-q", "SliceThickness=1.5"],
  ["-q", "PixelSpacing=0.5\\0.5"],
  ["-q", "RecommendedDisplayFrameRateInFloat=1.5"],
  ["-q", "PatientComments=x\\y"],
  ["-q", "0009,0010=ACME", "-q", "0009,1001=x"],
  ["-q", "ReferencedStudySequence"],
];

/** Calls for the worklist. */
const WORKLIST_CALLS: readonly (readonly string[])[] = [
  ["-W", "--query-file", "query.txt"],
  ["--mwl", "-q", WORKLIST, "-q", `${WORKLIST}.Modality=CT`],
  ["-W", "-q", WORKLIST, "-q", `${WORKLIST}.0040,0020=ARRIVED`],
  ["-W", "-q", WORKLIST, "-q", `${WORKLIST}.(0040,0020)=ARRIVED`],
  ["-W", "-q", WORKLIST, "-q", `${WORKLIST}.00400020=ARRIVED`],
  ["-W", "-q", WORKLIST, "-q", `${WORKLIST}[0].Modality=MR`],
  ["-W", "--query-file", "query.txt", "-q", "AccessionNumber=7"],
];

for (
  const [peer, calls] of [
    [DCMQRSCP, ARCHIVE_CALLS],
    [WLMSCPFS, WORKLIST_CALLS],
  ] as const
) {
  const skip = peer.missing ??
    (THEIRS === undefined ? "dicom-findscu not installed here" : false);
  test(
    `findscu sends what dicom-findscu sends to ${peer.name}`,
    { skip },
    (t) =>
      withPeer(peer, ({ port }) =>
        withFolder(async (folder) => {
          await makeFiles(folder);
          for (const call of calls) {
            await t.test(call.join(" "), async () => {
              const sent = async (run: typeof ours) => {
                const { wire } = await relayed(
                  port,
                  (relay) =>
                    run([`${peer.aeTitle}@127.0.0.1:${relay}`, ...call], {
                      cwd: folder,
                    }),
                );
                return whatCounts(wire, call);
              };
              assert.deepEqual(
                await sent(ours),
                await sent((args, options) => execute(THEIRS!, args, options)),
              );
            });
          }
        })),
  );
}

const SPECIFIC_CHARACTER_SET = tagOf(0x0008, 0x0005);

/** The usual keys, which we add if all keys have values, and dicom-findscu does not. */
const USUAL = ["PATIENT", "STUDY", "SERIES", "IMAGE"].flatMap((level) =>
  usualKeys("study", level)!.keys
);

/** What both programs have to agree in. Exit codes are not: theirs is 0 when a query fails. */
function whatCounts({ sent }: Wire, call: readonly string[]) {
  const { calledAeTitle, callingAeTitle, contexts } = proposalOf(sent)!;
  const requests = messagesOf(sent).map(({ command, dataset }) => {
    const identifier = decodeDataset(
      Buffer.from(dataset, "hex"),
      EXPLICIT_LE,
    );
    identifier.delete(SPECIFIC_CHARACTER_SET);
    for (const keyword of USUAL) {
      if (!call.join(" ").includes(keyword)) {
        identifier.delete(Dictionary.standard.byKeyword(keyword)!.tag);
      }
    }
    const bytes = encodeDataset(identifier, EXPLICIT_LE, {
      lengths: "defined",
    });
    return { command, dataset: Buffer.from(bytes).toString("hex") };
  });
  // Which transfer syntaxes are offered is each program's own choice, the first of them is not.
  const [id, abstractSyntax, syntax] = contexts[0]!.split(" ");
  return {
    calledAeTitle,
    callingAeTitle,
    context: [id, abstractSyntax, syntax],
    requests,
  };
}
