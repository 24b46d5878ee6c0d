/** Rows of chains, dates, rights, keys and signatures (RFC 5280 6.1, RFC 9325 4.5). */
import type {
  Details,
  MatrixMaker,
  MatrixRow,
  Verdict,
} from "./matrix_maker.ts";

const SERVER = "1.3.6.1.5.5.7.3.1";
const CLIENT = "1.3.6.1.5.5.7.3.2";
const CODE = "1.3.6.1.5.5.7.3.3";
const ANY = "2.5.29.37.0";

/** Adds them. */
export function addChains(
  {
    make,
    root,
    middle,
    leaf,
    add,
    both,
    plainRoot,
    plainMiddle,
    below,
    small,
    middleKeys,
    lowKeys,
    rootKeys,
    day,
  }: MatrixMaker,
): void {
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
    // All intermediates have one key, so that each is found by its name.
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
  const bareRoot = make("bare root", {
    keys: rootKeys,
    ca: true,
    unconstrained: true,
  });
  both("root without basic constraints that may sign certificates", "good", [
    leaf(bareRoot),
  ], [bareRoot]);
  const mereRoot = make("mere root", {
    keys: rootKeys,
    keyUsage: null,
    unconstrained: true,
  });
  both("root without basic constraints and key usage", "not-an-authority", [
    leaf(mereRoot),
  ], [mereRoot]);
  const bareMiddle = middle(plainRoot, { unconstrained: true });
  both(
    "intermediate without basic constraints that may sign certificates",
    "not-an-authority",
    [leaf(bareMiddle), bareMiddle],
    [plainRoot],
  );
  const oldNewKey = make("matrix root", {
    keys: lowKeys,
    issuer: plainRoot,
    version1: true,
  });
  both("version 1 with the root's own name, by the root", "not-an-authority", [
    leaf(oldNewKey),
    oldNewKey,
  ], [plainRoot]);
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
}
