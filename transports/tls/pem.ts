/**
 * PEM armour (RFC 7468, and the headers of RFC 1421 that old encrypted keys carry), and a guess at what a file is when it is not
 * what was expected. It knows labels, not contents.
 */

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
  if (/^[\t\n\r\x20-\x7e]*$/.test(start)) return "is a text file without PEM";
  return "is of an unknown format";
}
