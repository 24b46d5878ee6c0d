/**
 * Everything TLS needs from files: our own key and certificate, the authorities we trust, revocation lists. All of it is read and
 * checked here, before any connection, because not every runtime notices what is wrong with it. It opens no connection.
 */

import type { KeyObject } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
// As a whole: not every Node.js has the one function that is called, and an import of its name would end the program there.
import * as tls from "node:tls";
import { advise, TransportError, UsageError } from "../../src/errors.ts";
import { Certificate } from "./certificate.ts";
import { TAG } from "./der.ts";
import { describeFile, hasDamagedPem, pemBlocks, toPem } from "./pem.ts";
import { isPkcs7, type Pkcs7Contents, readPkcs7 } from "./pkcs7.ts";
import { readPkcs12 } from "./pkcs12.ts";
import {
  type FileFormat,
  loadPrivateKey,
  type PasswordSource,
  readBytes,
  readPassword,
  requireFormat,
} from "./private_key.ts";
import { currentRuntime } from "./profiles.ts";
import { ForeignListError, RevocationList } from "./revocation.ts";

/** Which files to read. */
export interface CredentialOptions {
  /** Our private key and our certificate, the latter with its chain where there is one. Both or none. */
  readonly keyFile?: string | undefined;
  /** See `keyFile`. */
  readonly certificateFile?: string | undefined;
  /** Key, certificate and chain in one, instead of the two above. */
  readonly pkcs12File?: string | undefined;
  /** Opens the private key, or the PKCS#12 file. */
  readonly password?: PasswordSource | undefined;
  /** Encoding of all files but PKCS#12; undefined: found out per file. */
  readonly format?: FileFormat;
  /** Files with the certificates of trusted authorities. */
  readonly authorityFiles?: readonly string[];
  /** Directories of certificates; the files may be named by hash or in any way. */
  readonly authorityDirectories?: readonly string[];
  /** Trust the system's authorities too. */
  readonly systemAuthorities?: boolean;
  /** Files with revocation lists of the authorities. */
  readonly revocationFiles?: readonly string[];
  /** The present, milliseconds since 1970. */
  readonly now: number;
}

/** Who we are towards the peer. It never prints its key. */
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

