/**
 * The traffic of a connection of any kind, on tape: as transmitted, not as intended. Does not depend on any recording
 * or any file.
 */
import type { Transport, TransportInfo } from "../transport.ts";

/** The side that bytes came from, or that ended the connection. */
export type Side = "requestor" | "acceptor";

/** The receiver of the traffic. */
export interface Tape {
  /** Takes bytes that pass. */
  data(from: Side, bytes: Uint8Array): void;
  /** The connection is over; may be said more than once. */
  end(by: Side): void;
}

/** A transport round another one, on tape. The bytes are on the tape before they go on. */
export class TapedTransport implements Transport {
  readonly info: TransportInfo;
  readonly #transport: Transport;
  readonly #tape: Tape;

  constructor(transport: Transport, tape: Tape) {
    this.info = transport.info;
    this.#transport = transport;
    this.#tape = tape;
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const chunk = await this.#transport.read();
      if (chunk === null) this.#tape.end("acceptor");
      else this.#tape.data("acceptor", chunk);
      return chunk;
    } catch (error) {
      this.#tape.end("acceptor");
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#tape.data("requestor", bytes);
    await this.#transport.write(bytes);
  }

  close(): void {
    this.#tape.end("requestor");
    this.#transport.close();
  }
}
