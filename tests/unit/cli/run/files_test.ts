/** The files of -X, -Xx and -Xs: where they go, how they are numbered, and what is left when something goes wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsOf } from "../../../../src/codec/values.ts";
import type { PlainElement } from "../../../../src/dataset/dataset.ts";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { decodeFile } from "../../../../src/file/part10.ts";
import {
  cmd,
  concat,
  data,
  identifier,
  match,
  pdata,
  response,
  type Step,
  success,
} from "../../../support/scripted_peer.ts";
import { cliOn, type CliRun, withPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const KEYS = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];

/** Runs a query against a scripted peer, in a folder of its own. */
async function inFolder(
  steps: readonly Step[],
  args: (folder: string) => readonly string[],
  check: (
    finished: CliRun,
    folder: string,
  ) => void,
  prepare: (folder: string) => void = () => {},
): Promise<void> {
  const folder = files.newFolder();
  prepare(folder);
  await withPeer(steps, {}, async (port) => {
    const call = ["127.0.0.1", String(port)];
    check(await findscu([...KEYS, ...args(folder), ...call]), folder);
  });
}

function patientIdIn(path: string): string[] {
  const { dataset } = decodeFile(files.read(path));
  return stringsOf(dataset.get(0x00100020) as PlainElement);
}

/** The ordinary answer to the second request of an association. */
const SECOND = concat(
  pdata(cmd(response(0xff00, true, { messageIdBeingRespondedTo: 2 }))),
  pdata(data(identifier("TWO"))),
  pdata(cmd(response(0, false, { messageIdBeingRespondedTo: 2 }))),
);

test("responses of a run are numbered without holes", () =>
  inFolder(
    [{ send: concat(match("ONE"), success()) }, { await: 2 }, { send: SECOND }],
    (folder) => ["-X", "-od", folder, "--repeat", "2"],
    ({ code, stdout, stderr }, folder) => {
      assert.equal(stdout + stderr, "");
      assert.equal(code, 0);
      assert.deepEqual(files.list(folder), [
        "rsp0001.dcm",
        "rsp0002.dcm",
      ]);
      assert.deepEqual(patientIdIn(`${folder}/rsp0001.dcm`), ["ONE"]);
      assert.deepEqual(patientIdIn(`${folder}/rsp0002.dcm`), ["TWO"]);
    },
  ));

test("a directory that is not there is found before anything is sent", async () => {
  const finished = await findscu(
    [...KEYS, "-X", "-od", "/no/such/folder", "127.0.0.1", "1"],
  );
  assert.match(
    finished.stderr,
    /^F: specified output directory does not exist\nF: Hint: .*\n$/,
  );
  assert.equal(finished.code, 45);
});

test("a file that cannot be written is reported, and the rest is written", () =>
  inFolder(
    [{ send: concat(match("ONE"), match("TWO"), success()) }],
    (folder) => ["-X", "-od", folder],
    ({ code, stderr }, folder) => {
      assert.match(
        stderr,
        /^E: Writing file: .*rsp0001\.dcm.*\nE: 1 response could not be written\n$/,
      );
      assert.equal(code, 40);
      assert.deepEqual(patientIdIn(`${folder}/rsp0002.dcm`), ["TWO"]);
      assert.deepEqual(files.list(folder), [
        "rsp0001.dcm",
        "rsp0002.dcm",
      ]);
    },
    (folder) => void files.makeDirectory(`${folder}/rsp0001.dcm`),
  ));

const ABORT = encodePdu({ type: "abort", source: 0, reason: 0 });

test("a run that breaks off leaves a good document of what came", () =>
  inFolder(
    [{ send: concat(match("ONE"), ABORT) }],
    (folder) => ["-Xs", "all.xml", "-od", folder],
    ({ code }, folder) => {
      assert.equal(code, 64);
      const xml = files.text(`${folder}/all.xml`);
      assert.match(xml, /ONE[^]*<\/responses>\n$/);
      assert.deepEqual(files.list(folder), ["all.xml"]);
    },
  ));

test("a run that got nothing leaves no file", () =>
  inFolder(
    [{ send: ABORT }],
    (folder) => ["-Xs", "all.xml", "-od", folder],
    ({ code }, folder) => {
      assert.equal(code, 64);
      assert.deepEqual(files.list(folder), []);
    },
  ));
