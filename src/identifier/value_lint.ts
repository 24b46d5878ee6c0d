/** Values that no stored value can equal, because of the rules of their VR (PS3.5 6.2). Does not depend on keys or levels. */
import { upperHex } from "../bytes/hex.ts";
import type { Vr } from "../dataset/vr.ts";

/** The mistake in a key's value, as the end of a sentence without a period; undefined if there is none. */
export function valueMistake(
  vr: Vr,
  values: readonly string[],
): string | undefined {
  for (const value of values) {
    if (value === "" || value === '""') continue;
    const mistake = mistakeOf(vr, value);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function mistakeOf(vr: Vr, value: string): string | undefined {
  switch (vr) {
    case "AE":
    case "LO":
    case "PN":
    case "SH":
    case "UC":
      return foreignControl(value, vr, /[\0-\x1a\x1c-\x1f]/);
    case "LT":
    case "ST":
    case "UT":
      return foreignControl(value, vr, /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/);
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

/** A control character that the VR does not allow; ESC begins the escape sequences of ISO 2022 (PS3.5 6.1.3). */
function foreignControl(
  value: string,
  vr: Vr,
  forbidden: RegExp,
): string | undefined {
  const [control] = forbidden.exec(value) ?? [];
  return control === undefined
    ? undefined
    : `"${value}" contains the control character U+${
      upperHex(control.charCodeAt(0), 4)
    }, which VR ${vr} does not allow`;
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

const RANGE = /^(\d{8}|\d{4}\.\d\d\.\d\d)?(-)?(\d{8}|\d{4}\.\d\d\.\d\d)?$/;

/** The mistake in a date or a range of dates, for a message; undefined if there is none. Blanks around it are ignored. */
export function dateMistake(text: string): string | undefined {
  const match = RANGE.exec(text.trim());
  const [, first, hyphen, last] = match ?? [];
  if (
    match === null || (first === undefined && last === undefined) ||
    (hyphen === undefined && last !== undefined)
  ) return `"${text}" is neither a date nor a range of dates`;
  for (const date of [first, last]) {
    if (date !== undefined && !isDay(digits(date))) {
      return `${date} does not exist`;
    }
  }
  return first !== undefined && last !== undefined &&
      digits(first) > digits(last)
    ? `the range ends before it begins`
    : undefined;
}

function digits(date: string): string {
  return date.replaceAll(".", "");
}

/** Whether `YYYYMMDD` is in the calendar. */
function isDay(text: string): boolean {
  const [year, month, day] = [
    text.slice(0, 4),
    text.slice(4, 6),
    text.slice(6, 8),
  ].map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
