/**
 * Private keys: PEM or DER, PKCS#1, PKCS#8 or SEC 1, plain or under a password; and where the password comes from. A password or
 * a key never becomes part of a message, of an error's cause or of anything that prints itself.
 */

import { createPrivateKey, type KeyObject, pbkdf2Sync } from "node:crypto";
import { readInput, UnfitInputError } from "../../host/input_file.ts";
import {
  advise,
  DecodeError,
  TransportError,
  UsageError,
} from "../../src/errors.ts";
import { readSecret, type SecretSource } from "../../src/security.ts";
import { DerReader, TAG } from "./der.ts";
import { describeFile, pemBlocks, toPem } from "./pem.ts";
import { currentRuntime } from "./profiles.ts";
import { isBadDecrypt, isUnknownEncryption } from "./library_errors.ts";

/** The functions that read passwords, besides files. */
export interface Secrets {
  /** Reads an environment variable. */
  env(name: string): string | undefined;
  /** Asks the user without echo; undefined if that is impossible. */
  ask(question: string): Promise<string | undefined>;
}

/** The password for `file`. Throws `UsageError` or `TransportError` when it cannot be had. */
export async function readPassword(
  source: SecretSource | undefined,
  secrets: Secrets | undefined,
  file: string,
): Promise<string> {
  const password = source && await readSecret(source, {
    env(name) {
      const text = secrets?.env(name);
      if (text !== undefined) return text;
      throw new UsageError(
        `Password of "${file}" is missing: the environment variable "${name}" is not set`,
      );
    },
    file: (path) => readBytes(path, "password file"),
    prompt: () => secrets?.ask(`Password for "${file}": `),
  });
  if (password !== undefined) return password;
  throw new TransportError("tls", `Password of "${file}" is missing`, {
    hint:
      "Give it at a prompt, in an environment variable, in a file or on the command line",
  });
}

/** A file's bytes; `TransportError` with the system's reason in words when it cannot be read. */
export function readBytes(path: string, what: string): Uint8Array {
  try {
    return readInput(path);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const isUnfit = error instanceof UnfitInputError;
    const isRefused = error instanceof Error && error.name === "NotCapable";
    const why = isUnfit || isRefused
      ? error.message
      : typeof code === "string"
      ? FILE_ERRORS[code] ?? code
      : "failed";
    throw new TransportError(
      "tls",
      `Cannot read the ${what} "${path}": ${why}`,
      {
        cause: error,
        hint: isUnfit
          ? error.hint
          : "Check the path and the permissions of the file",
      },
    );
  }
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a directory",
  ENOTDIR: "part of the path is not a directory",
};

/** How a file is encoded; undefined: found out from its contents. */
export type FileFormat = "pem" | "der" | undefined;

/** Throws when the user said "PEM" or "DER" and the file is the other. */
export function requireFormat(
  bytes: Uint8Array,
  format: FileFormat,
  what: string,
  path: string,
): void {
  if (format === undefined) return;
  const isPem = new TextDecoder("latin1").decode(bytes).includes("-----BEGIN");
  if (isPem === (format === "pem")) return;
  const other = format === "pem" ? "DER" : "PEM";
  throw new TransportError(
    "tls",
    `The ${what} "${path}" is not in ${format.toUpperCase()} format: it ${
      describeFile(bytes)
    }`,
    {
      hint: advise(
        `Convert the file, or declare that the files are ${other}`,
        "file-format",
        other,
      ),
    },
  );
}

/** Labels of PEM blocks that hold a private key. */
const KEY_LABELS: ReadonlySet<string> = new Set([
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
]);

/** A key as it is stored in the file. */
interface RawKey {
  readonly pem: string;
  readonly encrypted: boolean;
  /** The EncryptedPrivateKeyInfo (RFC 5958), if the key is one. */
  readonly sealed: Uint8Array | undefined;
}

/** Reads the private key in `path`. Every failure is a `TransportError` of one sentence. */
export async function loadPrivateKey(
  path: string,
  format: FileFormat,
  password: SecretSource | undefined,
  secrets: Secrets | undefined,
): Promise<KeyObject> {
  return await readPrivateKey(
    readBytes(path, "private key"),
    path,
    format,
    password,
    secrets,
  );
}

/** The private key in these bytes; `path` is their source, for messages. Every failure is a `TransportError` of one sentence. */
export async function readPrivateKey(
  bytes: Uint8Array,
  path: string,
  format: FileFormat,
  password: SecretSource | undefined,
  secrets: Secrets | undefined,
): Promise<KeyObject> {
  requireFormat(bytes, format, "private key", path);
  const raw = findKey(bytes);
  if (raw === undefined) {
    throw new TransportError(
      "tls",
      `No private key in "${path}": it ${describeFile(bytes)}`,
      {
        hint:
          "Give a PKCS#1, PKCS#8 or EC key in PEM or DER format, or a PKCS#12 file as such",
      },
    );
  }
  if (raw.encrypted) {
    return await decryptKey(
      raw,
      await readPassword(password, secrets, path),
      path,
    );
  }
  try {
    return openKey(raw);
  } catch {
    throw new TransportError("tls", `The private key "${path}" is damaged`, {
      hint: "Export the key again from its source",
    });
  }
}

