/** One association from the caller's side, against a scripted peer: what it proposes and sends, and how each thing ends. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  connect,
  DEFAULT_MAX_PDU_LENGTH,
  DEFAULT_TIMEOUTS,
} from "../../../src/client/client.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import {
  FindscuError,
  LocalProtocolError,
  NoContextError,
  StatusError,
  UsageError,
} from "../../../src/errors.ts";
import { VERIFICATION } from "../../../src/find/models.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { Pdu } from "../../../src/pdu/types.ts";
import type { Connector } from "../../../src/transport.ts";
import { hintOf } from "../../../src/cli/line/remedies.ts";
import {
  acceptAll,
  cmd,
  concat,
  data,
  match,
  pdata,
  response,
  success,
} from "../../support/scripted_peer.ts";
import { KEYS, peer, QUERY, STUDY } from "./peer.ts";

/** The same transport, as if it were encrypted. */
function secured(connector: Connector): Connector {
  return async (...all) => {
    const inner = await connector(...all);
    return {
      read: () => inner.read(),
      write: (bytes) => inner.write(bytes),
      close: () => inner.close(),
      info: { ...inner.info, security: ["TLS 1.3"] },
    };
  };
}

describe("connect()", () => {
  test("proposes study root and verification, and the usual titles", async () => {
    const { options, log } = peer();
    const association = await connect(options);
    const [request] = log.received;
    assert.ok(request?.type === "associate-rq");
    assert.deepEqual(
      [request.callingAeTitle, request.calledAeTitle],
      ["FIND-SCU", "ANY-SCP"],
    );
    assert.deepEqual(
      request.contexts.map((one) => [one.abstractSyntax, one.transferSyntaxes]),
      [
        [STUDY, [EXPLICIT_LE.uid, IMPLICIT_LE.uid]],
        [VERIFICATION, [IMPLICIT_LE.uid]],
      ],
    );
    const { userInformation } = request;
    assert.equal(userInformation.maxPduLength, 16_384);
    assert.equal(userInformation.extended, undefined);
    assert.equal(userInformation.userIdentity, undefined);
    assert.equal(association.isOpen, true);
    assert.equal(association.accepted.type, "associate-ac");
    assert.equal(association.transport.kind, "mock");
    association.close();
  });

  test("proposes what the caller says", async () => {
    const { options, log } = peer();
    const information = Uint8Array.of(1);
    const association = await connect({
      ...options,
      callingAeTitle: "ME",
      calledAeTitle: "PACS",
      maxPduLength: 0,
      extended: [{ sopClassUid: STUDY, information }],
      userIdentity: {
        identityType: 1,
        responseRequested: false,
        primary: Uint8Array.of(0x6d, 0x65),
        secondary: new Uint8Array(0),
      },
    });
    const [request] = log.received;
    assert.ok(request?.type === "associate-rq");
    assert.equal(request.callingAeTitle, "ME");
    assert.equal(request.calledAeTitle, "PACS");
    const { userInformation } = request;
    assert.equal(userInformation.maxPduLength, 0);
    assert.deepEqual(userInformation.extended?.[0]?.information, information);
    assert.equal(userInformation.userIdentity?.identityType, 1);
    association.close();
  });

  test("takes limits of zero and none, but no negative ones, and no nonsense", async () => {
    for (const value of [0, Infinity]) {
      const { options } = peer();
      const timeouts = { cancel: value };
      const association = await connect({
        ...options,
        timeouts,
        maxResponseSize: value,
      });
      association.close();
    }
    for (const value of [-1, NaN]) {
      const { options } = peer();
      await assert.rejects(
        connect({ ...options, timeouts: { release: value } }),
        { name: "UsageError", message: `Invalid limit "release": ${value}` },
      );
      await assert.rejects(
        connect({ ...options, maxResponseSize: value }),
        { message: `Invalid limit "maxResponseSize": ${value}` },
      );
    }
  });

  test("knows whether the connection is encrypted when it is closed", async () => {
    for (const isSecured of [false, true]) {
      const { options } = peer([], { onRequest: () => null });
      const connector = isSecured
        ? secured(options.connector)
        : options.connector;
      await assert.rejects(connect({ ...options, connector }), (error) => {
        assert.ok(error instanceof FindscuError);
        assert.equal(
          /^The peer may demand a client certificate/.test(hintOf(error) ?? ""),
          isSecured,
        );
        return true;
      });
    }
  });
});

test("deadlines never hang, unless the caller says so", () => {
  assert.deepEqual(DEFAULT_TIMEOUTS, {
    connect: 30_000,
    association: 30_000,
    firstResponse: 300_000,
    response: 300_000,
    release: 30_000,
    cancel: 3_000,
  });
  assert.equal(DEFAULT_MAX_PDU_LENGTH, 16_384);
});

