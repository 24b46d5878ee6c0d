/** Rows of names: issuers (RFC 5280 7.1), hosts (RFC 9525), name constraints (RFC 5280 4.2.1.10). */
import { bmpString, name, printableString } from "./der.ts";
import type {
  Details,
  MatrixMaker,
  MatrixRow,
  Verdict,
} from "./matrix_maker.ts";

/** Adds them. */
export function addNames(
  { root, middle, leaf, add, both, plainRoot }: MatrixMaker,
): void {
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
    [
      "excluded DNS with a dot at its end",
      "name-not-permitted",
      {
        excluded: ["DNS:localhost."],
      },
      {},
      "localhost",
      {
        differs: ["good", "RFC 5280 4.2.1.6: no name ends with a dot"],
      },
    ],
    ["permitted DNS with a dot at its end", "name-not-permitted", {
      permitted: ["DNS:localhost."],
    }, {}],
    [
      "host with a dot at its end",
      "good",
      {
        permitted: ["DNS:example.org"],
      },
      { names: ["a.example.org"] },
      "a.example.org.",
      {
        differs: ["bad", "the dot is for the resolver, and in no certificate"],
      },
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
}
