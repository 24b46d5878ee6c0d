/** The second sheet of a workbook: question, archive, time, completeness. Does not depend on XML. */
import { quantity } from "../../errors.ts";
import { type About, keyTexts } from "../about.ts";
import { damageText, type Summary } from "../writer.ts";
import { type CellContent, wallClock } from "./cell.ts";
import type { Ground } from "./parts.ts";

/** A row of the sheet: its subject and its text. */
export interface AboutRow {
  readonly cells: readonly CellContent[];
  readonly ground: Ground;
}

/** The rows. `notices` are sentences about the sheets themselves, `incomplete` names rows with attributes missing. */
export function aboutRows(
  about: About,
  summary: Summary,
  notices: readonly string[],
  incomplete: readonly string[],
): AboutRow[] {
  const why = [summary.incomplete, damageText(summary)]
    .filter((text) => text !== undefined).join("; ");
  const several = about.queries.length > 1;
  const questions = about.queries.flatMap((keys, index) => {
    const number = several ? ` ${index + 1}` : "";
    const matching = keyTexts(keys, "matching");
    const returned = keyTexts(keys, "returned");
    return [
      ...(matching.length > 0 ? matching : ["everything"]).map((text) =>
        row(`Query${number}`, text)
      ),
      ...returned.length > 0
        ? [row(`Also requested${number}`, returned.join(", "))]
        : [],
    ];
  });
  return [
    why === ""
      ? row("Result", "complete")
      : row("Result", `INCOMPLETE: ${why}`, "alert"),
    {
      cells: [
        text("Matches"),
        { kind: "number", value: summary.matches },
      ],
      ground: "plain",
    },
    ...questions,
    ...about.list === undefined ? [] : [row("For each row of", about.list)],
    ...about.conditions.map((condition) => row("Filtered here", condition)),
    ...summary.leftOut
      ? [row("Left out here", matchesText(summary.leftOut))]
      : [],
    row("Information model", about.model),
    row("Archive", about.peer),
    { cells: [text("Time"), wallClock(about.time)], ground: "plain" },
    row("Duration", `${(summary.elapsed / 1000).toFixed(2)} s`),
    ...incomplete.length > 0
      ? [row("Incomplete rows", incomplete.join(", "), "alert")]
      : [],
    ...notices.map((notice) => row("Note", notice, "alert")),
    row("Written by", about.program),
  ];
}

function matchesText(count: number): string {
  return `${quantity(count, "match", "matches")} that did not match the keys`;
}

function text(content: string): CellContent {
  return { kind: "text", text: content };
}

function row(
  label: string,
  content: string,
  ground: Ground = "plain",
): AboutRow {
  return { cells: [text(label), text(content)], ground };
}
