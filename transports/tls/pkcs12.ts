/**
 * PKCS#12 files (RFC 7292) through node-forge: one file with key, certificate and chain, as Windows and Java export them.
 */

import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { TransportError } from "../../src/errors.ts";
import { describeFile, toPem } from "./pem.ts";
import {
  binaryBytes,
  binaryText,
  loadForge,
  wrongPassword,
} from "./private_key.ts";
import { isWrongPassword } from "./library_errors.ts";

/** The contents in use: one key and all certificates as DER. */
export interface Pkcs12Contents {
  readonly key: KeyObject;
  readonly certificates: readonly Uint8Array[];
}

/** Whether a file can be opened without a password is known only by trying: most such files have one, some an empty one. */
export async function readPkcs12(
  bytes: Uint8Array,
  password: string,
  path: string,
): Promise<Pkcs12Contents> {
  const forge = await loadForge();
  let structure;
  try {
    structure = forge.asn1.fromDer(binaryText(bytes));
  } catch {
    throw new TransportError(
      "tls",
      `"${path}" is not a PKCS#12 file: it ${describeFile(bytes)}`,
      { hint: "Give the .p12 or .pfx file, or key and certificate apart" },
    );
  }
  let store;
  try {
    store = forge.pkcs12.pkcs12FromAsn1(structure, true, password);
  } catch (error) {
    if (isWrongPassword(error)) throw wrongPassword("PKCS#12 file", path);
    throw new TransportError("tls", `Cannot read the PKCS#12 file "${path}"`, {
      hint:
        "Export it again with AES or 3DES encryption and a SHA-1 or SHA-2 MAC",
    });
  }
  let contents;
  try {
    contents = bagsOf(forge, store);
  } catch {
    throw new TransportError("tls", `The PKCS#12 file "${path}" is damaged`, {
      hint: "Export it again from its source",
    });
  }
  const { key, certificates } = contents;
  if (key === undefined || certificates.length === 0) {
    const missingPart = key === undefined ? "private key" : "certificate";
    throw new TransportError(
      "tls",
      `No ${missingPart} in the PKCS#12 file "${path}"`,
      {
        hint: "Export it again together with its private key",
      },
    );
  }
  const der = (value: Parameters<typeof forge.asn1.toDer>[0]) =>
    binaryBytes(forge.asn1.toDer(value).getBytes());
  try {
    return {
      key: createPrivateKey(toPem("PRIVATE KEY", der(key))),
      certificates: certificates.map(der),
    };
  } catch {
    throw new TransportError(
      "tls",
      `The private key in the PKCS#12 file "${path}" is damaged or of an unknown kind`,
      { hint: "Export it again with an RSA or EC key" },
    );
  }
}

type Forge = Awaited<ReturnType<typeof loadForge>>;

/** Key and certificates as ASN.1. */
function bagsOf(
  forge: Forge,
  store: ReturnType<Forge["pkcs12"]["pkcs12FromAsn1"]>,
) {
  const { oids } = forge.pki;
  const bags = (type: string | undefined) =>
    type === undefined ? [] : store.getBags({ bagType: type })[type] ?? [];
  // forge reads RSA only; it leaves anything else as ASN.1.
  const [key] = [...bags(oids["pkcs8ShroudedKeyBag"]), ...bags(oids["keyBag"])]
    .map((bag) =>
      bag.key
        ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key))
        : bag.asn1
    );
  const certificates = bags(oids["certBag"]).map((bag) =>
    bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1
  );
  return { key, certificates };
}
