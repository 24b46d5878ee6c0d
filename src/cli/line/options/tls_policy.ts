/** Option rows of TLS: how strictly, with which ciphers, and the requirements on the peer. Data only. */

import { PATH, text } from "../value.ts";
import { section } from "./row.ts";
import { needsTls, SERVER_TOO, TLS_GROUP } from "./tls.ts";

const group = TLS_GROUP;

const needsSeed = [...needsTls, ["seedFile"]] as const;

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const TLS_POLICY_OPTIONS = [
  ...section([group, "security profile"], { commands: SERVER_TOO, origin: "dcmtk" }, {
    listProfiles: { spellings: ["+ph", "--list-profiles"],
      short: "print what this executable supports of each profile, and exit", ends: "list-profiles" },
  }),
  ...section([group, "security profile"], { commands: SERVER_TOO, origin: "dcmtk", exclusive: "profile", requires: needsTls }, {
    profile8996: { spellings: ["+pg", "--profile-8996"],
      short: "BCP 195 with RFC 8996 (default)",
      long: "TLS 1.2 and 1.3 with ECDHE and AES-GCM, as in newer versions of DCMTK. On Deno and Bun it reaches every peer that +py, the default of DCMTK 3.6.7, reaches." },
    profile8996Modified: { spellings: ["+pm", "--profile-8996-mod"],
      short: "BCP 195 with RFC 8996, modified",
      long: "The peer's key must have at least 2048 bits (RSA) or 256 bits (EC), and its certificate a SHA-256 signature." },
    profileBcp195Nd: { spellings: ["+py", "--profile-bcp195-nd"], short: "BCP 195, not downgrading (retired)" },
    profileBcp195: { spellings: ["+px", "--profile-bcp195"], short: "BCP 195 (retired)" },
    profileBcp195Ex: { spellings: ["+pz", "--profile-bcp195-ex"], short: "BCP 195, extended (retired)" },
    profileBasic: { spellings: ["+pb", "--profile-basic"], short: "basic TLS (retired)" },
    profileAes: { spellings: ["+pa", "--profile-aes"], short: "AES TLS (retired)" },
    profileNull: { spellings: ["+pn", "--profile-null"], short: "authentication without encryption (retired)" },
  }),
  ...section([group, "cipher suites"], { commands: SERVER_TOO, origin: "dcmtk" }, {
    listCiphers: { spellings: ["+cc", "--list-ciphers"],
      short: "print the cipher suites this executable supports, and exit", ends: "list-ciphers" },
    cipher: { spellings: ["+cs", "--cipher"], metavars: ["name"], value: text({ min: 1 }),
      short: "offer a cipher suite, by its IANA name",
      long: "In addition to those of the profile; see --list-ciphers for the names.", repeats: true, requires: needsTls,
      forbids: [["profileBcp195Ex"], ["profile8996Modified"]] },
    dhParameterFile: { spellings: ["+dp", "--dhparam"], value: PATH,
      short: "check a file of DH parameters; a client does not use them",
      long: "The file is read and checked, and has no further effect; a warning says so.", requires: needsTls,
      commands: ["find", "echo", "probe"] },
  }),
  ...section([group, "server name"], { origin: "dcmtk", exclusive: "serverName", requires: needsTls }, {
    noSni: { spellings: ["--no-sni"], short: "send no server name" },
    serverName: { spellings: ["--request-sni"], metavars: ["name"], value: text({ min: 1 }),
      short: "send this server name",
      long: "If the host name is checked, the certificate must have this name." },
  }),
  ...section([group, "random numbers"], { origin: "dcmtk" }, {
    seedFile: { spellings: ["+rs", "--seed"], value: PATH,
      short: "check a seed file; it does not change the random numbers",
      long: "The operating system seeds the random numbers of TLS; the file is read and checked, and has no further effect.",
      requires: needsTls },
  }),
  ...section([group, "random numbers"], { origin: "dcmtk", exclusive: "seedOutput", requires: needsSeed }, {
    writeSeed: { spellings: ["+ws", "--write-seed"], short: "write fresh random bytes back to that file" },
    writeSeedFile: { spellings: ["+wf", "--write-seed-file"], value: PATH,
      short: "write fresh random bytes to this file", writes: true },
  }),
  ...section([group, "peer authentication"], { origin: "dcmtk", commands: SERVER_TOO, exclusive: "peer", requires: needsTls }, {
    requirePeerCert: { spellings: ["-rc", "--require-peer-cert"],
      short: "verify the peer's certificate, fail without one (default)" },
    verifyPeerCert: { spellings: ["-vc", "--verify-peer-cert"], short: "verify the peer's certificate if it sends one" },
    ignorePeerCert: { spellings: ["-ic", "--ignore-peer-cert"], short: "accept any certificate, or none" },
  }),
  ...section([group, "peer authentication"], { requires: needsTls }, {
    checkHostname: { spellings: ["--check-hostname"],
      short: "require the certificate to name the host", default: "with dicoms://", exclusive: "checkHostname" },
    noCheckHostname: { spellings: ["--no-check-hostname"],
      short: "accept a certificate that names another host", default: "with +tls and +tla", exclusive: "checkHostname" },
    allowCommonName: { spellings: ["--allow-common-name"],
      short: "accept the common name as host name if no other is given" },
  }),
] as const;
