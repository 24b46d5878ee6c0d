/** Filters that real servers do not apply are reported, and applied with `--enforce`; if they do, nothing is said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Printed, printed } from "./support/runners.ts";
import { DCMQRSCP, ORTHANC, type Peer, withPeer } from "./support/servers.ts";

const STUDY = "QueryRetrieveLevel=STUDY";

function ask(
  peer: Peer,
  port: number,
  keys: readonly string[],
  ...options: string[]
): Promise<Printed> {
  const typed = [STUDY, ...keys].flatMap((key) => ["-q", key]);
  const address = `${peer.aeTitle}@127.0.0.1:${port}`;
  return printed([address, "--count", ...typed, ...options]);
}

for (const peer of [DCMQRSCP, ORTHANC]) {
  test(`keys that ${peer.name} matches by are nothing to speak of`, {
    skip: peer.missing ?? false,
  }, () =>
    withPeer(peer, async ({ port }) => {
      for (
        const key of [
          "PatientName=HEWETT*",
          "PatientSex=M",
          "StudyDate=19900101-",
          "StudyTime=1000-1200",
          "AccessionNumber=A123",
        ]
      ) {
        const plain = await ask(peer, port, [key]);
        assert.deepEqual([plain.code, plain.stderr], [0, ""], key);
        assert.notEqual(plain.stdout, "0\n", key);
        const enforced = await ask(peer, port, [key], "--enforce");
        assert.equal(enforced.stdout, plain.stdout, key);
      }
    }));
}

test("dcmqrscp does not match by a key of a level below", {
  skip: DCMQRSCP.missing ?? false,
}, () =>
  withPeer(DCMQRSCP, async ({ port }) => {
    const plain = await ask(DCMQRSCP, port, ["Modality=CT"]);
    assert.match(plain.stderr, /\d of \d matches do not fulfil Modality/);
    const enforced = await ask(DCMQRSCP, port, ["Modality=CT"], "--enforce");
    assert.ok(Number(enforced.stdout) < Number(plain.stdout));
    assert.match(enforced.stderr, /left out by --enforce: Modality differs/);
  }));

test("dcmqrscp does not know ModalitiesInStudy", {
  skip: DCMQRSCP.missing ?? false,
}, () =>
  withPeer(DCMQRSCP, async ({ port }) => {
    const keys = ["ModalitiesInStudy=MR", "PatientName"];
    const { stderr } = await ask(DCMQRSCP, port, keys);
    assert.match(stderr, /no match has a value of ModalitiesInStudy/);
  }));
