/**
 * Text against other makers' programs: keys that are not ASCII find the right patients, in whatever character set these are
 * stored, and values read the same as DCMTK's tools read them from the same files.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeFile } from "../../src/file/part10.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { DcmtkDump } from "../../src/output/dcmtk/dump.ts";
import { resultWriter } from "../../src/output/formats.ts";
import { FORMATS } from "../../src/output/format_names.ts";
import {
  addTextSteps,
  makeTextImages,
  type Patient,
  PATIENTS,
} from "./support/multilingual.ts";
import { execute, executeWell, installed } from "./support/process.ts";
import { ours } from "./support/runners.ts";
import {
  DCMQRSCP,
  ORTHANC,
  type Peer,
  withFolder,
  WLMSCPFS,
} from "./support/servers.ts";
import {
  type MatchValues,
  valuesOfDcmtkXml,
  valuesOfDicomJson,
} from "./support/values.ts";

const iconv = installed("iconv") === undefined
  ? "iconv not installed here"
  : undefined;

interface Found {
  readonly PatientID: string;
  readonly PatientName: string | Readonly<Record<string, string>>;
}

/**
 * The whole name of a match. Orthanc's worklist leaves the escape sequences of G1 in the text that it makes UTF-8 of; they are
 * passed on as what they are there, controls.
 */
function nameOf({ PatientName: name }: Found): string {
  const groups = typeof name === "string"
    ? [name]
    : [name["Alphabetic"] ?? "", name["Ideographic"], name["Phonetic"]]
      .filter((group) => group !== undefined);
  return groups.join("=").replace(/\x1b\$\)[AC]/g, "");
}

/** Asks for a patient by a name; the one and only match has to be that patient, with the name read right. */
async function finds(
  patient: Patient,
  args: readonly string[],
  key = patient.key,
): Promise<void> {
  const { stdout, stderr, code } = await ours([
    ...args,
    "-q",
    `PatientName=${key}`,
    "-q",
    "PatientID",
    "--format",
    "jsonl",
  ]);
  assert.equal(code, 0, String(stderr));
  assert.equal(String(stderr), "");
  const matches = String(stdout).trim().split("\n").filter(Boolean)
    .map((line) => JSON.parse(line) as Found);
  assert.deepEqual(
    matches.map((match) => [match.PatientID, nameOf(match)]),
    [[patient.patientId, patient.name]],
  );
}

interface Setting {
  readonly peer: Peer;
  readonly worklist: boolean;
  /** Where its worklist files are, below its folder. */
  readonly steps?: string;
  /** It takes keys with escape sequences for faulty: names in such sets are queried by their ASCII part. */
  readonly refusesEscapes?: boolean;
  /** It compares bytes: only keys in the character set of what is stored can match. */
  readonly comparesBytes: boolean;
}

for (
  const { peer, worklist, steps, comparesBytes, refusesEscapes } of [
    { peer: DCMQRSCP, worklist: false, comparesBytes: true },
    {
      peer: WLMSCPFS,
      worklist: true,
      steps: "WLMSCP",
      comparesBytes: true,
      refusesEscapes: true,
    },
    { peer: ORTHANC, worklist: false, comparesBytes: false },
    { peer: ORTHANC, worklist: true, steps: "worklist", comparesBytes: false },
  ] satisfies Setting[]
) {
  test(
    `${peer.name} finds patients by names outside ASCII${
      worklist ? " in its worklist" : ""
    }`,
    { skip: peer.missing ?? iconv ?? false },
    (t) =>
      withFolder(async (folder) => {
        const server = await peer.start(folder);
        try {
          const { port } = server;
          if (steps !== undefined) await addTextSteps(`${folder}/${steps}`);
          else {
            await executeWell("storescu", [
              "-aec",
              peer.aeTitle,
              "127.0.0.1",
              String(port),
              ...await makeTextImages(folder),
            ]);
          }
          const address = `${peer.aeTitle}@127.0.0.1:${port}`;
          const call = worklist
            ? [address, "-W", "-q", "ScheduledProcedureStepSequence"]
            : [address, "-S"];
          for (const patient of PATIENTS) {
            const { language, charset, name } = patient;
            const [ascii = ""] = name.split("=");
            const key = refusesEscapes && charset.includes("2022")
              ? ascii
              : patient.key;
            await t.test(
              `${language}, asked in its own character set`,
              () =>
                finds(
                  patient,
                  [...call, "--charset", charset],
                  `${key}*`.replace("**", "*"),
                ),
            );
            if (comparesBytes) continue;
            await t.test(
              `${language}, asked in the set that fits`,
              () => finds(patient, call),
            );
            await t.test(
              `${language}, asked in UTF-8`,
              () => finds(patient, [...call, "--charset", "ISO_IR 192"]),
            );
          }
        } finally {
          await server.stop();
        }
      }),
  );
}

