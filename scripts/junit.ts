/**
 * Counts the tests of a JUnit report, as `deno test` and `bun test` write them. A test is a leaf: groups and tests with subtests
 * are not counted, but fail the run when they fail without a failed leaf (a hook, say). Does not depend on files or processes.
 */

/** How many tests ended how. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What a report says. */
export interface Report extends Counts {
  /** Test files that reported at least one test or group, as the runner names them. */
  readonly files: ReadonlySet<string>;
  /** Full names of the tests that failed. */
  readonly failures: readonly string[];
  /** Full names of the tests that were skipped. */
  readonly skips: readonly string[];
}

interface Case {
  readonly name: string;
  readonly file: string;
  outcome: keyof Counts;
}

/** Reads a report; undefined when it is not one or is cut off. */
export function readJunit(xml: string): Report | undefined {
  if (!/<\/testsuites>\s*$/.test(xml)) return undefined;
  const cases = casesOf(xml);
  const groups = groupNames(cases);
  const groupsWithFailedTest = new Set<string>();
  for (const { name, outcome } of cases) {
    if (outcome !== "failed" || groups.has(name)) continue;
    for (const group of ancestorsOf(name)) groupsWithFailedTest.add(group);
  }
  const counted = cases.filter(({ name, outcome }) =>
    !groups.has(name) ||
    (outcome === "failed" && !groupsWithFailedTest.has(name))
  );
  const namesOf = (wanted: keyof Counts) =>
    counted.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
  return {
    passed: namesOf("passed").length,
    failed: namesOf("failed").length,
    skipped: namesOf("skipped").length,
    files: new Set(cases.map((testCase) => testCase.file)),
    failures: namesOf("failed"),
    skips: namesOf("skipped"),
  };
}

const SEPARATOR = " > ";

/** Deno gives tests full names and lists groups as tests; Bun gives the groups, innermost first, as class name. */
function casesOf(xml: string): Case[] {
  const cases: Case[] = [];
  const tags = xml.matchAll(
    /<(testcase|failure|error|skipped)\b((?:[^>"]|"[^"]*")*)>/g,
  );
  for (const [, tag, text = ""] of tags) {
    const current = cases.at(-1);
    if (tag === "testcase") {
      const attributes = attributesOf(text);
      const file = attributes.get("file");
      const className = attributes.get("classname") ?? "";
      const path = file === undefined || className === ""
        ? []
        : className.split(SEPARATOR).reverse();
      const name = [...path, attributes.get("name") ?? ""].join(SEPARATOR);
      cases.push({ name, file: file ?? className, outcome: "passed" });
    } else if (current !== undefined) {
      current.outcome = tag === "skipped" ? "skipped" : "failed";
    }
  }
  return cases;
}

function attributesOf(text: string): Map<string, string> {
  return new Map(
    Array.from(
      text.matchAll(/([\w-]+)="([^"]*)"/g),
      ([, key = "", value = ""]) => [key, unescape(value)],
    ),
  );
}

const ENTITIES = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&amp;", "&"],
]);

function unescape(text: string): string {
  return text.replace(
    /&(?:lt|gt|quot|apos|amp);/g,
    (entity) => ENTITIES.get(entity) ?? entity,
  );
}

/** The names below which other tests are. */
function groupNames(cases: readonly Case[]): Set<string> {
  return new Set(cases.flatMap(({ name }) => ancestorsOf(name)));
}

/** `a > b > c` gives `a` and `a > b`. */
function ancestorsOf(name: string): string[] {
  const parts = name.split(SEPARATOR);
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join(SEPARATOR));
}