describe("find()", () => {
  test("sends priority, and C-CANCEL-RQ after so many matches", async () => {
    const { options, log } = peer([
      { send: concat(match("A"), match("B")) },
      { await: 1 },
      { send: success(0xfe00) },
    ]);
    const association = await connect(options);
    const operation = association.find({
      ...QUERY,
      priority: "high",
      cancelAfter: 2,
    });
    const ids = [];
    for await (const one of operation) ids.push(one.get("PatientID"));
    assert.deepEqual(ids, ["A", "B"]);
    assert.equal(operation.result?.category, "cancel");
    assert.equal(operation.result?.final.cancelled, true);
    const sent = log.received.flatMap((pdu: Pdu) =>
      pdu.type === "p-data-tf" ? pdu.pdvs : []
    );
    const [request, , cancel] = sent;
    const text = (bytes: Uint8Array | undefined) =>
      Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    assert.match(text(request?.data), /00000007020000000100/);
    assert.match(text(cancel?.data), /000000010200000\d?0ff0f/);
    association.close();
  });

  test("refuses mistakes before anything is sent", async () => {
    const { options, types } = peer();
    const association = await connect(options);
    const mistakes: [Parameters<typeof association.find>[0], string][] = [
      [
        { ...QUERY, priority: "urgent" as "high" },
        'Unknown priority "urgent"',
      ],
      [
        { ...QUERY, identifier: new Uint8Array(0) },
        "The identifier is empty",
      ],
      [{ ...QUERY, identifier: new Dataset() }, "The identifier is empty"],
    ];
    for (const [options, message] of mistakes) {
      assert.throws(() => association.find(options), (error) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.message, message);
        return true;
      });
    }
    assert.throws(
      () => association.find({ ...QUERY, abstractSyntax: "1.2.3" }),
      NoContextError,
    );
    assert.deepEqual(types(), ["associate-rq"]);
    association.close();
  });

  test("refuses a transfer syntax that no identifier can be sent in", async () => {
    for (const uid of ["1.2.840.10008.1.2.4.50", "1.2.3"]) {
      const { options } = peer([], {
        onRequest: (request) => acceptAll(request, uid),
      });
      const association = await connect(options);
      assert.throws(() => association.find(QUERY), {
        name: "NoContextError",
        message:
          `The peer chose the transfer syntax "${uid}", in which no identifier can be sent`,
      });
      association.close();
    }
  });

  test("deflates as the caller says", async () => {
    const contexts = [{
      abstractSyntax: STUDY,
      transferSyntaxes: [DEFLATED_LE.uid],
    }];
    const long = Dataset.of(
      ...KEYS,
      rawElement(0x00104000, "LT", "x".repeat(500)),
    );
    const lengths = [];
    for (const level of [0, 9, undefined]) {
      const { options, log } = peer([{ send: success() }], {
        onRequest: (request) => acceptAll(request, DEFLATED_LE.uid),
      });
      const association = await connect({ ...options, contexts });
      const operation = association.find({
        ...QUERY,
        identifier: long,
        ...(level !== undefined && { compressionLevel: level }),
      });
      await operation.next();
      const pdu = log.received[2];
      assert.ok(pdu?.type === "p-data-tf");
      lengths.push(pdu.pdvs[0]!.data.length);
      association.close();
    }
    assert.ok(lengths[0]! > 500 && lengths[1]! < 100 && lengths[2]! < 100);
  });

  test("decodes by the caller's dictionary and transformation, and reports what is odd", async () => {
    const implicit = encodeDataset(
      Dataset.of(
        rawElement(0x00000900, "US", "\0\0"),
        rawElement(0x00080052, "CS", "STUDY"),
        rawElement(0x00090010, "LO", "ACME"),
        rawElement(0x00091001, "ST", "note"),
      ),
      IMPLICIT_LE,
    );
    const dictionary = Dictionary.standard.withEntries([{
      creator: "ACME",
      groups: { first: 9, last: 9, only: "any" },
      elements: { first: 1, last: 1, only: "any" },
      keyword: "Note",
      vrs: ["ST"],
    }]);
    for (const own of [undefined, dictionary]) {
      const warnings: string[] = [];
      const { options } = peer([{
        send: concat(
          pdata(cmd(response(0xff00, true))),
          pdata(data(implicit)),
          success(),
        ),
      }], { onRequest: (request) => acceptAll(request, IMPLICIT_LE.uid) });
      const association = await connect({
        ...options,
        ...(own && { dictionary: own }),
        mend: (dataset) => {
          dataset.delete(0x00080052);
          return dataset;
        },
        warn: (text) => warnings.push(text),
      });
      const { value } = await association.find(QUERY).next();
      assert.equal(value?.dataset.get(0x00091001)?.vr, own ? "ST" : "UN");
      assert.equal(value?.dataset.has(0x00080052), false);
      assert.deepEqual(warnings, [
        "Match 1: the identifier holds command elements, such as (0000,0900)",
      ]);
      association.close();
    }
  });

  test("reports elements of a file's header in an identifier", async () => {
    const bytes = encodeDataset(
      Dataset.of(rawElement(0x00020010, "UI", "1.2")),
      IMPLICIT_LE,
    );
    const warnings: string[] = [];
    const { options } = peer([{
      send: concat(
        pdata(cmd(response(0xff00, true))),
        pdata(data(bytes)),
        success(),
      ),
    }], { onRequest: (request) => acceptAll(request, IMPLICIT_LE.uid) });
    const association = await connect({
      ...options,
      warn: (text) => warnings.push(text),
    });
    const { value } = await association.find(QUERY).next();
    assert.equal(value?.dataset.has(0x00020010), true);
    assert.deepEqual(warnings, [
      "Match 1: the identifier holds file meta elements, such as (0002,0010)",
    ]);
    association.close();
  });

  test("takes a comment from the dataset of a failure", async () => {
    const comment = encodeDataset(
      Dataset.of(rawElement(0x00000902, "LO", "Too broad")),
      EXPLICIT_LE,
    );
    const rows: [Uint8Array, string][] = [
      [
        concat(pdata(cmd(response(0xa900, true))), pdata(data(comment))),
        "Too broad",
      ],
      [
        concat(
          pdata(cmd(response(0xa900, true, { errorComment: "Mine" }))),
          pdata(data(comment)),
        ),
        "Mine",
      ],
    ];
    for (const [send, text] of rows) {
      const { options } = peer([{ send }]);
      const association = await connect(options);
      await assert.rejects(association.find(QUERY).next(), (error) => {
        assert.ok(error instanceof StatusError);
        assert.match(error.message, new RegExp(`the peer says "${text}"`));
        return true;
      });
      association.close();
    }
  });
});

