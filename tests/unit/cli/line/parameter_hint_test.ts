/** What findscu makes of parameters that it does not understand. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  aeTitleHint,
  fileHint,
  peerHint,
} from "../../../../src/cli/line/parameter_hint.ts";

const QUERY =
  "A query has no command word: begin with the address, as in findscu HOST:PORT -q StudyDate=today";
const DASH =
  "Write options with a plain hyphen: this one is the dash of a word processor";
const RETRIEVE =
  "findscu does not retrieve images, it prints the matches: see findscu help";
const ADDRESS = "An address begins with dicom:// or dicoms://, or is HOST:PORT";

const PEERS:
  readonly (readonly [parameters: string, hint: string | undefined])[] = [
    ["find", QUERY],
    ["C-FIND pacs", QUERY],
    ["ping pacs", "Did you mean the command echo?"],
    ["echoscu", "Did you mean the command echo?"],
    ["scp", "Did you mean the command serve, or mock:demo for an address?"],
    ["peers", "Did you mean the command config?"],
    ["?", "Did you mean the command help?"],
    ["move pacs", RETRIEVE],
    ["ecko", "Did you mean the command echo?"],
    ["echo", "The command echo must be the first word"],
    ["PACS@host", "Write PACS@host:104, or another port"],
    ["PACS@[::1]", "Write PACS@[::1]:104, or another port"],
    ["host PACS@host", "Write PACS@host:104, or another port"],
    ["ABCDEFGHIJKLMNOPQ@host", "Give PEER and PORT, or an address: HOST:PORT"],
    ["http://host", ADDRESS],
    ["host tcp://host", ADDRESS],
    ["dicom://host", "Give PEER and PORT, or an address: HOST:PORT"],
    ["fe80::1:104", "Write [fe80::1]:104 if these are the host and port"],
    ["::1", "Write [::1]:PORT"],
    ["1:2:", "Write [1:2]:PORT if these are the host and port"],
    ["1:2", "Give PEER and PORT, or an address: HOST:PORT"],
    ["pacs PatientID=1", 'Write -k "PatientID=1" if that is a key'],
    ["pacs", "Give PEER and PORT, or an address: HOST:PORT"],
    ["", "Give PEER and PORT, or an address: HOST:PORT"],
    ["pacs port", undefined],
  ];

describe("peerHint()", () => {
  for (const [parameters, hint] of PEERS) {
    test(parameters || "nothing", () => {
      const words = parameters === "" ? [] : parameters.split(" ");
      assert.equal(peerHint(words), hint);
    });
  }
});

test("aeTitleHint() moves the port into the address", () => {
  assert.equal(
    aeTitleHint("PACS@host", "104"),
    "Write PACS@host:104, or give the AE title with -aec",
  );
  assert.equal(aeTitleHint("host", "104"), undefined);
});

const FILES: readonly (readonly [
  name: string,
  address: string | undefined,
  dcmtk: string | undefined,
])[] = [
  [
    "=",
    "Write Keyword=VALUE without blanks",
    "Write Keyword=VALUE without blanks",
  ],
  ["\u2013q", DASH, DASH],
  ["\u2014count", DASH, DASH],
  ["ehco", "Did you mean the command echo?", undefined],
  ["probe", "The command probe must be the first word", undefined],
  ["find", QUERY, undefined],
  ["GET", RETRIEVE, 'Write -k "GET" if that is a key'],
  [
    "PatientName",
    'Write -q "PatientName" if that is a key',
    'Write -k "PatientName" if that is a key',
  ],
  [
    "0010,0010=Doe",
    'Write -q "0010,0010=Doe" if that is a key',
    'Write -k "0010,0010=Doe" if that is a key',
  ],
  ["query.dcm", undefined, undefined],
  ["patientname", undefined, undefined],
];

describe("fileHint()", () => {
  for (const [name, address, dcmtk] of FILES) {
    test(name, () => {
      assert.deepEqual(
        [fileHint(name, "address"), fileHint(name, "dcmtk")],
        [address, dcmtk],
      );
    });
  }
});
