import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  AssociateRequest,
  AssociationConfig,
} from "../../../src/association/events.ts";
import {
  accepting,
  answerRequest,
  checkConfig,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  negotiatedContexts,
  propose,
  sendLimit,
} from "../../../src/association/negotiation.ts";
import { LocalProtocolError, UsageError } from "../../../src/errors.ts";
import type {
  AnsweredContext,
  AssociateAc,
  AssociateRq,
} from "../../../src/pdu/types.ts";
import { VERSION } from "../../../src/version.ts";
import { PAIR_CONFIG } from "../../support/pair.ts";

const FIND = "1.2.840.10008.5.1.4.1.2.2.1";
const ECHO = "1.2.840.10008.1.1";
const [IMPLICIT, EXPLICIT, BIG] = ["1.2.1", "1.2.2", "1.2.3"] as const;

const REQUEST: AssociateRequest = {
  calledAeTitle: "ARCHIVE",
  callingAeTitle: "me",
  contexts: [
    { abstractSyntax: FIND, transferSyntaxes: [EXPLICIT, IMPLICIT] },
    { abstractSyntax: ECHO, transferSyntaxes: [IMPLICIT] },
  ],
};

function proposed(more: Partial<AssociateRequest> = {}): AssociateRq {
  return propose({ ...REQUEST, ...more }, PAIR_CONFIG);
}

describe("propose()", () => {
  test("gives odd ids in order, and announces the implementation", () => {
    const pdu = proposed();
    assert.deepEqual(pdu.contexts.map((context) => context.id), [1, 3]);
    assert.deepEqual(pdu.userInformation, {
      maxPduLength: PAIR_CONFIG.maxPduLength,
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    });
    assert.ok(IMPLEMENTATION_VERSION_NAME.length <= 16);
    assert.ok(
      IMPLEMENTATION_VERSION_NAME.replace(/\D+/g, ".").startsWith(
        `.${VERSION.split(".").slice(0, 2).join(".")}`,
      ),
    );
    assert.ok(IMPLEMENTATION_CLASS_UID.length <= 64);
  });

  test("announces another implementation if one is given", () => {
    const { userInformation } = propose(REQUEST, {
      ...PAIR_CONFIG,
      implementationClassUid: "1.2.3",
      implementationVersionName: "",
    });
    assert.equal(userInformation.implementationClassUid, "1.2.3");
    assert.equal(userInformation.implementationVersionName, undefined);
  });

  test("passes the optional negotiations on", () => {
    const options = {
      asyncOperations: { invoked: 0, performed: 1 },
      roles: [{ sopClassUid: FIND, scu: true, scp: false }],
      extended: [{ sopClassUid: FIND, information: new Uint8Array([1]) }],
      commonExtended: [],
      userIdentity: {
        identityType: 1,
        responseRequested: false,
        primary: new Uint8Array([65]),
        secondary: new Uint8Array(0),
      },
    };
    const { userInformation } = proposed(options);
    for (const [key, value] of Object.entries(options)) {
      assert.equal(userInformation[key as keyof typeof options], value);
    }
  });

  test("has ids for 128 contexts, and no more", () => {
    const contexts = Array.from({ length: 128 }, () => REQUEST.contexts[0]!);
    assert.equal(proposed({ contexts }).contexts.at(-1)?.id, 255);
    const more = [...contexts, ...contexts];
    assert.throws(() => proposed({ contexts: more }), UsageError);
  });

  const context = REQUEST.contexts[0]!;
  const impossible: [string, Partial<AssociateRequest>, RegExp][] = [
    [
      "an AE title of 17 characters",
      { calledAeTitle: "12345678901234567" },
      /called AE title "12345678901234567": 17 characters/,
    ],
    ["an empty AE title", { callingAeTitle: "" }, /calling AE title.*empty/],
    ["a blank AE title", { callingAeTitle: "  " }, /calling AE title.*empty/],
    ["a backslash in an AE title", { callingAeTitle: "a\\b" }, /backslash/],
    ["a non-ASCII AE title", { callingAeTitle: "M\u00fcller" }, /only ASCII/],
    ["no context", { contexts: [] }, /no contexts/],
    [
      "a context without transfer syntax",
      { contexts: [{ ...context, transferSyntaxes: [] }] },
      /no transfer syntax/,
    ],
    [
      "an abstract syntax that is not a UID",
      { contexts: [{ ...context, abstractSyntax: "Study Root" }] },
      /abstract syntax "Study Root"/,
    ],
    [
      "a transfer syntax that is not a UID",
      { contexts: [{ ...context, transferSyntaxes: [""] }] },
      /transfer syntax ""/,
    ],
  ];
  for (const [name, more, message] of impossible) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => proposed(more),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});

