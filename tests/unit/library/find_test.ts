import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  archiveFromJson,
  CancelledError,
  type Connector,
  Dataset,
  demoConnector,
  find,
  findModel,
  type FindSettings,
  fromJson,
  identifierOf,
  type Keys,
  mockConnector,
  StatusError,
  textElement,
  toDicomJson,
  toKeywordJson,
  UsageError,
} from "../../../mod.ts";

const study = findModel("study")!;
const worklist = findModel("worklist")!;

/** The keys as they would be sent. */
function sent(keys: Keys, model = study) {
  return toKeywordJson(identifierOf(keys, model).dataset);
}

describe("find(address, keys)", () => {
  test("answers matches with values by keyword, and the final status", async () => {
    const query = find("mock:demo", {
      PatientName: "Doe*",
      StudyDate: "19000101-",
      StudyInstanceUID: "",
    });
    const names = new Set<unknown>();
    for await (const match of query) {
      names.add(match.get("PatientName"));
      assert.equal(typeof match.get("StudyInstanceUID"), "string");
      assert.equal(match.toJSON()["00100010"]?.vr, "PN");
      assert.equal(
        JSON.parse(JSON.stringify(match))["00080052"].Value[0],
        "STUDY",
      );
    }
    assert.ok(names.has("Doe^Jane"));
    assert.equal(query.result?.status, 0);
    assert.equal(query.result?.matches, query.matches);
    assert.deepEqual(await query.next(), { done: true, value: query.result });
  });

  test("asks a worklist with keys of items", async () => {
    const matches = await find("mock:demo", {
      PatientName: "",
      ScheduledProcedureStepSequence: {
        Modality: "CT",
        ScheduledStationAETitle: "",
      },
    }, { model: "worklist" }).all();
    assert.ok(matches.length > 0);
    const [item] = matches[0]!.getAll("ScheduledProcedureStepSequence");
    assert.ok(item instanceof Dataset);
  });

  test("finds the level and takes one that is named", () => {
    assert.equal(
      sent({ StudyInstanceUID: "1.2", Modality: "" })["QueryRetrieveLevel"],
      "SERIES",
    );
    assert.equal(sent({ PatientName: "" })["QueryRetrieveLevel"], "STUDY");
    assert.equal(
      sent({ PatientName: "Ĳ" })["SpecificCharacterSet"] !== null,
      true,
    );
    assert.equal(
      toKeywordJson(
        identifierOf({ PatientID: "1" }, findModel("patient")!, {
          level: "patient",
        }).dataset,
      )["QueryRetrieveLevel"],
      "PATIENT",
    );
  });

  test("takes numbers, lists, several items and tags", () => {
    assert.deepEqual(
      sent({ StudyInstanceUID: ["1.2", "1.3"], "00200010": "7" }),
      {
        QueryRetrieveLevel: "STUDY",
        SpecificCharacterSet: [],
        StudyID: "7",
        StudyInstanceUID: "1.2\\1.3",
      },
    );
    const {
      ScheduledProcedureStepSequence: items,
      RequestedProcedureCodeSequence: codes,
    } = sent({
      ScheduledProcedureStepSequence: [{ Modality: "CT" }, { Modality: "MR" }],
      RequestedProcedureCodeSequence: {},
    }, worklist);
    assert.deepEqual(items, [{ Modality: "CT" }, { Modality: "MR" }]);
    assert.deepEqual(codes, []);
  });

  for (
    const [name, address, keys, message] of [
      ["an unknown keyword", "mock:demo", { PatientNam: "" }, /PatientName/],
      [
        "a value that is missing",
        "mock:demo",
        { PatientID: undefined },
        /key "PatientID" is undefined/,
      ],
      ["a date object", "mock:demo", { StudyDate: new Date(0) }, /is a Date/],
      [
        "a name with a value in it",
        "mock:demo",
        { "PatientID=1": "" },
        /not an attribute name/,
      ],
      ["no key", "mock:demo", {}, /query is empty|no keys|level/i],
      [
        "an address that is none",
        "nowhere",
        { PatientID: "" },
        /Invalid address/,
      ],
      ["an unknown scheme", "http://pacs", { PatientID: "" }, /Unknown scheme/],
      [
        "a plug-in",
        "x+dicom://pacs",
        { PatientID: "" },
        /pass the transport as "over"/,
      ],
      [
        "a mock of the command line",
        "mock:folder",
        { PatientID: "" },
        /mockConnector/,
      ],
    ] as const
  ) {
    test(`refuses ${name} at once`, () => {
      assert.throws(
        () => find(address, keys as unknown as Keys),
        (error) =>
          error instanceof UsageError &&
          message.test(`${error.message} ${error.hint}`),
      );
    });
  }

  test("refuses an unknown model, and takes a UID", () => {
    const keys = { PatientID: "" };
    assert.throws(
      () => find("mock:demo", keys, { model: "studies" }),
      UsageError,
    );
    find("mock:demo", keys, { model: "1.2.3" });
  });

  test("sends warnings to whoever listens", () => {
    const warnings: string[] = [];
    find("mock:demo", { PatientName: "" }, {
      model: "worklist",
      warn: (text) => warnings.push(text),
    });
    assert.equal(warnings.length, 1);
  });
});

