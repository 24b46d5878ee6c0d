/** Progress messages of a list. */
import type { ListSummary } from "../../plan/list.ts";
import type { FindConfig } from "../config/run_config.ts";

/** `row 61 of 300, 12 found, 4 not found, 2 min left`; `elapsed` in milliseconds. */
export function rowProgress(
  summary: ListSummary,
  total: number | undefined,
  elapsed: number,
): string {
  const { rows } = summary;
  const parts = [
    `row ${rows}${total === undefined ? "" : ` of ${total}`}`,
    `${summary.count("found")} found`,
    `${summary.count("not found")} not found`,
  ];
  for (const status of ["ambiguous", "failed"] as const) {
    const count = summary.count(status);
    if (count > 0) parts.push(`${count} ${status}`);
  }
  if (total !== undefined && rows > 0 && rows < total) {
    parts.push(`${timeText(elapsed / rows * (total - rows))} left`);
  }
  return parts.join(", ");
}

/** `2 min`, of milliseconds. */
function timeText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${(minutes / 60).toFixed(1)} h`;
}

/** The noun for a match. */
export function entityName(
  { model, identifier, expand }: FindConfig,
): { one: string; many: string } {
  switch (expand ?? identifier.level) {
    case "SERIES":
      return { one: "series", many: "series" };
    case "IMAGE":
      return { one: "image", many: "images" };
    case "PATIENT":
      return { one: "patient", many: "patients" };
    case "STUDY":
      return { one: "study", many: "studies" };
    case undefined:
      break;
  }
  if (model.name === "study" || model.name === "psonly") {
    return { one: "study", many: "studies" };
  }
  return model.name === "patient"
    ? { one: "patient", many: "patients" }
    : { one: "match", many: "matches" };
}
