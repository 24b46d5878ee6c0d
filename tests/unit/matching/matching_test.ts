/** Attribute matching after PS3.4 C.2.2.2 and K.2.2.2: expectations read from the standard's text, one row each. */
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { Dataset } from "../../../src/dataset/dataset.ts";
import type { Vr } from "../../../src/dataset/vr.ts";
import type { MatchOptions } from "../../../src/matching/matching.ts";
import { matches, N, text, Y } from "./support.ts";

type Row = [vr: Vr, key: string, stored: string | undefined, matches: boolean];

function table(
  title: string,
  rows: readonly Row[],
  options: MatchOptions = {},
): void {
  describe(title, () => {
    for (const [vr, key, stored, expected] of rows) {
      const shown = stored === undefined ? "nothing" : `"${stored}"`;
      test(`${vr} "${key}" ${expected ? "matches" : "misses"} ${shown}`, () => {
        const entity = stored === undefined
          ? new Dataset()
          : Dataset.of(text(vr, stored));
        assert.equal(
          matches(Dataset.of(text(vr, key)), entity, options),
          expected,
        );
      });
    }
  });
}

table("universal matching, C.2.2.2.3", [
  ["PN", "", "Doe^Jane", Y],
  ["PN", "", "", Y],
  ["PN", "", undefined, Y],
  ["UI", "", "1.2.3", Y],
  ["DA", "", undefined, Y],
  ["PN", "*", "Doe^Jane", Y],
  ["PN", "*", undefined, Y],
  ["LO", "*", "", Y],
  ["LO", "**", undefined, Y],
  ["CS", "*", "CT", Y],
  ["SH", "*", undefined, Y],
  ["LO", "?*", "", N],
]);

table("single value matching, C.2.2.2.1", [
  ["LO", "abc", "abc", Y],
  ["LO", "abc", "ABC", N],
  ["LO", "abc", "abcd", N],
  ["LO", "abc ", "abc", Y],
  ["LO", " abc", "abc", Y],
  ["LO", "abc", "  abc  ", Y],
  ["LO", "a b", "a  b", N],
  ["LO", "abc", "", N],
  ["LO", "abc", undefined, N],
  ["SH", "A12", "A12", Y],
  ["SH", "A12", "A1", N],
  ["CS", "CT", "CT", Y],
  ["CS", "CT", "MR", N],
  ["CS", "ct", "CT", N],
  ["AE", "STORE", "STORE ", Y],
  ["AS", "045Y", "045Y", Y],
  ["AS", "045Y", "540M", N],
  ["ST", "a\\b", "a\\b", Y],
  ["ST", "a", "a\\b", N],
  ["LT", "line", "line", Y],
  ["UT", "text", "text", Y],
  ["UC", "text", "text", Y],
  ["UR", "http://a.example/", "http://a.example/", Y],
  ["UI", "1.2.3", "1.2.3", Y],
  ["UI", "1.2.3", "1.2.30", N],
  ["UI", "1.2.3 ", "1.2.3", Y],
  ["IS", "1", "1", Y],
  ["IS", "1", "01", Y],
  ["IS", "1", "+1", Y],
  ["IS", "1", " 1 ", Y],
  ["IS", "1", "11", N],
  ["IS", "abc", "abc", Y],
  ["IS", "abc", "1", N],
  ["DS", "1.5", "1.50", Y],
  ["DS", "1.5", "15e-1", Y],
  ["DS", "1.5", "1.6", N],
  ["DS", "-0", "0", Y],
  ["PN", "Doe^Jane", "Doe^Jane", Y],
  ["PN", "Doe^Jane", "Doe^Jane^^^", Y],
  ["PN", "Doe^Jane", "doe^jane", N],
  ["PN", "Doe", "Doe^Jane", N],
  ["PN", "Müller", "Müller", Y],
  ["PN", "Mu\u0308ller", "Müller", Y],
  ["LO", "u\u0308", "ü", Y],
]);

