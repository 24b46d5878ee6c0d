/** Option rows of TLS: whether it is used, our identity, and whom we trust. Data only; the runtime's support is decided elsewhere. */

import { DIRECTORY, PATH, text, VARIABLE } from "../value.ts";
import { section } from "./row.ts";

/** Chapter of these rows; its dependencies are looked at after everything else, as DCMTK does. */
export const TLS_GROUP = "transport layer security (TLS) options";

const group = TLS_GROUP;
/** A server has a certificate too, and requests its clients' certificates. */
export const SERVER_TOO = ["find", "echo", "probe", "serve"] as const;

/** Any TLS. */
export const needsTls = [["enableTls", "anonymousTls"]] as const;
const needsKey = [["enableTls"]] as const;

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const TLS_OPTIONS = [
  ...section([group, "transport"], { origin: "dcmtk", exclusive: "tls" }, {
    disableTls: { spellings: ["-tls", "--disable-tls"], short: "plain TCP (default)" },
    enableTls: { spellings: ["+tls", "--enable-tls"], metavars: ["key", "certificate"], value: PATH,
      short: "TLS with our key and certificate", isCommon: true, commands: SERVER_TOO },
    anonymousTls: { spellings: ["+tla", "--anonymous-tls"], short: "TLS without a certificate of ours" },
    pkcs12: { spellings: ["--pkcs12"], value: PATH,
      short: "TLS with key and certificate from a PKCS#12 file",
      long: "It is opened with the private key password, given by an option or at the prompt.", implies: ["enableTls"],
      commands: SERVER_TOO, origin: "ours" },
  }),
  ...section([group, "private key password"], { commands: SERVER_TOO, origin: "dcmtk", exclusive: "password", requires: needsKey }, {
    stdPassword: { spellings: ["+ps", "--std-passwd"], short: "prompt for the password (default)" },
    usePassword: { spellings: ["+pw", "--use-passwd"], metavars: ["password"], value: text(),
      short: "use this password; others can see it in the process list", isSecret: true },
    nullPassword: { spellings: ["-pw", "--null-passwd"], short: "use the empty password" },
    passwordEnv: { spellings: ["--password-env"], value: VARIABLE,
      short: "read the password from an environment variable", origin: "ours" },
    passwordFile: { spellings: ["--password-file"], value: PATH,
      short: "read the password from the first line of a file", origin: "ours" },
  }),
  ...section([group, "key and certificate format"], { commands: SERVER_TOO, origin: "dcmtk", exclusive: "format", requires: needsTls }, {
    pemKeys: { spellings: ["-pem", "--pem-keys"],
      short: "keys and certificates are PEM files",
      long: "Without this and --der-keys, each file may be in either format.", default: "detected for each file" },
    derKeys: { spellings: ["-der", "--der-keys"], short: "keys and certificates are DER files" },
  }),
  ...section([group, "certification authorities"], { commands: SERVER_TOO, origin: "dcmtk", requires: needsTls }, {
    caFile: { spellings: ["+cf", "--add-cert-file"], value: PATH,
      short: "trust the certificates of a file", isCommon: true, repeats: true },
    caDirectory: { spellings: ["+cd", "--add-cert-dir"], value: DIRECTORY,
      short: "trust the certificates of a directory",
      long: "Its files may have any names, hashes or not.", repeats: true },
    systemCa: { spellings: ["--system-ca"],
      short: "trust the system's certification authorities",
      long: "Otherwise only the given authorities are trusted.", origin: "ours" },
    crlFile: { spellings: ["+crl", "--add-crl-file"], value: PATH,
      short: "use a revocation list; implies --enable-crl-vfy", repeats: true },
    enableCrlVerify: { spellings: ["+crv", "--enable-crl-vfy"],
      short: "check the peer's certificate for revocation",
      long: "Revocation lists must be given; none is fetched." },
    enableCrlAll: { spellings: ["+cra", "--enable-crl-all"],
      short: "check the whole chain for revocation", forbids: [["enableCrlVerify"]] },
  }),
] as const;