/** What was read. */
export interface Credentials {
  /**
   * Who we are; undefined without a certificate of our own.
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
  /** What the user should know, though it does not stand in the way. */
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
  const revocationLists = (options.revocationFiles ?? [])
    .flatMap((path) => readRevocationLists(path, options.format));
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
  const left = days === 1 ? "1 day" : `${days} days`;
  return `${whose} (${subjectText}) expires in ${left}, on ${
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
  const { keyFile, certificateFile, pkcs12File, format, password } = options;
  if (pkcs12File !== undefined) {
    if (keyFile !== undefined || certificateFile !== undefined) {
      throw new UsageError(
        "A PKCS#12 file cannot be combined with separate key and certificate files",
      );
    }
    return await identityIn(
      readBytes(pkcs12File, "PKCS#12 file"),
      await readPassword(password, pkcs12File),
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
  const key = await loadPrivateKey(keyFile, format, password);
  return match(key, certificates, {
    key: keyFile,
    certificate: certificateFile,
  });
}

/** The identity in the bytes of a PKCS#12 file; `path` is for messages, as in the functions below. Rejects with `TransportError`. */
export async function identityIn(
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

function loadAuthorities(
  options: CredentialOptions,
  warn: (text: string) => void,
): Certificate[] {
  const { format } = options;
  const all = [
    ...(options.authorityFiles ?? []).flatMap((path) =>
      readCertificates(path, format, "CA certificate")
    ),
    ...(options.authorityDirectories ?? []).flatMap((path) =>
      readDirectory(path, warn)
    ),
    ...(options.systemAuthorities ? systemAuthorities() : []),
  ];
  const unique = new Map<string, Certificate>();
  for (const certificate of all) {
    const key = toPem("", certificate.der);
    if (!unique.has(key)) unique.set(key, certificate);
  }
  return [...unique.values()];
}

function readCertificates(
  path: string,
  format: FileFormat,
  what: string,
): Certificate[] {
  return certificatesOf(readBytes(path, what), path, format, what);
}

/** All certificates in the bytes of a file. Throws `TransportError`, also where there is none. */
export function certificatesOf(
  bytes: Uint8Array,
  path: string,
  format: FileFormat,
  what: string,
): Certificate[] {
  requireFormat(bytes, format, what, path);
  const found = certificatesIn(bytes, path);
  if (found.length === 0) {
    throw new TransportError(
      "tls",
      `No certificate in "${path}": it ${describeFile(bytes)}`,
      {
        hint:
          "Give an X.509 certificate in PEM or DER format, or a PKCS#7 bundle",
      },
    );
  }
  return found;
}

/** The usual label and OpenSSL's two others; what follows the certificate in the last is not read. */
const CERTIFICATE_LABELS = [
  "CERTIFICATE",
  "X509 CERTIFICATE",
  "TRUSTED CERTIFICATE",
];

/** Labels of PKCS#7 bundles. */
const BUNDLE_LABELS = ["PKCS7", "PKCS #7 SIGNED DATA", "CMS"];

/** The certificates of a file, all or none: what begins as one and is damaged is an error. None where there is no sign of any. */
function certificatesIn(bytes: Uint8Array, path: string): Certificate[] {
  const blocks = pemBlocks(bytes);
  if (hasDamagedPem(bytes, [...CERTIFICATE_LABELS, ...BUNDLE_LABELS])) {
    throw damaged("certificate", path);
  }
  if (blocks.length === 0) {
    if (isPkcs7(bytes)) return bundle(bytes, path);
    return isCertificate(bytes) ? [parseCertificate(bytes, path)] : [];
  }
  return blocks.flatMap(({ label, der }) =>
    CERTIFICATE_LABELS.includes(label)
      ? [parseCertificate(der, path)]
      : BUNDLE_LABELS.includes(label)
      ? bundle(der, path)
      : []
  );
}

function bundle(der: Uint8Array, path: string): Certificate[] {
  return readBundle(der, path).certificates
    .map((one) => parseCertificate(one, path));
}

function readBundle(der: Uint8Array, path: string): Pkcs7Contents {
  try {
    return readPkcs7(der);
  } catch (error) {
    throw damaged("PKCS#7 bundle", path, error);
  }
}

function damaged(what: string, path: string, cause?: unknown): TransportError {
  return new TransportError("tls", `A ${what} in "${path}" is damaged`, {
    cause,
    hint: `Export the ${what} again from its source`,
  });
}

/** A certificate that the runtime takes as well, which it does not with every key. */
function completeCertificate(der: Uint8Array): Certificate {
  const certificate = new Certificate(der);
  if (certificate.publicKey.type !== "public") {
    throw new TypeError("Not a public key");
  }
  return certificate;
}

function parseCertificate(der: Uint8Array, path: string): Certificate {
  try {
    return completeCertificate(der);
  } catch (error) {
    throw damaged("certificate", path, error);
  }
}

function isCertificate(bytes: Uint8Array): boolean {
  try {
    return new Certificate(bytes).der.length > 0;
  } catch {
    return false;
  }
}

/** Names that promise a certificate. */
const CERTIFICATE_FILE = /\.(crt|cer|der|p7[bc])$/i;

/**
 * Certificates of a directory. Files that are none are passed over, and damaged ones with a warning; but a directory without any is
 * an error.
 */
function readDirectory(
  path: string,
  warn: (text: string) => void,
): Certificate[] {
  let names: string[];
  try {
    names = readdirSync(path).sort();
  } catch (error) {
    throw new TransportError(
      "tls",
      `Cannot read the CA directory "${path}": the directory does not exist or cannot be read`,
      {
        cause: error,
        hint: "Check the path and the permissions of the directory",
      },
    );
  }
  const found = names.flatMap((name) => {
    const file = `${path}/${name}`;
    if (!isFile(file)) return [];
    try {
      const bytes = readBytes(file, "CA certificate");
      const certificates = certificatesIn(bytes, file);
      if (certificates.length === 0 && CERTIFICATE_FILE.test(name)) {
        warn(`No certificate in "${file}": it ${describeFile(bytes)}`);
      }
      return certificates;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      warn(`${error.message}; it is ignored`);
      return [];
    }
  });
  if (found.length === 0) {
    throw new TransportError(
      "tls",
      `No certificate in the CA directory "${path}"`,
      {
        hint: "Put the authorities' certificates there in PEM or DER format",
      },
    );
  }
  return found;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // a dangling link, as rehashed directories have them
  }
}

/** Where Linux distributions keep their authorities, for runtimes that do not ask the system. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

function systemAuthorities(): Certificate[] {
  const pems = runtimeAuthorities() ??
    SYSTEM_BUNDLES.filter((path) => existsSync(path)).slice(0, 1)
      .map((path) => new TextDecoder().decode(readBytes(path, "CA bundle")));
  const found = pems.flatMap((pem) =>
    pemBlocks(new TextEncoder().encode(pem)).map(({ der }) => der)
  );
  if (found.length === 0) {
    throw new TransportError(
      "tls",
      `${currentRuntime()} finds no system authorities`,
      {
        hint: advise(
          "Give the authorities' certificates as files, or use Bun",
          "authority-files",
        ),
      },
    );
  }
  return found.filter(isCertificate).map((der) => new Certificate(der));
}

/** What the runtime finds; undefined where it cannot look, or may not: no permission of Deno's allows it but all of `sys`. */
function runtimeAuthorities(): string[] | undefined {
  if (typeof tls.getCACertificates !== "function") return undefined;
  try {
    return tls.getCACertificates("system");
  } catch {
    return undefined;
  }
}

const CRL_LABEL = "X509 CRL";

function readRevocationLists(
  path: string,
  format: FileFormat,
): RevocationList[] {
  return revocationListsIn(readBytes(path, "revocation list"), path, format);
}

/** The revocation lists in the bytes of a file, at least one. Throws `TransportError`. */
export function revocationListsIn(
  bytes: Uint8Array,
  path: string,
  format: FileFormat,
): RevocationList[] {
  requireFormat(bytes, format, "revocation list", path);
  if (hasDamagedPem(bytes, [CRL_LABEL, ...BUNDLE_LABELS])) {
    throw damaged("revocation list", path);
  }
  const blocks = pemBlocks(bytes);
  const bundled = (der: Uint8Array) => readBundle(der, path).revocationLists;
  const lists = blocks.length > 0
    ? blocks.flatMap(({ label, der }) =>
      label === CRL_LABEL
        ? [der]
        : BUNDLE_LABELS.includes(label)
        ? bundled(der)
        : []
    )
    : isPkcs7(bytes)
    ? bundled(bytes)
    : isCertificate(bytes) || bytes[0] !== TAG.sequence
    ? []
    : [bytes];
  if (lists.length > 0) {
    try {
      return lists.map((der) => new RevocationList(der));
    } catch (error) {
      if (error instanceof ForeignListError) {
        throw new TransportError("tls", `${error.message}: "${path}"`, {
          hint: "Request a complete list issued by the authority itself",
        });
      }
      if (blocks.length > 0) throw damaged("revocation list", path, error);
    }
  }
  throw new TransportError(
    "tls",
    `No revocation list in "${path}": it ${describeFile(bytes)}`,
    { hint: "Give an X.509 CRL in PEM or DER format" },
  );
}