describe("a query that is left", () => {
  const keys = { PatientName: "" };

  /** A connector that counts what is open. */
  function counting(connector: Connector) {
    const state = { open: 0 };
    const counted: Connector = async (...args) => {
      const transport = await connector(...args);
      state.open++;
      let isClosed = false;
      return {
        info: transport.info,
        read: () => transport.read(),
        write: (bytes) => transport.write(bytes),
        close() {
          if (!isClosed) state.open--;
          isClosed = true;
          transport.close();
        },
      };
    };
    return { state, connector: counted };
  }

  function query(connector: Connector, settings: FindSettings = {}) {
    return find("dicom://pacs", keys, { over: connector, ...settings });
  }

  test("ends when the loop does", async () => {
    const { state, connector } = counting(demoConnector());
    const running = query(connector);
    for await (const _ of running) break;
    assert.equal(state.open, 0);
    assert.equal(running.result, undefined);
    assert.equal((await running.next()).done, true);
  });

  test("ends at once while a match is waited for", async () => {
    const { state, connector } = counting(demoConnector({ fault: "silent" }));
    const running = query(connector);
    const pending = running.next();
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    await running.return();
    assert.deepEqual(await pending, { done: true, value: undefined });
    assert.equal(state.open, 0);
  });

  test("ends while the connection is being opened", async () => {
    const running = query(() => new Promise(() => {}));
    const pending = running.next();
    await running.return();
    assert.deepEqual(await pending, { done: true, value: undefined });
  });

  test("ends before it has begun, and sends nothing", async () => {
    let isAsked = false;
    const running = query(() => {
      isAsked = true;
      return new Promise(() => {});
    });
    await running.return();
    assert.equal((await running.next()).done, true);
    assert.equal(isAsked, false);
  });

  test("ends with its scope", async () => {
    const { state, connector } = counting(demoConnector());
    {
      await using running = query(connector);
      await running.next();
      assert.equal(state.open, 1);
    }
    assert.equal(state.open, 0);
  });

  test("ends with the signal, whose reason is the cause", async () => {
    const controller = new AbortController();
    const running = query(demoConnector({ fault: "silent" }), {
      signal: controller.signal,
      timeouts: { cancel: 10 },
    });
    const pending = running.next();
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(
      pending,
      (error) => error instanceof CancelledError && error.cause === reason,
    );
  });
});

test("a failure comes after the matches before it", async () => {
  const running = find("dicom://pacs", { PatientName: "" }, {
    over: demoConnector({ limit: 3 }),
  });
  let count = 0;
  await assert.rejects(async () => {
    for await (const _ of running) count++;
  }, StatusError);
  assert.equal(count, 3);
  assert.equal((await running.next()).done, true);
});

test("an archive of JSON answers in memory", async () => {
  const archive = archiveFromJson([{
    "00080052": { vr: "CS", Value: ["STUDY"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Müller^A" }] },
    "00100020": { vr: "LO", Value: ["1"] },
    "0020000D": { vr: "UI", Value: ["1.2.3"] },
  }]);
  const matches = await find("dicom://pacs", {
    PatientName: "M*",
    PatientID: "",
  }, {
    over: mockConnector(archive),
  }).all();
  assert.deepEqual(matches.map((match) => match.get("PatientName")), [
    "Müller^A",
  ]);
});

test("datasets go to JSON and back, both ways", () => {
  const dataset = Dataset.of(
    textElement(0x00080052, "CS", "STUDY"),
    textElement(0x00100020, "LO", "7"),
  );
  for (const json of [toDicomJson(dataset), toKeywordJson(dataset)]) {
    assert.deepEqual(toDicomJson(fromJson(json)), toDicomJson(dataset));
  }
});
