/** The findings of a report in the order in which people read them, under headings. Knows no output format. */
import { findModel } from "../find/models.ts";
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
  for (const part of ORDER) {
    for (const finding of findings) {
      if (finding.section !== part) continue;
      const title = headingOf(finding);
      groups.set(title, [...groups.get(title) ?? [], finding]);
    }
  }
  return [...groups].map(([title, findings]) => ({ title, findings }));
}

function headingOf({ section, model, level }: Finding): string {
  if (section !== "query") return TITLES[section];
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

/** What the signs mean. */
export const LEGEND =
  "+ works, ~ in part, - does not, ? not found out; [n] is the evidence, in --format json and on the page";
