/** Option rows about the association, the connection below it, and the way to the peer. Data only. */

import {
  AE_TITLE,
  FILE,
  integer,
  PATH,
  SECONDS,
  SIZE,
  text,
  VARIABLE,
} from "../value.ts";
import { VIA } from "../via.ts";
import { section } from "./row.ts";

const group = "network options";

// deno-fmt-ignore
/** The rows, in the order of the help. */
export const NETWORK_OPTIONS = [
  ...section([group, "IP protocol version"], { origin: "dcmtk", exclusive: "family" }, {
    ipv4: { spellings: ["-i4", "--ipv4"], short: "use IPv4 only" },
    ipv6: { spellings: ["-i6", "--ipv6"], short: "use IPv6 only" },
    ipAuto: { spellings: ["-i0", "--ip-auto"], short: "use whatever the name resolves to (default)" },
  }),
  ...section([group, "application entity titles"], { origin: "dcmtk", isCommon: true }, {
    callingAeTitle: { spellings: ["-aet", "--aetitle", "--calling-ae-title"], value: AE_TITLE,
      short: "our AE title", default: "FINDSCU; with an ADDRESS, FIND-SCU" },
    calledAeTitle: { spellings: ["-aec", "--call", "--called-ae-title"], value: AE_TITLE,
      short: "the peer's AE title", default: "ANY-SCP; with an ADDRESS, the AE before its @" },
  }),
  ...section([group, "value representations after 1993"], { commands: ["find"], origin: "dcmtk", exclusive: "disableNewVr" }, {
    enableNewVr: { spellings: ["+u", "--enable-new-vr"], short: "write UN, UT and later ones as they are (default)" },
    disableNewVr: { spellings: ["-u", "--disable-new-vr"], short: "write them as OB" },
  }),
  ...section([group, "proposed transfer syntaxes"], { commands: ["find"], origin: "dcmtk", exclusive: "transferSyntaxes" }, {
    proposeUncompressed: { spellings: ["-x=", "--propose-uncompr"],
      short: "all uncompressed ones, explicit little endian first (default)" },
    proposeLittle: { spellings: ["-xe", "--propose-little"], short: "the same" },
    proposeBig: { spellings: ["-xb", "--propose-big"], short: "all uncompressed ones, explicit big endian first" },
    proposeDeflated: { spellings: ["-xd", "--propose-deflated"],
      short: "deflated explicit little endian, then all uncompressed ones" },
    proposeImplicit: { spellings: ["-xi", "--propose-implicit"], short: "implicit little endian only" },
  }),
  ...section([group, "proposed transfer syntaxes"], { commands: ["find"], origin: "dcmtk" }, {
    compressionLevel: { spellings: ["+cl", "--compression-level"], metavars: ["level"],
      value: integer({ min: 0, max: 9, isUnsigned: true }),
      short: "compression level: 0 is none, 1 fastest, 9 smallest", default: "6", requires: [["proposeDeflated"]] },
  }),
  ...section([group, "time-outs and limits"], { origin: "dcmtk" }, {
    connectTimeout: { spellings: ["-to", "--timeout", "--connect-timeout"], metavars: ["seconds"], value: integer({ min: 1 }),
      short: "longest wait for the connection", default: "unlimited; with an ADDRESS, 30" },
    socketTimeout: { spellings: ["-ts", "--socket-timeout", "--read-timeout"], metavars: ["seconds"], value: integer({ min: -1 }),
      short: "longest silence of the peer during a query, 0 for no limit",
      long: "A shorter --dimse-timeout has precedence. With an ADDRESS it applies only if given.", default: "60" },
    acseTimeout: { spellings: ["-ta", "--acse-timeout"], metavars: ["seconds"], value: integer({ min: 1 }),
      short: "longest wait for the reply to an association or release request", default: "30" },
    dimseTimeout: { spellings: ["-td", "--dimse-timeout"], metavars: ["seconds"], value: integer({ min: 1 }),
      short: "longest wait for a response", default: "unlimited; with an ADDRESS, 300" },
    writeTimeout: { spellings: ["--write-timeout"], metavars: ["seconds"], value: integer({ min: 1 }),
      short: "accepted from dicom-findscu: sending has no limit of its own",
      long: "The waits for an answer include the time that its request takes.", commands: ["find"], origin: "ours" },
    firstResponseTimeout: { spellings: ["--first-response-timeout"], value: SECONDS,
      short: "longest wait for the first response alone, 0 for no limit", default: "set by -td and -ts",
      commands: ["find", "probe"], origin: "ours" },
    responseTimeout: { spellings: ["--response-timeout"], value: SECONDS,
      short: "longest wait between two responses, 0 for no limit", default: "set by -td and -ts",
      commands: ["find", "probe"], origin: "ours" },
    totalTimeout: { spellings: ["--total-timeout"], value: SECONDS,
      short: "longest time for the whole run, 0 for no limit", default: "unlimited", origin: "ours" },
    maxPduLength: { spellings: ["-pdu", "--max-pdu", "--max-pdu-length"], metavars: ["bytes"],
      value: integer({ min: 4096, max: 131072, isUnsigned: true }),
      short: "largest PDU we accept (4096..131072)", default: "16384", commands: ["find", "echo", "probe", "serve"] },
    maxResponseSize: { spellings: ["--max-response-size"], value: SIZE,
      short: "largest identifier of a response, in bytes or like 64k, 16M, 1G",
      long: "If the peer sends a larger one, the association is aborted. One that inflates to more is not shown.",
      default: "64M", commands: ["find", "probe"], origin: "ours" },
  }),
  ...section([group, "repetition and ending"], { commands: ["find", "echo"], origin: "dcmtk" }, {
    repeat: { spellings: ["--repeat"], value: integer({ min: 1, isUnsigned: true }),
      short: "send each request this many times", default: "1" },
    abort: { spellings: ["--abort"], short: "end with an abort instead of a release" },
    cancelAfter: { spellings: ["--cancel"], value: integer({ min: 0 }),
      short: "send a cancel request after this many responses", default: "never", commands: ["find"] },
  }),
  ...section([group, "user identity"], {}, {
    userIdentity: { spellings: ["--user"], metavars: ["name"], value: text({ min: 1 }), short: "send this user name to the peer" },
  }),
  ...section([group, "user identity"], { exclusive: "userIdentityPassword", requires: [["userIdentity"]] }, {
    userPasswordEnv: { spellings: ["--user-password-env"], value: VARIABLE,
      short: "the user's password, from an environment variable" },
    userPasswordFile: { spellings: ["--user-password-file"], value: PATH,
      short: "the user's password, from the first line of a file" },
  }),
  ...section([group, "recording"], { commands: ["find", "echo"] }, {
    record: { spellings: ["--record"], value: FILE,
      short: "record the network traffic, for replay with mock:FILE",
      long: "The file contains everything sent and received, including patient data, as lines of JSON.", writes: true },
    recordAnonymous: { spellings: ["--record-anonymous"],
      short: "mask patient-identifying values in the recording",
      long: "Text, dates, times, UIDs and binary values become placeholders of the same length; keys, codes, numbers and structure are kept.",
      requires: [["record"]] },
  }),
  ...section([group, "way to the peer"], {}, {
    via: { spellings: ["--via"], value: VIA,
      short: "reach the peer through socks5://[USER@]HOST:PORT, http://[USER@]HOST:PORT or exec:COMMAND",
      long: "TLS runs end to end inside it, and names are resolved at its far end. COMMAND is a program whose stdin and stdout carry the bytes, such as exec:ssh -W %h:%p gateway; with exec-sh: a shell runs it. Its stderr output is shown with -v. May be repeated: the first one is reached directly, each further one through those before it.",
      repeats: true },
    viaPasswordEnv: { spellings: ["--via-password-env"], value: VARIABLE,
      short: "the proxy's password, from an environment variable",
      long: "Applies to the --via before it.", repeats: true, requires: [["via"]] },
    viaPasswordFile: { spellings: ["--via-password-file"], value: PATH,
      short: "the proxy's password, from the first line of a file",
      long: "Applies to the --via before it.", repeats: true, requires: [["via"]] },
    transport: { spellings: ["--transport"], value: PATH,
      short: "open connections with a JavaScript or TypeScript module",
      long: "Its default export is a Connector; see docs/transports.md. The executable made with Deno cannot load one.",
      forbids: [["via"]] },
  }),
] as const;