describe("one request at a time:", () => {
  test("a second one is refused while a query is open", async () => {
    const { options } = peer([{ send: match("A") }]);
    const association = await connect(options);
    const operation = association.find(QUERY);
    await operation.next();
    assert.throws(() => association.find(QUERY), {
      name: "LocalProtocolError",
      message:
        "A query is open on this association: read its matches to the end, or leave them with return(), before the next request",
    });
    await assert.rejects(association.echo(), LocalProtocolError);
    association.close();
  });

  test("none is possible when the association is over", async () => {
    const ends:
      ((association: Awaited<ReturnType<typeof connect>>) => unknown)[] = [
        (association) => association.release(),
        (association) => association.abort(),
        (association) => association.close(),
      ];
    for (const end of ends) {
      const { options } = peer([{ send: success() }]);
      const association = await connect(options);
      await association.find(QUERY).next();
      await end(association);
      assert.throws(() => association.find(QUERY), {
        name: "LocalProtocolError",
        message:
          "The association with pacs:104 is over, because it was released, aborted or closed: open another one",
      });
    }
  });
});

describe("the end of an association", () => {
  test("by release sends A-RELEASE-RQ, once", async () => {
    const { options, types } = peer([{ send: success() }]);
    const association = await connect(options);
    await association.find(QUERY).next();
    await association.release();
    assert.equal(association.isOpen, false);
    await association.release();
    await association.abort();
    assert.deepEqual(types().slice(-1), ["release-rq"]);
  });

  test("by abort sends A-ABORT, once", async () => {
    const { options, types, clock } = peer();
    const association = await connect(options);
    await association.abort();
    await association.abort();
    await clock.pass(0);
    assert.deepEqual(types(), ["associate-rq", "abort"]);
    assert.equal(association.isOpen, false);
  });

  test("by a peer that closes instead of answering the release is tolerated", async () => {
    const warnings: string[] = [];
    const { options } = peer([{ send: success() }, { await: 1 }, {
      close: true,
    }]);
    const association = await connect({
      ...options,
      warn: (text) => warnings.push(text),
    });
    await association.find(QUERY).next();
    await association.release();
    assert.equal(
      warnings.at(-1),
      "The peer closed the connection instead of answering the release",
    );
  });

  test("by a peer that aborts instead of answering the release is not", async () => {
    const abort = encodePdu({ type: "abort", source: 0, reason: 0 });
    const { options } = peer([{ send: success() }, { await: 1 }, {
      send: abort,
    }]);
    const association = await connect(options);
    await association.find(QUERY).next();
    await assert.rejects(association.release(), { code: "aborted" });
  });
});