function openKey(raw: RawKey, passphrase?: string): KeyObject {
  return createPrivateKey({
    key: raw.pem,
    format: "pem",
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

function findKey(bytes: Uint8Array): RawKey | undefined {
  const block = pemBlocks(bytes).find(({ label }) => KEY_LABELS.has(label));
  if (block === undefined) return derKey(bytes);
  const { label, text, encrypted, der } = block;
  const sealed = label === "ENCRYPTED PRIVATE KEY" ? der : undefined;
  // Armour of our own, since runtimes are particular about line ends; but headers say how a key is encrypted.
  const hasHeaders = encrypted && sealed === undefined;
  return { pem: hasHeaders ? text : toPem(label, der), encrypted, sealed };
}

/** Tells the structures apart by their first two members (RFC 5208, RFC 8017 A.1.2, RFC 5915). */
function derKey(bytes: Uint8Array): RawKey | undefined {
  const plain = (label: string): RawKey => ({
    pem: toPem(label, bytes),
    encrypted: false,
    sealed: undefined,
  });
  try {
    const fields = new DerReader(bytes).inside();
    const [first, second] = [fields.next(), fields.next()];
    if (first.tag === TAG.integer) {
      if (second.tag === TAG.sequence) return plain("PRIVATE KEY");
      if (second.tag === TAG.integer) return plain("RSA PRIVATE KEY");
      if (second.tag === TAG.octetString) return plain("EC PRIVATE KEY");
    }
    if (first.tag === TAG.sequence && second.tag === TAG.octetString) {
      return {
        pem: toPem("ENCRYPTED PRIVATE KEY", bytes),
        encrypted: true,
        sealed: bytes,
      };
    }
  } catch {
    // Not DER at all: the caller names the file's actual kind.
  }
  return undefined;
}

/**
 * The runtime decrypts what it can; node-forge does the older PKCS#8 algorithms that some runtimes have dropped. A wrong password
 * appears as bad padding or as nonsense after it, and both mean the same to the user.
 */
async function decryptKey(
  raw: RawKey,
  password: string,
  path: string,
): Promise<KeyObject> {
  try {
    return openKey(raw, password);
  } catch (error) {
    if (raw.sealed === undefined || isBadDecrypt(error)) {
      throw wrongPassword("private key", path);
    }
  }
  const forge = await loadForge();
  let keyBytes;
  try {
    keyBytes = forge.pki.decryptPrivateKeyInfo(
      forge.asn1.fromDer(binaryText(raw.sealed)),
      password,
    );
  } catch (error) {
    if (!isUnknownEncryption(error)) {
      throw wrongPassword("private key", path);
    }
    throw new TransportError(
      "tls",
      `The private key "${path}" is encrypted in a way that ${currentRuntime()} cannot read`,
      { hint: "Encrypt it again as PKCS#8 with PBES2 and AES" },
    );
  }
  if (keyBytes === null) throw wrongPassword("private key", path);
  try {
    return createPrivateKey(toPem(
      "PRIVATE KEY",
      binaryBytes(forge.asn1.toDer(keyBytes).getBytes()),
    ));
  } catch {
    throw wrongPassword("private key", path);
  }
}

/** The one sentence for a password that does not open a file. */
export function wrongPassword(what: string, path: string): TransportError {
  return new TransportError("tls", `Wrong password for the ${what} "${path}"`, {
    hint: "Check the password; it is case-sensitive",
  });
}

/** The part of node-forge that is replaced: how a key is derived from a password. */
interface KeyDerivation {
  readonly pkcs5: {
    pbkdf2: (
      password: string,
      salt: string,
      rounds: number,
      length: number,
      digest: { readonly algorithm: string },
    ) => string;
  };
  readonly pkcs12: {
    generateKey: (
      password: string | null,
      salt: unknown,
      id: number,
      rounds: number,
      ...more: unknown[]
    ) => unknown;
  };
}

/** More rounds than any program writes; a damaged number of them would keep us busy for hours. */
const MAX_ROUNDS = 5_000_000;

function checkRounds(rounds: number): void {
  if (rounds > 0 && rounds <= MAX_ROUNDS) return;
  throw new DecodeError(`Unsupported number of rounds: ${rounds}`);
}

let forge: typeof import("node-forge") | undefined;

/** node-forge, loaded only by those who need it: it costs more than the rest of a start. */
export async function loadForge(): Promise<typeof import("node-forge")> {
  if (forge !== undefined) return forge;
  const module = await import("node-forge");
  // A CommonJS package: its exports are the default, the namespace, or both.
  forge = (module as { default?: typeof import("node-forge") }).default ??
    module;
  const { pkcs5, pkcs12 } = forge as unknown as KeyDerivation;
  // PBES2 takes the password in UTF-8 (RFC 8018 3), where node-forge takes a byte of each character.
  pkcs5.pbkdf2 = (password, salt, rounds, length, { algorithm }) => {
    checkRounds(rounds);
    const bytes = binaryBytes(salt);
    return binaryText(pbkdf2Sync(password, bytes, rounds, length, algorithm));
  };
  const { generateKey } = pkcs12;
  pkcs12.generateKey = (password, salt, id, rounds, ...more) => {
    checkRounds(rounds);
    return generateKey(password, salt, id, rounds, ...more);
  };
  return forge;
}

/** Bytes as node-forge's strings of one byte per character. */
export function binaryText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** node-forge's strings of one byte per character, as bytes. */
export function binaryBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
