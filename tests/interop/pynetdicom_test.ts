/** Queries to an SCP made with pynetdicom, if Python has it: FINDSCU_TEST_PYTHON names another interpreter than python3. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, startServer } from "./support/process.ts";
import { PYTHON, withoutPynetdicom } from "./support/pynetdicom.ts";
import { ours } from "./support/runners.ts";

const SCP = fileURLToPath(
  new URL("./support/pynetdicom_scp.py", import.meta.url),
);
test("findscu and pynetdicom", { skip: withoutPynetdicom() }, async (t) => {
  const port = await freePort();
  const server = await startServer(PYTHON, [SCP, String(port)], port);
  const address = `PYNETDICOM@127.0.0.1:${port}`;
  const names = async (...args: string[]) => {
    const run = await ours([address, ...args, "--format", "jsonl"]);
    assert.equal(run.code, 0, String(run.stderr));
    return String(run.stdout).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line)["PatientName"]);
  };
  try {
    await t.test("study query", async () => {
      const found = await names("-S", "-q", "PatientName");
      assert.equal(found.length, 2);
      assert.match(JSON.stringify(found), /Müller.*山田/);
    });
    await t.test("a key outside ASCII", async () => {
      const found = await names("-S", "-q", "PatientName=山田*");
      assert.equal(found.length, 1);
    });
    for (const syntax of ["-xi", "-xb", "-xd", "-xe"]) {
      await t.test(`transfer syntax ${syntax}`, async () => {
        assert.equal(
          (await names("-S", "-q", "PatientName", syntax)).length,
          2,
        );
      });
    }
    await t.test("a failure status", async () => {
      const run = await ours(
        ["-S", "-k", "PatientName", "127.0.0.1", String(port)],
      );
      assert.equal(run.code, 80);
      assert.match(String(run.stderr), /0xa900/);
    });
    await t.test("what a probe says of it", async () => {
      const run = await ours(
        ["probe", address, "--format", "json", "--quiet", "-S"],
      );
      assert.equal(run.code, 0, String(run.stderr));
      const { findings } = JSON.parse(String(run.stdout)) as {
        findings: { id: string; level?: string; text: string }[];
      };
      const says = (id: string, text: RegExp) => {
        const found = findings.find((one) =>
          one.id === id && (one.level ?? "STUDY") === "STUDY"
        );
        assert.match(found?.text ?? "", text, id);
      };
      says("implementation", /"PYNETDICOM_\d+": pynetdicom/);
      says("match.PatientName", /^its value finds it/);
      says("match.PatientID", /^ignored/);
      says("match.StudyDate", /^ignored/);
      says("return.PatientName", /^with a value/);
      says("return.StudyDate", /^left out of 2 matches, though .* required/);
      says("wildcard.many", /finds it, another beginning does not/);
      says("wildcard.one", /does not find it/);
      says("charset.declared", /^ISO_IR 192$/);
      says("wrong.level-missing", /status A900/);
    });
    await t.test("echo", async () => {
      const run = await ours(["echo", address]);
      assert.equal(run.code, 0, String(run.stderr));
    });
  } finally {
    await server.stop();
  }
});
