/**
 * Invariants, for any file that `mock:` and `serve` are given:
 *   1. it becomes an archive or a recording, or is refused with a `FindscuError`;
 *   2. what it became serves any requestor as `peer.ts` demands of every endpoint.
 */
import { Console } from "../../../src/cli/log/console.ts";
import { loadMock } from "../../../src/cli/commands/shared/mock_source.ts";
import { EXPLICIT_LE } from "../../../src/codec/transfer_syntax.ts";
import { rawElement, textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { FindscuError } from "../../../src/errors.ts";
import { encodeFile } from "../../../src/file/part10.ts";
import { demoArchive } from "../../../src/scp/archive/demo.ts";
import { mockEndpoint } from "../../../src/scp/endpoint.ts";
import { FAULTS } from "../../../src/scp/faults/faults.ts";
import { recorder } from "../../../src/scp/recording/recorder.ts";
import { parseMockSource } from "../../../src/scp/source.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import { dicomJson } from "../../../src/output/dicom_json.ts";
import { FakeFiles } from "../../support/fake_files.ts";
import { FakeHost } from "../../support/fake_host.ts";
import {
  fuzzBytes,
  fuzzText,
  mutatedBytes,
  type Random,
  unlessRefused,
} from "../../support/fuzz.ts";
import { converse as talk } from "../../support/mock_conversation.ts";
import { converse, FROM_REQUESTOR } from "./peer.ts";

const utf8 = new TextEncoder();

const INSTANCE = Dataset.of(
  textElement(0x00080005, "CS", "ISO_IR 192"),
  rawElement(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"),
  rawElement(0x00080018, "UI", "1.2.3"),
  rawElement(0x00080020, "DA", "20240101"),
  textElement(0x00100010, "PN", "Doe^Jane"),
  rawElement(0x00100020, "LO", "P1"),
  rawElement(0x0020000d, "UI", "1.2.1"),
  rawElement(0x0020000e, "UI", "1.2.2"),
  rawElement(0x00200013, "IS", "1"),
);
const WORKLIST = Dataset.of(
  textElement(0x00100010, "PN", "Doe^Jane"),
  sequence(0x00400100, [
    Dataset.of(
      rawElement(0x00080060, "CS", "CT"),
      rawElement(0x00400002, "DA", "20240101"),
    ),
  ]),
);

function record(type: string, ...rows: [number, string][]): Dataset {
  return Dataset.of(
    rawElement(0x00041430, "CS", type),
    ...rows.map(([tag, text]) => rawElement(tag, "UI", text)),
  );
}

const DICOMDIR = Dataset.of(sequence(0x00041220, [
  record("PATIENT", [0x00100020, "P1"]),
  record("STUDY", [0x0020000d, "1"], [0x00080050, "ACC"]),
  record("SERIES", [0x0020000e, "1.1"], [0x00080060, "CT"]),
  record("IMAGE", [0x00041511, "1.1.1"], [0x00200013, "1"]),
  record("STUDY", [0x0020000d, "2"]),
]));

function part10(dataset: Dataset, sopClassUid: string): Uint8Array {
  return encodeFile(dataset, EXPLICIT_LE, {
    sopClassUid,
    sopInstanceUid: "1.2.3",
    implementationClassUid: "1.2.3.4",
  });
}

const CONVERSATION = talk({
  archive: demoArchive(),
  model: "study",
  identifier: Dataset.of(
    rawElement(0x00080052, "CS", "STUDY"),
    rawElement(0x00100010, "PN", "M*"),
  ),
});
const RECORDED = (() => {
  const writer = recorder({ header: { model: "study", transport: "mock" } });
  let text = writer.begin();
  CONVERSATION.log.forEach(({ from, bytes }, index) => {
    text += writer.data(index, from, bytes);
  });
  return text + writer.end(99, "requestor");
})();
const REQUESTOR = CONVERSATION.log
  .filter(({ from }) => from === "requestor")
  .flatMap(({ bytes }) => [...bytes]);

async function serve(bytes: Uint8Array, random: Random): Promise<void> {
  const host = new FakeHost({ files: new FakeFiles({ file: bytes }) });
  const console = new Console(host, {
    level: "warn",
    responses: false,
    forcesResponses: false,
    keepsStdout: false,
    settings: undefined,
    argumentsLine: undefined,
  });
  const { signal } = new AbortController();
  let content;
  try {
    ({ content } = await loadMock("file", { host, output: console, signal }));
  } catch (error) {
    if (error instanceof FindscuError) return;
    throw error;
  }
  const said = [Uint8Array.from(REQUESTOR), ...FROM_REQUESTOR];
  const fault = random(4) === 0 ? FAULTS[random(FAULTS.length)] : undefined;
  const endpoint = mockEndpoint(content, {
    loose: random(2) === 0,
    realtime: random(4) === 0,
    ...fault !== undefined && { fault },
  });
  const saying = random(3) === 0
    ? mutatedBytes(said, random)
    : said[random(said.length)]!;
  converse(endpoint, saying, random, () => {});
}

fuzzBytes("recordings and their replay", [
  utf8.encode(RECORDED),
  utf8.encode(RECORDED.replace(/,"sum":"\w+"/g, "")),
  utf8.encode(
    `{"format":"findscu-recording","version":1}\n{"t":0,"dir":">","hex":"${
      Array.from(
        encodePdu({ type: "release-rq" }),
        (byte) => byte.toString(16).padStart(2, "0"),
      ).join("")
    }"}\n{"t":1,"end":"closed by the acceptor"}\n`,
  ),
], serve);

fuzzBytes("DICOM files, DICOMDIR and DICOM JSON as archives", [
  part10(INSTANCE, "1.2.840.10008.5.1.4.1.1.2"),
  part10(WORKLIST, "1.2.276.0.7230010.3.1.0.1"),
  part10(DICOMDIR, "1.2.840.10008.1.3.10"),
  utf8.encode(`[${dicomJson(INSTANCE)},${dicomJson(WORKLIST)}]`),
  utf8.encode(`${dicomJson(INSTANCE)}\n${dicomJson(WORKLIST)}\n`),
], serve);

fuzzText("sources of mocks", [
  "demo?fault=abort&limit=5",
  "some/path.json?latency=10&chunk=1&cut=100&realtime&loose",
], (text) => {
  unlessRefused(() => parseMockSource(text));
});
