/**
 * Runs the transcripts of `tests/fixtures/transcripts` again and writes into them what the commands print now. The unit test compares
 * the same; if you change what users see, run this, and read the difference.
 *
 *   deno task transcripts
 *   deno task transcripts config echo    some of them
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  machineOf,
  played,
  readTranscript,
} from "../tests/support/transcript.ts";

const folder = new URL("../tests/fixtures/transcripts/", import.meta.url);
const chosen = process.argv.slice(2);

for (const name of readdirSync(folder).sort()) {
  if (!name.endsWith(".txt")) continue;
  if (chosen.length > 0 && !chosen.includes(name.slice(0, -4))) continue;
  const path = new URL(name, folder);
  const disk = machineOf(folder);
  const scenes: string[] = [];
  for (const scene of readTranscript(readFileSync(path, "utf8"))) {
    scenes.push(await played(scene, disk));
  }
  writeFileSync(path, `${scenes.join("\n\n")}\n`);
  console.log(`${name}: ${scenes.length} scenes`);
}
