/** The workflows: what runs with rights is pinned, and has no more rights than it needs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);
const WORKFLOWS = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(new URL(name, FOLDER), "utf8"),
}));

/** The jobs of a workflow by name, as text. */
function jobsOf(text: string): Map<string, string> {
  const [, ...parts] = text.slice(text.indexOf("\njobs:\n") + 7)
    .split(/^ {2}(?=\w[\w-]*:$)/m);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf(":")), part]),
  );
}

for (const { name, text } of WORKFLOWS) {
  test(`${name} pins every action by commit, and names its version`, () => {
    const uses = [...text.matchAll(/\buses: (.*)$/gm)].map((match) =>
      match[1]!
    );
    assert.ok(uses.length > 0);
    for (const action of uses) {
      assert.match(action, /^(\.\/\S+|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
    }
  });

  test(`${name} gives no job a right that is not written down`, () => {
    assert.match(text, /^permissions: ?(\{\}.*|\n {2}contents: read)$/m);
    for (const [job, body] of jobsOf(text)) {
      if (job === "publish") continue;
      assert.doesNotMatch(body, /: write\b/, job);
      if (name === "release.yml") assert.match(body, /^ {4}permissions:/m, job);
    }
    for (const match of text.matchAll(/actions\/checkout@.*\n(.*\n.*)/g)) {
      assert.match(match[1]!, /persist-credentials: false/);
    }
  });
}

test("the job that publishes runs nothing that could come from elsewhere", () => {
  const release = WORKFLOWS.find(({ name }) => name === "release.yml")!;
  const jobs = jobsOf(release.text);
  assert.deepEqual([...jobs.keys()], [
    ...["test", "compile", "sign", "try", "pack", "publish"],
  ]);
  const publish = jobs.get("publish")!;
  assert.doesNotMatch(
    publish,
    /checkout@|setup-node@|npx|npm |deno |bun |curl/,
  );
  assert.match(publish, /sha256sum --check/);
});

test("actionlint finds nothing in the workflows", (context) => {
  const { error, status, stdout, stderr } = spawnSync("actionlint", [
    "-no-color",
  ], { cwd: new URL("../../", import.meta.url), encoding: "utf8" });
  if (error !== undefined) {
    console.log("SKIPPED: actionlint is not there");
    return context.skip("actionlint is not there");
  }
  assert.equal(status, 0, stdout + stderr);
});
