/**
 * The meaning of errors of node-forge and of the runtimes' cryptography. They are bare errors: their texts, which differ between
 * versions and runtimes, are all that distinguishes one failure from another. This is the only place that depends on such texts,
 * except for the names of TLS alerts in `explain.ts`.
 */
import { messageOf } from "../../src/errors.ts";

/** Whether the runtime could not decrypt a private key with this password: OpenSSL and BoringSSL call it a bad decrypt. */
export function isBadDecrypt(error: unknown): boolean {
  return /bad.?decrypt/i.test(messageOf(error));
}

/**
 * Whether node-forge cannot read a PKCS#12 file for its password: MAC, padding and nonsense after decryption all come from that.
 */
export function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && !isUnknownEncryption(error) &&
    /mac|password|decrypt|pad/i.test(error.message);
}

/** Whether node-forge does not know how something is encrypted. */
export function isUnknownEncryption(error: unknown): boolean {
  return /unsupported|cannot read encrypted/i.test(messageOf(error));
}
