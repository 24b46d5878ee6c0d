/**
 * Names in certificates: comparing distinguished names (RFC 5280 7.1), the names a certificate is issued for (4.2.1.6), and the
 * constraints that an authority is under (4.2.1.10). It does not depend on chains: which name is held against which constraint is
 * decided elsewhere.
 */

import { DecodeError } from "../../src/errors.ts";
import { DerReader, oidText, TAG } from "./der.ts";

/** Kinds of GeneralName in use, by their context tag. */
export const NAME_KIND = {
  other: 0xa0,
  email: 0x81,
  dns: 0x82,
  directory: 0xa4,
  uri: 0x86,
  ip: 0x87,
} as const;

/** A GeneralName: its context tag and its contents; of a directory name the contents are the whole Name. */
export interface GeneralName {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The subtrees in which an authority may issue names; undefined lists nothing. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** The names of a subject alternative name extension; none for an absent one. */
export function readGeneralNames(
  value: Uint8Array | undefined,
): readonly GeneralName[] {
  const names: GeneralName[] = [];
  const list = value === undefined ? undefined : new DerReader(value).inside();
  while (list !== undefined && !list.done) names.push(generalName(list));
  return names;
}

function generalName(reader: DerReader): GeneralName {
  const { tag, content } = reader.next();
  if (tag === NAME_KIND.directory) relativeNames(content); // to throw now
  return { tag, content };
}

/** A name constraints extension. Throws `DecodeError` for distances (minimum, maximum), which RFC 5280 rules out. */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const fields = new DerReader(value).inside();
  const read = (tag: number): GeneralName[] => {
    const part = fields.optional(tag);
    const list = part && new DerReader(part.content);
    const names: GeneralName[] = [];
    while (list !== undefined && !list.done) {
      const subtree = list.inside();
      names.push(generalName(subtree));
      const minimum = subtree.optional(0x80);
      if (minimum?.content.some((byte) => byte !== 0) || !subtree.done) {
        throw new DecodeError("Name constraint with a minimum or maximum");
      }
    }
    return names;
  };
  return { permitted: read(0xa0), excluded: read(0xa1) };
}

/** Whether `constraints` allow a certificate for `name`. A kind that cannot be compared is not allowed. */
export function isPermitted(
  name: GeneralName,
  constraints: NameConstraints,
): boolean {
  const same = ({ tag }: GeneralName) => tag === name.tag;
  const permitted = constraints.permitted.filter(same);
  return !constraints.excluded.filter(same)
    .some((base) => isWithin(name, base) !== false) &&
    (permitted.length === 0 ||
      permitted.some((base) => isWithin(name, base) === true));
}

/** Whether `name` is in the subtree `base` of the same kind; undefined if the two cannot be compared. */
function isWithin(name: GeneralName, base: GeneralName): boolean | undefined {
  switch (name.tag) {
    case NAME_KIND.dns: {
      const isInside = isSubdomain(hostText(name), hostText(base));
      // Neither name may end with a dot (RFC 5280 4.2.1.6): one that does is excluded where it could be, and never permitted.
      const isRooted = [name, base].some(({ content }) =>
        asciiText(content).endsWith(".")
      );
      return isInside && isRooted ? undefined : isInside;
    }
    case NAME_KIND.email:
      return isMailbox(asciiText(name.content), asciiText(base.content));
    case NAME_KIND.uri: {
      const host = uriHost(asciiText(name.content));
      return host === undefined
        ? undefined
        : isHost(host, asciiText(base.content).toLowerCase());
    }
    case NAME_KIND.ip:
      return isInNetwork(name.content, base.content);
    case NAME_KIND.directory: {
      const [inner, outer] = [name, base].map(({ content }) =>
        comparableParts(content)
      );
      return outer!.every((part, index) => part === inner![index]);
    }
    default:
      return undefined;
  }
}

const asciiText = (bytes: Uint8Array): string =>
  new TextDecoder("latin1").decode(bytes);
const hostText = ({ content }: GeneralName): string =>
  asciiText(content).toLowerCase().replace(/\.$/, "");

