/**
 * A peer written with pynetdicom: another implementation of the protocol, which answers with what it was asked and fails on demand.
 * Skipped where Python has no pynetdicom.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { SERVED_OPTIONS } from "../../src/cli/options.ts";
import type { OptionRow } from "../../src/cli/options/row.ts";
import { freePort, installed, startServer } from "./support/process.ts";
import { ours } from "./support/runners.ts";
import { valuesOfDicomJson } from "./support/values.ts";

/**
 * The peer: PatientID says how to answer. `echo`: one match, whose PatientComments tells what came; `many`: a thousand; `fail`:
 * A700 after one match; `optional`: FF01; `text`: names in four character sets; `odd`: a sequence in a sequence.
 */
const PEER = `
import sys
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE, evt
from pynetdicom.sop_class import *
SYNTAXES = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]
def find(event):
    query = event.identifier
    wanted = str(query.get("PatientID", "echo"))
    answer = Dataset()
    answer.QueryRetrieveLevel = query.get("QueryRetrieveLevel", "")
    answer.PatientID = wanted
    if wanted == "many":
        for number in range(1000):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            answer.InstanceNumber = str(number)
            yield 0xFF00, answer
    elif wanted == "fail":
        yield 0xFF00, answer
        status = Dataset()
        status.Status = 0xA700
        status.ErrorComment = "Out of paper"
        yield status, None
    elif wanted == "optional":
        yield 0xFF01, answer
    elif wanted == "text":
        for charset, name in [("ISO_IR 192", "Люксембург"), ("ISO_IR 100", "Müller"), (["", "ISO 2022 IR 87"], "Yamada=山田"), ("GB18030", "王^小东")]:
            answer = Dataset()
            answer.SpecificCharacterSet = charset
            answer.PatientName = name
            yield 0xFF00, answer
    elif wanted == "odd":
        inner = Dataset()
        inner.CodeValue = "X"
        outer = Dataset()
        outer.ScheduledProtocolCodeSequence = Sequence([inner, Dataset()])
        answer.ScheduledProcedureStepSequence = Sequence([outer])
        yield 0xFF00, answer
    else:
        requestor = event.assoc.requestor
        identity = requestor.user_identity
        negotiation = requestor.sop_class_extended
        answer.PatientComments = "|".join([
            requestor.ae_title, requestor.primitive.called_ae_title, str(event.context.transfer_syntax), str(event.request.Priority),
            identity.primary_field.decode() + ":" + identity.secondary_field.decode() if identity else "-",
            " ".join(value.hex() for value in negotiation.values()) or "-",
            " ".join(element.tag.__format__("").replace(" ", "") + "=" + str(element.value) for element in query if element.tag != 0x00080005),
        ])
        yield 0xFF00, answer
ae = AE("PYNET")
ae.maximum_pdu_size = int(sys.argv[2])
for model in [PatientRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind, ModalityWorklistInformationFind]:
    ae.add_supported_context(model, SYNTAXES)
ae.add_supported_context(Verification)
handlers = [(evt.EVT_C_FIND, find), (evt.EVT_USER_ID, lambda event: (True, None)), (evt.EVT_SOP_EXTENDED, lambda event: event.app_info)]
ae.start_server(("127.0.0.1", int(sys.argv[1])), block=True, evt_handlers=handlers)
`;

const python = installed("python3");
const hasLibrary = python !== undefined &&
  spawnSync(python, ["-c", "import pynetdicom"]).status === 0;

/** Runs `body` with the peer. */
async function withPeer(
  maxPduLength: number,
  body: (port: number) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const server = await startServer(
    python!,
    ["-c", PEER, String(port), String(maxPduLength)],
    port,
  );
  try {
    await body(port);
  } finally {
    await server.stop();
  }
}

const skip = hasLibrary ? false : "pynetdicom not installed here";

/** Options that this version knows: the others are tried as soon as it does. */
const SERVED = new Set<string>(
  SERVED_OPTIONS.flatMap((row: OptionRow) => row.spellings),
);

