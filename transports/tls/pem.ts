/**
 * PEM armour (RFC 7468, and the headers of RFC 1421 that old encrypted keys carry), and a guess at what a file is when it is not
 * what was expected; and PKCS#7 bundles (RFC 2315 9.1, RFC 5652 5.1): a SignedData that signs nothing and only carries
 * certificates and revocation lists, as Windows exports chains (`.p7b`, `.p7c`).
 */
import { DerReader, TAG } from "./der.ts";

/** One `-----BEGIN …-----` block. */
export interface PemBlock {
  readonly label: string;
  /** The decoded contents. */
  readonly der: Uint8Array;
  /** The whole block as it is in the file. */
  readonly text: string;
  /** True for contents encrypted under a password, by label or by header. */
  readonly encrypted: boolean;
}

/** The contents hold no five hyphens: a block without an end neither hides the next one nor costs more than its length. */
const BLOCK =
  /-----BEGIN ([A-Z0-9 #]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;

/** All blocks of a file in their order; none for a file that is not PEM, or whose armour is damaged. */
export function pemBlocks(bytes: Uint8Array): PemBlock[] {
  const text = new TextDecoder("latin1").decode(bytes);
  const blocks: PemBlock[] = [];
  for (const match of text.matchAll(BLOCK)) {
    const [whole, label = "", contents = ""] = match;
    const content = contents.trimStart();
    const headerEnd = /^(?:[\w-]+: .*\r?\n(?:[ \t].*\r?\n)*)+\r?\n/.exec(
      content,
    );
    const headers = headerEnd?.[0] ?? "";
    const der = base64(content.slice(headers.length));
    if (der === undefined) continue;
    blocks.push({
      label,
      der,
      text: `${whole}\n`,
      encrypted: label === "ENCRYPTED PRIVATE KEY" ||
        /^Proc-Type:.*ENCRYPTED/m.test(headers),
    });
  }
  return blocks;
}

/** Whether a block with one of these labels begins that is not whole, or whose contents are not base 64. */
export function hasDamagedPem(
  bytes: Uint8Array,
  labels: readonly string[],
): boolean {
  const text = new TextDecoder("latin1").decode(bytes);
  const whole = pemBlocks(bytes);
  const begun = [...text.matchAll(/-----BEGIN ([A-Z0-9 #]+)/g)]
    .map(([, label]) => label);
  return labels.some((label) =>
    begun.filter((one) => one === label).length >
      whole.filter((block) => block.label === label).length
  );
}

/** Armours DER. */
export function toPem(label: string, der: Uint8Array): string {
  let binary = "";
  for (const byte of der) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""]
    .join("\n");
}

function base64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text.replace(/\s+/g, ""));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The apparent kind of a file, for a sentence: `is a Java keystore`. */
export function describeFile(bytes: Uint8Array): string {
  if (bytes.length === 0) return "is empty";
  const [block] = pemBlocks(bytes);
  if (block !== undefined) return `holds a PEM block "${block.label}"`;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  if (start.includes("-----BEGIN")) return "holds a damaged PEM block";
  if (start.startsWith("PuTTY-User-Key-File")) return "is a PuTTY key";
  if (start.startsWith("\xfe\xed\xfe\xed")) return "is a Java keystore";
  if (start.startsWith("\x30")) return "is in DER format";
  if (/^(\xff\xfe|\xfe\xff)/.test(start)) return "is a text file in UTF-16";
  if (/^[\t\n\r\x20-\x7e]*$/.test(start)) return "is a text file without PEM";
  return "is of an unknown format";
}

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

/** The contents of a bundle, also in BER, as Java's libraries write it. Throws `DecodeError` for a damaged one. */
export function readPkcs7(bytes: Uint8Array): Pkcs7Contents {
  const outer = new DerReader(bytes, { ber: true }).inside();
  outer.next(TAG.oid);
  const fields = outer.inside(0xa0).inside();
  fields.next(TAG.integer);
  fields.next(TAG.set); // digests
  fields.next(TAG.sequence); // what is signed: nothing
  return { certificates: all(0xa0), revocationLists: all(0xa1) };

  function all(tag: number): Uint8Array[] {
    const set = fields.optional(tag);
    const values = set && new DerReader(set.content, { ber: true });
    const blocks: Uint8Array[] = [];
    while (values !== undefined && !values.done) {
      const { tag: kind, encoded } = values.next();
      // Attribute certificates and other formats have context tags, and are of no use here.
      if (kind === TAG.sequence) blocks.push(encoded);
    }
    return blocks;
  }
}
