import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  isoText,
  readableDate,
  readableDateTime,
  readableName,
  readableTime,
} from "../../../src/output/value_text.ts";

describe("isoText()", () => {
  const rows: [vr: "DA" | "TM" | "DT", text: string, expected: string][] = [
    ["DA", "20240229", "2024-02-29"],
    ["DA", "2024.02.29", "2024-02-29"],
    ["TM", "103005.123456", "10:30:05.123456"],
    ["TM", "235960", "23:59:60"],
    ["TM", "10", "10:00"],
    ["DT", "20240131103005.5-0330", "2024-01-31T10:30:05.5-03:30"],
    ["DT", "2024013110", "2024-01-31T10:00"],
    ["DT", "202401", "2024-01"],
    ["DT", "2024+0100", "2024+01:00"],
  ];
  for (const [vr, text, expected] of rows) {
    test(`writes ${vr} ${text} as ${expected}`, () => {
      assert.equal(isoText(text, vr), expected);
    });
  }

  const others: ["DA" | "TM" | "DT", string[]][] = [
    ["DA", [
      "20241301",
      "20240001",
      "20230229",
      "20240431",
      "00000000",
      "2024",
      "202401",
    ]],
    ["TM", [
      "24",
      "1060",
      "103061",
      "10.5",
      "1030.5",
      "101",
      "1030051",
      "10-11",
    ]],
    ["DT", [
      "202413",
      "20230229",
      "2024013124",
      "2024013110.5",
      "20240131+1500",
      "20240131+0160",
    ]],
  ];
  for (const [vr, texts] of others) {
    for (const text of texts) {
      test(`leaves ${vr} ${text} as it is`, () => {
        assert.equal(isoText(text, vr), text);
      });
    }
  }
});

describe("readable values", () => {
  const rows: [f: (text: string) => string, text: string, expected: string][] =
    [
      [readableDate, "20200131", "2020-01-31"],
      [readableDate, "2020.01.31", "2020-01-31"],
      [readableDate, "20200101-20200131", "20200101-20200131"],
      [readableTime, "103005.123456", "10:30:05"],
      [readableTime, "1030", "10:30"],
      [readableTime, "10", "10:00"],
      [readableTime, "10:30:05", "10:30:05"],
      [readableTime, "later", "later"],
      [
        readableDateTime,
        "20200131103005.12+0100",
        "2020-01-31 10:30:05 +01:00",
      ],
      [readableDateTime, "202001", "2020-01"],
      [readableDateTime, "20200131-", "20200131-"],
      [readableDate, "20241301", "20241301"],
      [readableDate, "20230229", "20230229"],
      [readableDate, "00000000", "00000000"],
      [readableTime, "2460", "2460"],
      [readableTime, "10.5", "10.5"],
      [readableDateTime, "20230229103005", "20230229103005"],
      [readableName, "Doe^John^Quincy^Dr^Jr", "Doe, John Quincy, Dr, Jr"],
      [readableName, "Doe", "Doe"],
      [
        readableName,
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "Yamada, Tarou (山田 太郎)",
      ],
      [readableName, "=山田^太郎", "山田 太郎"],
      [readableName, "==やまだ^たろう", "やまだ, たろう"],
      [
        readableName,
        "Adams^John^^Rev.^B.A.^M.Div.",
        "Adams, John, Rev., B.A.^M.Div.",
      ],
      [readableName, "", ""],
    ];
  for (const [f, text, expected] of rows) {
    test(`${f.name}() shows "${text}" as "${expected}"`, () => {
      assert.equal(f(text), expected);
    });
  }
});
