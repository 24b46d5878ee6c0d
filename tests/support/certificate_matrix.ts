/**
 * Certificates good and bad, with the verdict that each deserves: the same on every runtime and in both roles. Made afresh each
 * time. Rules: RFC 5280 6 (paths), 7.1 (names); RFC 9525 (hosts); RFC 9325 4.5 (keys and signatures).
 */

import type { CertificateFault } from "../../transports/tls/verify.ts";
import {
  bmpString,
  certificate,
  type CertificateRequest,
  ec,
  type Entity,
  type Keys,
  name,
  printableString,
  rsa,
} from "./pki.ts";

/** One chain, who is to judge it, and the verdict. */
export interface MatrixRow {
  readonly name: string;
  /** The leaf first, then what is sent along. */
  readonly chain: readonly Entity[];
  readonly trusted: readonly Entity[];
  readonly role: "server" | "client";
  /** The name to compare with; undefined: none, as of a client. */
  readonly host: string | undefined;
  readonly expect: CertificateFault["kind"] | "good";
  /** What `openssl verify` says where it differs, and the section that decides. */
  readonly differs?: readonly ["good" | "bad", why: string];
}

type Verdict = MatrixRow["expect"];
type Details = Partial<CertificateRequest>;

const DAY = 86_400_000;
const SERVER = "1.3.6.1.5.5.7.3.1";
const CLIENT = "1.3.6.1.5.5.7.3.2";
const CODE = "1.3.6.1.5.5.7.3.3";
const ANY = "2.5.29.37.0";