table("wild card matching, C.2.2.2.4", [
  ["LO", "a*", "abc", Y],
  ["LO", "a*", "a", Y],
  ["LO", "*c", "abc", Y],
  ["LO", "a?c", "abc", Y],
  ["LO", "a?c", "ac", N],
  ["LO", "A*", "abc", N],
  ["LO", "*b*", "abc", Y],
  ["LO", "*x*", "abc", N],
  ["LO", "a*", "", N],
  ["LO", "a*", undefined, N],
  ["SH", "A?", "A1", Y],
  ["SH", "A?", "A12", N],
  ["CS", "C*", "CT", Y],
  ["CS", "?R", "MR", Y],
  ["CS", "?R", "CT", N],
  ["AE", "ST*", "STORE", Y],
  ["ST", "*two*", "one two three", Y],
  ["LT", "*two*", "one\r\ntwo", Y],
  ["UT", "on?", "one", Y],
  ["UC", "on*", "one", Y],
  ["UR", "http:*", "http://a.example/", Y],
  ["PN", "Doe*", "Doe^Jane", Y],
  ["PN", "D?e^J*", "Doe^Jane", Y],
  ["PN", "*Jane", "Doe^Jane", Y],
  ["PN", "J*", "Doe^Jane", N],
  ["PN", "?", "李", Y],
]);

table("no wild cards in other VRs, C.2.2.2.4", [
  ["UI", "1.2.*", "1.2.3", N],
  ["UI", "*", "1.2.3", N],
  ["UI", "1.2.?", "1.2.3", N],
  ["DA", "2020*", "20200101", N],
  ["DA", "*", "20200101", N],
  ["TM", "10*", "1030", N],
  ["DT", "2020*", "2020", N],
  ["IS", "1*", "12", N],
  ["DS", "1*", "1.5", N],
  ["AS", "04*", "045Y", N],
  ["IS", "?", "1", N],
]);

table("list of UID matching, C.2.2.2.2", [
  ["UI", "1.2\\1.3", "1.2", Y],
  ["UI", "1.2\\1.3", "1.3", Y],
  ["UI", "1.2\\1.3", "1.4", N],
  ["UI", "1.2\\\\1.3", "1.3", Y],
  ["UI", "1.2\\", "1.2", Y],
  ["UI", "1.2\\1.3", "", N],
  ["UI", "1.2\\1.3", undefined, N],
]);

table("dates, C.2.2.2.5.1", [
  ["DA", "20200615", "20200615", Y],
  ["DA", "20200615", "20200616", N],
  ["DA", "20200615", "2020.06.15", Y],
  ["DA", "2020.06.15", "20200615", Y],
  ["DA", "20200601-20200630", "20200601", Y],
  ["DA", "20200601-20200630", "20200615", Y],
  ["DA", "20200601-20200630", "20200630", Y],
  ["DA", "20200601-20200630", "20200531", N],
  ["DA", "20200601-20200630", "20200701", N],
  ["DA", "20200601 - 20200630", "20200615", Y],
  ["DA", "20200601- 20200630", "20200630", Y],
  ["DA", "-20200630", "20200630", Y],
  ["DA", "-20200630", "19000101", Y],
  ["DA", "-20200630", "20200701", N],
  ["DA", "20200601-", "20200601", Y],
  ["DA", "20200601-", "99991231", Y],
  ["DA", "20200601-", "20200531", N],
  ["DA", "2020.06.01-2020.06.30", "20200615", Y],
  ["DA", "2020.06.01-20200630", "2020.06.15", Y],
  ["DA", "20200615-20200615", "20200615", Y],
  ["DA", "20200630-20200601", "20200615", N],
  ["DA", "20200601-", "", N],
  ["DA", "20200601-", undefined, N],
  ["DA", "-20200601", undefined, N],
  ["DA", "20200601-20200630", "garbage", N],
  ["DA", "garbage", "garbage", Y],
  ["DA", "garbage", "20200601", N],
  ["DA", "20190101-20191231", "20190228\\20200101", Y],
]);

table("times, C.2.2.2.5.2", [
  ["TM", "103000", "103000", Y],
  ["TM", "103000", "103000.000000", Y],
  ["TM", "103000", "103001", N],
  ["TM", "10:30:00", "103000", Y],
  ["TM", "103000", "10:30:00", Y],
  ["TM", "10", "101500", Y],
  ["TM", "1015", "101559.9", Y],
  ["TM", "1015", "1016", N],
  ["TM", "101500", "10", N],
  ["TM", "10-11", "100000", Y],
  ["TM", "10-11", "115959.999999", Y],
  ["TM", "10-11", "120000", N],
  ["TM", "10-11", "095959.999999", N],
  ["TM", "1000-1130", "113059", Y],
  ["TM", "1000-1130", "113100", N],
  ["TM", "100000-113000", "113000.5", Y],
  ["TM", "100000.0-113000.0", "113000.1", N],
  ["TM", "100000.0-113000.0", "113000.05", Y],
  ["TM", "-1200", "000000", Y],
  ["TM", "-1200", "120059", Y],
  ["TM", "-1200", "1201", N],
  ["TM", "1200-", "235959", Y],
  ["TM", "1200-", "115959", N],
  ["TM", "2200-0200", "230000", N],
  ["TM", "10-11", "", N],
  ["TM", "10-11", undefined, N],
]);

