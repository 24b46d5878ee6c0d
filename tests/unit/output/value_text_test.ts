import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  readableDate,
  readableDateTime,
  readableName,
  readableTime,
} from "../../../src/output/value_text.ts";

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
