/** The hash that masks UIDs in anonymous recordings, for the command line and for programs. */
import { builtin } from "../src/builtin.ts";

/** HMAC-SHA-256 under a random key. */
export function keyedHash(): (data: Uint8Array) => Uint8Array {
  const { createHmac } = builtin("node:crypto");
  const key = crypto.getRandomValues(new Uint8Array(32));
  return (data) => createHmac("sha256", key).update(data).digest();
}
