/**
 * Files that DCMTK's TLS options name and that modern TLS hardly needs: Diffie-Hellman parameters, and seeds for the random number
 * generator. They are read and checked, so that a mistake in them does not pass in silence.
 */

import { randomBytes } from "node:crypto";
import { renameSync, unlinkSync, writeFileSync } from "node:fs";
import { OutputError, TransportError } from "../../src/errors.ts";
import { DerReader, TAG } from "./der.ts";
import { describeFile, pemBlocks } from "./pem.ts";
import { readBytes } from "./private_key.ts";

/** Reads Diffie-Hellman parameters (RFC 2631, PKCS#3) and describes how they are used. Throws `TransportError`. */
export function checkDhParameters(path: string): string {
  const bytes = readBytes(path, "Diffie-Hellman parameters");
  const block = pemBlocks(bytes).find(({ label }) => label === "DH PARAMETERS");
  try {
    const fields = new DerReader(block?.der ?? bytes).inside();
    fields.next(TAG.integer);
    fields.next(TAG.integer);
  } catch (error) {
    throw new TransportError(
      "tls",
      `No Diffie-Hellman parameters in "${path}": it ${describeFile(bytes)}`,
      { cause: error, hint: "Generate them again, or leave the option out" },
    );
  }
  return `The Diffie-Hellman parameters in "${path}" are not used: the server chooses them, not the client`;
}

/** Reads a seed and describes how it is used. Throws `TransportError` when it cannot be read or holds nothing. */
export function checkSeed(path: string): string {
  if (readBytes(path, "random seed").length === 0) {
    throw new TransportError("tls", `The random seed "${path}" is empty`, {
      hint: "Fill it with random bytes, or leave the option out",
    });
  }
  return `The random seed "${path}" is not used: the system seeds the random number generator`;
}

/** Bytes of a seed file, as OpenSSL writes it. */
const SEED_LENGTH = 1024;

/** Writes a fresh seed, readable by its owner only. Throws `OutputError`. */
export function writeSeed(path: string): void {
  try {
    // Beside its place first, so that no link is followed and no older mode is kept.
    const partial = `${path}.${randomBytes(6).toString("hex")}.part`;
    writeFileSync(partial, randomBytes(SEED_LENGTH), {
      mode: 0o600,
      flag: "wx",
    });
    try {
      renameSync(partial, path);
    } catch (error) {
      unlinkSync(partial);
      throw error;
    }
  } catch (error) {
    throw new OutputError(
      "output-unwritable",
      `Cannot write the random seed "${path}"`,
      { cause: error, hint: "Check the path and its permissions" },
    );
  }
}