/** What DCMTK's tools say of a set that their build cannot convert. With glibc's iconv, as in Debian, it is ISO 2022 IR 87. */
const UNCONVERTED =
  /cannot open character encoding|cannot convert|not supported/i;

test(
  "values equal those of dcmdump, dcm2json and dcm2xml",
  { skip: DCMQRSCP.missing ?? iconv ?? false },
  (t) =>
    withFolder(async (folder) => {
      const files = await makeTextImages(folder);
      for (const [index, patient] of PATIENTS.entries()) {
        const file = files[index]!;
        const name = `${patient.language} (${patient.charset})`;
        const { dataset } = decodeFile(new Uint8Array(readFileSync(file)));
        const [values] = valuesOfDicomJson(
          written("dicom-json", dataset),
        );
        const compare = async (
          program: string,
          args: readonly string[],
          check: (text: string) => void,
        ) => {
          await t.test(`${name}: ${program}`, async (t) => {
            const run = await execute(program, [...args, file]);
            const complaint = String(run.stderr);
            if (run.code !== 0 && UNCONVERTED.test(complaint)) {
              return t.skip(`this build cannot: ${complaint.trim()}`);
            }
            assert.equal(run.code, 0, complaint);
            check(String(run.stdout));
          });
        };
        await compare("dcm2json", [], (text) => {
          assert.deepEqual(
            withoutMeta(valuesOfDicomJson(`[${text}]`)[0]!),
            withoutMeta(values!),
          );
        });
        await compare("dcm2xml", ["+U8"], (text) => {
          assert.deepEqual(
            withoutMeta(
              valuesOfDcmtkXml(text.slice(text.indexOf("<data-set")))[0]!,
            ),
            withoutMeta(values!),
          );
        });
        await compare("dcmdump", ["+U8", "+L", "-q"], (text) => {
          const line = (dump: string, tag: string) =>
            dump.split("\n").find((one) => one.startsWith(tag))
              ?.match(/\[(.*)\]/)?.[1]?.trimEnd();
          const dump = new DcmtkDump().dataset(dataset, EXPLICIT_LE);
          assert.equal(line(dump, "(0010,0010)"), patient.name);
          assert.equal(
            line(dump, "(0010,0010)"),
            line(text, "(0010,0010)"),
          );
        });
        await t.test(`${name}: every format shows the name`, () => {
          const [first = ""] = patient.name.split(/[\^=]/);
          for (const format of FORMATS) {
            const text = written(format, dataset);
            assert.ok(text.includes(first), `${format}: ${text}`);
          }
        });
      }
    }),
);

type Dataset = ReturnType<typeof decodeFile>["dataset"];

/** One match in a format. */
function written(format: typeof FORMATS[number], dataset: Dataset): string {
  const writer = resultWriter(format);
  const record = { number: 1, status: 0xff00, dataset, syntax: EXPLICIT_LE };
  return writer.begin() + writer.match(record) +
    writer.end({ matches: 1, elapsed: 0 });
}

/** Without the file's own header, and without the character set, which says what the text was converted from or to. */
function withoutMeta(values: MatchValues): MatchValues {
  return Object.fromEntries(
    Object.entries(values).filter(([path]) =>
      !path.startsWith("(0002,") && path !== "(0008,0005)"
    ),
  );
}
