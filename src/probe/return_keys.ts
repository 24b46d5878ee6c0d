/**
 * Which return keys come back with a value, empty, or not at all (PS3.4 C.2.2.1, C.4.1.1.3.2). Sends nothing: it uses earlier
 * answers.
 */
import { elementAt, lastOf, textAt } from "./keys.ts";
import type { KeyCatalogue } from "./catalogue.ts";
import { conclude, findingOf, queryTopic, unknown } from "./check.ts";
import { matchesText, type ProbeAnswer, statusHex } from "./inquiry.ts";
import type { Finding } from "./report.ts";
import type { FindModel } from "../find/models.ts";

/** One finding per key, and one about the status of matches. */
export function returnFindings(
  model: FindModel,
  level: string | undefined,
  keys: KeyCatalogue,
  answers: readonly ProbeAnswer[],
): Finding[] {
  const about = queryTopic({ model, level });
  const used = answers.filter(({ matches }) => matches.length > 0);
  const matches = used.flatMap(({ matches }) => matches);
  const paths = [
    ...new Set([...keys.identity, ...keys.required, ...keys.usual]),
  ];
  const findings = paths.map((path) => {
    const topic = {
      ...about,
      id: `return.${path}`,
      title: `Returns ${lastOf(path)}`,
    };
    if (matches.length === 0) {
      return findingOf(topic, unknown("no match to look at", answers));
    }
    let filled = 0;
    let empty = 0;
    for (const match of matches) {
      if (textAt(match, path) !== "") filled++;
      else if (elementAt(match, path) !== undefined) empty++;
    }
    const absent = matches.length - filled - empty;
    const all = matchesText(matches.length);
    const isRequired = keys.required.includes(path);
    const kind = isRequired ? ", though the key is required" : "";
    if (absent === matches.length) {
      return findingOf(
        topic,
        conclude("fails", `left out of ${all}${kind}`, used),
      );
    }
    if (absent > 0) {
      return findingOf(
        topic,
        conclude("partly", `left out of ${absent} of ${all}${kind}`, used),
      );
    }
    return findingOf(
      topic,
      filled === 0
        ? conclude("partly", `returned empty by ${all}`, used)
        : conclude(
          "works",
          empty === 0 ? "with a value" : `with a value by ${filled} of ${all}`,
          used,
        ),
    );
  });
  return [...findings, ...statusFindings(about, used)];
}

function statusFindings(
  about: Pick<Finding, "section" | "model" | "level">,
  answers: readonly ProbeAnswer[],
): Finding[] {
  const counts = new Map<number, number>();
  for (const { pendingCounts } of answers) {
    for (const [status, count] of pendingCounts) {
      counts.set(status, (counts.get(status) ?? 0) + count);
    }
  }
  if (counts.size === 0) return [];
  const topic = { ...about, id: "pending", title: "Status of matches" };
  const text = [...counts].map(([status, count]) =>
    `${statusHex(status)} of ${matchesText(count)}`
  ).join(", ");
  const unsupported = counts.has(0xff01)
    ? ": FF01 says that it does not support a key for matching"
    : "";
  const foreign = [...counts.keys()].filter((status) => status > 0xff01);
  return [
    findingOf(
      topic,
      foreign.length > 0
        ? conclude(
          "fails",
          `${text}: ${foreign.map(statusHex).join(", ")} is not defined`,
          answers,
        )
        : conclude(
          counts.has(0xff01) ? "partly" : "works",
          `${text}${unsupported}`,
          answers,
        ),
    ),
  ];
}
