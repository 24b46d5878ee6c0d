/**
 * Registered unique identifiers: names and keywords (PS3.6 Annex A). The table stays one text that is searched in place. Does
 * not depend on any use of any of them.
 */
import { UID_ROWS } from "./uids_data.ts";

/** The registry's entry for one UID. */
export interface UidEntry {
  readonly uid: string;
  /** Keyword, such as `CTImageStorage`. */
  readonly keyword: string;
  /** Name in words, such as `CT Image Storage`. */
  readonly name: string;
  /** `SOP Class`, `Transfer Syntax`, `Well-known SOP Instance`… */
  readonly type: string;
  /** Retired from the standard. */
  readonly retired: boolean;
}

/** Rows that were found once; only hits, so that the table bounds their number. */
const FOUND = new Map<string, UidEntry>();

/** The registry entry of a UID, or undefined. */
export function uidEntry(uid: string): UidEntry | undefined {
  const cachedEntry = FOUND.get(uid);
  if (cachedEntry !== undefined) return cachedEntry;
  const current = UID_ROWS.indexOf(`\n${uid}\t`);
  const entry = parseRow(
    current >= 0 ? current : UID_ROWS.indexOf(`\n${uid}!\t`),
  );
  // Under its own text, which holds no larger one in memory.
  if (entry !== undefined) FOUND.set(entry.uid, entry);
  return entry;
}

/** The name of a UID, such as `CT Image Storage`, or undefined. */
export function uidName(uid: string): string | undefined {
  return uidEntry(uid)?.name;
}

/** The keyword of a UID, such as `CTImageStorage`, or undefined. */
export function uidKeyword(uid: string): string | undefined {
  return uidEntry(uid)?.keyword;
}

/** The UID of a keyword, exact in case, or undefined. */
export function uidByKeyword(keyword: string): string | undefined {
  const cells = `\t${keyword}\t`;
  let at = UID_ROWS.indexOf(cells);
  for (; at >= 0; at = UID_ROWS.indexOf(cells, at + 1)) {
    const entry = parseRow(UID_ROWS.lastIndexOf("\n", at));
    if (entry?.keyword === keyword) return entry.uid;
  }
  return undefined;
}

/** The row that follows the line feed at an index, or undefined for -1. */
function parseRow(lineFeed: number): UidEntry | undefined {
  if (lineFeed < 0) return undefined;
  const end = UID_ROWS.indexOf("\n", lineFeed + 1);
  const [uid = "", keyword = "", name = "", type = ""] = UID_ROWS
    .slice(lineFeed + 1, end).split("\t");
  const retired = uid.endsWith("!");
  return {
    uid: retired ? uid.slice(0, -1) : uid,
    keyword,
    name,
    type,
    retired,
  };
}
