/**
 * Command lines through DCMTK's findscu and ours, against the same servers: what is printed (with --raw-text), sent and written has
 * to be the same, byte for byte, but for what names the program, and for the differences that the table states.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, mkdirSync } from "node:fs";
import { test } from "node:test";
import { dump2dcm } from "./support/archives.ts";
import {
  ARCHIVE_LINES,
  type CommandLine,
  WORKLIST_LINES,
  WRONG_KEYS,
} from "./support/command_lines.ts";
import { controlPdus, messagesOf, proposalOf } from "./support/relay.ts";
import {
  DCMTK_FINDSCU,
  dcmtkFind,
  filesIn,
  ourFind,
  PORT,
  type Run,
} from "./support/runners.ts";
import {
  DCMQRSCP,
  ORTHANC,
  type Peer,
  withFolder,
  withPeer,
  WLMSCPFS,
} from "./support/servers.ts";

const MATRIX = [
  [DCMQRSCP, ARCHIVE_LINES],
  [WLMSCPFS, WORKLIST_LINES],
  [ORTHANC, [
    "-v -S -k QueryRetrieveLevel=STUDY -k PatientName -k StudyInstanceUID",
    "-d -P -k QueryRetrieveLevel=PATIENT -k PatientID",
    "-v -S -k QueryRetrieveLevel=STUDY -k StudyDate=20240101-20240630 -k ModalitiesInStudy",
    "-v -S -k QueryRetrieveLevel=SERIES -k StudyInstanceUID=1.2.826.0.1.3680043.9.7000.1 -k Modality",
    "-v -W -k ScheduledProcedureStepSequence[0].Modality=CT -k PatientName",
    "-X -od %DIR% -S -k QueryRetrieveLevel=STUDY -k PatientName=HEWETT*",
    "-v -xi -S -k QueryRetrieveLevel=STUDY -k PatientID",
    "-v -S %QUERY%/study.dcm %QUERY%/bare_implicit.ds",
  ]],
] as const satisfies readonly (readonly [
  Peer,
  readonly (string | CommandLine)[],
])[];

const DICTIONARIES =
  "/usr/share/libdcmtk17/dicom.dic:/usr/share/libdcmtk17/private.dic";

const hasDictionaries = DICTIONARIES.split(":").every((path) =>
  existsSync(path)
);

for (const [peer, lines] of MATRIX) {
  const skip = peer.missing ??
    (DCMTK_FINDSCU === undefined
      ? "DCMTK's findscu not installed here"
      : false);
  test(
    `the same command lines against ${peer.name}`,
    { skip },
    (t) =>
      withPeer(peer, ({ port }) =>
        withFolder(async (queries) => {
          await makeQueries(queries);
          for (const row of lines) {
            const expected: CommandLine = typeof row === "string"
              ? { line: row }
              : row;
            await t.test(
              `findscu ${expected.line}`,
              { skip: expected.usesDictionaries === true && !hasDictionaries },
              () => compare(expected, peer, port, queries),
            );
          }
        })),
  );
}

test("wrong keys are refused before anything is sent", {
  skip: DCMQRSCP.missing ?? false,
}, (t) =>
  withPeer(DCMQRSCP, async ({ port }) => {
    for (const key of WRONG_KEYS) {
      await t.test(`-k ${key}`, async () => {
        const args = ["-aec", "QRSCP", "127.0.0.1", PORT, "-S", "-k", key];
        const theirs = await dcmtkFind(args, port);
        const ours = await ourFind(args, port);
        assert.equal(theirs.code, 0);
        assert.match(String(theirs.stderr), /Find SCU Failed/);
        assert.equal(ours.code, 1, String(ours.stderr));
        assert.equal(ours.wire.sent.length, 0);
        assert.ok(String(ours.stderr).includes(key), String(ours.stderr));
      });
    }
  }));

async function compare(
  expected: CommandLine,
  peer: Peer,
  port: number,
  queries: string,
): Promise<void> {
  await withFolder(async (folder) => {
    const folders = { theirs: `${folder}/theirs`, ours: `${folder}/ours` };
    for (const path of Object.values(folders)) mkdirSync(path);
    const args = (own: string, ...more: string[]) => [
      ...more,
      "-aec",
      peer.aeTitle,
      "127.0.0.1",
      PORT,
      ...words(expected.line).map((word) =>
        word.replace("%DIR%", own).replace("%QUERY%", queries)
      ),
    ];
    const options = expected.usesDictionaries
      ? { env: { DCMDICTPATH: DICTIONARIES } }
      : {};
    const theirs = await dcmtkFind(args(folders.theirs), port, options);
    const ours = await ourFind(
      args(folders.ours, "--raw-text"),
      port,
      options,
    );
    compareWires(ours, theirs);
    if (expected.outputDiffers === undefined) {
      assert.equal(
        comparable(ours.stderr, folders.ours),
        comparable(theirs.stderr, folders.theirs),
      );
    }
    assert.equal(ours.code, expected.exit ?? theirs.code);
    if (expected.filesDiffer === undefined) {
      compareFiles(filesIn(folders.ours), filesIn(folders.theirs));
    }
  });
}

function words(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:[^\s']|'[^']*')+/g),
    ([word]) => word.replaceAll("'", ""),
  );
}

/** Output without what names the program and its files. */
function comparable(output: Buffer, folder: string): string {
  return output.toString("latin1")
    .replaceAll(folder, "%DIR%")
    .replace(/^(.: )\$.*\$$/m, "$1version")
    .replace(/^.: DcmDataDictionary: Loading file: .*\n/gm, "")
    .replace(/^.: Our Implementation .*\n/gm, "")
    // How DCMTK's library makes up the header of a file
    .replace(/^D: DcmFileFormat::.*\n/gm, "")
    .replace(
      /^I: calling '.*\n/m,
      (line) =>
        line.replace(/'[^']*findscu' with \d+/, "'findscu' with N")
          .replace("'--raw-text' ", "").replace(/'\d+' /, "'PORT' "),
    );
}

