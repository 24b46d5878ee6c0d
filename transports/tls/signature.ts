/**
 * Signatures of certificates and revocation lists: which algorithms there are, which of them still protect, and whether one is
 * right. The arithmetic is `node:crypto`'s.
 */

import { constants, type KeyObject, verify } from "node:crypto";
import { DecodeError } from "../../src/errors.ts";
import {
  bitStringBytes,
  DerReader,
  integerHex,
  oidText,
  sameBytes,
  TAG,
} from "./der.ts";

interface Algorithm {
  /** As printed. */
  readonly name: string;
  /** The digest for `node:crypto`; null if the algorithm brings its own. */
  readonly digest: string | null;
  readonly key: "rsa" | "rsa-pss" | "ec" | "ed25519" | "ed448" | "dsa";
}

const RSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";

/** Signature algorithms (RFC 3279 2.2, RFC 4055 5, RFC 5758, RFC 8410). RSASSA-PSS names its digest in the parameters. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  "1.2.840.113549.1.1.4": { name: "MD5", digest: "md5", key: "rsa" },
  "1.2.840.113549.1.1.5": { name: "SHA-1", digest: "sha1", key: "rsa" },
  "1.2.840.113549.1.1.14": { name: "SHA-224", digest: "sha224", key: "rsa" },
  "1.2.840.113549.1.1.11": { name: "SHA-256", digest: "sha256", key: "rsa" },
  "1.2.840.113549.1.1.12": { name: "SHA-384", digest: "sha384", key: "rsa" },
  "1.2.840.113549.1.1.13": { name: "SHA-512", digest: "sha512", key: "rsa" },
  "1.2.840.10045.4.1": { name: "SHA-1", digest: "sha1", key: "ec" },
  "1.2.840.10045.4.3.1": { name: "SHA-224", digest: "sha224", key: "ec" },
  "1.2.840.10045.4.3.2": { name: "SHA-256", digest: "sha256", key: "ec" },
  "1.2.840.10045.4.3.3": { name: "SHA-384", digest: "sha384", key: "ec" },
  "1.2.840.10045.4.3.4": { name: "SHA-512", digest: "sha512", key: "ec" },
  "1.2.840.10040.4.3": { name: "SHA-1", digest: "sha1", key: "dsa" },
  "1.3.101.112": { name: "Ed25519", digest: null, key: "ed25519" },
  "1.3.101.113": { name: "Ed448", digest: null, key: "ed448" },
};

/** Digests by OID, for the parameters of RSASSA-PSS. */
const DIGESTS: Readonly<Record<string, readonly [name: string, id: string]>> = {
  "1.3.14.3.2.26": ["SHA-1", "sha1"],
  "2.16.840.1.101.3.4.2.4": ["SHA-224", "sha224"],
  "2.16.840.1.101.3.4.2.1": ["SHA-256", "sha256"],
  "2.16.840.1.101.3.4.2.2": ["SHA-384", "sha384"],
  "2.16.840.1.101.3.4.2.3": ["SHA-512", "sha512"],
};

const DIGEST_BITS: Readonly<Record<string, number>> = {
  "md5": 128,
  "sha1": 160,
  "sha224": 224,
  "sha256": 256,
  "sha384": 384,
  "sha512": 512,
};

/** The signed bytes, and the signature: the outer layer of a certificate or a revocation list. */
export class Signed {
  /** The signed bytes. */
  readonly body: Uint8Array;
  /** Dotted OID of the algorithm. */
  readonly oid: string;
  readonly #algorithm: Algorithm | undefined;
  readonly #encodedAlgorithm: Uint8Array;
  readonly #saltLength: number;
  readonly #signature: Uint8Array;

  /** Reads the three fields; throws `DecodeError` when they are not there. */
  constructor(content: Uint8Array) {
    const fields = new DerReader(content);
    this.body = fields.next(TAG.sequence).encoded;
    const identifier = fields.next(TAG.sequence);
    this.#encodedAlgorithm = identifier.encoded;
    this.#signature = bitStringBytes(fields.next(TAG.bitString).content);
    if (!fields.done) throw new DecodeError("Bytes follow the signature");
    const parts = new DerReader(identifier.content);
    this.oid = oidText(parts.next(TAG.oid).content);
    const pss = this.oid === RSA_PSS ? pssParameters(parts) : undefined;
    this.#algorithm = pss?.algorithm ?? ALGORITHMS[this.oid];
    this.#saltLength = pss?.saltLength ?? 0;
  }

  /** The digest or scheme as printed; the OID for an unknown one. */
  get algorithmText(): string {
    return this.#algorithm?.name ?? this.oid;
  }

  /** Length of the digest in bits: how hard it is to forge. Infinity if the scheme brings its own, 0 for an unknown one. */
  get digestBits(): number {
    if (this.#algorithm === undefined) return 0;
    const { digest } = this.#algorithm;
    return digest === null ? Infinity : DIGEST_BITS[digest] ?? 0;
  }

  /** Whether the algorithm is one that can be checked here. */
  get isKnown(): boolean {
    return this.#algorithm !== undefined;
  }

  /** Whether the body names the same algorithm, as it must (RFC 5280 4.1.1.2). `inner`: its AlgorithmIdentifier as encoded. */
  agreesWith(inner: Uint8Array): boolean {
    return sameBytes(inner, this.#encodedAlgorithm);
  }

  /** Whether the holder of `key` signed the body. */
  isBy(key: KeyObject): boolean {
    const algorithm = this.#algorithm;
    if (algorithm === undefined) return false;
    const kind = key.asymmetricKeyType;
    const pss = algorithm.key === "rsa-pss";
    if (kind !== algorithm.key && !(pss && kind === "rsa")) return false;
    try {
      return verify(
        algorithm.digest,
        this.body,
        pss
          ? {
            key,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: this.#saltLength,
          }
          : key,
        this.#signature,
      );
    } catch {
      return false; // a curve or a size that the runtime does not have
    }
  }
}

/** RSASSA-PSS-params (RFC 4055 3.1); undefined for unknown digests, or two different ones. */
function pssParameters(
  parts: DerReader,
): { algorithm: Algorithm; saltLength: number } | undefined {
  const fields = parts.done ? new DerReader(new Uint8Array()) : parts.inside();
  const oidOf = (reader: DerReader) => oidText(reader.next(TAG.oid).content);
  const hash = fields.optional(0xa0);
  const mask = fields.optional(0xa1);
  const salt = fields.optional(0xa2);
  const sha1 = "1.3.14.3.2.26";
  const digest = hash === undefined
    ? sha1
    : oidOf(new DerReader(hash.content).inside());
  let maskDigest = sha1;
  if (mask !== undefined) {
    const generator = new DerReader(mask.content).inside();
    if (oidOf(generator) !== MGF1) return undefined;
    maskDigest = oidOf(generator.inside());
  }
  const digestNames = DIGESTS[digest];
  if (digestNames === undefined || digest !== maskDigest) return undefined;
  const length = salt && new DerReader(salt.content).next(TAG.integer).content;
  return {
    algorithm: { name: digestNames[0], digest: digestNames[1], key: "rsa-pss" },
    saltLength: length === undefined
      ? 20
      : Number.parseInt(integerHex(length), 16),
  };
}