describe("answer()", () => {
  test("chooses by the acceptor's order, or by the requestor's", () => {
    const transferSyntaxes = () => [BIG, IMPLICIT, EXPLICIT];
    const own = answerRequest(proposed(), { transferSyntaxes });
    assert.equal(own.contexts[0]?.transferSyntax, IMPLICIT);
    const theirs = answerRequest(proposed(), {
      transferSyntaxes,
      preference: "requestor",
    });
    assert.equal(theirs.contexts[0]?.transferSyntax, EXPLICIT);
  });

  test("answers the first of several contexts with the same id", () => {
    const [context] = proposed().contexts;
    const request = { ...proposed(), contexts: [context!, context!] };
    const policy = { transferSyntaxes: () => [IMPLICIT] };
    const answered = answerRequest(request, policy);
    assert.deepEqual(answered.contexts, [
      { id: 1, result: 0, transferSyntax: IMPLICIT },
    ]);
    assert.equal(accepting(request, answered, PAIR_CONFIG).contexts.length, 1);
  });

  test("rejects each context for its own reason", () => {
    const { contexts } = answerRequest(proposed(), {
      transferSyntaxes: (uid) => uid === FIND ? [BIG] : undefined,
    });
    assert.deepEqual(contexts, [
      { id: 1, result: 4, transferSyntax: EXPLICIT },
      { id: 3, result: 3, transferSyntax: IMPLICIT },
    ]);
  });

  test("answers the optional negotiations that the policy knows", () => {
    const request = proposed({
      extended: [
        { sopClassUid: FIND, information: new Uint8Array([1, 1, 1]) },
        { sopClassUid: ECHO, information: new Uint8Array([1]) },
      ],
      roles: [{ sopClassUid: FIND, scu: true, scp: true }],
      userIdentity: {
        identityType: 1,
        responseRequested: true,
        primary: new Uint8Array([65]),
        secondary: new Uint8Array(0),
      },
    });
    const answered = answerRequest(request, {
      transferSyntaxes: () => [IMPLICIT],
      extended: ({ sopClassUid, information }) =>
        sopClassUid === FIND ? information.map((bit) => bit & 0) : undefined,
      role: (role) => ({ ...role, scp: false }),
      userIdentity: ({ primary }) => primary,
    });
    assert.deepEqual(answered.extended, [
      { sopClassUid: FIND, information: new Uint8Array(3) },
    ]);
    assert.deepEqual(answered.roles, [
      { sopClassUid: FIND, scu: true, scp: false },
    ]);
    assert.deepEqual(answered.userIdentityResponse, new Uint8Array([65]));
  });

  test("gives no identity response unless one is requested", () => {
    const request = proposed({
      userIdentity: {
        identityType: 1,
        responseRequested: false,
        primary: new Uint8Array([65]),
        secondary: new Uint8Array(0),
      },
    });
    const answered = answerRequest(request, {
      transferSyntaxes: () => undefined,
      userIdentity: () => new Uint8Array(1),
    });
    assert.deepEqual(Object.keys(answered), ["contexts"]);
  });
});

