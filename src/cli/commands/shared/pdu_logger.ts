/** PDUs in the log, at trace level. Loaded on demand. */
import { uidName } from "../../../dictionary/uids.ts";
import { PduTrace } from "../../../pdu/describe.ts";
import type { Logger } from "../../log/log.ts";

/** Describes the traffic of one connection. */
export class PduLogger {
  readonly #log: Logger;
  readonly #traces = {
    sent: new PduTrace(uidName),
    received: new PduTrace(uidName),
  };

  /** `log` receives one message for each chunk that completes a PDU. */
  constructor(log: Logger) {
    this.#log = log;
  }

  /** Takes bytes in the order in which they pass. */
  log(direction: "sent" | "received", bytes: Uint8Array): void {
    const lines = this.#traces[direction].push(bytes);
    const [first, ...rest] = lines;
    if (first === undefined) return;
    const way = direction === "sent" ? "Sent" : "Received";
    this.#log.trace([`${way} ${first}`, ...rest]);
  }
}
