/**
 * PKCS#7 bundles (RFC 2315 9.1, RFC 5652 5.1): a SignedData that signs nothing and only carries certificates and revocation lists,
 * as Windows exports chains (`.p7b`, `.p7c`).
 */

import { DerReader, TAG } from "./der.ts";

/** The OID of SignedData (1.2.840.113549.1.7.2) as encoded. */
const SIGNED_DATA = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];

/** The contents of a bundle, each as DER. */
export interface Pkcs7Contents {
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
}

/** Whether the bytes begin as a bundle does; the rest may be damaged, or missing. */
export function isPkcs7(bytes: Uint8Array): boolean {
  const lengthBytes = (bytes[1] ?? 0) < 0x80 ? 0 : bytes[1]! & 0x7f;
  const rest = bytes.subarray(2 + lengthBytes);
  return bytes[0] === TAG.sequence &&
    SIGNED_DATA.every((byte, index) => rest[index] === byte);
}

/** The contents of a bundle. Throws `DecodeError` for a damaged one. */
export function readPkcs7(bytes: Uint8Array): Pkcs7Contents {
  const outer = new DerReader(bytes).inside();
  outer.next(TAG.oid);
  const fields = outer.inside(0xa0).inside();
  fields.next(TAG.integer);
  fields.next(TAG.set); // digests
  fields.next(TAG.sequence); // what is signed: nothing
  return { certificates: all(0xa0), revocationLists: all(0xa1) };

  function all(tag: number): Uint8Array[] {
    const set = fields.optional(tag);
    const values = set && new DerReader(set.content);
    const found: Uint8Array[] = [];
    while (values !== undefined && !values.done) {
      const { tag: kind, encoded } = values.next();
      // Attribute certificates and other formats have context tags, and serve nobody here.
      if (kind === TAG.sequence) found.push(encoded);
    }
    return found;
  }
}
