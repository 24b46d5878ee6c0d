/** Shared by the command line and the TLS transport: the names of security profiles, and the sources of passwords. */

/** The security profiles of PS3.15 Annex B, as their options' long forms end; the standard's present one comes first. */
export const TLS_PROFILES = [
  "8996",
  "8996-mod",
  "bcp195-nd",
  "bcp195",
  "bcp195-ex",
  "basic",
  "aes",
  "null",
] as const;

/** One of `TLS_PROFILES`. */
export type ProfileId = typeof TLS_PROFILES[number];

/**
 * The profile used if none is chosen: the standard's present one. On Deno and Bun, which have no finite-field Diffie-Hellman, it
 * reaches every peer that its retired predecessor (`bcp195-nd`) reaches, and those with elliptic-curve certificates.
 */
export const DEFAULT_PROFILE: ProfileId = "8996";

/** The source of a password. It is read only when something needs it. */
export type SecretSource =
  | { readonly kind: "none" }
  | { readonly kind: "prompt" }
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** The functions that read secrets. */
export interface SecretReader {
  /** An environment variable. */
  env(name: string): string | undefined;
  /** A file. */
  file(path: string): Uint8Array | Promise<Uint8Array>;
  /** Prompts the user; undefined if that is impossible. */
  prompt(): Promise<string | undefined> | undefined;
}

/** Reads a secret from its source; undefined if there is none. Throws what its reader throws. */
export async function readSecret(
  source: SecretSource,
  reader: SecretReader,
): Promise<string | undefined> {
  switch (source.kind) {
    case "none":
      return undefined;
    case "value":
      return source.value;
    case "env":
      return reader.env(source.name);
    case "file":
      // Editors end the line; what follows it is not part of the secret.
      return new TextDecoder().decode(await reader.file(source.path))
        .split(/\r?\n/, 1)[0];
    case "prompt":
      return await reader.prompt();
  }
}
