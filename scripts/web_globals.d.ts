/** What `src/driver` uses of the globals that every runtime has; the type check without the Deno library knows no others. */
declare const performance: {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
};
