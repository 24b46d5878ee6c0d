/** Dates as key values: whether a text is a date, or a range of dates (PS3.5 6.2 DA, PS3.4 C.2.2.2.5). */

const RANGE = /^(\d{8}|\d{4}\.\d\d\.\d\d)?(-)?(\d{8}|\d{4}\.\d\d\.\d\d)?$/;

/** The fault of a date or a range of dates, for a message; undefined if there is none. Blanks around it mean nothing. */
export function dateFault(text: string): string | undefined {
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