table("date-times, C.2.2.2.5.3", [
  ["DT", "20200615103000", "20200615103000", Y],
  ["DT", "20200615", "20200615103000", Y],
  ["DT", "2020", "20200615103000", Y],
  ["DT", "2021", "20200615103000", N],
  ["DT", "202006", "20200630235959.999999", Y],
  ["DT", "202006", "202007", N],
  ["DT", "2019-2021", "20200615", Y],
  ["DT", "2019-2021", "20211231", Y],
  ["DT", "2019-2021", "2022", N],
  ["DT", "-2020", "20201231235959", Y],
  ["DT", "-2020", "2021", N],
  ["DT", "2020-", "20200101", Y],
  ["DT", "2020-", "20191231", N],
  ["DT", "20200615120000+0000", "20200615130000+0100", Y],
  ["DT", "20200615120000+0000", "20200615120000+0100", N],
  ["DT", "20200615120000-0500", "20200615170000+0000", Y],
  [
    "DT",
    "20200615120000+0000-20200615140000+0000",
    "20200615090000-0500",
    Y,
  ],
  [
    "DT",
    "20200615120000-0500-20200615140000-0500",
    "20200615180000+0000",
    Y,
  ],
  [
    "DT",
    "20200615120000-0500-20200615140000-0500",
    "20200615130000+0000",
    N,
  ],
  ["DT", "20200615120000-0500-", "20200615170000+0000", Y],
  ["DT", "-20200615120000-0500", "20200615170001+0000", N],
  ["DT", "2020-", undefined, N],
]);

table("multi-valued attributes, C.2.2.3", [
  ["CS", "CT", "MR\\CT", Y],
  ["CS", "CT", "MR\\US", N],
  ["CS", "C*", "MR\\CT", Y],
  ["LO", "b", "a\\b\\c", Y],
  ["LO", "a\\c", "x\\c", Y],
  ["LO", "a\\c", "x\\y", N],
  ["PN", "Roe^R", "Doe^J\\Roe^R", Y],
  ["IS", "3", "1\\2\\3", Y],
  ["UI", "1.3", "1.2\\1.3", Y],
  ["CS", "CT\\MR", "MR", Y],
  ["CS", "CT\\", "MR", N],
]);

table("multiple value matching, C.2.2.2.8", [
  ["CS", "CT\\PT", "CT\\PT", Y],
  ["CS", "CT\\PT", "PT\\SR\\CT", Y],
  ["CS", "CT\\PT", "CT", N],
  ["CS", "CT\\PT", "CT\\MR", N],
  ["LO", "a\\b", "b\\a", Y],
  ["LO", "a\\b", "a", N],
  ["PN", "A^B\\C^D", "C^D\\A^B", Y],
  ["AE", "ONE\\TWO", "TWO", N],
  ["UI", "1.2\\1.3", "1.3", Y],
  ["CS", "CT", "CT\\PT", Y],
], { multipleValue: true });

table("empty value matching when negotiated, C.2.2.2.7", [
  ["LO", '""', "", Y],
  ["LO", '""', undefined, Y],
  ["LO", '""', "abc", N],
  ["PN", '""', undefined, Y],
  ["DA", '""', "20200101", N],
  ["DA", '""', "", Y],
  ["UI", '""', "", Y],
  ["UI", '""', "1.2", N],
  ["LO", "abc", "", N],
], { emptyValue: true });

table("two quotation marks without negotiation", [
  ["LO", '""', "", N],
  ["LO", '""', undefined, N],
  ["LO", '""', '""', Y],
]);

table("fuzzy person names, C.5.1.1", [
  ["PN", "doe^jane", "Doe^Jane", Y],
  ["PN", "MUELLER", "Müller", N],
  ["PN", "MULLER*", "Müller^Jörg", Y],
  ["PN", "müller*", "Muller^Jorg", Y],
  ["PN", "=山田*", "Yamada=山田^太郎", Y],
  ["LO", "abc", "ABC", N],
], { fuzzy: true });
