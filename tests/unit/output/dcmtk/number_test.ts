import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dcmtkFloat } from "../../../../src/output/dcmtk/values.ts";

describe("dcmtkFloat()", () => {
  // As dcmdump 3.6.7 prints them: 17 digits for FD, 9 for FL.
  const doubles: [value: number, text: string][] = [
    [0, "0"],
    [-0, "0"],
    [0.1, "0.1"],
    [1 / 3, "0.3333333333333333"],
    [953.041, "953.041000000000054"],
    [-80179.0476, "-80179.0476000000053"],
    [855.01, "855.0099999999999909"],
    [1e16, "10000000000000000"],
    [1e17, "1e+17"],
    [12345678901234567890, "1.2345678901234567e+19"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
  ];
  for (const [value, text] of doubles) {
    test(`prints the double ${value} as ${text}`, () => {
      assert.equal(dcmtkFloat(value, 17), text);
    });
  }

  const singles: [value: number, text: string][] = [
    [0.1, "0.100000001"],
    [123456789, "123456792"],
    [1e-5, "9.99999975e-06"],
    [3.4e38, "3.39999995e+38"],
    [1e10, "1e+10"],
    [99999.9999, "100000"],
  ];
  for (const [value, text] of singles) {
    test(`prints the single ${value} as ${text}`, () => {
      assert.equal(dcmtkFloat(Math.fround(value), 9), text);
    });
  }
});
