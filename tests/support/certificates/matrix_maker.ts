/** Makes the rows of the matrix of certificates. */
import type { CertificateDefect } from "../../../transports/tls/verify.ts";
import {
  certificate,
  type CertificateRequest,
  ec,
  type Entity,
  type Keys,
  rsa,
} from "./certificate.ts";

/** One chain, who is to judge it, and the verdict. */
export interface MatrixRow {
  readonly name: string;
  /** The leaf first, then what is sent along. */
  readonly chain: readonly Entity[];
  readonly trusted: readonly Entity[];
  readonly role: "server" | "client";
  /** The name to compare with; undefined: none, as of a client. */
  readonly host: string | undefined;
  readonly expect: CertificateDefect["kind"] | "good";
  /** What `openssl verify` says if it differs, and the section that decides. */
  readonly differs?: readonly ["good" | "bad", why: string];
}

/** The verdict of a row. */
export type Verdict = MatrixRow["expect"];
/** What a row asks of a certificate. */
export type Details = Partial<CertificateRequest>;

const DAY = 86_400_000;

/** What makes the rows of one matrix, with validity dates around `now` (milliseconds since 1970). */
export function matrixMaker(now: number) {
  const rows: MatrixRow[] = [];
  const keys: Keys = rsa();
  const [rootKeys, middleKeys, lowKeys] = [rsa(), ec(), ec("secp384r1")];
  const small = rsa(1024);
  let serial = 1;
  const day = (count: number) => new Date(now + count * DAY);
  const make = (label: string, details: Details): Entity =>
    certificate({
      name: label,
      keys,
      serial: serial++,
      from: day(-10),
      until: day(90),
      ...details,
    });
  const root = (details: Details = {}) =>
    make("matrix root", { keys: rootKeys, ca: true, ...details });
  const middle = (issuer: Entity, details: Details = {}) =>
    make("matrix intermediate", {
      keys: middleKeys,
      ca: true,
      issuer,
      ...details,
    });
  const leaf = (issuer: Entity, details: Details = {}) =>
    make("matrix leaf", { issuer, names: ["localhost"], ...details });
  const add = (
    label: string,
    expect: Verdict,
    chain: readonly Entity[],
    trusted: readonly Entity[],
    more: Partial<MatrixRow> = {},
  ) =>
    rows.push({
      name: label,
      chain,
      trusted,
      role: "server",
      host: "localhost",
      expect,
      ...more,
    });
  /** The same in both roles; as a client it has no host to be compared. */
  const both = (
    label: string,
    expect: Verdict,
    chain: readonly Entity[],
    trusted: readonly Entity[],
    more: Partial<MatrixRow> = {},
  ) => {
    add(label, expect, chain, trusted, more);
    add(`${label}, of a client`, expect, chain, trusted, {
      ...more,
      role: "client",
      host: undefined,
    });
  };

  const plainRoot = root();
  const plainMiddle = middle(plainRoot);
  const below = (details: Details = {}) => leaf(plainMiddle, details);
  return {
    rows,
    make,
    root,
    middle,
    leaf,
    add,
    both,
    plainRoot,
    plainMiddle,
    below,
    keys,
    small,
    middleKeys,
    lowKeys,
    rootKeys,
    day,
  };
}

/** See `matrixMaker()`. */
export type MatrixMaker = ReturnType<typeof matrixMaker>;
