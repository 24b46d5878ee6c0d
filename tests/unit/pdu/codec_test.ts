import { DICOM_APPLICATION_CONTEXT } from "../../../src/pdu/types.ts";
import { checkCodec } from "../../support/check_codec.ts";
import { hex } from "../../support/hex.ts";

const utf8 = new TextEncoder();

checkCodec(
  "A-ASSOCIATE-RQ with every item",
  {
    type: "associate-rq",
    protocolVersion: 1,
    calledAeTitle: "ARCHIVE",
    callingAeTitle: "FINDSCU",
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: [
      {
        id: 1,
        abstractSyntax: "1.2.840.10008.1.1",
        transferSyntaxes: ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"],
      },
      {
        id: 3,
        abstractSyntax: "1.2.840.10008.5.1.4.31",
        transferSyntaxes: ["1.2.840.10008.1.2"],
      },
    ],
    userInformation: {
      maxPduLength: 16_384,
      implementationClassUid: "1.2.3",
      asyncOperations: { invoked: 2, performed: 0 },
      roles: [{ sopClassUid: "1.2.4", scu: true, scp: false }],
      implementationVersionName: "V1",
      extended: [
        { sopClassUid: "1.2.5", information: new Uint8Array([1, 0, 1]) },
      ],
      commonExtended: [
        {
          version: 0,
          sopClassUid: "1.2.6",
          serviceClassUid: "1.2.7",
          relatedSopClassUids: ["1.2.8", "1.2.99"],
        },
      ],
      userIdentity: {
        identityType: 2,
        responseRequested: true,
        primary: utf8.encode("me"),
        secondary: utf8.encode("pass"),
      },
    },
    unknownItems: [],
  },
  hex(`
    01 00 00 00 01 4e                       # A-ASSOCIATE-RQ, length 334
    00 01 00 00                             # version 1
    "ARCHIVE         "                      # called AE title
    "FINDSCU         "                      # calling AE title
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    10 00 00 15 "1.2.840.10008.3.1.1.1"     # application context
    20 00 00 45                             # presentation context
      01 00 00 00                           #   id 1
      30 00 00 11 "1.2.840.10008.1.1"       #   abstract syntax
      40 00 00 11 "1.2.840.10008.1.2"       #   transfer syntax
      40 00 00 13 "1.2.840.10008.1.2.1"     #   transfer syntax
    20 00 00 33                             # presentation context
      03 00 00 00                           #   id 3
      30 00 00 16 "1.2.840.10008.5.1.4.31"  #   abstract syntax
      40 00 00 11 "1.2.840.10008.1.2"       #   transfer syntax
    50 00 00 6d                             # user information
      51 00 00 04 00 00 40 00               #   maximum length
      52 00 00 05 "1.2.3"                   #   implementation class UID
      53 00 00 04 00 02 00 00               #   asynchronous operations
      54 00 00 09 00 05 "1.2.4" 01 00       #   role selection
      55 00 00 02 "V1"                      #   implementation version name
      56 00 00 0a 00 05 "1.2.5" 01 00 01    #   extended negotiation
      57 00 00 1f                           #   common extended negotiation
        00 05 "1.2.6" 00 05 "1.2.7"
        00 0f 00 05 "1.2.8" 00 06 "1.2.99"
      58 00 00 0c                           #   user identity
        02 01 00 02 "me" 00 04 "pass"
  `),
);

checkCodec(
  "A-ASSOCIATE-AC with every item",
  {
    type: "associate-ac",
    protocolVersion: 1,
    calledAeTitle: "ARCHIVE",
    callingAeTitle: "FINDSCU",
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: [
      { id: 1, result: 0, transferSyntax: "1.2.840.10008.1.2" },
      { id: 3, result: 3, transferSyntax: "" },
      { id: 5, result: 9, transferSyntax: undefined },
    ],
    userInformation: {
      maxPduLength: 0,
      implementationClassUid: "1.2.3",
      asyncOperations: { invoked: 1, performed: 1 },
      roles: [{ sopClassUid: "1.2.4", scu: true, scp: true }],
      implementationVersionName: "V1",
      extended: [{ sopClassUid: "1.2.5", information: new Uint8Array([1]) }],
      userIdentityResponse: utf8.encode("ticket"),
    },
    unknownItems: [],
  },
  hex(`
    02 00 00 00 00 d6                       # A-ASSOCIATE-AC, length 214
    00 01 00 00                             # version 1
    "ARCHIVE         "                      # echo
    "FINDSCU         "                      # echo
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    10 00 00 15 "1.2.840.10008.3.1.1.1"     # application context
    21 00 00 19 01 00 00 00                 # context 1: accepted
      40 00 00 11 "1.2.840.10008.1.2"
    21 00 00 08 03 00 03 00 40 00 00 00     # context 3: rejected, syntax empty
    21 00 00 04 05 00 09 00                 # context 5: undefined result, no syntax
    50 00 00 44                             # user information
      51 00 00 04 00 00 00 00               #   maximum length: any
      52 00 00 05 "1.2.3"                   #   implementation class UID
      53 00 00 04 00 01 00 01               #   asynchronous operations
      54 00 00 09 00 05 "1.2.4" 01 01       #   role selection
      55 00 00 02 "V1"                      #   implementation version name
      56 00 00 08 00 05 "1.2.5" 01          #   extended negotiation
      59 00 00 08 00 06 "ticket"            #   user identity response
  `),
);

checkCodec(
  "A-ASSOCIATE-RJ",
  { type: "associate-rj", result: 1, source: 1, reason: 7 },
  hex(`03 00 00 00 00 04  00 01 01 07  # called AE title not recognized`),
);

checkCodec(
  "A-ASSOCIATE-RJ with undefined numbers",
  { type: "associate-rj", result: 0, source: 9, reason: 255 },
  hex(`03 00 00 00 00 04  00 00 09 ff`),
);

checkCodec(
  "P-DATA-TF with fragments of odd, zero and even length",
  {
    type: "p-data-tf",
    pdvs: [
      {
        contextId: 1,
        isCommand: true,
        isLast: true,
        data: new Uint8Array([1, 2, 3]),
      },
      {
        contextId: 3,
        isCommand: false,
        isLast: false,
        data: new Uint8Array(0),
      },
      {
        contextId: 255,
        isCommand: false,
        isLast: true,
        data: new Uint8Array([4, 5]),
      },
    ],
  },
  hex(`
    04 00 00 00 00 17              # P-DATA-TF, length 23
    00 00 00 05 01 03 01 02 03     # context 1, last of a command
    00 00 00 02 03 00              # context 3, dataset, more to come
    00 00 00 04 ff 02 04 05        # context 255, last of a dataset
  `),
);

checkCodec(
  "P-DATA-TF without a fragment",
  { type: "p-data-tf", pdvs: [] },
  hex(`04 00 00 00 00 00`),
);

checkCodec(
  "A-RELEASE-RQ",
  { type: "release-rq" },
  hex(`05 00 00 00 00 04  00 00 00 00`),
);

checkCodec(
  "A-RELEASE-RP",
  { type: "release-rp" },
  hex(`06 00 00 00 00 04  00 00 00 00`),
);

checkCodec(
  "A-ABORT",
  { type: "abort", source: 2, reason: 6 },
  hex(`07 00 00 00 00 04  00 00 02 06`),
);

checkCodec(
  "A-ABORT with the reserved source",
  { type: "abort", source: 1, reason: 3 },
  hex(`07 00 00 00 00 04  00 00 01 03`),
);
