/**
 * Findings that differ only in their subject, as one line: `Matches PatientName`, `Matches PatientID` become
 * `Matches PatientName, PatientID`. For people; the JSON has each.
 */
import type { Finding } from "./report.ts";

/** First words of titles that many findings share. */
const VERBS: ReadonlySet<string> = new Set([
  "Accepts",
  "Answers",
  "Matches",
  "Negotiates",
  "Returns",
]);

/** Those whose titles end in the model. */
const OF_MODELS: ReadonlySet<string> = new Set([
  "Accepts",
  "Answers",
  "Negotiates",
]);

/** Several findings as one. */
export interface AttributeGroup {
  readonly first: Finding;
  /** All subjects. */
  readonly title: string;
  readonly evidence: readonly number[];
  /** Options that help. */
  readonly options: readonly string[];
}

/** The groups, in the order of their first findings. */
export function attributeGroups(
  findings: readonly Finding[],
): AttributeGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { section, id, model = "", level = "", outcome, text } = finding;
    const verb = verbOf(finding);
    // Checks that were not even tried need no line of their own.
    const isUntried = outcome === "unknown" && finding.evidence.length === 0;
    const key = [
      section,
      level,
      ...(verb === undefined && !isUntried ? [model, id] : [
        verb !== undefined && OF_MODELS.has(verb) ? "" : model,
        verb,
        outcome,
        text,
      ]),
    ].join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map(groupOf);
}

function verbOf({ title }: Finding): string | undefined {
  const [word] = title.split(" ", 1);
  return VERBS.has(word!) ? word : undefined;
}

function groupOf(findings: readonly Finding[]): AttributeGroup {
  const first = findings[0]!;
  const verb = verbOf(first);
  const names = findings.map(({ title }) =>
    verb === undefined ? title : title.slice(verb.length + 1)
  );
  const list = names.join(", ");
  return {
    first,
    title: verb === undefined ? list : `${verb} ${list}`,
    evidence: [...new Set(findings.flatMap(({ evidence }) => evidence))],
    options: [
      ...new Set(
        findings.flatMap(({ advice }) => advice.map(({ option }) => option)),
      ),
    ],
  };
}
