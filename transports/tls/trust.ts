/**
 * Whom we trust: certificates of authorities and revocation lists, from files, directories and the system. All of it is read and
 * checked before any connection. It does not depend on any key.
 */
import { advise, TransportError } from "../../src/errors.ts";
import { Certificate } from "./certificate.ts";
import { DerReader, TAG } from "./der.ts";
import {
  describeFile,
  hasDamagedPem,
  isPkcs7,
  pemBlocks,
  type Pkcs7Contents,
  readPkcs7,
  toPem,
} from "./pem.ts";
import { type FileFormat, readBytes, requireFormat } from "./private_key.ts";
import { currentRuntime } from "./profiles.ts";
import { ForeignListError, RevocationList } from "./revocation.ts";
import { existsSync, readdirSync, statSync } from "node:fs";
import * as tls from "node:tls";
// As a whole: not every Node.js has the one function that is called, and an import of its name would end the program there.

/** Which files to read. */
export interface TrustOptions {
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
}

/** The trusted authorities, each once. Throws `TransportError`. */
export function loadAuthorities(
  options: TrustOptions,
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

/** The revocation lists in the files. Throws `TransportError`. */
export function loadRevocationLists(
  { revocationFiles = [], format }: TrustOptions,
): RevocationList[] {
  return revocationFiles.flatMap((path) => readRevocationLists(path, format));
}

/** All certificates in a file. Throws `TransportError`, also if there is none. */
export function readCertificates(
  path: string,
  format: FileFormat,
  what: string,
): Certificate[] {
  return certificatesOf(readBytes(path, what), path, format, what);
}

/** All certificates in the bytes of a file. Throws `TransportError`, also if there is none. */
export function certificatesOf(
  bytes: Uint8Array,
  path: string,
  format: FileFormat,
  what: string,
): Certificate[] {
  requireFormat(bytes, format, what, path);
  const certificates = certificatesIn(bytes, path);
  if (certificates.length === 0) {
    throw new TransportError(
      "tls",
      `No certificate in "${path}": it ${describeFile(bytes)}`,
      {
        hint:
          "Give an X.509 certificate in PEM or DER format, or a PKCS#7 bundle",
      },
    );
  }
  return certificates;
}

/** The usual label and OpenSSL's two others; the data after the certificate in the last is not read. */
const CERTIFICATE_LABELS = [
  "CERTIFICATE",
  "X509 CERTIFICATE",
  "TRUSTED CERTIFICATE",
];

/** Labels of PKCS#7 bundles. */
const BUNDLE_LABELS = ["PKCS7", "PKCS #7 SIGNED DATA", "CMS"];

/** The certificates of a file, all or none: a damaged one is an error. None if there is no sign of any. */
function certificatesIn(bytes: Uint8Array, path: string): Certificate[] {
  const blocks = pemBlocks(bytes);
  if (hasDamagedPem(bytes, [...CERTIFICATE_LABELS, ...BUNDLE_LABELS])) {
    throw damaged("certificate", path);
  }
  if (blocks.length === 0) {
    if (isPkcs7(bytes)) return bundle(bytes, path);
    return isCertificate(bytes)
      ? derValues(bytes, path).map((der) => parseCertificate(der, path))
      : [];
  }
  return blocks.flatMap(({ label, der }) =>
    CERTIFICATE_LABELS.includes(label)
      ? [parseCertificate(der, path)]
      : BUNDLE_LABELS.includes(label)
      ? bundle(der, path)
      : []
  );
}

/** Certificates in DER, one after the other; line ends may follow. */
function derValues(bytes: Uint8Array, path: string): Uint8Array[] {
  const values: Uint8Array[] = [];
  let rest = bytes;
  try {
    while (rest.some((byte) => byte !== 0x0a && byte !== 0x0d)) {
      const { encoded } = new DerReader(rest).next(TAG.sequence);
      values.push(encoded);
      rest = rest.subarray(encoded.length);
    }
  } catch (error) {
    throw damaged("certificate", path, error);
  }
  return values;
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

/** A certificate that the runtime accepts as well, which depends on its key. */
function completeCertificate(der: Uint8Array): Certificate {
  const certificate = new Certificate(der);
  if (certificate.publicKey.type !== "public") {
    throw new TypeError("Not a public key");
  }
  return certificate;
}

/** A certificate in DER. Throws `TransportError`. */
export function parseCertificate(der: Uint8Array, path: string): Certificate {
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
 * Certificates of a directory. Files that are not certificates are passed over, and damaged ones with a warning; but a directory
 * without any is an error.
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
  let mistake: TransportError | undefined;
  const authorities = names.flatMap((name) => {
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
      mistake ??= error;
      warn(`${error.message}; it is ignored`);
      return [];
    }
  });
  if (authorities.length === 0) {
    throw new TransportError(
      "tls",
      mistake === undefined
        ? `No certificate in the CA directory "${path}"`
        : `No usable certificate in the CA directory: ${mistake.message}`,
      {
        cause: mistake,
        hint: "Put the authorities' certificates there in PEM or DER format",
      },
    );
  }
  return authorities;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // a dangling link, as rehashed directories have them
  }
}

/** Paths where Linux distributions keep their authorities, for runtimes that do not use the system's. */
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
  const authorities = pems.flatMap((pem) =>
    pemBlocks(new TextEncoder().encode(pem)).map(({ der }) => der)
  );
  if (authorities.length === 0) {
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
  return authorities.filter(isCertificate).map((der) => new Certificate(der));
}

/**
 * The store that the runtime finds; undefined if it cannot look, or may not: no permission of Deno's allows it but all of `sys`.
 */
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