/** Options in DCMTK's form, and the parts of the comment that tell what the peer saw of them. */
const SEEN: readonly (readonly [readonly string[], Record<number, string>])[] =
  [
    [[], { 0: "FINDSCU", 1: "ANY-SCP", 3: "0", 4: "-", 5: "-" }],
    [["-aet", "ME", "-aec", "YOU"], { 0: "ME", 1: "YOU" }],
    [["-xi"], { 2: "1.2.840.10008.1.2" }],
    [["--priority", "high"], { 3: "1" }],
    [["--user", "joe"], { 4: "joe:" }],
    [["--relational", "--fuzzy"], { 5: "010001" }],
    [["-k", "StudyDate=20240101-"], {
      6: "(0008,0020)=20240101- (0008,0052)=STUDY (0010,0020)=echo " +
        "(0010,4000)=",
    }],
  ];

test("findscu and pynetdicom", { skip }, async (t) => {
  // The least that the standard allows, too: everything falls into pieces there.
  for (const maxPduLength of [16_382, 128, 0]) {
    await withPeer(maxPduLength, async (port) => {
      const find = (...args: string[]) =>
        ours([
          ...["-S", "127.0.0.1", String(port), "--format", "dicom-json"],
          ...["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientComments"],
          ...args,
        ]);
      const limit = `PDUs up to ${maxPduLength}`;
      for (const [options, expected] of SEEN) {
        if (options[0] !== undefined && !SERVED.has(options[0])) continue;
        await t.test(`${limit}: sees ${options.join(" ") || "what is usual"}`, async () => {
          const run = await find("-k", "PatientID=echo", ...options);
          assert.equal(run.code, 0, run.stderr.toString());
          const [match] = valuesOfDicomJson(run.stdout.toString());
          const parts = match!["(0010,4000)"]!.split("|");
          for (const [index, value] of Object.entries(expected)) {
            assert.equal(parts[Number(index)], value);
          }
        });
      }
      for (const syntax of ["-xe", "-xb", "-xd", "-xi"]) {
        await t.test(`${limit}: answers in what ${syntax} offers`, async () => {
          const run = await find("-k", "PatientID=odd", syntax);
          assert.equal(run.code, 0, run.stderr.toString());
          const [match] = valuesOfDicomJson(run.stdout.toString());
          assert.equal(
            match!["(0040,0100)[0].(0040,0008)[0].(0008,0100)"],
            "X",
          );
        });
      }
      await t.test(`${limit}: a thousand matches`, async () => {
        const run = await find("-k", "PatientID=many");
        assert.equal(run.code, 0, run.stderr.toString());
        const matches = valuesOfDicomJson(run.stdout.toString());
        assert.deepEqual(
          matches.map((match) => Number(match["(0020,0013)"])),
          Array.from({ length: 1000 }, (_, index) => index),
        );
      });
      await t.test(`${limit}: enough is enough`, async () => {
        const run = await find("-k", "PatientID=many", "--max-results", "5");
        assert.equal(run.code, 0, run.stderr.toString());
        assert.equal(valuesOfDicomJson(run.stdout.toString()).length, 5);
      });
      await t.test(`${limit}: a failure is one`, async () => {
        const run = await find("-k", "PatientID=fail");
        assert.equal(run.code, 80);
        assert.match(run.stderr.toString(), /Out of paper/);
        assert.equal(valuesOfDicomJson(run.stdout.toString()).length, 1);
      });
      await t.test(`${limit}: unsupported optional keys`, async () => {
        const run = await find("-k", "PatientID=optional");
        assert.equal(run.code, 0, run.stderr.toString());
        assert.equal(valuesOfDicomJson(run.stdout.toString()).length, 1);
      });
      await t.test(`${limit}: names in four character sets`, async () => {
        const run = await find("-k", "PatientID=text");
        assert.equal(run.code, 0, run.stderr.toString());
        assert.deepEqual(
          valuesOfDicomJson(run.stdout.toString())
            .map((match) => match["(0010,0010)"]),
          ["Люксембург", "Müller", "Yamada=山田", "王^小东"],
        );
      });
    });
  }
});
