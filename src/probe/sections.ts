/** The findings of a report in the order in which people read them, under headings. Does not depend on any output format. */
import { FIND_MODELS, findModel } from "../find/models.ts";
import type { Finding } from "./report.ts";

/** Findings under one heading. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

const TITLES = {
  association: "Association",
  query: "Query behaviour",
  limits: "Limits and manners",
} as const;

const ORDER = ["association", "query", "limits"] as const;

/** One section per part of the report; of the query behaviour one per model and level. */
export function sectionsOf(findings: readonly Finding[]): Section[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings].sort((a, b) => placeOf(a) - placeOf(b))) {
    const title = headingOf(finding);
    groups.set(title, [...groups.get(title) ?? [], finding]);
  }
  return [...groups].map(([title, findings]) => ({ title, findings }));
}

const LEVELS = ["PATIENT", "STUDY", "SERIES", "IMAGE"];

/** A number by which findings are in order: part, model, level, kind. */
function placeOf({ section, id, model, level }: Finding): number {
  const part = ORDER.indexOf(section);
  if (section !== "query") return part * 10_000;
  const at = isOther(id)
    ? FIND_MODELS.length
    : FIND_MODELS.findIndex(({ name }) => name === model);
  const kind = id === "start"
    ? 0
    : id.startsWith("return.")
    ? 1
    : id === "pending"
    ? 2
    : 3;
  return part * 10_000 + (at + 1) * 100 + LEVELS.indexOf(level ?? "") * 10 +
    10 + kind;
}

/** Models that get a single question. */
function isOther(id: string): boolean {
  return id === "answers";
}

function headingOf({ section, id, model, level }: Finding): string {
  if (section !== "query") return TITLES[section];
  if (isOther(id)) return `${TITLES.query}: other models`;
  const name = model && (findModel(model)?.title ?? model);
  const place = [name, level].filter((part) => part !== undefined).join(", ");
  return place === "" ? TITLES.query : `${TITLES.query}: ${place}`;
}

/** A sign for each outcome, for reports without colours. */
export const SIGNS = {
  works: "+",
  partly: "~",
  fails: "-",
  unknown: "?",
  fact: " ",
} as const;

/** The meaning of the signs. */
export const LEGEND =
  "+ works, ~ in part, - does not, ? unknown; [n] is the evidence, in --format json and on the page";
