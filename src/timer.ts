/** Timers of the runtime, without what the first one costs on Deno. */

/** How many timers of a process are those of signals on Deno: a query in which nothing goes wrong needs no more. */
const FIRST_ONES = 16;

const isDeno = "Deno" in globalThis;

let started = 0;

/**
 * Calls back once after so many milliseconds, 2^31 - 1 at most; returns a function that cancels it. The process does not end by
 * itself before.
 *
 * `setTimeout` is Node's on Deno, and takes 6 ms to load. The time limit of a signal does not need it, and keeps the process alive as
 * long as there is a listener. It stays in memory until its time, though, so that only the first timers are made by it.
 */
export function startTimer(
  milliseconds: number,
  callback: () => void,
): () => void {
  if (!isDeno || started >= FIRST_ONES) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  }
  started++;
  // Never too early: a signal knows whole milliseconds alone.
  const signal = AbortSignal.timeout(Math.ceil(milliseconds));
  const listener = () => callback();
  signal.addEventListener("abort", listener);
  return () => signal.removeEventListener("abort", listener);
}