describe("accepting()", () => {
  test("echoes titles and reserved bytes", () => {
    const reserved = new Uint8Array(32).fill(1);
    const request = { ...proposed(), reserved };
    const pdu = accepting(request, { contexts: [] }, PAIR_CONFIG);
    assert.equal(pdu.calledAeTitle, "ARCHIVE");
    assert.equal(pdu.callingAeTitle, "me");
    assert.equal(pdu.reserved, reserved);
  });

  const impossible: [string, AnsweredContext[]][] = [
    [
      "a context not proposed",
      [{ id: 5, result: 3, transferSyntax: undefined }],
    ],
    ["a context twice", [
      { id: 1, result: 3, transferSyntax: undefined },
      { id: 1, result: 0, transferSyntax: IMPLICIT },
    ]],
    [
      "acceptance without a transfer syntax",
      [{ id: 1, result: 0, transferSyntax: "" }],
    ],
  ];
  for (const [name, contexts] of impossible) {
    test(`refuses to answer ${name}`, () => {
      assert.throws(
        () => accepting(proposed(), { contexts }, PAIR_CONFIG),
        LocalProtocolError,
      );
    });
  }
});

describe("negotiatedContexts()", () => {
  function negotiated(...contexts: AnsweredContext[]) {
    const request = proposed();
    const base = accepting(request, { contexts: [] }, PAIR_CONFIG);
    const accept: AssociateAc = { ...base, contexts };
    const { contexts: agreed, warnings } = negotiatedContexts(request, accept);
    return {
      agreed: agreed.map(({ id, result, transferSyntax }) =>
        `${id} ${result} ${transferSyntax ?? "-"}`
      ),
      warnings,
    };
  }

  test("pairs answers with proposals, in any order", () => {
    assert.deepEqual(
      negotiated(
        { id: 3, result: 0, transferSyntax: IMPLICIT },
        { id: 1, result: 0, transferSyntax: EXPLICIT },
      ),
      { agreed: [`1 0 ${EXPLICIT}`, `3 0 ${IMPLICIT}`], warnings: [] },
    );
  });

  test("takes no notice of the transfer syntax of a rejected context", () => {
    assert.deepEqual(
      negotiated(
        { id: 1, result: 3, transferSyntax: undefined },
        { id: 3, result: 77, transferSyntax: "" },
      ),
      { agreed: ["1 3 -", "3 77 -"], warnings: [] },
    );
  });

  test("makes the best of an acceptance without a transfer syntax", () => {
    const { agreed, warnings } = negotiated(
      { id: 1, result: 0, transferSyntax: "" },
      { id: 3, result: 0, transferSyntax: undefined },
    );
    assert.deepEqual(agreed, ["1 4 -", `3 0 ${IMPLICIT}`]);
    assert.equal(warnings.length, 2);
  });

  test("warns of answers that fit no proposal", () => {
    const { agreed, warnings } = negotiated(
      { id: 1, result: 0, transferSyntax: BIG },
      { id: 1, result: 3, transferSyntax: undefined },
      { id: 9, result: 0, transferSyntax: IMPLICIT },
    );
    assert.deepEqual(agreed, [`1 0 ${BIG}`, "3 2 -"]);
    const told = warnings.join("\n");
    for (const part of ["second answer", "which was not", "3 unanswered"]) {
      assert.ok(told.includes(part), told);
    }
    assert.equal(warnings.length, 4);
  });
});

describe("sendLimit()", () => {
  test("is the peer's, or none", () => {
    assert.equal(sendLimit({ maxPduLength: 4_096 }), 4_096);
    assert.equal(sendLimit({ maxPduLength: 0 }), Infinity);
    assert.equal(sendLimit({}), Infinity);
  });

  test("leaves room for the shortest fragment", () => {
    for (let limit = 1; limit <= 9; limit++) {
      const maxPduLength = sendLimit({ maxPduLength: limit });
      assert.equal(maxPduLength, Math.max(limit, 8));
    }
  });
});

describe("checkConfig()", () => {
  const wrong: Partial<AssociationConfig>[] = [
    { maxPduLength: -1 },
    { maxPduLength: 1.5 },
    { maxPduLength: 0x1_0000_0000 },
    { acseTimeout: 0 },
    { artimTimeout: NaN },
    { implementationClassUid: "x" },
    { implementationVersionName: "12345678901234567" },
  ];
  for (const part of wrong) {
    const [key = "", value] = Object.entries(part)[0] ?? [];
    test(`refuses ${key} ${value}`, () => {
      assert.throws(() => checkConfig({ ...PAIR_CONFIG, ...part }), UsageError);
    });
  }
});
