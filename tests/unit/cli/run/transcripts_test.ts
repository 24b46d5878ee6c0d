/**
 * What command lines print, byte for byte, beside transcripts in `tests/fixtures/transcripts`. `deno task transcripts` runs them again
 * and writes what they print now: for changes that are meant, after a look at the difference.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
  machineOf,
  played,
  readTranscript,
} from "../../../support/transcript.ts";

const folder = new URL("../../../fixtures/transcripts/", import.meta.url);

/** The first line that differs, and the way to accept it. */
function difference(printed: string, expected: string, name: string): string {
  const [now, before] = [printed, expected].map((text) => text.split("\n"));
  const at = now!.findIndex((line, index) => line !== before![index]);
  const line = at < 0 ? now!.length : at;
  const command = now!.slice(0, line + 1).findLast((text) => text[0] === "$");
  return `${command}
  now:    ${now![line] ?? "(nothing more)"}
  before: ${before![line] ?? "(nothing more)"}
If the change is meant, run \`deno task transcripts ${name.slice(0, -4)}\``;
}

for (
  const name of readdirSync(folder).filter((name) => name.endsWith(".txt"))
) {
  describe(`transcript ${name}`, () => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const parts = text.trimEnd().split("\n\n# ");
    const disk = machineOf(folder);
    for (const [at, scene] of readTranscript(text).entries()) {
      test(scene.title, async () => {
        const expected = at === 0 ? parts[at] : `# ${parts[at]}`;
        const printed = await played(scene, disk);
        assert.ok(printed === expected, difference(printed, expected!, name));
      });
    }
  });
}