/** Makes all rows, with validity dates around `now` (milliseconds since 1970). */
export function makeMatrix(now: number): readonly MatrixRow[] {
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

  // Chains.
  both("issued by the root", "good", [leaf(plainRoot)], [plainRoot]);
  both("issued by an intermediate", "good", [below(), plainMiddle], [
    plainRoot,
  ]);
  both("intermediate missing", "unknown-issuer", [below()], [plainRoot]);
  both("intermediate among the trusted", "good", [below()], [
    plainMiddle,
    plainRoot,
  ]);
  both("nobody trusted that matters", "unknown-issuer", [leaf(plainRoot)], [
    make("other root", { ca: true }),
  ]);
  const deep = [plainRoot];
  for (let depth = 1; depth < 8; depth++) {
    deep.unshift(middle(deep[0]!, { name: `level ${depth}` }));
    // All intermediates have one key, so that each is told by its name.
  }
  both("eight authorities", "good", [
    leaf(deep[0]!),
    ...deep.slice(0, -1),
  ], [plainRoot]);
  both("expired copy of the intermediate first", "good", [
    below(),
    middle(plainRoot, { from: day(-9), until: day(-1) }),
    plainMiddle,
  ], [plainRoot]);
  const selfSigned = make("self-signed", { names: ["localhost"] });
  both("self-signed, trusted", "good", [selfSigned], [selfSigned]);
  both("self-signed, not trusted", "self-signed", [selfSigned], [plainRoot]);
  both("root sent, not trusted", "unknown-issuer", [
    leaf(plainRoot),
    plainRoot,
  ], [make("other root", { ca: true })]);
  both("root sent, trusted", "good", [leaf(plainRoot), plainRoot], [
    plainRoot,
  ]);

  // Dates.
  const dates: readonly [string, Verdict, Details][] = [
    ["expired", "expired", { from: day(-9), until: day(-1) }],
    ["of the future", "not-yet-valid", { from: day(1) }],
    ["valid to the year 2060", "good", { until: new Date(Date.UTC(2060, 1)) }],
  ];
  for (const [label, verdict, details] of dates) {
    both(`leaf ${label}`, verdict, [leaf(plainRoot, details)], [plainRoot]);
    const one = middle(plainRoot, details);
    both(`intermediate ${label}`, verdict, [leaf(one), one], [plainRoot]);
    const top = root(details);
    both(`root ${label}`, verdict, [leaf(top)], [top]);
  }

  // Rights of authorities.
  const rights: readonly [string, Verdict, Details, Partial<MatrixRow>?][] = [
    ["no authority", "not-an-authority", { ca: false, keyUsage: 0x06 }],
    ["without keyCertSign", "not-an-authority", { keyUsage: 0x82 }],
    ["without key usage", "good", { keyUsage: null }],
    ["with cRLSign alone", "not-an-authority", { keyUsage: 0x02 }],
    ["for servers and clients", "good", { purposes: [SERVER, CLIENT] }],
    ["for any purpose", "wrong-purpose", { purposes: [ANY] }],
    ["for code only", "wrong-purpose", { purposes: [CODE] }],
    ["with a strange critical extension", "unknown-extension", {
      strange: true,
    }],
  ];
  for (const [label, verdict, details, more] of rights) {
    const one = middle(plainRoot, details);
    both(`intermediate ${label}`, verdict, [leaf(one), one], [
      plainRoot,
    ], more);
    const top = root(details);
    both(`root ${label}`, verdict, [leaf(top)], [top], more);
  }
  for (const [role, purpose] of [["client", SERVER], ["server", CLIENT]]) {
    const host = role === "server" ? "localhost" : undefined;
    const more = { role: role as MatrixRow["role"], host };
    const one = middle(plainRoot, { purposes: [purpose!] });
    add(
      `intermediate for the other role than ${role}`,
      "wrong-purpose",
      [
        leaf(one),
        one,
      ],
      [plainRoot],
      more,
    );
    const top = root({ purposes: [purpose!] });
    add(
      `root for the other role than ${role}`,
      "wrong-purpose",
      [leaf(top)],
      [top],
      more,
    );
    add(
      `leaf for the other role than ${role}`,
      "wrong-purpose",
      [
        leaf(plainRoot, { purposes: [purpose!] }),
      ],
      [plainRoot],
      more,
    );
  }
  const oldRoot = make("version 1 root", { keys: rootKeys, version1: true });
  both("version 1 root", "good", [leaf(oldRoot)], [oldRoot]);
  const oldMiddle = middle(plainRoot, { version1: true });
  both("version 1 intermediate", "not-an-authority", [
    leaf(oldMiddle),
    oldMiddle,
  ], [plainRoot]);
  const short = middle(plainRoot, { pathLength: 0 });
  both("path length 0, leaf", "good", [leaf(short), short], [plainRoot]);
  const under = make("low", { keys: lowKeys, ca: true, issuer: short });
  both("path length 0, authority below", "chain-too-long", [
    leaf(under),
    under,
    short,
  ], [plainRoot]);
  const rollover = make("matrix intermediate", {
    keys: lowKeys,
    ca: true,
    issuer: short,
  });
  both("path length 0, the authority's new key below", "good", [
    leaf(rollover),
    rollover,
    short,
  ], [plainRoot]);

  // Rights of the leaf. The handshake signs.
  const uses: readonly [string, Verdict, Details, Partial<MatrixRow>?][] = [
    ["without key usage", "good", { keyUsage: null }],
    ["with digitalSignature alone", "good", { keyUsage: 0x80 }],
    ["with keyCertSign alone", "wrong-purpose", { keyUsage: 0x04 }],
    ["for any purpose", "wrong-purpose", { purposes: [ANY] }],
    ["for code only", "wrong-purpose", { purposes: [CODE] }],
    ["with a strange critical extension", "unknown-extension", {
      strange: true,
    }],
  ];
  for (const [label, verdict, details, more] of uses) {
    both(
      `leaf ${label}`,
      verdict,
      [leaf(plainRoot, details)],
      [plainRoot],
      more,
    );
  }
  add(
    "leaf with keyEncipherment alone",
    "wrong-purpose",
    [
      leaf(plainRoot, { keyUsage: 0x20 }),
    ],
    [plainRoot],
    {
      differs: ["good", "RFC 5246 7.4.2: ECDHE and TLS 1.3 sign"],
    },
  );
  add(
    "leaf with keyEncipherment alone, of a client",
    "wrong-purpose",
    [
      leaf(plainRoot, { keyUsage: 0x20 }),
    ],
    [plainRoot],
    { role: "client", host: undefined },
  );

  // Keys and signatures.
  const weak: readonly [string, Verdict, Verdict, Details][] = [
    ["MD5", "weak-signature", "good", { digest: "md5" }],
    ["SHA-1", "weak-signature", "good", { digest: "sha1" }],
    ["SHA-384", "good", "good", { digest: "sha384" }],
    ["SHA-512", "good", "good", { digest: "sha512" }],
    ["PSS", "good", "good", { digest: "pss" }],
  ];
  for (const [label, verdict, asRoot, details] of weak) {
    both(`leaf signed with ${label}`, verdict, [
      leaf(plainRoot, details),
    ], [plainRoot]);
    const one = middle(plainRoot, details);
    both(`intermediate signed with ${label}`, verdict, [leaf(one), one], [
      plainRoot,
    ]);
    const top = root(details);
    both(`root signed with ${label}`, asRoot, [leaf(top)], [top]);
  }
  both("leaf RSA 1024", "weak-key", [
    leaf(plainRoot, { keys: small }),
  ], [plainRoot]);
  const smallMiddle = middle(plainRoot, { keys: small });
  both("intermediate RSA 1024", "weak-key", [
    leaf(smallMiddle),
    smallMiddle,
  ], [plainRoot]);
  const smallRoot = root({ keys: small });
  both("root RSA 1024", "weak-key", [leaf(smallRoot)], [smallRoot]);
  both("leaf EC 384", "good", [
    leaf(plainRoot, { keys: lowKeys }),
  ], [plainRoot]);
  both("forged leaf", "forged-signature", [
    leaf(plainRoot, { forged: true }),
  ], [plainRoot]);
  const forged = middle(plainRoot, { forged: true });
  both("forged intermediate", "forged-signature", [leaf(forged), forged], [
    plainRoot,
  ]);
  const twin = root({ keys: middleKeys });
  both("another authority of the same name", "forged-signature", [
    leaf(twin),
  ], [plainRoot]);
  both("two authorities of the same name", "good", [leaf(twin)], [
    plainRoot,
    twin,
  ]);

  // Names of issuers (RFC 5280 7.1).
  const spellings: readonly [string, Uint8Array][] = [
    ["PrintableString", name("matrix root", printableString)],
    ["BMPString", name("matrix root", bmpString)],
    ["capitals", name("MATRIX Root")],
    ["blanks", name("  matrix   root ")],
    ["all of it", name(" Matrix  ROOT", printableString)],
  ];
  for (const [label, rawIssuer] of spellings) {
    both(`issuer's name in ${label}`, "good", [
      leaf(plainRoot, { rawIssuer }),
    ], [plainRoot]);
  }
  both("issuer's name another", "unknown-issuer", [
    leaf(plainRoot, { rawIssuer: name("matrixroot") }),
  ], [plainRoot]);

  // Hosts (RFC 9525).
  const hosts: readonly [
    string,
    Verdict,
    string,
    Details,
    Partial<MatrixRow>?,
  ][] = [
    ["DNS name", "good", "localhost", {}],
    ["DNS name in capitals", "good", "LOCALHOST", {}],
    ["other DNS name", "wrong-name", "pacs.example", {}],
    ["wildcard", "good", "a.example.org", { names: ["*.example.org"] }],
    ["wildcard, two labels", "wrong-name", "a.b.example.org", {
      names: ["*.example.org"],
    }],
    ["wildcard, none", "wrong-name", "example.org", {
      names: ["*.example.org"],
    }],
    ["wildcard of all", "wrong-name", "localhost", { names: ["*"] }],
    ["wildcard of a top domain", "wrong-name", "example.org", {
      names: ["*.org"],
    }],
    ["dot at the end", "wrong-name", "localhost", { names: ["localhost."] }],
    ["IP address", "good", "127.0.0.1", { addresses: ["127.0.0.1"] }],
    ["IPv6 address", "good", "::1", { addresses: ["::1"] }],
    ["other IP address", "wrong-name", "127.0.0.2", {
      addresses: ["127.0.0.1"],
    }],
    ["IP address as DNS name", "wrong-name", "127.0.0.1", {
      names: ["127.0.0.1"],
    }],
    [
      "common name alone",
      "only-common-name",
      "localhost",
      { names: [], name: "localhost" },
      { differs: ["good", "RFC 9525 2: the common name does not count"] },
    ],
    ["common name beside another DNS name", "wrong-name", "localhost", {
      names: ["pacs.example"],
      name: "localhost",
    }],
    [
      "common name beside a mail address",
      "only-common-name",
      "localhost",
      {
        names: [],
        alternatives: ["email:a@example.org"],
        name: "localhost",
      },
      { differs: ["good", "RFC 9525 2: the common name does not count"] },
    ],
    ["common name of an address", "only-common-name", "127.0.0.1", {
      names: [],
      name: "127.0.0.1",
    }],
    ["no name at all", "wrong-name", "localhost", { names: [] }],
  ];
  for (const [label, verdict, host, details, more] of hosts) {
    add(`host: ${label}`, verdict, [leaf(plainRoot, details)], [plainRoot], {
      host,
      ...more,
    });
  }

  // Name constraints, at the root and below it.
  const constrained: readonly [
    string,
    Verdict,
    Details,
    Details,
    string?,
    Partial<MatrixRow>?,
  ][] = [
    ["permitted DNS", "good", { permitted: ["DNS:localhost"] }, {}],
    ["not permitted DNS", "name-not-permitted", {
      permitted: ["DNS:example.org"],
    }, {}],
    ["permitted subdomain", "good", { permitted: ["DNS:example.org"] }, {
      names: ["a.example.org"],
    }, "a.example.org"],
    [
      "permitted domain's mere ending",
      "name-not-permitted",
      {
        permitted: ["DNS:example.org"],
      },
      { names: ["badexample.org"] },
      "badexample.org",
    ],
    ["excluded DNS", "name-not-permitted", {
      excluded: ["DNS:localhost"],
    }, {}],
    ["excluded other DNS", "good", { excluded: ["DNS:example.org"] }, {}],
    ["excluded DNS in capitals", "name-not-permitted", {
      excluded: ["DNS:LOCALHOST"],
    }, {}],
    [
      "excluded host behind a wildcard",
      "name-not-permitted",
      { excluded: ["DNS:a.example.org"] },
      { names: ["*.example.org"] },
      "a.example.org",
      { differs: ["good", "RFC 5280 6.1.4 g, for the very name that matched"] },
    ],
    ["second name not permitted", "name-not-permitted", {
      permitted: ["DNS:localhost"],
    }, { names: ["localhost", "example.org"] }],
    ["permitted IP", "good", { permitted: ["IP:127.0.0.0/255.0.0.0"] }, {
      names: [],
      addresses: ["127.0.0.1"],
    }, "127.0.0.1"],
    [
      "not permitted IP",
      "name-not-permitted",
      {
        permitted: ["IP:10.0.0.0/255.0.0.0"],
      },
      { names: [], addresses: ["127.0.0.1"] },
      "127.0.0.1",
    ],
    [
      "excluded IP",
      "name-not-permitted",
      {
        excluded: ["IP:127.0.0.0/255.0.0.0"],
      },
      { names: [], addresses: ["127.0.0.1"] },
      "127.0.0.1",
    ],
    [
      "IP of the other family",
      "name-not-permitted",
      {
        permitted: ["IP:127.0.0.0/255.0.0.0"],
      },
      { names: [], addresses: ["::1"] },
      "::1",
    ],
    ["IP constrained, DNS used", "good", {
      permitted: ["IP:10.0.0.0/255.0.0.0"],
    }, {}],
    ["permitted mail", "good", { permitted: ["email:example.org"] }, {
      alternatives: ["email:a@example.org"],
    }],
    ["not permitted mail", "name-not-permitted", {
      permitted: ["email:example.org"],
    }, { alternatives: ["email:a@example.com"] }],
    ["excluded mailbox", "name-not-permitted", {
      excluded: ["email:a@example.org"],
    }, { alternatives: ["email:a@example.org"] }],
    ["permitted URI", "good", { permitted: ["URI:.example.org"] }, {
      alternatives: ["URI:https://a.example.org/x"],
    }],
    [
      "excluded URI",
      "name-not-permitted",
      { excluded: ["URI:a.example.org"] },
      {
        alternatives: ["URI:https://a.example.org/x"],
      },
    ],
  ];
  for (
    const [label, verdict, onAuthority, onLeaf, host = "localhost", more]
      of constrained
  ) {
    const top = root(onAuthority);
    const put = more === undefined ? both : add; // what depends on the host
    put(`constraints of the root: ${label}`, verdict, [leaf(top, onLeaf)], [
      top,
    ], { host, ...more });
    const one = middle(plainRoot, onAuthority);
    put(
      `constraints of an intermediate: ${label}`,
      verdict,
      [
        leaf(one, onLeaf),
        one,
      ],
      [plainRoot],
      { host, ...more },
    );
  }
  // A constraint that was not held against a common name must not be got round with one.
  for (const side of ["permitted", "excluded"] as const) {
    for (
      const [host, kind] of [["localhost", "DNS:localhost"], [
        "127.0.0.1",
        "IP:127.0.0.1/255.255.255.255",
      ]] as const
    ) {
      const top = root({ [side]: [kind] });
      for (const alternatives of [[], ["email:a@example.org"]]) {
        add(
          `common name ${host}, ${side}, ${
            alternatives.join() || "no other name"
          }`,
          "only-common-name",
          [leaf(top, { names: [], name: host, alternatives })],
          [top],
          {
            host,
            ...(host === "localhost"
              ? { differs: ["good", "RFC 9525 2"] as const }
              : {}),
          },
        );
      }
    }
  }
  // Policies, which are demanded by an authority alone.
  const [A, B, C, ANY_POLICY] = [1, 2, 3]
    .map((last) => `1.3.6.1.4.1.99999.7.${last}`)
    .concat("2.5.29.32.0") as [string, string, string, string];
  const policed: readonly [
    string,
    Verdict,
    upper: Details,
    lower: Details,
    leaf: Details,
  ][] = [
    ["none anywhere", "good", {}, {}, {}],
    [
      "that differ, not demanded",
      "good",
      { policies: [A] },
      { policies: [B] },
      {
        policies: [C],
      },
    ],
    ["demanded and kept", "good", { policies: [A], explicitPolicy: 0 }, {
      policies: [A],
    }, { policies: [A] }],
    [
      "demanded, not of the leaf",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
      },
      { policies: [A] },
      { policies: [B] },
    ],
    [
      "demanded, none of the leaf",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
      },
      { policies: [A] },
      {},
    ],
    [
      "demanded, none of the authority between",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
      },
      {},
      { policies: [A] },
    ],
    [
      "demanded later than the path is long",
      "good",
      {
        policies: [A],
        explicitPolicy: 5,
      },
      {},
      {},
    ],
    [
      "demanded of the leaf alone",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 1,
      },
      { policies: [A] },
      {},
    ],
    ["demanded, any between", "good", { policies: [A], explicitPolicy: 0 }, {
      policies: [ANY_POLICY],
    }, { policies: [A] }],
    [
      "demanded, any everywhere",
      "good",
      {
        policies: [ANY_POLICY],
        explicitPolicy: 0,
      },
      { policies: [ANY_POLICY] },
      { policies: [B] },
    ],
    [
      "demanded, any inhibited between",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
        inhibitAnyPolicy: 0,
      },
      { policies: [ANY_POLICY] },
      { policies: [A] },
    ],
    [
      "any inhibited, not demanded",
      "good",
      {
        policies: [A],
        inhibitAnyPolicy: 0,
      },
      { policies: [ANY_POLICY] },
      { policies: [A] },
    ],
    [
      "any inhibited for the leaf alone",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
        inhibitAnyPolicy: 1,
      },
      { policies: [ANY_POLICY] },
      { policies: [ANY_POLICY] },
    ],
    [
      "demanded, mapped",
      "good",
      {
        policies: [A],
        explicitPolicy: 0,
        policyMappings: [[A, B]],
      },
      { policies: [B] },
      { policies: [B] },
    ],
    [
      "demanded, mapped to another",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
        policyMappings: [[A, B]],
      },
      { policies: [B] },
      { policies: [C] },
    ],
    [
      "demanded, mapped and used as before",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
        policyMappings: [[A, B]],
      },
      { policies: [A] },
      { policies: [A] },
    ],
    [
      "demanded, mapped where that is inhibited",
      "no-valid-policy",
      {
        policies: [A],
        explicitPolicy: 0,
        inhibitMapping: 0,
      },
      { policies: [A], policyMappings: [[A, B]] },
      { policies: [B] },
    ],
    [
      "demanded, mapped from any",
      "good",
      {
        policies: [ANY_POLICY],
        explicitPolicy: 0,
        policyMappings: [[A, B]],
      },
      { policies: [B] },
      { policies: [B] },
    ],
    [
      "mapped from any policy",
      "no-valid-policy",
      {
        policies: [A],
        policyMappings: [[ANY_POLICY, B]],
      },
      { policies: [B] },
      { policies: [B] },
    ],
    [
      "mapped to any policy",
      "no-valid-policy",
      {
        policies: [A],
        policyMappings: [[A, ANY_POLICY]],
      },
      { policies: [B] },
      { policies: [B] },
    ],
  ];
  for (const [label, verdict, above, between, onLeaf] of policed) {
    const upper = middle(plainRoot, { ...above, name: "matrix policies" });
    const lower = middle(upper, { ...between, keys: lowKeys });
    both(`policies ${label}`, verdict, [leaf(lower, onLeaf), lower, upper], [
      plainRoot,
    ]);
  }
  both(
    "policies demanded by the leaf itself",
    "unknown-extension",
    [below({ policies: [A], explicitPolicy: 0 }), plainMiddle],
    [plainRoot],
  );
  // The trust anchor is asked nothing.
  const demanding = root({ policies: [A], explicitPolicy: 0 });
  both("policies demanded by the root", "good", [leaf(demanding)], [demanding]);
  const namedRoot = root({ permitted: ["dir:matrix leaf"] });
  both("directory name permitted", "good", [leaf(namedRoot)], [namedRoot]);
  both("directory name not permitted", "name-not-permitted", [
    leaf(namedRoot, { name: "another" }),
  ], [namedRoot]);
  return rows;
}
