/** The value representations, beside PS3.5 Tables 6.2-1 and 7.1-1. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isVr,
  VR_TABLE,
  type VrInfo,
  vrInfo,
} from "../../../src/dataset/vr.ts";

/**
 * VR, layout, bytes of one number, and:
 * `32` for a length of 32 bits, `0` for padding with zero, `charset` for text in the specific character set, `one` for a single
 * value, a number for the longest value.
 */
const EXPECTED = `
AE text 16
AS text 4
AT tags*2 0 4
CS text 16
DA text 18
DS text 16
DT text 54
FL number*4 0 4
FD number*8 0 8
IS text 12
LO text charset 64
LT text charset one 10240
OB bytes 32 0 one
OD bytes*8 32 0 one
OF bytes*4 32 0 one
OL bytes*4 32 0 one
OV bytes*8 32 0 one
OW bytes*2 32 0 one
PN text charset 64
SH text charset 16
SL number*4 0 4
SQ sequence 32 0 one
SS number*2 0 2
ST text charset one 1024
SV number*8 32 0 8
TM text 28
UC text 32 charset
UI text 0 64
UL number*4 0 4
UN bytes 32 0 one
UR text 32 one
US number*2 0 2
UT text 32 charset one
UV number*8 32 0 8`;

function words(vr: string, info: VrInfo): string {
  return [
    vr,
    info.kind + (info.unit === 1 ? "" : `*${info.unit}`),
    info.longForm ? "32" : undefined,
    info.padding === 0 ? "0" : info.padding === 0x20 ? undefined : "?",
    info.charset ? "charset" : undefined,
    info.multiple ? undefined : "one",
    info.maxLength,
  ].filter((word) => word !== undefined).join(" ");
}

test("VR_TABLE has the properties of all 34 value representations", () => {
  assert.deepEqual(
    Object.entries(VR_TABLE).map(([vr, info]) => words(vr, info)),
    EXPECTED.trim().split("\n"),
  );
});

test("isVr() and vrInfo() know those 34 and nothing else", () => {
  for (const text of ["PN", "UV"]) assert.equal(isVr(text), true);
  for (const text of ["pn", "", "XX", "P", "PNX", "toString"]) {
    assert.equal(isVr(text), false, text);
  }
  assert.throws(() => vrInfo("XX" as "PN"), {
    code: "usage",
    message: 'Unknown VR "XX"',
    hint: "A VR has two letters (PS3.5 6.2), such as PN",
  });
});
