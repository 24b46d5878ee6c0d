/**
 * A peer's address and how it is reached, decided and checked: types at the bottom of the command line, which the machine goes
 * by. Types only; does not depend on option spellings.
 */

import type { ProfileId, SecretSource } from "../security.ts";

/** The peer's address. */
export type PeerTarget =
  | NetworkTarget
  | {
    readonly transport: "mock";
    /** The text after `mock:`, e.g. `demo`, a path, `demo?fault=…`. */
    readonly source: string;
  };

/** A peer that is reached over the network. */
export type NetworkTarget =
  & {
    readonly host: string;
    readonly port: number;
    readonly family?: 4 | 6;
    /** How the bytes get there, if not by a TCP connection from here to there. */
    readonly route?: Route;
  }
  & (
    | { readonly transport: "tcp" }
    | { readonly transport: "tls"; readonly tls: TlsConfig }
  );

/** The way to a peer. */
export type Route =
  | {
    readonly kind: "hops";
    /** The first is reached from here, each other one through those before it, and the peer through the last. */
    readonly hops: readonly RoutedHop[];
  }
  | {
    readonly kind: "plugin";
    /** The program is called `findscu-transport-` and this. */
    readonly name: string;
    /** The address as typed. */
    readonly address: string;
  }
  | {
    readonly kind: "module";
    /** Default-exports a `Connector`. */
    readonly file: string;
  };

/** One proxy or program on the way. */
export type Hop =
  | {
    readonly kind: "socks5" | "http";
    /** Name or IP address, IPv6 without its brackets. */
    readonly host: string;
    readonly port: number;
    readonly user: string | undefined;
  }
  | {
    readonly kind: "exec";
    /** The program and its arguments; or a line for the shell. */
    readonly command: readonly [string, ...string[]] | string;
  };

/** A hop and the password for it, which counts if it names a user. */
export type RoutedHop = Hop & { readonly password: SecretSource };

/** How TLS is to be set up. Paths are as typed; nothing was read yet. */
export interface TlsConfig {
  /** Our key and certificate, or `undefined` to stay anonymous. */
  readonly credentials:
    | {
      readonly kind: "files";
      readonly key: string;
      readonly certificate: string;
    }
    | { readonly kind: "pkcs12"; readonly file: string }
    | undefined;
  readonly password: SecretSource;
  /** How the files are encoded; `undefined`: found out from each. */
  readonly format: "pem" | "der" | undefined;
  readonly caFiles: readonly string[];
  readonly caDirectories: readonly string[];
  readonly systemCa: boolean;
  readonly crlFiles: readonly string[];
  readonly crlCheck: "none" | "leaf" | "chain";
  readonly profile: ProfileId;
  /** IANA names of cipher suites; empty for those of the profile. */
  readonly ciphers: readonly string[];
  /** `require`: verify, fail if absent; `verify`: verify if present; `ignore`. */
  readonly peer: "require" | "verify" | "ignore";
  readonly checkHostname: boolean;
  /** Whether the common name counts if no alternative name is that of a host. */
  readonly allowCommonName: boolean;
  /** Server name to request; `undefined` sends none. */
  readonly serverName: string | undefined;
  /** Longest time for the handshake in milliseconds, which `Timeouts.connect` may leave without limit. */
  readonly handshakeTimeout: number;
  readonly dhParameterFile: string | undefined;
  readonly seedFile: string | undefined;
  /** The file that keeps fresh random bytes for the next run. */
  readonly seedOutput: string | undefined;
}
