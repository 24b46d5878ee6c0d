/**
 * Certificate revocation lists (RFC 5280 clause 5): reading them, and asking them about a certificate. Not every runtime looks
 * into the lists it is given, so they are checked here: signature, dates, serial numbers.
 */

import { verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { DecodeError } from "../../src/errors.ts";
import { type Certificate, nameText, readExtensions } from "./certificate.ts";
import {
  bitStringBytes,
  DerReader,
  derTime,
  integerHex,
  oidText,
  sameBytes,
  TAG,
} from "./der.ts";

/** Signature algorithm to the digest that `node:crypto` wants; null where the algorithm brings its own. */
const DIGESTS: Readonly<Record<string, string | null>> = {
  "1.2.840.113549.1.1.5": "sha1",
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
  "1.3.101.112": null,
  "1.3.101.113": null,
};

/** Extensions of a whole, direct list that may be critical without changing what it says. */
const HARMLESS: ReadonlySet<string> = new Set(["2.5.29.20", "2.5.29.35"]);

/** A revocation list as read. The constructor throws `DecodeError` for bytes that are none, and for kinds it cannot honour. */
export class RevocationList {
  /** The issuer's Name as encoded. */
  readonly issuer: Uint8Array;
  /** When it was made and when the next is due, milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** Serial numbers of the revoked certificates, as `Certificate.serial`. */
  readonly revoked: ReadonlySet<string>;
  readonly #body: Uint8Array;
  readonly #algorithm: string;
  readonly #signature: Uint8Array;

  constructor(der: Uint8Array) {
    const outer = new DerReader(der).inside();
    const body = outer.next(TAG.sequence);
    this.#body = body.encoded;
    this.#algorithm = oidText(outer.inside().next(TAG.oid).content);
    this.#signature = bitStringBytes(outer.next(TAG.bitString).content);

    const fields = new DerReader(body.content);
    fields.optional(TAG.integer);
    fields.next(TAG.sequence);
    this.issuer = fields.next(TAG.sequence).encoded;
    this.thisUpdate = derTime(fields.next());
    const next = fields.optional(TAG.utcTime, TAG.generalizedTime);
    this.nextUpdate = next === undefined ? undefined : derTime(next);
    const revoked = new Set<string>();
    const entries = fields.optional(TAG.sequence);
    const list = entries && new DerReader(entries.content);
    while (list !== undefined && !list.done) {
      const entry = list.inside();
      revoked.add(integerHex(entry.next(TAG.integer).content));
      entry.next();
      refuseCritical(entry.done ? undefined : entry.inside());
    }
    this.revoked = revoked;
    const extensions = fields.optional(0xa0);
    refuseCritical(extensions && new DerReader(extensions.content).inside());
  }

  /** The issuer, safe to print. */
  get issuerText(): string {
    return nameText(this.issuer);
  }

  /** Whether the holder of `key` signed it. */
  isSignedBy(key: KeyObject): boolean {
    const digest = DIGESTS[this.#algorithm];
    if (digest === undefined) return false;
    try {
      return verify(digest, this.#body, key, this.#signature);
    } catch {
      return false; // a key of another kind than the signature's
    }
  }
}

/** Delta lists, partial lists and lists on behalf of others mark themselves by critical extensions (RFC 5280 5.2, 5.3). */
function refuseCritical(list: DerReader | undefined): void {
  for (const [oid, { critical }] of readExtensions(list)) {
    if (critical && !HARMLESS.has(oid)) {
      throw new DecodeError(
        `Revocation list is of a kind that is not supported (critical extension ${oid})`,
      );
    }
  }
}

/** What the lists say of a certificate. */
export type RevocationStatus =
  | "good"
  | "revoked"
  | "no-list"
  | "list-expired"
  | "list-not-yet-valid"
  | "list-forged";

/** Asks `lists` about a certificate that `issuer` has signed, at the instant `now`. */
export function revocationStatus(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  now: number,
): RevocationStatus {
  let status: RevocationStatus = "no-list";
  for (const list of lists) {
    if (!sameBytes(list.issuer, certificate.issuer)) continue;
    if (!list.isSignedBy(issuer.x509.publicKey)) {
      if (status === "no-list") status = "list-forged";
      continue;
    }
    // Even an old list is right about what it names.
    if (list.revoked.has(certificate.serial)) return "revoked";
    if (now < list.thisUpdate) status = "list-not-yet-valid";
    else if (list.nextUpdate !== undefined && now > list.nextUpdate) {
      if (status !== "good") status = "list-expired";
    } else status = "good";
  }
  return status;
}
