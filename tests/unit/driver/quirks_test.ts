/** Habits of peers in the field that are not violations worth failing for: one test for each. Packings of PDVs are in `odd_answers_test.ts`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import {
  rawElement,
  stringsOf,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import {
  type ClientAssociation,
  connect,
  type Match,
} from "../../../src/client/client.ts";
import {
  AbortedError,
  RejectedError,
  StatusError,
  TransportError,
} from "../../../src/errors.ts";
import { encodePdu } from "../../../src/pdu/encode.ts";
import type { AssociateAc, AssociateRq } from "../../../src/pdu/types.ts";
import type { Connector } from "../../../src/transport.ts";
import {
  answerAllContexts,
  cmd,
  concat,
  data,
  match,
  pdata,
  response,
  scriptedPeer,
  type Step,
  success,
} from "../../support/scripted_peer.ts";

const STUDY_ROOT = "1.2.840.10008.5.1.4.1.2.2.1";
const PATIENT_ID = 0x00100020;
const TARGET = { host: "peer", port: 104 };

interface Setting {
  readonly onRequest?: (request: AssociateRq) => Uint8Array | null;
  readonly warnings?: string[];
}

function open(
  steps: readonly Step[],
  { onRequest, warnings }: Setting = {},
): Promise<ClientAssociation> {
  const { connector } = scriptedPeer(steps, onRequest ? { onRequest } : {});
  return connect({
    connector,
    target: TARGET,
    callingAeTitle: "US",
    warn: (text) => warnings?.push(text),
  });
}

async function ask(association: ClientAssociation): Promise<Match[]> {
  const matches: Match[] = [];
  const operation = association.find({
    abstractSyntax: STUDY_ROOT,
    identifier: Dataset.of(textElement(0x00080052, "CS", "STUDY")),
  });
  for await (const one of operation) matches.push(one);
  return matches;
}

async function answered(
  bytes: Uint8Array,
  setting: Setting = {},
): Promise<Match[]> {
  const association = await open([{ send: bytes }], setting);
  const matches = await ask(association);
  await association.release();
  return matches;
}

function patientOf(one: Match | undefined): string | undefined {
  const element = one?.dataset.get(PATIENT_ID);
  return element && stringsOf(element)[0];
}

/** An A-ASSOCIATE-AC that departs from the usual one. */
function accepting(
  change: (usual: AssociateAc) => Partial<AssociateAc>,
): (request: AssociateRq) => Uint8Array {
  return (request) =>
    answerAllContexts(
      request,
      { result: 0, transferSyntax: EXPLICIT_LE.uid },
      change,
    );
}

function encoded(dataset: Dataset, status = 0xff00): Uint8Array {
  return concat(
    pdata(cmd(response(status, true))),
    pdata(data(encodeDataset(dataset, EXPLICIT_LE))),
  );
}

const ANSWER = concat(match("A"), success());

describe("a peer in its answers may", () => {
  test("leave out the status, as long as a dataset comes", async () => {
    const warnings: string[] = [];
    const bytes = concat(
      pdata(cmd(response(0, true, { status: undefined }))),
      pdata(data(encodeDataset(
        Dataset.of(textElement(PATIENT_ID, "LO", "A")),
        EXPLICIT_LE,
      ))),
      success(),
    );
    const [one] = await answered(bytes, { warnings });
    assert.equal(patientOf(one), "A");
    assert.equal(one?.status, 0xff00);
    assert.match(warnings.join("\n"), /without a status/);
  });

  test("put command elements into the identifier", async () => {
    const warnings: string[] = [];
    const bytes = concat(
      encoded(Dataset.of(
        { tag: 0x00000900, vr: "US", value: new Uint8Array([0, 255]) },
        textElement(PATIENT_ID, "LO", "A"),
      )),
      success(),
    );
    const [one] = await answered(bytes, { warnings });
    assert.equal(patientOf(one), "A");
    assert.match(warnings.join("\n"), /command elements.*\(0000,0900\)/);
  });

  test("send the error comment as a dataset", async () => {
    const comment = Dataset.of(textElement(0x00000902, "LO", "No such level"));
    await assert.rejects(
      answered(encoded(comment, 0xa900)),
      (error) =>
        error instanceof StatusError && error.status === 0xa900 &&
        /the peer says "No such level"/.test(error.message),
    );
  });

  test("use any UID, date and number, sound or not", async () => {
    const [one] = await answered(concat(
      encoded(Dataset.of(
        textElement(0x00080020, "DA", "yesterday"),
        textElement(0x0020000d, "UI", "LOCALIZER1.2"),
        rawElement(0x00200013, "IS", "1.0"),
        rawElement(PATIENT_ID, "LO", "X".repeat(100)),
      )),
      success(),
    ));
    const texts = [...one!.dataset].map((element) => stringsOf(element)[0]);
    assert.deepEqual(texts, [
      "yesterday",
      "X".repeat(100),
      "LOCALIZER1.2",
      "1.0",
    ]);
  });

  test("leave the affected SOP class out, or name another", async () => {
    for (const affectedSopClassUid of [undefined, "1.2.A"]) {
      const rsp = response(0xff00, true, { affectedSopClassUid });
      const [one] = await answered(concat(
        pdata(cmd(rsp)),
        pdata(data(encodeDataset(
          Dataset.of(textElement(PATIENT_ID, "LO", "A")),
          EXPLICIT_LE,
        ))),
        success(),
      ));
      assert.equal(patientOf(one), "A");
    }
  });
});

