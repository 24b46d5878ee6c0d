/** Values that no stored value can equal, because of the rules of their VR (PS3.5 6.2). Does not depend on keys or levels. */
import type { Vr } from "../dataset/vr.ts";

/** The fault of a key's value, as the end of a sentence without a period; undefined if there is none. */
export function valueFault(
  vr: Vr,
  values: readonly string[],
): string | undefined {
  for (const value of values) {
    if (value === "" || value === '""') continue;
    const fault = faultOf(vr, value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(vr: Vr, value: string): string | undefined {
  switch (vr) {
    case "TM":
    case "DT": {
      const bounds = boundsOf(vr, value.trim());
      const isRight = bounds.some((one) => one !== "") &&
        bounds.every((one) => one === "" || isMoment(vr, one));
      return isRight
        ? undefined
        : vr === "TM"
        ? `"${value}" is not a time (HHMMSS) or a range of two`
        : `"${value}" is not a date and time (YYYYMMDDHHMMSS) or a range of two`;
    }
    case "CS":
      if (/[a-z]/.test(value)) {
        return `"${value}" has lower-case letters, which VR CS does not allow: write "${value.toUpperCase()}"`;
      }
      return tooLong(value, 16);
    case "AS":
      return /^\d{3}[DWMY]$/.test(value.trim())
        ? undefined
        : `"${value}" is not an age (three digits and D, W, M or Y, such as 045Y)`;
    case "IS":
      return /^[-+]?\d+$/.test(value.trim())
        ? undefined
        : `"${value}" is not a whole number`;
    case "DS":
      return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim())
        ? undefined
        : `"${value}" is not a number`;
    default:
      return undefined;
  }
}

function tooLong(value: string, most: number): string | undefined {
  return value.length > most && !/[*?]/.test(value)
    ? `"${value}" has ${value.length} characters, at most ${most} are allowed`
    : undefined;
}

/** The ends of a range, or the one moment. The sign of an offset from UTC does not indicate a range. */
function boundsOf(vr: "TM" | "DT", text: string): string[] {
  if (vr === "TM") return text.split("-");
  const [, from = "", to = ""] =
    /^(\d[\d.]*(?:[-+](?:0\d|1[0-4])\d\d(?!\d))?)?-?(\d[\d.]*(?:[-+]\d{4})?)?$/
      .exec(text) ?? ["", "x"];
  return [from, to];
}

function isMoment(vr: "TM" | "DT", text: string): boolean {
  if (vr === "TM") {
    return isTime(text.replace(/^(\d\d):(\d\d)/, "$1$2").replace(":", ""));
  }
  const [, year, month = "01", day = "01", time = ""] =
    /^(\d{4})(\d\d)?(\d\d)?([\d.]*)(?:[-+]\d{4})?$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day) && (time === "" || isTime(time));
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/.test(text);
}
