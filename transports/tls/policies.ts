/**
 * Certificate policies along a path (RFC 5280 6.1.2 to 6.1.5). We demand none, but an authority may: that every certificate below
 * it has a policy that all those above it know. Pure.
 */
import { DerReader, oidText, TAG } from "./der.ts";

/** anyPolicy (RFC 5280 4.2.1.4). */
const ANY = "2.5.29.32.0";

/** The policies of a certificate. */
export interface PolicyFacts {
  /** Certificate policies; undefined without the extension. */
  readonly policies: ReadonlySet<string> | undefined;
  /** Policy mappings: issuer's and subject's. */
  readonly mappings: readonly (readonly [issuer: string, subject: string])[];
  /** Policy constraints: certificates that may follow without a valid policy, and with mappings. */
  readonly explicitAfter: number | undefined;
  readonly mappingAfter: number | undefined;
  /** Certificates that may follow in which anyPolicy counts. */
  readonly anyAfter: number | undefined;
}

/** A certificate of the path, as far as needed. */
export interface PolicyHolder {
  readonly policyFacts: PolicyFacts;
  readonly isSelfIssued: boolean;
}

/** Extensions that are read here. */
export const POLICY_EXTENSIONS = {
  policies: "2.5.29.32",
  mappings: "2.5.29.33",
  constraints: "2.5.29.36",
  inhibitAny: "2.5.29.54",
} as const;

/** Reads the extensions (RFC 5280 4.2.1.4, 4.2.1.5, 4.2.1.11, 4.2.1.14), given by their OIDs. Throws `DecodeError`. */
export function readPolicyFacts(
  value: (oid: string) => Uint8Array | undefined,
): PolicyFacts {
  const policies = value(POLICY_EXTENSIONS.policies);
  const mappings = value(POLICY_EXTENSIONS.mappings);
  const constraints = value(POLICY_EXTENSIONS.constraints);
  const inhibitAny = value(POLICY_EXTENSIONS.inhibitAny);
  const limits = constraints && new DerReader(constraints).inside();
  const explicit = limits?.optional(0x80);
  const mapping = limits?.optional(0x81);
  return {
    policies: policies && new Set(
      each(policies, (one) => oidText(one.next(TAG.oid).content)),
    ),
    mappings: mappings === undefined ? [] : each(mappings, (one) => [
      oidText(one.next(TAG.oid).content),
      oidText(one.next(TAG.oid).content),
    ]),
    explicitAfter: explicit && count(explicit.content),
    mappingAfter: mapping && count(mapping.content),
    anyAfter: inhibitAny &&
      count(new DerReader(inhibitAny).next(TAG.integer).content),
  };
}

function each<T>(list: Uint8Array, read: (one: DerReader) => T): T[] {
  const values: T[] = [];
  const reader = new DerReader(list).inside();
  while (!reader.done) values.push(read(reader.inside()));
  return values;
}

/** A number of certificates, beyond which it does not matter how many. */
function count(integer: Uint8Array): number {
  return integer.reduce((sum, byte) => Math.min(sum * 256 + byte, 0xffff), 0);
}

/**
 * The valid policies of a level, each with its possible names at the next level. Those of the standard's tree that are alike are
 * one.
 */
type Level = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The first certificate without a valid policy that needs one; undefined if all is well. The chain begins with the leaf; its last
 * one, the trust anchor, is not checked.
 */
export function policyDefect<Holder extends PolicyHolder>(
  chain: readonly Holder[],
): Holder | undefined {
  const path = chain.slice(0, -1).reverse();
  // How many more certificates may come before each matters (6.1.2 d, e, f): it does so at 0.
  let [explicit, mapping, any] = new Array<number>(3).fill(path.length + 1) as [
    number,
    number,
    number,
  ];
  let level: Level = new Map([[ANY, new Set([ANY])]]);
  for (const [index, certificate] of path.entries()) {
    const { policyFacts: facts, isSelfIssued } = certificate;
    const isLeaf = index === path.length - 1;
    level = nextLevel(level, facts, any > 0 || (!isLeaf && isSelfIssued));
    if (explicit === 0 && level.size === 0) return certificate;
    if (facts.mappings.length > 0 && !isLeaf) {
      // 6.1.4 a
      if (facts.mappings.flat().includes(ANY)) return certificate;
      level = mapped(level, facts.mappings, mapping > 0);
    }
    if (isLeaf || !isSelfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      any = Math.max(0, any - 1);
    }
    // Of the leaf only a 0 matters (6.1.5 b).
    if (!isLeaf || facts.explicitAfter === 0) {
      explicit = Math.min(explicit, facts.explicitAfter ?? Infinity);
    }
    mapping = Math.min(mapping, facts.mappingAfter ?? Infinity);
    any = Math.min(any, facts.anyAfter ?? Infinity);
    if (isLeaf && explicit === 0 && level.size === 0) return certificate;
  }
  return undefined;
}

/** 6.1.3 d, e. */
function nextLevel(
  above: Level,
  { policies }: PolicyFacts,
  countsAny: boolean,
): Level {
  const level = new Map<string, ReadonlySet<string>>();
  if (policies === undefined) return level;
  const expectedPolicies = new Set(
    [...above.values()].flatMap((set) => [...set]),
  );
  for (const policy of policies) {
    if (policy !== ANY && (expectedPolicies.has(policy) || above.has(ANY))) {
      level.set(policy, new Set([policy]));
    }
  }
  if (policies.has(ANY) && countsAny) {
    for (const policy of expectedPolicies) {
      if (!level.has(policy)) level.set(policy, new Set([policy]));
    }
  }
  return level;
}

/** 6.1.4 b. */
function mapped(
  level: Level,
  mappings: PolicyFacts["mappings"],
  isAllowed: boolean,
): Level {
  const subjects = new Map<string, Set<string>>();
  for (const [issuer, subject] of mappings) {
    const policies = subjects.get(issuer);
    if (policies === undefined) subjects.set(issuer, new Set([subject]));
    else policies.add(subject);
  }
  const changed = new Map(level);
  for (const [issuer, expectedPolicies] of subjects) {
    if (!isAllowed) changed.delete(issuer);
    else if (level.has(issuer) || level.has(ANY)) {
      changed.set(issuer, expectedPolicies);
    }
  }
  return changed;
}
