/** ASN.1 in DER (X.690 10), as far as certificates need it. */
import { Buffer } from "node:buffer";

/** An encoded value. */
export type Der = Uint8Array;

/** A value of any type: its tag, its length, its contents. */
export function tlv(tag: number, ...contents: readonly Der[]): Der {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  const head = length < 0x80 ? [length] : [0x80 | bytes.length, ...bytes];
  return Uint8Array.from(
    Buffer.concat([Uint8Array.of(tag, ...head), ...contents]),
  );
}

/** A SEQUENCE. */
export const sequence = (...parts: readonly Der[]) => tlv(0x30, ...parts);
/** A UTF8String. */
export const utf8 = (text: string) => tlv(0x0c, new TextEncoder().encode(text));
/** An OCTET STRING. */
export const octets = (content: Der) => tlv(0x04, content);
/** A BOOLEAN. */
export const boolean = (value: boolean) =>
  tlv(0x01, Uint8Array.of(value ? 0xff : 0));
/** A BIT STRING, with the number of bits at its end that do not count. */
export const bits = (content: Der, unused = 0) =>
  tlv(0x03, Uint8Array.of(unused), content);

/** An INTEGER from 0. */
export function integer(value: number): Der {
  const bytes: number[] = [];
  do bytes.unshift(value & 0xff); while ((value = Math.floor(value / 256)) > 0);
  if (bytes[0]! & 0x80) bytes.unshift(0);
  return tlv(0x02, Uint8Array.from(bytes));
}

/** An OBJECT IDENTIFIER, from its numbers with dots. */
export function oid(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const out = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) {
      septets.unshift(0x80 | (left & 0x7f));
    }
    out.push(...septets);
  }
  return tlv(0x06, Uint8Array.from(out));
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 4.1.2.5). */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const late = date.getUTCFullYear() >= 2050;
  const text = (late ? digits : digits.slice(2)) + "Z";
  return tlv(late ? 0x18 : 0x17, new TextEncoder().encode(text));
}

/** A distinguished name; `string` says as what kind of string its texts are written. */
export function name(
  commonName: string,
  string: (text: string) => Der = utf8,
): Der {
  const attribute = (type: string, value: string) =>
    tlv(0x31, sequence(oid(type), string(value)));
  return sequence(
    attribute("2.5.4.10", "findscu test"),
    attribute("2.5.4.3", commonName),
  );
}

/** A PrintableString. */
export const printableString = (text: string): Der =>
  tlv(0x13, new TextEncoder().encode(text));

/** A BMPString. */
export const bmpString = (text: string): Der =>
  tlv(
    0x1e,
    Uint8Array.from(
      [...text].flatMap((c) => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 0xff]),
    ),
  );

/** A GeneralName of ASCII: `DNS:`, `email:`, `URI:`, or `IP:` with an address or address/mask. */
export function generalName(text: string): Der {
  const [kind = "", ...rest] = text.split(":");
  const value = rest.join(":");
  if (kind === "IP") {
    return tlv(
      0x87,
      Uint8Array.from(value.split("/").flatMap((one) => [...address(one)])),
    );
  }
  if (kind === "dir") return tlv(0xa4, name(value));
  const tag = { email: 0x81, DNS: 0x82, URI: 0x86 }[kind]!;
  return tlv(tag, new TextEncoder().encode(value));
}

/** The same as text (RFC 7468). */
export function pem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${
    lines.join("\n")
  }\n-----END ${label}-----\n`;
}

/** The bytes of an IP address. */
export function address(text: string): Der {
  if (!text.includes(":")) return Uint8Array.from(text.split(".").map(Number));
  const bytes = new Uint8Array(16);
  bytes[15] = 1; // ::1 is the only one in use
  return bytes;
}
