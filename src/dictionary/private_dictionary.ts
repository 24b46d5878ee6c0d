/**
 * The private attributes of vendors that public lists name (PS3.5 7.8). Apart from the standard's dictionary, since hardly any
 * query needs them: to be loaded when a private attribute is met.
 */
import { parseDcmtkDictionary } from "./dcmtk_dictionary.ts";
import type { PrivateEntry } from "./dictionary.ts";
import { PRIVATE_ROWS } from "./private_data.ts";

/** All entries, for `Dictionary.withEntries`. */
export function privateEntries(): readonly PrivateEntry[] {
  return parseDcmtkDictionary(PRIVATE_ROWS).entries;
}
