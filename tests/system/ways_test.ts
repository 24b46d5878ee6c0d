/**
 * The ways to add things as ARCHITECTURE.md lists them, followed in a copy of the tree: each edit has to be in a file that its line of the
 * list names, and the program that comes of it has to do what was added.
 */
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  type Finished,
  runCommand,
  scriptCommand,
} from "../support/process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** All that the program is made of. */
const SOURCES = [
  "cli.ts",
  "mod.ts",
  "deno.json",
  "deno.lock",
  "host",
  "library",
  "package.json",
  "page",
  "src",
  "testing",
  "transports",
  "tsconfig.json",
];

/** The lines of the list by what they are about, such as `an option`. */
function waysOf(document: string): Map<string, string> {
  const [, list = ""] = /^## Where to add things\n([\s\S]*?)^## /m
    .exec(document) ?? [];
  return new Map(
    list.split(/^- /m).slice(1).map((line) => {
      const [head = ""] = line.split(":", 1);
      return [head.toLowerCase(), line];
    }),
  );
}

const WAYS = waysOf(readFileSync(`${ROOT}ARCHITECTURE.md`, "utf8"));

/** What a line of the list has between backquotes. */
function codesIn(line: string): string[] {
  return [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** An edit: these texts in front of that one, or all of a new file. */
interface Edit {
  readonly file: string;
  readonly insert: string;
  readonly before?: string;
}

interface Way {
  readonly line: string;
  readonly edits: readonly Edit[];
  readonly args: readonly string[];
  /** What the program does then. */
  check(run: Finished): void;
}

const CHANGES: readonly Way[] = [
  {
    line: "an output format",
    edits: [
      {
        file: "src/output/format_names.ts",
        before: '  { name: "xml"',
        insert:
          '  { name: "tags", endings: ["tags"], traits: [], about: "the tags of each match" },\n',
      },
      {
        file: "src/output/tags.ts",
        insert: `import type { MatchRecord, ResultWriter } from "./writer.ts";
import { formatTag } from "../dataset/tag.ts";

export class TagsWriter implements ResultWriter {
  begin(): string {
    return "";
  }
  match({ dataset }: MatchRecord): string {
    return [...dataset].map(({ tag }) => formatTag(tag)).join(" ") + "\\n";
  }
  end(): string {
    return "";
  }
}
`,
      },
      {
        file: "src/output/formats.ts",
        before: "import { XmlWriter }",
        insert: 'import { TagsWriter } from "./tags.ts";\n',
      },
      {
        file: "src/output/formats.ts",
        before: '    case "xml":',
        insert: '    case "tags":\n      return new TagsWriter();\n',
      },
    ],
    args: ["mock:demo", "-q", "PatientID=*", "-P", "--tags"],
    check: ({ code, stdout, stderr }) => {
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^(\(\w{4},\w{4}\) ?)+$/m);
      assert.match(stdout, /\(0010,0020\)/);
    },
  },
  {
    line: "an option",
    edits: [
      {
        file: "src/cli/line/options/output.ts",
        before: "    wide: {",
        insert:
          '    greet: { spellings: ["--greet"], value: LIST, short: "greet first" },\n',
      },
      {
        file: "src/cli/config/run_config.ts",
        before: "  readonly count: boolean;",
        insert: "  readonly greet: readonly string[];\n",
      },
      {
        file: "src/cli/config/find.ts",
        before: "    count: values.count",
        insert: "    greet: values.greet ?? [],\n",
      },
      {
        file: "src/cli/results/results.ts",
        before: "  warnOfUnused(results, output);",
        insert:
          '  for (const name of results.greet) output.own.warn("Hello " + name);\n',
      },
    ],
    args: ["mock:demo", "-q", "PatientID=*", "-P", "--greet", "you,me"],
    check: ({ code, stderr }) => {
      assert.equal(code, 0, stderr);
      assert.match(stderr, /Hello you[\s\S]*Hello me/);
    },
  },
  {
    line: "an exit code",
    edits: [
      {
        file: "src/errors.ts",
        before: '  | "interrupted";',
        insert: '  | "asleep"\n',
      },
      {
        file: "src/cli/exit_code.ts",
        before: "  { exit: 60,",
        insert:
          '  { exit: 59, meaning: "the peer is asleep", errors: ["asleep"] },\n',
      },
    ],
    args: ["help", "exit-codes"],
    check: ({ code, stdout }) => {
      assert.equal(code, 0);
      assert.match(stdout, /59 +the peer is asleep/);
    },
  },
  {
    line: "a fault of `serve` and `mock",
    edits: [{
      file: "src/scp/faults/faults.ts",
      before: '  final("fail-c502"',
      insert: '  final("fail-c503", "Unable to process C503", 0xc503, 0),\n',
    }],
    args: ["mock:demo?fault=fail-c503", "-q", "PatientID=*", "-P"],
    check: ({ code, stderr }) => {
      assert.equal(code, 80, stderr);
      assert.match(stderr, /c503/i);
    },
  },
  {
    line: "an information model",
    edits: [{
      file: "src/find/models.ts",
      before: '  row("product"',
      insert: '  row("made-up", "Made-up Model", "999"),\n',
    }],
    args: ["mock:demo", "-q", "PatientID", "--model", "made-up", "--arguments"],
    check: ({ stderr }) => assert.doesNotMatch(stderr, /Invalid|Give a SOP/),
  },
  {
    line: "a status of c-find",
    edits: [{
      file: "src/dimse/status.ts",
      before: '  [0xc000, 0xcfff, "failure"',
      insert:
        '  [0xc502, 0xc502, "failure", "Failed: Hungry", "the peer is hungry"],\n',
    }],
    args: ["mock:demo?fault=fail-c502", "-q", "PatientID=*", "-P"],
    check: ({ code, stderr }) => {
      assert.equal(code, 80);
      assert.match(stderr, /the peer is hungry/);
    },
  },
];

describe('the list "Where to add things"', () => {
  const folder = mkdtempSync(`${tmpdir()}/findscu-ways-`);
  let number = 0;
  before(() => {
    for (const name of SOURCES) {
      cpSync(`${ROOT}${name}`, `${folder}/${name}`, { recursive: true });
    }
    if (existsSync(`${ROOT}node_modules`)) {
      symlinkSync(`${ROOT}node_modules`, `${folder}/node_modules`);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("names files that exist", () => {
    assert.ok(WAYS.size >= CHANGES.length);
    for (const line of WAYS.values()) {
      for (const code of codesIn(line).filter((one) => one.includes("/"))) {
        assert.ok(existsSync(`${ROOT}${code}`), code);
      }
    }
  });

  for (const { line, edits, args, check } of CHANGES) {
    test(line, async () => {
      const text = WAYS.get(line);
      assert.ok(text, `no line for ${line}`);
      const named = codesIn(text);
      assert.ok(new Set(edits.map(({ file }) => file)).size <= 4);
      const kept = new Map<string, string | undefined>();
      try {
        for (const { file, insert, before: anchor } of edits) {
          const isNamed = named.some((place) =>
            place === file || place.endsWith("/") && file.startsWith(place)
          );
          assert.ok(isNamed, `${file} is not in the list`);
          const path = `${folder}/${file}`;
          if (anchor === undefined) {
            kept.set(path, undefined);
            writeFileSync(path, insert);
            continue;
          }
          const source = readFileSync(path, "utf8");
          if (!kept.has(path)) kept.set(path, source);
          assert.equal(
            source.split(anchor).length - 1,
            1,
            `${file} has to contain once, for this edit to go before it: ${anchor}`,
          );
          writeFileSync(path, source.replace(anchor, () => insert + anchor));
        }
        const run = await runCommand(
          [...scriptCommand("cli.ts"), ...args],
          { cwd: folder, env: { FINDSCU_CONFIG: `${folder}/none${number++}` } },
        );
        check(run);
      } finally {
        for (const [path, source] of kept) {
          if (source === undefined) rmSync(path);
          else writeFileSync(path, source);
        }
      }
    });
  }
});
