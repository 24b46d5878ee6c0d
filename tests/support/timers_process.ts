/** A process that only timers keep alive: two that call back, and two that would take longer than a test but are cancelled. */
import { startTimer } from "../../src/timer.ts";

startTimer(3_600_000, () => console.log("cancelled"))();
startTimer(50, () => {
  console.log("first");
  for (let number = 0; number < 40; number++) startTimer(1, () => {})();
  startTimer(3_600_000, () => console.log("cancelled"))();
  startTimer(50, () => console.log("last"));
});
