/** Rows of policies (RFC 5280 6.1), and of the trust anchor, which is asked nothing. */
import type { Details, MatrixMaker, Verdict } from "./matrix_maker.ts";

/** Adds them. */
export function addPolicies(
  { root, middle, leaf, both, plainRoot, plainMiddle, below, lowKeys }:
    MatrixMaker,
): void {
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
}