describe("a peer that accepts may", () => {
  const rows: [string, (usual: AssociateAc) => Partial<AssociateAc>][] = [
    ["allow operations without number", () => ({
      userInformation: { asyncOperations: { invoked: 0, performed: 0 } },
    })],
    ["allow PDUs without limit", () => ({
      userInformation: { maxPduLength: 0 },
    })],
    ["allow absurdly small PDUs", () => ({
      userInformation: { maxPduLength: 3 },
    })],
    ["leave its user information empty", () => ({ userInformation: {} })],
    ["name itself in other characters", () => ({
      userInformation: { implementationVersionName: "V\u00e4\u0080\u00ff" },
    })],
    ["pad titles and UIDs with NULs", (usual) => ({
      calledAeTitle: "PEER\0\0",
      applicationContext: `${usual.applicationContext}\0`,
      contexts: usual.contexts.map((context) => ({
        ...context,
        transferSyntax: `${EXPLICIT_LE.uid}\0`,
      })),
    })],
    ["reject other contexts without a transfer syntax", (usual) => ({
      contexts: usual.contexts.map((context, index) =>
        index === 0 ? context : {
          id: context.id,
          result: 3,
          transferSyntax: index === 1 ? "" : undefined,
        }
      ),
    })],
    ["answer contexts backwards, and one that was not proposed", (usual) => ({
      contexts: [
        ...usual.contexts.toReversed(),
        { id: 77, result: 0, transferSyntax: EXPLICIT_LE.uid },
      ],
    })],
    ["add items that nobody knows", () => ({
      unknownItems: [{ itemType: 0x99, data: new Uint8Array(3) }],
    })],
    ["claim another protocol version", () => ({ protocolVersion: 3 })],
  ];
  for (const [name, change] of rows) {
    test(name, async () => {
      const [one] = await answered(ANSWER, { onRequest: accepting(change) });
      assert.equal(patientOf(one), "A");
    });
  }

  test("choose implicit VR though explicit was preferred", async () => {
    const implicit = encodeDataset(
      Dataset.of(textElement(PATIENT_ID, "LO", "A")),
      IMPLICIT_LE,
    );
    const [one] = await answered(
      concat(
        pdata(cmd(response(0xff00, true))),
        pdata(data(implicit)),
        success(),
      ),
      {
        onRequest: accepting((usual) => ({
          contexts: usual.contexts.map((context) => ({
            ...context,
            transferSyntax: IMPLICIT_LE.uid,
          })),
        })),
      },
    );
    assert.equal(patientOf(one), "A");
    assert.equal(one?.syntax.uid, IMPLICIT_LE.uid);
  });

  test("abort the query, or hang up, if it does not know our title", async () => {
    const abort: Step = {
      send: encodePdu({ type: "abort", source: 0, reason: 0 }),
    };
    for (
      const [step, kind] of [
        [abort, AbortedError],
        [{ close: true }, TransportError],
      ] as const
    ) {
      const association = await open([step]);
      await assert.rejects(
        ask(association),
        (error) => error instanceof kind && /"US"/.test(error.hint ?? ""),
      );
    }
  });
});

describe("a peer that ends an association may", () => {
  test("reject for the moment, in numbers of its own", async () => {
    const onRequest = () =>
      encodePdu({ type: "associate-rj", result: 2, source: 3, reason: 200 });
    await assert.rejects(
      open([], { onRequest }),
      (error) =>
        error instanceof RejectedError && error.result === 2 &&
        error.source === 3 && error.reason === 200 && /200/.test(error.message),
    );
  });

  test("abort with a source that is reserved", async () => {
    const abort = encodePdu({ type: "abort", source: 1, reason: 99 });
    await assert.rejects(
      answered(concat(match("A"), abort)),
      (error) =>
        error instanceof AbortedError && error.source === 1 &&
        error.reason === 99,
    );
  });

  test("send what it has left though a release was requested", async () => {
    const association = await open([
      { send: ANSWER },
      { await: 1 },
      {
        send: concat(
          match("LATE"),
          pdata(cmd(response(0xfe00, false))),
          encodePdu({ type: "release-rp" }),
        ),
      },
    ]);
    assert.equal((await ask(association)).length, 1);
    await association.release();
  });

  test("ask for release at the same time", async () => {
    const association = await open([
      { send: ANSWER },
      { await: 1 },
      { send: encodePdu({ type: "release-rq" }) },
      { await: 1 },
      { send: encodePdu({ type: "release-rp" }) },
    ]);
    assert.equal((await ask(association)).length, 1);
    await association.release();
  });

  test("leave the connection open, which we then close", async () => {
    for (const way of ["release", "abort"] as const) {
      let closed = 0;
      const { connector } = scriptedPeer([{ send: ANSWER }]);
      const watching: Connector = async (target, options) => {
        const inner = await connector(target, options);
        return {
          info: inner.info,
          read: () => inner.read(),
          write: (bytes) => inner.write(bytes),
          close: () => {
            closed++;
            inner.close();
          },
        };
      };
      const association = await connect({
        connector: watching,
        target: TARGET,
      });
      await ask(association);
      await association[way]();
      assert.ok(closed > 0, way);
    }
  });
});