function compareWires(ours: Run, theirs: Run): void {
  assert.deepEqual(proposalOf(ours.wire.sent), proposalOf(theirs.wire.sent));
  assert.deepEqual(messagesOf(ours.wire.sent), messagesOf(theirs.wire.sent));
  // DCMTK just hangs up when no context was accepted: ours says good-bye.
  const goodbyes = ours.code === 63 ? [7] : [];
  assert.deepEqual(
    controlPdus(ours.wire.sent),
    [...controlPdus(theirs.wire.sent), ...goodbyes],
  );
}

/** Files have the same names but for the holes in DCMTK's numbering, which its exact output has as well. */
function compareFiles(
  ours: Map<string, Uint8Array>,
  theirs: Map<string, Uint8Array>,
): void {
  assert.deepEqual([...ours.keys()], [...theirs.keys()]);
  for (const [name, bytes] of ours) {
    assert.equal(
      contentOf(name, bytes),
      contentOf(name, theirs.get(name)!),
      name,
    );
  }
}

const PREAMBLE = 132;
/** Group length of the header: tag, VR and length field before its value of four bytes (PS3.10 7.1). */
const GROUP_LENGTH = 8;

/** What a file holds: text as it is, datasets without the header, which names the program. */
function contentOf(name: string, bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  if (!name.endsWith(".dcm")) return buffer.toString("latin1");
  const headerLength = buffer.readUInt32LE(PREAMBLE + GROUP_LENGTH);
  return buffer.toString("hex", PREAMBLE + GROUP_LENGTH + 4 + headerLength);
}

/** Query files of all kinds that DCMTK's findscu reads. */
async function makeQueries(folder: string): Promise<void> {
  const study = [
    ["(0008,0052) CS", "STUDY"],
    ["(0008,0020) DA", "20240101-"],
    ["(0010,0010) PN", ""],
    ["(0010,0020) LO", ""],
    ["(0020,000d) UI", ""],
    ["(0028,0010) US", "512"],
  ] as const;
  const nested = [
    ["(0008,0052) CS", "STUDY"],
    ["(0010,0010) PN", ""],
    ["(0040,0275) SQ"],
    ["(fffe,e000) -"],
    ["(0040,0009) SH", "1"],
    ["(0040,1001) SH", ""],
    ["(fffe,e00d) -"],
    ["(fffe,e0dd) -"],
  ] as const;
  const files = [
    ["study.dcm", study, []],
    ["implicit.dcm", study, ["+ti"]],
    ["big.dcm", study, ["+tb"]],
    ["deflated.dcm", study, ["+td"]],
    ["bare_explicit.ds", study, ["-F"]],
    ["bare_implicit.ds", study, ["-F", "+ti"]],
    ["bare_big.ds", study, ["-F", "+tb"]],
    ["nested.dcm", nested, []],
    ["patqry.dcm", [
      ["(0008,0052) CS", "PATIENT"],
      ["(0010,0010) PN", ""],
      ["(0010,0020) LO", ""],
    ], []],
    ["worklist.dcm", [
      ["(0010,0010) PN", ""],
      ["(0010,0020) LO", ""],
      ["(0040,0100) SQ"],
      ["(fffe,e000) -"],
      ["(0008,0060) CS", "CT"],
      ["(0040,0001) AE", ""],
      ["(fffe,e00d) -"],
      ["(fffe,e0dd) -"],
    ], []],
  ] as const;
  for (const [name, lines, options] of files) {
    await dump2dcm(`${folder}/${name}`, lines, options);
  }
}
