/** What a cell of the TLS matrix is, and arguments that many cells share. */
import type { FrontName } from "./tls_fronts.ts";

/** The matches, or a failure: what it says, and the exit code if it is not that of TLS. */
export type Outcome = "matches" | RegExp | readonly [RegExp, exit: number];

/** One cell. */
export interface Cell {
  readonly name: string;
  readonly front: FrontName;
  readonly args: readonly string[];
  /** Called with `dicoms://` instead of PEER and PORT. */
  readonly url?: true;
  /** Default: `localhost`. */
  readonly host?: string;
  readonly expect: Outcome | { readonly Deno: Outcome; readonly Bun: Outcome };
  /** What stderr has to say besides. */
  readonly says?: RegExp;
  /** What DCMTK's findscu does with the same arguments; not asked if it has no such case. */
  readonly dcmtk?: "same" | "fails";
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const trusting = ["+cf", "ca.pem"];
export const known = ["+tla", ...trusting];
export const as = (name: string, key = "client") => [
  "+tls",
  `${key}.key`,
  `${name}.pem`,
  ...trusting,
];
export const sealed = ["+tls", "client.encrypted-pkcs8.pem", "client.pem"];
export const both = "same" as const;
export const neither = "fails" as const;
