/** Matches as a tree: patients that open to studies, series and images. Does not depend on the document. */
import type { Rows } from "./rows.ts";

/** Several matches of one entity. */
export interface TreeGroup {
  /** Which of the levels, counted from 0. */
  readonly depth: number;
  /** Name of that level. */
  readonly title: string;
  /** The entity and those above it, as one text. */
  readonly key: string;
  /** Numbers of its matches. */
  readonly rows: readonly number[];
  /** The number of entities below it: `6 studies`. */
  readonly content: string;
  readonly isOpen: boolean;
}

/** A line of the table: a match by its number, or a group. */
export type Entry = number | TreeGroup;

/** How matches themselves are shown below their groups. */
export interface Leaf {
  readonly title: string;
  readonly depth: number;
}

/** A level that matches can be grouped by. */
export interface TreeLevel {
  readonly title: string;
  /** The columns that distinguish entities. */
  readonly columns: readonly number[];
  /** The words for one and for several entities of the level below. */
  readonly below: readonly [string, string];
}

const LEVELS = [
  ["Patient", ["PatientID", "IssuerOfPatientID"], ["patient", "patients"]],
  ["Study", ["StudyInstanceUID"], ["study", "studies"]],
  ["Series", ["SeriesInstanceUID"], ["series", "series"]],
  ["Image", ["SOPInstanceUID"], ["image", "images"]],
] as const;

/** The levels above the lowest one that the matches have; none if there is nothing to group by. */
export function levelsOf(rows: Rows): TreeLevel[] {
  const present = LEVELS.map(([title, labels, names]) => ({
    title,
    names,
    columns: labels.map((label) => rows.columnOf(label))
      .filter((column) => column >= 0),
    isThere: rows.columnOf(labels[0]) >= 0,
  })).filter(({ isThere }) => isThere);
  return present.slice(0, -1).map(({ title, columns }, at) => ({
    title,
    columns,
    below: present[at + 1]!.names,
  }));
}

/** The lowest level, below these. */
export function leafOf(levels: readonly TreeLevel[]): Leaf {
  const [name = "match"] = levels.at(-1)?.below ?? [];
  return {
    title: name.slice(0, 1).toUpperCase() + name.slice(1),
    depth: levels.length,
  };
}

/** Whether several levels were requested, so that a tree is expected. */
export function isTree(rows: Rows): boolean {
  return levelsOf(rows).some(({ title }) => title !== "Patient");
}

/** The lines of the tree, each group before what is in it as far as that is open; groups are at the place of their first match. */
export function entriesOf(
  rows: Rows,
  matches: readonly number[],
  levels: readonly TreeLevel[],
  isOpen: (key: string) => boolean,
): Entry[] {
  const entries: Entry[] = [];
  add(entries, rows, matches, levels, isOpen, "", 0);
  return entries;
}

function add(
  entries: Entry[],
  rows: Rows,
  members: readonly number[],
  levels: readonly TreeLevel[],
  isOpen: (key: string) => boolean,
  outer: string,
  depth: number,
): void {
  const level = levels[depth];
  if (level === undefined) {
    for (const row of members) entries.push(row);
    return;
  }
  const next = levels[depth + 1];
  for (const [name, inside] of grouped(rows, members, level)) {
    const key = JSON.stringify([outer, name]);
    const count = next === undefined
      ? inside.length
      : grouped(rows, inside, next).size;
    const open = isOpen(key);
    entries.push({
      depth,
      title: level.title,
      key,
      rows: inside,
      content: `${count.toLocaleString("en")} ${
        level.below[count === 1 ? 0 : 1]
      }`,
      isOpen: open,
    });
    if (open) add(entries, rows, inside, levels, isOpen, key, depth + 1);
  }
}

function grouped(
  rows: Rows,
  members: readonly number[],
  { columns }: TreeLevel,
): ReadonlyMap<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of members) {
    const name = columns.map((column) => rows.text(row, column)).join("\n");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

/** The text that all matches of a group have in a column; undefined if they differ. */
export function commonText(
  rows: Rows,
  { rows: members }: TreeGroup,
  column: number,
): string | undefined {
  const text = rows.text(members[0]!, column);
  return members.every((row) => rows.text(row, column) === text)
    ? text
    : undefined;
}
