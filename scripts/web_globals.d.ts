/**
 * What `src/driver` uses of the globals that every runtime has; the type check without the Deno library does not depend on others.
 */
declare const performance: {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
};
/** Calls back once the event loop has turned. */
declare function setImmediate(callback: () => void): unknown;
declare const crypto: {
  readonly subtle: {
    /** The digest of bytes, computed on another thread. */
    digest(algorithm: "SHA-256", bytes: Uint8Array): Promise<unknown>;
  };
};
