import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AssociateRq } from "../../../../src/pdu/types.ts";
import { match, success } from "../../../support/scripted_peer.ts";
import { cliOn, withPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const SERIES = ["-q", "QueryRetrieveLevel=SERIES", "-q", "SeriesInstanceUID"];

describe("extended negotiation", () => {
  test("makes a relational query possible", async () => {
    const query = [...SERIES, "-q", "Modality=XA", "--format", "jsonl"];
    const plain = await findscu(["mock:demo", ...query]);
    assert.equal(plain.code, 80);
    assert.match(plain.stderr, /StudyInstanceUID/);
    const relational = await findscu(["mock:demo", "--relational", ...query]);
    assert.equal(relational.code, 0, relational.stderr);
    assert.equal(relational.stderr, "");
    assert.ok(relational.stdout.split("\n").length > 10);
  });

  test("says at -v what was agreed to, and warns of what was not", async () => {
    const { stderr } = await findscu([
      "mock:demo",
      ...["-v", "--fuzzy", "--enhanced", "-q", "PatientName=yamada*"],
    ]);
    assert.match(stderr, /I: The peer agreed to fuzzy matching/);
    assert.match(stderr, /W: The peer declined the enhanced/);
  });

  test("is refused before connecting if the model has none", async () => {
    const { code, stderr } = await findscu([
      ...["-W", "127.0.0.1", "1", "--relational"],
      ...["-k", "(0040,0100)[0].Modality"],
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /"worklist" does not support relational queries/);
    const text = await findscu(
      ["mock:demo", "-W", "--relational", "-q", "sps.Modality"],
    );
    assert.equal(text.code, 1);
    assert.equal(text.stdout, "");
  });
});

describe("--strict", () => {
  test("refuses a doubtful query before anything is sent", async () => {
    const { code, stderr } = await findscu([
      ...["-S", "127.0.0.1", "1", "--strict", "-k", "PatientName"],
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /QueryRetrieveLevel is missing/);
    assert.match(stderr, /Without --strict this is only a warning/);
  });

  test("ends a run at the first oddity of the peer", async () => {
    await withPeer(
      [{ send: match("A", 0xff02) }, { send: success() }],
      {},
      async (port) => {
        const query = [`X@127.0.0.1:${port}`, "-q", "PatientID"];
        const { code, stderr } = await findscu([...query, "--strict"]);
        assert.equal(code, 67, stderr);
        assert.match(stderr, /undefined status 0xff02/);
      },
    );
  });
});

describe("user identity", () => {
  const directory = files.newFolder();
  const secret = `${directory}/secret`;
  files.put(secret, "open sesame\nsecond line\n");

  const rows: [string, string[], Record<string, string>, number, string][] = [
    ["a name alone", [], {}, 1, ""],
    [
      "a password from a file",
      ["--user-password-file", secret],
      {},
      2,
      "open sesame",
    ],
    [
      "a password from the environment",
      ["--user-password-env", "FINDSCU_TEST_SECRET"],
      { FINDSCU_TEST_SECRET: "schön" },
      2,
      "schön",
    ],
  ];
  for (const [name, options, env, type, password] of rows) {
    test(`sends ${name}, and shows no password`, async () => {
      let output = "";
      const log = await withPeer(
        [{ send: success() }],
        {},
        async (port) => {
          const { code, stdout, stderr } = await findscu([
            ...[`X@127.0.0.1:${port}`, "-q", "PatientID", "-ll", "trace"],
            ...["--user", "jürgen", ...options],
          ], { env });
          assert.equal(code, 0, stderr);
          output = stdout + stderr;
        },
      );
      const request = log.received[0] as AssociateRq;
      const identity = request.userInformation.userIdentity!;
      const decoder = new TextDecoder();
      assert.equal(identity.identityType, type);
      assert.equal(decoder.decode(identity.primary), "jürgen");
      assert.equal(decoder.decode(identity.secondary), password);
      if (password !== "") assert.ok(!output.includes(password));
    });
  }

  test("needs the variable that is named", async () => {
    const { code, stderr } = await findscu([
      ...["X@127.0.0.1:1", "-q", "PatientID", "--user", "x"],
      ...["--user-password-env", "FINDSCU_TEST_UNSET"],
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /"FINDSCU_TEST_UNSET" is not set/);
  });
});
