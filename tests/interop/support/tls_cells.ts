/**
 * The matrix of TLS on the command line, as data: how the server is, how findscu is called, and what must come of it. File names
 * are those of the test PKI, in which the programs run. Results under another runtime than Deno are those of Bun.
 */
import { TEST_PASSWORD } from "../../support/pki.ts";
import type { FrontName } from "./tls_fronts.ts";

/** The matches, or a failure: what it says, and the exit code where it is not that of TLS. */
export type Outcome = "matches" | RegExp | readonly [RegExp, exit: number];

/** One cell. */
export interface Cell {
  readonly name: string;
  readonly front: FrontName;
  readonly args: readonly string[];
  /** Called with `dicoms://` instead of PEER and PORT. */
  readonly url?: true;
  /** Default: `localhost`. */
  readonly host?: string;
  readonly expect: Outcome | { readonly Deno: Outcome; readonly Bun: Outcome };
  /** What stderr has to say besides. */
  readonly says?: RegExp;
  /** What DCMTK's findscu does with the same arguments; not asked where it has no such case. */
  readonly dcmtk?: "same" | "fails";
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const trusting = ["+cf", "ca.pem"];
const known = ["+tla", ...trusting];
const as = (name: string, key = "client") => [
  "+tls",
  `${key}.key`,
  `${name}.pem`,
  ...trusting,
];
const sealed = ["+tls", "client.encrypted-pkcs8.pem", "client.pem"];
const both = "same" as const;
const neither = "fails" as const;

const VERSIONS: readonly Cell[] = [
  { name: "any", front: "any", args: known, expect: "matches", dcmtk: both },
  {
    name: "TLS 1.2 only",
    front: "TLS 1.2",
    args: ["-v", ...known],
    expect: "matches",
    says: /TLS 1\.2, TLS_ECDHE_RSA_WITH_AES_/,
    dcmtk: both,
  },
  {
    name: "TLS 1.3 only",
    front: "TLS 1.3",
    args: ["-v", ...known],
    expect: "matches",
    says: /TLS 1\.3, TLS_(AES|CHACHA20)_/,
    dcmtk: both,
  },
  {
    name: "TLS 1.1 only",
    front: "TLS 1.1",
    args: known,
    expect: /no common TLS version/,
    dcmtk: neither,
  },
  {
    name: "TLS 1.1 only, +px",
    front: "TLS 1.1",
    args: ["+px", ...known],
    expect: {
      Deno: /no common TLS version.*\n.*Bun/,
      Bun: "matches",
    },
  },
  ...["+pg", "+pm", "+py", "+px"].map((profile): Cell => ({
    name: `${profile} and TLS 1.2`,
    front: "TLS 1.2",
    args: [profile, ...known],
    expect: "matches",
    ...(/[gm]/.test(profile) ? {} : { dcmtk: both }),
  })),
  {
    name: "+pz and TLS 1.2",
    front: "TLS 1.2",
    args: ["+pz", ...known],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "+pz and TLS 1.3 only",
    front: "TLS 1.3",
    args: ["+pz", ...known],
    expect: /no common TLS version/,
    dcmtk: neither,
  },
  {
    name: "+pa",
    front: "AES 128",
    args: ["+pa", ...known],
    expect: {
      Deno: /Deno\) does not support the AES.*\n.*Bun/,
      Bun: "matches",
    },
    dcmtk: both,
  },
  {
    name: "+pb",
    front: "any",
    args: ["+pb", ...known],
    expect: {
      Deno: /Deno\) does not support the Basic TLS.*\n.*Bun/,
      Bun: /no common cipher suite, version or signature/,
    },
  },
  {
    name: "+pn",
    front: "any",
    args: ["+pn", ...known],
    expect: /does not support the Authenticated unencrypted communication/,
    dcmtk: neither,
  },
  {
    name: "AES 256 CBC only",
    front: "AES 256",
    args: known,
    expect: /no common cipher suite/,
    dcmtk: neither,
  },
  {
    name: "AES 256 CBC, +cs",
    front: "AES 256",
    args: ["+cs", "TLS_RSA_WITH_AES_256_CBC_SHA", ...known],
    expect: {
      Deno: /does not support cipher suite TLS_RSA_WITH_AES_256_CBC_SHA/,
      Bun: "matches",
    },
    says: /TLS_RSA_WITH_AES_256_CBC_SHA(\n| has no forward secrecy)/,
    dcmtk: both,
  },
  {
    name: "ChaCha20 only",
    front: "ChaCha20",
    args: known,
    expect: {
      Deno: /CHACHA20_POLY1305_SHA256 was negotiated, which/,
      Bun: /no common cipher suite/,
    },
    dcmtk: neither,
  },
  {
    name: "ChaCha20, +cs",
    front: "ChaCha20",
    args: ["+cs", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", ...known],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "ChaCha20, +pm",
    front: "ChaCha20",
    args: ["+pm", ...known],
    expect: "matches",
  },
  {
    name: "finite-field Diffie-Hellman only, which no runtime has",
    front: "DHE",
    args: ["+py", ...known],
    expect: /no common cipher suite/,
  },
  {
    name: "+cs with an unknown name",
    front: "any",
    args: ["+cs", "TLS_ROT_13", ...known],
    expect: [/Unknown TLS cipher suite "TLS_ROT_13"/, 1],
    dcmtk: neither,
  },
  {
    name: "+cs without encryption",
    front: "any",
    args: ["+cs", "TLS_RSA_WITH_NULL_SHA", ...known],
    expect: [/it does not encrypt/, 1],
    dcmtk: neither,
  },
  {
    name: "+cs with a closed profile",
    front: "any",
    args: ["+pz", "+cs", "AES128-SHA", ...known],
    expect: [/--cipher not allowed with --profile-bcp195-ex/, 1],
    dcmtk: neither,
  },
  {
    name: "elliptic curve",
    front: "elliptic",
    args: ["+tla", "+cf", "ec-ca.pem"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "elliptic curve and TLS 1.2",
    front: "elliptic TLS 1.2",
    args: ["+tla", "+cf", "ec-ca.pem"],
    expect: "matches",
  },
  {
    name: "elliptic curve and TLS 1.2, +py",
    front: "elliptic TLS 1.2",
    args: ["+py", "+tla", "+cf", "ec-ca.pem"],
    expect: {
      Deno: /ECDSA_WITH_AES_\d+_GCM_SHA\d+ was negotiated, which/,
      Bun: /no common cipher suite/,
    },
    dcmtk: neither,
  },
];

const CERTIFICATES: readonly Cell[] = [
  {
    name: "chain",
    front: "chain",
    args: known,
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "chain without its intermediate",
    front: "chain in part",
    args: known,
    expect: /issued by ".*intermediate", which is not among the trusted/,
    dcmtk: neither,
  },
  {
    name: "chain, intermediate given by us",
    front: "chain in part",
    args: ["+tla", "+cf", "all-cas.pem"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "authority in DER",
    front: "any",
    args: ["+tla", "-der", "+cf", "ca.der"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "authority in either format, unsaid",
    front: "any",
    args: ["+tla", "+cf", "ca.der"],
    expect: "matches",
  },
  {
    name: "directory with hashes",
    front: "any",
    args: ["+tla", "+cd", "hashed"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "directory without hashes",
    front: "any",
    args: ["+tla", "+cd", "."],
    expect: "matches",
  },
  {
    name: "no authority",
    front: "any",
    args: ["+tla"],
    expect: /no trusted authority was given/,
    dcmtk: neither,
  },
  {
    name: "the system's authorities only",
    front: "any",
    args: ["+tla", "--system-ca"],
    expect: /not among the trusted authorities/,
  },
  {
    name: "the system's authorities and ours",
    front: "any",
    args: ["--system-ca", ...known],
    expect: "matches",
  },
  {
    name: "foreign authority",
    front: "foreign",
    args: known,
    expect: /issued by ".*foreign-ca", which is not among the trusted/,
    dcmtk: neither,
  },
  {
    name: "expired",
    front: "expired",
    args: known,
    expect: /certificate ".*expired" expired on \d{4}-\d\d-\d\d/,
    dcmtk: neither,
  },
  {
    name: "not yet valid",
    front: "future",
    args: known,
    expect: /certificate ".*future" is valid only from \d{4}-\d\d-\d\d/,
    dcmtk: neither,
  },
  {
    name: "expires in ten days",
    front: "soon",
    args: known,
    expect: "matches",
    says: /^W: The peer's certificate .* expires in 10 days, on \d{4}-/m,
    dcmtk: both,
  },
  {
    name: "self-signed",
    front: "self-signed",
    args: known,
    expect: /is self-signed and not among the trusted ones\n.*fingerprint/,
    dcmtk: neither,
  },
  {
    name: "self-signed and trusted",
    front: "self-signed",
    args: ["+tla", "+cf", "self-signed.pem"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "a client's certificate",
    front: "client's",
    args: known,
    expect: /not valid for this use/,
    dcmtk: neither,
  },
  {
    name: "control characters in its name",
    front: "nasty",
    args: ["-v", ...known],
    expect: "matches",
    says: /CN=nasty\?\[2J\?\?\?$/m,
  },
  {
    name: "foreign, -ic",
    front: "foreign",
    args: ["+tla", "-ic"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "expired, -ic",
    front: "expired",
    args: ["-v", "-ic", ...known],
    expect: "matches",
    says: /Peer certificate \(not verified\): .*expired/,
    dcmtk: both,
  },
  {
    name: "foreign, -vc",
    front: "foreign",
    args: ["-vc", ...known],
    expect: /not among the trusted/,
  },
  {
    name: "good, -vc",
    front: "any",
    args: ["-vc", ...known],
    expect: "matches",
  },
  {
    name: "good, -rc",
    front: "any",
    args: ["-rc", ...known],
    expect: "matches",
    dcmtk: both,
  },
];

const NAMES: readonly Cell[] = [
  {
    name: "right name",
    front: "any",
    args: trusting,
    url: true,
    expect: "matches",
  },
  {
    name: "address in the certificate",
    front: "any",
    args: trusting,
    url: true,
    host: "127.0.0.1",
    expect: "matches",
  },
  {
    name: "wrong name, in DCMTK's form",
    front: "wrong name",
    args: known,
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "wrong name, --check-hostname",
    front: "wrong name",
    args: ["--check-hostname", ...known],
    expect: /issued for "pacs\.example\.org", not to "localhost"/,
  },
  {
    name: "wrong name, dicoms://",
    front: "wrong name",
    args: trusting,
    url: true,
    expect: /issued for "pacs\.example\.org", not to "localhost"/,
  },
  {
    name: "wrong name, dicoms:// with --no-check-hostname",
    front: "wrong name",
    args: ["--no-check-hostname", ...trusting],
    url: true,
    expect: "matches",
  },
  {
    name: "wrong name, asked for",
    front: "wrong name",
    args: ["--request-sni", "pacs.example.org", ...trusting],
    url: true,
    expect: "matches",
  },
  {
    name: "--no-sni",
    front: "any",
    args: ["--no-sni", ...trusting],
    url: true,
    expect: "matches",
  },
];

const REVOCATION: readonly Cell[] = [
  {
    name: "revoked, no list",
    front: "revoked",
    args: known,
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "revoked",
    front: "revoked",
    args: ["+crl", "ca.crl.pem", ...known],
    expect: /has been revoked/,
    dcmtk: neither,
  },
  {
    name: "revoked, list in DER",
    front: "revoked",
    args: ["+crl", "ca.crl", ...known],
    expect: /has been revoked/,
  },
  {
    name: "not revoked",
    front: "any",
    args: ["+crl", "ca.crl.pem", ...known],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "no list",
    front: "any",
    args: ["+crv", ...known],
    expect: /Revocation cannot be checked: no revocation list was given/,
    dcmtk: neither,
  },
  {
    name: "list out of date",
    front: "any",
    args: ["+crl", "stale.crl.pem", ...known],
    expect: /revocation list of ".*" is out of date/,
    dcmtk: neither,
  },
  {
    name: "another authority's list",
    front: "any",
    args: ["+crl", "foreign-ca.crl.pem", ...known],
    expect: /no revocation list of ".*CN=findscu ca"/,
    dcmtk: neither,
  },
  {
    name: "whole chain",
    front: "chain",
    args: [
      ...["+cra", "+crl", "ca.crl.pem", "+crl", "intermediate.crl.pem"],
      ...known,
    ],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "whole chain, authority revoked",
    front: "revoked above",
    args: [
      ...["+cra", "+crl", "ca.crl.pem", "+crl", "fallen.crl.pem"],
      ...known,
    ],
    expect: /certificate ".*fallen" has been revoked/,
    dcmtk: neither,
  },
];

const CLIENTS: readonly Cell[] = [
  {
    name: "none, demanded",
    front: "mutual",
    args: known,
    expect: /demands a client certificate\n.*\+tls KEY CERT/,
    dcmtk: neither,
  },
  {
    name: "none, demanded, TLS 1.2",
    front: "mutual TLS 1.2",
    args: known,
    expect: /demands a client certificate|closed the connection during/,
    dcmtk: neither,
  },
  {
    name: "accepted",
    front: "mutual",
    args: as("client"),
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "accepted, TLS 1.2",
    front: "mutual TLS 1.2",
    args: as("client"),
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "accepted, dicoms://",
    front: "mutual",
    args: as("client"),
    url: true,
    expect: "matches",
  },
  {
    name: "accepted with its chain",
    front: "mutual",
    args: as("client-chain"),
    expect: "matches",
  },
  {
    name: "accepted, elliptic curve",
    front: "mutual elliptic",
    args: ["+tls", "client-ec.key", "client-ec.pem", "+cf", "ec-ca.pem"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "not demanded",
    front: "any",
    args: as("client"),
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "foreign",
    front: "mutual",
    args: as("client-foreign"),
    expect: /does not trust the authority that issued our certificate/,
    dcmtk: neither,
  },
  {
    name: "expired",
    front: "mutual",
    args: as("client-expired"),
    expect: /our certificate has expired/,
    says: /^W: Our certificate .* expired on \d{4}-/m,
    dcmtk: neither,
  },
  {
    name: "in DER",
    front: "mutual",
    args: ["-der", "+tls", "client.pkcs8.der", "client.der", "+cf", "ca.der"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "PKCS#1 in DER",
    front: "mutual",
    args: ["-der", "+tls", "client.pkcs1.der", "client.der", "+cf", "ca.der"],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "PKCS#1",
    front: "mutual",
    args: ["+tls", "client.pkcs1.pem", "client.pem", ...trusting],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "encrypted PKCS#8, +pw",
    front: "mutual",
    args: [...sealed, ...trusting, "+pw", TEST_PASSWORD],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "encrypted PKCS#1, +pw",
    front: "mutual",
    args: [
      ...["+tls", "client.encrypted-pkcs1.pem", "client.pem", ...trusting],
      ...["+pw", TEST_PASSWORD],
    ],
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "encrypted PKCS#8, asked for on a pipe",
    front: "mutual",
    args: [...sealed, ...trusting],
    input: `${TEST_PASSWORD}\n`,
    expect: "matches",
    says: /Password for "client\.encrypted-pkcs8\.pem": /,
    dcmtk: both,
  },
  {
    name: "encrypted PKCS#8, +ps on a pipe with CR LF",
    front: "mutual",
    args: ["+ps", ...sealed, ...trusting],
    input: `${TEST_PASSWORD}\r\n`,
    expect: "matches",
  },
  {
    name: "encrypted PKCS#8, password in the environment",
    front: "mutual",
    args: [...sealed, ...trusting, "--password-env", "KEY_PASSWORD"],
    env: { KEY_PASSWORD: TEST_PASSWORD },
    expect: "matches",
  },
  {
    name: "encrypted PKCS#8, password in a file",
    front: "mutual",
    args: [...sealed, ...trusting, "--password-file", "password.txt"],
    expect: "matches",
  },
  {
    name: "PKCS#12",
    front: "mutual",
    args: ["--pkcs12", "client.p12", "+pw", TEST_PASSWORD, ...trusting],
    expect: "matches",
  },
  {
    name: "PKCS#12, dicoms://",
    front: "mutual",
    args: ["--pkcs12", "client.p12", "--password-env", "PW", ...trusting],
    env: { PW: TEST_PASSWORD },
    url: true,
    expect: "matches",
  },
  {
    name: "wrong password",
    front: "mutual",
    args: [...sealed, ...trusting, "+pw", "not-it-9911"],
    expect: /Wrong password for the private key "client.encrypted-pkcs8.pem"/,
    dcmtk: neither,
  },
  {
    name: "empty password",
    front: "mutual",
    args: [...sealed, ...trusting, "-pw"],
    expect: /Wrong password/,
    dcmtk: neither,
  },
  {
    name: "PKCS#12, wrong password",
    front: "mutual",
    args: ["--pkcs12", "client.p12", "+pw", "not-it-9911", ...trusting],
    expect: /Wrong password for the PKCS#12 file "client.p12"/,
  },
  {
    name: "no password to be had",
    front: "mutual",
    args: [...sealed, ...trusting],
    expect: /Password of "client.encrypted-pkcs8.pem" is missing/,
    dcmtk: neither,
  },
  {
    name: "password in a variable that is not set",
    front: "mutual",
    args: [...sealed, ...trusting, "--password-env", "NOT_SET_HERE"],
    expect: [/environment variable "NOT_SET_HERE" is not set/, 1],
  },
  {
    name: "key of another certificate",
    front: "mutual",
    args: ["+tls", "server.key", "client.pem", ...trusting],
    expect: /Private key "server.key" does not fit certificate "client.pem"/,
    dcmtk: neither,
  },
  {
    name: "no such key file",
    front: "mutual",
    args: ["+tls", "none.key", "client.pem", ...trusting],
    expect: /Cannot read the private key "none.key": no such file/,
    dcmtk: neither,
  },
  {
    name: "no such certificate file",
    front: "mutual",
    args: ["+tls", "client.key", "none.pem", ...trusting],
    expect: /Cannot read the certificate "none.pem": no such file/,
    dcmtk: neither,
  },
  {
    name: "no such authority file",
    front: "any",
    args: ["+tla", "+cf", "none.pem"],
    expect: /Cannot read the CA certificate "none.pem": no such file/,
    dcmtk: neither,
  },
  {
    name: "no such authority directory",
    front: "any",
    args: ["+tla", "+cd", "none"],
    expect: /Cannot read the CA directory "none"/,
    dcmtk: neither,
  },
  {
    name: "no such revocation list",
    front: "any",
    args: ["+crl", "none.crl", ...known],
    expect: /Cannot read the revocation list "none.crl": no such file/,
    dcmtk: neither,
  },
  {
    name: "certificate in place of the key",
    front: "mutual",
    args: ["+tls", "client.pem", "client.pem", ...trusting],
    expect: /No private key in "client.pem"/,
    dcmtk: neither,
  },
  {
    name: "PEM where DER was said",
    front: "mutual",
    args: ["-der", ...as("client")],
    expect: /is not in DER format/,
    dcmtk: neither,
  },
];

const PLACES: readonly Cell[] = [
  {
    name: "TLS to a plain port",
    front: "plain",
    args: known,
    expect: /it speaks plain DICOM on this port\n.*Leave TLS out/,
    dcmtk: neither,
  },
  {
    name: "plain DICOM to stunnel",
    front: "any",
    args: [],
    expect: /speaks TLS, and plain DICOM was sent/,
    dcmtk: neither,
  },
  {
    name: "plain DICOM to socat",
    front: "socat",
    args: ["-tls"],
    expect: /speaks TLS, and plain DICOM was sent/,
    dcmtk: neither,
  },
  {
    name: "plain DICOM to Orthanc",
    front: "Orthanc",
    args: [],
    expect: /speaks TLS, and plain DICOM was sent/,
    dcmtk: neither,
  },
  {
    name: "TLS to a web server",
    front: "HTTP",
    args: known,
    expect: /an HTTP server answers on this port/,
    dcmtk: neither,
  },
  {
    name: "plain DICOM to a web server",
    front: "HTTP",
    args: [],
    expect: [/answered in HTTP, not in DICOM/, 67],
    dcmtk: neither,
  },
  {
    name: "TLS to somebody who hangs up",
    front: "hangs up",
    args: known,
    expect: /closed the connection during the handshake/,
    dcmtk: neither,
  },
  {
    name: "TLS to somebody who keeps silent",
    front: "keeps silent",
    args: ["-ta", "1", ...known],
    expect: [/Timed out: waited 1 s for the TLS handshake/, 66],
  },
  {
    name: "TLS to nobody",
    front: "nobody",
    args: known,
    expect: [/connection refused/, 60],
    dcmtk: neither,
  },
];

const OTHERS: readonly Cell[] = [
  ...(["socat", "socat TLS 1.2", "socat TLS 1.3"] as const).map(
    (front): Cell => ({
      name: front,
      front,
      args: known,
      expect: "matches",
      dcmtk: both,
    }),
  ),
  {
    name: "socat, certificate demanded",
    front: "socat mutual",
    args: as("client"),
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "socat, certificate demanded, none",
    front: "socat mutual",
    args: known,
    expect: /demands a client certificate/,
    dcmtk: neither,
  },
  {
    name: "Orthanc",
    front: "Orthanc",
    args: known,
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "Orthanc, dicoms://",
    front: "Orthanc",
    args: trusting,
    url: true,
    expect: "matches",
  },
  {
    name: "Orthanc, certificate demanded",
    front: "Orthanc mutual",
    args: as("client"),
    expect: "matches",
    dcmtk: both,
  },
  {
    name: "Orthanc, certificate demanded, from PKCS#12",
    front: "Orthanc mutual",
    args: ["--pkcs12", "client.p12", "+pw", TEST_PASSWORD, ...trusting],
    expect: "matches",
  },
  {
    name: "Orthanc, certificate demanded, none",
    front: "Orthanc mutual",
    args: known,
    expect: /demands a client certificate/,
    dcmtk: neither,
  },
  {
    name: "Orthanc, certificate demanded, foreign",
    front: "Orthanc mutual",
    args: as("client-foreign"),
    expect: /does not trust the authority that issued our certificate/,
    dcmtk: neither,
  },
];

const FILES: readonly Cell[] = [
  {
    name: "+dp says that it has no use here",
    front: "any",
    args: ["+dp", "dh.pem", ...known],
    expect: "matches",
    says: /^W: The Diffie-Hellman parameters in "dh.pem" are not used/m,
  },
  {
    name: "+dp with something else",
    front: "any",
    args: ["+dp", "ca.pem", ...known],
    expect: /No Diffie-Hellman parameters in "ca.pem"/,
  },
  {
    name: "+rs",
    front: "any",
    args: ["-v", "+rs", "seed", ...known],
    expect: "matches",
    says: /The random seed "seed" is not used: the system seeds/,
    dcmtk: both,
  },
  {
    name: "+rs without the file",
    front: "any",
    args: ["+rs", "none", ...known],
    expect: /Cannot read the random seed "none"/,
  },
  {
    name: "+wf where nothing can be written",
    front: "any",
    args: ["+rs", "seed", "+wf", "none/seed", ...known],
    expect: [/Cannot write the random seed "none\/seed"/, 40],
  },
];

/** The matrix, in chapters. */
export const CHAPTERS: Readonly<Record<string, readonly Cell[]>> = {
  "versions and cipher suites": VERSIONS,
  "the server's certificate": CERTIFICATES,
  "host names": NAMES,
  revocation: REVOCATION,
  "our certificate": CLIENTS,
  "what listens there": PLACES,
  "other makers' servers": OTHERS,
  "files of old options": FILES,
};
