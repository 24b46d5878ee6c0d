/**
 * Queries in every form that can be typed or kept in a file, against real servers: the examples of both manuals, query files of all
 * kinds, files made by --write-query, dictionaries. What DCMTK's findscu asks with the same meaning gets the same matches.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { dump2dcm } from "./support/archives.ts";
import { execute, type ExecuteOptions } from "./support/process.ts";
import { messagesOf } from "./support/relay.ts";
import {
  DCMTK_FINDSCU,
  dcmtkFind,
  ourFind,
  ours,
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
import {
  comparable,
  type MatchValues,
  valuesOfDcmtkXml,
  valuesOfDicomJson,
} from "./support/values.ts";

/** Runs tests against a peer, in a folder of their own; skipped aloud if something is missing. */
function against(
  peer: Peer,
  name: string,
  body: (port: number, folder: string) => Promise<void>,
): void {
  const skip = peer.missing ??
    (DCMTK_FINDSCU === undefined
      ? "DCMTK's findscu not installed here"
      : false);
  test(
    name,
    { skip },
    () =>
      withPeer(peer, ({ port }) => withFolder((folder) => body(port, folder))),
  );
}

/** The values that DCMTK's findscu gets. */
async function theirValues(
  peer: Peer,
  port: number,
  folder: string,
  ...args: string[]
): Promise<MatchValues[]> {
  const call = ["-aec", peer.aeTitle, "127.0.0.1", PORT];
  const run = await dcmtkFind(
    [...call, ...args, "-Xs", "theirs.xml", "-od", folder],
    port,
  );
  assert.equal(run.code, 0, String(run.stderr));
  return comparable(
    valuesOfDcmtkXml(readFileSync(`${folder}/theirs.xml`, "utf8")),
  );
}

/** A call in the manner of dicom-rs's dicom-findscu. */
async function ask(
  peer: Peer,
  port: number,
  args: readonly string[],
  options?: ExecuteOptions,
): Promise<Run> {
  const run = await ourFind(
    [`${peer.aeTitle}@127.0.0.1:${PORT}`, ...args, "--format", "dicom-json"],
    port,
    options,
  );
  assert.equal(run.code, 0, String(run.stderr));
  return run;
}

function valuesOf(run: Run): MatchValues[] {
  return comparable(valuesOfDicomJson(String(run.stdout)));
}

/** Of each match what the other one has. */
function among(
  found: readonly MatchValues[],
  expected: readonly MatchValues[],
): MatchValues[] {
  return found.map((match, index) =>
    Object.fromEntries(
      Object.entries(match).filter(([path]) => path in (expected[index] ?? {})),
    )
  );
}

/** The identifiers that were sent, as hexadecimal digits. */
function identifiersOf(run: Run): string[] {
  return messagesOf(run.wire.sent).map((message) => message.dataset);
}

const LEVEL = ["-k", "QueryRetrieveLevel=STUDY"];

for (const peer of [DCMQRSCP, ORTHANC]) {
  against(
    peer,
    `the archive examples of dicom-findscu, ${peer.name}`,
    async (port, folder) => {
      const examples: [ours: string[], theirs: string[]][] = [
        [
          ["--study", "-q", "AccessionNumber=A123"],
          ["-S", ...LEVEL, "-k", "AccessionNumber=A123"],
        ],
        [
          ["--patient", "-q", "PatientBirthDate=19400711"],
          [
            "-P",
            "-k",
            "QueryRetrieveLevel=PATIENT",
            "-k",
            "PatientBirthDate=19400711",
          ],
        ],
      ];
      // Orthanc refuses wildcards in UIDs of any client.
      if (peer === DCMQRSCP) {
        examples.push([
          ["-S", "-q", "StudyInstanceUID=*"],
          ["-S", ...LEVEL, "-k", "StudyInstanceUID=*"],
        ]);
      }
      for (const [args, theirs] of examples) {
        const run = await ask(peer, port, args);
        const expected = await theirValues(peer, port, folder, ...theirs);
        // If nothing is requested by name, we request more.
        assert.deepEqual(among(valuesOf(run), expected), expected);
      }
      const dcm = `${folder}/query.dcm`;
      await dump2dcm(dcm, [
        ["(0008,0052) CS", "STUDY"],
        ["(0010,0010) PN", "HEWETT*"],
      ]);
      const run = await ask(peer, port, ["--study", dcm]);
      assert.deepEqual(
        valuesOf(run),
        await theirValues(peer, port, folder, "-S", dcm),
      );
    },
  );
}

