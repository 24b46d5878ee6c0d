/**
 * The time axis that a question is split along: whole minutes from the beginning of the year 1895, before which no X-ray was
 * taken. A window is written as a range of dates, or within one day as that date and a range of times. Does not depend on datasets
 * or any peer.
 */
import { parseDate, parseTime, type Span } from "../matching/temporal.ts";

/** Minutes in a day. */
export const DAY = 1440;

/** A half-open stretch of the axis, `from <= t < to`, in minutes. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A window as values of a date key and a time key; `time` is absent if whole days are meant. */
export interface WindowText {
  readonly date: string;
  readonly time?: string;
}

const MICROSECONDS = 60_000_000;
const EPOCH = Date.UTC(1895, 0, 1);
const EPOCH_DAY = parseDate("18950101")!.from;

/** The axis position of a date and a time as stored; a time that is absent or unreadable counts as midnight. */
export function positionOf(date: string, time = ""): number | undefined {
  const day = parseDate(date.trim());
  if (day === undefined) return undefined;
  const span = parseTime(time.trim());
  const minute = span === undefined ? 0 : Math.floor(span.from / MICROSECONDS);
  return (day.from - EPOCH_DAY) * DAY + minute;
}

/** The window that a span of days covers, open ends closed at 1895 and at `end`. */
export function windowOfDays(span: Span, end: number): Window {
  const at = (day: number) => (day - EPOCH_DAY) * DAY;
  return {
    from: span.from === -Infinity ? 0 : at(span.from),
    to: span.to === Infinity ? end : at(span.to),
  };
}

/** Position of the first minute after the day on which this instant, in milliseconds since 1970 UTC, falls anywhere on earth. */
export function endOfTomorrow(instant: number): number {
  return (Math.floor((instant - EPOCH) / 86_400_000) + 2) * DAY;
}

/** Whether a window is made of whole days. */
function isWholeDays({ from, to }: Window): boolean {
  return from % DAY === 0 && to % DAY === 0;
}

/** The values that match a window: of whole days, or inside one day. */
export function windowText(window: Window): WindowText {
  const { from, to } = window;
  const first = dateText(Math.floor(from / DAY));
  if (isWholeDays(window)) {
    const last = dateText(Math.floor(to / DAY) - 1);
    return { date: first === last ? first : `${first}-${last}` };
  }
  // The last instant is written in full, so that servers that compare text and those that compare numbers agree.
  const end = timeText((to - 1) % DAY);
  return { date: first, time: `${timeText(from % DAY)}00-${end}59.999999` };
}

/** A window for people: `20260103-20260109`, `20260103 10:15-10:16`, `20260103 00:00-20260109 10:16`. */
export function describeWindow(window: Window): string {
  if (isWholeDays(window)) return windowText(window).date;
  const clock = (minute: number) => {
    const text = timeText(minute);
    return `${text.slice(0, 2)}:${text.slice(2)}`;
  };
  const { from, to } = window;
  const first = Math.floor(from / DAY);
  const last = Math.floor((to - 1) / DAY);
  const end = to % DAY === 0 ? "24:00" : clock(to % DAY);
  return `${dateText(first)} ${clock(from % DAY)}-${
    last === first ? end : `${dateText(last)} ${end}`
  }`;
}

function dateText(day: number): string {
  return new Date(EPOCH + day * 86_400_000).toISOString().slice(0, 10)
    .replaceAll("-", "");
}

function timeText(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return two(Math.floor(minute / 60)) + two(minute % 60);
}
