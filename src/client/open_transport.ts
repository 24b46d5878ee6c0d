/**
 * Opens a transport by whatever connector there is, without trusting it: the time limit and the caller's signal hold though it
 * heeds neither, a transport that comes late is closed, and its errors are reported as its own. Does not depend on any
 * protocol.
 */
import type { Clock } from "../driver/drive.ts";
import { FindscuError, messageOf, TransportError } from "../errors.ts";
import {
  closeQuietly,
  type Connector,
  type Transport,
  transportOf,
} from "../transport.ts";
import { timeoutError } from "./explain.ts";
import { type ConnectOptions, interruptionOf } from "./settings.ts";

/** The open transport. Rejects with the errors of `errors.ts`, at the latest after `timeout` milliseconds. */
export function openTransport(
  { connector, target, signal }: ConnectOptions,
  timeout: number,
  clock: Clock,
): Promise<Transport> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    let stopTimer: (() => void) | undefined;
    let isSettled = false;
    const settle = () => {
      isSettled = true;
      stopTimer?.();
      signal?.removeEventListener("abort", interrupt);
    };
    const giveUp = (reason: FindscuError) => {
      if (isSettled) return;
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const interrupt = () => giveUp(interruptionOf(signal));
    if (signal?.aborted) return interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    if (timeout !== Infinity) {
      stopTimer = clock.after(
        timeout,
        () => giveUp(timeoutError("connect", timeout, target)),
      );
    }
    open(connector, { target, signal: controller.signal }).then(
      (transport) => {
        if (isSettled) return closeQuietly(transport);
        settle();
        resolve(transport);
      },
      (error: unknown) => {
        if (isSettled) return;
        settle();
        reject(error instanceof FindscuError ? error : failure(error));
      },
    );
  });
}

/** An error that the connector throws at once also becomes a rejection. */
async function open(
  connector: Connector,
  { target, signal }: Parameters<Connector>[1] & {
    readonly target: Parameters<Connector>[0];
  },
): Promise<Transport> {
  return transportOf(await connector(target, { signal }));
}

function failure(error: unknown): TransportError {
  const what = messageOf(error);
  return new TransportError("connect", `The connector failed: ${what}`, {
    cause: error,
  });
}