for (const peer of [WLMSCPFS, ORTHANC]) {
  against(
    peer,
    `the worklist examples of dicom-findscu, ${peer.name}`,
    async (port, folder) => {
      const sps = "ScheduledProcedureStepSequence";
      writeFileSync(
        `${folder}/query.txt`,
        [
          "# comments are supported",
          "AccessionNumber",
          "# declare sequence items before setting nested elements",
          sps,
          `${sps}.Modality=MR`,
          `${sps}.ScheduledProcedureStepStartDate=19951015`,
          "",
        ].join("\n"),
      );
      const filed = await ask(peer, port, [
        "-W",
        "--query-file",
        `${folder}/query.txt`,
      ]);
      assert.deepEqual(
        valuesOf(filed),
        await theirValues(
          peer,
          port,
          folder,
          ..."-W -k SpecificCharacterSet -k AccessionNumber -k".split(" "),
          `${sps}[0].Modality=MR`,
          "-k",
          `${sps}[0].ScheduledProcedureStepStartDate=19951015`,
        ),
      );
      assert.equal(valuesOf(filed).length, 1);
      const typed = await ask(peer, port, [
        "--mwl",
        "-q",
        sps,
        "-q",
        `${sps}.ScheduledProcedureStepStatus=ARRIVED`,
      ]);
      assert.deepEqual(
        valuesOf(typed),
        await theirValues(
          peer,
          port,
          folder,
          ..."-W -k SpecificCharacterSet -k".split(" "),
          `${sps}[0].ScheduledProcedureStepStatus=ARRIVED`,
        ),
      );
    },
  );
}

against(
  DCMQRSCP,
  "query files of every kind ask the same",
  async (port, folder) => {
    const files = {
      // The example of DCMTK's manual
      "patqry.dump": [
        "# query patient names and IDs",
        "(0008,0052) CS [PATIENT]     # QueryRetrieveLevel",
        "(0010,0010) PN []            # PatientName",
        "(0010,0020) LO []            # PatientID",
      ].join("\n"),
      "patqry.json": JSON.stringify({
        "00080052": { vr: "CS", Value: ["PATIENT"] },
        "00100010": { vr: "PN" },
        "00100020": { vr: "LO" },
      }),
      "patqry.txt": "QueryRetrieveLevel=PATIENT\nPatientName\n0010,0020\n",
    };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(`${folder}/${name}`, `${text}\n`);
    }
    await execute("dump2dcm", [
      `${folder}/patqry.dump`,
      `${folder}/patqry.dcm`,
    ]);
    const call = ["-P", "-aec", "QRSCP", "127.0.0.1", PORT];
    const theirs = await dcmtkFind([...call, `${folder}/patqry.dcm`], port);
    const [expected] = identifiersOf(theirs);
    assert.ok(expected);
    for (const name of [...Object.keys(files), "patqry.dcm"]) {
      const file = `${folder}/${name}`;
      const run = await ourFind([...call, file, "--raw-text"], port);
      assert.deepEqual(identifiersOf(run), [expected], name);
      assert.equal(String(run.stderr), String(theirs.stderr), name);
      const piped = await ourFind([...call, "-"], port, {
        input: readFileSync(file),
      });
      assert.deepEqual(identifiersOf(piped), [expected], `${name} on stdin`);
    }
    const forced = await ourFind([
      ...call,
      "--query-kind",
      "json",
      `${folder}/patqry.dump`,
    ], port);
    assert.equal(forced.code, 22);
    assert.equal(forced.wire.sent.length, 0);
  },
);

against(
  DCMQRSCP,
  "--write-query writes what would be sent",
  async (port, folder) => {
    const call = ["-S", "-aec", "QRSCP", "127.0.0.1", PORT];
    const keys = [
      ...LEVEL,
      "-k",
      "PatientName=HEWETT*",
      "-k",
      "RequestAttributesSequence[0].RequestedProcedureID=1",
      "-k",
      "Columns=512",
    ];
    for (const syntax of ["-x=", "-xb", "-xi", "-xd"]) {
      const file = `${folder}/query${syntax}.dcm`;
      const written = await ourFind(
        [...call, ...keys, syntax, "--write-query", file],
        port,
      );
      assert.equal(written.code, 0, String(written.stderr));
      assert.equal(written.wire.sent.length, 0);
      const direct = await dcmtkFind([...call, ...keys], port);
      const filed = await dcmtkFind([...call, file], port);
      assert.deepEqual(identifiersOf(filed), identifiersOf(direct), syntax);
      assert.equal(String(filed.stderr), String(direct.stderr), syntax);
    }
  },
);

against(
  DCMQRSCP,
  "arguments may come from a command file",
  async (port, folder) => {
    writeFileSync(
      `${folder}/args`,
      '-S -k QueryRetrieveLevel=STUDY\n-k "PatientName=HEWETT M*"\n-aec QRSCP',
    );
    const args = [`@${folder}/args`, "127.0.0.1", PORT];
    const theirs = await dcmtkFind(args, port);
    const run = await ourFind([...args, "--raw-text"], port);
    assert.deepEqual(identifiersOf(run), identifiersOf(theirs));
    assert.equal(
      run.stderr.toString("latin1"),
      theirs.stderr.toString("latin1"),
    );
  },
);

test("a dictionary that cannot be read is an error that names it", async () => {
  const outcome = await ours(["-S", ...LEVEL, "127.0.0.1", "1"], {
    env: { DCMDICTPATH: "/no/such/file.dic" },
  });
  assert.equal(outcome.code, 20);
  assert.match(String(outcome.stderr), /\/no\/such\/file\.dic/);
});
