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
        assert.deepEqual(
          (await played(scene, disk)).split("\n"),
          expected!.split("\n"),
        );
      });
    }
  });
}
