/**
 * Invariants, for any text of a file with saved connections: it gives peers, or a `FindscuError`; a table that is added is there and all
 * else as before; taken out again, all is as before.
 */
import assert from "node:assert/strict";
import { parse } from "@std/toml/parse.js";
import { Connections } from "../../../src/cli/config/connections.ts";
import {
  tomlDuplicate,
  tomlEntries,
  withoutTable,
  withTable,
} from "../../../src/cli/config/toml_text.ts";
import { fuzzText, unlessRefused } from "../../support/fuzz.ts";

fuzzText("saved connections", [
  `# All of them
[defaults]
aetitle = "ME"
system-ca = true

# The first
[peers.prod] # here
address = "dicoms://PACS@pacs:2762"
add-cert-file = ["ca.pem", 'C:\\pki\\ca.pem']
timeout = 5
query = [
  "PatientName", # [peers.no]
  "StudyDate=today",
]
enable-tls = ["key", "cert"]

[peers."a.b"]
address = """mock:demo"""
format = 'csv'
`,
  `peers.a.address = "a:1"
peers.a.abort = true
[[others]]
x = { y = [1, 2.5, 1979-05-27] }
`,
  `peers = { a = { address = "a:1", timeout = "x" } }`,
], (text) => {
  const entries = tomlEntries(text);
  tomlDuplicate(entries);
  const data = parsed(text);
  if (data === undefined) return;
  const connections = unlessRefused(() =>
    new Connections({
      path: "config.toml",
      exists: true,
      text,
      data,
      resolve: (path) => path,
      absolute: (path) => path,
    })
  );
  if (connections === undefined) return;
  for (const name of connections.names) {
    unlessRefused(() => connections.peer(name));
  }
  const path = ["peers", "added by test"];
  const added = withTable(text, path, new Map([["address", "x:1"]]));
  const more = parsed(added);
  // What is open at the end of the text swallows what is added; the command compares, and leaves such a file alone.
  const peers = more?.["peers"] as Record<string, unknown> | undefined;
  if (peers?.["added by test"] === undefined) return;
  const left = withoutTable(added, path);
  assert.ok(left !== undefined, "not found again");
  assert.deepEqual(parsed(left), data);
});

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
