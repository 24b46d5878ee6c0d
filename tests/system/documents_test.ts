/** The commands of the documents, run as they are there; the built-in archive takes the place of the reader's. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommand, scriptCommand } from "../support/process.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const DOCUMENTS = [
  "README.md",
  "docs/cookbook.md",
  "docs/coming-from-dicom-rs.md",
  "docs/lists.md",
];

/** What needs a server, a network or a file that only the reader has. */
const OUTSIDE =
  /dicoms:|--via|findscu (serve|config|man)|completions|mock:\/|@FILE|DENORT|(pacs|ris)(\.example\.org)? \d+$/;

/** The commands of a document's shell blocks; those that go on after a pipe or a backslash are one. */
function commandsOf(document: string): string[] {
  const text = readFileSync(root + document, "utf8");
  return [...text.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.replace(/(\||\\)\n\s*/g, "$1 ").split("\n")
      .map((line) => line.replace(/\s{2,}#.*$/, "").trim())
      .filter((line) => line.startsWith("findscu ") && !OUTSIDE.test(line))
  );
}

/** The same command with the built-in archive. */
function offline(command: string): string {
  return command
    .replaceAll(/\w+@(pacs|ris)(\.example\.org)?:104/g, "mock:demo")
    .replaceAll(/\w+@old:104/g, "'mock:demo?latency=1'")
    .replaceAll(/\bfindscu (echo |probe )?prod\b/g, "findscu $1mock:demo");
}

const hasShell = process.platform !== "win32";

for (const document of DOCUMENTS) {
  describe(`the commands of ${document} work:`, { skip: !hasShell }, () => {
    const folder = mkdtempSync(join(tmpdir(), "findscu-documents-"));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, "cohort.csv"),
      "PatientID,MRN,from,to\nDEMO-0001,DEMO-0001,20000101,20301231\nNOBODY,NOBODY,2000,2001\n",
    );
    writeFileSync(join(folder, "ids.txt"), "DEMO-0001\n");
    writeFileSync(
      join(folder, "query.txt"),
      "PatientName=Doe^Jane\nStudyDate\n",
    );
    // Whoever reads JSON: `jq` need not be there.
    const words = scriptCommand(`${root}cli.ts`).map((word) => `'${word}'`);
    const shell = `set -e\nfindscu() { ${
      words.join(" ")
    } "$@"; }\njq() { cat; }\n`;
    for (const command of commandsOf(document)) {
      test(command, async () => {
        const { code, stderr } = await runCommand(
          ["sh", "-c", shell + offline(command)],
          { cwd: folder },
        );
        assert.equal(code, 0, stderr);
      });
    }
  });
}
