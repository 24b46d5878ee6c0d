/**
 * Everything TLS needs from files, read and checked before any connection, because not every runtime notices mistakes in it: who
 * we are, which is here, and whom we trust, which is in `trust.ts`. It opens no connection.
 */
import type { SecretSource } from "../../src/security.ts";
import { quantity, TransportError, UsageError } from "../../src/errors.ts";
import type { Certificate } from "./certificate.ts";
import { toPem } from "./pem.ts";
import { readPkcs12 } from "./pkcs12.ts";
import {
  loadPrivateKey,
  readBytes,
  readPassword,
  type Secrets,
} from "./private_key.ts";
import type { RevocationList } from "./revocation.ts";
import {
  loadAuthorities,
  loadRevocationLists,
  parseCertificate,
  readCertificates,
  type TrustOptions,
} from "./trust.ts";
import type { KeyObject } from "node:crypto";

/** Which files to read. */
export interface CredentialOptions extends TrustOptions {
  /** Our private key and our certificate, the latter with its chain if there is one. Both or none. */
  readonly keyFile?: string | undefined;
  /** See `keyFile`. */
  readonly certificateFile?: string | undefined;
  /** Key, certificate and chain in one, instead of the two above. */
  readonly pkcs12File?: string | undefined;
  /** Opens the private key, or the PKCS#12 file. */
  readonly password?: SecretSource | undefined;
  /** Functions that read a password from an environment variable, or prompt the user for it. */
  readonly secrets?: Secrets | undefined;
  /** The present, milliseconds since 1970. */
  readonly now: number;
}

/** Our identity towards the peer. It never prints its key. */
export class Identity {
  /** Our certificate. */
  readonly certificate: Certificate;
  /** Intermediate authorities to send along. */
  readonly chain: readonly Certificate[];
  readonly #key: KeyObject;

  constructor(
    key: KeyObject,
    certificate: Certificate,
    chain: readonly Certificate[],
  ) {
    this.#key = key;
    this.certificate = certificate;
    this.chain = chain;
  }

  /** Certificate and chain as PEM. */
  certificatePem(): string {
    return [this.certificate, ...this.chain]
      .map(({ der }) => toPem("CERTIFICATE", der)).join("");
  }

  /** The private key as PKCS#8 PEM, for the runtime's TLS only: must not reach any message. */
  keyPem(): string {
    return this.#key.export({ type: "pkcs8", format: "pem" }).toString();
  }
}

/** The credentials read. */
export interface Credentials {
  /**
   * Our identity; undefined without a certificate of our own.
   * @internal
   */
  readonly identity: Identity | undefined;
  /**
   * Whom we trust.
   * @internal
   */
  readonly authorities: readonly Certificate[];
  /**
   * Lists of certificates that no longer count.
   * @internal
   */
  readonly revocationLists: readonly RevocationList[];
  /** Warnings: facts that the user should know, though they prevent nothing. */
  readonly warnings: readonly string[];
}

const DAY = 86_400_000;

/** A certificate is warned of when it expires within this many days. */
const EXPIRY_NOTICE = 30;

/** Reads and checks all files. Throws `TransportError` or `UsageError` with one sentence about the first that is not right. */
export async function loadCredentials(
  options: CredentialOptions,
): Promise<Credentials> {
  const identity = await loadIdentity(options);
  const warnings: string[] = [];
  const authorities = loadAuthorities(options, (text) => warnings.push(text));
  const revocationLists = loadRevocationLists(options);
  if (identity !== undefined) {
    const text = expiryNotice("Our certificate", identity.certificate, options);
    if (text !== undefined) warnings.push(text);
  }
  return { identity, authorities, revocationLists, warnings };
}

/** A sentence when the certificate is out of date or soon will be, else undefined. */
export function expiryNotice(
  whose: string,
  certificate: Certificate,
  { now }: { readonly now: number },
): string | undefined {
  const { notBefore, notAfter, subjectText } = certificate;
  if (now > notAfter) {
    return `${whose} (${subjectText}) expired on ${dateText(notAfter)}`;
  }
  if (now < notBefore) {
    return `${whose} (${subjectText}) is valid only from ${
      dateText(notBefore)
    }`;
  }
  const days = Math.ceil((notAfter - now) / DAY);
  if (days > EXPIRY_NOTICE) return undefined;
  const timeLeft = quantity(days, "day");
  return `${whose} (${subjectText}) expires in ${timeLeft}, on ${
    dateText(notAfter)
  }`;
}

/** A day as `2031-12-24`, in UTC. */
export function dateText(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

async function loadIdentity(
  options: CredentialOptions,
): Promise<Identity | undefined> {
  const { keyFile, certificateFile, pkcs12File, format } = options;
  const { password, secrets } = options;
  if (pkcs12File !== undefined) {
    if (keyFile !== undefined || certificateFile !== undefined) {
      throw new UsageError(
        "A PKCS#12 file cannot be combined with separate key and certificate files",
      );
    }
    return await tlsIdentityIn(
      readBytes(pkcs12File, "PKCS#12 file"),
      await readPassword(password, secrets, pkcs12File),
      pkcs12File,
    );
  }
  if (keyFile === undefined && certificateFile === undefined) return undefined;
  if (keyFile === undefined || certificateFile === undefined) {
    throw new UsageError(
      `A private key and a certificate belong together: the ${
        keyFile === undefined ? "key" : "certificate"
      } is missing`,
    );
  }
  const certificates = readCertificates(certificateFile, format, "certificate");
  const key = await loadPrivateKey(keyFile, format, password, secrets);
  return match(key, certificates, {
    key: keyFile,
    certificate: certificateFile,
  });
}

/**
 * The identity in the bytes of a PKCS#12 file; `path` is for messages, as in the functions below. Rejects with `TransportError`.
 */
export async function tlsIdentityIn(
  bytes: Uint8Array,
  password: string,
  path: string,
): Promise<Identity> {
  const { key, certificates } = await readPkcs12(bytes, password, path);
  return match(
    key,
    certificates.map((der) => parseCertificate(der, path)),
    { key: path, certificate: path },
  );
}

/** Finds the certificate that the key belongs to; the others of the file are its chain. */
function match(
  key: KeyObject,
  certificates: readonly Certificate[],
  files: { key: string; certificate: string },
): Identity {
  const own = certificates.find((one) => fits(one, key));
  if (own === undefined) {
    throw new TransportError(
      "tls",
      `Private key "${files.key}" does not fit certificate "${files.certificate}" (${
        certificates[0]!.subjectText
      })`,
      { hint: "Give the key that the certificate was requested with" },
    );
  }
  const [strange] = own.unknownCritical;
  if (strange !== undefined) {
    throw new TransportError(
      "tls",
      `Certificate "${files.certificate}" (${own.subjectText}) has an unknown critical extension (${strange}), so that every peer must refuse it`,
      { hint: "The certificate must be issued without that extension" },
    );
  }
  const chain = certificates.filter((one) => one !== own && !one.isSelfIssued);
  return new Identity(key, own, chain);
}

function fits({ x509 }: Certificate, key: KeyObject): boolean {
  try {
    return x509.checkPrivateKey(key);
  } catch {
    return false; // a certificate of the chain, with a key of a kind that the runtime does not know
  }
}