/** DNS: every name that is made by adding labels on the left. A leading dot, as many write it, demands one at least. */
function isSubdomain(host: string, base: string): boolean {
  return base === "" || host === base ||
    host.endsWith(base.startsWith(".") ? base : `.${base}`);
}

/** Hosts of mailboxes and URIs: the very host, or with a leading dot every one below it. */
function isHost(host: string, base: string): boolean {
  return base.startsWith(".")
    ? host.endsWith(base) && host.length > base.length
    : host === base;
}

function isMailbox(address: string, base: string): boolean | undefined {
  const at = address.lastIndexOf("@");
  if (at < 0) return undefined;
  const host = address.slice(at + 1).toLowerCase();
  const baseAt = base.lastIndexOf("@");
  const baseHost = base.slice(baseAt + 1).toLowerCase();
  if (baseAt < 0) return baseHost === "" || isHost(host, baseHost);
  return host === baseHost && address.slice(0, at) === base.slice(0, baseAt);
}

/** The host of a URI; undefined if it has none or an IP address, which no constraint can be about. */
function uriHost(text: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1];
  const host = authority?.replace(/^.*@/, "").replace(/:\d*$/, "")
    .toLowerCase();
  return host === undefined || host === "" || /^\[|^[\d.]+$/.test(host)
    ? undefined
    : host;
}

/** An address and a network: as many bytes of address as of mask. */
function isInNetwork(
  address: Uint8Array,
  network: Uint8Array,
): boolean | undefined {
  if (network.length !== 8 && network.length !== 32) return undefined;
  const size = network.length / 2;
  return address.length === size &&
    address.every((byte, index) =>
      (byte & network[size + index]!) ===
        (network[index]! & network[size + index]!)
    );
}

/** A string of a Name, or undefined for a value that is not a string. */
export function directoryString(
  { tag, content }: { readonly tag: number; readonly content: Uint8Array },
): string | undefined {
  switch (tag) {
    case 0x0c: // UTF8String
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x16: // IA5String
      return new TextDecoder().decode(content);
    case 0x14: // TeletexString, which in practice is Latin 1
      return new TextDecoder("latin1").decode(content);
    case 0x1e: // BMPString
      return new TextDecoder("utf-16be").decode(content);
    case 0x1c: { // UniversalString
      const view = new DataView(content.buffer, content.byteOffset);
      let text = "";
      for (let at = 0; at + 4 <= content.length; at += 4) {
        const point = view.getUint32(at);
        text += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
      }
      return text;
    }
    default:
      return undefined;
  }
}

/** One attribute of a Name. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: {
    readonly tag: number;
    readonly content: Uint8Array;
    readonly encoded: Uint8Array;
  };
}

/** The relative distinguished names of a Name, each a set of attributes. */
export function relativeNames(name: Uint8Array): NameAttribute[][] {
  const sets = new DerReader(name).inside();
  const names: NameAttribute[][] = [];
  while (!sets.done) {
    const set = sets.inside(TAG.set);
    const attributes: NameAttribute[] = [];
    while (!set.done) {
      const attribute = set.inside();
      const oid = oidText(attribute.next(TAG.oid).content);
      attributes.push({ oid, value: attribute.next() });
    }
    names.push(attributes);
  }
  return names;
}

/** Each relative name as a text that is equal for equal names: string type, case and runs of blanks do not count. */
function comparableParts(name: Uint8Array): string[] {
  return relativeNames(name).map((set) =>
    JSON.stringify(
      set.map(({ oid, value }) => {
        const text = directoryString(value);
        return [
          oid,
          text === undefined
            ? Array.from(value.encoded)
            : text.normalize("NFKC").toLowerCase().trim().replace(/\s+/gu, " "),
        ];
      }).map((pair) => JSON.stringify(pair)).sort(),
    )
  );
}

/** A text that two Names share when they are the same name (RFC 5280 7.1). */
export function comparableName(name: Uint8Array): string {
  return comparableParts(name).join();
}
