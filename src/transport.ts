/**
 * The byte stream that the driver needs, and how an address is written. The implementations are in `transports/`,
 * and are passed in as values. Time-outs belong to the driver, DICOM to the core.
 */

/** Facts about an open connection, for messages and logs. All text is display-only. */
export interface TransportInfo {
  /** Kind of transport: `tcp`, `tls`, `mock`, … */
  readonly kind: string;
  /** The peer as `host:port` (IPv6 in brackets), or the name of the mock. */
  readonly peer: string;
  /** The local end as `host:port`, if there is one. */
  readonly local?: string;
  /** The negotiated TLS parameters, as lines ready to print at `-v`. */
  readonly security?: readonly string[];
}

/** An open, reliable, ordered byte stream. */
export interface Transport {
  /**
   * The next chunk, of any size above zero; `null` once the peer has closed its side.
   * The chunk belongs to the caller and is never overwritten. One read at a time.
   * Rejects with `TransportError` when the connection breaks.
   */
  read(): Promise<Uint8Array | null>;
  /** Resolves when the system has accepted all the bytes (back-pressure). Never swallows an error. One write at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection, both directions. Idempotent; a pending `read` settles with `null`. */
  close(): void;
  /** Facts for messages. */
  readonly info: TransportInfo;
}

/** The address to connect to. */
export interface Target {
  /** Host name or IP address, without brackets. */
  readonly host: string;
  /** TCP port, 1..65535. */
  readonly port: number;
  /** Restrict name resolution to one family. */
  readonly family?: 4 | 6;
}

/** Opens a connection; rejects with `TransportError`, or with the signal's reason when it fires first. */
export type Connector = (
  target: Target,
  options: { readonly signal: AbortSignal },
) => Promise<Transport>;

/** Accepts connections until closed. */
export interface Listener extends AsyncIterable<Transport> {
  /** Stops accepting; open transports live on. */
  close(): void;
  /** The address it listens on. */
  readonly address: { readonly host: string; readonly port: number };
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a connector resolved with, if it is a transport. Throws `TypeError`. */
export function transportOf(value: unknown): Transport {
  if (typeof value === "object" && value !== null) {
    const { read, write, close, info } = value as Partial<Transport>;
    const areThere = [read, write, close]
      .every((member) => typeof member === "function");
    if (areThere && typeof info?.peer === "string") return value as Transport;
  }
  throw new TypeError(
    "it did not resolve with a transport, which has read, write, close and info",
  );
}

/** What `read()` resolved with, if it is a chunk or the end. Throws `TypeError`. */
export function chunkOf(value: unknown): Uint8Array | null {
  if (value === null) return null;
  if (value instanceof Uint8Array && value.length > 0) return value;
  throw new TypeError(
    "read() must resolve with a non-empty Uint8Array or with null",
  );
}

/** Closes a transport whose end nobody waits for: an error at that comes too late for everybody. */
export function closeQuietly(transport: Transport): void {
  try {
    transport.close();
  } catch {
    // It is left alone.
  }
}
