/**
 * Certificate revocation lists (RFC 5280 clause 5): reading them, and looking up a certificate. Not every runtime looks
 * into the lists it is given, so they are checked here: signature, dates, serial numbers.
 */

import { DecodeError } from "../../src/errors.ts";
import { type Certificate, KEY_USAGE, readExtensions } from "./certificate.ts";
import { DerReader, derTime, integerHex, TAG } from "./der.ts";
import { comparableName } from "./names.ts";
import { Signed } from "./signature.ts";

/** Extensions of a whole, direct list that may be critical without changing what it says. */
const HARMLESS: ReadonlySet<string> = new Set(["2.5.29.20", "2.5.29.35"]);

/**
 * Extensions that make a list a delta, a partial or an indirect one, or an entry one on behalf of another issuer (RFC 5280 5.2.4,
 * 5.2.5, 5.3.3): they change what the list says, marked as critical or not.
 */
const PARTIAL: ReadonlySet<string> = new Set([
  "2.5.29.27",
  "2.5.29.28",
  "2.5.29.29",
]);

/** A revocation list as read. The constructor throws `DecodeError` for bytes that are not one, and for kinds that are not supported. */
export class RevocationList {
  /** The issuer's Name, for comparison (`comparableName`). */
  readonly issuerName: string;
  /** When it was made and when the next is due, milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** Serial numbers of the revoked certificates, as `Certificate.serial`. */
  readonly revoked: ReadonlySet<string>;
  /** The signed bytes, and the algorithm. */
  readonly signedPart: Signed;

  constructor(der: Uint8Array) {
    this.signedPart = new Signed(new DerReader(der).next(TAG.sequence).content);
    const fields = new DerReader(this.signedPart.body).inside();
    fields.optional(TAG.integer);
    if (!this.signedPart.agreesWith(fields.next(TAG.sequence).encoded)) {
      throw new DecodeError(
        "Revocation list contains two different signature algorithms",
      );
    }
    this.issuerName = comparableName(fields.next(TAG.sequence).encoded);
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
      refuseForeign(entry.done ? undefined : entry.inside());
    }
    this.revoked = revoked;
    const extensions = fields.optional(0xa0);
    refuseForeign(extensions && new DerReader(extensions.content).inside());
  }
}

/** A revocation list that is good, but of a kind that is not supported. */
export class ForeignListError extends DecodeError {}

function refuseForeign(list: DerReader | undefined): void {
  for (const [oid, { critical }] of readExtensions(list)) {
    if (PARTIAL.has(oid) || (critical && !HARMLESS.has(oid))) {
      throw new ForeignListError(
        `Revocation list is of a kind that is not supported (extension ${oid})`,
      );
    }
  }
}

/** The entry of the lists for a certificate. */
export type RevocationStatus =
  | "good"
  | "revoked"
  | "no-list"
  | "list-expired"
  | "list-not-yet-valid"
  | "list-forged"
  | "list-weak"
  | "no-list-authority";

/**
 * Asks `lists` about a certificate that `issuer` has signed, at the instant `now`. With a key usage that does not include the
 * signing of lists, an issuer has none (RFC 5280 6.3.3 f). A list signed with a digest of less than `digestBits` is none either.
 */
export function revocationStatus(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  now: number,
  digestBits = 0,
): RevocationStatus {
  let status: RevocationStatus = "no-list";
  for (const list of lists) {
    if (list.issuerName !== certificate.issuerName) continue;
    if (!issuer.hasSigned(list.signedPart)) {
      if (status === "no-list") status = "list-forged";
      continue;
    }
    if (!issuer.mayUseKeyFor(KEY_USAGE.crlSign)) return "no-list-authority";
    if (list.signedPart.digestBits < digestBits) {
      if (status === "no-list") status = "list-weak";
      continue;
    }
    // Even an old list is right about the certificates it names.
    if (list.revoked.has(certificate.serial)) return "revoked";
    const isExpired = list.nextUpdate !== undefined && now > list.nextUpdate;
    if (now >= list.thisUpdate && !isExpired) status = "good";
    else if (status !== "good") {
      status = isExpired ? "list-expired" : "list-not-yet-valid";
    }
  }
  return status;
}
